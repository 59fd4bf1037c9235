//! `outputs`: prints the stack's outputs, such as the URL of its API.

use crate::{exit::Exit, failure::Failure, invocation::Invocation, render, session::on_account};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let outputs = session.observe().await?.outputs();
        let output = &invocation.output;
        if output.json {
            output.document(&outputs)?;
        } else {
            output.data(|w| render::outputs(w, &outputs))?;
            if outputs.is_empty() {
                output.note(|w| writeln!(w, "note: the stack has no objects in the account"));
            }
        }
        Ok(Exit::Done)
    })
}
