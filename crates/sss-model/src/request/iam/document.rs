//! Policy documents, which stand in requests as text.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::report::Report;
use crate::request::Node;
use crate::rules::iam::policy::{VERSIONS, is_action, is_latin, is_sid, resource};
use crate::rules::iam::{condition_operator, condition_value, judge_as};
use crate::rules::worded;
use crate::rules::{
    IAM_POL_001, IAM_POL_002, IAM_POL_003, IAM_POL_004, IAM_POL_005, IAM_POL_006, IAM_POL_007, IAM_POL_008,
    IAM_POL_009, IAM_POL_010, Rule,
};

/// The rules of a statement that depend on what the document is for.
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

/// Holds a document against the rules of all documents, and its statements against those of their purpose.
pub(super) fn inspect(document: &Node<'_>, judge: Judge, report: &mut Report) {
    let Some(text) = document.as_text() else { return };
    if !is_latin(text) {
        report.add(document.at(), worded(&IAM_POL_010, "holds characters beyond Latin-1"));
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => value,
        Ok(_) => return report.add(document.at(), worded(&IAM_POL_010, "is not a JSON object")),
        Err(error) => {
            return report.add(document.at(), worded(&IAM_POL_010, format!("is not JSON: {error}")));
        }
    };
    let policy = Node::inside(&value, document.at().clone());
    only(&policy, &ELEMENTS, report);
    if let Some(version) = policy.value().get("Version")
        && !version.as_str().is_some_and(|version| VERSIONS.contains(&version))
    {
        report.add(&policy.place("Version"), worded(&IAM_POL_001, "is not a version of the policy language"));
    }
    let statements = match policy.get("Statement") {
        Some(one) if one.value().is_object() => vec![one],
        Some(many) => many.elements(),
        None => Vec::new(),
    };
    if statements.is_empty() {
        report.add(&policy.place("Statement"), worded(&IAM_POL_002, "holds no statement"));
    }
    let mut sids = BTreeSet::new();
    for statement in statements {
        if !statement.value().is_object() {
            report.add(statement.at(), worded(&IAM_POL_002, "is not a statement"));
            continue;
        }
        common(&statement, report);
        judge(&statement, report);
        if let Some(sid) = statement.text("Sid").filter(|sid| !sid.is_empty() && !sids.insert(*sid)) {
            report.add(
                &statement.place("Sid"),
                worded(&IAM_POL_003, format!("`{sid}` stands in the policy already")),
            );
        }
    }
}

fn only(node: &Node<'_>, known: &[&str], report: &mut Report) {
    for (name, element) in node.members() {
        if !known.contains(&name) {
            report.add(element.at(), worded(&IAM_POL_009, format!("IAM knows no element `{name}` here")));
        }
    }
}

/// The rules of statements of every purpose.
fn common(statement: &Node<'_>, report: &mut Report) {
    only(statement, &STATEMENT_ELEMENTS, report);
    if let Some(sid) = statement.value().get("Sid")
        && !sid.as_str().is_some_and(is_sid)
    {
        report.add(
            &statement.place("Sid"),
            worded(&IAM_POL_003, "holds other characters than letters and digits"),
        );
    }
    if !matches!(statement.text("Effect"), Some("Allow" | "Deny")) {
        report.add(&statement.place("Effect"), worded(&IAM_POL_005, "is neither `Allow` nor `Deny`"));
    }
    either(statement, ["Action", "NotAction"], &IAM_POL_004, report);
    for action in both(statement, ["Action", "NotAction"]) {
        if let Some(text) = action.as_text().filter(|text| !is_action(text)) {
            report.add(action.at(), worded(&IAM_POL_004, format!("`{text}` is not an action")));
        }
    }
    conditions(statement, report);
}

/// The rules of statements that say what a role may do.
pub(super) fn identity(statement: &Node<'_>, report: &mut Report) {
    for name in ["Principal", "NotPrincipal"] {
        if statement.value().get(name).is_some() {
            report.add(&statement.place(name), worded(&IAM_POL_008, "stands in a policy of a role"));
        }
    }
    either(statement, ["Resource", "NotResource"], &IAM_POL_006, report);
    for element in both(statement, ["Resource", "NotResource"]) {
        if let Some(text) = element.as_text() {
            let message = || format!("`{text}` is not an ARN");
            judge_as(resource(text), &IAM_POL_006, element.at(), message, report);
        }
    }
}

/// One of two elements stands there, a string or a list of strings that is not empty.
fn either(statement: &Node<'_>, names: [&str; 2], rule: &'static Rule, report: &mut Report) {
    let [name, other] = names;
    match names.map(|name| statement.value().get(name).is_some()) {
        [true, true] => {
            let message = format!("stands beside `{name}`");
            report.add(&statement.place(other), worded(rule, message).with_fix("take one of the two out"));
        }
        [false, false] => statement.lacks(name, rule, report),
        _ => {}
    }
    for name in names.into_iter().filter(|name| statement.value().get(name).is_some()) {
        let strings = both(statement, [name, name]);
        if strings.is_empty() {
            report.add(&statement.place(name), worded(rule, "names nothing"));
        }
        for element in strings.iter().filter(|element| element.as_text().is_none()) {
            report.add(element.at(), worded(rule, "is not a string"));
        }
    }
}

/// The values of two elements, each a value or a list of them.
pub(super) fn both<'a>(statement: &Node<'a>, [first, second]: [&str; 2]) -> Vec<Node<'a>> {
    let mut all = one_or_many(statement.get(first));
    if first != second {
        all.extend(one_or_many(statement.get(second)));
    }
    all
}

/// A value, or the elements of a list.
pub(super) fn one_or_many(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    match node {
        Some(list) if list.value().is_array() => list.elements(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn conditions(statement: &Node<'_>, report: &mut Report) {
    let Some(condition) = statement.value().get("Condition") else { return };
    if !condition.is_object() {
        return report
            .add(&statement.place("Condition"), worded(&IAM_POL_007, "is not an object of operators"));
    }
    for (operator, keys) in statement.entries("Condition") {
        let values_are = condition_operator(operator, keys.at(), report);
        if !keys.value().is_object() {
            report.add(keys.at(), worded(&IAM_POL_007, "is not an object of keys"));
        } else if keys.members().is_empty() {
            report.warn(keys.at(), worded(&IAM_POL_007, "names no key"));
        }
        for (key, values) in keys.members() {
            if key.is_empty() {
                report.add(values.at(), worded(&IAM_POL_007, "has an empty key"));
            }
            for value in one_or_many(Some(values)) {
                match (scalar(value.value()), values_are) {
                    (Some(text), Some(values_are)) => condition_value(values_are, &text, value.at(), report),
                    (Some(_), None) => {}
                    (None, _) => report.add(value.at(), worded(&IAM_POL_007, "is not a string")),
                }
            }
        }
    }
}

/// IAM takes `true` and `5` for `"true"` and `"5"`.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
