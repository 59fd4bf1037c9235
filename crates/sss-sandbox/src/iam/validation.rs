//! The checks of names, paths and numbers that come before any operation looks at the account.

use serde::{Deserialize, Deserializer};

use crate::refusal::Refusal;

const MAX_PATH_LENGTH: usize = 512;
const MAX_DESCRIPTION_LENGTH: usize = 1000;

/// A refusal of IAM's input validation.
pub(super) fn invalid(value: &str, member: &str, constraint: &str) -> Refusal {
    Refusal::new(
        "ValidationError",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to \
 satisfy constraint: {constraint}"
        ),
    )
}

/// The value of a member that must be there.
pub(super) fn required(value: Option<String>, member: &str) -> Result<String, Refusal> {
    value.ok_or_else(|| {
        Refusal::new(
            "ValidationError",
            format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy \
 constraint: Member must not be null"
            ),
        )
    })
}

pub(super) fn role_name(value: Option<String>) -> Result<String, Refusal> {
    name(value, "roleName", 64)
}

pub(super) fn policy_name(value: Option<String>) -> Result<String, Refusal> {
    name(value, "policyName", 128)
}

fn name(value: Option<String>, member: &str, max_length: usize) -> Result<String, Refusal> {
    let value = required(value, member)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if value.is_empty() {
        return Err(invalid(&value, member, "Member must have length greater than or equal to 1"));
    }
    if value.chars().count() > max_length {
        let constraint = format!("Member must have length less than or equal to {max_length}");
        return Err(invalid(&value, member, &constraint));
    }
    if !value.chars().all(allowed) {
        let message = format!(
            "The specified value for {member} is invalid. It must contain only alphanumeric characters \
 and/or the following: +=,.@_-"
        );
        return Err(Refusal::new("ValidationError", message));
    }
    Ok(value)
}

/// A path, or the prefix of paths when `prefix` names the member of a listing.
pub(super) fn path(value: &str, member: &str) -> Result<(), Refusal> {
    let printable = value.chars().all(|character| character.is_ascii_graphic());
    let bounded = value.starts_with('/') && (member == "pathPrefix" || value.ends_with('/'));
    if printable && bounded && value.len() <= MAX_PATH_LENGTH {
        return Ok(());
    }
    Err(Refusal::new(
        "ValidationError",
        format!(
            "The specified value for {member} is invalid. It must begin and end with / and contain \
 only alphanumeric characters and/or / characters."
        ),
    ))
}

/// A description: IAM takes Latin-1 only.
pub(super) fn description(value: &str) -> Result<(), Refusal> {
    if value.chars().count() > MAX_DESCRIPTION_LENGTH {
        let constraint = format!("Member must have length less than or equal to {MAX_DESCRIPTION_LENGTH}");
        return Err(invalid(value, "description", &constraint));
    }
    if !value.chars().all(|character| is_latin(character) && !('\x7f'..='\u{a0}').contains(&character)) {
        let constraint = "Member must satisfy regular expression pattern: \
 [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*";
        return Err(invalid(value, "description", constraint));
    }
    Ok(())
}

/// The characters that policy documents may consist of.
pub(super) fn is_latin(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}

/// A number within bounds; every value of the Query protocol arrives as text.
pub(super) fn number(value: &str, member: &str, min: u32, max: u32) -> Result<u32, Refusal> {
    let Ok(number) = value.parse::<i64>() else {
        return Err(Refusal::new(
            "MalformedInput",
            format!("the value '{value}' of {member} is not a number"),
        ));
    };
    match u32::try_from(number) {
        Ok(number) if number > max => {
            Err(invalid(value, member, &format!("Member must have value less than or equal to {max}")))
        }
        Ok(number) if number >= min => Ok(number),
        _ => Err(invalid(value, member, &format!("Member must have value greater than or equal to {min}"))),
    }
}

/// The ARN of a policy, by its form.
pub(super) fn policy_arn(value: Option<String>, member: &str) -> Result<String, Refusal> {
    let value = required(value, member)?;
    if value.len() < 20 {
        return Err(invalid(&value, member, "Member must have length greater than or equal to 20"));
    }
    let segments: Vec<&str> = value.splitn(6, ':').collect();
    match segments[..] {
        ["arn", _, "iam", "", _, resource] if resource.starts_with("policy/") => Ok(value),
        _ => Err(Refusal::new("InvalidInput", format!("ARN {value} is not valid."))),
    }
}

/// A list of the Query protocol; an empty one arrives as an empty text.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form<T> {
        List(Vec<T>),
        Empty(Empty),
    }
    #[derive(Deserialize)]
    enum Empty {
        #[serde(rename = "")]
        Text,
    }
    Ok(match Form::deserialize(deserializer)? {
        Form::List(list) => list,
        Form::Empty(Empty::Text) => Vec::new(),
    })
}
