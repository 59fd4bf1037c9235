//! `deploy`: deploys the reference stack, like the xtask of another workspace deploys its own stack.

use std::process::ExitCode;

use crate::reference;

/// Runs `sss-deploy` over the reference stack. It reads the arguments of the process itself.
pub(crate) fn run() -> ExitCode {
    sss_deploy::main_for(reference::stack())
}
