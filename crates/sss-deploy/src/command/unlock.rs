//! `unlock`: releases the lock of a run that is stuck.
//!
//! The lock of a dead run expires by itself after a minute. This command is for a run that still renews its
//! lock and does not end. If that run does work, it notices the loss within 20 seconds and ends. So the
//! command shows the holder and asks first.
//!
//! It works beside the run that holds the lock, and therefore takes no lock of its own.

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
    /// The name of the stack.
    stack: &'a str,
    /// Whether this run released a lock. `false` if the stack was not locked, or if the holder had released
    /// it meanwhile.
    unlocked: bool,
    /// The run that held the lock, with its times. `None` if the stack was not locked.
    #[serde(flatten)]
    holder: Option<&'a Holder>,
}

/// Runs the command beside the run that holds the lock.
pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    beside_others(invocation, unlock)
}

/// Shows the holder, asks, and releases its lock.
///
/// Only the lock of the holder that was shown is released. A lock that another run has taken in between
/// stays.
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
        output.answer(|w| match &locked_by {
            Some(holder) if unlocked => writeln!(w, "released the lock of {}", holder.holder),
            _ => writeln!(w, "the stack {name} is not locked"),
        })?;
    }
    Ok(Exit::Done)
}
