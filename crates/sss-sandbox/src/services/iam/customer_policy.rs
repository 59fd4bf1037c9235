//! The managed policies of the account.
//!
//! A document has at most 6,144 characters without white space. A policy has one version, and one that is attached
//! cannot be deleted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::MANAGED_POLICY};

use super::{
    document, limit_exceeded, no_such_entity,
    role::UPPER_ALPHANUMERIC,
    validation::{policy_name, required},
};
use crate::{clock, gate, input::parse, refusal::Refusal, world::World};

/// A managed policy of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// The unique id.
    id: String,
    /// The document as the request has it.
    pub(super) document: String,
    /// The time of the creation, in milliseconds since the Unix epoch.
    created: u64,
}

/// The input of the operations on one policy.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    policy_name: Option<String>,
    policy_document: Option<String>,
    path: Option<String>,
    policy_arn: Option<String>,
}

/// Returns a policy by its ARN.
pub(super) fn find<'world>(world: &'world World, arn: &str) -> Option<&'world Policy> {
    world.iam.policies.get(arn.strip_prefix(&world.global_arn("iam", "policy"))?)
}

/// Carries out `CreatePolicy`.
///
/// # Errors
///
/// Refuses malformed documents, documents that are too long (`LimitExceeded`), and a name that is taken
/// (`EntityAlreadyExists`).
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let name = policy_name(input.policy_name)?;
    let text = required(input.policy_document, "policyDocument")?;
    if document::length(&text) > MANAGED_POLICY {
        return Err(limit_exceeded(format!("Cannot exceed quota for PolicySize: {MANAGED_POLICY}")));
    }
    gate::pass_member(Operation::IamPutRolePolicy, "PolicyDocument", &json!(text))?;
    document::check_partitions(world, &text)?;

    let key = format!("{}{name}", input.path.unwrap_or_else(|| "/".to_owned()));
    if world.iam.policies.contains_key(&key) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(Refusal::with_status(409, "EntityAlreadyExists", message));
    }
    let id = format!("ANPA{}", world.new_id(UPPER_ALPHANUMERIC, 17));
    let policy = Policy { id, document: text, created: world.now };
    let answer = summary(world, &key, &policy);
    world.iam.policies.insert(key, policy);
    Ok(json!({ "Policy": answer }))
}

/// Carries out `GetPolicy`.
pub(super) fn get(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let arn = required(input.policy_arn, "policyArn")?;
    let policy = find(world, &arn).ok_or_else(|| not_found(&arn))?;
    Ok(json!({ "Policy": summary(world, key(world, &arn), policy) }))
}

/// Carries out `DeletePolicy`.
///
/// # Errors
///
/// Refuses unknown policies, and a policy that is attached to a role or is its boundary (`DeleteConflict`).
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let arn = required(input.policy_arn, "policyArn")?;
    find(world, &arn).ok_or_else(|| not_found(&arn))?;
    if attachments(world, &arn) > 0 {
        let message = "Cannot delete a policy attached to entities.";
        return Err(Refusal::with_status(409, "DeleteConflict", message));
    }
    let key = key(world, &arn).to_owned();
    world.iam.policies.remove(&key);
    Ok(json!({}))
}

/// Returns the policies with their documents, in the order of the ARNs.
pub(super) fn details(world: &World) -> Value {
    let detail = |(key, policy): (&String, &Policy)| {
        let mut answer = summary(world, key, policy);
        answer["PolicyVersionList"] = json!([{
            "VersionId": "v1",
            "IsDefaultVersion": true,
            "Document": document::encoded(&policy.document),
            "CreateDate": answer["CreateDate"],
        }]);
        answer
    };
    world.iam.policies.iter().map(detail).collect()
}

/// Returns a policy in the form of IAM's answers, without its document.
fn summary(world: &World, key: &str, policy: &Policy) -> Value {
    let name = key.rsplit('/').next().unwrap_or(key);
    let arn = world.global_arn("iam", &format!("policy{key}"));
    let created = clock::date_time(policy.created);
    json!({
        "PolicyName": name,
        "PolicyId": policy.id,
        "Arn": arn,
        "Path": key.strip_suffix(name),
        "DefaultVersionId": "v1",
        "AttachmentCount": attachments(world, &arn),
        "IsAttachable": true,
        "CreateDate": created,
        "UpdateDate": created,
    })
}

/// Returns the number of roles that have a policy or are bounded by it.
fn attachments(world: &World, arn: &str) -> usize {
    let uses = |role: &&super::Role| {
        role.attached_policies.contains(arn) || role.permissions_boundary.as_deref() == Some(arn)
    };
    world.iam.roles.values().filter(uses).count()
}

/// Returns the part of an ARN behind `policy`.
fn key<'arn>(world: &World, arn: &'arn str) -> &'arn str {
    arn.strip_prefix(&world.global_arn("iam", "policy")).unwrap_or(arn)
}

/// Returns the refusal of a policy that does not exist.
fn not_found(arn: &str) -> Refusal {
    no_such_entity(format!("Policy {arn} was not found."))
}
