//! Tags of roles. IAM compares tag keys without case, but keeps them as they were written.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    page,
    validation::{self, invalid, role_name},
};
use crate::{input::parse, refusal::Refusal, tags::Tags, world::World};

const MAX_TAGS: usize = 50;
const MAX_KEY_LENGTH: usize = 128;
const MAX_VALUE_LENGTH: usize = 256;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Add {
    role_name: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    tags: Vec<Tag>,
}

pub(super) fn add(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Add = parse(input)?;
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    role.tags = merge(&role.tags, input.tags)?;
    Ok(json!({}))
}

/// The tags with others laid over them.
pub(super) fn merge(present: &Tags, added: Vec<Tag>) -> Result<Tags, Refusal> {
    let mut tags = present.clone();
    let mut seen = Vec::new();
    for (index, tag) in added.into_iter().enumerate() {
        check(&tag, index + 1)?;
        let folded = tag.key.to_lowercase();
        if seen.contains(&folded) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Refusal::new("InvalidInput", message));
        }
        tags.retain(|key, _| key.to_lowercase() != folded);
        seen.push(folded);
        tags.insert(tag.key, tag.value);
    }
    if tags.len() > MAX_TAGS {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for TagsPerRole: {MAX_TAGS}")));
    }
    Ok(tags)
}

fn check(tag: &Tag, number: usize) -> Result<(), Refusal> {
    let key_length = tag.key.chars().count();
    if key_length == 0 || key_length > MAX_KEY_LENGTH {
        let constraint = format!("Member must have length between 1 and {MAX_KEY_LENGTH}");
        return Err(invalid(&tag.key, &format!("tags.{number}.member.key"), &constraint));
    }
    let allowed = |character: char| {
        character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
    };
    if !tag.key.chars().all(allowed) {
        let constraint = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+";
        return Err(invalid(&tag.key, &format!("tags.{number}.member.key"), constraint));
    }
    if tag.value.chars().count() > MAX_VALUE_LENGTH || !tag.value.chars().all(allowed) {
        let constraint = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*";
        return Err(invalid(&tag.value, &format!("tags.{number}.member.value"), constraint));
    }
    if tag.key.to_lowercase().starts_with("aws:") {
        let message = "Tag keys that start with 'aws:' are reserved for internal use.";
        return Err(Refusal::new("InvalidInput", message));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Remove {
    role_name: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    tag_keys: Vec<String>,
}

pub(super) fn remove(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Remove = parse(input)?;
    let keys: Vec<String> = input.tag_keys.iter().map(|key| key.to_lowercase()).collect();
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    role.tags.retain(|key, _| !keys.contains(&key.to_lowercase()));
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    role_name: Option<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: List = parse(input)?;
    let role = world.iam.role(&role_name(input.role_name)?)?;
    let items = role.tags.iter().map(|(key, value)| (key, json!({ "Key": key, "Value": value })));
    page::page("Tags", items, input.max_items.as_deref(), input.marker.as_deref()).map(Value::Object)
}

/// Tags as IAM answers them.
pub(super) fn rendered(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
