//! Values, shortened to a width.
//!
//! Widths count characters. A shortened text keeps its beginning and its end, with an ellipsis between them:
//! long values are mostly ARNs, images and documents, which differ at their ends. If two values still look
//! the same, both begin shortly before their first difference.

use serde_json::Value;

/// The sign in the place of omitted characters.
const ELLIPSIS: char = '…';
/// The number of equal characters before the first difference.
const CONTEXT: usize = 6;

/// Formats one value in at most `width` characters, shortened in the middle.
pub(super) fn one(value: &Value, width: usize) -> String {
    shorten(&value.to_string(), width)
}

/// Formats two different values in at most `width` characters together, so that the difference is visible.
///
/// Each gets half of the width, or more if the other one needs less.
pub(super) fn pair(before: &Value, after: &Value, width: usize) -> (String, String) {
    let (before, after) = (before.to_string(), after.to_string());
    let (left, right) = (before.chars().count(), after.chars().count());
    if left + right <= width {
        return (before, after);
    }

    let half = width / 2;
    let (left, right) = if left <= half {
        (left, width - left)
    } else if right <= half {
        (width - right, right)
    } else {
        (half, width - half)
    };

    let shortened = (shorten(&before, left), shorten(&after, right));
    if shortened.0 != shortened.1 {
        return shortened;
    }

    let same = before.chars().zip(after.chars()).take_while(|(left, right)| left == right).count();
    let skipped = same.saturating_sub(CONTEXT);
    (window(&before, skipped, left), window(&after, skipped, right))
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

/// Returns the text after `skipped` characters, shortened to `width`.
fn window(text: &str, skipped: usize, width: usize) -> String {
    let rest: String = text.chars().skip(skipped).collect();
    format!("{ELLIPSIS}{}", shorten(&rest, width.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &str, after: &str, width: usize, expected: (&str, &str)) {
        let found = pair(&json!(before), &json!(after), width);
        assert_eq!((found.0.as_str(), found.1.as_str()), expected);
        assert!(found.0.chars().count() + found.1.chars().count() <= width);
        assert_ne!(found.0, found.1);
    }

    #[test]
    fn value_is_shortened_in_the_middle() {
        assert_eq!(one(&json!("abcdefghij"), 12), "\"abcdefghij\"");
        assert_eq!(one(&json!("abcdefghij"), 7), "\"ab…ij\"");
        assert_eq!(one(&json!("äöüßäöüß"), 5), "\"ä…ß\"");
    }

    #[test]
    fn short_values_stay_whole() {
        check("a", "b", 20, ("\"a\"", "\"b\""));
        check("a", "abcdefghijklmnopqrst", 15, ("\"a\"", "\"abcde…qrst\""));
        check("abcdefghijklmnopqrst", "a", 15, ("\"abcde…qrst\"", "\"a\""));
    }

    #[test]
    fn difference_in_the_middle_is_visible() {
        check(
            "aaaaaaaaaaaaaaaaaaaa1bbbbbbbbbbbbbbbbbbbb",
            "aaaaaaaaaaaaaaaaaaaa2bbbbbbbbbbbbbbbbbbbb",
            30,
            ("…aaaaaa1…bbbbb\"", "…aaaaaa2…bbbbb\""),
        );
    }
}
