//! The pace of calls: never more than AWS's quotas allow. All calls are counted.
//!
//! AWS limits calls per account and region by token buckets: a *burst* of calls at once, then a *rate* per
//! second. It refuses the calls beyond, those of every program in the account, and a refused call costs a
//! pause and a repetition. So it is faster to wait here than to be refused there. Each attempt of a call,
//! retries of the SDK included, waits for its *turn* before it is sent. All clients of an [`Aws`](crate::Aws)
//! share the buckets.
//!
//! The way of a call: `turn` stops it before the SDK signs it, `queue` gives it a place by the rank of its
//! `lane`, `bucket` lets it go, `watch` names it, `client` sends it, and `answer` reads the answer to the end,
//! while `silence` reports that none comes. `quota` has the form in which services state their bounds, and `rates` the values of an
//! account.
//!
//! The documented quotas are a model of AWS's buckets, and others draw on the same ones. When AWS refuses a
//! call nevertheless, the bucket slows down and recovers with each call after it.
//!
//! No lock is held while a call waits.

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
mod turn;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::config_bag::ConfigBag;
use serde::Serialize;
use tokio::{
    select,
    time::{Instant, sleep_until},
};

use bucket::Bucket;
pub(crate) use client::WholeAnswers;
pub(crate) use lane::Lane;
use queue::{Place, Queue};
pub(crate) use quota::{Bounds, Documented, Quota};
pub use rates::{InvalidRate, Rate, Rates};
pub(crate) use silence::{Listener, Silence, Silent};
pub(crate) use turn::{Turn, Turns};
pub(crate) use watch::Watch;

/// A call that is about to be sent. The HTTP layer finds it as an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    /// The service as IAM policies name it.
    pub(crate) service: &'static str,
    /// The operation, such as `DescribeServices`.
    pub(crate) operation: String,
    /// The rank of the work that makes the call.
    pub(crate) lane: Lane,
}

impl Called {
    /// Returns the call that the SDK is about to make to the service with this name in IAM policies.
    fn of(service: &'static str, bag: &ConfigBag) -> Self {
        let operation = bag.load::<Metadata>().map(Metadata::name).unwrap_or_default();
        Self { service, operation: operation.to_owned(), lane: Lane::current() }
    }

    /// Returns the name in IAM policies, such as `ecs:DescribeServices`.
    fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// Returns whether the call is a read of a wait.
    fn is_poll(&self) -> bool {
        let reads = ["Get", "List", "Describe"];
        self.lane.waits && reads.iter().any(|verb| self.operation.starts_with(verb))
    }

    /// Returns whether AWS answers the call with a body. Creations of CloudWatch Logs have none.
    fn has_result(&self) -> bool {
        let reads = ["Get", "List", "Describe"];
        let makes = ["Create", "Register"];
        let is_of = |verbs: &[&str]| verbs.iter().any(|verb| self.operation.starts_with(verb));
        is_of(&reads) || is_of(&makes) && self.service != "logs"
    }
}

/// The calls that were made, and their waits for quotas.
///
/// A program shows them to explain the duration of an apply; tests hold the numbers.
///
/// ```no_run
/// # async fn example(aws: &sss_aws::Aws, graph: &sss_aws::Graph) -> sss_aws::Result<()> {
/// let before = aws.statistics();
/// sss_aws::observe(aws, graph).await?;
/// println!("{} calls", aws.statistics().since(&before).total());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// The number of calls of each operation, by its name in IAM policies. A retry counts as a call.
    pub calls: BTreeMap<String, u64>,
    /// The number of calls that only polled for the end of an operation. They are among `calls`.
    pub polls: u64,
    /// The number of calls that AWS refused as one too many. They are among `calls`.
    pub throttled: u64,
    /// The longest wait of a call for each quota, by the quota's name. A quota that no call waited for is
    /// missing.
    pub waits: BTreeMap<&'static str, Duration>,
}

impl Statistics {
    /// Returns the number of all calls.
    pub fn total(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Returns the number of calls to a service, by its name in IAM policies.
    pub fn of_service(&self, service: &str) -> u64 {
        let is_of = |name: &str| name.split(':').next() == Some(service);
        self.calls.iter().filter(|(name, _)| is_of(name)).map(|(_, count)| count).sum()
    }

    /// Returns the calls since earlier statistics of the same clients. Waits stay those of the whole time.
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

/// Buckets and counts of one account and region. Clones share them.
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
    /// The bucket of each quota.
    buckets: Vec<Bucket>,
    /// The longest wait for each quota.
    waits: Vec<Duration>,
    /// The calls that wait, by the set of buckets that they draw on. Calls with different sets wait in
    /// different queues, so a call on a busy quota does not hold up the others.
    queues: BTreeMap<Vec<usize>, Queue>,
    /// The number of turns so far, which numbers the calls.
    turns: u64,
    counts: Statistics,
}

impl Pace {
    /// Returns full buckets of these rates.
    pub(crate) fn new(rates: &Rates) -> Self {
        let buckets: Vec<_> = rates.kept().into_iter().map(Bucket::new).collect();
        let state = State {
            waits: vec![Duration::ZERO; buckets.len()],
            quotas: rates.quotas().collect(),
            throttled: rates.throttled().collect(),
            buckets,
            queues: BTreeMap::new(),
            turns: 0,
            counts: Statistics::default(),
        };
        Self { state: Arc::new(Mutex::new(state)), silence: Silence::default() }
    }

