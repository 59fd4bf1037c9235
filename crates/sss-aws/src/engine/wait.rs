//! Waiting for AWS: a named condition with a deadline, and looks whose distance follows from the time that has passed.

mod looks;

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

pub(crate) use self::looks::{Looks, Seen};
use crate::{Error, Event, Id, Result, client::pace::Lane, engine::run::Context};

/// What is waited for, and how long at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    /// The name, as it fits "waiting until …".
    pub(crate) name: &'static str,
    /// When to give up.
    pub(crate) deadline: Duration,
    /// When it usually holds. It orders the queue, feeds the forecast and adds one look; no wait relies on it.
    pub(crate) usual: Duration,
    /// Whether it may hold from the start. Otherwise AWS has only just been asked to see to it.
    may_hold_already: bool,
}

/// What a look at AWS found.
pub(crate) enum Look<T> {
    /// The condition holds.
    Met(T),
    /// Not yet; AWS says this.
    Unmet(String),
}

impl Condition {
    /// A condition that AWS has just been asked to see to, and that usually holds after `usual`.
    pub(crate) const fn new(name: &'static str, usual: Duration, deadline: Duration) -> Self {
        Self { name, deadline, usual, may_hold_already: false }
    }

    /// The same, for a condition that may hold from the start.
    pub(crate) const fn looked_at_once(self) -> Self {
        Self { may_hold_already: true, ..self }
    }

    /// The looks of a wait whose regular ones count from `lag` after its start.
    fn looks(&self, last: Option<Seen>, lag: Duration) -> Looks {
        let learned = last.map(Seen::marks).into_iter().flatten();
        Looks::with_marks(learned.chain([self.usual]).map(|mark| mark.saturating_sub(lag)))
    }
}

/// Looks until the condition holds, a look fails, the deadline passes, or the apply is to end.
///
/// All waits of one condition look on whole seconds and halves since the first of them began, so that the looks of one
/// moment can be one call.
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
    let beat = cx.beat(condition.name, start);
    let looks = condition.looks(cx.seen(condition.name), beat - start);
    let mut said = None;
    let mut unmet = Duration::ZERO;
    if !condition.may_hold_already {
        pause_until(cx, condition, beat + looks.after(Duration::ZERO)).await?;
    }
    loop {
        let looked = start.elapsed();
        let note = match Lane::waiting(Box::pin(look())).await? {
            Look::Met(value) => {
                cx.note_seen(condition.name, Seen { unmet, met: looked });
                return Ok(value);
            }
            Look::Unmet(note) => note,
        };
        unmet = looked;
        if start.elapsed() >= condition.deadline {
            let seconds = condition.deadline.as_secs();
            let last = format!("no success within {seconds} s; last state: {note}");
            return Err(Error::late(condition.name, last).with_hint("apply again to continue from here"));
        }
        if said.as_ref() != Some(&note) {
            cx.tell(Event::Waiting { id: id.clone(), condition: condition.name, note: note.clone() });
            said = Some(note);
        }
        let elapsed = Instant::now().saturating_duration_since(beat);
        pause_until(cx, condition, beat + looks.after(elapsed)).await?;
    }
}

async fn pause_until(cx: &Context, condition: &Condition, next: Instant) -> Result<()> {
    tokio::select! {
        () = sleep_until(next) => Ok(()),
        () = cx.options.interrupt.requested() => {
            Err(Error::interrupted(condition.name, "AWS continues by itself"))
        }
    }
}
