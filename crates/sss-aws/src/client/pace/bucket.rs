//! One token bucket.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::pace::Rate;

/// How much slower calls come after one was refused, and how slow they become at worst.
const BACK_OFF: f64 = 0.7;
const SLOWEST: f64 = 0.1;

/// How much of the rate comes back with each call.
const RECOVERY: f64 = 0.01;

/// A bucket as its next full moment.
#[derive(Debug)]
pub(super) struct Bucket {
    size: f64,
    /// From an empty bucket to its first token, at full speed.
    refill: Duration,
    /// What AWS's refusals have left of the speed, 0 to 1.
    speed: f64,
    full_at: Option<Instant>,
}

impl Bucket {
    pub(super) fn new(rate: Rate) -> Self {
        let refill = Duration::from_secs_f64(1.0 / rate.per_second);
        Self { size: f64::from(rate.burst), refill, speed: 1.0, full_at: None }
    }

    /// When the next token is there.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let first =
            self.full_at.and_then(|full_at| full_at.checked_sub(self.refill().mul_f64(self.size - 1.0)));
        first.map_or(now, |first| first.max(now))
    }

    /// Takes a token.
    pub(super) fn take(&mut self, now: Instant) {
        let full_at = self.full_at.map_or(now, |full_at| full_at.max(now));
        self.full_at = Some(full_at + self.refill());
        self.speed = (self.speed + RECOVERY).min(1.0);
    }

    /// The bucket was emptier than it was thought to be: others draw on it too.
    pub(super) fn slow_down(&mut self, now: Instant) {
        self.speed = (self.speed * BACK_OFF).max(SLOWEST);
        let empty = now + self.refill().mul_f64(self.size);
        self.full_at = Some(self.full_at.map_or(empty, |full_at| full_at.max(empty)));
    }

    fn refill(&self) -> Duration {
        self.refill.div_f64(self.speed)
    }
}
