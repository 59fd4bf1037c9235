//! Waiting for AWS: a named condition with a deadline.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, Event, Id, Result, context::Context};

/// What is waited for, how long at most, and how often AWS is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    /// The name, as it fits "waiting until …".
    pub(crate) name: &'static str,
    /// When to give up.
    pub(crate) deadline: Duration,
    /// The time between two looks.
    pub(crate) every: Duration,
}

/// What a look at AWS found.
pub(crate) enum Look<T> {
    /// The condition holds.
    Met(T),
    /// Not yet; AWS says this.
    Unmet(String),
}

/// Looks until the condition holds, a look fails, the deadline passes, or the apply is to end.
///
/// # Errors
///
/// The look's own, or one that names the condition, the deadline and what AWS said last.
pub(crate) async fn wait<T, F, Fut>(cx: &Context, id: &Id, condition: &Condition, mut look: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Look<T>>>,
{
    let start = Instant::now();
    let mut said = None;
    loop {
        let note = match look().await? {
            Look::Met(value) => return Ok(value),
            Look::Unmet(note) => note,
        };
        if start.elapsed() >= condition.deadline {
            let seconds = condition.deadline.as_secs();
            let last = format!("not after {seconds} s; AWS says: {note}");
            return Err(Error::late(condition.name, last).with_hint("run it again to continue from here"));
        }
        if said.as_ref() != Some(&note) {
            cx.tell(Event::Waiting { id: id.clone(), condition: condition.name, note: note.clone() });
            said = Some(note);
        }
        tokio::select! {
            () = tokio::time::sleep(condition.every) => {}
            () = cx.options.interrupt.requested() => {
                return Err(Error::interrupted(condition.name, "AWS goes on with it by itself"));
            }
        }
    }
}
