//! The description of a revision.
//!
//! A description has the kept content, the members that ECS sets itself, and the times of the states that the
//! revision has reached.

use serde_json::{Map, Value, json};

use super::TaskDefinition;
use crate::{services::ecs::seconds, world::World};

/// Returns the description of a revision. Tags are not in it; ECS returns them beside it.
pub(super) fn render(world: &World, definition: &TaskDefinition) -> Value {
    let mut answer = definition.content.clone();
    let own = json!({
        "taskDefinitionArn": definition.arn,
        "family": definition.family,
        "revision": definition.revision,
        "status": definition.status.text(),
        "requiresAttributes": required_attributes(&definition.content),
        "registeredAt": seconds(definition.registered_at),
        "registeredBy": world.caller_arn(),
    });
    if let Value::Object(own) = own {
        answer.extend(own);
    }

    let times = [
        ("deregisteredAt", definition.deregistered_at),
        ("deleteRequestedAt", definition.delete_requested_at),
    ];
    for (member, at) in times {
        if let Some(at) = at {
            answer.insert(member.to_owned(), seconds(at));
        }
    }
    Value::Object(answer)
}

/// Returns the abilities that an agent needs. ECS derives them from the content.
///
/// The list has fewer names than AWS's. Fargate needs none of them.
fn required_attributes(content: &Map<String, Value>) -> Value {
    let mut names = vec!["com.amazonaws.ecs.capability.docker-remote-api.1.18"];
    if content.contains_key("taskRoleArn") {
        names.push("com.amazonaws.ecs.capability.task-iam-role");
    }
    if content.contains_key("executionRoleArn") {
        names.push("ecs.capability.execution-role-awslogs");
    }
    if content.get("networkMode").is_some_and(|mode| mode == "awsvpc") {
        names.push("ecs.capability.task-eni");
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}
