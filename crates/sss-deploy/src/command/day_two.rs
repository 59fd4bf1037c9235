//! The commands for running stacks: what runs, why something failed, and small interventions.
//!
//! They are commands like all others. They have an enumeration of their own because they need less than an
//! apply: the names and the region of the stack, and neither a plan nor a stack without problems.

use clap::Subcommand;

use super::explain;
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// The commands for running stacks.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Explain a text of AWS, or the id of a cause or a rule
    Explain(explain::Arguments),
}

/// Calls the function of the command.
pub(crate) fn dispatch(invocation: &Invocation, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Explain(arguments) => explain::run(invocation, &arguments),
    }
}
