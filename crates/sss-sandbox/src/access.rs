//! Access: whether the policies of a caller allow a call.
//!
//! A call has *needs*: actions on resources. Each service lists those of its operations in its own folder, as data
//! ([`Entry`]), by the Service Authorization Reference. A caller has *rights*: the policies of its role, and a
//! permissions boundary. Every need of a call must be allowed, or AWS refuses the call.
//!
//! `table` turns a request into needs, `policy` reads documents and decides, `condition` has the operators of
//! conditions, and `pattern` the wildcards. Simulations of IAM decide by the same functions.
//!
//! Policies of resources, session policies, policies of organisations and variables in policies are left out.

mod condition;
mod pattern;
mod policy;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use self::policy::Verdict;
pub(crate) use self::{
    pattern::matches as matches_wildcards,
    policy::{Decision, Policy, Reason, Rights, decide},
    table::{Access, Check, Entry, no_tags, unchanged},
};
use crate::{refusal::Refusal, service::AwsService, world::World};

/// The keys of conditions, in lower case, with their values.
pub(crate) type Keys = BTreeMap<String, Vec<String>>;

/// An action on a resource that a call makes, with the keys that conditions can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// The action as policies have it, such as `ecs:CreateService`.
    pub(crate) action: String,
    /// The ARN, or `*` for an action without resources.
    pub(crate) resource: String,
    /// The keys of conditions.
    pub(crate) keys: Keys,
}

/// Refuses a call that the rights of its caller do not allow.
///
/// # Errors
///
/// Returns the service's refusal of the first need that is not allowed. It names the caller, the action, the resource
/// and the reason.
pub(crate) fn check(
    world: &mut World,
    service: &AwsService,
    operation: &str,
    input: &Value,
    rights: &Rights,
) -> Result<(), Refusal> {
    for need in table::needs(world, service, operation, input) {
        if let Verdict::Denied(reason) = rights.verdict(&need) {
            return Err(service.denied(world, &need, reason));
        }
    }
    Ok(())
}

/// Returns the refusal of a call as if no policy of its caller allowed it.
///
/// `input` is `None` for a request that could not be read.
pub(crate) fn denial(
    world: &mut World,
    service: &AwsService,
    operation: &str,
    input: Option<&Value>,
) -> Refusal {
    let needs = input.map(|input| table::needs(world, service, operation, input)).unwrap_or_default();
    let need = needs.into_iter().next().unwrap_or_else(|| Need {
        action: format!("{}:{operation}", service.name),
        resource: "*".to_owned(),
        keys: Keys::new(),
    });
    service.denied(world, &need, Reason::IdentityIsSilent)
}
