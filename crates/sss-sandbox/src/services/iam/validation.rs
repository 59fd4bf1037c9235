//! The checks of names, paths and numbers before an operation reads the account.
//!
//! The rules of the model judge a member as they judge the one of a creation, so that all operations agree
//! about names. All values of the Query protocol arrive as text.

use serde::{Deserialize, Deserializer};
use serde_json::json;
use sss_model::request::Operation;

use crate::{gate, refusal::Refusal};

/// The largest length of a prefix of paths.
const MAX_PATH_LENGTH: usize = 512;

/// Returns a refusal of IAM's input validation, with the code `ValidationError`.
pub(super) fn invalid(value: &str, member: &str, constraint: &str) -> Refusal {
    Refusal::new(
        "ValidationError",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to \
 satisfy constraint: {constraint}"
        ),
    )
}

/// Returns the value of a required member.
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

/// Returns the name of a role, or a refusal of its form.
pub(super) fn role_name(value: Option<String>) -> Result<String, Refusal> {
    text(value, "roleName", Operation::IamCreateRole, "RoleName")
}

/// Returns the name of an inline policy, or a refusal of its form.
pub(super) fn policy_name(value: Option<String>) -> Result<String, Refusal> {
    text(value, "policyName", Operation::IamPutRolePolicy, "PolicyName")
}

/// Returns the document of an inline policy, or a refusal of its grammar.
pub(super) fn policy_document(value: Option<String>) -> Result<String, Refusal> {
    text(value, "policyDocument", Operation::IamPutRolePolicy, "PolicyDocument")
}

/// Returns the ARN of a managed policy, or a refusal of its form.
pub(super) fn policy_arn(value: Option<String>) -> Result<String, Refusal> {
    text(value, "policyArn", Operation::IamAttachRolePolicy, "PolicyArn")
}

/// Returns a trust policy, or a refusal that does not depend on the account.
pub(super) fn trust(value: Option<String>) -> Result<String, Refusal> {
    text(value, "policyDocument", Operation::IamCreateRole, "AssumeRolePolicyDocument")
}

/// Returns the ARN of a permissions boundary, or a refusal of its form.
pub(super) fn boundary(value: Option<String>) -> Result<String, Refusal> {
    text(value, "permissionsBoundary", Operation::IamCreateRole, "PermissionsBoundary")
}

/// Returns a required text that passes the rules of an operation's member.
fn text(value: Option<String>, member: &str, of: Operation, as_in: &str) -> Result<String, Refusal> {
    let value = required(value, member)?;
    gate::pass_member(of, as_in, &json!(value))?;
    Ok(value)
}

/// Refuses a malformed prefix of paths.
pub(super) fn path_prefix(value: &str) -> Result<(), Refusal> {
    let printable = value.chars().all(|character| character.is_ascii_graphic());
    if printable && value.starts_with('/') && value.len() <= MAX_PATH_LENGTH {
        return Ok(());
    }
    Err(Refusal::new(
        "ValidationError",
        "The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric \
         characters and/or / characters.",
    ))
}

/// Returns a number. All values of the Query protocol arrive as text.
pub(super) fn integer(value: &str, member: &str) -> Result<i64, Refusal> {
    value.parse().map_err(|_| {
        Refusal::new("MalformedInput", format!("the value '{value}' of {member} is not a number"))
    })
}

/// Returns a number from `min` to `max`, or a refusal.
pub(super) fn number(value: &str, member: &str, min: u32, max: u32) -> Result<u32, Refusal> {
    match u32::try_from(integer(value, member)?) {
        Ok(number) if number > max => {
            Err(invalid(value, member, &format!("Member must have value less than or equal to {max}")))
        }
        Ok(number) if number >= min => Ok(number),
        _ => Err(invalid(value, member, &format!("Member must have value greater than or equal to {min}"))),
    }
}

/// Reads a list of the Query protocol. An empty one arrives as an empty text.
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
