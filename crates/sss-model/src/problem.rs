//! Problems of a stack, where they stand, and how they are collected.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use validator::{Validate, ValidationErrorsKind};

use crate::rules::{self, Rule};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// AWS refuses it.
    Error,
    /// AWS takes it, and it fails or hurts at run time.
    Warning,
    /// It works, and there is a better way.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        })
    }
}

/// One thing that is wrong with a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Problem {
    /// The id of the rule that is broken; [`rules::find`] tells more about it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where: the fields from the stack (or from the part that was built) down, such as
    /// `services.app.containers[0].memory`. Keys of other characters than letters, digits, `-` and `_` are quoted.
    pub path: String,
    /// What is wrong, as a lower-case fragment. It never holds the value of an environment variable or a secret.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl Problem {
    pub(crate) fn new(rule: &'static Rule, place: &Place, message: impl Into<String>) -> Self {
        Problem {
            rule: rule.id,
            severity: rule.severity,
            path: place.to_string(),
            message: message.into(),
            fix: rule.fix.to_owned(),
        }
    }

    pub(crate) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity, self.rule)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// What does not become a stack, or a part of one: all its problems of severity error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invalid {
    /// The problems, in the order of the stack's parts. Never empty.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// The errors among the problems, if there are any.
    pub(crate) fn unless_fine(mut problems: Vec<Problem>) -> Result<(), Invalid> {
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() { Ok(()) } else { Err(Invalid { problems }) }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "{count} {}", if count == 1 { "problem" } else { "problems" })?;
        for problem in &self.problems {
            write!(f, "\n{problem}\n  hint: {}", problem.fix)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

impl From<Problem> for Invalid {
    fn from(problem: Problem) -> Self {
        Invalid { problems: vec![problem] }
    }
}

impl From<derive_builder::UninitializedFieldError> for Invalid {
    fn from(missing: derive_builder::UninitializedFieldError) -> Self {
        Problem::new(&rules::STACK_001, &Place::root().key(missing.field_name()), "is required").into()
    }
}

/// Whether a path leads through another one, and on.
pub(crate) fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// A path from the stack down, in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    pub(crate) fn root() -> Self {
        Place::default()
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        let dot = if self.0.is_empty() { "" } else { "." };
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !key.is_empty() && key.chars().all(bare) {
            Place(format!("{}{dot}{key}", self.0))
        } else {
            Place(format!("{}{dot}{key:?}", self.0))
        }
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        Place(format!("{}[{index}]", self.0))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Collects problems, so that one never hides another.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) problems: Vec<Problem>,
}

impl Report {
    pub(crate) fn add(&mut self, rule: &'static Rule, place: &Place, message: impl Into<String>) {
        self.problems.push(Problem::new(rule, place, message));
    }

    /// A problem with a remedy of its own, where the rule's general one does not fit.
    pub(crate) fn add_with_fix(
        &mut self,
        rule: &'static Rule,
        place: &Place,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.problems.push(Problem::new(rule, place, message).with_fix(fix));
    }

    /// For a rule whose sources disagree, or whose bound AWS lifts on request: the same rule, as a warning.
    pub(crate) fn warn(&mut self, rule: &'static Rule, place: &Place, message: impl Into<String>) {
        self.problems.push(Problem { severity: Severity::Warning, ..Problem::new(rule, place, message) });
    }

    /// Adds what the part's field rules and its rules over several fields find.
    pub(crate) fn inspect(&mut self, part: &impl Part, at: &Place) {
        self.fields(part, at);
        part.inspect(at, self);
    }

    /// Adds the outcome of a field rule; what is empty breaks the rule that requires it.
    pub(crate) fn field(
        &mut self,
        required: &'static Rule,
        at: &Place,
        outcome: Result<(), validator::ValidationError>,
    ) {
        let Err(error) = outcome else { return };
        let rule = rules::find(&error.code).filter(|rule| rule.id != rules::STACK_001.id).unwrap_or(required);
        self.add(rule, at, error.message.unwrap_or(rule.sentence.into()));
    }

    /// The same rule, as advice.
    pub(crate) fn advise(&mut self, rule: &'static Rule, place: &Place, message: impl Into<String>) {
        self.problems.push(Problem { severity: Severity::Advice, ..Problem::new(rule, place, message) });
    }

    pub(crate) fn fields(&mut self, part: &impl Validate, at: &Place) {
        let Err(errors) = part.validate() else { return };
        // The error map has no order of its own.
        let mut fields: Vec<_> = errors.0.into_iter().collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        for (field, kind) in fields {
            let ValidationErrorsKind::Field(errors) = kind else {
                continue;
            };
            for error in errors {
                // Only the code and the message: the parameters hold the offending value.
                let rule = rules::find(&error.code).unwrap_or(&rules::STACK_001);
                self.add(rule, &at.key(&field), error.message.unwrap_or(rule.sentence.into()));
            }
        }
    }
}

/// A part of a stack that has rules.
pub(crate) trait Part: Validate {
    /// Spells out what follows from other fields, so that equal parts compare equal however they were written.
    fn settle(&mut self) {}

    /// The rules over several fields of this part, over the elements of its lists, and those of the parts in it.
    fn inspect(&self, _at: &Place, _report: &mut Report) {}
}

/// The part, settled, if no rule of severity error is broken.
pub(crate) fn checked<P: Part>(mut part: P) -> Result<P, Invalid> {
    part.settle();
    let mut report = Report::default();
    report.inspect(&part, &Place::root());
    Invalid::unless_fine(report.problems)?;
    Ok(part)
}
