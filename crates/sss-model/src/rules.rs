//! The rules that a stack has to keep.
//!
//! [`RULES`] is the book: each rule has an id, a severity, a sentence, a fix and a source. The modules beside it check
//! them, each naming the rule that it checks.

mod book;
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
pub use markdown::markdown;
pub use tags::key_records;

use crate::problem::Severity;

/// A rule of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The id, which does not change.
    pub id: &'static str,
    /// How bad it is to break the rule. A problem can be less than that, where sources disagree.
    pub severity: Severity,
    /// What the rule says.
    pub sentence: &'static str,
    /// What to do about it, in general; a problem may know more.
    pub fix: &'static str,
    /// Where AWS, or an RFC, says so.
    pub source: &'static str,
}

impl Rule {
    /// The outcome of a field rule that is broken.
    fn broken(&self, message: impl Into<String>) -> Result<(), ValidationError> {
        Err(ValidationError::new(self.id).with_message(message.into().into()))
    }
}

/// The rule of an id, such as `ECS-TD-010`.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The outcome of a field rule: the rule and the message when it is broken.
fn judge(holds: bool, rule: &Rule, message: impl FnOnce() -> String) -> Result<(), ValidationError> {
    if holds { Ok(()) } else { rule.broken(message()) }
}

/// The outcome of a rule on a number that has a range.
fn within(
    value: impl Into<i64>,
    range: std::ops::RangeInclusive<i64>,
    rule: &Rule,
) -> Result<(), ValidationError> {
    let value = value.into();
    judge(range.contains(&value), rule, || {
        format!("is {value}, and not from {} to {}", range.start(), range.end())
    })
}

fn required(value: &str) -> Result<(), ValidationError> {
    judge(!value.is_empty(), &STACK_001, || "is required".to_owned())
}

/// 1 to 255 letters, digits, `-` and `_`: what ECS takes for a name.
fn is_ecs_name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests;
