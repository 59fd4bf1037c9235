//! The existence of the principals in trust policies.
//!
//! IAM refuses a principal that does not exist, such as a role that was deleted. Existing roles of this account
//! count, and all identities of other accounts in the same partition. The rules at the arrival check the other
//! kinds of principals, which do not depend on the account.

use serde_json::{Map, Value};

use super::{malformed, texts};
use crate::{refusal::Refusal, services::iam, world::World};

/// Refuses principals of AWS that do not exist.
///
/// # Errors
///
/// Returns `MalformedPolicyDocument`, and names the first such principal.
pub(super) fn check(world: &World, statement: &Map<String, Value>) -> Result<(), Refusal> {
    let principals =
        ["Principal", "NotPrincipal"].into_iter().filter_map(|name| statement.get(name)?.get("AWS"));
    for name in principals.flat_map(texts) {
        if !is_account_principal(world, name) {
            return Err(malformed(format!("Invalid principal in policy: \"AWS\":\"{name}\"")));
        }
    }
    Ok(())
}

/// Returns whether a principal is an identity of an account.
///
/// Identities of this account must exist. Those of other accounts must belong to the same partition.
fn is_account_principal(world: &World, name: &str) -> bool {
    let Some(resource) = name.strip_prefix(&world.global_arn("iam", "")) else {
        let partition = name.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
        return partition.is_none_or(|partition| partition == world.partition().name);
    };
    resource == "root" || (resource.starts_with("role/") && iam::role_exists(world, name))
}

/// Returns whether a statement is about a service that assumes the role.
pub(super) fn concerns(statement: &Map<String, Value>, service: &str) -> bool {
    let services = statement.get("Principal").and_then(|principal| principal.get("Service"));
    let holds = |value: Option<&Value>, text: &str| value.is_some_and(|value| texts(value).contains(&text));
    holds(services, service) && holds(statement.get("Action"), "sts:AssumeRole")
}

/// Returns whether a statement is about the caller: the account, its number, everybody, or the caller's own ARN.
pub(super) fn concerns_caller(world: &World, statement: &Map<String, Value>) -> bool {
    let principal = statement.get("Principal");
    let identities = principal.map(|principal| principal.get("AWS").unwrap_or(principal));
    let identities = identities.map(texts).unwrap_or_default();
    let is_caller = |name: &str| {
        name == "*"
            || name == world.account
            || name == world.global_arn("iam", "root")
            || name == world.caller_arn()
    };
    let actions = statement.get("Action").map(texts).unwrap_or_default();
    identities.into_iter().any(is_caller)
        && actions.iter().any(|action| ["sts:AssumeRole", "sts:*", "*"].contains(action))
}

/// Returns whether a service meets the conditions of a statement on the source of the call.
pub(super) fn is_met(world: &World, statement: &Map<String, Value>, service: &str) -> bool {
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else { return true };
    let source = world.arn(service.split(['-', '.']).next().unwrap_or_default(), "");
    let mut keys = conditions.values().filter_map(Value::as_object).flatten();
    keys.all(|(key, wanted)| match key.to_ascii_lowercase().as_str() {
        "aws:sourceaccount" => texts(wanted).contains(&world.account.as_str()),
        "aws:sourcearn" => texts(wanted).iter().any(|pattern| {
            let beginning = pattern.split('*').next().unwrap_or_default();
            source.starts_with(beginning) || beginning.starts_with(&source)
        }),
        _ => true,
    })
}
