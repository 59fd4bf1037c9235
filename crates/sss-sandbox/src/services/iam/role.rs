//! Roles.
//!
//! A creation needs a trust policy whose principals exist. A role with policies cannot be deleted, and its
//! tags and boundary go with it. With [`Delays`](crate::Delays) a new role is not shown for a time, while a
//! second creation of it is refused. `GetRole` returns tags and `ListRoles` does not; that `GetRole` does is
//! an assumption.
//!
//! Sessions and last use are left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::request::Operation;

use super::{
    Role, document, managed_policy, page, tag,
    tag::Tag,
    validation::{self, required, role_name},
};
use crate::{clock, gate, input::parse, refusal::Refusal, world::World};

/// The longest session of a role without one of its own, in seconds.
pub(super) const DEFAULT_SESSION_DURATION: u32 = 3600;
/// The quota of a trust policy, in characters without white space. AWS raises it on request.
const MAX_TRUST_LENGTH: usize = 2048;
/// The characters of role ids.
pub(super) const UPPER_ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The input of calls that need only the role's name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    role_name: Option<String>,
}

/// The input of `CreateRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    role_name: Option<String>,
    path: Option<String>,
    assume_role_policy_document: Option<String>,
    description: Option<String>,
    max_session_duration: Option<String>,
    permissions_boundary: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    tags: Vec<Tag>,
}

/// Carries out `CreateRole`.
///
/// # Errors
///
/// Refuses a taken name without regard to case (`EntityAlreadyExists`), principals and boundaries that do not
/// exist, a trust policy that is too long, and tags that break a rule.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Create = parse(input)?;
    let name = role_name(input.role_name)?;
    let trust = required(input.assume_role_policy_document, "assumeRolePolicyDocument")?;
    let max_session_duration =
        input.max_session_duration.as_deref().map_or(Ok(DEFAULT_SESSION_DURATION), session_duration)?;
    let tags = tag::merge(&BTreeMap::new(), input.tags)?;
    let permissions_boundary = input.permissions_boundary.map(|arn| boundary(world, arn)).transpose()?;
    check_trust(world, &trust)?;

    if world.iam.roles.contains_key(&name.to_lowercase()) {
        return Err(Refusal::with_status(
            409,
            "EntityAlreadyExists",
            format!("Role with name {name} already exists."),
        ));
    }
    let role = Role {
        id: new_role_id(world),
        name,
        path: input.path.unwrap_or_else(|| "/".to_owned()),
        created: world.now,
        trust,
        description: input.description,
        max_session_duration,
        permissions_boundary,
        tags,
        inline_policies: BTreeMap::new(),
        attached_policies: BTreeSet::new(),
    };

    let mut answer = summary(world, &role);
    add_tags(&mut answer, &role);
    world.iam.roles.insert(role.name.to_lowercase(), role);
    Ok(json!({ "Role": answer }))
}

/// Returns a new id of a role.
pub(super) fn new_role_id(world: &mut World) -> String {
    format!("AROA{}", world.new_id(UPPER_ALPHANUMERIC, 17))
}

/// Returns the duration of sessions in seconds, or a refusal.
fn session_duration(text: &str) -> Result<u32, Refusal> {
    let seconds = validation::integer(text, "maxSessionDuration")?;
    gate::pass_member(Operation::IamCreateRole, "MaxSessionDuration", &json!(seconds))?;
    Ok(u32::try_from(seconds).unwrap_or(DEFAULT_SESSION_DURATION))
}

/// Returns the ARN of a boundary that exists, or a refusal.
fn boundary(world: &World, arn: String) -> Result<String, Refusal> {
    let arn = validation::boundary(Some(arn))?;
    managed_policy::check_exists(world, &arn)?;
    Ok(arn)
}

/// Refuses a trust policy that depends on missing principals or is too long.
fn check_trust(world: &World, trust: &str) -> Result<(), Refusal> {
    document::check_trust(world, trust)?;
    if document::length(trust) > MAX_TRUST_LENGTH {
        return Err(super::limit_exceeded(format!(
            "Cannot exceed quota for ACLSizePerRole: {MAX_TRUST_LENGTH}"
        )));
    }
    Ok(())
}

/// Carries out `GetRole`.
///
/// # Errors
///
/// Refuses unknown roles, and roles that IAM does not show yet.
pub(super) fn get(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = role_name(input.role_name)?;
    let role = super::visible(world).map(|(_, role)| role).find(|role| role.name == name);
    let role = role.ok_or_else(|| super::no_such_role(&name))?;
    let mut answer = listed(world, role);
    add_tags(&mut answer, role);
    add_boundary(&mut answer, role);
    Ok(json!({ "Role": answer }))
}

/// The input of `ListRoles`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    path_prefix: Option<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// Carries out `ListRoles`, in the order of the lower-case names, with a filter by path.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: List = parse(input)?;
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    validation::path_prefix(&prefix)?;
    let roles = super::visible(world).filter(|(_, role)| role.path.starts_with(&prefix));
    let items = roles.map(|(key, role)| (key, listed(world, role)));
    page::page("Roles", items, input.max_items.as_deref(), input.marker.as_deref()).map(Value::Object)
}

