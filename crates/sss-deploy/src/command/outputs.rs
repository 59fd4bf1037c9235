//! `outputs`: prints the stack's outputs, such as the URL of its API.
//!
//! Outputs are the names and values under which the rest of the world reaches the stack. The command reads
//! them from the account, so they are true even if the account differs from the stack. Outputs of missing
//! objects are missing.
//!
//! Names of the stack are those of the article's Terraform; names of a service begin with its key, as in `app.url`.
//! `apply` prints those of the stack only.
//!
//! A line is `name = value`, and with `--json` the answer has an object of strings.

use std::collections::BTreeMap;

use crate::{exit::Exit, failure::Failure, invocation::Invocation, render, session::on_account};

/// Reads the account and prints the outputs. A stack without objects prints a note and is no failure.
pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let observed = session.observe().await?;
        let of_stack = observed.outputs().into_iter().map(|(name, value)| (name.to_owned(), value));
        let outputs: BTreeMap<String, String> = of_stack.chain(observed.outputs_of_services()).collect();
        let output = &invocation.output;
        if output.json {
            output.document(&render::OutputsDocument { stack: &session.stack.name, outputs: &outputs })?;
        } else {
            output.answer(|w| render::outputs(w, &outputs))?;
            if outputs.is_empty() {
                output.note(|w| writeln!(w, "note: the stack has no objects in the account"));
            }
        }
        Ok(Exit::Done)
    })
}
