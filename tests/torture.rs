//! The torture of the engine: the real engine, through the real clients, over a sandbox in which everything goes wrong
//! that can go wrong, in virtual time.
//!
//! A [`Part`] consists of cases by number. A case starts from nothing but its number, so the number replays it.

mod crashes;
mod faults;
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
    crashes::crashes, faults::faults, rivals::rivals, rollouts::rollouts, walks::walks,
};

/// No case takes as long, so one that does hangs.
const TOO_LONG: Duration = Duration::from_hours(48);

/// Cases of one sort.
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// How many cases there are; none where every number is one.
    pub count: Option<u64>,
    /// How many cases a long run has.
    pub usual: u64,
    case: Box<dyn Fn(u64) -> Case + Sync>,
}

/// What one case is, and how it ended.
#[derive(Debug, Clone)]
pub struct Case {
    /// What was done.
    pub row: String,
    /// What was done to it.
    pub column: String,
    /// How it ended; an error tells what is wrong with the engine.
    pub end: Result<End, String>,
    /// How long it took in the sandbox's time.
    pub lasted: Duration,
    /// How many calls were made.
    pub calls: usize,
}

/// How a case ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The first run came to what was wanted.
    Converged,
    /// The first run did not, said so, and the next one came to what was wanted.
    Mended,
}

/// What the cases of a part came to, by number.
pub type Report = BTreeMap<u64, Case>;

impl Part {
    /// So many cases, from all over the part.
    pub fn numbers(&self, cases: u64) -> Vec<u64> {
        match self.count {
            Some(count) if cases < count => {
                (0..cases).map(|number| (2 * number + 1) * count / (2 * cases)).collect()
            }
            Some(count) => (0..count).collect(),
            None => (0..cases).collect(),
        }
    }

    /// Returns the numbers of so many cases in a row.
    ///
    /// Several processes can share the cases of a part in this way.
    pub fn numbers_from(&self, first: u64, cases: u64) -> Vec<u64> {
        let end = first.saturating_add(cases);
        (first..self.count.map_or(end, |count| end.min(count))).collect()
    }

    /// Lets cases happen on all processors, and tells `progress` each time that one has ended.
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

    /// One case. One that panics is wrong like any other.
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

/// Lets work happen in virtual time. What the SDK draws by chance follows from the seed.
fn in_virtual_time<T>(seed: u64, work: impl Future<Output = T>) -> (T, Duration) {
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without I/O").block_on(async {
        let start = Instant::now();
        let result = tokio::time::timeout(TOO_LONG, work).await;
        (result.expect("a case comes to an end"), start.elapsed())
    })
}
