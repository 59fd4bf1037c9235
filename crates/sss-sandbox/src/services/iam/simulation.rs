//! Simulations: what the policies of a role, or documents, allow.
//!
//! They decide by the same functions as the calls of the account. Each action on each resource is a result of its own,
//! with one result for its resource; how AWS groups the results of several resources is an assumption. A user may do
//! everything that its inline policies do not deny. Policies of resources are left out.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    find, no_such_entity, page, session, user,
    validation::{self, invalid, required},
};
use crate::{
    access::{Decision, Keys, Need, Policy, Rights, decide},
    input::parse,
    refusal::Refusal,
    world::World,
};

/// The input of both operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    policy_source_arn: Option<String>,
    #[serde(default, deserialize_with = "validation::list")]
    policy_input_list: Vec<String>,
    #[serde(default, deserialize_with = "validation::list")]
    permissions_boundary_policy_input_list: Vec<String>,
    #[serde(default, deserialize_with = "validation::list")]
    action_names: Vec<String>,
    #[serde(default, deserialize_with = "validation::list")]
    resource_arns: Vec<String>,
    #[serde(default, deserialize_with = "validation::list")]
    context_entries: Vec<Entry>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// A key of conditions with its values.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    context_key_name: String,
    #[serde(default, deserialize_with = "validation::list")]
    context_key_values: Vec<String>,
}

/// Carries out `SimulatePrincipalPolicy`.
///
/// # Errors
///
/// Refuses an ARN that is neither a role nor a user (`InvalidInput`), and an unknown role (`NoSuchEntity`).
pub(super) fn of_principal(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Input = parse(input)?;
    let arn = required(input.policy_source_arn.clone(), "policySourceArn")?;
    let resource = arn.strip_prefix(&world.global_arn("iam", "")).unwrap_or_default();
    let mut rights = match resource.split('/').next() {
        Some("role") => {
            let role = find(world, &arn).filter(|role| role.arn(world) == arn);
            session::rights(world, role.ok_or_else(|| no_such_principal(&arn))?)
        }
        Some("user") => user::rights(world),
        _ => {
            let message = format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
            return Err(Refusal::new("InvalidInput", message));
        }
    };
    rights.identity.extend(documents(&input.policy_input_list));
    bound(&mut rights, &input);
    results(&rights, &input)
}

/// Returns the refusal of a principal that does not exist.
fn no_such_principal(arn: &str) -> Refusal {
    no_such_entity(format!("The role with name {} cannot be found.", arn.rsplit('/').next().unwrap_or(arn)))
}

/// Carries out `SimulateCustomPolicy`.
///
/// # Errors
///
/// Refuses a request without documents.
pub(super) fn of_documents(_world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Input = parse(input)?;
    if input.policy_input_list.is_empty() {
        return Err(required(None, "policyInputList").expect_err("the member is missing"));
    }
    let mut rights = Rights { identity: documents(&input.policy_input_list), boundary: None };
    bound(&mut rights, &input);
    results(&rights, &input)
}

/// Replaces the boundary by that of the request, if the request has one.
fn bound(rights: &mut Rights, input: &Input) {
    let list = &input.permissions_boundary_policy_input_list;
    if !list.is_empty() {
        rights.boundary = Some(documents(list));
    }
}

/// Reads the documents of a request. AWS names them by their place.
fn documents(list: &[String]) -> Vec<Policy> {
    let named = list.iter().enumerate();
    named.map(|(index, text)| Policy::read(&format!("PolicyInputList.{}", index + 1), text)).collect()
}

/// Returns a page of results, one for each action on each resource.
///
/// # Errors
///
/// Refuses a request without actions, and an action that is no `service:Action`.
fn results(rights: &Rights, input: &Input) -> Result<Value, Refusal> {
    if input.action_names.is_empty() {
        return Err(required(None, "actionNames").expect_err("the member is missing"));
    }
    if let Some(action) = input.action_names.iter().find(|action| !action.contains(':')) {
        return Err(invalid(action, "actionNames", "Member must be an action of a service"));
    }

    let entry = |entry: &Entry| (entry.context_key_name.to_lowercase(), entry.context_key_values.clone());
    let keys: Keys = input.context_entries.iter().map(entry).collect();
    let everything = [String::from("*")];
    let resources = if input.resource_arns.is_empty() { &everything[..] } else { &input.resource_arns };
    let pairs = input.action_names.iter().flat_map(|action| resources.iter().map(move |one| (action, one)));
    let items = pairs.enumerate().map(|(number, (action, resource))| {
        let need = Need { action: action.clone(), resource: resource.clone(), keys: keys.clone() };
        (format!("{number:06}"), result(rights, &need))
    });
    page::page("EvaluationResults", items, input.max_items.as_deref(), input.marker.as_deref())
        .map(Value::Object)
}

/// Returns the result of one action on one resource.
fn result(rights: &Rights, need: &Need) -> Value {
    let decision = match rights.decision(need) {
        Decision::Allowed => "allowed",
        Decision::ImplicitDeny => "implicitDeny",
        Decision::ExplicitDeny => "explicitDeny",
    };
    let matched = rights.identity.iter().filter(|policy| policy.concerns(need));
    let matched: Value = matched
        .map(|policy| json!({ "SourcePolicyId": policy.name, "SourcePolicyType": "IAM Policy" }))
        .collect();
    let mut missing: Vec<String> =
        rights.identity.iter().flat_map(|policy| policy.missing_keys(&need.action, &need.keys)).collect();
    missing.sort();
    missing.dedup();

    let mut answer = json!({
        "EvalActionName": need.action,
        "EvalResourceName": need.resource,
        "EvalDecision": decision,
        "MatchedStatements": matched,
        "MissingContextValues": missing,
        "ResourceSpecificResults": [{
            "EvalResourceName": need.resource,
            "EvalResourceDecision": decision,
            "MatchedStatements": matched,
            "MissingContextValues": missing,
        }],
    });
    if let Some(boundary) = &rights.boundary {
        let is_allowed = decide(boundary, need) == Decision::Allowed;
        answer["PermissionsBoundaryDecisionDetail"] = json!({ "AllowedByPermissionsBoundary": is_allowed });
    }
    answer
}
