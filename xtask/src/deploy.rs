//! `deploy`: the reference stack, as an xtask of somebody else's workspace deploys theirs.

use std::process::ExitCode;

use crate::reference;

pub(crate) fn run() -> ExitCode {
    sss_deploy::main_for(reference::stack())
}
