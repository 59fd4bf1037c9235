//! The torture of the engine: the real engine, with the real clients, over a sandbox in which everything goes
//! wrong, in virtual time.
//!
//! A [`Part`] consists of cases by number. The number alone decides everything that happens in its case, the
//! random delays of the SDK's retries included. So the number repeats a failure exactly.
//!
//! | part | disturbance | expectation |
//! |---|---|---|
//! | [`crashes`](crashes()) | the process dies at each call | the next run completes the work |
//! | [`faults`](faults()) | each fault at each operation | the run survives, or names the operation |
//! | [`walks`](walks()) | random changes, faults and crashes | each undisturbed run reaches the stack |
//! | [`permissions`](permissions()) | the same, with the printed policies alone | no call is denied |
//! | [`rivals`](rivals()) | several runs at once | one at a time works |
//! | [`moves`](moves()) | services between backends, slow answers, deaths | requests are answered at every moment |
//! | [`rollouts`](rollouts()) | deployments that fail or that others change | the run and ECS agree about success |
//!
//! Accounts are compared by names, without ids and times ([`state`]).

mod crashes;
mod faults;
mod moves;
mod rivals;
mod rollouts;
mod run;
mod scenario;
pub mod state;
mod walks;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{runtime::Builder, time::Instant};

pub use crate::torture::{
    crashes::crashes,
    faults::faults,
    moves::moves,
    rivals::rivals,
    rollouts::rollouts,
    walks::{permissions, walks},
};

/// The longest time of a case, in the sandbox's time. No correct case takes as long, so one that does hangs.
const TOO_LONG: Duration = Duration::from_hours(48);

/// Cases of one sort.
pub struct Part {
    /// The name, as the command line writes it.
    pub name: &'static str,
    /// A sentence for people.
    pub about: &'static str,
    /// The number of cases. `None` if every number is a case.
    pub count: Option<u64>,
    /// The number of cases of a long run.
    pub usual: u64,
    /// Runs the case of a number.
    case: Box<dyn Fn(u64) -> Case + Sync>,
}

/// A case and its result.
#[derive(Debug, Clone)]
pub struct Case {
    /// The act: the row of the table.
    pub row: String,
    /// The disturbance: the column of the table.
    pub column: String,
    /// The end of the case. An error describes a fault of the engine.
    pub end: Result<End, String>,
    /// The time of the case, in the sandbox's time.
    pub lasted: Duration,
    /// The number of calls.
    pub calls: usize,
}

/// A good end of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The first run reached its goal.
    Converged,
    /// The first run failed and said so, and the next one reached the goal.
    Mended,
}

/// The results of the cases of a part, by number.
pub type Report = BTreeMap<u64, Case>;

impl Part {
    /// Returns the numbers of this many cases, evenly from the whole part.
    pub fn numbers(&self, cases: u64) -> Vec<u64> {
        match self.count {
            Some(count) if cases < count => {
                (0..cases).map(|number| (2 * number + 1) * count / (2 * cases)).collect()
            }
            Some(count) => (0..count).collect(),
            None => (0..cases).collect(),
        }
    }

    /// Returns the numbers of consecutive cases.
    ///
    /// Several processes can share the cases of a part in this way.
    pub fn numbers_from(&self, first: u64, cases: u64) -> Vec<u64> {
        let end = first.saturating_add(cases);
        (first..self.count.map_or(end, |count| end.min(count))).collect()
    }

    /// Runs cases on all processors, and calls `progress` with the number of ended cases after each.
    pub fn run(&self, numbers: &[u64], progress: &(dyn Fn(usize) + Sync)) -> Report {
        let report = Mutex::new(Report::new());
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                let case = self.case(*number);
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.insert(*number, case);
                progress(report.len());
            }
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
        report.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one case. A panic is a fault like any other.
    fn case(&self, number: u64) -> Case {
        catch_unwind(AssertUnwindSafe(|| (self.case)(number))).unwrap_or_else(|panic| Case {
            row: "panics".to_owned(),
            column: String::new(),
            end: Err(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic".to_owned())),
            lasted: Duration::ZERO,
            calls: 0,
        })
    }
}

/// Runs work in virtual time. The random numbers of the SDK follow from the seed.
fn in_virtual_time<T>(seed: u64, work: impl Future<Output = T>) -> (T, Duration) {
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without I/O").block_on(async {
        let start = Instant::now();
        let result = tokio::time::timeout(TOO_LONG, work).await;
        (result.expect("a case comes to an end"), start.elapsed())
    })
}
