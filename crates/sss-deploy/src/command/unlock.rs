//! `unlock`: releases the lock of a run that is stuck.

use serde::Serialize;
use sss_aws::Holder;

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    prompt,
    session::{Session, beside_others},
};

/// The answer as JSON.
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
    let Session { invocation, stack, deployer, interruption, .. } = session;
    let (name, output) = (stack.name.as_str(), &invocation.output);
    let what = "release the stack's lock";
    let failed = |error| Failure::engine(what, &error);
    let locked_by = interruption.or(deployer.locked_by(stack)).await?.map_err(failed)?;

    let mut unlocked = false;
    if let Some(holder) = &locked_by {
        if !output.json {
            output.note(|w| {
                writeln!(
                    w,
                    "the stack {name} is locked by {}, renewed at {}",
                    holder.holder, holder.renewed
                )?;
                writeln!(w, "the lock expires at {} unless that run renews it", holder.ends)
            });
        }
        let question = "if that run still works, it ends without its lock; release the lock? [y/N]";
        prompt::confirm(invocation, interruption, what, question, prompt::is_yes).await?;
        unlocked = interruption.or(deployer.unlock(stack, holder)).await?.map_err(failed)?;
    }

    if output.json {
        output.document(&Answer { stack: name, unlocked, holder: locked_by.as_ref() })?;
    } else {
        output.data(|w| match &locked_by {
            Some(holder) if unlocked => writeln!(w, "released the lock of {}", holder.holder),
            _ => writeln!(w, "the stack {name} is not locked"),
        })?;
    }
    Ok(Exit::Done)
}
