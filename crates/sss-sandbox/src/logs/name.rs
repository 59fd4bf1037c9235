//! Names and ARNs of log groups.

use super::{constraint, invalid, required};
use crate::{refusal::Refusal, world::World};

pub(super) const MAX_LENGTH: usize = 512;
const PATTERN: &str = r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+";

/// The name of a group, checked for its form.
pub(super) fn group(value: Option<String>, member: &str) -> Result<String, Refusal> {
    let name = required(value, member)?;
    if name.is_empty() {
        return Err(constraint(&name, member, "Member must have length greater than or equal to 1"));
    }
    part(&name, member)?;
    Ok(name)
}

/// A part of a group's name, such as a prefix.
pub(super) fn part(text: &str, member: &str) -> Result<(), Refusal> {
    if text.len() > MAX_LENGTH {
        let bound = format!("Member must have length less than or equal to {MAX_LENGTH}");
        return Err(constraint(text, member, &bound));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || ".-_/#".contains(character);
    if text.chars().all(allowed) { Ok(()) } else { Err(constraint(text, member, PATTERN)) }
}

/// The ARN of a group, without the `:*` that stands for its streams.
pub(super) fn arn(world: &World, name: &str) -> String {
    world.arn("logs", &format!("log-group:{name}"))
}

/// The name within an ARN of this account and region.
pub(super) fn of_arn<'arn>(world: &World, arn: &'arn str) -> Option<&'arn str> {
    arn.strip_prefix(&world.arn("logs", "log-group:"))
}

/// The group that an identifier means: a name or an ARN.
pub(super) fn of_identifier(world: &World, identifier: &str) -> Result<String, Refusal> {
    if !identifier.starts_with("arn:") {
        return group(Some(identifier.to_owned()), "logGroupIdentifier");
    }
    let name =
        of_arn(world, identifier).ok_or_else(|| invalid("The specified log group ARN is not valid."))?;
    group(Some(name.to_owned()), "logGroupIdentifier")
}

/// The group of a request that takes a name or an identifier, one of the two.
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
