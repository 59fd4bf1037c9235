//! Bounds of lengths, numbers and lists.
//!
//! AWS's models give most members a least and a greatest value. The functions compare one member with its bounds, both
//! inclusive, and report the rule of their caller: below a bound `TOO_SHORT`, `TOO_FEW` or `OUT_OF_RANGE`, above it `TOO_LONG`,
//! `TOO_MANY` or `OUT_OF_RANGE`.
//!
//! An absent member breaks no bound: only the shape knows whether it is required. A value of another type is the
//! shape's problem as well. Use `Node::check_text` where a stack has a function for the same rule.

use std::ops::RangeInclusive;

use super::Node;
use crate::report::Report;
use crate::rules::{Rule, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, broken, out_of_range};

/// Checks the number of characters of a string member.
///
/// The unit is Unicode characters, not bytes: `ä` counts once. A lower bound of 1 refuses `""`, which the shape
/// accepts.
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

/// Checks an integer member.
///
/// The unit is that of the member: AWS has seconds, milliseconds and days.
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

/// Checks the number of elements of a list.
///
/// Elements of a wrong type count too, because AWS would count them as well once they are corrected.
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
