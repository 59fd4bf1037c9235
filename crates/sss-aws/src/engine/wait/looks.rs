//! The moments at which a wait looks at AWS: a function of the elapsed time, independent of AWS's usual
//! times.
//!
//! Regular looks are 2 seconds apart at first; later, a twentieth of the elapsed time. So the end of a wait
//! is seen at most 5 per cent late, and the number of looks grows with the logarithm of the time: a wait of
//! 10 minutes takes few more than one of 5. `docs/performance.md` has the table.

use std::time::Duration;

/// The shortest time between two regular looks.
const SHORTEST: Duration = Duration::from_secs(2);
/// The unit of looks. Waits that began on whole seconds then look at the same moments and share calls.
const GRAIN: Duration = Duration::from_millis(500);
/// The divisor of the elapsed time that bounds the distance to the next regular look.
const PART: u32 = 20;
/// As long as regular looks are closer together than this, they include its multiples. So a poller with this
/// interval, as Terraform has it, is not ahead by luck.
const ROUND: Duration = Duration::from_secs(10);

/// The looks of one wait.
///
/// # Guarantees
///
/// The regular looks alone see the end of everything that takes 2 s or longer at most 2 s or a twentieth of that time
/// too late. Marks add looks and take none away.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// The moments at which the end is likely, or at which a look tells most.
    marks: Vec<Duration>,
}

impl Looks {
    /// Returns regular looks, and one at each of these moments.
    pub(crate) fn with_marks(marks: impl IntoIterator<Item = Duration>) -> Self {
        Self { marks: marks.into_iter().map(grained).collect() }
    }

    /// Returns the first look after this much time.
    pub(crate) fn after(&self, elapsed: Duration) -> Duration {
        let marks = self.marks.iter().copied().filter(|mark| *mark > elapsed);
        marks.fold(regular(elapsed), Duration::min)
    }
}

/// The end of a wait, as far as looks narrow it down: it was after `unmet` and not later than `met`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The last look before the end. 0 if the first look saw it.
    pub(crate) unmet: Duration,
    /// The look that saw the end.
    pub(crate) met: Duration,
}

impl Seen {
    /// Returns the moments that narrow down when the next wait of the sort ends: each halves the unknown
    /// span.
    pub(crate) fn marks(self) -> [Duration; 2] {
        [self.unmet + self.met.saturating_sub(self.unmet) / 2, self.met]
    }
}

/// Returns the first regular look after this much time.
fn regular(elapsed: Duration) -> Duration {
    let mut at = SHORTEST;
    while at <= elapsed {
        at += step(at);
    }
    at
}

/// Returns the time from a regular look to the next one.
fn step(at: Duration) -> Duration {
    let most = SHORTEST.max(whole_grains(at / PART));
    if most >= ROUND {
        return most;
    }
    let rest = ROUND.saturating_sub(Duration::from_millis(millis(at) % millis(ROUND)));
    let steps = millis(rest).div_ceil(millis(most));
    whole_grains(Duration::from_millis(millis(rest) / steps))
}

/// Returns the duration, rounded down to the unit.
fn whole_grains(duration: Duration) -> Duration {
    Duration::from_millis(millis(duration) / millis(GRAIN) * millis(GRAIN))
}

/// Returns the moment, rounded up to the unit.
fn grained(moment: Duration) -> Duration {
    Duration::from_millis(millis(moment).div_ceil(millis(GRAIN)) * millis(GRAIN))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX / 2)
}

#[cfg(test)]
mod tests;
