//! The rules that a stack and a request of AWS have to keep.
//!
//! [`RULES`] is the book: each rule has an id, a severity, a sentence, a source, and a [`Case`] for each way to break
//! it. It is the one home of these facts; [`markdown()`] prints it as a page. The private modules beside it check the
//! rules, as functions over plain values, so that the parts of a stack and requests in AWS's own JSON are judged by the
//! same code.
//!
//! - A *field rule* takes one value and returns a result. The declaration of a field names it in its `validate`
//!   attribute.
//! - Other functions take a path and a report, and add problems: rules on lists, between fields, and between parts.
//!
//! A check names the rule and the case, and gives the arguments as data. It never writes a sentence: the templates of
//! the case do. [`Problem`](crate::Problem) puts both together at a path.
//!
//! An error is a rule that AWS is certain to enforce; the others are warnings and advice. Where the sources of a rule
//! disagree, the check adds the same case as a warning. A stack can hide warnings and advice with
//! [`Stack::silence`](crate::Stack::silence).
//!
//! ```
//! use sss_model::Severity;
//! use sss_model::rules::{self, RULES};
//!
//! let sizes = rules::find("ECS-TD-010").expect("the book has the rule");
//! assert_eq!(sizes.severity, Severity::Error);
//! assert!(RULES.iter().all(|rule| !rule.cases.is_empty()));
//! ```

mod book;
mod broken;
mod case;
mod markdown;

pub(crate) mod api;
pub(crate) mod balancing;
pub(crate) mod cloud_map;
pub(crate) mod cluster;
pub(crate) mod container;
pub(crate) mod deployment;
pub(crate) mod domain;
pub(crate) mod elb;
pub(crate) mod existing;
pub(crate) mod iam;
pub mod limits;
pub(crate) mod logging;
pub(crate) mod logs;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod partition;
pub(crate) mod ports;
pub(crate) mod reach;
pub(crate) mod reference;
pub(crate) mod route;
pub(crate) mod scaling;
pub(crate) mod security_group;
pub(crate) mod service;
pub(crate) mod silence;
pub(crate) mod size;
pub(crate) mod stack;
pub(crate) mod tags;
pub(crate) mod task;
pub(crate) mod task_document;

use schemars::JsonSchema;
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
///
/// Rules are constants, so a caller can keep `&'static Rule`. The ids and the names of cases are stable; sentences,
/// messages and fixes may be reworded in any version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Rule {
    /// The id, which does not change.
    pub id: &'static str,
    /// The severity of most problems of the rule. A problem can have a lower one, where the sources of the rule
    /// disagree.
    pub severity: Severity,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// The ways to break the rule, at least one.
    pub cases: &'static [Case],
    /// The address of the page of AWS, or of the RFC, that states the rule, or the name of another source.
    pub source: &'static str,
}

impl Rule {
    /// Returns a case by its name, and refuses to compile a site that names another one or gives other arguments than
    /// the case has gaps for.
    ///
    /// It runs at compile time inside `broken!`, so the failure is an error of the compiler at the check.
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

/// Returns the rule of an id, such as `ECS-TD-010`, or `None` if the book has no such rule.
///
/// Ids are compared as they are written, in capitals.
///
/// ```
/// use sss_model::rules;
///
/// assert_eq!(rules::find("LOG-003").map(|rule| rule.id), Some("LOG-003"));
/// assert_eq!(rules::find("log-003"), None);
/// ```
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// Returns a case of a rule by both names.
///
/// A problem has only the two names, so that it stays small; its words come from here.
pub(crate) fn find_case(id: &str, case: &str) -> Option<&'static Case> {
    find(id)?.cases.iter().find(|known| known.name == case)
}

/// Returns the outcome of a field rule.
///
/// The closure builds the case only for a value that breaks the rule.
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
///
/// Other rules on the text come after it, so that an empty text has one problem only.
fn required(value: &str) -> Result<(), ValidationError> {
    judge(!value.is_empty(), || broken!(STACK_001, "required"))
}

/// Returns whether ECS takes a name: 1 to 255 letters, digits, `-` and `_`.
fn is_ecs_name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
pub(crate) mod raised;
#[cfg(test)]
mod tests;
