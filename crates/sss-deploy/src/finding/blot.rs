//! Covers secrets in the excerpts of a stack file with stars, because excerpts end up in logs.
//!
//! The text may be unparsable, so this searches it line by line. After a key that promises a secret, it
//! covers the rest of the line. Under any key, it covers a quoted text that looks secret, and a whole private
//! key.
//!
//! The model decides which name promises a secret ([`promises_secret`]) and which value looks like one
//! ([`looks_secret`]); plans hide values by the same functions. This module only finds names and values in a
//! text that may be broken anywhere: in doubt it covers too much. Stars take the place of bytes one by one,
//! and white space stays, so places in the text and its lines stay the same.

use std::ops::Range;

use sss_model::{looks_secret, promises_secret};

/// The table of references. Its name promises secrets, but its values only refer to them.
const REFERENCES: &str = "secrets";
/// The beginning of a key or a certificate in PEM.
const KEY_BEGIN: &str = "-----BEGIN ";
/// The beginning of its last line.
const KEY_END: &str = "-----END ";
/// The quotes around texts of several lines in TOML.
const LONG_QUOTES: [&str; 2] = ["\"\"\"", "'''"];

/// Returns the text with stars in place of secrets. The number of bytes stays the same.
///
/// A secret that begins a text of several lines covers all its lines.
pub(super) fn blot(text: &str) -> String {
    let mut blotted = text.as_bytes().to_vec();
    let mut open: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let secret = if open.is_some() { Some(0) } else { secret(line) };
        if let Some(from) = secret {
            open = still_open(&line[from..], open);
            cover(&mut blotted, start + from..start + line.len());
        } else {
            for range in quoted_secrets(line) {
                cover(&mut blotted, start + range.start..start + range.end);
            }
        }
        start += line.len();
    }

    for range in private_keys(text) {
        cover(&mut blotted, range);
    }
    String::from_utf8(blotted).unwrap_or_default()
}

/// Returns the quoted texts of a line that look secret under any name, without their quotes.
fn quoted_secrets(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find(['"', '\'']).map(|at| from + at) {
        let quote = if line[at..].starts_with('"') { '"' } else { '\'' };
        let Some((inside, _)) = quoted(&line[at + 1..], quote) else { break };
        let range = at + 1..at + 1 + inside.len();
        from = range.end + 1;
        if looks_secret("", inside) {
            found.push(range);
        }
    }
    found
}

/// Returns the places of private keys in a text. A key without an end reaches to the end of the text.
fn private_keys(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = text[from..].find(KEY_BEGIN).map(|at| from + at) {
        let end = text[begin..].find(KEY_END).map_or(text.len(), |at| begin + at + KEY_END.len());
        if text[begin..end].contains("PRIVATE KEY") {
            found.push(begin..end);
        }
        from = end;
    }
    found
}

/// Returns whether a value is a reference to a secret: an ARN, or the name of a parameter with folders, such
/// as `/prod/orders/db-password`. References are shown, because they are no secrets.
///
/// A name without folders may be the secret itself, written there by mistake, and so may a name that looks
/// random.
pub(super) fn is_reference(value: &str) -> bool {
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c))).unwrap_or(value.len());
    let (name, after) = value.split_at(end);
    let ends = after.chars().next().is_none_or(|c| c.is_whitespace() || "\"',}#".contains(c));
    let has_folders = name.strip_prefix('/').is_some_and(|name| name.contains('/'));
    value.starts_with("arn:")
        || (ends && has_folders && !looks_secret("", name) && !name.split('/').any(is_random))
}

/// Returns whether a word mixes upper case, lower case and digits, as random texts do.
fn is_random(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit)
}

/// Covers a range with stars. White space stays, so that lines keep their ends.
pub(super) fn cover(bytes: &mut [u8], range: Range<usize>) {
    let covered = bytes.get_mut(range).into_iter().flatten();
    covered.filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'*');
}

/// Returns the place in a line at which the first value of a promising name begins. `None` if no name
/// promises a secret.
///
/// It reads keys with and without quotes. A quoted text is a key only before `=`, `:` or `.`.
fn secret(line: &str) -> Option<usize> {
    let mut rest = line;
    // If one quote does not close, no later one of its kind does, so each line is read once.
    let mut unclosed = [false; 2];
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' if unclosed[usize::from(first == '"')] => ("", &rest[1..]),
            '"' | '\'' => match quoted(&rest[1..], first) {
                // A text that is not a key promises nothing.
                Some((_, after)) if !after.trim_start().starts_with(['=', ':', '.']) => ("", after),
                Some(key) => key,
                None => {
                    unclosed[usize::from(first == '"')] = true;
                    ("", &rest[1..])
                }
            },
            _ if is_of_word(first) => rest.split_at(rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())),
            _ => ("", &rest[first.len_utf8()..]),
        };
        rest = after;

        let value = after.trim_start_matches([' ', '\t', '=', ':']);
        if word != REFERENCES && promises_secret(word) && may_be_secret(value) {
            return Some(line.len() - value.len());
        }
    }
    None
}

