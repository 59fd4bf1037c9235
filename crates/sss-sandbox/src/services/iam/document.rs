//! Policy documents that passed the rules at their arrival.
//!
//! The account keeps documents as texts. Answers have them URL-encoded, as AWS does (tfp#38538). A statement
//! that is no object counts as absent here, because the rules have refused it before.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{refusal::Refusal, world::World};

mod trust;

/// The characters that an encoded document keeps.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Returns a document in the form of IAM's answers.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Returns the length that counts for quotas, in characters without white space.
pub(super) fn length(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// Refuses a trust policy with a principal that does not exist.
///
/// # Errors
///
/// Returns `MalformedPolicyDocument`. The words are an assumption.
pub(super) fn check_trust(world: &World, text: &str) -> Result<(), Refusal> {
    statements(text).iter().try_for_each(|statement| trust::check(world, statement))
}

/// Refuses a policy with a resource of another partition. A partition with a wildcard matches all.
///
/// # Errors
///
/// Returns `MalformedPolicyDocument`, and names the partition and the resource.
pub(super) fn check_partitions(world: &World, text: &str) -> Result<(), Refusal> {
    let statements = statements(text);
    let resources = statements.iter().flat_map(|statement| {
        ["Resource", "NotResource"].into_iter().filter_map(|member| statement.get(member)).flat_map(texts)
    });
    for arn in resources {
        let Some(partition) = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next()) else {
            continue;
        };
        if partition != world.partition().name && !partition.contains(['*', '?']) {
            let message = format!("Partition \"{partition}\" is not valid for resource \"{arn}\".");
            return Err(malformed(message));
        }
    }
    Ok(())
}

/// Returns whether a trust policy allows a service to assume the role.
///
/// A statement that denies wins. A service acts for its own account and region, which the conditions on
/// `aws:SourceAccount` and `aws:SourceArn` are compared with. Other conditions count as met, and wildcards
/// of principals are not read.
pub(super) fn allows_service(world: &World, text: &str, service: &str) -> bool {
    let statements = statements(text);
    let concerns = |effect: &str| {
        statements.iter().any(|statement| {
            statement["Effect"] == effect
                && trust::concerns(statement, service)
                && trust::is_met(world, statement, service)
        })
    };
    concerns("Allow") && !concerns("Deny")
}

/// Returns whether a trust policy allows an identity of the account to assume the role.
///
/// A statement that denies wins. Conditions count as met.
pub(super) fn allows_caller(world: &World, text: &str) -> bool {
    let statements = statements(text);
    let concerns = |effect: &str| {
        statements
            .iter()
            .any(|statement| statement["Effect"] == effect && trust::concerns_caller(world, statement))
    };
    concerns("Allow") && !concerns("Deny")
}

/// Returns the refusal of a document.
fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new("MalformedPolicyDocument", message)
}

/// Returns the statements of a document: a list, or a single one.
fn statements(text: &str) -> Vec<Map<String, Value>> {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    match &document["Statement"] {
        Value::Object(statement) => vec![statement.clone()],
        Value::Array(list) => list.iter().filter_map(|statement| statement.as_object().cloned()).collect(),
        _ => Vec::new(),
    }
}

/// Returns the texts of a text or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}
