//! All roles of the account in one listing.
//!
//! `GetAccountAuthorizationDetails` returns roles with their policies and tags, so one call replaces several
//! for each role. The lists of users and groups are always empty, and the managed policies of the account are on the first
//! page.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Role, customer_policy, document, managed_policy, page, role, tag,
    validation::{self, invalid},
};
use crate::{input::parse, refusal::Refusal, world::World};

/// The values of the filter.
const ENTITY_TYPES: [&str; 5] = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/// The input of `GetAccountAuthorizationDetails`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    #[serde(default, deserialize_with = "validation::list")]
    filter: Vec<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// Carries out `GetAccountAuthorizationDetails`. Without a filter it returns all kinds of objects.
///
/// # Errors
///
/// Refuses unknown kinds and page sizes outside 1 to 1,000.
pub(super) fn details(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Details = parse(input)?;
    if let Some(unknown) = input.filter.iter().find(|entity| !ENTITY_TYPES.contains(&entity.as_str())) {
        let constraint =
            "Member must satisfy enum value set: [LocalManagedPolicy, AWSManagedPolicy, User, Role, Group]";
        return Err(invalid(unknown, "filter", constraint));
    }
    let wanted = input.filter.is_empty() || input.filter.iter().any(|entity| entity == "Role");
    let roles = super::visible(world).filter(|_| wanted);
    let items = roles.map(|(key, role)| (key, detail(world, role)));
    let mut answer =
        page::page("RoleDetailList", items, input.max_items.as_deref(), input.marker.as_deref())?;
    for member in ["UserDetailList", "GroupDetailList"] {
        answer.insert(member.to_owned(), json!([]));
    }
    let lists_policies =
        input.filter.is_empty() || input.filter.iter().any(|entity| entity == "LocalManagedPolicy");
    let policies =
        if lists_policies && input.marker.is_none() { customer_policy::details(world) } else { json!([]) };
    answer.insert("Policies".to_owned(), policies);
    Ok(Value::Object(answer))
}

/// Returns a role with its policies and tags.
fn detail(world: &World, role: &Role) -> Value {
    let inline: Value = role
        .inline_policies
        .iter()
        .map(|(name, text)| json!({ "PolicyName": name, "PolicyDocument": document::encoded(text) }))
        .collect();
    let attached: Value = role.attached_policies.iter().map(|arn| managed_policy::rendered(arn)).collect();
    let mut answer = role::summary(world, role);
    answer["InstanceProfileList"] = json!([]);
    answer["RolePolicyList"] = inline;
    answer["AttachedManagedPolicies"] = attached;
    answer["Tags"] = tag::rendered(&role.tags);
    answer["RoleLastUsed"] = json!({});
    role::add_boundary(&mut answer, role);
    answer
}
