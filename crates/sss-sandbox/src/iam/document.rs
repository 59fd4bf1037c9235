//! Policy documents: what IAM checks before it takes one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::validation::is_latin;
use crate::{refusal::Refusal, world::World};

mod condition;
mod identity;
mod trust;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const STATEMENT_KEYS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];
const SYNTAX_ERRORS: &str = "Syntax errors in policy.";
const NO_VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

type Statement = Map<String, Value>;

/// A document as IAM returns it.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The length that counts for quotas: white space does not.
pub(super) fn length(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// Checks a role's trust policy.
pub(super) fn check_trust(world: &World, text: &str) -> Result<(), Refusal> {
    for statement in &statements(text, "assumeRolePolicyDocument")? {
        trust::check(world, statement)?;
    }
    Ok(())
}

/// Checks an inline policy.
pub(super) fn check_identity(text: &str) -> Result<(), Refusal> {
    statements(text, "policyDocument")?.iter().try_for_each(identity::check)
}

/// Whether a trust policy allows a service to assume the role. Documents were checked when they came in.
pub(super) fn allows_service(text: &str, service: &str) -> bool {
    let statements = statements(text, "assumeRolePolicyDocument").unwrap_or_default();
    let concerns = |effect: &str| {
        statements
            .iter()
            .any(|statement| statement["Effect"] == effect && trust::concerns(statement, service))
    };
    concerns("Allow") && !concerns("Deny")
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new("MalformedPolicyDocument", message)
}

/// The statements of a document, each checked as far as all kinds of policies are alike.
fn statements(text: &str, member: &str) -> Result<Vec<Statement>, Refusal> {
    if text.is_empty() || !text.chars().all(is_latin) {
        let message = format!(
            "The specified value for {member} is invalid. It must contain only printable ASCII characters."
        );
        return Err(Refusal::new("ValidationError", message));
    }
    let document: Value =
        serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let Value::Object(document) = document else {
        return Err(malformed(SYNTAX_ERRORS));
    };
    if document.keys().any(|key| !["Version", "Id", "Statement"].contains(&key.as_str())) {
        return Err(malformed(SYNTAX_ERRORS));
    }
    let version = document.get("Version").map_or(Some("2008-10-17"), Value::as_str);
    if !matches!(version, Some("2012-10-17" | "2008-10-17")) {
        return Err(malformed(SYNTAX_ERRORS));
    }
    let statements = match document.get("Statement") {
        Some(Value::Object(statement)) => vec![statement.clone()],
        Some(Value::Array(list)) if !list.is_empty() => {
            let objects = list.iter().map(|statement| statement.as_object().cloned());
            objects.collect::<Option<Vec<_>>>().ok_or_else(|| malformed(SYNTAX_ERRORS))?
        }
        _ => return Err(malformed(SYNTAX_ERRORS)),
    };
    check_sids(&statements)?;
    statements.iter().try_for_each(check)?;
    Ok(statements)
}

fn check_sids(statements: &[Statement]) -> Result<(), Refusal> {
    let mut seen = Vec::new();
    for sid in statements.iter().filter_map(|statement| statement.get("Sid")) {
        let sid = sid.as_str().ok_or_else(|| malformed(SYNTAX_ERRORS))?;
        if !sid.chars().all(|character| character.is_ascii_alphanumeric()) {
            return Err(malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
 expression [0-9A-Za-z]*",
            ));
        }
        if !sid.is_empty() && seen.contains(&sid) {
            return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
        }
        seen.push(sid);
    }
    Ok(())
}

fn check(statement: &Statement) -> Result<(), Refusal> {
    if statement.keys().any(|key| !STATEMENT_KEYS.contains(&key.as_str())) {
        return Err(malformed(SYNTAX_ERRORS));
    }
    match statement.get("Effect").map(Value::as_str) {
        Some(Some("Allow" | "Deny")) => {}
        Some(Some(effect)) => return Err(malformed(format!("Invalid effect: {effect}"))),
        Some(None) => return Err(malformed(SYNTAX_ERRORS)),
        None => return Err(malformed("Missing required field Effect")),
    }
    for action in either(statement, "Action", "NotAction", "Policy statement must contain actions.")? {
        check_action(action)?;
    }
    statement.get("Condition").map_or(Ok(()), condition::check)
}

/// The texts of the one of two members that a statement must have.
fn either<'statement>(
    statement: &'statement Statement,
    positive: &str,
    negative: &str,
    missing: &str,
) -> Result<Vec<&'statement str>, Refusal> {
    match (statement.get(positive), statement.get(negative)) {
        (Some(_), Some(_)) => Err(malformed(SYNTAX_ERRORS)),
        (None, None) => Err(malformed(missing)),
        (Some(value), None) | (None, Some(value)) => {
            let texts = texts(value)?;
            if texts.is_empty() { Err(malformed(missing)) } else { Ok(texts) }
        }
    }
}

/// A text or a list of texts.
fn texts(value: &Value) -> Result<Vec<&str>, Refusal> {
    match value {
        Value::String(text) => Ok(vec![text]),
        Value::Array(list) => {
            list.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(|| malformed(SYNTAX_ERRORS))
        }
        _ => Err(malformed(SYNTAX_ERRORS)),
    }
}

fn check_action(action: &str) -> Result<(), Refusal> {
    if action == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return Err(malformed(NO_VENDOR));
    };
    if name.contains(':') {
        return Err(malformed("Actions/Condition can contain only one colon."));
    }
    let of_vendor = |character: char| character.is_ascii_alphanumeric() || character == '-';
    if vendor.is_empty() || !vendor.chars().all(of_vendor) {
        return Err(malformed(format!("Vendor {vendor} is not valid")));
    }
    let of_name = |character: char| character.is_ascii_alphanumeric() || "*?-_".contains(character);
    if name.is_empty() || !name.chars().all(of_name) {
        return Err(malformed(format!("Action {action} is not valid")));
    }
    Ok(())
}
