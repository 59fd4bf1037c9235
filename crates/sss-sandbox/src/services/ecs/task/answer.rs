//! The description of a task.
//!
//! It has the members of AWS's `Task` that the account knows. Sizes come from the task definition, and the
//! platform version is always 1.4.0. The network attachment follows from the state of the task: ATTACHING,
//! ATTACHED, DELETED.

use serde_json::{Map, Value, json};

use super::{Health, LastStatus, Task, session};
use crate::{
    services::ecs::{seconds, tag, task_definition},
    world::World,
};

/// Returns the availability zone of a task. The three private subnets are in the zones a, c and d.
pub(super) fn zone(world: &World, task: &Task) -> String {
    let letter = ["a", "c", "d"].get(task.zone).copied().unwrap_or("a");
    format!("{}{letter}", world.region)
}

/// Returns the description of a task. `with_tags` is for requests that include the tags.
pub(super) fn render(world: &World, task: &Task, with_tags: bool) -> Value {
    let definition = task_definition::find(world, &task.definition);
    let size = |member: &str| definition.and_then(|definition| definition.text(member));
    let service = task.service.rsplit('/').next().unwrap_or_default();
    let group = task.group.clone().unwrap_or_else(|| format!("service:{service}"));
    let mut answer = json!({
        "taskArn": task.arn,
        "clusterArn": world.arn("ecs", &format!("cluster/{}", task.cluster)),
        "taskDefinitionArn": task.definition,
        "group": group,
        "lastStatus": text(task.last_status),
        "desiredStatus": if task.is_wanted() { "RUNNING" } else { "STOPPED" },
        "availabilityZone": zone(world, task),
        "cpu": size("cpu"),
        "memory": size("memory"),
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "healthStatus": health(task.health),
        "enableExecuteCommand": task.exec,
        "createdAt": seconds(task.created_at),
        "attachments": [attachment(task)],
        "containers": containers(world, task),
        "tags": if with_tags { tag::render(&task.tags) } else { json!([]) },
        "version": 1,
    });

    if let Value::Object(answer) = &mut answer {
        answer.extend(circumstances(task));
        let told = world.ecs.told_tasks.get(service).and_then(Value::as_object);
        answer.extend(told.cloned().unwrap_or_default());
    }
    answer
}

/// Returns the members that depend on the state of a task.
fn circumstances(task: &Task) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };

    match &task.capacity_provider {
        Some(provider) => put("capacityProviderName", Some(json!(provider))),
        None => put("launchType", Some(json!(task.launch_type))),
    }
    put("startedBy", Some(&task.deployment).filter(|by| !by.is_empty()).map(|by| json!(by)));
    put("startedAt", task.started_at.map(seconds));
    put("stoppingAt", task.stopping_at.map(seconds));
    put("stoppedAt", task.stopped_at.map(seconds));
    put("stopCode", task.stop.as_ref().map(|stop| json!(stop.code)));
    put("stoppedReason", task.stop.as_ref().map(|stop| json!(stop.reason)));
    members
}

/// Returns the description of the task's network interface, with its subnet and its address.
fn attachment(task: &Task) -> Value {
    let status = match task.last_status {
        LastStatus::Provisioning => "ATTACHING",
        LastStatus::Stopped => "DELETED",
        _ => "ATTACHED",
    };
    json!({
        "id": task.attachment,
        "type": "ElasticNetworkInterface",
        "status": status,
        "details": [
            { "name": "subnetId", "value": task.subnet },
            { "name": "networkInterfaceId", "value": task.interface },
            { "name": "privateIPv4Address", "value": task.address },
        ],
    })
}

/// Returns the descriptions of the containers.
///
/// Only the container that caused the stop has a reason. Of a task that started, all others have the exit
/// code 0; of one that never started, no container has an exit code.
fn containers(world: &World, task: &Task) -> Value {
    let Some(definition) = task_definition::find(world, &task.definition) else {
        return json!([]);
    };

    let render = |container: &Value| {
        let mut answer = json!({
            "taskArn": task.arn,
            "name": container["name"],
            "image": container["image"],
            "lastStatus": match task.last_status {
                LastStatus::Running | LastStatus::Deactivating => "RUNNING",
                LastStatus::Stopped => "STOPPED",
                LastStatus::Activating if is_ill(task) && container["healthCheck"].is_object() => "RUNNING",
                _ => "PENDING",
            },
            "networkInterfaces": [
                { "attachmentId": task.attachment, "privateIpv4Address": task.address },
            ],
            "healthStatus": health(if container["healthCheck"].is_object() { task.health } else { Health::Unknown }),
            "cpu": container["cpu"].to_string(),
        });
        if let Some(started) = task.started_at {
            let name = container["name"].as_str().unwrap_or_default();
            if let Some(digest) = task.digests.get(name) {
                answer["imageDigest"] = json!(digest);
            }
            answer["runtimeId"] = json!(session::runtime_id(task, container));
            if task.exec {
                answer["managedAgents"] = json!([session::agent(world, task, container, started)]);
            }
        }
        let cause = task.stop.as_ref().and_then(|stop| stop.cause.as_ref());
        let own = cause.filter(|cause| container["name"] == cause.container.as_str());
        if let Some(reason) = own.and_then(|cause| cause.reason.as_ref()) {
            answer["reason"] = json!(reason);
        }
        if task.last_status == LastStatus::Stopped && task.started_at.is_some() {
            answer["exitCode"] = json!(own.and_then(|cause| cause.exit_code).unwrap_or(0));
        }
        answer
    };
    definition.containers().map(render).collect()
}

/// Returns whether the task waits for a container that never becomes healthy.
fn is_ill(task: &Task) -> bool {
    task.health == Health::Unhealthy
}

/// Returns AWS's word for a health.
fn health(health: Health) -> &'static str {
    match health {
        Health::Unknown => "UNKNOWN",
        Health::Healthy => "HEALTHY",
        Health::Unhealthy => "UNHEALTHY",
    }
}

/// Returns AWS's word for a state.
fn text(status: LastStatus) -> &'static str {
    match status {
        LastStatus::Provisioning => "PROVISIONING",
        LastStatus::Pending => "PENDING",
        LastStatus::Activating => "ACTIVATING",
        LastStatus::Running => "RUNNING",
        LastStatus::Deactivating => "DEACTIVATING",
        LastStatus::Stopped => "STOPPED",
    }
}
