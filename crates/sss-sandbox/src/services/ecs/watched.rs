//! The facts about tasks and deployments that a watch reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    deployment::Rollout,
    service::{Service, Status},
    task::Task,
};
use crate::world::World;

/// A task that should no longer run.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The task's service, as `cluster/service`.
    pub(crate) service: String,
    /// The last part of the task's ARN.
    pub(crate) task: String,
    pub(crate) how: Ending,
}

/// The reason why a task should no longer run.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The task failed, or ECS rolled its deployment back.
    Failed,
    /// Its service was deleted.
    Drained,
    /// The service needs fewer tasks of its revision.
    Superfluous,
    /// The deployment of this row replaces the task.
    Replaced { row: String },
}

/// A task that serves.
#[derive(Debug)]
pub(crate) struct Serving {
    /// The name of the task's service.
    pub(crate) service: String,
    /// The id of the task's network interface.
    pub(crate) interface: String,
}

/// Returns the serving tasks, by the last part of their ARNs.
pub(crate) fn serving(world: &World) -> BTreeMap<String, Serving> {
    let tasks = world.ecs.tasks.values().filter(|task| task.serves());
    let named = tasks.filter_map(|task| {
        let service = world.ecs.services.get(&task.service)?;
        let serving = Serving { service: service.name.clone(), interface: task.interface().to_owned() };
        Some((task.id().to_owned(), serving))
    });
    named.collect()
}

/// Returns the ARNs of the tasks that should run.
pub(crate) fn wanted(world: &World) -> BTreeSet<String> {
    world.ecs.tasks.values().filter(|task| task.is_wanted()).map(|task| task.arn.clone()).collect()
}

/// Returns the ids of the primary rows of all services, with the services.
pub(crate) fn deployments(world: &World) -> Vec<(String, String)> {
    world.ecs.services.values().map(|service| (service.primary().id.clone(), label(service))).collect()
}

/// Returns the end of a task that should no longer run.
pub(crate) fn ended(world: &World, arn: &str) -> Option<Ended> {
    let task = world.ecs.tasks.get(arn)?;
    let service = world.ecs.services.get(&task.service)?;
    Some(Ended { service: label(service), task: task.id().to_owned(), how: how(task, service) })
}

fn how(task: &Task, service: &Service) -> Ending {
    let primary = service.primary();
    let is_current = task.revision == primary.revision;
    if task.has_failed() || (is_current && primary.rollout == Rollout::Failed) {
        Ending::Failed
    } else if service.status != Status::Active {
        Ending::Drained
    } else if is_current || service.desired == 0 {
        Ending::Superfluous
    } else {
        Ending::Replaced { row: primary.id.clone() }
    }
}

fn label(service: &Service) -> String {
    format!("{}/{}", service.cluster, service.name)
}
