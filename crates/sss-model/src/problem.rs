//! Problems of a stack or a request.
//!
//! A [`Problem`] is data before it is words: the id of a rule, the name of one of its cases, a path and arguments. The
//! message and the fix are templates of the book, filled with the arguments when the problem is created. So a sentence
//! can be reworded without a change for programs, and the same check serves a stack and a request, whose fixes differ.
//!
//! [`Invalid`] is the error of builders: all problems of severity error together. The stack file gives each problem its
//! place in the text as well ([`Located`](crate::Located)).

use std::fmt::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{self, Arguments};
use crate::path::Path;
use crate::rules::{self, Broken, Case, broken, filled};
use crate::text::printable;

/// The consequence of a problem.
///
/// Severities are ordered, the most severe first, so `severity <= Severity::Warning` selects errors and warnings.
///
/// ```
/// use sss_model::Severity;
///
/// assert!(Severity::Error < Severity::Advice);
/// assert_eq!(Severity::Warning.to_string(), "warning");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// AWS refuses the value, or the stack contradicts itself. No stack with an error can be built.
    Error,
    /// AWS accepts the value, and it fails, harms or costs at run time.
    Warning,
    /// The value works, and there is a better one.
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

/// A rule that a stack or a request breaks, and where.
///
/// [`rule`](Problem::rule), [`case`](Problem::case), [`path`](Problem::path) and [`arguments`](Problem::arguments) are
/// data to decide by. [`message`](Problem::message) and [`fix`](Problem::fix) follow from them, are for people, and may
/// be reworded in any version.
///
/// ```
/// use sss_model::Service;
///
/// let invalid = Service::builder().name("orders").image("orders:1.4").port(0).build().unwrap_err();
/// let problem = &invalid.problems[0];
/// assert_eq!((problem.rule, problem.case, problem.path.as_str()), ("ECS-TD-031", "out-of-range", "port"));
/// assert_eq!(problem.message, "`port` must be from 1 to 65535, not 0");
/// assert_eq!(problem.fix, "set `port` to a number from 1 to 65535");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Problem {
    /// The id of the rule that is broken; [`rules::find`] returns the rule.
    pub rule: &'static str,
    /// The severity: that of the rule, or a lower one where the sources of the rule disagree.
    pub severity: Severity,
    /// The name of the rule's [`Case`], which does not change.
    pub case: &'static str,
    /// The path from the stack, the request, or the part that was built.
    pub path: Path,
    /// The message: a sentence with its subject. It never holds the value of an environment variable or a secret.
    pub message: String,
    /// The fix: an instruction that can be typed.
    pub fix: String,
    /// The values in the message and the fix, by name.
    pub arguments: Arguments,
    /// The other places of the same case, where one problem stands for all: a warning in more than three places, or the
    /// routes of several services without an API. Its arguments are those of the first place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Path>,
}

impl Problem {
    /// Returns the problem of a broken rule at a path, with the words for a stack.
    pub(crate) fn new(at: &Path, broken: Broken) -> Self {
        #[cfg(test)]
        rules::raised::note(broken.rule.id, broken.case.name);
        let Broken { rule, case, arguments } = broken;
        let mut problem = Problem {
            rule: rule.id,
            severity: rule.severity,
            case: case.name,
            path: at.clone(),
            message: String::new(),
            fix: String::new(),
            arguments: arguments.into(),
            also: Vec::new(),
        };
        problem.word(case, case.fix);
        problem
    }

    /// Fills the templates: `{key}` with the last key of the path, other names with the arguments.
    ///
    /// People read the words in terminals, so values lose their control characters. The arguments keep them.
    fn word(&mut self, case: &Case, fix: &str) {
        let argument = |name: &str| {
            let text = self.arguments.text(name).unwrap_or_default();
            printable(&text).into_owned()
        };
        let message = filled(case.message, self.path.name(), argument);
        let fix = filled(fix, self.path.name(), argument);
        (self.message, self.fix) = (message, fix);
        if !self.also.is_empty() {
            let places: Vec<Value> = self.also.iter().map(|path| path.as_str().into()).collect();
            let (count, places) = (1 + places.len(), arguments::few(&places));
            write!(self.message, " ({count} places; the others are {places})")
                .expect("a string takes all text");
        }
    }

    /// Returns the same problem for further places of its case.
    pub(crate) fn also_at(mut self, also: Vec<Path>) -> Self {
        self.also = also;
        let path = self.path.clone();
        self.at(path)
    }

    /// Returns the same problem at another path, and in words for it.
    pub(crate) fn at(mut self, path: Path) -> Self {
        self.path = path;
        if let Some(case) = rules::find_case(self.rule, self.case) {
            self.word(case, case.fix);
        }
        self
    }

    /// Returns the same problem with another name of the other value that its argument `other` names.
    ///
    /// The words follow with [`at`](Problem::at).
    pub(crate) fn with_other(mut self, name: impl FnOnce(&str) -> String) -> Self {
        self.arguments.replace("other", name);
        self
    }

    /// Returns the same problem with the fix for a request of AWS.
    pub(crate) fn in_request(mut self) -> Self {
        #[cfg(test)]
        rules::raised::note_form(self.rule, rules::raised::IN_REQUEST);
        if let Some(case) = rules::find_case(self.rule, self.case) {
            self.word(case, case.fix_in_request.unwrap_or(case.fix));
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity, self.rule)?;
        if !self.path.is_root() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// The error of a stack, or a part of one, that breaks rules: all its problems of severity error.
///
/// Its text has each problem with its fix, for a program that only prints errors. Others read [`Invalid::problems`].
///
/// ```
/// use sss_model::Stack;
///
/// let invalid = Stack::builder().name("shop").build().unwrap_err();
/// let paths: Vec<&str> = invalid.problems.iter().map(|problem| problem.path.as_str()).collect();
/// assert!(paths.contains(&"region") && paths.contains(&"network.vpc_id"), "{paths:?}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invalid {
    /// The problems, in the order of the stack's parts. Never empty.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// Returns the errors among the problems, or `Ok` if there are only warnings and advice.
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
        let at = Path::root().key(missing.field_name());
        Problem::new(&at, broken!(rules::STACK_001, "required")).into()
    }
}
