//! `unlock`: takes the stack's lease away from a run that hangs.

use serde::Serialize;
use sss_aws::{Holder, Lease};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    prompt,
    session::{Session, beside_others},
};

/// What became of the lease.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    stack: &'a str,
    unlocked: bool,
    #[serde(flatten)]
    holder: Option<&'a Holder>,
}

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    beside_others(invocation, unlock)
}

async fn unlock(session: &Session<'_>) -> Result<Exit, Failure> {
    let Session { invocation, stack, aws, interruption, .. } = session;
    let (stack, output) = (stack.name.as_str(), &invocation.output);
    let failed = |error| Failure::engine("take the stack's lease away", &error);
    let held = interruption.or(Lease::holder(aws, stack)).await?.map_err(failed)?;
    let mut unlocked = false;
    if let Some(holder) = &held {
        if !output.json {
            output.note(|w| {
                writeln!(w, "{} holds the stack {stack}, renewed at {}", holder.holder, holder.renewed)?;
                writeln!(w, "the lease ends at {} unless it is renewed", holder.ends)
            });
        }
        let question = "a run that is still at work ends when its lease is gone; take it away? [y/N]";
        prompt::confirm(invocation, interruption, "take the stack's lease away", question, prompt::is_yes)
            .await?;
        unlocked = interruption.or(Lease::take_away(aws, stack, holder)).await?.map_err(failed)?;
    }
    if output.json {
        output.document(&Answer { stack, unlocked, holder: held.as_ref() })?;
    } else {
        output.data(|w| match &held {
            Some(holder) if unlocked => writeln!(w, "the lease was taken away from {}", holder.holder),
            _ => writeln!(w, "nobody holds the stack {stack}"),
        })?;
    }
    Ok(Exit::Done)
}
