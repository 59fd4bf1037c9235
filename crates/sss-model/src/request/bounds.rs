//! Bounds of lengths and numbers.

use std::ops::RangeInclusive;

use super::Node;
use crate::problem::Report;
use crate::rules::Rule;

/// Holds the length of a member, if it is there, against its bounds.
pub(super) fn length(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<usize>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(text) = node.text(member) else { return };
    let count = text.chars().count();
    if !bounds.contains(&count) {
        let message = format!("has {count} characters, and not {} to {}", bounds.start(), bounds.end());
        report.add(rule, &node.place(member), message);
    }
}

/// Holds a number, if it is there, against its bounds.
pub(super) fn number(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<i64>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(number) = node.integer(member) else { return };
    if !bounds.contains(&number) {
        let message = format!("is {number}, and not from {} to {}", bounds.start(), bounds.end());
        report.add(rule, &node.place(member), message);
    }
}

/// Holds the number of a list's elements, if it is there, against its bounds.
pub(super) fn count(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<usize>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(list) = node.value().get(member).and_then(serde_json::Value::as_array) else { return };
    let count = list.len();
    if !bounds.contains(&count) {
        let message = format!("has {count} elements, and not {} to {}", bounds.start(), bounds.end());
        report.add(rule, &node.place(member), message);
    }
}
