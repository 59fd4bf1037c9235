//! How often AWS is called: never more often than its quotas allow, and counted.
//!
//! A call waits for its turn before it is sent, each attempt of it. All clients of an [`Aws`](crate::Aws) share the
//! buckets, because all calls to an account and region share AWS's.

mod answer;
mod bucket;
mod client;
mod lane;
mod queue;
mod quota;
mod rates;
mod silence;
#[cfg(test)]
mod tests;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use tokio::{
    select,
    time::{Instant, sleep_until},
};

use bucket::Bucket;
pub(crate) use client::PacedClient;
pub(crate) use lane::Lane;
use queue::{Place, Queue};
pub(crate) use quota::{Bounds, Documented, Quota};
pub use rates::{InvalidRate, Rate, Rates};
pub(crate) use silence::{Listener, Silence, Silent};
pub(crate) use watch::Watch;

/// A call that is about to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    /// The service as IAM policies name it.
    pub(crate) service: &'static str,
    pub(crate) operation: String,
    pub(crate) lane: Lane,
}

impl Called {
    fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// Whether it only asks whether AWS has done something.
    fn is_poll(&self) -> bool {
        let reads = ["Get", "List", "Describe"];
        self.lane.waits && reads.iter().any(|verb| self.operation.starts_with(verb))
    }

    /// Whether AWS always answers it with something. CloudWatch Logs says nothing when it has made something.
    fn has_result(&self) -> bool {
        let reads = ["Get", "List", "Describe"];
        let makes = ["Create", "Register"];
        let is_of = |verbs: &[&str]| verbs.iter().any(|verb| self.operation.starts_with(verb));
        is_of(&reads) || is_of(&makes) && self.service != "logs"
    }
}

/// What was called, and what it waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// How often each operation was called, by its name in IAM policies; a retry is a call.
    pub calls: BTreeMap<String, u64>,
    /// How many of them only asked whether AWS has done what it was asked for.
    pub polls: u64,
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

    /// How many calls there were to a service, by its name in IAM policies.
    pub fn of_service(&self, service: &str) -> u64 {
        let is_of = |name: &str| name.split(':').next() == Some(service);
        self.calls.iter().filter(|(name, _)| is_of(name)).map(|(_, count)| count).sum()
    }

    /// What was called since these statistics were taken from the same clients. Waits are those of all the time.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let fewer = |(name, count): (&String, &u64)| {
            let count = count - earlier.calls.get(name).copied().unwrap_or(0);
            (count > 0).then(|| (name.clone(), count))
        };
        Self {
            calls: self.calls.iter().filter_map(fewer).collect(),
            polls: self.polls - earlier.polls,
            throttled: self.throttled - earlier.throttled,
            waits: self.waits.clone(),
        }
    }
}

/// Buckets and counts, shared by clones.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    state: Arc<Mutex<State>>,
    pub(crate) silence: Silence,
}

#[derive(Debug)]
struct State {
    /// The quotas of the account's services.
    quotas: Vec<Documented>,
    /// The error codes by which services refuse a call as one too many.
    throttled: BTreeSet<&'static str>,
    /// One for each quota.
    buckets: Vec<Bucket>,
    /// The longest that a call waited for each of them.
    waits: Vec<Duration>,
    /// Those that wait for the same buckets wait in one queue.
    queues: BTreeMap<Vec<usize>, Queue>,
    counts: Statistics,
}

impl Pace {
    /// Buckets of these rates.
    pub(crate) fn new(rates: &Rates) -> Self {
        let buckets: Vec<_> = rates.kept().into_iter().map(Bucket::new).collect();
        let state = State {
            waits: vec![Duration::ZERO; buckets.len()],
            quotas: rates.quotas().collect(),
            throttled: rates.throttled().collect(),
            buckets,
            queues: BTreeMap::new(),
            counts: Statistics::default(),
        };
        Self { state: Arc::new(Mutex::new(state)), silence: Silence::default() }
    }

    /// Waits until the call may be sent.
    pub(crate) async fn turn(&self, called: &Called) {
        let rows = self.lock().rows_of(called);
        let Some(waiting) = Waiting::enter(self, called, &rows) else { return };
        let (start, mut last) = (Instant::now(), None);
        loop {
            let next = self.lock().next(&rows, waiting.place);
            match next {
                Next::Go => break,
                Next::At(at, row) => {
                    last = Some(row);
                    select! {
                        () = sleep_until(at) => {}
                        () = waiting.notify.notified() => {}
                    }
                }
                Next::Behind => waiting.notify.notified().await,
            }
        }
        let row = last.unwrap_or(rows[0]);
        let mut state = self.lock();
        state.waits[row] = state.waits[row].max(start.elapsed());
    }

    /// Returns whether an error code refuses a call as one too many, if `names` finds it in the answer.
    pub(crate) fn is_throttling(&self, names: impl Fn(&str) -> bool) -> bool {
        self.lock().throttled.iter().any(|code| names(code))
    }

    /// Counts a call that AWS refused as one too many, and slows the following ones down.
    pub(crate) fn refused(&self, called: &Called) {
        let mut state = self.lock();
        state.counts.throttled += 1;
        let now = Instant::now();
        for row in state.rows_of(called) {
            state.buckets[row].slow_down(now);
        }
    }

    pub(crate) fn statistics(&self) -> Statistics {
        let state = self.lock();
        let waits = state.quotas.iter().map(|(_, quota)| quota.name).zip(state.waits.iter().copied());
        Statistics { waits: waits.filter(|(_, wait)| !wait.is_zero()).collect(), ..state.counts.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a call goes.
enum Next {
    Go,
    /// The first token is there at this time, out of the bucket of this row.
    At(Instant, usize),
    /// Others go first.
    Behind,
}

impl State {
    /// The places of the quotas that a call draws on.
    fn rows_of(&self, called: &Called) -> Vec<usize> {
        let is_about = |row: &usize| {
            let (service, quota) = self.quotas[*row];
            service == called.service && quota.is_about(&called.operation)
        };
        (0..self.quotas.len()).filter(is_about).collect()
    }

    fn next(&mut self, rows: &[usize], place: Place) -> Next {
        if !self.queues.get(rows).is_some_and(|queue| queue.is_first(place)) {
            return Next::Behind;
        }
        let now = Instant::now();
        let tokens = rows.iter().map(|row| (self.buckets[*row].next(now), *row));
        match tokens.max() {
            Some((at, row)) if at > now => Next::At(at, row),
            _ => {
                for row in rows {
                    self.buckets[*row].take(now);
                }
                Next::Go
            }
        }
    }

    fn count(&mut self, called: &Called) {
        *self.counts.calls.entry(called.name()).or_default() += 1;
        self.counts.polls += u64::from(called.is_poll());
    }
}

/// One that waits. It leaves its place when it goes, and when nobody wants it to go any more.
struct Waiting<'a> {
    shared: &'a Pace,
    rows: &'a [usize],
    place: Place,
    notify: Arc<tokio::sync::Notify>,
}

impl<'a> Waiting<'a> {
    /// None when there is nothing to wait for.
    fn enter(shared: &'a Pace, called: &Called, rows: &'a [usize]) -> Option<Self> {
        let mut state = shared.lock();
        state.count(called);
        if rows.is_empty() {
            return None;
        }
        let queue = state.queues.entry(rows.to_vec()).or_default();
        let (place, notify) = queue.enter(called.lane.rank);
        Some(Self { shared, rows, place, notify })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(queue) = self.shared.lock().queues.get_mut(self.rows) {
            queue.leave(self.place);
        }
    }
}
