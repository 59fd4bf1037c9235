//! IAM: roles and their policies.

pub(crate) mod condition;
pub(crate) mod policy;
pub(crate) mod principal;

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{
    IAM_POL_003, IAM_POL_004, IAM_POL_006, IAM_POL_007, IAM_POL_010, IAM_POL_011, IAM_POL_012, IAM_ROLE_001,
    IAM_ROLE_002, IAM_ROLE_003, IAM_ROLE_005, IAM_ROLE_006, Rule, STACK_001, judge, tags,
};
use crate::path::Path;
use crate::policy::{PolicyDocument, Statement};
use crate::report::Report;
use crate::rules::{broken, worded};
use condition::{Values, Verdict};
use policy::{is_action, is_latin, is_sid};

pub(crate) fn path(path: &str) -> Result<(), ValidationError> {
    let framed = path == "/" || (path.len() > 2 && path.starts_with('/') && path.ends_with('/'));
    let printable = path.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let holds = framed && printable && path.len() <= 512 && !path.starts_with("/aws-service-role/");
    judge(holds, || worded(&IAM_ROLE_002, format!("`{path}` is not a role's path")))
}

pub(crate) fn boundary(arn: &str) -> Result<(), ValidationError> {
    judge(is_policy_arn(arn), || worded(&IAM_ROLE_005, format!("`{arn}` is not the ARN of a policy")))
}

pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let taken = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    let holds = text.chars().count() <= 1000 && text.chars().all(taken);
    judge(holds, || worded(&IAM_ROLE_003, "holds other characters, or more than 1000".to_owned()))
}

pub(crate) fn sid(sid: &str) -> Result<(), ValidationError> {
    judge(is_sid(sid), || worded(&IAM_POL_003, format!("`{sid}` holds other characters")))
}

pub(crate) fn role_name(name: &str, at: &Path, report: &mut Report) {
    if !is_iam_name(name, 64) {
        let message = format!("a role cannot be called `{name}` ({} characters)", name.chars().count());
        report.add(at, worded(&IAM_ROLE_001, message));
    }
}

pub(crate) fn policy_name(name: &str, at: &Path, report: &mut Report) {
    if !is_iam_name(name, 128) {
        let message = format!("a policy cannot be called `{name}` ({} characters)", name.chars().count());
        report.add(at, worded(&IAM_POL_011, message));
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
    at: &Path,
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
            report.add(&at.key("sid"), worded(&IAM_POL_003, format!("`{sid}` stands in the policy already")));
        }
    }
    let length = policy::length(&PolicyDocument::new(statements).to_json());
    if length > policy::LONGEST {
        report.add(&at, worded(&IAM_POL_012, format!("make a policy of {length} characters")));
    }
}

fn managed(policies: &[String], at: &Path, report: &mut Report) {
    let count = policies.len();
    if count > 25 {
        report.add(at, worded(&IAM_ROLE_006, format!("names {count} policies")));
    } else if count > 20 {
        report
            .warn(at, worded(&IAM_ROLE_006, format!("names {count} policies; an account's quota may be 20")));
    }
    let mut seen = BTreeSet::new();
    for (index, arn) in policies.iter().enumerate() {
        let is_new = seen.insert(arn);
        if !is_policy_arn(arn) {
            let message = format!("`{arn}` is not the ARN of a managed policy");
            report.add(&at.index(index), worded(&IAM_ROLE_006, message));
        } else if !is_new {
            report.add(&at.index(index), worded(&IAM_ROLE_006, "stands in the list already"));
        }
    }
}

/// `arn:<partition>:iam::<account or aws>:policy/<path and name>`
pub(crate) fn is_policy_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, policy] = parts.as_slice() else {
        return false;
    };
    let name = policy.strip_prefix("policy/").and_then(|path| path.rsplit('/').next());
    partition.starts_with("aws")
        && (*account == "aws" || is_account(account))
        && name.is_some_and(|name| is_iam_name(name, 128))
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn statement(statement: &Statement, at: &Path, report: &mut Report) {
    let lists = [("actions", &statement.actions), ("resources", &statement.resources)];
    for (field, values) in lists {
        if values.is_empty() {
            report.add(&at.key(field), broken!(STACK_001, "required"));
        }
    }
    for (index, action) in statement.actions.iter().enumerate() {
        if !is_action(action) {
            report.add(
                &at.key("actions").index(index),
                worded(&IAM_POL_004, format!("`{action}` is not an action")),
            );
        }
    }
    for (index, resource) in statement.resources.iter().enumerate() {
        let place = at.key("resources").index(index);
        if is_latin(resource) {
            let message = || format!("`{resource}` is not an ARN");
            judge_as(policy::resource(resource), &IAM_POL_006, &place, message, report);
        } else {
            report.add(&place, worded(&IAM_POL_010, "holds characters beyond Latin-1"));
        }
    }
    let conditions = at.key("conditions");
    for (operator, keys) in &statement.conditions {
        let place = conditions.key(operator);
        let values_are = condition_operator(operator, &place, report);
        if keys.is_empty() && values_are.is_some() {
            report.add(&place, worded(&IAM_POL_007, "names no key"));
        }
        for (key, values) in keys {
            let place = place.key(key);
            if !is_latin(key) || values.iter().any(|value| !is_latin(value)) {
                report.add(&place, worded(&IAM_POL_010, "holds characters beyond Latin-1"));
            } else if key.is_empty() {
                report.add(&place, worded(&IAM_POL_007, "has an empty key"));
            } else if let Some(values_are) = values_are {
                for value in values {
                    condition_value(values_are, value, &place, report);
                }
            }
        }
    }
}

/// What the values of the operator are, if IAM knows it.
pub(crate) fn condition_operator(operator: &str, at: &Path, report: &mut Report) -> Option<Values> {
    let known = condition::operator(operator);
    let verdict = known.map_or(Verdict::Refused, |(_, verdict)| verdict);
    judge_as(verdict, &IAM_POL_007, at, || "is not an operator of IAM".to_owned(), report);
    known.map(|(values, _)| values)
}

/// The rule on a value of an operator.
pub(crate) fn condition_value(values: Values, value: &str, at: &Path, report: &mut Report) {
    let wanted = match values {
        Values::Any => "a value",
        Values::Number => "a number",
        Values::Date => "a date",
        Values::Binary => "base64",
        Values::Address => "an address",
        Values::Arn => "an ARN",
    };
    let message = || format!("`{value}` is not {wanted}");
    judge_as(condition::value(values, value), &IAM_POL_007, at, message, report);
}

/// An error for what IAM refuses, a warning for what it may refuse.
pub(crate) fn judge_as(
    verdict: Verdict,
    rule: &'static Rule,
    at: &Path,
    message: impl FnOnce() -> String,
    report: &mut Report,
) {
    match verdict {
        Verdict::Taken => {}
        Verdict::Unsure => report.warn(at, worded(rule, message())),
        Verdict::Refused => report.add(at, worded(rule, message())),
    }
}
