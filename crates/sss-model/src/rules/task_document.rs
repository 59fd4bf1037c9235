//! The size of a task definition: its containers as the JSON that ECS keeps.
//!
//! ECS limits the JSON of a task definition to 64 KiB and does not document what it counts. The containers without
//! white space are the least that it can mean. More than the limit is an error; within [`BESIDE`] bytes of it is a
//! warning. The rule is ECS-TD-114.
//!
//! The engine builds the same document with the SDK's types. This crate has no SDK, so `definition` writes the members
//! again; members with ECS's default stay away, as ECS does not keep them.

use serde_json::{Map, Value, json};

use super::{ECS_TD_114, broken};
use crate::container::{Container, HealthCheck};
use crate::path::Path;
use crate::report::Report;
use crate::service::Service;
use crate::stack::Stack;

/// The most bytes of the JSON that ECS takes.
pub(crate) const MOST_BYTES: usize = 65536;

/// ECS does not document what it counts beside the containers: the roles, the family, and its own defaults would take
/// less than this.
const BESIDE: usize = 1024;

/// Returns the bytes of the containers of a service as JSON without white space.
///
/// The log group and the region of the stack are a part of each container's log configuration.
pub(crate) fn bytes(stack: &Stack, service: &Service) -> usize {
    let log_group = stack.log_group_name(&service.name);
    let definition = |container: &Container| definition(container, &log_group, &stack.region);
    let containers = service.task.all_containers(stack.container_name(&service.name));
    size(&containers.iter().map(definition).collect())
}

/// Returns the bytes of a value as JSON without white space.
pub(crate) fn size(value: &Value) -> usize {
    value.to_string().len()
}

/// Checks the size of the containers.
///
/// The path is that of the service.
pub(crate) fn fits(bytes: usize, at: &Path, report: &mut Report) {
    if bytes > MOST_BYTES {
        report.add(at, broken!(ECS_TD_114, "too-large", bytes = bytes, most = MOST_BYTES));
    } else if bytes > MOST_BYTES - BESIDE {
        report.warn(at, broken!(ECS_TD_114, "nearly-too-large", bytes = bytes, most = MOST_BYTES));
    }
}

/// Returns a container as the engine registers it.
///
/// Members without a value and empty lists stay away.
fn definition(container: &Container, log_group: &str, region: &str) -> Value {
    let pairs = |pairs: &std::collections::BTreeMap<String, String>, source: &str| -> Value {
        pairs.iter().map(|(name, value)| json!({ "name": name, source: value })).collect()
    };
    let ports = container.ports.iter();
    let waits = container.depends_on.iter();
    let members = [
        ("name", json!(container.name)),
        ("image", json!(container.image)),
        ("essential", json!(container.essential)),
        ("cpu", json!(container.cpu.unwrap_or(0))),
        ("memory", json!(container.memory)),
        ("memoryReservation", json!(container.memory_reservation)),
        (
            "portMappings",
            ports.map(|port| json!({ "containerPort": port, "hostPort": port, "protocol": "tcp" })).collect(),
        ),
        ("entryPoint", json!(container.entry_point)),
        ("command", json!(container.command)),
        ("environment", pairs(&container.environment, "value")),
        ("secrets", pairs(&container.secrets, "valueFrom")),
        ("healthCheck", container.health_check.as_ref().map_or(Value::Null, health)),
        (
            "dependsOn",
            waits
                .map(|(name, condition)| json!({ "containerName": name, "condition": condition.as_str() }))
                .collect(),
        ),
        ("stopTimeout", json!(container.stop_timeout)),
        (
            "logConfiguration",
            json!({ "logDriver": "awslogs", "options": container.log_options(log_group, region) }),
        ),
    ];

    let is_said = |value: &Value| !value.is_null() && *value != json!([]);
    let said = members.into_iter().filter(|(_, value)| is_said(value));
    Value::Object(said.map(|(member, value)| (member.to_owned(), value)).collect::<Map<_, _>>())
}

/// Returns a health check as the engine registers it. ECS does not keep a start period of 0.
fn health(check: &HealthCheck) -> Value {
    let mut health = json!({
        "command": check.command,
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
    });
    if let Some(seconds) = check.start_period.filter(|seconds| *seconds != 0) {
        health["startPeriod"] = json!(seconds);
    }
    health
}
