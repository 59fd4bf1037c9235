//! The reader of an output, and the layout of lines for it.
//!
//! A terminal has a width, and lines are wrapped to it by words, so that columns stay columns. A pipe has none:
//! whoever reads a log searches it, so a line stays whole there. A [`Line`] knows the columns in front of its continued
//! lines; [`fitted`] wraps the lines of any text.

use std::io::{self, Write};

use anstream::adapter::strip_str;
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

/// The columns by which [`fitted`] indents the rest of a line, beside the spaces in front of the line.
const REST: usize = 4;

/// Writes a text whose lines are wrapped to the screen. A word and a text in backticks are never divided: people copy
/// them.
pub(crate) fn fitted(
    w: &mut dyn Write,
    screen: Screen,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let Some(width) = screen.width else { return write(w) };
    let mut text = Vec::new();
    write(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    text.split_inclusive('\n').try_for_each(|line| write!(w, "{}", wrapped(line, width)))
}

/// Returns a line that is wrapped between its words. Styles take no columns.
fn wrapped(line: &str, width: usize) -> String {
    let visible = |text: &str| strip_str(text).to_string().trim_end_matches('\n').chars().count();
    if visible(line) <= width {
        return line.to_owned();
    }

    let spaces = line.len() - line.trim_start_matches(' ').len();
    let hang = (spaces + REST).min(width / 2);
    let (mut text, mut column) = (String::new(), 0);
    for part in undivided(line) {
        let length = visible(part.trim_end_matches(' '));
        if column > hang && column + length > width {
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', hang));
            column = hang;
        }
        text.push_str(&part);
        column += visible(&part);
    }
    text
}

/// Returns a text in lines of at most so many columns, as [`fitted`] divides them. Without a limit it stays one line.
pub(crate) fn in_lines(text: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else { return text.to_owned() };
    let (mut lines, mut column) = (String::new(), 0);
    for part in undivided(text) {
        let length = part.trim_end_matches(' ').chars().count();
        if column > 0 && column + length > columns {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            column = 0;
        }
        lines.push_str(&part);
        column += part.chars().count();
    }
    lines
}

/// Divides a line into its words and its texts in backticks, each with the spaces behind it.
fn undivided(line: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in line.split_inclusive(' ') {
        match parts.last_mut().filter(|_| is_open) {
            Some(quoted) => quoted.push_str(word),
            None => parts.push(word.to_owned()),
        }
        is_open ^= word.matches('`').count() % 2 == 1;
    }
    parts
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
    fn text_is_fitted_between_words_and_outside_of_quotes() {
        let fit = |text: &str| {
            let mut all = Vec::new();
            let screen = Screen { width: Some(24), styled: true };
            fitted(&mut all, screen, |w| write!(w, "{text}")).expect("writing to memory");
            String::from_utf8(all).expect("text")
        };
        assert_eq!(fit("  fits into one line\nas\n"), "  fits into one line\nas\n");
        assert_eq!(fit("  does not fit into one line\n"), "  does not fit into one\n      line\n");
        assert_eq!(
            fit("hint: run `sss-deploy apply --retry`\n"),
            "hint: run\n    `sss-deploy apply --retry`\n"
        );
        assert_eq!(
            fit("arn:aws:ecs:eu-west-1:123456789012:x y\n"),
            "arn:aws:ecs:eu-west-1:123456789012:x\n    y\n"
        );
        let red = "\u{1b}[31merror:\u{1b}[0m a line of 24 columns\n";
        assert_eq!(fit(red), red.replace("columns", "\u{8}").replace(" \u{8}", "\n    columns"));
    }

    #[test]
    fn text_in_lines_keeps_quotes_together() {
        assert_eq!(in_lines("one two `three four` five", None), "one two `three four` five");
        assert_eq!(in_lines("one two `three four` five", Some(12)), "one two\n`three four`\nfive");
        assert_eq!(in_lines("`a b c d e` f", Some(5)), "`a b c d e`\nf");
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
