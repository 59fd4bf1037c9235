//! States of services that no request of a caller brings about: what other tools and AWS itself do to them.

use serde_json::Value;

use super::{service, task};
use crate::world::World;

/// Adds members to the description of a service, by its name.
pub(crate) fn describe_with(world: &mut World, service: &str, members: Value) {
    world.ecs.told.insert(service.to_owned(), members);
}

/// Adds members to the descriptions of the tasks of a service, by its name.
pub(crate) fn describe_tasks_with(world: &mut World, service: &str, members: Value) {
    world.ecs.told_tasks.insert(service.to_owned(), members);
}

/// Writes an event of the services of this name.
pub(crate) fn write_event(world: &mut World, service: &str, text: &str) {
    let named = world.ecs.services.values().filter(|found| found.name == service);
    let arns: Vec<String> = named.map(|found| found.arn.clone()).collect();
    for arn in arns {
        service::tell(world, &arn, text);
    }
}

/// Makes the next deployment of a service pause at a hook with this id.
pub(crate) fn pause_next(world: &mut World, service: &str, hook: &str) {
    world.ecs.pauses.insert(service.to_owned(), hook.to_owned());
}

/// Makes all running tasks of a service fail their health checks.
pub(crate) fn make_ill(world: &mut World, service: &str) {
    task::make_ill(world, service);
}

/// Takes the agents of ECS Exec their way to their service.
pub(crate) fn block_sessions(world: &mut World) {
    world.ecs.unreachable_sessions = true;
}
