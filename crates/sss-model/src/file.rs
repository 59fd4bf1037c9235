//! The stack file: TOML with the same words as the builders.

mod document;
mod structure;

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::problem::{Place, Problem, Severity};
use crate::rules;
use crate::stack::Stack;
use document::Document;

/// A problem and where it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Located {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// The bytes of the value, or of the key where a key is the problem. For something that is missing, those of the
    /// nearest table that is there; none when that is the file itself.
    pub span: Option<Range<usize>>,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

/// A stack file that has been read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The stack; it breaks no rule of severity error.
    pub stack: Stack,
    /// What it breaks otherwise, by position.
    pub warnings: Vec<Located>,
}

impl Stack {
    /// Reads a stack file.
    ///
    /// ```
    /// use sss_model::Stack;
    ///
    /// let text = r#"
    ///     name = "market"
    ///     region = "eu-central-1"
    ///
    ///     [network]
    ///     vpc_id = "vpc-0a1b2c3d4e5f60718"
    ///     private_subnet_ids = ["subnet-0a1b2c3d4e5f60001"]
    ///
    ///     [services.mailer]
    ///     imagee = "mailer:1.4"
    ///     cpu = 512
    ///     memory = 512
    /// "#;
    /// let problems = Stack::from_toml(text).unwrap_err();
    /// assert_eq!(problems[0].problem.fix, "did you mean `image`?");
    /// assert_eq!(problems[1].problem.path, "services.mailer.memory");
    /// assert_eq!(&text[problems[1].span.clone().unwrap()], "512");
    /// ```
    ///
    /// # Errors
    ///
    /// All problems by position, warnings too, when there is one of severity error. After a syntax error nothing
    /// else is judged.
    pub fn from_toml(text: &str) -> Result<Parsed, Vec<Located>> {
        let document = Document::read(text)?;
        let mut value = document.value.clone();
        let structure::Findings { mut problems, refused } = structure::inspect(&mut value, &document);
        let stack = match Stack::unchecked(value) {
            Ok(stack) => {
                let consequences =
                    |problem: &Problem| refused.iter().any(|path| touches(&problem.path, path));
                problems.extend(stack.problems().into_iter().filter(|problem| !consequences(problem)));
                Some(stack)
            }
            Err(error) if problems.is_empty() => {
                problems.push(Problem::new(&rules::FILE_003, &Place::root(), error.to_string()));
                None
            }
            Err(_) => None,
        };
        let mut located: Vec<Located> =
            problems.into_iter().map(|problem| document.locate(problem)).collect();
        located.sort_by_key(|located| located.span.as_ref().map(|span| span.start));
        let is_error = |located: &Located| located.problem.severity == Severity::Error;
        match stack {
            Some(stack) if !located.iter().any(is_error) => Ok(Parsed { stack, warnings: located }),
            _ => Err(located),
        }
    }

    /// The stack as a stack file; reading it gives an equal stack.
    #[expect(clippy::missing_panics_doc, reason = "the expectation always holds")]
    pub fn to_toml(&self) -> String {
        toml::to_string(self)
            .expect("a stack is a table of strings, numbers, lists and tables with string keys")
    }
}

/// Whether one of two paths leads to or through the other.
fn touches(left: &str, right: &str) -> bool {
    let leads = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    leads(left, right) || leads(right, left)
}

#[cfg(test)]
mod tests;
