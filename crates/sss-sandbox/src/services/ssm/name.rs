//! Names of parameters: `name`, or a path of names that begins with a slash.

use super::{constraint, invalid};
use crate::{refusal::Refusal, world::World};

/// How many characters the ARN of a parameter can have behind the account.
const LONGEST: usize = 1011;
const DEEPEST: usize = 15;

/// Refuses a name that no parameter can have.
pub(super) fn check(name: &str) -> Result<(), Refusal> {
    if !(1..=LONGEST).contains(&name.chars().count()) {
        return Err(constraint(name, "name", &format!("Member must have length between 1 and {LONGEST}")));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    if !name.chars().all(allowed) || name.contains("//") || name.ends_with('/') {
        return Err(invalid(
            "Parameter name: can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix \
             of letters, numbers and the following 3 symbols .-_",
        ));
    }
    let Some(path) = name.strip_prefix('/') else {
        if name.contains('/') {
            return Err(invalid("Parameter name must be a fully qualified name."));
        }
        return check_reserved(name);
    };
    if path.split('/').count() > DEEPEST {
        return Err(Refusal::new(
            "HierarchyLevelLimitExceededException",
            format!("A hierarchy can have a maximum of {DEEPEST} levels."),
        ));
    }
    check_reserved(path)
}

/// Names that begin so belong to AWS.
fn check_reserved(name: &str) -> Result<(), Refusal> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("aws") || name.starts_with("ssm") {
        return Err(invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."));
    }
    Ok(())
}

/// The ARN of a parameter.
pub(super) fn arn(world: &World, name: &str) -> String {
    world.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
}

/// The name of a parameter that a name or an ARN stands for.
pub(super) fn of(world: &World, name_or_arn: &str) -> String {
    let Some(path) = name_or_arn.strip_prefix(&world.arn("ssm", "parameter/")) else {
        return name_or_arn.to_owned();
    };
    // The ARN of `/name` is that of `name`; only the account tells which of them there is.
    let is_plain = world.ssm.parameters.contains_key(path);
    if is_plain { path.to_owned() } else { format!("/{path}") }
}

/// The name or ARN, and what it selects behind a colon. No name has a colon; an ARN has its own before the last slash.
pub(super) fn split_selector(asked: &str) -> (&str, Option<&str>) {
    let last = asked.rfind('/').map_or(0, |slash| slash + 1);
    match asked[last..].find(':') {
        Some(colon) => (&asked[..last + colon], Some(&asked[last + colon + 1..])),
        None => (asked, None),
    }
}
