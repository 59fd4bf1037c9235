//! Automation of the workspace: `cargo xtask TASK`.
//!
//! Each task is a module with a function `run`. It prints its result and ends with a [`Failure`], whose
//! message follows "failed to". Tasks use the crates of the workspace directly, and the real program where
//! the program itself is the subject: `demo`, `conformance` and parts of `bench` build and start it.
//!
//! | task | question that it answers |
//! |---|---|
//! | `deploy` | does the reference stack work, on a sandbox or a real account? |
//! | `demo` | does the main job work command by command, with few calls? |
//! | `conformance` | do other people's clients and servers understand our requests and answers? |
//! | `screens` | does the progress of an apply look right on a real terminal? |
//! | `torture` | does the engine reach the stack while everything goes wrong? |
//! | `bench` | how many calls and how much time does each job take, and what is the least? |
//! | `schema` | are the committed JSON Schemas current? |
//! | `docs` | is the committed reference of the stack file current? |
//!
//! Files that a task writes are committed, and the same task checks them with `--check`.

mod bench;
mod cargo;
mod conformance;
mod demo;
mod deploy;
mod docs;
mod failure;
mod package;
mod reference;
mod schema;
mod screens;
mod torture;

use std::{env, process::ExitCode};

use crate::failure::Failure;

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  deploy [ARGUMENTS]  deploy the reference stack; see `deploy --help`
  demo                run the main job on the embedded sandbox, and check its numbers of calls
  screens             run applies on terminals of 80 and 120 columns, and check their rows (needs tmux)
  conformance         run the AWS CLI and Terraform on the sandbox, and the engine on moto (needs Python 3 and a network)
  torture [crashes|faults|walks|permissions|moves|rivals|rollouts] [--seeds N [--from S] | --seed S]
                      run the engine while everything goes wrong: all parts, N cases of each part, N cases of
                      one part from case S on, or case S of one part
  bench [calls|alb|nlb|process|contenders] [--services N,N…] [--release] [--write | --check]
        [--factor F,F…] [--quotas on,off] [--images N,N…]
        [--by sss-deploy,terraform,terraform-parallel,boto3,boto3-threads,aws-cli]
                      measure calls and time of every job, the memory of the program, and the same jobs with
                      other tools (one after the other; the lists make cells); write docs/performance.md, or
                      check its numbers that never vary
  schema [--check]    write the JSON Schemas, or check that they are current
  docs [--check]      write docs/reference.md from the JSON Schema, or check that it is current";

/// The exit code for wrong arguments, the same as that of `sss-deploy`.
const WRONG_ARGUMENTS: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    match arguments.as_slice() {
        ["deploy", ..] => deploy::run(),
        ["demo"] => ended("demo", demo::run()),
        ["conformance"] => ended("conformance", conformance::run()),
        ["screens"] => ended("screens", screens::run()),
        ["schema"] => ended("schema", schema::write()),
        ["schema", "--check"] => ended("schema", schema::check()),
        ["docs"] => ended("docs", docs::write()),
        ["docs", "--check"] => ended("docs", docs::check()),
        ["bench", arguments @ ..] => match bench::Request::parse(arguments) {
            Some(request) => ended("bench", bench::run(&request)),
            None => usage(),
        },
        ["torture", arguments @ ..] => match torture::Request::parse(arguments) {
            Some(request) => ended("torture", torture::run(&request)),
            None => usage(),
        },
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

/// Prints the tasks. Wrong arguments are an error of the caller, so the exit code is not that of a failed
/// task.
fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    WRONG_ARGUMENTS.into()
}

/// Prints the failure of a task and returns the exit code.
fn ended(task: &str, result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {task}: failed to {failure}");
            ExitCode::FAILURE
        }
    }
}
