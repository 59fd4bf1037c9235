//! `deploy`: deploys the reference stack, like the xtask of another workspace deploys its own stack.

use std::process::ExitCode;

use crate::reference;

pub(crate) fn run() -> ExitCode {
    sss_deploy::main_for(reference::stack())
}
