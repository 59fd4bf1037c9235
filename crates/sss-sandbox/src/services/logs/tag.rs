//! Tags of log groups, for the service's own operations and for the tagging API.
//!
//! A group has at most 50 tags. Requests name it by an ARN without `:*`, although descriptions of groups have
//! both forms.

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::TAGS};

use super::{group::Group, invalid, name, no_such_group, required};
use crate::{gate, input::parse, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// Returns the refusal of more than 50 tags.
fn too_many() -> Refusal {
    let message = format!("The maximum number of tags for a resource has been reached: {TAGS}");
    Refusal::new("TooManyTagsException", message)
}

/// The input of the operations that name a group by ARN.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    resource_arn: Option<String>,
    tags: Option<Tags>,
    tag_keys: Option<Vec<String>>,
}

/// Carries out `TagResource`. It replaces tags of the same keys and keeps the others.
pub(super) fn add(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let tags = required(input.tags, "tags")?;
    gate::pass_member(Operation::LogsCreateLogGroup, "tags", &json!(tags))?;
    let group = by_arn(world, input.resource_arn)?;
    let new = tags.keys().filter(|key| !group.tags.contains_key(*key)).count();
    if group.tags.len() + new > TAGS {
        return Err(too_many());
    }
    group.tags.extend(tags);
    Ok(json!({}))
}

/// Carries out `UntagResource`. Keys that the group does not have are ignored.
pub(super) fn remove(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let keys = required(input.tag_keys, "tagKeys")?;
    by_arn(world, input.resource_arn)?.tags.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// Carries out `ListTagsForResource`.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    Ok(json!({ "tags": by_arn(world, input.resource_arn)?.tags }))
}

/// Returns the group with this ARN, or a refusal.
fn by_arn(world: &mut World, arn: Option<String>) -> Result<&mut Group, Refusal> {
    let arn = required(arn, "resourceArn")?;
    if arn.ends_with(":*") {
        return Err(invalid("The resource ARN must not end with ':*'."));
    }
    let name =
        name::of_arn(world, &arn).ok_or_else(|| invalid("The specified resource ARN is not valid."))?;
    world.logs.groups.get_mut(name).ok_or_else(no_such_group)
}

/// The input of `ListTagsLogGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfGroup {
    log_group_name: Option<String>,
}

/// Carries out `ListTagsLogGroup`, which AWS has deprecated.
pub(super) fn list_of_group(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: OfGroup = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    Ok(json!({ "tags": world.logs.group(&name)?.tags }))
}

/// Lists the groups with tags, for the tagging API.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let groups = world.logs.groups.iter().filter(|(_, group)| !group.tags.is_empty());
    let object = |(name, group): (&String, &Group)| TaggedObject {
        arn: name::arn(world, name),
        resource_type: "logs:log-group",
        tags: group.tags.clone(),
    };
    groups.map(object).collect()
}

/// Returns the tags of the log group with this ARN.
pub(super) fn tags_of_arn<'world>(world: &'world mut World, arn: &str) -> Option<&'world mut Tags> {
    let name = name::of_arn(world, arn)?;
    world.logs.groups.get_mut(name).map(|group| &mut group.tags)
}
