//! The facts about tasks and deployments that a watch reads.
//!
//! A watch compares two moments of the account. It needs the tasks that answer requests, the reason why a
//! task stops, and the deployments that callers started. This module is the only way from the watch to the
//! private state of ECS.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    deployment::Rollout,
    image,
    service::{Service, Status},
    task::Task,
    task_definition,
};
use crate::world::World;

/// A task that should no longer run. It may still drain.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The task's service, as `cluster/service`.
    pub(crate) service: String,
    /// The last part of the task's ARN.
    pub(crate) task: String,
    /// The reason of the end, as it follows from the service's present state.
    pub(crate) how: Ending,
}

/// The reason why a task should no longer run.
///
/// The first variant that fits wins, in this order.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The task failed, or ECS rolled its deployment back.
    Failed,
    /// Its service was deleted.
    Drained,
    /// The service needs fewer tasks of its revision.
    Superfluous,
    /// The deployment of this row replaces the task. `row` is the row's id.
    Replaced { row: String },
}

/// A task that serves: it runs and is not unhealthy.
#[derive(Debug)]
pub(crate) struct Serving {
    /// The name of the task's service.
    pub(crate) service: String,
    /// The id of the task's network interface.
    pub(crate) interface: String,
}

/// The serving tasks of an account.
#[derive(Debug, Default)]
pub(crate) struct ServingTasks {
    by_id: BTreeMap<String, Serving>,
    /// The ids by private address.
    ids: BTreeMap<String, String>,
}

impl ServingTasks {
    /// Returns a task by the last part of its ARN. That part is also the id of the task's instance in Cloud Map.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Serving> {
        self.by_id.get(id)
    }

    /// Returns a task by its private address, which is also the one of its targets.
    pub(crate) fn by_address(&self, address: &str) -> Option<&Serving> {
        self.by_id(self.ids.get(address)?)
    }
}

/// Returns the serving tasks.
pub(crate) fn serving(world: &World) -> ServingTasks {
    let mut serving = ServingTasks::default();
    for task in world.ecs.tasks.values().filter(|task| task.serves()) {
        let Some(service) = world.ecs.services.get(&task.service) else { continue };
        let found = Serving { service: service.name.clone(), interface: task.interface().to_owned() };
        serving.ids.insert(task.address().to_owned(), task.id().to_owned());
        serving.by_id.insert(task.id().to_owned(), found);
    }
    serving
}

/// The containers of a running task, as a load balancer meets them.
#[derive(Debug)]
pub(crate) struct Answering {
    /// The id of the task's network interface.
    pub(crate) interface: String,
    /// The ports on which the containers listen.
    pub(crate) ports: Vec<i64>,
    /// The status code of answers by HTTP.
    pub(crate) status: u16,
}

/// Returns the containers of the running task with a private address. `None` if no task runs there.
///
/// Containers answer every path with status 200, unless their image is broken.
pub(crate) fn answering(world: &World, address: &str) -> Option<Answering> {
    let mut tasks = world.ecs.tasks.values();
    let task = tasks.find(|task| task.is_reachable() && task.address() == address)?;
    let definition = task_definition::find(world, task.definition())?;
    let containers: Vec<&Value> = definition.containers().collect();
    let ports =
        containers.iter().flat_map(|container| container["portMappings"].as_array().into_iter().flatten());
    let mut statuses =
        containers.iter().filter_map(|container| image::status(world, container["image"].as_str()?));
    Some(Answering {
        interface: task.interface().to_owned(),
        ports: ports.filter_map(|mapping| mapping["containerPort"].as_i64()).collect(),
        status: statuses.next().unwrap_or(200),
    })
}

/// Returns the ARNs of the tasks that should run, in any state before DEACTIVATING.
pub(crate) fn wanted(world: &World) -> BTreeSet<String> {
    world.ecs.tasks.values().filter(|task| task.is_wanted()).map(|task| task.arn.clone()).collect()
}

/// Returns the ids of the primary rows of all services, with the services as `cluster/service`.
///
/// A new id between two moments means that a deployment began, by a caller or as a rollback.
pub(crate) fn deployments(world: &World) -> Vec<(String, String)> {
    world.ecs.services.values().map(|service| (service.primary().id.clone(), label(service))).collect()
}

/// Returns the end of a task that should no longer run. `None` if the account no longer has the task or its
/// service.
pub(crate) fn ended(world: &World, arn: &str) -> Option<Ended> {
    let task = world.ecs.tasks.get(arn)?;
    let service = world.ecs.services.get(&task.service)?;
    Some(Ended { service: label(service), task: task.id().to_owned(), how: how(task, service) })
}

/// Returns the reason why a task of a service should no longer run.
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

/// Returns a service's name in reports: `cluster/service`.
fn label(service: &Service) -> String {
    format!("{}/{}", service.cluster, service.name)
}
