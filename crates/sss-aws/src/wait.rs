//! Waiting for AWS: a named condition with a deadline, and looks that come closer together towards its usual time.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{Error, Event, Id, Result, context::Context, pace::Lane};

/// What is waited for, how long at most, and when AWS is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    /// The name, as it fits "waiting until …".
    pub(crate) name: &'static str,
    /// When to give up.
    pub(crate) deadline: Duration,
    /// When it holds at the earliest: after a first look nobody looks before. Zero where nobody knows when it began.
    pub(crate) earliest: Duration,
    /// When it usually holds.
    pub(crate) usual: Duration,
}

/// The shortest and the longest time between two looks.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

/// What a look at AWS found.
pub(crate) enum Look<T> {
    /// The condition holds.
    Met(T),
    /// Not yet; AWS says this.
    Unmet(String),
}

impl Condition {
    /// Of one that usually holds after `usual`.
    pub(crate) const fn new(
        name: &'static str,
        earliest: Duration,
        usual: Duration,
        deadline: Duration,
    ) -> Self {
        Self { name, deadline, earliest, usual }
    }

    /// The same, as the last one of its name went.
    fn learned(self, took: Option<Duration>) -> Self {
        took.map_or(self, |usual| Self { usual, earliest: self.earliest.min(usual.mul_f64(0.9)), ..self })
    }

    /// The time until the next look: half of what is left to the usual time, and an eighth of what has passed since.
    fn pause(&self, elapsed: Duration) -> Duration {
        if let Some(left) = self.earliest.checked_sub(elapsed).filter(|left| !left.is_zero()) {
            return left;
        }
        let (left, over) = (self.usual.saturating_sub(elapsed), elapsed.saturating_sub(self.usual));
        let pause = left / 2 + over / 8;
        pause.clamp(SHORTEST, LONGEST.max(self.usual / 4))
    }
}

/// Looks until the condition holds, a look fails, the deadline passes, or the apply is to end.
///
/// All looks of an apply fall on whole seconds of it, so that those of one second can be one call.
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
    let condition = condition.learned(cx.took(condition.name));
    let mut said = None;
    if !condition.earliest.is_zero() {
        // It may be there at once, where there is little to do, or where AWS is not AWS.
        pause(cx, &condition, SHORTEST).await?;
    }
    loop {
        let note = match Lane::waiting(Box::pin(look())).await? {
            Look::Met(value) => {
                cx.note_time(condition.name, start.elapsed());
                return Ok(value);
            }
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
        pause(cx, &condition, condition.pause(start.elapsed())).await?;
    }
}

async fn pause(cx: &Context, condition: &Condition, length: Duration) -> Result<()> {
    let next = Instant::now() + length;
    tokio::select! {
        () = sleep_until(cx.whole_second(next)) => Ok(()),
        () = cx.options.interrupt.requested() => {
            Err(Error::interrupted(condition.name, "AWS goes on with it by itself"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// When it is looked, if the condition never holds.
    fn looks(condition: &Condition, until: Duration) -> Vec<f64> {
        let mut at = Duration::ZERO;
        let mut looks = Vec::new();
        while at < until {
            at += condition.pause(at);
            looks.push(at.as_secs_f64());
        }
        looks
    }

    /// How many looks it takes, and how late the last one is, for things that take so long.
    fn check(condition: &Condition, takes: impl Iterator<Item = u64>) -> (f64, f64) {
        let ends: Vec<_> = takes
            .map(|end| {
                let looks = looks(condition, seconds(end));
                let last = looks.last().copied().unwrap_or_default();
                (f64::from(u32::try_from(looks.len()).expect("few looks")), last - seconds(end).as_secs_f64())
            })
            .collect();
        let count = f64::from(u32::try_from(ends.len()).expect("few ends"));
        let mean = |part: fn(&(f64, f64)) -> f64| ends.iter().map(part).sum::<f64>() / count;
        (mean(|end| end.0), mean(|end| end.1))
    }

    #[test]
    fn looks_close_in_on_the_usual_time_and_part_again() {
        let link = Condition::new("it is there", seconds(120), seconds(150), seconds(600));
        assert_eq!(
            looks(&link, seconds(160)),
            [
                120.0,
                135.0,
                142.5,
                146.25,
                148.125,
                149.125,
                150.125,
                151.125,
                152.125,
                153.125,
                154.125,
                155.125,
                156.125,
                157.125,
                158.125,
                159.140_625,
                160.283_203_125
            ]
        );
    }

    #[test]
    fn a_wait_ends_soon_after_what_it_waits_for_and_costs_few_looks() {
        let link = Condition::new("it is there", seconds(120), seconds(150), seconds(600));
        let (looks, late) = check(&link, 120..=240);
        assert!(looks < 22.0 && late < 3.5, "{looks} looks, {late} s late");
    }

    #[test]
    fn looks_stay_close_however_long_it_takes() {
        let task = Condition::new("it runs", Duration::ZERO, seconds(40), seconds(600));
        assert_eq!(task.pause(seconds(500)), seconds(10));
        let link = Condition::new("it is there", Duration::ZERO, seconds(160), seconds(600));
        assert_eq!(link.pause(Duration::ZERO), seconds(40));
    }

    #[test]
    fn the_last_one_tells_the_next_when_to_look() {
        let task = Condition::new("it runs", seconds(30), seconds(40), seconds(600));
        let (looks, late) = check(&task.learned(Some(seconds(75))), 70..=80);
        assert!(looks < 9.0 && late < 1.5, "{looks} looks, {late} s late");
        assert_eq!(task.learned(Some(seconds(20))).pause(Duration::ZERO), seconds(18));
    }
}
