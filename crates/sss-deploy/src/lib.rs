#![doc = include_str!("../README.md")]

mod account;
mod arguments;
mod command;
mod credentials;
mod environment;
mod execution;
mod exit;
mod failure;
mod file;
mod file_lock;
mod finding;
mod format;
mod global;
mod images;
mod interruption;
mod invocation;
mod logging;
mod output;
mod picture;
mod profile;
mod progress;
mod prompt;
mod rates;
mod reach;
mod render;
mod saved;
mod schemas;
mod session;
mod source;
mod stack_lock;
mod stored;
mod transport;

use std::{ffi::OsString, process::ExitCode};

pub use crate::{exit::Exit, output::Streams, schemas::Subject, source::StackInCode};

/// Runs the whole program `sss-deploy`, over the stack file that its arguments name.
///
/// It reads the arguments of the process and writes to its standard output and standard error. It returns the
/// exit code and leaves the end of the process to the caller.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     sss_deploy::main()
/// }
/// ```
pub fn main() -> ExitCode {
    run(std::env::args_os(), Streams::standard()).into()
}

/// Runs the same program over a stack in code, for a binary of your own.
///
/// It takes a [`Stack`](sss_model::Stack), or the `Result` of its builder. If the stack is invalid, every
/// command prints its problems like `validate` and exits with 3.
///
/// It has all commands except `init`, and no flag for a stack file. The default command is `apply`. A first
/// argument `deploy` is skipped, so that an xtask without other tasks can be run as `cargo xtask deploy`.
///
/// ```no_run
/// use sss_model::{Invalid, Network, Service, Stack};
///
/// fn main() -> std::process::ExitCode {
///     sss_deploy::main_for(stack())
/// }
///
/// fn stack() -> Result<Stack, Invalid> {
///     let network = Network::builder()
///         .vpc_id("vpc-0a1b2c3d4e5f60718")
///         .private_subnet_ids(["subnet-0a1b2c3d4e5f60001"])
///         .build()?;
///     let worker = Service::builder().name("worker").image("example/worker:1.4").build()?;
///     Stack::builder().name("market").region("eu-central-1").network(network).service(worker).build()
/// }
/// ```
pub fn main_for(stack: impl Into<StackInCode>) -> ExitCode {
    run_for(stack, std::env::args_os(), Streams::standard()).into()
}

/// Runs [`main`] with arguments and streams of your own. The first argument is the program's name.
///
/// Use it in tests of a stack file, and in programs that show the output elsewhere. The process still
/// provides the working folder, the environment, standard input and the signals.
///
/// # Assumptions
///
/// - The caller is not within a tokio runtime: this starts its own, and tokio panics if runtimes are nested.
/// - The host wants the handling of signals. While a command works on an account, Ctrl-C ends the command and
///   not the process. Tokio keeps its handlers for signals until the process ends.
///
/// ```
/// use sss_deploy::{Exit, Streams};
///
/// let exit = sss_deploy::run(["sss-deploy", "schema"], Streams::new(std::io::sink(), std::io::sink()));
/// assert_eq!(exit, Exit::Done);
/// ```
pub fn run(arguments: impl IntoIterator<Item: Into<OsString>>, streams: Streams) -> Exit {
    command::run(arguments::of_file(arguments), streams)
}

/// Runs [`main_for`] with arguments and streams of your own. The first argument is the program's name.
///
/// The assumptions of [`run`] apply.
///
/// ```
/// use sss_deploy::{Exit, Streams};
/// use sss_model::Stack;
///
/// let streams = Streams::new(std::io::sink(), std::io::sink());
/// assert_eq!(sss_deploy::run_for(Stack::builder().build(), ["shop", "validate"], streams), Exit::Invalid);
/// ```
pub fn run_for(
    stack: impl Into<StackInCode>,
    arguments: impl IntoIterator<Item: Into<OsString>>,
    streams: Streams,
) -> Exit {
    command::run(arguments::of_stack(stack.into(), arguments), streams)
}

#[cfg(test)]
mod tests;
