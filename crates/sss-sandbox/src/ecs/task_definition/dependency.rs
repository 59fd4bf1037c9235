//! The order in which containers start.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{container::Container, registration::client};
use crate::refusal::Refusal;

/// What a container waits for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    container_name: String,
    condition: String,
}

/// Refuses conditions that can never be met, and circles.
pub(super) fn check(containers: &[Container]) -> Result<(), Refusal> {
    let by_name: BTreeMap<&str, &Container> =
        containers.iter().map(|container| (container.name(), container)).collect();
    for container in containers {
        for Dependency { container_name, condition } in &container.depends_on {
            let target = by_name.get(container_name.as_str()).ok_or_else(|| {
                client(format!("The container '{container_name}' in dependsOn does not exist in the task."))
            })?;
            let fits = match condition.as_str() {
                "START" => true,
                "COMPLETE" | "SUCCESS" => !target.is_essential(),
                "HEALTHY" => target.health_check.is_some(),
                _ => false,
            };
            if !fits {
                return Err(client(format!(
                    "The condition {condition} cannot be met by the container '{container_name}'."
                )));
            }
        }
    }
    let mut started = BTreeSet::new();
    loop {
        let startable = containers.iter().filter(|container| {
            let mut targets =
                container.depends_on.iter().map(|dependency| dependency.container_name.as_str());
            !started.contains(container.name()) && targets.all(|target| started.contains(target))
        });
        let startable: Vec<&str> = startable.map(Container::name).collect();
        if startable.is_empty() {
            break;
        }
        started.extend(startable);
    }
    if started.len() < containers.len() {
        return Err(client("There is a circular dependency between the containers."));
    }
    Ok(())
}
