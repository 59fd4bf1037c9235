//! Tags of roles. IAM compares keys without case, but keeps their case.
//!
//! A role has at most 50 tags. The tagging API does not know roles, so tags of roles have operations of their
//! own only.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::TAGS};

use super::{
    page,
    validation::{self, role_name},
};
use crate::{gate, input::parse, refusal::Refusal, tags::Tags, world::World};

/// A tag on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// The input of `TagRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Add {
    role_name: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    tags: Vec<Tag>,
}

/// Carries out `TagRole`. It replaces tags of the same keys and keeps the others.
pub(super) fn add(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Add = parse(input)?;
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    role.tags = merge(&role.tags, input.tags)?;
    Ok(json!({}))
}

/// Returns tags with others added or replaced.
///
/// # Errors
///
/// Refuses tags that break a rule, keys that occur twice without regard to case, and more than 50 tags in
/// total.
pub(super) fn merge(present: &Tags, added: Vec<Tag>) -> Result<Tags, Refusal> {
    let mut tags = present.clone();
    let mut seen = Vec::new();
    gate::pass_member(Operation::IamCreateRole, "Tags", &json!(added))?;
    for tag in added {
        let folded = tag.key.to_lowercase();
        if seen.contains(&folded) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Refusal::new("InvalidInput", message));
        }
        tags.retain(|key, _| key.to_lowercase() != folded);
        seen.push(folded);
        tags.insert(tag.key, tag.value);
    }

    if tags.len() > TAGS {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for TagsPerRole: {TAGS}")));
    }
    Ok(tags)
}

/// The input of `UntagRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Remove {
    role_name: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    tag_keys: Vec<String>,
}

/// Carries out `UntagRole`. Keys that the role does not have are ignored.
pub(super) fn remove(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Remove = parse(input)?;
    let keys: Vec<String> = input.tag_keys.iter().map(|key| key.to_lowercase()).collect();
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    role.tags.retain(|key, _| !keys.contains(&key.to_lowercase()));
    Ok(json!({}))
}

/// The input of `ListRoleTags`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    role_name: Option<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// Carries out `ListRoleTags`, in the order of the keys.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: List = parse(input)?;
    let role = world.iam.role(&role_name(input.role_name)?)?;
    let items = role.tags.iter().map(|(key, value)| (key, json!({ "Key": key, "Value": value })));
    page::page("Tags", items, input.max_items.as_deref(), input.marker.as_deref()).map(Value::Object)
}

/// Returns tags in the form of IAM's answers.
pub(super) fn rendered(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
