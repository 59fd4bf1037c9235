//! One token bucket, as the moment at which it is full again and the calls under way.
//!
//! The moment alone describes the bucket, so nothing has to run in the background: each token moves it on by
//! the time that one token takes to come back. `speed` scales that time. Each refusal of AWS multiplies the
//! speed, and each call that goes out adds a little back, as TCP does with its window.
//!
//! AWS's bucket gives a token when a call arrives, and refills from then on. Nobody here knows that moment: a
//! new connection needs a handshake, and networks are uneven. It lies between the sending of a call and its
//! answer. So a token counts as taken from the sending, and begins to come back with the answer. Then AWS's
//! bucket never has fewer tokens than this one, whatever the way takes.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::Instant;

use crate::client::pace::Rate;

/// The factor of the speed after a refusal.
const BACK_OFF: f64 = 0.7;
/// The lowest speed. Calls never stop completely.
const SLOWEST: f64 = 0.1;

/// The part of the full speed that comes back with each call.
const RECOVERY: f64 = 0.01;

/// The time within which a call arrives. AWS may work long on a call that has arrived, and a broken connection
/// gives no answer; neither holds a token longer than this.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// A token bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    /// The number of tokens in a full bucket, 1 or more.
    size: u32,
    /// The time for one token at full speed.
    refill: Duration,
    /// The speed that AWS's refusals have left, from 0.1 to 1.
    speed: f64,
    /// The moment at which the bucket is full, but for the calls under way. `None` before the first answer.
    full_at: Option<Instant>,
    /// The calls that may not have arrived yet, by their numbers, with the time of sending.
    under_way: BTreeMap<u64, Instant>,
    /// The time of the last refusal that slowed the bucket down.
    slowed_at: Option<Instant>,
}

impl Bucket {
    pub(super) fn new(rate: Rate) -> Self {
        let refill = Duration::from_secs_f64(1.0 / rate.per_second);
        let under_way = BTreeMap::new();
        Self { size: rate.burst, refill, speed: 1.0, full_at: None, under_way, slowed_at: None }
    }

    /// Returns the moment of the next token: `now` if the bucket has one. An answer may bring it earlier.
    pub(super) fn next(&mut self, now: Instant) -> Instant {
        self.settle(now);

        let under_way = u32::try_from(self.under_way.len()).unwrap_or(u32::MAX);
        let Some(others) = self.size.checked_sub(1 + under_way) else {
            return self.under_way.values().next().map_or(now, |sent| *sent + ON_THE_WAY);
        };
        let first = self.full_at.and_then(|full_at| full_at.checked_sub(self.refill() * others));
        first.map_or(now, |first| first.max(now))
    }

    /// Takes a token for the call of this number. The caller has waited for it.
    pub(super) fn take(&mut self, call: u64, now: Instant) {
        self.under_way.insert(call, now);
        self.speed = (self.speed + RECOVERY).min(1.0);
    }

    /// Lets the token of a call come back: AWS has answered it.
    pub(super) fn arrived(&mut self, call: u64, now: Instant) {
        if self.under_way.remove(&call).is_some() {
            let full_at = self.full_at.map_or(now, |full_at| full_at.max(now));
            self.full_at = Some(full_at + self.refill());
        }
    }

    /// Empties the bucket and slows it down. AWS refused a call, so its own bucket was empty: others draw on
    /// it, too.
    ///
    /// Calls that were sent together are refused together. So a call from before the last slowing down tells
    /// nothing new.
    pub(super) fn slow_down(&mut self, sent: Instant, now: Instant) {
        if self.slowed_at.is_some_and(|slowed_at| sent <= slowed_at) {
            return;
        }
        self.slowed_at = Some(now);
        self.speed = (self.speed * BACK_OFF).max(SLOWEST);
        let empty = now + self.refill() * self.size;
        self.full_at = Some(self.full_at.map_or(empty, |full_at| full_at.max(empty)));
    }

    /// Lets the tokens of the calls come back that must have arrived.
    fn settle(&mut self, now: Instant) {
        while let Some((call, sent)) = self.under_way.first_key_value().map(|(call, sent)| (*call, *sent))
            && sent + ON_THE_WAY <= now
        {
            self.arrived(call, sent + ON_THE_WAY);
        }
    }

    /// Returns the time for one token at the present speed.
    fn refill(&self) -> Duration {
        self.refill.div_f64(self.speed)
    }
}
