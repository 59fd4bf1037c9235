//! Services.
//!
//! A service runs a desired number of tasks and replaces them when its specification changes. Its names are
//! unique in a cluster among ACTIVE and DRAINING services; an INACTIVE one gives its name to a new one
//! (tfp#605, spinnaker#5476).
//!
//! - `creation`, `update` and `deletion` carry out the operations that write, and `query` those that read.
//! - `specification` has the members that a creation and an update share. It divides them into those that
//!   start a deployment and the others.
//! - `rules` has the checks that depend on the account, and `answer` the descriptions.
//!
//! Evidence for single behaviours is in these modules.

pub(super) mod answer;
mod count;
mod creation;
mod deletion;
mod query;
mod rules;
mod specification;
mod update;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::count::{desired_count, is_deploying, set_desired_count};
pub(super) use self::{
    creation::create,
    deletion::{delete, end, forget},
    query::{describe, list},
    rules::referred,
    specification::{LoadBalancer, NetworkConfiguration, Options, Registry, Specification},
    update::update,
};
use super::{
    cluster,
    deployment::{Deployment, Revision, ServiceDeployment},
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// The number of events that a service keeps. AWS returns the latest 100.
const MAXIMUM_EVENTS: usize = 100;

/// A service. A deleted one stays for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(super) arn: String,
    pub(super) name: String,
    /// The name of the cluster.
    pub(super) cluster: String,
    pub(super) status: Status,
    /// The desired number of tasks.
    pub(super) desired: u64,
    pub(super) options: Options,
    pub(super) tags: Tags,
    /// The token of the creation. `None` if the request had none; such a creation cannot be repeated.
    client_token: Option<String>,
    created_at: u64,
    /// The time at which the service became inactive. `None` before.
    ended_at: Option<u64>,
    /// The rows, newest first. The first is the primary row, which always exists.
    pub(super) deployments: Vec<Deployment>,
    /// The history, oldest first.
    pub(super) history: Vec<ServiceDeployment>,
    /// The service revisions by number. They are never removed.
    pub(super) revisions: BTreeMap<String, Revision>,
    /// The revision of the last completed deployment, the target of a rollback. `None` before the first one
    /// is completed.
    pub(super) completed: Option<String>,
    /// Whether the service has run its specification since the last change.
    pub(super) steady: bool,
    /// Whether an event that checks for a steady state is scheduled.
    pub(super) settling: bool,
    /// The events, newest first.
    events: Vec<Message>,
}

/// The state of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// ECS keeps the desired number of tasks running.
    Active,
    /// A caller deleted the service, and its tasks stop. Its name is still taken.
    Draining,
    /// The service is deleted, and descriptions still have it.
    Inactive,
}

/// An event of a service, as people read it in the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Message {
    id: String,
    created_at: u64,
    text: String,
}

impl Service {
    /// Returns the row of the deployment in progress, or else of the last one.
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
    ///
    /// AWS rounds the minimum up and the maximum down.
    pub(super) fn bounds(&self) -> (u64, u64) {
        let deployment = &self.options.deployment;
        let least = (self.desired * deployment.minimum_healthy_percent).div_ceil(100);
        (least, self.desired * deployment.maximum_percent / 100)
    }
}

/// Adds an event to a service: `(service NAME) TEXT`. The oldest of more than 100 events disappears.
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
///
/// `cluster` is a name or an ARN; `None` is the cluster `default`.
///
/// # Errors
///
/// Refuses an unknown cluster with `ClusterNotFoundException` and an unknown service with
/// `ServiceNotFoundException`.
pub(super) fn resolve(world: &World, cluster: Option<&str>, name: &str) -> Result<String, Refusal> {
    let cluster = cluster::resolve(world, cluster)?;
    let arn = arn(world, &cluster, name);
    let found = world.ecs.services.get(&arn).filter(|service| service.cluster == cluster);
    found.map(|_| arn).ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))
}

/// Returns whether a service needs this revision of a task definition, in one of its rows.
pub(super) fn uses(world: &World, task_definition: &str) -> bool {
    let mut services = world.ecs.services.values().filter(|service| service.status != Status::Inactive);
    services.any(|service| {
        let mut deployments = service.deployments.iter();
        deployments.any(|deployment| {
            service.revisions[&deployment.revision].specification.task_definition == task_definition
        })
    })
}
