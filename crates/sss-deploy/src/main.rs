//! `sss-deploy`: puts a service stack online on AWS, from a stack file.
//!
//! All of the program is in the library, so that a program over a stack in code has the same commands. See
//! [`sss_deploy::main`] and [`sss_deploy::main_for`].

use std::process::ExitCode;

fn main() -> ExitCode {
    sss_deploy::main()
}
