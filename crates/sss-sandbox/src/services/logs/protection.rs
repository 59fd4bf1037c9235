//! The protection of log groups from deletion, and the policies about their lines.
//!
//! Nothing sets policies for the protection of data or for indexes, so a group has none of them. AWS then answers
//! without a document, which Terraform's provider takes for the absence of a policy.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{constraint, name, required};
use crate::{input::parse, refusal::Refusal, world::World};

/// The input of the operations that name one group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    log_group_identifier: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

/// Carries out `PutLogGroupDeletionProtection`.
///
/// # Errors
///
/// Refuses malformed identifiers and unknown groups.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let identifier = required(input.log_group_identifier, "logGroupIdentifier")?;
    let is_on = required(input.deletion_protection_enabled, "deletionProtectionEnabled")?;
    let name = name::of_identifier(world, &identifier)?;
    world.logs.group_mut(&name)?.deletion_protection = is_on;
    Ok(json!({}))
}

/// Carries out `GetDataProtectionPolicy`, for a group without such a policy.
///
/// # Errors
///
/// Refuses malformed identifiers and unknown groups.
pub(super) fn get_data_policy(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let identifier = required(input.log_group_identifier, "logGroupIdentifier")?;
    world.logs.group(&name::of_identifier(world, &identifier)?)?;
    Ok(json!({ "logGroupIdentifier": identifier }))
}

/// The input of `DescribeIndexPolicies`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Describe {
    log_group_identifiers: Option<Vec<String>>,
}

/// Carries out `DescribeIndexPolicies`, for a group without such policies.
///
/// # Errors
///
/// Refuses malformed identifiers, unknown groups, and a number of groups other than 1.
pub(super) fn describe_index_policies(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let identifiers = required(input.log_group_identifiers, "logGroupIdentifiers")?;
    let [identifier] = identifiers.as_slice() else {
        let bound = if identifiers.is_empty() { "greater" } else { "less" };
        let bound = format!("Member must have length {bound} than or equal to 1");
        return Err(constraint(&format!("[{}]", identifiers.join(", ")), "logGroupIdentifiers", &bound));
    };
    world.logs.group(&name::of_identifier(world, identifier)?)?;
    Ok(json!({ "indexPolicies": [] }))
}
