//! The reader of an output, and the layout of lines for it.
//!
//! A terminal has a width, and lines are wrapped to it by words, so that columns stay columns. A pipe has none:
//! whoever reads a log searches it, so a line stays whole there.

use std::io::{self, Write};

use anstyle::Style;

/// The properties of a reader that decide about the layout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Screen {
    /// The columns of a line. `None` for a pipe, whose lines are never wrapped or shortened.
    pub(crate) width: Option<usize>,
    /// Whether the reader sees styles. Without them, differing parts of values are underlined by `^`.
    pub(crate) styled: bool,
}

/// A space within words that stay on one line.
pub(crate) const WHOLE: char = '\u{a0}';

/// Returns a text that is not divided between its words.
pub(crate) fn whole(text: &str) -> String {
    text.replace(' ', &WHOLE.to_string())
}

/// A part of a line with one style.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    style: Style,
    text: String,
}

/// A line that may be wrapped: its first columns, and its text behind them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// The columns in front of continued lines.
    hang: usize,
    spans: Vec<Span>,
}

impl Line {
    /// Returns an empty line. Continued lines begin after `hang` columns.
    pub(crate) fn hanging(hang: usize) -> Self {
        Self { hang, spans: Vec::new() }
    }

    /// Adds a text in a style.
    pub(crate) fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        self.spans.push(Span { style, text: text.into() });
        self
    }

    /// Adds a plain text.
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.with(Style::new(), text)
    }

    /// Writes the line, wrapped to the screen between words. A word that is longer than a line is divided.
    ///
    /// A [`WHOLE`] space does not end a line. It is written as any other.
    pub(crate) fn write(&self, w: &mut dyn Write, screen: Screen) -> io::Result<()> {
        let width = screen.width.unwrap_or(usize::MAX).max(self.hang + 10);
        let (mut column, mut gap, mut is_fresh) = (0, 0, true);
        for span in &self.spans {
            write!(w, "{}", span.style)?;
            for part in words(&span.text) {
                let mut word = part.trim_end_matches(' ');
                if !is_fresh {
                    gap += word.len() - word.trim_start_matches(' ').len();
                    word = word.trim_start_matches(' ');
                }
                let length = word.chars().count();
                if !is_fresh && column + gap + length > width && length <= width - self.hang {
                    self.continue_line(w, span.style)?;
                    (column, gap) = (self.hang, 0);
                }
                if !word.is_empty() {
                    write!(w, "{:gap$}", "")?;
                    column = self.divided(w, span.style, word, column + gap, width)?;
                    gap = 0;
                    is_fresh = is_fresh && word.trim().is_empty();
                }
                gap += part.len() - part.trim_end_matches(' ').len();
            }
            write!(w, "{:#}", span.style)?;
        }
        writeln!(w)
    }

    /// Writes a word, divided where it reaches the end of a line. Returns the column behind it.
    fn divided(
        &self,
        w: &mut dyn Write,
        style: Style,
        word: &str,
        mut column: usize,
        width: usize,
    ) -> io::Result<usize> {
        for letter in word.chars() {
            if column >= width {
                self.continue_line(w, style)?;
                column = self.hang;
            }
            write!(w, "{}", if letter == WHOLE { ' ' } else { letter })?;
            column += 1;
        }
        Ok(column)
    }

    /// Ends the line on the screen and begins the next one in the same style.
    fn continue_line(&self, w: &mut dyn Write, style: Style) -> io::Result<()> {
        let hang = self.hang;
        write!(w, "{style:#}\n{:hang$}{style}", "")
    }
}

/// Divides a text into words, each with the spaces behind it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let begins = rest.find(|letter| letter != ' ').unwrap_or(rest.len());
        let end = rest[begins..].find(' ').map_or(rest.len(), |at| begins + at);
        let gap = rest[end..].find(|letter| letter != ' ').map_or(rest.len(), |at| end + at);
        let (word, remaining) = rest.split_at(gap);
        rest = remaining;
        Some(word)
    })
}

/// Joins the names that fit into the columns, and counts the others: `a, b and 98 more`.
///
/// At least one name is in it. Without a limit, all are.
pub(crate) fn listed(names: &[String], columns: Option<usize>) -> String {
    let all = names.join(", ");
    if columns.is_none_or(|columns| all.chars().count() <= columns) {
        return all;
    }
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        let gap = if index == 0 { "" } else { ", " };
        let left = names.len() - index - 1;
        let more = if left == 0 { String::new() } else { format!(" and {left} more") };
        let length = [text.as_str(), gap, name, &more].iter().map(|part| part.chars().count()).sum::<usize>();
        if index > 0 && columns.is_some_and(|columns| length > columns) {
            return format!("{text} and {} more", left + 1);
        }
        text.push_str(gap);
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::written;

    fn check(width: Option<usize>, line: &Line, expected: &str) {
        let text = written(|w| line.write(w, Screen { width, styled: false }));
        assert_eq!(text, expected);
    }

    #[test]
    fn line_is_wrapped_between_words() {
        let line = Line::hanging(4).text("+ a  ").text("one two three four");
        check(None, &line, "+ a  one two three four\n");
        check(Some(16), &line, "+ a  one two\n    three four\n");
        let line = Line::hanging(4).text("+ a  one ").text(whole("two three"));
        check(Some(16), &line, "+ a  one\n    two three\n");
    }

    #[test]
    fn word_longer_than_a_line_is_divided() {
        check(Some(14), &Line::hanging(2).text("- abcdefghijklmnopqrstuv"), "- abcdefghijkl\n  mnopqrstuv\n");
    }

    #[test]
    fn names_beyond_the_columns_are_counted() {
        let names: Vec<String> = ["orders", "search", "mailer"].map(str::to_owned).into();
        assert_eq!(listed(&names, None), "orders, search, mailer");
        assert_eq!(listed(&names, Some(22)), "orders, search, mailer");
        assert_eq!(listed(&names, Some(21)), "orders and 2 more");
        assert_eq!(listed(&names, Some(3)), "orders and 2 more");
    }
}
