//! Values that are shortened to a width.
//!
//! Widths count characters. A shortened text keeps its beginning and its end, with an ellipsis between them: long
//! values are mostly ARNs, images and documents, which differ at their ends. Only values that are added or removed as a
//! whole are shortened, and only for a terminal.

use serde_json::Value;

use crate::render::difference;

/// The sign in the place of omitted characters.
const ELLIPSIS: char = '…';

/// The least width of a value, even where a label leaves less.
pub(super) const LEAST: usize = 24;

/// Formats one value in at most `width` characters, shortened in the middle.
pub(super) fn one(value: &Value, width: usize) -> String {
    shorten(&difference::shown(value), width)
}

/// Shortens a text in the middle.
fn shorten(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}{ELLIPSIS}{end}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn value_is_shortened_in_the_middle() {
        assert_eq!(one(&json!("abcdefghij"), 10), "abcdefghij");
        assert_eq!(one(&json!("abcdefghij"), 5), "ab…ij");
        assert_eq!(one(&json!("äöüßäöüß"), 3), "ä…ß");
        assert_eq!(one(&json!(["a", "b"]), 20), "[\"a\",\"b\"]");
    }
}
