//! Problems of a stack, with their places in its files.
//!
//! The model finds problems and knows the file and the bytes that each is about ([`Located`]). This module
//! adds lines and columns, for people and for editors, and it covers secrets: output shows the lines around a
//! problem, and output ends up in logs. So output reads the texts of stack files from [`Findings`], which
//! only shows the covered texts. It covers them when somebody asks: most commands only count the warnings. An image of `--image` counts as a file, whose text is the argument.
//!
//! Bytes, lines and columns of the covered text are those of the original: covering keeps the number of
//! bytes.

mod blot;

use std::{borrow::Cow, fmt, ops::Range, sync::OnceLock};

use schemars::JsonSchema;
use serde::Serialize;
use sss_model::{Located, Path, Problem, Segment, Severity, looks_secret};

/// The problems of one stack.
#[derive(Debug)]
pub(crate) struct Findings {
    /// The files that problems are in, from the lowest one: stack files, then images. One without a text stands
    /// for a stack in code. Their texts are as they were read.
    files: Vec<File>,
    /// The same files with covered texts, once somebody has asked for them.
    covered: OnceLock<Vec<File>>,
    /// The number of stack files among them.
    stack_files: usize,
    /// The problems, in the order of their places.
    pub(crate) list: Vec<Finding>,
}

/// A file in which problems are, with its text.
pub(crate) struct File {
    /// The path as the user wrote it, `--image`, or `the stack`.
    pub(crate) name: String,
    /// The text. [`Findings`] shows files whose values that look secret are covered.
    pub(crate) text: String,
}

impl fmt::Debug for File {
    /// The text may contain secrets, so only the name is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("name", &self.name).finish_non_exhaustive()
    }
}

/// One problem and its place, as bytes of the text.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The problem, with its rule, path, message and fix.
    pub(crate) problem: Problem,
    /// The number of the file.
    pub(crate) file: usize,
    /// The bytes that it is about. `None` for a stack in code, and for a problem without a place in the text.
    pub(crate) span: Option<Range<usize>>,
}

/// A problem as JSON.
///
/// It has the bytes for programs that edit the text, and line and column for programs that open an editor.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Record<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    /// The file with the problem, `--image`, or `the stack` for a stack in code.
    file: &'a str,
    /// The bytes of the text. `None` if the problem has no place.
    span: Option<Span>,
    /// The line of the first byte, from 1.
    line: Option<usize>,
    /// The column of the first byte, from 1, in characters.
    column: Option<usize>,
}

/// A range of bytes as JSON. The byte `end` is outside of the range.
#[derive(Debug, Serialize, JsonSchema)]
struct Span {
    start: usize,
    end: usize,
}

impl Findings {
    /// Collects problems in a text.
    pub(crate) fn in_text(origin: impl Into<String>, text: &str, located: Vec<Located>) -> Self {
        Self::in_files(vec![File { name: origin.into(), text: text.to_owned() }], 1, located)
    }

    /// Collects problems in files. The first files are stack files.
    pub(crate) fn in_files(files: Vec<File>, stack_files: usize, located: Vec<Located>) -> Self {
        let list: Vec<_> = located
            .into_iter()
            .map(|located| Finding { problem: located.problem, file: located.file, span: located.span })
            .collect();
        Self { files, covered: OnceLock::new(), stack_files, list }
    }

    /// Returns the files with covered texts.
    fn covered(&self) -> &[File] {
        self.covered.get_or_init(|| {
            let cover = |(number, file): (usize, &File)| {
                let text = blotted(&file.text, self.list.iter().filter(|finding| finding.file == number));
                File { name: file.name.clone(), text }
            };
            self.files.iter().enumerate().map(cover).collect()
        })
    }

    /// Collects problems of a stack in code, which have paths and no places.
    pub(crate) fn in_code(problems: Vec<Problem>) -> Self {
        let list = problems.into_iter().map(|problem| Finding { problem, file: 0, span: None }).collect();
        let stack = File { name: "the stack".to_owned(), text: String::new() };
        Self { files: vec![stack], covered: OnceLock::new(), stack_files: 1, list }
    }

    /// Returns the names of the stack files, or `the stack` for a stack in code.
    pub(crate) fn origin(&self) -> String {
        let names: Vec<&str> = self.files[..self.stack_files].iter().map(|file| file.name.as_str()).collect();
        names.join(" + ")
    }

