//! The depth of a text of HCL.
//!
//! The parser tries a text that it cannot read again on every level, so each level doubles its time: a file of a
//! hundred brackets would never be read to its end. [`beyond`] reads the text once, without a parser, and finds the
//! place where it gets too deep. It knows strings, templates inside them, and comments, in which brackets do not count.
//!
//! Where it cannot know, it counts too many levels rather than too few: the end of a heredoc depends on its content.

/// The most brackets and strings inside each other; inputs have three.
///
/// The parser tries a text that it cannot read again on every level, so each level doubles its time.
pub(super) const LEVELS: usize = 10;

/// The kind of an open level: brackets, or a string in quotes.
///
/// A template inside a string opens brackets again, so both kinds alternate.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Brackets,
    Quotes,
}

/// Returns the first byte that is deeper than [`LEVELS`], if there is one.
///
/// The time is linear in the length of the text.
pub(super) fn beyond(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at = text.len() - rest.len();
        let in_string = open.last() == Some(&Inside::Quotes);
        if rest.starts_with("<<") && !in_string {
            // The end of a heredoc depends on its content, so from here on no bracket counts as closed.
            let brackets = rest.matches(['{', '[', '(']).count();
            return (open.len() + brackets > LEVELS).then_some(at);
        }

        let step = if in_string { quoted(rest, &mut open) } else { unquoted(rest, &mut open) };
        if open.len() > LEVELS {
            return Some(at);
        }
        rest = &rest[step.unwrap_or(first.len_utf8())..];
    }
    None
}

/// Takes one step in a string, and returns the length of the step if it is not one character.
fn quoted(rest: &str, open: &mut Vec<Inside>) -> Option<usize> {
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        return Some(3);
    }
    if rest.starts_with("${") || rest.starts_with("%{") {
        open.push(Inside::Brackets);
        return Some(2);
    }
    if let Some(escaped) = rest.strip_prefix('\\') {
        return Some(1 + escaped.chars().next().map_or(0, char::len_utf8));
    }
    if rest.starts_with('"') {
        open.pop();
    }
    None
}

/// Takes one step outside of strings, and returns the length of the step if it is not one character.
fn unquoted(rest: &str, open: &mut Vec<Inside>) -> Option<usize> {
    if let Some(comment) = rest.strip_prefix("/*") {
        return Some(comment.find("*/").map_or(rest.len(), |end| end + 4));
    }
    if rest.starts_with('#') || rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with('"') {
        open.push(Inside::Quotes);
    } else if rest.starts_with(['{', '[', '(']) {
        open.push(Inside::Brackets);
    } else if rest.starts_with(['}', ']', ')']) {
        open.pop();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn strings_and_comments_are_no_brackets() {
        let deep = "{".repeat(11);
        for (text, want) in [
            (format!("a = {deep}"), true),
            (format!("a = {}", "{".repeat(10)), false),
            (format!("a = {}", "[({})]".repeat(20)), false),
            (format!("a = {}", "({[".repeat(4)), true),
            (format!("a = \"{deep}\\\"{deep}\""), false),
            (format!("a = \"\\\"\"{deep}"), true),
            (format!("a = \"é$${{%%{{{deep}\""), false),
            (format!("a = {}", "\"${".repeat(6)), true),
            (format!("a = {}1{}", "\"${".repeat(4), "}\"".repeat(4)), false),
            (format!("a = {}", "\"%{".repeat(6)), true),
            (format!("# {deep}\n// {deep}\n/* {deep} */"), false),
            (format!("/**/{deep}"), true),
            (format!("/*/{deep}*/"), false),
            (format!("a = <<A\n\"\nA\n{deep}"), true),
            ("a = <<A\n{[(\nA\n".to_owned(), false),
            (format!("a = \"<<A\"\nb = [{}]", "[],".repeat(20)), false),
        ] {
            assert_eq!(beyond(&text).is_some(), want, "{text}");
        }
        assert_eq!(beyond(&deep), Some(10));
    }
}
