//! Names and ARNs of log groups.
//!
//! Requests name a group in three ways: by name, by an *identifier*, which is a name or an ARN, or by an ARN
//! only. A group has two ARNs, of which the one with `:*` stands for its streams too.

use serde_json::json;
use sss_model::request::Operation;

use super::{invalid, required};
use crate::{gate, refusal::Refusal, world::World};

/// Returns the name of a group, or a refusal of its form.
///
/// `member` is the name of the member in the refusal. The group need not exist.
pub(super) fn group(value: Option<String>, member: &str) -> Result<String, Refusal> {
    let name = required(value, member)?;
    gate::pass_member(Operation::LogsCreateLogGroup, "logGroupName", &json!(name))?;
    Ok(name)
}

/// Returns the ARN of a group without the `:*` for its streams.
pub(super) fn arn(world: &World, name: &str) -> String {
    world.arn("logs", &format!("log-group:{name}"))
}

/// Returns the name in an ARN of this account and region.
pub(super) fn of_arn<'arn>(world: &World, arn: &'arn str) -> Option<&'arn str> {
    arn.strip_prefix(&world.arn("logs", "log-group:"))
}

/// Returns the name of a group by its identifier: a name or an ARN.
///
/// # Errors
///
/// Refuses malformed names, and ARNs of another account or region.
pub(super) fn of_identifier(world: &World, identifier: &str) -> Result<String, Refusal> {
    if !identifier.starts_with("arn:") {
        return group(Some(identifier.to_owned()), "logGroupIdentifier");
    }
    let name =
        of_arn(world, identifier).ok_or_else(|| invalid("The specified log group ARN is not valid."))?;
    group(Some(name.to_owned()), "logGroupIdentifier")
}

/// Returns the name of the group in a request with either a name or an identifier.
///
/// # Errors
///
/// Refuses a request with both, and one with neither.
pub(super) fn of_request(
    world: &World,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<String, Refusal> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(invalid("LogGroupName and LogGroupIdentifier must not both be specified.")),
        (None, Some(identifier)) => of_identifier(world, &identifier),
        (name, None) => group(name, "logGroupName"),
    }
}
