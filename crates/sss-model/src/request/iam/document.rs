//! Policy documents, which requests have as text.

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
pub(super) type Judge = fn(&Node<'_>, &mut Report);

const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
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

fn only(node: &Node<'_>, known: &[&str], report: &mut Report) {
    for (name, element) in node.members().into_iter().filter(|(name, _)| !known.contains(name)) {
        report.add(element.at(), broken!(IAM_POL_009, "unknown", name = name));
    }
}

/// Returns an element that is there, be it null.
fn element<'a>(statement: &Node<'a>, name: &str) -> Option<Node<'a>> {
    let value = statement.value().get(name)?;
    Some(Node::inside(value, statement.place(name)))
}

/// Checks a statement by the rules of every purpose.
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
pub(super) fn both<'a>(statement: &Node<'a>, [first, second]: [&str; 2]) -> Vec<Node<'a>> {
    let mut all = one_or_many(statement.get(first));
    if first != second {
        all.extend(one_or_many(statement.get(second)));
    }
    all
}

/// Returns a value, or the elements of a list.
pub(super) fn one_or_many(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    match node {
        Some(list) if list.value().is_array() => list.elements(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

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
