//! How deep a text of HCL goes.

/// How many brackets and strings may stand in one another; inputs have three. What the parser cannot read it tries
/// again on every level, and so takes twice as long for each.
const LEVELS: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Brackets,
    Quotes,
}

/// Where the text goes too deep, if it does.
pub(super) fn beyond(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at = text.len() - rest.len();
        let in_string = open.last() == Some(&Inside::Quotes);
        if rest.starts_with("<<") && !in_string {
            // Where a heredoc ends depends on what stands in it, so from here on nothing is taken for closed.
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

/// Goes one step on in a string; the length of the step, if it is not one character.
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

/// The same outside of strings.
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
