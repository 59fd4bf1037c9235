//! The command line of `sss`: shows what would change in an AWS account, changes it, and removes it again.
//!
//! It is the binary `sss-deploy` over a stack file, and a function over a stack in code. With the latter,
//! `cargo xtask deploy` in a workspace of one's own is this, plus the stack:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     sss_deploy::main_for(stack())
//! }
//! # fn stack() -> sss_model::Stack { unreachable!() }
//! ```
//!
//! What a command answers goes to standard output, as text or with `--json` as JSON; everything else goes to standard
//! error. How it ended is the exit code, see [`Exit`].

mod account;
mod arguments;
mod command;
mod credentials;
mod environment;
mod execution;
mod exit;
mod failure;
mod file;
mod finding;
mod interruption;
mod invocation;
mod lease;
mod lock;
mod logging;
mod output;
mod progress;
mod prompt;
mod rates;
mod render;
mod saved;
mod session;
mod source;
mod stored;
mod transport;

use std::{ffi::OsString, process::ExitCode};

use sss_model::Stack;

pub use crate::{exit::Exit, output::Streams};

/// The whole program `sss-deploy`, over the stack file that its arguments name.
pub fn main() -> ExitCode {
    run(std::env::args_os(), Streams::standard()).into()
}

/// The same program over a stack in code, for a binary of one's own.
///
/// All commands are there but `init`, and none takes a stack file. Without a command it is `apply`. When the first
/// argument is literally `deploy` it is skipped, so that an xtask without other tasks answers to `cargo xtask deploy`.
pub fn main_for(stack: Stack) -> ExitCode {
    run_for(stack, std::env::args_os(), Streams::standard()).into()
}

/// What [`main`] does, with arguments and streams of one's own. The first argument is the program's name.
///
/// It starts a runtime of its own, so it must not be called from within one.
pub fn run(arguments: impl IntoIterator<Item: Into<OsString>>, streams: Streams) -> Exit {
    command::run(arguments::of_file(arguments), streams)
}

/// What [`main_for`] does, with arguments and streams of one's own. The first argument is the program's name.
///
/// It starts a runtime of its own, so it must not be called from within one.
pub fn run_for(stack: Stack, arguments: impl IntoIterator<Item: Into<OsString>>, streams: Streams) -> Exit {
    command::run(arguments::of_stack(stack, arguments), streams)
}

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests;
