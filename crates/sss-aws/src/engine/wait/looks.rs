//! When a wait looks at AWS: a function of the time that has passed, whatever AWS usually takes.

use std::time::Duration;

/// The shortest time between two regular looks.
const SHORTEST: Duration = Duration::from_secs(2);
/// Looks fall on multiples of this, so that waits that began on whole seconds share them.
const GRAIN: Duration = Duration::from_millis(500);
/// A regular look comes after at most this part of the time that has passed.
const PART: u32 = 20;
/// As long as regular looks are closer together than this, they include its multiples. So whoever looks this often, as
/// Terraform does, is not ahead by luck.
const ROUND: Duration = Duration::from_secs(10);

/// The looks of one wait.
///
/// # Guarantees
///
/// The regular looks alone see the end of everything that takes 2 s or longer at most 2 s or a twentieth of that time
/// too late. Marks add looks and take none away.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// Moments at which the end is likely, or tells most.
    marks: Vec<Duration>,
}

impl Looks {
    /// Regular looks, and one at each of these moments.
    pub(crate) fn with_marks(marks: impl IntoIterator<Item = Duration>) -> Self {
        Self { marks: marks.into_iter().map(grained).collect() }
    }

    /// The first look after this much time.
    pub(crate) fn after(&self, elapsed: Duration) -> Duration {
        let marks = self.marks.iter().copied().filter(|mark| *mark > elapsed);
        marks.fold(regular(elapsed), Duration::min)
    }
}

/// When the end of something was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The last look before.
    pub(crate) unmet: Duration,
    /// The look that saw it.
    pub(crate) met: Duration,
}

impl Seen {
    /// The moments that narrow down when the next of the sort ends: each halves what is not known.
    pub(crate) fn marks(self) -> [Duration; 2] {
        [self.unmet + self.met.saturating_sub(self.unmet) / 2, self.met]
    }
}

fn regular(elapsed: Duration) -> Duration {
    let mut at = SHORTEST;
    while at <= elapsed {
        at += step(at);
    }
    at
}

/// The time from a regular look to the next one.
fn step(at: Duration) -> Duration {
    let most = SHORTEST.max(whole_grains(at / PART));
    if most >= ROUND {
        return most;
    }
    let rest = ROUND.saturating_sub(Duration::from_millis(millis(at) % millis(ROUND)));
    let steps = millis(rest).div_ceil(millis(most));
    whole_grains(Duration::from_millis(millis(rest) / steps))
}

fn whole_grains(duration: Duration) -> Duration {
    Duration::from_millis(millis(duration) / millis(GRAIN) * millis(GRAIN))
}

fn grained(moment: Duration) -> Duration {
    Duration::from_millis(millis(moment).div_ceil(millis(GRAIN)) * millis(GRAIN))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX / 2)
}

#[cfg(test)]
mod tests;
