//! The tasks that stop during a watch, with the reason.
//!
//! A task counts as stopped from the moment at which it should no longer run, which is before it has stopped.
//! The reason follows from the state of its service at that moment and from the origin of the deployment that
//! replaces it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use super::{By, Clock};
use crate::{
    services::ecs::{self, Ending},
    world::World,
};

/// A task that stopped or failed during a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// The task's service, as `cluster/service`.
    pub service: String,
    /// The last part of the task's ARN.
    pub task: String,
    /// The time when the task began to stop.
    pub at: Duration,
    /// The reason.
    pub why: Why,
    /// The call or the event that stopped it.
    pub after: String,
}

/// The reason why a task stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Why {
    /// A caller over HTTP deployed its service during the watch.
    Deployment,
    /// Its service needs fewer tasks.
    ScaleIn,
    /// Its service was deleted.
    Removal,
    /// The task failed, or ECS rolled its deployment back.
    Failure,
    /// A call of [`Sandbox::request`](crate::Sandbox::request) stopped it, or a deployment that began before the watch.
    Others,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, task, why, after, .. } = self;
        write!(f, "task {task} of {service} stopped at {} s ({why:?}, {after})", self.at.as_secs_f64())
    }
}

/// The origin of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Starter {
    Caller,
    Others,
    /// ECS itself, for a rollback.
    Rollback,
}

/// The tasks since the watch began.
#[derive(Debug)]
pub(super) struct Tasks {
    /// The tasks that should run.
    wanted: BTreeSet<String>,
    /// The id of the primary row of each service.
    primary: BTreeMap<String, String>,
    /// The origin of each deployment, by the id of its row.
    starters: BTreeMap<String, Starter>,
    /// The tasks that stopped, with time and reason and the change that stopped them.
    stopped: Vec<(u64, ecs::Ended, Why, String)>,
    /// The services that callers over HTTP created or deployed again.
    deployed: BTreeSet<String>,
}

impl Tasks {
    /// Returns the state at the beginning of a watch. Deployments that have begun before count as those of
    /// others.
    pub(super) fn of(world: &World) -> Self {
        let rows = ecs::deployments(world);
        Self {
            wanted: ecs::wanted(world),
            starters: rows.iter().map(|(row, _)| (row.clone(), Starter::Others)).collect(),
            primary: rows.into_iter().map(|(row, service)| (service, row)).collect(),
            stopped: Vec::new(),
            deployed: BTreeSet::new(),
        }
    }

    /// Compares the account with the state before the last change.
    ///
    /// A new deployment is a caller's if the caller's call began it, and a rollback if an event did.
    pub(super) fn look(&mut self, world: &World, by: By, what: &dyn Fn() -> String) {
        let starter = match by {
            By::Caller => Starter::Caller,
            By::Hand => Starter::Others,
            By::Time => Starter::Rollback,
        };
        for (row, service) in ecs::deployments(world) {
            // A rollback has the row of the deployment to which it returns.
            if self.primary.insert(service.clone(), row.clone()).as_ref() != Some(&row) {
                self.starters.insert(row, starter);
                if starter == Starter::Caller {
                    self.deployed.insert(service);
                }
            }
        }

        let wanted = ecs::wanted(world);
        for task in self.wanted.difference(&wanted) {
            if let Some(ended) = ecs::ended(world, task) {
                let why = self.why(by, &ended);
                self.stopped.push((world.now, ended, why, what()));
            }
        }
        self.wanted = wanted;
    }

    /// Returns the reason of a task's end, by the cause of the change and the state of its service.
    fn why(&self, by: By, ended: &ecs::Ended) -> Why {
        if by == By::Hand {
            return Why::Others;
        }
        match &ended.how {
            Ending::Failed => Why::Failure,
            Ending::Drained => Why::Removal,
            Ending::Superfluous => Why::ScaleIn,
            Ending::Replaced { row } => match self.starters.get(row) {
                Some(Starter::Caller) => Why::Deployment,
                Some(Starter::Rollback) => Why::Failure,
                Some(Starter::Others) | None => Why::Others,
            },
        }
    }

    /// Returns the stopped tasks and the deployed services.
    pub(super) fn report(self, clock: Clock<'_>) -> (Vec<Stopped>, BTreeSet<String>) {
        let stopped = self.stopped.into_iter().map(|(at, ended, why, after)| Stopped {
            service: ended.service,
            task: ended.task,
            at: clock(at),
            why,
            after,
        });
        (stopped.collect(), self.deployed)
    }
}
