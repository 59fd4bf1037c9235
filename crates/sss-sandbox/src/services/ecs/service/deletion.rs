//! `DeleteService`, and the later steps of a deletion.
//!
//! A service with desired tasks needs `force`. It drains for 45 s, and longer while its tasks leave their load balancers, and its name stays taken during that time
//! (aws-cli#1334, tfp#2283). It is then INACTIVE for an hour: descriptions have it, listings do not.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Service, Status, answer, resolve};
use crate::{
    input,
    refusal::Refusal,
    services::{
        autoscaling,
        ecs::{self, Event, invalid, rollout, task},
    },
    world::World,
};

/// The time in milliseconds from the call until the service is inactive, if its last task has stopped by then.
const INACTIVE_AFTER: u64 = 45_000;

/// The time in milliseconds between two looks at the tasks of a service that should be inactive.
const LOOKS_AGAIN_AFTER: u64 = 5_000;

/// The time in milliseconds for which ECS describes an inactive service.
const FORGOTTEN_AFTER: u64 = 3_600_000;

/// The input of `DeleteService`.
#[derive(Debug, Deserialize)]
struct Deletion {
    cluster: Option<String>,
    service: String,
    /// Whether to delete a service with desired tasks. The default is `false`.
    #[serde(default)]
    force: bool,
}

/// Starts to drain a service. A second call during the drain returns the service and changes nothing.
///
/// # Errors
///
/// Refuses unknown and inactive services, and a service with desired tasks without `force`.
pub(in crate::services::ecs) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Deletion { cluster, service: name, force } = input::parse(input)?;
    let arn = resolve(world, cluster.as_deref(), &name)?;
    let service = &world.ecs.services[&arn];
    match service.status {
        Status::Inactive => return Err(Refusal::new("ServiceNotFoundException", "Service not found.")),
        Status::Active if service.desired > 0 && !force => {
            return Err(invalid("The service cannot be stopped while it is scaled above 0."));
        }
        Status::Active => drain(world, &arn),
        Status::Draining => {}
    }
    Ok(json!({ "service": answer::render(world, &world.ecs.services[&arn], true) }))
}

/// Stops the tasks of a service and schedules its end. Its scalable target goes with it.
fn drain(world: &mut World, arn: &str) {
    if let Some(service) = world.ecs.services.get_mut(arn) {
        service.status = Status::Draining;
        service.desired = 0;
    }
    if let Some(Service { cluster, name, .. }) = world.ecs.services.get(arn).cloned() {
        autoscaling::forget(world, &cluster, &name);
    }
    rollout::reconcile(world, arn);
    ecs::schedule(world, INACTIVE_AFTER, Event::ServiceInactive(arn.to_owned()));
}

/// Makes a drained service inactive. Tasks that still leave their load balancers delay it.
pub(in crate::services::ecs) fn end(world: &mut World, arn: &str) {
    let now = world.now;
    let (pending, running) = task::counts(world, |task| task.service == arn);
    let Some(service) = world.ecs.services.get_mut(arn).filter(|service| service.status == Status::Draining)
    else {
        return;
    };
    if pending + running > 0 {
        return ecs::schedule(world, LOOKS_AGAIN_AFTER, Event::ServiceInactive(arn.to_owned()));
    }
    service.status = Status::Inactive;
    service.ended_at = Some(now);
    ecs::schedule(world, FORGOTTEN_AFTER, Event::ServiceForgotten(arn.to_owned()));
}

/// Forgets an inactive service, unless a new one has its name.
pub(in crate::services::ecs) fn forget(world: &mut World, arn: &str) {
    let now = world.now;
    let services = &mut world.ecs.services;
    let ended_at = services.get(arn).and_then(|service| service.ended_at);
    if ended_at.is_some_and(|at| at + FORGOTTEN_AFTER <= now) {
        services.remove(arn);
    }
}
