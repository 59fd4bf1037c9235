//! IAM: roles and their policies.

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{
    IAM_POL_003, IAM_POL_004, IAM_POL_006, IAM_POL_007, IAM_POL_010, IAM_POL_011, IAM_POL_012, IAM_ROLE_001,
    IAM_ROLE_002, IAM_ROLE_006, STACK_001, judge, tags,
};
use crate::policy::{PolicyDocument, Statement};
use crate::problem::{Place, Report};

pub(crate) fn path(path: &str) -> Result<(), ValidationError> {
    let framed = path == "/" || (path.len() > 2 && path.starts_with('/') && path.ends_with('/'));
    let printable = path.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let holds = framed && printable && path.len() <= 512 && !path.starts_with("/aws-service-role/");
    judge(holds, &IAM_ROLE_002, || format!("`{path}` is not a role's path"))
}

pub(crate) fn sid(sid: &str) -> Result<(), ValidationError> {
    let holds = sid.bytes().all(|b| b.is_ascii_alphanumeric());
    judge(holds, &IAM_POL_003, || format!("`{sid}` holds other characters"))
}

pub(crate) fn role_name(name: &str, at: &Place, report: &mut Report) {
    if !is_iam_name(name, 64) {
        let message = format!("a role cannot be called `{name}` ({} characters)", name.chars().count());
        report.add(&IAM_ROLE_001, at, message);
    }
}

pub(crate) fn policy_name(name: &str, at: &Place, report: &mut Report) {
    if !is_iam_name(name, 128) {
        let message = format!("a policy cannot be called `{name}` ({} characters)", name.chars().count());
        report.add(&IAM_POL_011, at, message);
    }
}

fn is_iam_name(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// The rules that the execution role and task roles share.
pub(crate) fn role(
    managed_policies: &[String],
    statements: &[Statement],
    tags: &BTreeMap<String, String>,
    at: &Place,
    report: &mut Report,
) {
    tags::inspect(tags, at, report);
    managed(managed_policies, &at.key("managed_policies"), report);
    let at = at.key("statements");
    let mut sids = BTreeSet::new();
    for (index, statement) in statements.iter().enumerate() {
        let at = at.index(index);
        report.inspect(statement, &at);
        let sid = statement.sid.as_ref().filter(|sid| !sid.is_empty());
        if let Some(sid) = sid.filter(|sid| !sids.insert(*sid)) {
            report.add(&IAM_POL_003, &at.key("sid"), format!("`{sid}` stands in the policy already"));
        }
    }
    let document = PolicyDocument::new(statements).to_json();
    let length = document.chars().filter(|c| !c.is_whitespace()).count();
    if length > 10240 {
        report.add(&IAM_POL_012, &at, format!("make a policy of {length} characters"));
    }
}

fn managed(policies: &[String], at: &Place, report: &mut Report) {
    let count = policies.len();
    if count > 25 {
        report.add(&IAM_ROLE_006, at, format!("names {count} policies"));
    } else if count > 20 {
        report.warn(&IAM_ROLE_006, at, format!("names {count} policies; an account's quota may be 20"));
    }
    for (index, arn) in policies.iter().enumerate() {
        if !is_policy_arn(arn) {
            let message = format!("`{arn}` is not the ARN of a managed policy");
            report.add(&IAM_ROLE_006, &at.index(index), message);
        } else if policies[..index].contains(arn) {
            report.add(&IAM_ROLE_006, &at.index(index), "stands in the list already");
        }
    }
}

/// `arn:<partition>:iam::<account or aws>:policy/<path and name>`
fn is_policy_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, policy] = parts.as_slice() else {
        return false;
    };
    let is_account =
        *account == "aws" || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()));
    let name = policy.strip_prefix("policy/").and_then(|path| path.rsplit('/').next());
    partition.starts_with("aws") && is_account && name.is_some_and(|name| is_iam_name(name, 128))
}

pub(crate) fn statement(statement: &Statement, at: &Place, report: &mut Report) {
    let lists = [("actions", &statement.actions), ("resources", &statement.resources)];
    for (field, values) in lists {
        if values.is_empty() {
            report.add(&STACK_001, &at.key(field), "is required");
        }
    }
    for (index, action) in statement.actions.iter().enumerate() {
        if !is_action(action) {
            report.add(&IAM_POL_004, &at.key("actions").index(index), format!("`{action}` is not an action"));
        }
    }
    for (index, resource) in statement.resources.iter().enumerate() {
        let place = at.key("resources").index(index);
        if !is_latin(resource) {
            report.add(&IAM_POL_010, &place, "holds characters beyond Latin-1");
        } else if !is_resource(resource) {
            report.add(&IAM_POL_006, &place, format!("`{resource}` is not an ARN"));
        }
    }
    let conditions = at.key("conditions");
    for (operator, keys) in &statement.conditions {
        let place = conditions.key(operator);
        if !is_operator(operator) {
            report.add(&IAM_POL_007, &place, "is not an operator of IAM");
        } else if keys.is_empty() {
            report.add(&IAM_POL_007, &place, "names no key");
        }
        for (key, values) in keys {
            if !is_latin(key) || values.iter().any(|value| !is_latin(value)) {
                report.add(&IAM_POL_010, &place.key(key), "holds characters beyond Latin-1");
            } else if key.is_empty() {
                report.add(&IAM_POL_007, &place.key(key), "has an empty key");
            }
        }
    }
}

fn is_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return action == "*";
    };
    let service_char = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let name_char = |b: u8| b.is_ascii_alphanumeric() || b"*?_-".contains(&b);
    !service.is_empty()
        && service.bytes().all(service_char)
        && !name.is_empty()
        && name.bytes().all(name_char)
}

/// `*`, or six parts of which the service has no wildcard.
fn is_resource(resource: &str) -> bool {
    if resource == "*" {
        return true;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, service, _, _, name] = parts.as_slice() else {
        return false;
    };
    !partition.is_empty() && !service.is_empty() && !service.contains(['*', '?']) && !name.is_empty()
}

fn is_latin(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
}

/// The operators of IAM conditions without prefix and suffix.
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// `[ForAnyValue:|ForAllValues:]Operator[IfExists]`, but never `NullIfExists`.
fn is_operator(operator: &str) -> bool {
    let plain = operator
        .strip_prefix("ForAnyValue:")
        .or_else(|| operator.strip_prefix("ForAllValues:"))
        .unwrap_or(operator);
    match plain.strip_suffix("IfExists") {
        Some("Null") => false,
        Some(plain) => OPERATORS.contains(&plain),
        None => OPERATORS.contains(&plain),
    }
}
