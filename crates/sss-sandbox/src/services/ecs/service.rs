//! Services.

pub(super) mod answer;
mod creation;
mod deletion;
mod query;
mod rules;
mod specification;
mod update;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(super) use self::{
    creation::create,
    deletion::{delete, end, forget},
    query::{describe, list},
    rules::referred,
    specification::{Options, Registry, Specification},
    update::update,
};
use super::{
    cluster,
    deployment::{Deployment, Revision, ServiceDeployment},
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// The number of events that a service keeps.
const MAXIMUM_EVENTS: usize = 100;

/// A service. A deleted one stays for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) cluster: String,
    pub(super) status: Status,
    pub(super) desired: u64,
    pub(super) options: Options,
    pub(super) tags: Tags,
    client_token: Option<String>,
    created_at: u64,
    ended_at: Option<u64>,
    /// The rows, newest first. The first is the primary row, which always exists.
    pub(super) deployments: Vec<Deployment>,
    /// The history, oldest first.
    pub(super) history: Vec<ServiceDeployment>,
    pub(super) revisions: BTreeMap<String, Revision>,
    /// The revision of the last completed deployment.
    pub(super) completed: Option<String>,
    /// Whether the service has run its specification since the last change.
    pub(super) steady: bool,
    /// Whether an event that checks for a steady state is scheduled.
    pub(super) settling: bool,
    events: Vec<Message>,
}

/// The state of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Active,
    Draining,
    Inactive,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Message {
    id: String,
    created_at: u64,
    text: String,
}

impl Service {
    /// Returns the deployment in progress, or else the last one.
    pub(super) fn primary(&self) -> &Deployment {
        &self.deployments[0]
    }

    /// Returns the specification of the primary deployment.
    pub(super) fn specification(&self) -> &Specification {
        &self.revisions[&self.primary().revision].specification
    }

    /// Returns whether the service is in the cluster with this name and not inactive.
    pub(super) fn is_in(&self, cluster: &str) -> bool {
        self.cluster == cluster && self.status != Status::Inactive
    }

    /// Returns the smallest and the largest number of tasks during a deployment.
    pub(super) fn bounds(&self) -> (u64, u64) {
        let deployment = &self.options.deployment;
        let least = (self.desired * deployment.minimum_healthy_percent).div_ceil(100);
        (least, self.desired * deployment.maximum_percent / 100)
    }
}

/// Adds an event to a service: `(service NAME) TEXT`.
pub(super) fn tell(world: &mut World, arn: &str, text: &str) {
    let id = world.new_uuid();
    let created_at = world.now;
    if let Some(service) = world.ecs.services.get_mut(arn) {
        let text = format!("(service {}) {text}", service.name);
        service.events.insert(0, Message { id, created_at, text });
        service.events.truncate(MAXIMUM_EVENTS);
    }
}

/// Returns the ARN of a service in a cluster by its name or its ARN.
fn arn(world: &World, cluster: &str, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    world.arn("ecs", &format!("service/{cluster}/{name}"))
}

/// Returns the ARN of a service that exists or was deleted a short time ago.
pub(super) fn resolve(world: &World, cluster: Option<&str>, name: &str) -> Result<String, Refusal> {
    let cluster = cluster::resolve(world, cluster)?;
    let arn = arn(world, &cluster, name);
    let found = world.ecs.services.get(&arn).filter(|service| service.cluster == cluster);
    found.map(|_| arn).ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))
}

/// Returns whether a service needs this revision of a task definition.
pub(super) fn uses(world: &World, task_definition: &str) -> bool {
    let mut services = world.ecs.services.values().filter(|service| service.status != Status::Inactive);
    services.any(|service| {
        let mut deployments = service.deployments.iter();
        deployments.any(|deployment| {
            service.revisions[&deployment.revision].specification.task_definition == task_definition
        })
    })
}
