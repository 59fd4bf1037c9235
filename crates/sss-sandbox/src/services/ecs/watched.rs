//! What a watch asks of tasks and deployments.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    deployment::Rollout,
    service::{Service, Status},
    task::Task,
};
use crate::world::World;

/// A task that is not meant to run any more.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its service, as `cluster/service`.
    pub(crate) service: String,
    /// The last part of its ARN.
    pub(crate) task: String,
    pub(crate) how: Ending,
}

/// How a task came to its end.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It failed, or its deployment was given up.
    Failed,
    /// Its service is deleted.
    Drained,
    /// There were more tasks of its revision than the service needs.
    Superfluous,
    /// The deployment of this row takes its place.
    Replaced { row: String },
}

/// A task that serves.
#[derive(Debug)]
pub(crate) struct Serving {
    /// The name of its service.
    pub(crate) service: String,
    /// The id of its network interface.
    pub(crate) interface: String,
}

/// The tasks that serve, by the last part of their ARNs.
pub(crate) fn serving(world: &World) -> BTreeMap<String, Serving> {
    let tasks = world.ecs.tasks.values().filter(|task| task.serves());
    let named = tasks.filter_map(|task| {
        let service = world.ecs.services.get(&task.service)?;
        let serving = Serving { service: service.name.clone(), interface: task.interface().to_owned() };
        Some((task.id().to_owned(), serving))
    });
    named.collect()
}

/// The ARNs of the tasks that are meant to run.
pub(crate) fn wanted(world: &World) -> BTreeSet<String> {
    world.ecs.tasks.values().filter(|task| task.is_wanted()).map(|task| task.arn.clone()).collect()
}

/// The ids of the primary rows of all services, with the services.
pub(crate) fn deployments(world: &World) -> Vec<(String, String)> {
    world.ecs.services.values().map(|service| (service.primary().id.clone(), label(service))).collect()
}

/// How a task came to its end that is not meant to run any more.
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
