//! Problems of a stack, with the text that they stand in.

mod blot;

use std::ops::Range;

use serde::Serialize;
use sss_model::{Located, Problem, Severity, looks_secret};

/// The problems of one stack.
#[derive(Debug)]
pub(crate) struct Findings {
    /// The stack file, or what else the stack comes from.
    pub(crate) origin: String,
    /// The text of the stack file; none for a stack in code. Values that look secret are blotted out.
    pub(crate) text: Option<String>,
    /// The problems, in the order of their places.
    pub(crate) list: Vec<Finding>,
}

/// One problem and the bytes it stands at.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) problem: Problem,
    pub(crate) span: Option<Range<usize>>,
}

/// A problem as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    span: Option<Span>,
    line: Option<usize>,
    column: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Span {
    start: usize,
    end: usize,
}

impl Findings {
    /// Problems in a text.
    pub(crate) fn in_text(origin: impl Into<String>, text: &str, located: Vec<Located>) -> Self {
        let list: Vec<_> = located
            .into_iter()
            .map(|located| Finding { problem: located.problem, span: located.span })
            .collect();
        Self { origin: origin.into(), text: Some(blotted(text, &list)), list }
    }

    /// Problems of a stack in code.
    pub(crate) fn in_code(problems: Vec<Problem>) -> Self {
        let list = problems.into_iter().map(|problem| Finding { problem, span: None }).collect();
        Self { origin: "the stack".to_owned(), text: None, list }
    }

    /// How many problems there are of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|finding| finding.problem.severity == severity).count()
    }

    /// The problems as JSON.
    pub(crate) fn records(&self) -> Vec<Record<'_>> {
        let records = self.list.iter().map(|finding| {
            let place = finding.span.as_ref().zip(self.text.as_deref());
            let (line, column) = place.map(|(span, text)| position(text, span.start)).unzip();
            let span = finding.span.clone().map(|Range { start, end }| Span { start, end });
            Record { problem: &finding.problem, span, line, column }
        });
        records.collect()
    }
}

/// Line and column, both from 1; the column counts characters.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The text without what looks secret: on its line, and wherever a problem points at it. What stands in the place of a
/// reference to a secret may be the secret.
fn blotted(text: &str, list: &[Finding]) -> String {
    let mut bytes = blot::blot(text).into_bytes();
    for finding in list {
        let path = finding.problem.path.as_str();
        let variable = path.rsplit_once("environment.").map(|(_, name)| name);
        let Some(span) = finding.span.clone() else { continue };
        let is_reference = text.get(span.clone()).is_some_and(blot::is_reference);
        if variable.is_some_and(looks_secret) || path.contains(".secrets.") && !is_reference {
            blot::cover(&mut bytes, span);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        assert_eq!(position("a = 1\nä = 2", 0), (1, 1));
        assert_eq!(position("a = 1\nä = 2", 11), (2, 5));
    }
}
