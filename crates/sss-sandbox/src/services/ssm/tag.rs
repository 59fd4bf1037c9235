//! Tags of parameters, for the service's own operations and for the tagging API.
//!
//! A parameter has at most 50 tags. The rules of the model do not know Parameter Store, so this module checks
//! keys and values itself: their length, their characters and the prefix `aws:`. Other types of resources are
//! left out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::rules::limits::TAGS;

use super::{invalid, name, parameter::Parameter, required};
use crate::{refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// A tag on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// Returns the tags of a request.
///
/// # Errors
///
/// Refuses more than 50 tags, keys that occur twice, keys outside 1 to 128 characters, values above 256
/// characters, other characters than AWS allows, and keys of AWS.
pub(super) fn checked(tags: Vec<Tag>) -> Result<Tags, Refusal> {
    if tags.len() > TAGS {
        return Err(too_many());
    }
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() != tags.len() {
        return Err(invalid("Duplicate tag keys are not allowed."));
    }

    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    for Tag { key, value } in &tags {
        let fits = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
        if !fits || !key.chars().all(allowed) || !value.chars().all(allowed) {
            return Err(invalid(format!(
                "The tag {key} is too long, has no key or a character that is not allowed."
            )));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid(format!("The tag key {key} begins with the reserved prefix aws:.")));
        }
    }
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Returns the refusal of more than 50 tags.
fn too_many() -> Refusal {
    Refusal::new("TooManyTagsError", format!("A parameter can have at most {TAGS} tags."))
}

/// The input of all operations on tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagInput {
    resource_type: Option<String>,
    resource_id: Option<String>,
    tags: Option<Vec<Tag>>,
    tag_keys: Option<Vec<String>>,
}

impl TagInput {
    /// Returns the tags of the parameter in the request.
    ///
    /// # Errors
    ///
    /// Refuses other types of resources and unknown parameters. The id is the name, not the ARN.
    fn tags_of<'a>(&self, world: &'a mut World) -> Result<&'a mut Tags, Refusal> {
        if required(self.resource_type.as_deref(), "resourceType")? != "Parameter" {
            let message = "The sandbox tags nothing but resources of the type Parameter.";
            return Err(Refusal::new("InvalidResourceType", message));
        }
        let id = required(self.resource_id.as_deref(), "resourceId")?;
        let parameter = world.ssm.parameters.get_mut(id).map(|parameter| &mut parameter.tags);
        parameter.ok_or_else(|| Refusal::new("InvalidResourceId", "The resource ID isn't valid."))
    }
}

/// Carries out `AddTagsToResource`. It replaces tags of the same keys and keeps the others.
pub(super) fn add(world: &mut World, mut input: TagInput) -> Result<Value, Refusal> {
    let tags = checked(required(input.tags.take(), "tags")?)?;
    let there = input.tags_of(world)?;
    let mut all = there.clone();
    all.extend(tags);
    if all.len() > TAGS {
        return Err(too_many());
    }
    *there = all;
    Ok(json!({}))
}

/// Carries out `RemoveTagsFromResource`. Keys that the parameter does not have are ignored.
pub(super) fn remove(world: &mut World, mut input: TagInput) -> Result<Value, Refusal> {
    let keys = required(input.tag_keys.take(), "tagKeys")?;
    input.tags_of(world)?.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// Carries out `ListTagsForResource`.
pub(super) fn list(world: &mut World, input: &TagInput) -> Result<Value, Refusal> {
    let tags = input.tags_of(world)?.clone();
    let tags: Vec<Tag> = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(json!({ "TagList": tags }))
}

/// Lists the objects that can have tags.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let object = |(name, parameter): (&String, &Parameter)| TaggedObject {
        arn: name::arn(world, name),
        resource_type: "ssm:parameter",
        tags: parameter.tags.clone(),
    };
    world.ssm.parameters.iter().map(object).collect()
}

/// Returns the tags of the parameter with this ARN.
pub(super) fn tags_of_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    let name = name::of(world, arn);
    world.ssm.parameters.get_mut(&name).map(|parameter| &mut parameter.tags)
}
