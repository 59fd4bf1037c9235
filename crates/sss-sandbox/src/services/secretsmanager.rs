//! Secrets Manager: which secrets exist. Their values are not kept.
//!
//! A secret is found by its name, by its ARN, and by its ARN without the six characters that AWS adds. A deleted
//! secret can be restored for 30 days and is described until then.
//!
//! # Left out
//!
//! Values and their versions, rotation, replicas, keys, tags, listings, and the end of the recovery window.

mod access;
mod secret;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::secret::Secret;
use crate::{
    gate::Form,
    input::parse,
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    wire::Protocol,
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "secretsmanager",
    cli_name: "secretsmanager",
    protocol: Protocol::Json("secretsmanager"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: &[],
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "InternalServiceError"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: None,
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Secrets by name, also deleted ones.
    secrets: BTreeMap<String, Secret>,
}

/// Adds a secret with this ARN, unless the account has it.
pub(crate) fn keep(world: &mut World, arn: &str) {
    secret::keep(world, arn);
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's own refusal, or the one for an operation that the sandbox does not have. A refused
/// call changes nothing.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateSecret" => secret::create(world, parse(input)?),
        "DescribeSecret" => secret::describe(world, &parse(input)?),
        "DeleteSecret" => secret::delete(world, &parse(input)?),
        "RestoreSecret" => secret::restore(world, &parse(input)?),
        "PutSecretValue" => secret::put_value(world, &parse(input)?),
        "PutResourcePolicy" => secret::put_policy(world, parse(input)?),
        "GetResourcePolicy" => secret::get_policy(world, &parse(input)?),
        "DeleteResourcePolicy" => secret::delete_policy(world, &parse(input)?),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}
