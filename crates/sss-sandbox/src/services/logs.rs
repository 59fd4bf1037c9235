//! CloudWatch Logs: log groups with retention and tags, and the streams of tasks.
//!
//! A group has streams, and a stream has lines in the order of their times. Tasks write a line when they
//! start, and the lines of a broken image; callers write others. Lines are readable at once, because delays
//! of ingestion are not simulated.
//!
//! `group`, `retention`, `protection` and `tag` have the groups, `stream` the streams, `event` the lines of one stream and
//! `filter` those of a whole group. `name` has the forms in which requests name a group.
//!
//! # Behaviour of AWS
//!
//! Times are milliseconds since the Unix epoch in this service; ECS has seconds. `DescribeLogGroups` leaves
//! unknown identifiers out, which is an assumption.
//!
//! # Left out
//!
//! Keys: a group has the ARN of its key, which need not exist. Groups that late lines create again (tfp#9783; `tfp` is
//! hashicorp/terraform-provider-aws); the expiry of existing lines; patterns for JSON and space-delimited
//! lines, regular expressions, sequence tokens, and `StartLiveTail`, which gets AWS's answer to an unknown operation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    gate::{self, Form},
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::Protocol,
    world::World,
};

mod access;
mod event;
mod filter;
mod group;
mod name;
mod page;
mod policy;
mod protection;
mod retention;
mod stream;
mod tag;

pub(crate) use event::{append, append_at};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "logs",
    cli_name: "logs",
    protocol: Protocol::Json("Logs_20140328"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(503, "ServiceUnavailableException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "nextToken",
    given: &["nextToken", "nextForwardToken", "nextBackwardToken"],
    refusal: wrong_token,
};

/// Quotas on the calls of this service.
///
/// Source: "CloudWatch Logs quotas". It names no bursts, so a bucket holds the tokens of one second.
const QUOTAS: &[Quota] = &[
    Quota::new(Calls::Any(&["CreateLogGroup"]), 10, 10),
    Quota::new(Calls::Any(&["DeleteLogGroup"]), 10, 10),
    Quota::new(Calls::Any(&["DescribeLogGroups"]), 10, 10),
    Quota::new(Calls::Any(&["PutRetentionPolicy"]), 5, 5),
    Quota::new(Calls::Any(&["DeleteRetentionPolicy"]), 5, 5),
    Quota::new(Calls::Any(&["AssociateKmsKey"]), 5, 5),
    Quota::new(Calls::Any(&["DisassociateKmsKey"]), 5, 5),
    Quota::new(Calls::Any(&["ListTagsForResource"]), 5, 5),
    Quota::new(Calls::Any(&["ListTagsLogGroup"]), 5, 5),
    Quota::new(Calls::Any(&["TagResource"]), 5, 5),
    Quota::new(Calls::Any(&["UntagResource"]), 5, 5),
];

/// This service's part of the account, by the name of the group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Groups by name, with their streams.
    groups: BTreeMap<String, group::Group>,
    /// Resource policies by name, with the times of their last change.
    #[serde(default)]
    policies: BTreeMap<String, (String, u64)>,
    /// The number of lines that were ever written. Lines are numbered by it.
    #[serde(default)]
    lines: u64,
}

impl State {
    /// Returns a group by its name, or a refusal.
    fn group(&self, name: &str) -> Result<&group::Group, Refusal> {
        self.groups.get(name).ok_or_else(no_such_group)
    }

    /// Returns a group by its name for a change, or a refusal.
    fn group_mut(&mut self, name: &str) -> Result<&mut group::Group, Refusal> {
        self.groups.get_mut(name).ok_or_else(no_such_group)
    }
}

/// Returns the refusal of a group that does not exist.
fn no_such_group() -> Refusal {
    not_found("The specified log group does not exist.")
}

/// Returns the refusal of an object that does not exist.
fn not_found(message: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", message)
}

/// Returns the refusal of a creation of an object that exists.
fn already_exists(message: &str) -> Refusal {
    Refusal::new("ResourceAlreadyExistsException", message)
}

/// Returns the refusal of an invalid parameter.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// Returns the refusal of a token that no page of the listing has.
fn wrong_token() -> Refusal {
    invalid("The specified nextToken is invalid.")
}

/// Returns a refusal of the service's input validation.
fn constraint(value: &str, member: &str, constraint: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to \
 satisfy constraint: {constraint}"
    ))
}

/// Returns the value of a required member.
fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy \
 constraint: Member must not be null"
        ))
    })
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&SERVICE, operation, input)?;

    match operation {
        "CreateLogGroup" => group::create(world, input),
        "DescribeLogGroups" => group::describe(world, input),
        "DeleteLogGroup" => group::delete(world, input),
        "AssociateKmsKey" => group::encrypt(world, input, true),
        "DisassociateKmsKey" => group::encrypt(world, input, false),
        "PutRetentionPolicy" => retention::put(world, input),
        "DeleteRetentionPolicy" => retention::delete(world, input),
        "PutLogGroupDeletionProtection" => protection::put(world, input),
        "GetDataProtectionPolicy" => protection::get_data_policy(world, input),
        "DescribeIndexPolicies" => protection::describe_index_policies(world, input),
        "TagResource" => tag::add(world, input),
        "UntagResource" => tag::remove(world, input),
        "ListTagsForResource" => tag::list(world, input),
        "ListTagsLogGroup" => tag::list_of_group(world, input),
        "CreateLogStream" => stream::create(world, input),
        "DescribeLogStreams" => stream::describe(world, input),
        "DeleteLogStream" => stream::delete(world, input),
        "PutLogEvents" => event::put(world, input),
        "GetLogEvents" => event::get(world, input),
        "PutResourcePolicy" => policy::put(world, input),
        "DescribeResourcePolicies" => policy::describe(world, input),
        "DeleteResourcePolicy" => policy::delete(world, input),
        "FilterLogEvents" => filter::filter(world, input),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// Returns whether the account has a log group with this name.
pub(crate) fn has_group(world: &World, name: &str) -> bool {
    world.logs.groups.contains_key(name)
}

#[cfg(test)]
mod tests;
