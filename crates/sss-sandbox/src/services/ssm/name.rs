//! Names of parameters: `name`, or a path of names that begins with a slash.
//!
//! `/name` and `name` are different parameters with the same ARN, so an ARN can be ambiguous. A name never
//! begins with `aws` or `ssm`.

use super::{constraint, invalid};
use crate::{refusal::Refusal, world::World};

/// The largest number of characters after the account in the ARN of a parameter.
const LONGEST: usize = 1011;
/// The largest number of levels in a path.
const DEEPEST: usize = 15;

/// Refuses a name that no parameter can have.
///
/// # Errors
///
/// Refuses names that are too long or too deep, other characters than AWS allows, a path without a leading
/// slash, and names that belong to AWS.
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

/// Refuses names that belong to AWS.
fn check_reserved(name: &str) -> Result<(), Refusal> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("aws") || name.starts_with("ssm") {
        return Err(invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."));
    }
    Ok(())
}

/// Returns the ARN of a parameter, without the leading slash of a path.
pub(super) fn arn(world: &World, name: &str) -> String {
    world.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
}

/// Returns the name of a parameter by its name or its ARN.
///
/// A name stays as it is. If both forms of an ARN exist, the one without a slash wins.
pub(super) fn of(world: &World, name_or_arn: &str) -> String {
    let Some(path) = name_or_arn.strip_prefix(&world.arn("ssm", "parameter/")) else {
        return name_or_arn.to_owned();
    };
    // `/name` and `name` have the same ARN, so only the account shows which of them exists.
    let is_plain = world.ssm.parameters.contains_key(path);
    if is_plain { path.to_owned() } else { format!("/{path}") }
}

/// Splits a name or an ARN from the selector after a colon. Names have no colon, and the colons of an ARN come before
/// its last slash.
pub(super) fn split_selector(asked: &str) -> (&str, Option<&str>) {
    let last = asked.rfind('/').map_or(0, |slash| slash + 1);
    match asked[last..].find(':') {
        Some(colon) => (&asked[..last + colon], Some(&asked[last + colon + 1..])),
        None => (asked, None),
    }
}
