//! Rules of IAM: roles and their policies.
//!
//! [`role`] checks the parts that the execution role and task roles have in common. The statements of a stack become an
//! inline policy, so they are judged like the documents of `PutRolePolicy`. AWS's texts about IAM contradict each other
//! in places. Each judgement of a value is therefore a [`Verdict`]: IAM takes it, IAM refuses it, or the sources
//! disagree. Only a certain refusal is an error.
//!
//! Lengths of policies are counted without white space, as IAM counts them.
//!
//! IAM compares names without regard to case and is global, but these rules see one stack only; `rules::names` compares
//! its roles. `condition`, `policy`, `principal` and `services` have the grammar of the policy language, one part each.
//! The functions here turn their verdicts into problems at a path.

pub(crate) mod condition;
pub(crate) mod policy;
pub(crate) mod principal;
pub(crate) mod services;

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{
    Broken, IAM_POL_003, IAM_POL_004, IAM_POL_006, IAM_POL_007, IAM_POL_010, IAM_POL_011, IAM_POL_012,
    IAM_ROLE_001, IAM_ROLE_002, IAM_ROLE_003, IAM_ROLE_005, IAM_ROLE_006, STACK_001, broken, judge, limits,
    tags,
};
use crate::path::Path;
use crate::policy::{PolicyDocument, Statement};
use crate::report::Report;
use condition::{Values, Verdict};
use policy::{is_action, is_latin, is_sid};

/// The most characters of the name of a role, and of a path and a name together with which the console switches roles.
pub(crate) const LONGEST_ROLE_NAME: usize = 64;

/// The most characters of a policy's name.
const LONGEST_POLICY_NAME: usize = 128;

/// The most characters of a role's description.
const LONGEST_DESCRIPTION: usize = 1000;

/// The most managed policies of a role: the quota of an account, and the highest to which AWS raises it.
const MOST_POLICIES: [usize; 2] = [20, 25];

/// Checks the path of a role.
///
/// A path is `/`, or begins and ends with `/`. `/aws-service-role/` belongs to AWS.
pub(crate) fn path(path: &str) -> Result<(), ValidationError> {
    let framed = path == "/" || (path.len() > 2 && path.starts_with('/') && path.ends_with('/'));
    let printable = path.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let holds = framed && printable && path.len() <= 512 && !path.starts_with("/aws-service-role/");
    judge(holds, || broken!(IAM_ROLE_002, "invalid-path", path = path))
}

/// Checks the ARN of a permissions boundary.
///
/// A boundary is a managed policy of the account or of AWS.
pub(crate) fn boundary(arn: &str) -> Result<(), ValidationError> {
    judge(is_policy_arn(arn), || broken!(IAM_ROLE_005, "not-a-policy", arn = arn))
}

/// Checks the description of a role.
///
/// Tab, line feed and carriage return are allowed.
pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let (count, most) = (text.chars().count(), LONGEST_DESCRIPTION);
    judge(count <= most, || broken!(IAM_ROLE_003, "too-long", count = count, most = most))?;
    let taken = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    judge(text.chars().all(taken), || broken!(IAM_ROLE_003, "invalid-characters"))
}

/// Checks the id of a statement.
pub(crate) fn sid(sid: &str) -> Result<(), ValidationError> {
    judge(is_sid(sid), || broken!(IAM_POL_003, "invalid-sid", sid = sid))
}

/// Checks the name of a role.
///
/// It has at most 64 characters.
pub(crate) fn role_name(name: &str, at: &Path, report: &mut Report) {
    if !is_iam_name(name, LONGEST_ROLE_NAME) {
        let count = name.chars().count();
        report.add(at, broken!(IAM_ROLE_001, "invalid-name", name = name, count = count));
    }
}

/// Checks the name of an inline policy.
///
/// It has at most 128 characters.
pub(crate) fn policy_name(name: &str, at: &Path, report: &mut Report) {
    if !is_iam_name(name, LONGEST_POLICY_NAME) {
        let count = name.chars().count();
        report.add(at, broken!(IAM_POL_011, "invalid-name", name = name, count = count));
    }
}

/// Returns whether IAM takes a name of a role.
pub(crate) fn is_role_name(name: &str) -> bool {
    is_iam_name(name, LONGEST_ROLE_NAME)
}

/// Returns whether IAM takes a name of a role or a policy: letters, digits and `_+=,.@-`.
fn is_iam_name(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// Checks what the execution role and task roles have in common.
///
/// Ids of statements are unique in the policy. An empty id does not count.
///
/// The inline policy of the statements has at most 10240 characters.
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
        let sid = statement.sid.as_deref().filter(|sid| !sid.is_empty());
        if let Some(sid) = sid.filter(|sid| !sids.insert(*sid)) {
            report.add(&at.key("sid"), broken!(IAM_POL_003, "used-twice", sid = sid));
        }
    }

    let (count, most) = (policy::length(&PolicyDocument::new(statements).to_json()), limits::INLINE_POLICIES);
    if count > most {
        report.add(&at, broken!(IAM_POL_012, "too-long", count = count, most = most));
    }
}

