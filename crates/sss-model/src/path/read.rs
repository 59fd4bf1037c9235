//! The syntax of paths, read.
//!
//! A path is a sequence of keys and indices. A bare key has ASCII letters, digits, `-` and `_`; any other key is in
//! double quotes, with the escapes of TOML. Text from people may quote more than it must; [`path`] builds the one
//! spelling from it. The text inside a [`Path`] has that spelling already, so [`segments`] reads it without an error.

use std::borrow::Cow;
use std::fmt;

use super::{Path, Segment};

/// The error of a text that is not a [`Path`]. Its message has the text and the reason.
///
/// ```
/// use sss_model::Path;
///
/// let error = "a..b".parse::<Path>().unwrap_err();
/// assert!(error.to_string().starts_with("`a..b` is not a path: "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAPath {
    text: String,
    why: &'static str,
}

impl NotAPath {
    /// Returns the reason alone, for a message that has the text already.
    pub(crate) fn cause(&self) -> &'static str {
        self.why
    }
}

impl fmt::Display for NotAPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a path: {}", self.text, self.why)
    }
}

impl std::error::Error for NotAPath {}

/// Returns whether a character needs no quotes in a key.
pub(super) fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Returns whether a text is the one spelling of a path of ASCII keys without escapes.
///
/// It is a loop over bytes because a constant calls it.
pub(super) const fn is_literal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let is_quoted = at < bytes.len() && bytes[at] == b'"';
        at += is_quoted as usize;
        let (start, mut is_bare) = (at, true);
        while at < bytes.len() && is_of_literal(bytes[at], is_quoted) {
            is_bare &= is_of_literal(bytes[at], false);
            at += 1;
        }

        // Quotes around a key that needs none, or around nothing, are another spelling.
        let has_quote = at < bytes.len() && bytes[at] == b'"';
        if at == start || is_quoted != has_quote || is_quoted == is_bare {
            return false;
        }
        at += is_quoted as usize;
        if at == bytes.len() {
            return true;
        }
        if bytes[at] != b'.' {
            return false;
        }
        at += 1;
    }
}

/// Returns whether a byte is part of a key of a literal path, with quotes around the key or without.
const fn is_of_literal(byte: u8, is_quoted: bool) -> bool {
    match byte {
        b'"' | b'\\' => false,
        b'-' | b'_' => true,
        b' '..=b'~' if is_quoted => true,
        _ => byte.is_ascii_alphanumeric(),
    }
}

/// Returns the index that a text of digits names. A number has one spelling, so leading zeros are refused.
pub(super) fn index(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let has_one_spelling = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| is_number && has_one_spelling)
}

/// Reads a path, with keys quoted in any way that TOML allows in double quotes.
pub(super) fn path(text: &str) -> Result<Path, NotAPath> {
    let mut path = Path::root();
    let mut rest = text;
    while !rest.is_empty() {
        let (segment, after) =
            segment(rest, path.is_root()).map_err(|why| NotAPath { text: text.to_owned(), why })?;
        path = match segment {
            Segment::Key(key) => path.key(&key),
            Segment::Index(index) => path.index(index),
        };
        rest = after;
    }
    Ok(path)
}

/// Returns the segments of a path's own text, each with the byte at which it begins.
pub(super) fn segments(text: &str) -> impl Iterator<Item = (usize, Segment<'_>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = text.len() - rest.len();
        let (segment, after) = segment(rest, start == 0).ok()?;
        rest = after;
        Some((start, segment))
    })
}

/// Reads one segment, and returns the text behind it, or the reason why there is none.
fn segment(text: &str, is_first: bool) -> Result<(Segment<'_>, &str), &'static str> {
    if let Some(inner) = text.strip_prefix('[') {
        let (digits, after) = inner.split_once(']').ok_or("`]` is missing")?;
        let index = index(digits).ok_or("an index in `[]` is a number such as 0 or 12")?;
        return Ok((Segment::Index(index), after));
    }

    let key = match text.strip_prefix('.') {
        Some(key) if !is_first => key,
        None if is_first => text,
        _ => return Err("keys have one `.` between them"),
    };

    if let Some(inner) = key.strip_prefix('"') {
        let (key, after) = quoted(inner)?;
        return Ok((Segment::Key(key), after));
    }
    let end = key.find(|c| !is_bare(c)).unwrap_or(key.len());
    if end == 0 {
        return Err("a key of other characters than letters, digits, `-` and `_` is quoted");
    }
    Ok((Segment::Key(Cow::Borrowed(&key[..end])), &key[end..]))
}

/// Reads a quoted key behind its first quote, and returns the text behind its last one.
///
/// A key without an escape is borrowed from the text.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    const ENDLESS: &str = "`\"` is missing at the end of a key";
    let end = text.find(['"', '\\']).ok_or(ENDLESS)?;
    if text[end..].starts_with('"') {
        return Ok((Cow::Borrowed(&text[..end]), &text[end + 1..]));
    }

    let mut key = text[..end].to_owned();
    let mut rest = text[end..].chars();
    loop {
        match rest.next().ok_or(ENDLESS)? {
            '"' => return Ok((Cow::Owned(key), rest.as_str())),
            '\\' => key.push(escaped(&mut rest)?),
            c => key.push(c),
        }
    }
}

/// Reads an escape of TOML behind its backslash. Surrogates are no characters and are refused.
fn escaped(rest: &mut std::str::Chars<'_>) -> Result<char, &'static str> {
    const UNKNOWN: &str = "an escape is one of TOML's, such as `\\\"`, `\\n` or `\\u00E9`";
    let digits = match rest.next().ok_or(UNKNOWN)? {
        c @ ('"' | '\\') => return Ok(c),
        'b' => return Ok('\u{8}'),
        'f' => return Ok('\u{c}'),
        'n' => return Ok('\n'),
        'r' => return Ok('\r'),
        't' => return Ok('\t'),
        'u' => 4,
        'U' => 8,
        _ => return Err(UNKNOWN),
    };

    let hex = rest.as_str().get(..digits).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let number = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).ok_or(UNKNOWN)?;
    *rest = rest.as_str()[digits..].chars();
    char::from_u32(number).ok_or(UNKNOWN)
}
