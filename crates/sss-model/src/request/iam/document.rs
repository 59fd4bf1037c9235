//! Policy documents, which requests have as text.
//!
//! A document is an object of JSON with `Version`, `Id` and `Statement`. A statement has an effect, actions, and either
//! resources (of an identity) or principals (of a trust policy). This module checks the grammar of both, and a
//! [`Judge`] the rules of the document's purpose.
//!
//! IAM is strict where JSON is lax, and lax where its own grammar is strict:
//!
//! - It refuses unknown elements at both levels (IAM-POL-009), and characters beyond Latin-1 also inside strings
//!   (IAM-POL-010).
//! - It takes one value for a list of one: `"Action": "s3:GetObject"`, and one statement for a list of statements.
//! - It takes `true` and `5` in conditions for `"true"` and `"5"`.
//! - An empty `Sid` is accepted, although the grammar has no empty id.
//!
//! An element that is `null` is judged as one that is set, not as an absent one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::report::Report;
use crate::request::Node;
use crate::request::shape::wrong_type;
use crate::rules::iam::policy::{VERSIONS, is_action, is_latin, is_sid};
use crate::rules::iam::{condition_operator, condition_value, resource};
use crate::rules::{
    BOTH_SET, IAM_POL_001, IAM_POL_002, IAM_POL_003, IAM_POL_004, IAM_POL_005, IAM_POL_006, IAM_POL_007,
    IAM_POL_008, IAM_POL_009, IAM_POL_010, NOTHING_NAMED, Rule, broken,
};

/// Checks a statement by the rules of its document's purpose.
///
/// It runs after the rules that every statement has.
pub(super) type Judge = fn(&Node<'_>, &mut Report);

/// The elements of a document. Names are compared exactly, upper and lower case included.
const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

/// The elements of a statement, for every purpose. The rules of a purpose exclude some of them.
const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Checks a document, and its statements by the rules of their purpose.
///
/// - The text is JSON, an object, and of Latin-1 (IAM-POL-010). A text that is not an object has no further problem.
/// - `Version` is `2012-10-17` or `2008-10-17` (IAM-POL-001). IAM takes the second one if it is absent, and then knows
///   no variables.
///
/// A document that is not a text is left to the shape of the request.
pub(super) fn inspect(document: &Node<'_>, judge: Judge, report: &mut Report) {
    let Some(text) = document.as_text() else { return };
    if !is_latin(text) {
        report.add(document.at(), broken!(IAM_POL_010, "invalid-characters"));
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            return report.add(document.at(), broken!(IAM_POL_010, "not-json", error = error.to_string()));
        }
    };
    let policy = Node::inside(&value, document.at().clone());
    if !value.is_object() {
        return report.add(document.at(), wrong_type(&policy, "an object of JSON", &IAM_POL_010));
    }

    only(&policy, &ELEMENTS, report);
    if let Some(version) = policy.value().get("Version")
        && !version.as_str().is_some_and(|version| VERSIONS.contains(&version))
    {
        report.add(&policy.place("Version"), broken!(IAM_POL_001, "unknown-version"));
    }
    statements(&policy, judge, report);
}

/// Checks the statements: at least one (IAM-POL-002), each an object, and no `Sid` twice (IAM-POL-003).
///
/// Empty ids do not count as equal.
fn statements(policy: &Node<'_>, judge: Judge, report: &mut Report) {
    let statements = match policy.get("Statement") {
        Some(one) if one.value().is_object() => vec![one],
        Some(many) => many.elements(),
        None => Vec::new(),
    };
    if statements.is_empty() {
        report.add(&policy.place("Statement"), broken!(IAM_POL_002, "no-statement"));
    }

    let mut sids = BTreeSet::new();
    for statement in statements {
        if !statement.value().is_object() {
            report.add(statement.at(), wrong_type(&statement, "an object", &IAM_POL_002));
            continue;
        }
        common(&statement, report);
        judge(&statement, report);
        if let Some(sid) = statement.text("Sid").filter(|sid| !sid.is_empty() && !sids.insert(*sid)) {
            report.add(&statement.place("Sid"), broken!(IAM_POL_003, "used-twice", sid = sid));
        }
    }
}

/// Reports each element that is not among the known ones (IAM-POL-009).
fn only(node: &Node<'_>, known: &[&str], report: &mut Report) {
    for (name, element) in node.members().into_iter().filter(|(name, _)| !known.contains(name)) {
        report.add(element.at(), broken!(IAM_POL_009, "unknown", name = name));
    }
}

/// Returns an element that is there, also if it is `null`.
fn element<'a>(statement: &Node<'a>, name: &str) -> Option<Node<'a>> {
    let value = statement.value().get(name)?;
    Some(Node::inside(value, statement.place(name)))
}

