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

/// How many events a service keeps.
const MAXIMUM_EVENTS: usize = 100;

/// A service, deleted or not.
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
    /// Newest first. The first is the primary one; there is always one.
    pub(super) deployments: Vec<Deployment>,
    /// Oldest first.
    pub(super) history: Vec<ServiceDeployment>,
    pub(super) revisions: BTreeMap<String, Revision>,
    /// The revision that the last completed deployment brought.
    pub(super) completed: Option<String>,
    /// Whether it runs what it should since the last change.
    pub(super) steady: bool,
    /// Whether it will be looked at soon for being steady.
    pub(super) settling: bool,
    events: Vec<Message>,
}

/// Where a service is between its creation and the end of its deletion.
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
    /// The deployment that is rolled out now, or was last.
    pub(super) fn primary(&self) -> &Deployment {
        &self.deployments[0]
    }

    /// What the primary deployment runs.
    pub(super) fn specification(&self) -> &Specification {
        &self.revisions[&self.primary().revision].specification
    }

    /// Whether it is one of the services that a cluster of this name still has.
    pub(super) fn is_in(&self, cluster: &str) -> bool {
        self.cluster == cluster && self.status != Status::Inactive
    }

    /// The least and the greatest number of tasks during a deployment.
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

/// The ARN that a name or an ARN stands for in a cluster.
fn arn(world: &World, cluster: &str, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    world.arn("ecs", &format!("service/{cluster}/{name}"))
}

/// The ARN of a service that exists, if only as a deleted one.
pub(super) fn resolve(world: &World, cluster: Option<&str>, name: &str) -> Result<String, Refusal> {
    let cluster = cluster::resolve(world, cluster)?;
    let arn = arn(world, &cluster, name);
    let found = world.ecs.services.get(&arn).filter(|service| service.cluster == cluster);
    found.map(|_| arn).ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))
}

/// Whether a service needs this revision of a task definition.
pub(super) fn uses(world: &World, task_definition: &str) -> bool {
    let mut services = world.ecs.services.values().filter(|service| service.status != Status::Inactive);
    services.any(|service| {
        let mut deployments = service.deployments.iter();
        deployments.any(|deployment| {
            service.revisions[&deployment.revision].specification.task_definition == task_definition
        })
    })
}
