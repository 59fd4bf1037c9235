//! Waits for AWS: a named condition with a deadline, and polls whose distance follows from the elapsed time.
//!
//! A *look* is one read of the condition; many waits may share one call through a batch. The distance between
//! looks grows with the elapsed time (`looks`), so a long wait costs few calls and a short one is seen soon.
//! The usual time of a condition and the end of the last wait add a look where the end is likely. No wait
//! relies on them.
//!
//! Each wait has a deadline, emits [`Event::Waiting`] when AWS reports another state, and ends at its next
//! pause when the apply is asked to end.

mod looks;

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

pub(crate) use self::looks::{Looks, Seen};
use crate::{Error, Event, Id, Result, client::pace::Lane, engine::run::Context};

/// A condition that a step waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    /// The name, as it fits "waiting for …".
    pub(crate) name: &'static str,
    /// The time after which the wait fails.
    pub(crate) deadline: Duration,
    /// The time after which the condition usually holds. It orders the queue, feeds the forecast and adds one
    /// look.
    pub(crate) usual: Duration,
    /// Whether the first look is at the start. Otherwise AWS has only just been asked, and an early look
    /// would be wasted.
    may_hold_already: bool,
}

/// The result of one look.
pub(crate) enum Look<T> {
    /// The condition holds.
    Met(T),
    /// The condition does not hold yet. The text is AWS's state in words.
    Unmet(String),
    /// AWS refuses the call that the condition is about. The text says in a few words why; the error is the answer of
    /// AWS, which the wait ends with at its deadline.
    Refused(String, Error),
}

impl Condition {
    /// Returns a condition that AWS has just been asked for, and that usually holds after `usual`.
    pub(crate) const fn new(name: &'static str, usual: Duration, deadline: Duration) -> Self {
        Self { name, deadline, usual, may_hold_already: false }
    }

    /// Returns the same condition with a first look at the start, because it may hold already.
    pub(crate) const fn looked_at_once(self) -> Self {
        Self { may_hold_already: true, ..self }
    }

    /// Returns the same condition with another deadline.
    pub(crate) const fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Returns the looks of a wait whose regular ones count from `lag` after its start.
    fn looks(&self, last: Option<Seen>, lag: Duration) -> Looks {
        let learned = last.map(Seen::marks).into_iter().flatten();
        Looks::with_marks(learned.chain([self.usual]).map(|mark| mark.saturating_sub(lag)))
    }
}

/// Polls until the condition holds, a look fails, the deadline passes, or the apply is asked to end.
///
/// All waits of one condition look on whole and half seconds since the first of them began, so that the looks
/// of one moment can be one call.
///
/// # Errors
///
/// The look fails, the deadline passes (`Error::is_late`), or the apply is asked to end
/// (`Error::is_interrupted`). The last two name the condition and the last state.
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
        let (note, refusal) = match Lane::waiting(Box::pin(look())).await? {
            Look::Met(value) => {
                cx.note_seen(condition.name, Seen { unmet, met: looked });
                return Ok(value);
            }
            Look::Unmet(note) => (note, None),
            Look::Refused(note, refusal) => (note, Some(refusal)),
        };

        unmet = looked;
        if start.elapsed() >= condition.deadline {
            return Err(late(condition, &note, refusal.as_ref()));
        }

        if said.as_ref() != Some(&note) {
            cx.tell(Event::Waiting {
                id: id.clone(),
                condition: condition.name,
                note: note.clone(),
                usual: condition.usual,
            });
            said = Some(note);
        }

        let elapsed = Instant::now().saturating_duration_since(beat);
        pause_until(cx, condition, beat + looks.after(elapsed)).await?;
    }
}

/// Returns the error of a wait at its deadline: the last answer of AWS, or else the last state.
fn late(condition: &Condition, note: &str, refusal: Option<&Error>) -> Error {
    let last = match refusal {
        Some(refusal) => refusal.to_string(),
        None => format!("last state: {note}"),
    };
    let advice = refusal.and_then(Error::hint).unwrap_or("run it again to continue from here");
    let seconds = condition.deadline.as_secs();
    Error::late(condition.name, format!("no success within {seconds} s; {last}")).with_hint(advice)
}

/// Sleeps until the next look, or fails if the apply is asked to end.
async fn pause_until(cx: &Context, condition: &Condition, next: Instant) -> Result<()> {
    tokio::select! {
        () = sleep_until(next) => Ok(()),
        () = cx.options.interrupt.requested() => {
            Err(Error::interrupted(condition.name, "AWS continues by itself"))
        }
    }
}
