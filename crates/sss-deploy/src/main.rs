//! `sss-deploy`: puts a service stack online on AWS, from a stack file.
use std::process::ExitCode;

fn main() -> ExitCode {
    sss_deploy::main()
}
