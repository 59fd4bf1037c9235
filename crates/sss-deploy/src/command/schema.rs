//! `schema`: prints the JSON Schema of the stack file.

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    invocation.output.document(&sss_model::schema())?;
    Ok(Exit::Done)
}
