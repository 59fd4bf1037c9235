//! Several runs at once on one stack, as when two people and a pipeline deploy in the same minute.
//!
//! The stack's lease decides which one works. A counter of runs at work shows at once if two of them ever do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use sss_aws::Lease;
use sss_model::Stack;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    account::Account,
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, Leased, leased, run},
        scenario::Scenario,
        state::{difference, state, without_history},
    },
};

/// The number of attempts of the last run to get the lease, which a dead run may have left.
const ASKED: usize = 3;

/// One of several runs.
struct Rival {
    name: String,
    stack: Stack,
    goal: Goal,
    /// The time of its start.
    begins: Duration,
    /// The time from its start to its death. `None` if it lives.
    dies: Option<Duration>,
}

/// The end of a rival.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Lived(Leased<Ended>),
    Died,
}

/// Each seed is two to eight runs at once, with different goals, and some of them die.
///
/// No two may work at the same time, one that keeps its lease must reach its goal, and a run after all of
/// them must leave the account as if it had been alone.
pub fn rivals() -> Part {
    let scenarios = Scenario::all();
    Part {
        name: "rivals",
        about: "so many runs at once on one stack: one at a time works, and the last one comes to its goal",
        count: None,
        usual: 500,
        case: Box::new(move |seed| case(seed, &scenarios)),
    }
}

fn case(seed: u64, scenarios: &[[Scenario; 3]; 3]) -> Case {
    let mut random = Rng::with_seed(seed);
    let scenarios = &scenarios[random.usize(0..scenarios.len())];
    let [_, change, _] = scenarios;
    let account = change.account();
    let count = random.usize(2..=8);
    let rivals: Vec<Rival> = (0..count).map(|number| rival(number, scenarios, &mut random)).collect();
    let (end, lasted) = in_virtual_time(seed, async {
        let watch = account.watch();
        let fates = contend(&account, rivals).await?;
        let last = alone(&account, change).await.and_then(|()| watch.end().map(drop));
        last.map_err(|why| format!("{why}; after {fates:?}"))
    });
    Case {
        row: format!("{count} at once"),
        column: "runs".to_owned(),
        end: end.map(|()| End::Converged),
        lasted,
        calls: account.sandbox.calls().len(),
    }
}

/// Draws a rival: its scenario, its start within a minute, and perhaps its death within two.
fn rival(number: usize, scenarios: &[Scenario; 3], random: &mut Rng) -> Rival {
    let scenario = &scenarios[random.usize(0..scenarios.len())];
    Rival {
        name: format!("rival {number}"),
        stack: scenario.stack.clone(),
        goal: scenario.goal,
        begins: Duration::from_millis(random.u64(0..60_000)),
        dies: (random.u8(0..4) == 0).then(|| Duration::from_millis(random.u64(0..120_000))),
    }
}

/// Runs all of them at once. Returns the end of each.
///
/// # Errors
///
/// A run had the lease and failed, or two were at work.
async fn contend(account: &Account, rivals: Vec<Rival>) -> Result<Vec<Fate>, String> {
    let at_work = Arc::new(AtomicUsize::new(0));
    let mut runs = JoinSet::new();
    for rival in rivals {
        let (account, at_work) = (account.beside(), Arc::clone(&at_work));
        runs.spawn(async move {
            sleep(rival.begins).await;
            let work = contender(&account, &rival.name, &rival.stack, rival.goal, &at_work);
            let ended = match rival.dies {
                Some(after) => timeout(after, work).await,
                None => Ok(work.await),
            };
            ended.map_or(Ok(Fate::Died), |ended| ended.map(Fate::Lived))
        });
    }
    let fates: Result<Vec<Fate>, String> = runs.join_all().await.into_iter().collect();
    let fates = fates?;
    match fates.iter().find(|fate| matches!(fate, Fate::Lived(Leased::Ended(ended)) if *ended != Ended::Done))
    {
        Some(fate) => Err(format!("one had the lease and {fate:?}")),
        None => Ok(fates),
    }
}

/// Runs with the stack's lease, as the only run at work.
async fn contender(
    account: &Account,
    name: &str,
    stack: &Stack,
    goal: Goal,
    at_work: &AtomicUsize,
) -> Result<Leased<Ended>, String> {
    let work = async {
        let _work = Work::begin(at_work)?;
        Ok(run(account, stack, goal).await)
    };
    match leased(account, stack, name, work).await? {
        Leased::Ended(ended) => ended.map(Leased::Ended),
        Leased::Refused => Ok(Leased::Refused),
        Leased::Lost => Ok(Leased::Lost),
    }
}

/// Marks a run as at work, until it is dropped.
struct Work<'a>(&'a AtomicUsize);

impl<'a> Work<'a> {
    fn begin(at_work: &'a AtomicUsize) -> Result<Self, String> {
        let others = at_work.fetch_add(1, Ordering::Relaxed);
        let work = Self(at_work);
        if others == 0 { Ok(work) } else { Err("two are at work".to_owned()) }
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs once more after all others have ended.
async fn alone(account: &Account, change: &Scenario) -> Result<(), String> {
    let at_work = AtomicUsize::new(0);
    for _ in 0..ASKED {
        match contender(account, "the last", &change.stack, change.goal, &at_work).await? {
            Leased::Refused => {}
            Leased::Ended(Ended::Done) => return undivided(account, change).await,
            fate => return Err(format!("the last run: {fate:?}")),
        }
    }
    Err(format!("the lease is not to be had: {:?}", Lease::holder(&account.aws, &change.stack.name).await))
}

/// Checks that the account is as after one run, and that nobody holds the lease.
async fn undivided(account: &Account, change: &Scenario) -> Result<(), String> {
    let holder = Lease::holder(&account.aws, &change.stack.name).await.map_err(|error| error.to_string())?;
    if let Some(holder) = holder {
        return Err(format!("{} still has the lease", holder.holder));
    }
    let states = [change.expected.clone(), state(account)].map(without_history);
    match difference(&states[0], &states[1]) {
        Some(difference) => Err(format!("the account is not as expected: {difference}")),
        None => Ok(()),
    }
}
