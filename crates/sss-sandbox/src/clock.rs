//! The sandbox's time: tokio's time with a factor, from the time of the saved world on.
//!
//! Under tokio's paused clock the world's time jumps with it, so minutes pass in milliseconds. Outside of a
//! runtime no time passes, except by [`Clock::advance`]. All times of the world are milliseconds since the
//! Unix epoch.
//!
//! # Guarantees
//!
//! The clock never goes back, not even when the factor changes.

use std::time::Duration;

use aws_smithy_types::{DateTime, date_time::Format};
use tokio::{runtime::Handle, time::Instant};

/// The beginning of a new world: 2026-01-01T00:00:00Z, in milliseconds since the Unix epoch.
pub(crate) const BEGINNING: u64 = 1_767_225_600_000;

/// The clock of a world.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The world's time at `anchor`.
    base: u64,
    /// The world's seconds in each second of tokio.
    factor: f64,
    /// The moment of `base`. It is `None` until a runtime exists, and the clock does not advance.
    anchor: Option<Instant>,
    /// The last time that the clock showed. It is also the time outside of a runtime.
    shown: u64,
}

impl Clock {
    /// Creates a clock that shows `now`.
    pub(crate) fn starting_at(now: u64) -> Self {
        Self { base: now, factor: 1.0, anchor: instant(), shown: now }
    }

    /// Makes the world's time pass `factor` times as fast as tokio's, from now on.
    pub(crate) fn set_factor(&mut self, factor: f64) {
        self.base = self.now();
        self.anchor = instant();
        self.factor = factor;
    }

    /// Advances the clock. Due events do not happen by it; the account catches up.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.base += milliseconds(by);
        self.shown += milliseconds(by);
    }

    /// Returns the world's time. No time passes outside of a runtime.
    pub(crate) fn now(&mut self) -> u64 {
        if let Some(now) = instant() {
            let passed = now.saturating_duration_since(*self.anchor.get_or_insert(now));
            self.shown = self.shown.max(self.base + milliseconds(passed.mul_f64(self.factor)));
        }
        self.shown
    }
}

/// Returns tokio's time. `None` outside of a runtime.
fn instant() -> Option<Instant> {
    Handle::try_current().is_ok().then(Instant::now)
}

/// Returns a duration in the world's unit. Parts of a millisecond are lost.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a time of the world as a date of the Query protocol: RFC 3339 in seconds.
pub(crate) fn date_time(milliseconds: u64) -> String {
    let seconds = i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    DateTime::from_secs(seconds).fmt(Format::DateTime).unwrap_or_default()
}
