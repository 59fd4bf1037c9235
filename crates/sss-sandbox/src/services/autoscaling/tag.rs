//! Tags of scalable targets, at most 50.

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::rules::limits::TAGS;

use crate::{input::parse, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// The input of all three operations.
#[derive(Deserialize)]
struct Request {
    #[serde(rename = "ResourceARN")]
    arn: String,
    #[serde(rename = "Tags", default)]
    tags: Tags,
    #[serde(rename = "TagKeys", default)]
    keys: Vec<String>,
}

/// Carries out `TagResource`. It replaces tags of the same keys and keeps the others.
///
/// # Errors
///
/// Refuses unknown targets, and more than 50 tags.
pub(super) fn add(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Request { arn, tags, .. } = parse(input)?;
    let present = found(world, &arn)?;
    let new = tags.keys().filter(|key| !present.contains_key(*key)).count();
    if present.len() + new > TAGS {
        let message = format!("You can have a maximum of {TAGS} tags per resource");
        return Err(Refusal::new("TooManyTagsException", message));
    }
    present.extend(tags);
    Ok(json!({}))
}

/// Carries out `UntagResource`. Keys that the target does not have are ignored.
pub(super) fn remove(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Request { arn, keys, .. } = parse(input)?;
    found(world, &arn)?.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// Carries out `ListTagsForResource`.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Request { arn, .. } = parse(input)?;
    Ok(json!({ "Tags": found(world, &arn)? }))
}

/// Returns the tags of a target.
///
/// # Errors
///
/// Refuses unknown ARNs with `ResourceNotFoundException`.
fn found<'world>(world: &'world mut World, arn: &str) -> Result<&'world mut Tags, Refusal> {
    let message = format!("The resource '{arn}' was not found");
    tags_of_arn(world, arn).ok_or_else(|| Refusal::new("ResourceNotFoundException", message))
}

/// Lists the targets with tags, for the tagging API.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let targets = world.autoscaling.targets.values().filter(|target| !target.tags.is_empty());
    let object = |target: &super::target::ScalableTarget| TaggedObject {
        arn: target.arn(world),
        resource_type: "application-autoscaling:scalable-target",
        tags: target.tags.clone(),
    };
    targets.map(object).collect()
}

/// Returns the tags of the target with this ARN.
pub(super) fn tags_of_arn<'world>(world: &'world mut World, arn: &str) -> Option<&'world mut Tags> {
    let id = arn.strip_prefix(&world.arn(super::SERVICE.name, "scalable-target/"))?;
    let mut targets = world.autoscaling.targets.values_mut();
    targets.find(|target| target.id == id).map(|target| &mut target.tags)
}
