//! Bounds of lengths and numbers.

use std::ops::RangeInclusive;

use super::Node;
use crate::report::Report;
use crate::rules::{Rule, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, broken, out_of_range};

/// Checks the characters of a string member, if it is there.
pub(super) fn length(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<usize>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(text) = node.text(member) else { return };
    let (count, least, most) = (text.chars().count(), *bounds.start(), *bounds.end());
    if count < least {
        report.add(&node.place(member), broken!(rule, TOO_SHORT, count = count, least = least));
    } else if count > most {
        report.add(&node.place(member), broken!(rule, TOO_LONG, count = count, most = most));
    }
}

/// Checks an integer member, if it is there.
pub(super) fn number(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<i64>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(number) = node.integer(member) else { return };
    if !bounds.contains(&number) {
        report.add(&node.place(member), out_of_range(rule, number, &bounds));
    }
}

/// Checks the number of elements of a list, if it is there.
pub(super) fn count(
    node: &Node<'_>,
    member: &str,
    bounds: RangeInclusive<usize>,
    rule: &'static Rule,
    report: &mut Report,
) {
    let Some(list) = node.value().get(member).and_then(serde_json::Value::as_array) else { return };
    let (count, least, most) = (list.len(), *bounds.start(), *bounds.end());
    if count < least {
        report.add(&node.place(member), broken!(rule, TOO_FEW, count = count, least = least));
    } else if count > most {
        report.add(&node.place(member), broken!(rule, TOO_MANY, count = count, most = most));
    }
}
