//! Watches over an account: requests that reach no task, and tasks that stop, during a deployment.
//!
//! A watch asserts what a deployment must not do: leave requests without an answer, or stop tasks for no
//! reason that the plan states. It has two observers. `reach` follows the requests of each route to the
//! tasks, and `tasks` finds the tasks that should no longer run, with the reason. Both look at the account
//! when the watch begins, after each event and after each call that writes. They keep only what has changed.
//!
//! The sandbox has no traffic. A request is a method and a path that stand for a route.

mod reach;
mod request;
mod tasks;
mod way;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub(crate) use self::request::Request;
use self::{reach::Reach, tasks::Tasks};
use crate::{account::Account, world::World};

pub use self::{
    reach::{Gap, Unanswered},
    tasks::{Stopped, Why},
};

/// A watch over a [`Sandbox`](crate::Sandbox), from [`Sandbox::watch`](crate::Sandbox::watch) to [`Watch::end`].
///
/// It examines the account after each event and after each call that writes. Dropping it ends it without a report.
///
/// # Examples
///
/// ```
/// use sss_sandbox::Sandbox;
///
/// let sandbox = Sandbox::new();
/// let watch = sandbox.watch();
/// // The deployment runs here.
/// let watched = watch.end();
/// assert!(watched.gaps.is_empty(), "{:?}", watched.gaps);
/// assert!(watched.stopped.is_empty(), "{:?}", watched.stopped);
/// ```
#[derive(Debug)]
pub struct Watch {
    /// The account under watch.
    account: Arc<Mutex<Account>>,
    /// The number of the watch among those of the account.
    number: u64,
}

/// The report of a watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Watched {
    /// The times without an answer for requests that have one at the beginning and at the end of the watch.
    pub gaps: Vec<Gap>,
    /// The routes that lead nowhere at the end of the watch.
    pub unanswered: Vec<Unanswered>,
    /// The tasks that stopped or failed, in this order.
    pub stopped: Vec<Stopped>,
    /// The services that callers over HTTP created or deployed again, as `cluster/service`.
    pub deployed: BTreeSet<String>,
}

/// The cause of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A caller over HTTP.
    Caller,
    /// A call of [`Sandbox::request`](crate::Sandbox::request).
    Hand,
    /// An event that was due.
    Time,
}

/// The watches that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    /// The number of watches that have begun, which gives the next one its number.
    begun: u64,
    running: BTreeMap<u64, Observer>,
}

/// The two observers of a watch.
#[derive(Debug)]
struct Observer {
    reach: Reach,
    tasks: Tasks,
}

impl Watch {
    /// Starts to watch the account as it is now.
    pub(crate) fn begin(account: Arc<Mutex<Account>>) -> Self {
        let mut locked = lock(&account);
        locked.catch_up();
        let Account { watches, world, .. } = &mut *locked;
        watches.begun += 1;
        let number = watches.begun;
        watches.running.insert(number, Observer { reach: Reach::of(world), tasks: Tasks::of(world) });
        drop(locked);
        Self { account, number }
    }

    /// Ends the watch and returns its report.
    ///
    /// Times count from the moment when the sandbox was created or loaded, as those of [`Call`](crate::Call) do.
    pub fn end(self) -> Watched {
        let mut account = lock(&self.account);
        account.catch_up();
        let Some(Observer { reach, tasks }) = account.watches.running.remove(&self.number) else {
            return Watched::default();
        };
        let at = |at: u64| account.since_start(at);
        let (gaps, unanswered) = reach.report(&account.world, &at);
        let (stopped, deployed) = tasks.report(&at);
        Watched { gaps, unanswered, stopped, deployed }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.account).watches.running.remove(&self.number);
    }
}

impl Watches {
    /// Examines the account after the change that `what` names.
    pub(crate) fn look(&mut self, world: &World, by: By, what: impl Fn() -> String) {
        for observer in self.running.values_mut() {
            observer.reach.look(world, &what);
            observer.tasks.look(world, by, &what);
        }
    }
}

/// Converts times of the world to times since the sandbox was created or loaded.
type Clock<'a> = &'a dyn Fn(u64) -> Duration;

/// Locks the account, also after a call that panicked.
fn lock(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "inputs are written out where they are used")]
mod tests;