/// The input of `UpdateRole` and `UpdateRoleDescription`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    role_name: Option<String>,
    description: Option<String>,
    max_session_duration: Option<String>,
}

/// Carries out `UpdateRole`. A duration that is absent becomes an hour again, as the API reference says.
pub(super) fn update(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let mut input: Update = parse(input)?;
    input.max_session_duration.get_or_insert_with(|| DEFAULT_SESSION_DURATION.to_string());
    change(world, input)?;
    Ok(json!({}))
}

/// Carries out `UpdateRoleDescription`, which returns the role.
pub(super) fn update_description(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Update = parse(input)?;
    let description = Some(required(input.description, "description")?);
    let name = change(world, Update { description, max_session_duration: None, ..input })?;
    Ok(json!({ "Role": listed(world, world.iam.role(&name)?) }))
}

/// Changes a description and a duration, and returns the name of the role. An empty description removes it.
fn change(world: &mut World, input: Update) -> Result<String, Refusal> {
    let name = role_name(input.role_name)?;
    let description = json!(input.description.as_deref().unwrap_or_default());
    gate::pass_member(Operation::IamCreateRole, "Description", &description)?;
    let duration = input.max_session_duration.as_deref().map(session_duration).transpose()?;
    let role = world.iam.role_mut(&name)?;
    if let Some(description) = input.description {
        role.description = Some(description).filter(|text| !text.is_empty());
    }
    role.max_session_duration = duration.unwrap_or(role.max_session_duration);
    Ok(name)
}

/// The input of `UpdateAssumeRolePolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateTrust {
    role_name: Option<String>,
    policy_document: Option<String>,
}

/// Carries out `UpdateAssumeRolePolicy`.
///
/// # Errors
///
/// Refuses unknown roles, service-linked roles, and trust policies that a creation would refuse.
pub(super) fn update_trust(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: UpdateTrust = parse(input)?;
    let name = role_name(input.role_name)?;
    let trust = validation::trust(input.policy_document)?;
    world.iam.role_mut(&name)?;
    check_trust(world, &trust)?;
    world.iam.role_mut(&name)?.trust = trust;
    Ok(json!({}))
}

/// The input of `PutRolePermissionsBoundary`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutBoundary {
    role_name: Option<String>,
    permissions_boundary: Option<String>,
}

/// Carries out `PutRolePermissionsBoundary`. The boundary must exist; it has no effect.
pub(super) fn put_permissions_boundary(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: PutBoundary = parse(input)?;
    let name = role_name(input.role_name)?;
    let arn = boundary(world, required(input.permissions_boundary, "permissionsBoundary")?)?;
    world.iam.role_mut(&name)?.permissions_boundary = Some(arn);
    Ok(json!({}))
}

/// Carries out `DeleteRolePermissionsBoundary`.
///
/// # Errors
///
/// Refuses a role without a boundary.
pub(super) fn delete_permissions_boundary(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = role_name(input.role_name)?;
    let removed = world.iam.role_mut(&name)?.permissions_boundary.take();
    match removed {
        Some(_) => Ok(json!({})),
        None => Err(super::no_such_entity(format!("Role {name} has no permissions boundary."))),
    }
}

/// Carries out `ListInstanceProfilesForRole`. The sandbox has no instance profiles.
pub(super) fn list_instance_profiles(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    world.iam.role(&role_name(input.role_name)?)?;
    Ok(json!({ "InstanceProfiles": [], "IsTruncated": false }))
}

/// Carries out `DeleteRole`, which takes effect at once.
///
/// # Errors
///
/// Refuses a role with inline or attached policies (`DeleteConflict`), and service-linked roles.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = role_name(input.role_name)?;
    let role = world.iam.role_mut(&name)?;
    let obstacle = if !role.inline_policies.is_empty() {
        Some("must delete policies first.")
    } else if !role.attached_policies.is_empty() {
        Some("must detach all policies first.")
    } else {
        None
    };
    if let Some(obstacle) = obstacle {
        return Err(Refusal::with_status(409, "DeleteConflict", format!("Cannot delete entity, {obstacle}")));
    }
    world.iam.roles.remove(&name.to_lowercase());
    Ok(json!({}))
}

/// Returns the members that every answer about a role has.
pub(super) fn summary(world: &World, role: &Role) -> Value {
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn(world),
        "CreateDate": clock::date_time(role.created),
        "AssumeRolePolicyDocument": document::encoded(&role.trust),
    })
}

/// Returns the members of a role in `ListRoles`.
fn listed(world: &World, role: &Role) -> Value {
    let mut answer = summary(world, role);
    answer["MaxSessionDuration"] = json!(role.max_session_duration);
    if let Some(description) = &role.description {
        answer["Description"] = json!(description);
    }
    answer
}

/// Adds the tags of a role to an answer, if it has any.
pub(super) fn add_tags(answer: &mut Value, role: &Role) {
    if !role.tags.is_empty() {
        answer["Tags"] = tag::rendered(&role.tags);
    }
}

/// Adds the boundary of a role to an answer, if it has one.
pub(super) fn add_boundary(answer: &mut Value, role: &Role) {
    if let Some(arn) = &role.permissions_boundary {
        answer["PermissionsBoundary"] =
            json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn });
    }
}