/// Checks managed policies: at most 25, 20 without a raised quota, each once and by its ARN.
///
/// Above the quota of the account, the problem is a warning: AWS raises it on request.
fn managed(policies: &[String], at: &Path, report: &mut Report) {
    let (count, [quota, most]) = (policies.len(), MOST_POLICIES);
    if count > most {
        report.add(at, broken!(IAM_ROLE_006, "too-many", count = count, most = most));
    } else if count > quota {
        report.warn(at, broken!(IAM_ROLE_006, "above-quota", count = count, quota = quota));
    }

    let mut seen = BTreeSet::new();
    for (index, arn) in policies.iter().enumerate() {
        let is_new = seen.insert(arn);
        if !is_policy_arn(arn) {
            report.add(&at.index(index), broken!(IAM_ROLE_006, "not-a-policy", arn = arn.as_str()));
        } else if !is_new {
            report.add(&at.index(index), broken!(IAM_ROLE_006, "named-twice", arn = arn.as_str()));
        }
    }
}

/// Returns whether a text is the ARN of a policy: `arn:<partition>:iam::<account or aws>:policy/<path and name>`
pub(crate) fn is_policy_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, policy] = parts.as_slice() else {
        return false;
    };
    let name = policy.strip_prefix("policy/").and_then(|path| path.rsplit('/').next());
    partition.starts_with("aws")
        && (*account == "aws" || is_account(account))
        && name.is_some_and(|name| is_iam_name(name, LONGEST_POLICY_NAME))
}

/// Returns whether a text is the id of an account: 12 digits.
fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit())
}

/// Checks a statement of a stack.
///
/// Each list needs an element. A value with characters beyond Latin-1 has that one problem only.
pub(crate) fn statement(statement: &Statement, at: &Path, report: &mut Report) {
    let lists = [("actions", &statement.actions), ("resources", &statement.resources)];
    for (field, _) in lists.iter().filter(|(_, values)| values.is_empty()) {
        report.add(&at.key(field), broken!(STACK_001, "required"));
    }

    for (index, action) in statement.actions.iter().enumerate().filter(|(_, action)| !is_action(action)) {
        let place = at.key("actions").index(index);
        report.add(&place, broken!(IAM_POL_004, "not-an-action", action = action.as_str()));
    }
    for (index, resource) in statement.resources.iter().enumerate() {
        let place = at.key("resources").index(index);
        if is_latin(resource) {
            self::resource(resource, &place, report);
        } else {
            report.add(&place, broken!(IAM_POL_010, "invalid-characters"));
        }
    }

    for (operator, keys) in &statement.conditions {
        condition(operator, keys, &at.key("conditions").key(operator), report);
    }
}

/// Checks a resource of a policy.
pub(crate) fn resource(resource: &str, at: &Path, report: &mut Report) {
    let broken = || broken!(IAM_POL_006, "not-an-arn", resource = resource);
    judge_as(policy::resource(resource), at, broken, report);
}

/// Checks one operator of a condition, with its keys and values.
///
/// A condition without a key is a warning. Texts beyond Latin-1 are refused before their kind is checked.
fn condition(operator: &str, keys: &BTreeMap<String, Vec<String>>, at: &Path, report: &mut Report) {
    let values_are = condition_operator(operator, at, report);
    if keys.is_empty() && values_are.is_some() {
        // A request with such a condition is only warned of, so a stack is not stricter.
        report.warn(at, broken!(IAM_POL_007, "no-key", operator = operator));
    }

    for (key, values) in keys {
        let place = at.key(key);
        if !is_latin(key) || values.iter().any(|value| !is_latin(value)) {
            report.add(&place, broken!(IAM_POL_010, "invalid-characters"));
        } else if key.is_empty() {
            report.add(&place, broken!(IAM_POL_007, "empty-key", operator = operator));
        } else if let Some(values_are) = values_are {
            for value in values {
                condition_value((operator, values_are), value, &place, report);
            }
        }
    }
}

/// Checks the operator of a condition and returns the kind of its values, or `None` if IAM does not know it.
///
/// Values of an unknown operator are not checked, because their kind is unknown as well.
pub(crate) fn condition_operator(operator: &str, at: &Path, report: &mut Report) -> Option<Values> {
    let known = condition::operator(operator);
    let verdict = known.map_or(Verdict::Refused, |(_, verdict)| verdict);
    judge_as(verdict, at, || broken!(IAM_POL_007, "unknown-operator", operator = operator), report);
    known.map(|(values, _)| values)
}

/// Checks a value that an operator compares.
///
/// The operator is for the message only; `values` is the kind that it compares.
pub(crate) fn condition_value(
    (operator, values): (&str, Values),
    value: &str,
    at: &Path,
    report: &mut Report,
) {
    let wanted = match values {
        Values::Any => "a value",
        Values::Number => "a number",
        Values::Date => "a date",
        Values::Binary => "a text in base64",
        Values::Address => "an address",
        Values::Arn => "an ARN",
    };

    let broken =
        || broken!(IAM_POL_007, "invalid-value", operator = operator, wanted = wanted, given = value);
    judge_as(condition::value(values, value), at, broken, report);
}

/// Adds an error for a value that IAM refuses, or a warning for one that it may refuse.
pub(crate) fn judge_as(verdict: Verdict, at: &Path, broken: impl FnOnce() -> Broken, report: &mut Report) {
    match verdict {
        Verdict::Taken => {}
        Verdict::Unsure => report.warn(at, broken()),
        Verdict::Refused => report.add(at, broken()),
    }
}
