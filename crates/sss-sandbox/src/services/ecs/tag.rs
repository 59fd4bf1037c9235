//! Tags of clusters, services, task definitions and tasks.
//!
//! An object has at most 50 tags. Deregistered task definitions, inactive clusters and inactive services take
//! no tags and are not in the tagging API. AWS's tagging API may list deregistered revisions; the sandbox
//! does not.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::request::Operation;

use super::{State, cluster, service, task_definition};
use crate::{gate, input, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// A tag on the wire. A tag without a key is refused, and one without a value has an empty value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tag {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default)]
    value: String,
}

/// Reads tags from the wire and checks them by AWS's rules.
///
/// # Errors
///
/// Returns the refusal of the first broken rule.
pub(super) fn read(list: Option<Vec<Tag>>) -> Result<Tags, Refusal> {
    let list = list.unwrap_or_default();
    gate::pass_member(Operation::EcsCreateService, "tags", &json!(list))?;
    let keyed = list.into_iter().map(|tag| Some((tag.key?, tag.value)));
    keyed.collect::<Option<_>>().ok_or_else(|| invalid("Tag key must have between 1 and 128 characters."))
}

/// Refuses more than 50 tags on an object.
fn within_limit(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > 50 {
        return Err(invalid("The maximum number of tags on a resource is 50."));
    }
    Ok(())
}

/// Returns the refusal of an invalid parameter.
fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// Returns tags in the form of the wire.
pub(super) fn render(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// The input of all operations on tags.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    resource_arn: String,
    tags: Option<Vec<Tag>>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// Carries out `TagResource`. It replaces tags of the same keys and keeps the others.
///
/// # Errors
///
/// Refuses unknown objects, tags that break a rule, and more than 50 tags in total.
pub(super) fn tag_resource(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Target { resource_arn, tags, .. } = input::parse(input)?;
    let new = read(tags)?;
    let tags = tags_of(&mut world.ecs, &resource_arn).ok_or_else(|| missing(&resource_arn))?;
    let mut merged = tags.clone();
    merged.extend(new);
    within_limit(&merged)?;
    *tags = merged;
    Ok(json!({}))
}

/// Carries out `UntagResource`. Keys that the object does not have are ignored.
///
/// # Errors
///
/// Refuses unknown objects.
pub(super) fn untag_resource(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Target { resource_arn, tag_keys, .. } = input::parse(input)?;
    let tags = tags_of(&mut world.ecs, &resource_arn).ok_or_else(|| missing(&resource_arn))?;
    tags.retain(|key, _| !tag_keys.contains(key));
    Ok(json!({}))
}

/// Carries out `ListTagsForResource`.
///
/// # Errors
///
/// Refuses unknown objects.
pub(super) fn list_tags_for_resource(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Target { resource_arn, .. } = input::parse(input)?;
    let tags = tags_of(&mut world.ecs, &resource_arn).ok_or_else(|| missing(&resource_arn))?;
    Ok(json!({ "tags": render(tags) }))
}

/// Returns the refusal of an object that does not exist. Clusters and services have codes of their own.
fn missing(arn: &str) -> Refusal {
    match kind(arn) {
        Some("cluster") => Refusal::new("ClusterNotFoundException", "Cluster not found."),
        Some("service") => Refusal::new("ServiceNotFoundException", "Service not found."),
        Some("task-definition" | "task") => invalid("The specified resource was not found."),
        _ => invalid("Invalid resource ARN."),
    }
}

/// Returns the type of the object that an ARN of ECS names.
fn kind(arn: &str) -> Option<&str> {
    arn.split(':').nth(5)?.split('/').next()
}

/// Lists the objects that the tagging API knows. It knows no tasks.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let object = |arn: &str, resource_type, tags: &Tags| TaggedObject {
        arn: arn.to_owned(),
        resource_type,
        tags: tags.clone(),
    };
    let State { clusters, services, .. } = &world.ecs;
    let clusters = clusters.values().filter(|cluster| cluster.status == cluster::Status::Active);
    let clusters = clusters.map(|cluster| object(&cluster.arn, "ecs:cluster", &cluster.tags));
    let services = services.values().filter(|service| service.status != service::Status::Inactive);
    let services = services.map(|service| object(&service.arn, "ecs:service", &service.tags));
    let definitions = task_definition::all(&world.ecs);
    let definitions = definitions.filter(|found| found.status == task_definition::Status::Active);
    let definitions = definitions.map(|found| object(&found.arn, "ecs:task-definition", &found.tags));
    clusters.chain(services).chain(definitions).collect()
}

/// Returns the tags of the object with this ARN.
pub(super) fn tags_of_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    tags_of(&mut world.ecs, arn)
}

/// Returns the tags of an object that exists and can have tags.
fn tags_of<'a>(state: &'a mut State, arn: &str) -> Option<&'a mut Tags> {
    match kind(arn)? {
        "cluster" => {
            let cluster = state.clusters.values_mut().find(|cluster| cluster.arn == arn)?;
            (cluster.status == cluster::Status::Active).then_some(&mut cluster.tags)
        }
        "service" => {
            let service = state.services.get_mut(arn)?;
            (service.status != service::Status::Inactive).then_some(&mut service.tags)
        }
        "task-definition" => {
            let definition = task_definition::find_mut(state, arn)?;
            (definition.status == task_definition::Status::Active).then_some(&mut definition.tags)
        }
        "task" => state.tasks.get_mut(arn).map(|task| &mut task.tags),
        _ => None,
    }
}
