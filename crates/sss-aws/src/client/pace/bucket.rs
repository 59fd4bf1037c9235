//! One token bucket, as the moment at which it is full again.
//!
//! The moment alone describes the bucket, so nothing has to run in the background: each token moves it on by
//! the time that one token takes to come back. `speed` scales that time. Each refusal of AWS multiplies the
//! speed, and each call that goes out adds a little back, as TCP does with its window.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::pace::Rate;

/// The factor of the speed after a refusal.
const BACK_OFF: f64 = 0.7;
/// The lowest speed. Calls never stop completely.
const SLOWEST: f64 = 0.1;

/// The part of the full speed that comes back with each call.
const RECOVERY: f64 = 0.01;

/// A token bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    /// The number of tokens in a full bucket, 1 or more.
    size: f64,
    /// The time for one token at full speed.
    refill: Duration,
    /// The speed that AWS's refusals have left, from 0.1 to 1.
    speed: f64,
    /// The moment at which the bucket is full. `None` before the first call.
    full_at: Option<Instant>,
}

impl Bucket {
    pub(super) fn new(rate: Rate) -> Self {
        let refill = Duration::from_secs_f64(1.0 / rate.per_second);
        Self { size: f64::from(rate.burst), refill, speed: 1.0, full_at: None }
    }

    /// Returns the moment of the next token: `now` if the bucket has one.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let first =
            self.full_at.and_then(|full_at| full_at.checked_sub(self.refill().mul_f64(self.size - 1.0)));
        first.map_or(now, |first| first.max(now))
    }

    /// Takes a token. The caller has waited for it.
    pub(super) fn take(&mut self, now: Instant) {
        let full_at = self.full_at.map_or(now, |full_at| full_at.max(now));
        self.full_at = Some(full_at + self.refill());
        self.speed = (self.speed + RECOVERY).min(1.0);
    }

    /// Empties the bucket and slows it down. AWS refused a call, so its own bucket was empty: others draw on
    /// it, too.
    pub(super) fn slow_down(&mut self, now: Instant) {
        self.speed = (self.speed * BACK_OFF).max(SLOWEST);
        let empty = now + self.refill().mul_f64(self.size);
        self.full_at = Some(self.full_at.map_or(empty, |full_at| full_at.max(empty)));
    }

    /// Returns the time for one token at the present speed.
    fn refill(&self) -> Duration {
        self.refill.div_f64(self.speed)
    }
}