/// Checks a statement by the rules of every purpose.
///
/// - `Sid`: letters and digits, or empty (IAM-POL-003).
/// - `Effect`: exactly `Allow` or `Deny`, and required (IAM-POL-005).
/// - `Action` or `NotAction`: one of the two, each action `*` or `service:name` with wildcards in the name only
///   (IAM-POL-004).
/// - `Condition`: see `conditions`.
fn common(statement: &Node<'_>, report: &mut Report) {
    only(statement, &STATEMENT_ELEMENTS, report);
    if let Some(sid) = element(statement, "Sid") {
        match sid.as_text() {
            Some(text) if is_sid(text) => {}
            Some(text) => report.add(sid.at(), broken!(IAM_POL_003, "invalid-sid", sid = text)),
            None => report.add(sid.at(), wrong_type(&sid, "a string", &IAM_POL_003)),
        }
    }
    if !matches!(statement.text("Effect"), Some("Allow" | "Deny")) {
        report.add(&statement.place("Effect"), broken!(IAM_POL_005, "unknown-effect"));
    }

    either(statement, ["Action", "NotAction"], &IAM_POL_004, report);
    for action in both(statement, ["Action", "NotAction"]) {
        if let Some(text) = action.as_text().filter(|text| !is_action(text)) {
            report.add(action.at(), broken!(IAM_POL_004, "not-an-action", action = text));
        }
    }
    conditions(statement, report);
}

/// Checks a statement of a policy that is attached to a role.
///
/// - `Principal` and `NotPrincipal` are refused: the policy is about its role (IAM-POL-008).
/// - `Resource` or `NotResource`: one of the two, each resource `*` or an ARN of six parts (IAM-POL-006). A shorter ARN
///   that ends with `*` is a warning, because sources disagree about it.
pub(super) fn identity(statement: &Node<'_>, report: &mut Report) {
    for principal in ["Principal", "NotPrincipal"].iter().filter_map(|name| element(statement, name)) {
        report.add(principal.at(), broken!(IAM_POL_008, "principal"));
    }
    either(statement, ["Resource", "NotResource"], &IAM_POL_006, report);
    for element in both(statement, ["Resource", "NotResource"]) {
        if let Some(text) = element.as_text() {
            resource(text, element.at(), report);
        }
    }
}

/// Checks that a statement has one of two elements: a string, or a list of strings that is not empty.
///
/// Both together and neither of them break the rule. A value that is not a string breaks it at its own path.
fn either(statement: &Node<'_>, names: [&str; 2], rule: &'static Rule, report: &mut Report) {
    let [name, other] = names;
    match names.map(|name| statement.value().get(name).is_some()) {
        [true, true] => report.add(&statement.place(other), broken!(rule, BOTH_SET, other = name)),
        [false, false] => statement.lacks(name, rule, report),
        _ => {}
    }

    for name in names.into_iter().filter(|name| statement.value().get(name).is_some()) {
        let strings = both(statement, [name, name]);
        if strings.is_empty() {
            report.add(&statement.place(name), broken!(rule, NOTHING_NAMED));
        }
        for element in strings.iter().filter(|element| element.as_text().is_none()) {
            report.add(element.at(), wrong_type(element, "a string", rule));
        }
    }
}

/// Returns the values of two elements, each a value or a list of values.
///
/// The same name twice returns its values once.
pub(super) fn both<'a>(statement: &Node<'a>, [first, second]: [&str; 2]) -> Vec<Node<'a>> {
    let mut all = one_or_many(statement.get(first));
    if first != second {
        all.extend(one_or_many(statement.get(second)));
    }
    all
}

/// Returns a value, or the elements of a list. An absent value has none.
pub(super) fn one_or_many(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    match node {
        Some(list) if list.value().is_array() => list.elements(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// Checks the condition of a statement (IAM-POL-007): operators, each with keys, each with values.
///
/// An operator without a key is a warning. The values have the form that the operator compares: numbers, dates,
/// addresses, ARNs, base64. Values of an unknown operator are not judged. Keys are free, because services add their
/// own; only an empty key is refused.
fn conditions(statement: &Node<'_>, report: &mut Report) {
    let Some(condition) = element(statement, "Condition") else { return };
    if !condition.value().is_object() {
        report.add(condition.at(), wrong_type(&condition, "an object of operators", &IAM_POL_007));
    }
    for (operator, keys) in condition.members() {
        let values_are = condition_operator(operator, keys.at(), report);
        if !keys.value().is_object() {
            report.add(keys.at(), wrong_type(&keys, "an object of keys", &IAM_POL_007));
        } else if keys.members().is_empty() {
            report.warn(keys.at(), broken!(IAM_POL_007, "no-key", operator = operator));
        }
        for (key, values) in keys.members() {
            if key.is_empty() {
                report.add(values.at(), broken!(IAM_POL_007, "empty-key", operator = operator));
            }
            for value in one_or_many(Some(values)) {
                match (scalar(value.value()), values_are) {
                    (Some(text), Some(are)) => condition_value((operator, are), &text, value.at(), report),
                    (Some(_), None) => {}
                    (None, _) => report.add(value.at(), wrong_type(&value, "a string", &IAM_POL_007)),
                }
            }
        }
    }
}

/// Returns the text of a scalar: IAM takes `true` and `5` for `"true"` and `"5"`.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
