//! `schema`: prints the JSON Schema of the stack file.
//!
//! Editors complete and check stack files with it. The file `schemas/` of the repository has the same text.

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Prints the schema. It needs neither a stack nor an account.
pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    invocation.output.document(&sss_model::schema())?;
    Ok(Exit::Done)
}