/// Returns whether the text after a key may be a secret, and not `true`, a reference, or more of a name.
fn may_be_secret(value: &str) -> bool {
    let word = value.split(|c| !is_of_word(c)).next().unwrap_or_default();
    !value.trim().is_empty()
        && !["true", "false"].contains(&word)
        && !is_reference(value)
        && !value.starts_with(['.', ',', ']', '}'])
}

/// Returns the text before the closing quote, and the text after it. `None` if the quote does not close in
/// this text.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if c == quote && !escaped {
            return Some((&text[..index], &text[index + 1..]));
        }
        escaped = c == '\\' && quote == '"' && !escaped;
    }
    None
}

/// Returns whether a character is of a bare key in TOML, or of a word in any script.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Returns the multi-line quotes that are open after this line. `open` are those that were open before it.
fn still_open<'a>(line: &'a str, open: Option<&'a str>) -> Option<&'a str> {
    let (mut rest, mut open) = (line, open);
    loop {
        let next = match open {
            Some(quotes) => rest.find(quotes).map(|at| (at, quotes)),
            None => LONG_QUOTES.iter().filter_map(|quotes| Some((rest.find(quotes)?, *quotes))).min(),
        };
        let Some((at, quotes)) = next else { return open };
        open = if open.is_some() { None } else { Some(quotes) };
        rest = &rest[at + quotes.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(blot(text), expected);
        assert_eq!(blot(text).len(), text.len());
    }

    #[test]
    fn text_after_a_promising_key_is_covered() {
        check("DB_PASSWORD = \"hunter2\"\nMODE = \"a\"\n", "DB_PASSWORD = *********\nMODE = \"a\"\n");
        check("env = { MODE = \"a\", \"api.token\" = 'b' }", "env = { MODE = \"a\", \"api.token\" = *** *");
        check("environment.DB_PASSWORD = 271828", "environment.DB_PASSWORD = ******");
        check("# don't: DB_PASSWORD=hunter2", "# don't: DB_PASSWORD=*******");
        check("db_password : hunter2 # old", "db_password : ******* * ***");
    }

    #[test]
    fn secret_in_place_of_a_parameter_name_is_covered() {
        for secret in ["hunter2", "/hunter2", "/ab/K7MDENGbPx", "/ab/cd+ef", "/ab/cd==", "ab/cd/ef"] {
            check(&format!("DB_PASSWORD = {secret}"), &format!("DB_PASSWORD = {}", "*".repeat(secret.len())));
        }
    }

    #[test]
    fn broken_line_is_covered_to_its_end() {
        check("DB_PASSWORD = \"hunter2", "DB_PASSWORD = ********");
        check("DB_PASSWORD \"hunter2\"", "DB_PASSWORD *********");
        check("DB_PASSWORD = [\"hunter2\"", "DB_PASSWORD = **********");
    }

    #[test]
    fn text_of_several_lines_is_covered_to_its_end() {
        check("TOKEN = \"\"\"\nhunter\n2\"\"\"\nMODE = 1\n", "TOKEN = ***\n******\n****\nMODE = 1\n");
        check("TOKEN = '''a''' # '''\nb\n", "TOKEN = ******* * ***\n*\n");
    }

    #[test]
    fn quoted_text_with_the_form_of_a_secret_is_covered() {
        check("URL = \"postgres://u:p@db/x\" # a", "URL = \"*******************\" # a");
        check("env = [\"a\", 'redis://:pw@c/0']", "env = [\"a\", '***************']");
        check(
            "PEM = '''\n-----BEGIN PRIVATE KEY-----\nplain-6\n-----END PRIVATE KEY-----\n'''\nA = 1",
            "PEM = '''\n********** ******* ********\n*******\n******** PRIVATE KEY-----\n'''\nA = 1",
        );
    }

    #[test]
    fn text_without_secrets_stays() {
        for text in [
            "allow_credentials = true",
            "[services.web.secrets]",
            "secrets = { DB_PASSWORD = \"arn:aws:ssm:eu-central-1:123456789012:parameter/db\" }",
            "[services.token-issuer]\nimage = \"token:1\"",
            "description = \"the token of it\"",
            "DB_PASSWORD = \"/prod/orders/db-password\" # by name",
            "DB_PASSWORD =",
            "",
        ] {
            check(text, text);
        }
    }
}