    /// Returns the file that a problem is in, with its covered text.
    pub(crate) fn file(&self, finding: &Finding) -> &File {
        &self.covered()[finding.file]
    }

    /// Returns the number of problems of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|finding| finding.problem.severity == severity).count()
    }

    /// Returns a finder of places in each file.
    pub(crate) fn positions(&self) -> Vec<Positions<'_>> {
        self.covered().iter().map(|file| Positions::new(&file.text)).collect()
    }

    /// Returns the problems as JSON.
    pub(crate) fn records(&self) -> Vec<Record<'_>> {
        let mut positions = self.positions();
        let records = self.list.iter().map(|finding| {
            let place = finding.span.as_ref().map(|span| positions[finding.file].of(span.start));
            let (line, column) = place.map(|place| (place.line, place.column)).unzip();
            let span = finding.span.clone().map(|Range { start, end }| Span { start, end });
            let file = self.file(finding).name.as_str();
            Record { problem: &finding.problem, file, span, line, column }
        });
        records.collect()
    }
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// From 1.
    pub(crate) line: usize,
    /// From 1; it counts characters.
    pub(crate) column: usize,
    /// The byte at which the line begins.
    pub(crate) start: usize,
}

/// Finds places in a text.
///
/// Each search continues from the last place, so ordered places take one pass over the text. A place before
/// the last one starts again from the beginning.
pub(crate) struct Positions<'a> {
    /// The whole text.
    text: &'a str,
    /// The byte of the last place.
    byte: usize,
    /// The last place.
    last: Position,
}

/// The place of the first byte.
const BEGIN: Position = Position { line: 1, column: 1, start: 0 };

impl<'a> Positions<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, byte: 0, last: BEGIN }
    }

    /// Returns the place of a byte. The byte must be the first one of a character, or the end of the text.
    pub(crate) fn of(&mut self, byte: usize) -> Position {
        if byte < self.byte {
            (self.byte, self.last) = (0, BEGIN);
        }
        let between = self.text.get(self.byte..byte).unwrap_or_default();
        if let Some(end) = between.rfind('\n') {
            self.last.line += between.matches('\n').count();
            self.last.start = self.byte + end + 1;
            self.last.column = 1;
        }

        let from = self.last.start.max(self.byte);
        self.last.column += self.text.get(from..byte).unwrap_or_default().chars().count();
        self.byte = byte;
        self.last
    }

    /// Returns the byte at which the line of a byte ends.
    pub(crate) fn line_end(&self, byte: usize) -> usize {
        let rest = self.text.get(byte..).unwrap_or_default();
        byte + rest.find('\n').unwrap_or(rest.len())
    }
}

/// Covers values that look secret, in the whole text and at the places of problems.
///
/// A value under `secrets` should be a reference. If it is not one, it may be the secret itself, and only the
/// path of its problem shows that. So the paths of the problems decide about the values at their places.
fn blotted<'a>(text: &str, list: impl Iterator<Item = &'a Finding>) -> String {
    let mut bytes = blot::blot(text).into_bytes();
    for finding in list {
        let path = &finding.problem.path;
        let Some(span) = finding.span.clone() else { continue };
        let value = text.get(span.clone()).unwrap_or_default();
        let bare = value.trim_matches(['"', '\'']);
        let is_secret = entry_of(path, "environment").is_some_and(|name| looks_secret(&name, bare));
        if is_secret || entry_of(path, "secrets").is_some() && !blot::is_reference(value) {
            blot::cover(&mut bytes, span);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Returns the key of an entry that a path leads to or through, in the table of this name.
///
/// For `services.web.secrets.DB_PASSWORD` and the table `secrets` it is `DB_PASSWORD`.
fn entry_of<'a>(path: &'a Path, table: &str) -> Option<Cow<'a, str>> {
    let mut segments = path.segments().skip_while(|segment| *segment != Segment::Key(table.into()));
    match (segments.next(), segments.next()) {
        (Some(_), Some(Segment::Key(key))) => Some(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let mut positions = Positions::new("a = 1\nä = 2\n\nb");
        let mut check = |byte, line, column, start| {
            assert_eq!(positions.of(byte), Position { line, column, start });
        };
        check(0, 1, 1, 0);
        check(5, 1, 6, 0);
        check(6, 2, 1, 6);
        check(11, 2, 5, 6);
        check(11, 2, 5, 6);
        check(13, 3, 1, 13);
        check(14, 4, 1, 14);
        check(4, 1, 5, 0);
    }
}
