//! The desired count of a service, as Application Auto Scaling reads and sets it.

use super::{Service, Status, arn};
use crate::{
    services::ecs::{deployment::Rollout, rollout},
    world::World,
};

/// Returns an ACTIVE service.
fn active<'world>(world: &'world World, cluster: &str, name: &str) -> Option<&'world Service> {
    let service = world.ecs.services.get(&arn(world, cluster, name))?;
    (service.status == Status::Active).then_some(service)
}

/// Returns the desired count of a service. `None` if the service is not ACTIVE.
pub(crate) fn desired_count(world: &World, cluster: &str, name: &str) -> Option<u64> {
    active(world, cluster, name).map(|service| service.desired)
}

/// Returns whether a deployment of a service is in progress.
pub(crate) fn is_deploying(world: &World, cluster: &str, name: &str) -> bool {
    active(world, cluster, name).is_some_and(|service| service.primary().rollout == Rollout::InProgress)
}

/// Sets the desired count of a service. It starts no deployment.
pub(crate) fn set_desired_count(world: &mut World, cluster: &str, name: &str, count: u64) {
    let arn = arn(world, cluster, name);
    if let Some(service) = world.ecs.services.get_mut(&arn) {
        service.steady &= service.desired == count;
        service.desired = count;
    }
    rollout::reconcile(world, &arn);
}
