//! How often AWS is called: never more often than its quotas allow, and counted.
//!
//! A call waits for its turn before it is sent, each attempt of it. All clients of an [`Aws`](crate::Aws) share the
//! buckets, because all calls to an account and region share AWS's.

mod bucket;
mod client;
mod table;
#[cfg(test)]
mod tests;
mod watch;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use bucket::Bucket;
pub(crate) use client::PacedClient;
use table::ROWS;
pub(crate) use watch::Watch;

/// A call that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Called {
    /// The service as IAM policies name it.
    pub(crate) service: &'static str,
    pub(crate) operation: String,
}

/// What was called, and what it waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// How often each operation was called, by its name in IAM policies; a retry is a call.
    pub calls: BTreeMap<String, u64>,
    /// How many calls AWS refused as one too many.
    pub throttled: u64,
    /// The longest that a call waited for a quota, by the quota; those that nothing waited for are left out.
    pub waits: BTreeMap<&'static str, Duration>,
}

impl Statistics {
    /// How many calls there were in all.
    pub fn total(&self) -> u64 {
        self.calls.values().sum()
    }
}

/// Buckets and counts, shared by clones.
#[derive(Debug, Clone)]
pub(crate) struct Pace(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// One for each row of the table.
    buckets: Vec<Bucket>,
    calls: BTreeMap<Called, u64>,
    throttled: u64,
}

impl Pace {
    /// Buckets that hold `share` of AWS's quotas.
    pub(crate) fn new(share: f64) -> Self {
        let buckets = ROWS.iter().map(|row| Bucket::new(row, share)).collect();
        Self(Arc::new(Mutex::new(State { buckets, calls: BTreeMap::new(), throttled: 0 })))
    }

    /// Waits until the call may be sent.
    pub(crate) async fn turn(&self, called: &Called) {
        let turn = self.lock().reserve(called, Instant::now());
        if let Some(turn) = turn {
            sleep_until(turn).await;
        }
    }

    /// AWS refused the call as one too many.
    pub(crate) fn refused(&self, called: &Called) {
        let mut state = self.lock();
        state.throttled += 1;
        let now = Instant::now();
        state.buckets_of(called).for_each(|bucket| bucket.slow_down(now));
    }

    pub(crate) fn statistics(&self) -> Statistics {
        let state = self.lock();
        let name = |called: &Called| format!("{}:{}", called.service, called.operation);
        let waits = ROWS.iter().zip(&state.buckets).map(|(row, bucket)| (row.name, bucket.longest_wait()));
        Statistics {
            calls: state.calls.iter().map(|(called, count)| (name(called), *count)).collect(),
            throttled: state.throttled,
            waits: waits.filter(|(_, wait)| !wait.is_zero()).collect(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn buckets_of<'a>(&'a mut self, called: &'a Called) -> impl Iterator<Item = &'a mut Bucket> {
        let rows = ROWS.iter().zip(&mut self.buckets);
        rows.filter(move |(row, _)| row.is_about(called)).map(|(_, bucket)| bucket)
    }

    /// Takes the call's place in every bucket that it draws on, and says when it comes, unless that is now.
    fn reserve(&mut self, called: &Called, now: Instant) -> Option<Instant> {
        *self.calls.entry(called.clone()).or_default() += 1;
        let turn = self.buckets_of(called).map(|bucket| bucket.next(now)).max()?;
        self.buckets_of(called).for_each(|bucket| bucket.take(now, turn));
        (turn > now).then_some(turn)
    }
}
