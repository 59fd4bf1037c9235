//! Resource policies: what other services of AWS may write to log groups.
//!
//! API Gateway needs one for its access logs and adds it by itself on AWS. An account has at most 10 in a
//! region.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{not_found, page, required};
use crate::{input::parse, refusal::Refusal, world::World};

/// The most policies of an account in a region.
const PER_REGION: usize = 10;
/// The most characters of a policy.
const LONGEST: usize = 5120;

/// The input of `PutResourcePolicy` and of `DeleteResourcePolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    policy_name: Option<String>,
    policy_document: Option<String>,
}

/// The input of `DescribeResourcePolicies`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Describe {
    limit: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `PutResourcePolicy`. A policy of the same name is replaced.
///
/// # Errors
///
/// Refuses an eleventh policy (`LimitExceededException`), and a document that is too long.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Policy { policy_name, policy_document } = parse(input)?;
    let name = required(policy_name, "policyName")?;
    let document = required(policy_document, "policyDocument")?;
    if document.chars().count() > LONGEST {
        return Err(Refusal::new("InvalidParameterException", "Resource policy document is too long."));
    }
    let policies = &mut world.logs.policies;
    if !policies.contains_key(&name) && policies.len() >= PER_REGION {
        return Err(Refusal::new("LimitExceededException", "Resource limit exceeded."));
    }
    policies.insert(name.clone(), (document, world.now));
    Ok(json!({ "resourcePolicy": rendered(&name, &policies[&name]) }))
}

/// Carries out `DescribeResourcePolicies`, in the order of the names.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Describe { limit, next_token } = parse(input)?;
    let policies = world.logs.policies.iter();
    let policies = policies.map(|(name, policy)| (name, rendered(name, policy))).collect();
    page::page("resourcePolicies", policies, page::limit(limit)?, next_token.as_deref())
}

/// Carries out `DeleteResourcePolicy`.
///
/// # Errors
///
/// Refuses a name without a policy (`ResourceNotFoundException`).
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let name = required(parse::<Policy>(input)?.policy_name, "policyName")?;
    let removed = world.logs.policies.remove(&name);
    removed.map(|_| json!({})).ok_or_else(|| not_found("Policy with this name does not exist."))
}

/// Returns the description of a policy.
fn rendered(name: &str, (document, changed): &(String, u64)) -> Value {
    json!({ "policyName": name, "policyDocument": document, "lastUpdatedTime": changed })
}
