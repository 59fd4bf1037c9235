//! The containers of a task definition.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    dependency::Dependency,
    image,
    logging::LogConfiguration,
    registration::{Registration, client},
};
use crate::{
    ecs::{fargate::Size, is_name},
    refusal::Refusal,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container {
    pub(super) name: Option<String>,
    image: Option<String>,
    #[serde(default)]
    cpu: i64,
    memory: Option<i64>,
    memory_reservation: Option<i64>,
    pub(super) essential: Option<bool>,
    #[serde(default)]
    port_mappings: Vec<PortMapping>,
    #[serde(default)]
    environment: Vec<Variable>,
    #[serde(default)]
    pub(super) secrets: Vec<Secret>,
    #[serde(default)]
    pub(super) depends_on: Vec<Dependency>,
    pub(super) health_check: Option<HealthCheck>,
    pub(super) log_configuration: Option<LogConfiguration>,
    pub(super) firelens_configuration: Option<Value>,
    pub(super) repository_credentials: Option<Value>,
    start_timeout: Option<i64>,
    stop_timeout: Option<i64>,
    privileged: Option<bool>,
    #[serde(default)]
    links: Vec<String>,
    hostname: Option<String>,
    #[serde(default)]
    extra_hosts: Vec<Value>,
    #[serde(default)]
    dns_servers: Vec<String>,
    #[serde(default)]
    mount_points: Vec<MountPoint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PortMapping {
    container_port: Option<i64>,
    host_port: Option<i64>,
    protocol: Option<String>,
    name: Option<String>,
    app_protocol: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Variable {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Secret {
    name: String,
    value_from: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HealthCheck {
    command: Vec<String>,
    interval: Option<i64>,
    timeout: Option<i64>,
    retries: Option<i64>,
    start_period: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MountPoint {
    source_volume: Option<String>,
}

impl Container {
    /// Its name, which is checked first.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Whether its image is in a private registry of ECR.
    pub(super) fn is_in_private_registry(&self) -> bool {
        self.image.as_deref().is_some_and(|image| image.contains(".dkr.ecr."))
    }

    /// Whether the task stops with it.
    pub(super) fn is_essential(&self) -> bool {
        self.essential.unwrap_or(true)
    }
}

/// Refuses containers that AWS does not register. `size` is the size of a task on Fargate.
pub(super) fn check(wanted: &Registration, size: Option<Size>) -> Result<(), Refusal> {
    let containers = &wanted.container_definitions;
    if containers.is_empty() {
        return Err(client("Container list cannot be empty."));
    }
    if containers.len() > 10 {
        return Err(client("Too many containers."));
    }
    let mut names = BTreeSet::new();
    for container in containers {
        if !is_name(container.name()) {
            return Err(client("Container.name contains invalid characters or is empty."));
        }
        if !names.insert(container.name()) {
            return Err(client("Container names must be unique."));
        }
    }
    if !containers.iter().any(Container::is_essential) {
        return Err(client("Task definition does not have any essential container."));
    }
    let volumes: BTreeSet<_> = wanted.volumes.iter().filter_map(|volume| volume.name.as_deref()).collect();
    for container in containers {
        image::check(container.image.as_deref())?;
        check_environment(container)?;
        check_health(container)?;
        check_memory(container, size)?;
        for source in container.mount_points.iter().filter_map(|mount| mount.source_volume.as_deref()) {
            if !volumes.contains(source) {
                return Err(client(format!("Unknown volume '{source}'.")));
            }
        }
        if size.is_some() {
            check_fargate(container)?;
        }
    }
    if let Some(size) = size
        && containers.iter().map(|container| container.cpu).sum::<i64>() > i64::from(size.cpu)
    {
        return Err(client(
            "Invalid setting for container. The total cpu of the containers exceeds the task's.",
        ));
    }
    check_ports(containers)
}

fn check_ports(containers: &[Container]) -> Result<(), Refusal> {
    let mut ports = BTreeSet::new();
    let mut names = BTreeSet::new();
    for container in containers {
        for mapping in &container.port_mappings {
            let port =
                mapping.container_port.filter(|port| (1..=65_535).contains(port)).ok_or_else(|| {
                    client(format!("Invalid 'containerPort' setting for container '{}'.", container.name()))
                })?;
            if mapping.host_port.is_some_and(|host| host != port) {
                return Err(client(
                    "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
                ));
            }
            let protocol = mapping.protocol.as_deref().unwrap_or("tcp");
            if !["tcp", "udp"].contains(&protocol) {
                return Err(client(format!(
                    "Invalid 'protocol' setting for container '{}'.",
                    container.name()
                )));
            }
            if !ports.insert((port, protocol)) {
                return Err(client("The same container port is used multiple times in the task."));
            }
            if mapping.app_protocol.is_some() && mapping.name.is_none() {
                return Err(client("A port mapping with an appProtocol must have a name."));
            }
            if let Some(name) = &mapping.name
                && (!is_port_name(name) || !names.insert(name))
            {
                return Err(client(format!("The port mapping name '{name}' is invalid or already used.")));
            }
        }
    }
    Ok(())
}

fn is_port_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(allowed) && !name.starts_with('-')
}

fn check_environment(container: &Container) -> Result<(), Refusal> {
    let variables: BTreeSet<_> = container.environment.iter().map(|variable| &variable.name).collect();
    let mut secrets = BTreeSet::new();
    for Secret { name, value_from } in &container.secrets {
        if !secrets.insert(name) {
            return Err(client(format!("Duplicate secret names found: {name}.")));
        }
        if variables.contains(name) {
            return Err(client(
                "The secret name must be unique and not shared with any new or existing environment variables set \
                 on the container.",
            ));
        }
        if value_from.is_empty() {
            return Err(client("The secret's valueFrom must not be empty."));
        }
    }
    Ok(())
}

fn check_health(container: &Container) -> Result<(), Refusal> {
    let Some(check) = &container.health_check else {
        return Ok(());
    };
    // Whether AWS minds another first word is not known.
    if matches!(check.command.as_slice(), [] | [_])
        && check.command.first().is_none_or(|word| word.starts_with("CMD"))
    {
        return Err(client("The health check command must have something to run."));
    }
    let bounds = [
        (check.interval, 5, 300),
        (check.timeout, 2, 60),
        (check.retries, 1, 10),
        (check.start_period, 0, 300),
    ];
    if bounds.iter().any(|(value, from, to)| value.is_some_and(|value| value < *from || value > *to)) {
        return Err(client(format!("Invalid health check setting for container '{}'.", container.name())));
    }
    Ok(())
}

fn check_memory(container: &Container, size: Option<Size>) -> Result<(), Refusal> {
    let Container { memory, memory_reservation, .. } = container;
    if let (Some(hard), Some(soft)) = (memory, memory_reservation)
        && soft > hard
    {
        return Err(client("The memory must be greater than or equal to the memoryReservation."));
    }
    let limit = size.map_or(i64::MAX, |size| i64::from(size.memory));
    if [memory, memory_reservation].into_iter().flatten().any(|memory| *memory < 4 || *memory > limit) {
        return Err(client(format!("Invalid 'memory' setting for container '{}'.", container.name())));
    }
    if size.is_none() && memory.is_none() && memory_reservation.is_none() {
        return Err(client("At least one of 'memory' or 'memoryReservation' must be specified."));
    }
    Ok(())
}

fn check_fargate(container: &Container) -> Result<(), Refusal> {
    let unsupported = container.privileged == Some(true)
        || !container.links.is_empty()
        || container.hostname.is_some()
        || !container.extra_hosts.is_empty()
        || !container.dns_servers.is_empty();
    if unsupported {
        return Err(client(format!(
            "Container '{}' uses privileged, links, hostname, extraHosts or dnsServers, which Fargate does not \
             support.",
            container.name()
        )));
    }
    let timeouts = [container.start_timeout, container.stop_timeout];
    if timeouts.into_iter().flatten().any(|timeout| !(0..=120).contains(&timeout)) {
        return Err(client("The start and stop timeouts must be at most 120 seconds."));
    }
    Ok(())
}

/// The lists that come back empty when nothing was given for them.
const LISTS: [&str; 5] = ["portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"];

/// A container's definition as ECS keeps it, with its defaults.
pub(super) fn content(definition: &Value, is_awsvpc: bool) -> Value {
    let mut content: Map<String, Value> = definition.as_object().cloned().unwrap_or_default();
    content.retain(|_, value| !value.is_null() && *value != json!({}) && *value != json!([]));
    for member in LISTS {
        content.entry(member).or_insert_with(|| json!([]));
    }
    content.entry("cpu").or_insert_with(|| json!(0));
    content.entry("essential").or_insert_with(|| json!(true));
    for member in ["environment", "secrets"] {
        // ECS gives variables back in an order of its own.
        if let Some(Value::Array(variables)) = content.get_mut(member) {
            variables.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
        }
    }
    if let Some(Value::Array(mappings)) = content.get_mut("portMappings") {
        for mapping in mappings.iter_mut().filter_map(Value::as_object_mut) {
            mapping.entry("protocol").or_insert_with(|| json!("tcp"));
            if is_awsvpc && let Some(port) = mapping.get("containerPort").cloned() {
                mapping.insert("hostPort".to_owned(), port);
            }
        }
    }
    if let Some(Value::Object(check)) = content.get_mut("healthCheck") {
        for (member, default) in [("interval", 30), ("timeout", 5), ("retries", 3)] {
            check.entry(member).or_insert_with(|| json!(default));
        }
    }
    Value::Object(content)
}
