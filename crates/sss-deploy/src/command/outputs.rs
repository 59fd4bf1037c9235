//! `outputs`: what the rest of the world needs to know of the stack.

use sss_aws::outputs;

use crate::{exit::Exit, failure::Failure, invocation::Invocation, render, session::on_account};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let outputs = outputs(&session.graph, &session.observe().await?);
        let output = &invocation.output;
        if output.json {
            output.document(&outputs)?;
        } else {
            output.data(|w| render::outputs(w, &outputs))?;
            if outputs.is_empty() {
                output.note(|w| writeln!(w, "note: nothing of the stack is in the account"));
            }
        }
        Ok(Exit::Done)
    })
}