    /// Waits until the call may be sent. A call without a quota never waits.
    ///
    /// The call waits until each of its buckets has a token, and then takes one from each. A call of a lower
    /// rank overtakes it, even one that arrives later. The tokens begin to come back when the turn is dropped.
    ///
    /// # Cancellation
    ///
    /// A dropped future leaves its place and takes no token. It stays counted.
    pub(crate) async fn turn(&self, called: &Called) -> Turn {
        let rows = self.lock().rows_of(called);

        let Some(waiting) = Waiting::enter(self, called, &rows) else {
            return Turn { pace: self.clone(), call: 0, rows, sent: Instant::now() };
        };

        let (start, mut last) = (Instant::now(), None);
        let call = loop {
            let next = self.lock().next(&rows, waiting.place);
            match next {
                Next::Go(call) => break call,
                Next::At(at, row) => {
                    last = Some(row);
                    select! {
                        () = sleep_until(at) => {}
                        () = waiting.notify.notified() => {}
                    }
                }
                Next::Behind => waiting.notify.notified().await,
            }
        };

        let row = last.unwrap_or(rows[0]);
        let mut state = self.lock();
        state.waits[row] = state.waits[row].max(start.elapsed());
        drop(state);
        drop(waiting);
        Turn { pace: self.clone(), call, rows, sent: Instant::now() }
    }

    /// Returns whether an answer refuses a call as one too many. `names` tells whether the answer has a code.
    pub(crate) fn is_throttling(&self, names: impl Fn(&str) -> bool) -> bool {
        self.lock().throttled.iter().any(|code| names(code))
    }

    /// Returns the counts so far.
    pub(crate) fn statistics(&self) -> Statistics {
        let state = self.lock();
        let waits = state.quotas.iter().map(|(_, quota)| quota.name).zip(state.waits.iter().copied());
        Statistics { waits: waits.filter(|(_, wait)| !wait.is_zero()).collect(), ..state.counts.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer to a call that asks for its turn.
enum Next {
    /// It may be sent. Its tokens are taken. This is its number.
    Go(u64),
    /// The bucket of this row has a token at this time, or earlier if AWS answers a call.
    At(Instant, usize),
    /// Another call is the first of the queue.
    Behind,
}

impl State {
    /// Returns the positions of the quotas that a call draws on.
    fn rows_of(&self, called: &Called) -> Vec<usize> {
        let is_about = |row: &usize| {
            let (service, quota) = self.quotas[*row];
            service == called.service && quota.is_about(&called.operation)
        };
        (0..self.quotas.len()).filter(is_about).collect()
    }

    /// Returns the turn of a call in a queue. Only the first call of a queue asks the buckets.
    fn next(&mut self, rows: &[usize], place: Place) -> Next {
        if !self.queues.get(rows).is_some_and(|queue| queue.is_first(place)) {
            return Next::Behind;
        }
        let now = Instant::now();
        let tokens = rows.iter().map(|row| (self.buckets[*row].next(now), *row));
        match tokens.max() {
            Some((at, row)) if at > now => Next::At(at, row),
            _ => {
                self.turns += 1;
                for row in rows {
                    self.buckets[*row].take(self.turns, now);
                }
                Next::Go(self.turns)
            }
        }
    }

    /// Lets the tokens of a call come back, and wakes the calls that may wait for them.
    fn arrived(&mut self, turn: &Turn) {
        let now = Instant::now();
        for row in &turn.rows {
            self.buckets[*row].arrived(turn.call, now);
        }
        for (rows, queue) in &self.queues {
            if rows.iter().any(|row| turn.rows.contains(row)) {
                queue.wake();
            }
        }
    }

    /// Counts a call that AWS refused as one too many, and slows the following ones down.
    fn refused(&mut self, turn: &Turn) {
        self.counts.throttled += 1;
        let now = Instant::now();
        for row in &turn.rows {
            self.buckets[*row].slow_down(turn.sent, now);
        }
    }

    fn count(&mut self, called: &Called) {
        *self.counts.calls.entry(called.name()).or_default() += 1;
        self.counts.polls += u64::from(called.is_poll());
    }
}

/// A place in a queue. It is left when the call is sent, and when its future is dropped.
struct Waiting<'a> {
    shared: &'a Pace,
    rows: &'a [usize],
    place: Place,
    notify: Arc<tokio::sync::Notify>,
}

impl<'a> Waiting<'a> {
    /// Counts a call and lets it enter its queue. Returns `None` if no quota bounds it.
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
