//! `schema`: prints a JSON Schema.
//!
//! Editors complete and check stack files with that of the stack. Programs check the output of this program
//! with the others. The folder `schemas/` of the repository has the same texts.

use clap::Args;

use crate::{Subject, exit::Exit, failure::Failure, invocation::Invocation};

/// The arguments of `schema`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The document that the schema describes
    #[arg(value_enum, default_value_t, value_name = "DOCUMENT")]
    subject: Subject,
}

/// Prints the schema. It needs neither a stack nor an account.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let schema = arguments.subject.schema();
    invocation.output.data(|w| writeln!(w, "{schema:#}"))?;
    Ok(Exit::Done)
}
