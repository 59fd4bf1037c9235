//! `RegisterTaskDefinition`.
//!
//! The rules of the model have checked the request: sizes on Fargate, log drivers, dependencies of
//! containers, and the length of the containers as JSON. This module refuses what depends on the account,
//! which is a role that does not exist, and adds the members that ECS sets.
//!
//! Placement is kept as it is, and so are volumes but for their defaults. The sandbox does not interpret them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sss_model::TaskSize;

use super::{Status, TaskDefinition, answer, container};
use crate::{
    gate, input,
    refusal::Refusal,
    services::{
        ecs::{self, tag},
        iam,
    },
    world::World,
};

/// The members of a task definition that ECS keeps unchanged.
const MEMBERS: [&str; 11] = [
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "enableFaultInjection",
    "placementConstraints",
    "requiresCompatibilities",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "ephemeralStorage",
    "runtimePlatform",
];

/// The members of the input that the registration interprets. The others are copied.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    family: String,
    task_role_arn: Option<String>,
    execution_role_arn: Option<String>,
    cpu: Option<String>,
    memory: Option<String>,
    tags: Option<Vec<tag::Tag>>,
}

/// Returns the size of a task that fits Fargate, even if its registration does not require Fargate.
///
/// ECS decides about the compatibility of each registration. `None` if the rules for Fargate refuse it.
fn size_on_fargate(input: &Value, wanted: &Registration) -> Option<TaskSize> {
    let mut asking = input.clone();
    asking["requiresCompatibilities"] = json!(["FARGATE"]);
    gate::pass(&ecs::SERVICE, "RegisterTaskDefinition", &asking).ok()?;
    TaskSize::of_texts(wanted.cpu.as_deref()?, wanted.memory.as_deref()?)
}

/// Registers the next revision of a family. The first one has the number 1.
///
/// # Errors
///
/// Refuses a role that does not exist with `ClientException`, and tags that break a rule.
pub(in crate::services::ecs) fn register(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let mut wanted: Registration = input::parse(input)?;
    let tags = tag::read(wanted.tags.take())?;
    for role in [&wanted.task_role_arn, &wanted.execution_role_arn].into_iter().flatten() {
        if !iam::role_exists(world, role) {
            return Err(Refusal::new("ClientException", "Role is not valid"));
        }
    }
    let content = content(input, size_on_fargate(input, &wanted));
    let family = wanted.family;
    let number = world.ecs.families.get(&family).map_or(1, |family| family.last + 1);
    let definition = TaskDefinition {
        arn: world.arn("ecs", &format!("task-definition/{family}:{number}")),
        family: family.clone(),
        revision: number,
        status: Status::Active,
        content,
        registered_at: world.now,
        deregistered_at: None,
        delete_requested_at: None,
        tags,
    };

    let mut answer = json!({ "taskDefinition": answer::render(world, &definition) });
    if !definition.tags.is_empty() {
        answer["tags"] = tag::render(&definition.tags);
    }
    let family = world.ecs.families.entry(family).or_default();
    family.last = number;
    family.revisions.insert(number, definition);
    Ok(answer)
}

/// Returns the volumes as ECS describes them: scratch space has an empty `host`, and the root of a file system of EFS
/// is `/` by default.
fn volumes(input: &Value) -> Value {
    let volumes = input["volumes"].as_array().into_iter().flatten();
    let described = volumes.map(|volume| {
        let mut volume = volume.clone();
        if let Some(efs) = volume.get_mut("efsVolumeConfiguration").and_then(Value::as_object_mut) {
            efs.entry("rootDirectory").or_insert_with(|| json!("/"));
        } else if volume.as_object().is_some_and(|members| members.len() == 1) {
            volume["host"] = json!({});
        }
        volume
    });
    described.collect()
}

/// Returns the members of the input that ECS keeps and describes.
///
/// With a `size` for Fargate, `cpu` is in CPU units and `memory` in MiB, whatever units the request has, and
/// the compatibilities include FARGATE.
fn content(input: &Value, size: Option<TaskSize>) -> Map<String, Value> {
    let mut content = Map::from_iter([
        ("volumes".to_owned(), volumes(input)),
        ("placementConstraints".to_owned(), json!([])),
        ("enableFaultInjection".to_owned(), json!(false)),
    ]);
    let given = MEMBERS.iter().filter_map(|member| Some(((*member).to_owned(), input.get(member)?.clone())));
    content.extend(given.filter(|(_, value)| !value.is_null()));
    let compatibilities = if size.is_some() { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    content.insert("compatibilities".to_owned(), compatibilities);
    for (member, units) in [("cpu", size.map(TaskSize::cpu)), ("memory", size.map(TaskSize::memory))] {
        let given = units.map(|units| json!(units.to_string())).or_else(|| input.get(member).cloned());
        if let Some(value) = given.filter(|value| !value.is_null()) {
            content.insert(member.to_owned(), value);
        }
    }

    let is_awsvpc = content.get("networkMode").is_some_and(|mode| mode == "awsvpc");
    let containers = input["containerDefinitions"].as_array().into_iter().flatten();
    let containers: Value = containers.map(|definition| container::content(definition, is_awsvpc)).collect();
    content.insert("containerDefinitions".to_owned(), containers);
    content
}
