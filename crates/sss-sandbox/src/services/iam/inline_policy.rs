//! The inline policies of a role.
//!
//! All of them together have at most 10,240 characters without white space. The rules check the grammar of a
//! document, and nothing checks that its actions exist.

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::rules::limits::INLINE_POLICIES;

use super::{
    document, no_such_entity, page,
    validation::{policy_name, required, role_name},
};
use crate::{input::parse, refusal::Refusal, world::World};

/// The input of the operations on one policy.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    role_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

/// Carries out `PutRolePolicy`. It replaces a policy of the same name.
///
/// # Errors
///
/// Refuses unknown roles, service-linked roles, resources of another partition, and policies that are too
/// long together.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = policy_name(input.policy_name)?;
    let role_name = role_name(input.role_name)?;
    let text = required(input.policy_document, "policyDocument")?;
    world.iam.role_mut(&role_name)?;
    document::check_partitions(world, &text)?;

    let role = world.iam.role_mut(&role_name)?;
    let others = role.inline_policies.iter().filter(|(other, _)| **other != name);
    let total: usize = others.map(|(_, other)| document::length(other)).sum();
    if total + document::length(&text) > INLINE_POLICIES {
        let message = format!("Maximum policy size of {INLINE_POLICIES} bytes exceeded for role {role_name}");
        return Err(super::limit_exceeded(message));
    }
    role.inline_policies.insert(name, text);
    Ok(json!({}))
}

/// Carries out `GetRolePolicy`.
pub(super) fn get(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = policy_name(input.policy_name)?;
    let role = world.iam.role(&role_name(input.role_name)?)?;
    let text = role.inline_policies.get(&name).ok_or_else(|| not_found(&name))?;
    Ok(json!({
        "RoleName": role.name,
        "PolicyName": name,
        "PolicyDocument": document::encoded(text),
    }))
}

/// Carries out `DeleteRolePolicy`.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = policy_name(input.policy_name)?;
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    role.inline_policies.remove(&name).ok_or_else(|| not_found(&name))?;
    Ok(json!({}))
}

/// Returns the refusal of a policy that the role does not have.
fn not_found(name: &str) -> Refusal {
    no_such_entity(format!("The role policy with name {name} cannot be found."))
}

/// The input of `ListRolePolicies`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    role_name: Option<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// Carries out `ListRolePolicies`, in the order of the names.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: List = parse(input)?;
    let role = world.iam.role(&role_name(input.role_name)?)?;
    let items = role.inline_policies.keys().map(|name| (name, json!(name)));
    page::page("PolicyNames", items, input.max_items.as_deref(), input.marker.as_deref()).map(Value::Object)
}
