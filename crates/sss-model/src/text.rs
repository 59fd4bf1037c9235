//! Texts as editors and checkouts leave them, and texts for terminals.
//!
//! A file may begin with a byte order mark, and its lines may end in `\r\n`. Both are removed before a file is read, so
//! that the same stack does not differ from one machine to the next. Places of problems are bytes of the text that the
//! caller gave, so [`Plain`] maps each place back.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// The byte order mark that some editors write before a text in UTF-8.
const MARK: char = '\u{feff}';

/// A text without a byte order mark, and with line feeds alone at the ends of its lines.
///
/// A single carriage return stays: only `\r\n` ends a line. Strings of several lines contain the line ends, which is
/// why they matter.
pub(crate) struct Plain<'a> {
    pub(crate) text: Cow<'a, str>,
    mark: usize,
    /// The places in the plain text of the line feeds that had a carriage return before them.
    breaks: Vec<usize>,
}

impl<'a> Plain<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let unmarked = without_mark(text);
        let mark = text.len() - unmarked.len();
        let breaks: Vec<usize> =
            unmarked.match_indices("\r\n").enumerate().map(|(before, (at, _))| at - before).collect();
        let text = if breaks.is_empty() {
            Cow::Borrowed(unmarked)
        } else {
            Cow::Owned(unmarked.replace("\r\n", "\n"))
        };
        Self { text, mark, breaks }
    }

    /// Returns the same bytes in the text as it was given.
    pub(crate) fn original(&self, span: Range<usize>) -> Range<usize> {
        let shifted = |at: usize| at + self.mark + self.breaks.partition_point(|broken| *broken < at);
        shifted(span.start)..shifted(span.end)
    }
}

/// Returns the text without a byte order mark. JSON needs no more: its strings have no line ends.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// Returns a text without characters that a terminal obeys: control characters, and those that turn the direction of
/// writing.
///
/// Each is escaped as in TOML: `\n`, `\t`, `\r` or `\u001B`. Use it for values of others in a sentence: a value then
/// stays in its line, and can neither move the cursor nor change a colour. The words of a
/// [`Problem`](crate::Problem) are printable already.
///
/// ```
/// assert_eq!(sss_model::printable("two\nlines, \u{1b}[31mred"), r"two\nlines, \u001B[31mred");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut printable = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_obeyed(letter) { escape(letter, &mut printable) } else { printable.push(letter) }
    }
    Cow::Owned(printable)
}

/// Returns whether a terminal obeys a character in place of printing it.
fn is_obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends the escape of a character, as TOML has it.
pub(crate) fn escape(letter: char, text: &mut String) {
    const WRITTEN: &str = "writing into a string does not fail";
    match letter {
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '\r' => text.push_str("\\r"),
        c if u32::from(c) <= 0xffff => write!(text, "\\u{:04X}", u32::from(c)).expect(WRITTEN),
        c => write!(text, "\\U{:08X}", u32::from(c)).expect(WRITTEN),
    }
}

#[cfg(test)]
mod tests {
    use super::{Plain, printable};

    #[test]
    fn characters_that_terminals_obey_are_escaped() {
        for (text, expected) in [
            ("Grüße, 世界 \\n", "Grüße, 世界 \\n"),
            ("a\nb\tc\rd", r"a\nb\tc\rd"),
            ("\u{1b}[2J\u{7}\u{7f}\u{9b}1m", r"\u001B[2J\u0007\u007F\u009B1m"),
            ("a\u{202e}b\u{2066}", r"a\u202Eb\u2066"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    fn check(text: &str, plain: &str) {
        let read = Plain::of(text);
        assert_eq!(read.text, plain);
        for (start, letter) in plain.char_indices().filter(|(_, letter)| *letter != '\n') {
            let span = read.original(start..start + letter.len_utf8());
            assert_eq!(text.get(span), plain.get(start..start + letter.len_utf8()), "{text:?} at {start}");
        }
    }

    #[test]
    fn plain_text_keeps_its_places() {
        check("a = 1\nb", "a = 1\nb");
        check("\u{feff}a = 1\r\nä = 2\r\n\r\nc", "a = 1\nä = 2\n\nc");
        check("a\rb\r\r\nc", "a\rb\r\nc");
        check("\u{feff}", "");
        check("a\u{feff}b", "a\u{feff}b");
    }
}
