//! Tasks in Cloud Map.
//!
//! A task registers in the registries of its service once it serves, and leaves them while it stops
//! (containers-roadmap#1746).

use std::collections::BTreeMap;

use super::{Task, answer};
use crate::{
    services::{cloudmap, ecs::service::Registry},
    world::World,
};

/// Registers a serving task in Cloud Map.
pub(super) fn register(world: &mut World, task: &Task) {
    for registry in &task.registries {
        let attributes = attributes(world, task, registry);
        cloudmap::register_instance(world, &registry.registry_arn, task.id(), attributes);
    }
}

/// Returns the attributes of a task in Cloud Map.
///
/// ECS sets the address, the zone, and the names of cluster, service and family. The port is that of the
/// registry or of its container.
fn attributes(world: &World, task: &Task, registry: &Registry) -> BTreeMap<String, String> {
    let service = world.ecs.services.get(&task.service).map(|service| service.name.clone());
    let family = task.definition.rsplit('/').next().and_then(|name| name.split(':').next());
    let mut attributes = BTreeMap::from([
        ("AVAILABILITY_ZONE".to_owned(), answer::zone(world, task)),
        ("AWS_INIT_HEALTH_STATUS".to_owned(), "HEALTHY".to_owned()),
        ("AWS_INSTANCE_IPV4".to_owned(), task.address.clone()),
        ("ECS_CLUSTER_NAME".to_owned(), task.cluster.clone()),
        ("ECS_SERVICE_NAME".to_owned(), service.unwrap_or_default()),
        ("ECS_TASK_DEFINITION_FAMILY".to_owned(), family.unwrap_or_default().to_owned()),
        ("REGION".to_owned(), world.region.clone()),
    ]);
    if let Some(port) = registry.port.or(registry.container_port) {
        attributes.insert("AWS_INSTANCE_PORT".to_owned(), port.to_string());
    }
    attributes
}

/// Removes a stopping task from Cloud Map.
///
/// ECS removes it only from the registries that its service still names. Instances in an earlier registry stay.
pub(in crate::services::ecs) fn deregister(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else {
        return;
    };
    let Some(service) = world.ecs.services.get(&task.service) else {
        return;
    };
    let named = &service.specification().registries;
    let is_named = |arn: &String| named.iter().any(|registry| registry.registry_arn == *arn);
    let registries = task.registries.iter().map(|registry| registry.registry_arn.clone()).filter(is_named);
    let registries: Vec<String> = registries.collect();
    let id = task.id().to_owned();
    for registry in registries {
        cloudmap::deregister_instance(world, &registry, &id);
    }
}
