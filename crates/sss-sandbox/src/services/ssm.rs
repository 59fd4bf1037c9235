//! Systems Manager's Parameter Store: parameters, their versions and tags.
//!
//! A parameter is a named text. Two properties make it fit for a lock: without `Overwrite` only one of two
//! callers creates a parameter, and each write returns a version that counts all writes. AWS documents the
//! first one; that versions count writes by ones is an assumption.
//!
//! `parameter` has the operations, `description` the listing without values, `name` the names and ARNs, and `tag` the
//! tags. `session` ends the sessions that ECS opens. The rules of the model do not know this service, so its checks are
//! here.
//!
//! # Left out
//!
//! `SecureString`, because the sandbox keeps no secrets; policies, allowed patterns, labels, other data types
//! and intelligent tiering; reads that lag behind the last write.

mod access;
mod description;
mod name;
mod parameter;
mod session;
mod tag;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::parameter::{Parameter, conceal};
use crate::{
    gate::Form,
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::Protocol,
    world::World,
};

/// Quotas on the calls of this service.
///
/// Source: none. These are assumptions about an account that has not paid for a higher throughput.
const QUOTAS: &[Quota] = &[
    Quota::new(Calls::Any(&["GetParameter", "GetParameters", "GetParametersByPath"]), 40, 40),
    Quota::new(Calls::Any(&["PutParameter", "DeleteParameter"]), 3, 3),
];

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "ssm",
    cli_name: "ssm",
    protocol: Protocol::Json("AmazonSSM"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "InternalServerError"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: Some(conceal),
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "NextToken",
    given: &["NextToken"],
    refusal: || Refusal::new("InvalidNextToken", "The specified token isn't valid."),
};

/// This service's part of the account, by the name of the parameter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Parameters by name, with the leading slash of a hierarchy.
    parameters: BTreeMap<String, Parameter>,
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's own refusal, or the one for an operation that the sandbox does not have. A refused
/// call changes nothing.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "PutParameter" => parameter::put(world, parse(input)?),
        "GetParameter" => parameter::get(world, parse(input)?),
        "GetParameters" => parameter::get_many(world, parse(input)?),
        "DescribeParameters" => description::describe(world, &parse(input)?),
        "DeleteParameter" => parameter::delete(world, parse(input)?),
        "TerminateSession" => session::terminate(&parse(input)?),
        "AddTagsToResource" => tag::add(world, parse(input)?),
        "RemoveTagsFromResource" => tag::remove(world, parse(input)?),
        "ListTagsForResource" => tag::list(world, &parse(input)?),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// Returns the refusal of an invalid request.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationException", message)
}

/// Returns a refusal of the service's input validation.
fn constraint(value: &str, member: &str, constraint: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

/// Returns the value of a required member.
fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not \
             be null"
        ))
    })
}
