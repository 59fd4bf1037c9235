//! The rules that a stack has to keep.
//!
//! [`RULES`] is the book: each rule has an id, a severity, a sentence, a source, and a [`Case`] for each message. The
//! modules beside it check them, each naming the rule and the case, with the arguments as data.

mod book;
mod broken;
mod case;
mod markdown;

pub(crate) mod api;
pub(crate) mod cloud_map;
pub(crate) mod container;
pub(crate) mod iam;
pub(crate) mod logging;
pub(crate) mod logs;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod partition;
pub(crate) mod ports;
pub(crate) mod route;
pub(crate) mod security_group;
pub(crate) mod service;
pub(crate) mod silence;
pub(crate) mod size;
pub(crate) mod stack;
pub(crate) mod tags;
pub(crate) mod task;
pub(crate) mod task_document;

use serde::Serialize;
use validator::ValidationError;

pub use book::RULES;
pub(crate) use book::*;
pub(crate) use broken::{Broken, broken};
pub use case::Case;
pub(crate) use case::filled;
pub use markdown::markdown;
pub use tags::key_records;

use crate::problem::Severity;

/// A rule of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The id, which does not change.
    pub id: &'static str,
    /// The severity. A problem can have a lower one, where sources disagree.
    pub severity: Severity,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// The ways to break the rule, at least one.
    pub cases: &'static [Case],
    /// Where AWS, or an RFC, says so.
    pub source: &'static str,
}

impl Rule {
    /// Returns a case by its name, and refuses to compile a site that names another one or gives other arguments than
    /// the case has gaps for.
    pub(crate) const fn case(&self, name: &str, arguments: &[&str]) -> &'static Case {
        let mut index = 0;
        while index < self.cases.len() {
            if case::is_equal(self.cases[index].name, name) {
                self.cases[index].takes(arguments);
                return &self.cases[index];
            }
            index += 1;
        }
        panic!("the rule has no case of this name");
    }
}

/// Returns the rule of an id, such as `ECS-TD-010`.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// Returns a case of a rule by both names.
pub(crate) fn find_case(id: &str, case: &str) -> Option<&'static Case> {
    find(id)?.cases.iter().find(|known| known.name == case)
}

/// Returns the outcome of a field rule.
fn judge(holds: bool, broken: impl FnOnce() -> Broken) -> Result<(), ValidationError> {
    if holds { Ok(()) } else { Err(broken().into()) }
}

/// Returns the outcome of a rule on a number that has a range.
fn within(
    value: impl Into<i64>,
    range: std::ops::RangeInclusive<i64>,
    rule: &'static Rule,
) -> Result<(), ValidationError> {
    let value = value.into();
    judge(range.contains(&value), || out_of_range(rule, value, &range))
}

/// Returns the case of a number outside the range of a rule.
pub(crate) fn out_of_range(rule: &'static Rule, given: i64, range: &std::ops::RangeInclusive<i64>) -> Broken {
    broken!(rule, OUT_OF_RANGE, given = given, least = *range.start(), most = *range.end())
}

/// Returns the outcome of the rule that a text is not empty.
fn required(value: &str) -> Result<(), ValidationError> {
    judge(!value.is_empty(), || broken!(STACK_001, "required"))
}

/// Whether ECS takes a name: 1 to 255 letters, digits, `-` and `_`.
fn is_ecs_name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
pub(crate) mod raised;
#[cfg(test)]
mod tests;
