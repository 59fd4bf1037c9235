//! One token bucket.

use std::time::Duration;

use tokio::time::Instant;

use super::table::Row;

/// What of AWS's own rate is used at most: its clock and the way to it are not ours.
const MARGIN: f64 = 0.98;

/// How much slower calls come after one was refused, and how slow they become at worst.
const BACK_OFF: f64 = 0.7;
const SLOWEST: f64 = 0.1;

/// How much of the rate comes back with each call.
const RECOVERY: f64 = 0.01;

/// A bucket as its next full moment: calls that wait have taken their tokens already, so each has its own turn.
#[derive(Debug)]
pub(super) struct Bucket {
    size: f64,
    /// From an empty bucket to its first token, at full speed.
    refill: Duration,
    /// What AWS's refusals have left of the speed, 0 to 1.
    speed: f64,
    full_at: Option<Instant>,
    longest_wait: Duration,
}

impl Bucket {
    pub(super) fn new(row: &Row, share: f64) -> Self {
        Self {
            size: (f64::from(row.size) * share).floor().max(1.0),
            refill: row.refill.div_f64(share * MARGIN),
            speed: 1.0,
            full_at: None,
            longest_wait: Duration::ZERO,
        }
    }

    /// When the next token is there.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let first =
            self.full_at.and_then(|full_at| full_at.checked_sub(self.refill().mul_f64(self.size - 1.0)));
        first.map_or(now, |first| first.max(now))
    }

    /// Takes a token for a call that is sent at `turn`.
    pub(super) fn take(&mut self, now: Instant, turn: Instant) {
        self.longest_wait = self.longest_wait.max(self.next(now).duration_since(now));
        let full_at = self.full_at.map_or(turn, |full_at| full_at.max(turn));
        self.full_at = Some(full_at + self.refill());
        self.speed = (self.speed + RECOVERY).min(1.0);
    }

    /// The bucket was emptier than it was thought to be: others draw on it too.
    pub(super) fn slow_down(&mut self, now: Instant) {
        self.speed = (self.speed * BACK_OFF).max(SLOWEST);
        let empty = now + self.refill().mul_f64(self.size);
        self.full_at = Some(self.full_at.map_or(empty, |full_at| full_at.max(empty)));
    }

    pub(super) fn longest_wait(&self) -> Duration {
        self.longest_wait
    }

    fn refill(&self) -> Duration {
        self.refill.div_f64(self.speed)
    }
}
