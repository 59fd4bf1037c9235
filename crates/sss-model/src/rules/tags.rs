//! Tags.

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{STACK_007, TAG_001, TAG_002, TAG_003, TAG_006, judge};
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;

/// How many tags keep the books of an object: whose it is, who manages it, and one more that its kind may need.
const OWNER_TAGS: usize = 3;

/// The longest value of a tag.
const LONGEST_VALUE: usize = 256;

/// How many tags an object has at most.
pub(crate) const MOST: usize = 50;

/// The rules of each tag of a part, `at` being the part.
pub(crate) fn inspect(tags: &BTreeMap<String, String>, at: &Path, report: &mut Report) {
    let at = at.key("tags");
    for (name, text) in tags {
        let place = at.key(name);
        report.field(&TAG_002, &place, key(name));
        if prefixed(name, "sss:") {
            report.add(&place, worded(&STACK_007, "has a key that is reserved for the stack's owner"));
        }
        report.field(&TAG_002, &place, value(text));
    }
}

pub(crate) fn key(key: &str) -> Result<(), ValidationError> {
    key_length(key)?;
    judge(key.chars().all(is_taken), || worded(&TAG_002, "has a key that AWS does not take".to_owned()))?;
    key_owner(key)
}

pub(crate) fn key_length(key: &str) -> Result<(), ValidationError> {
    let count = key.chars().count();
    judge((1..=128).contains(&count), || worded(&TAG_002, format!("has a key of {count} characters")))
}

pub(crate) fn key_owner(key: &str) -> Result<(), ValidationError> {
    judge(!prefixed(key, "aws:"), || worded(&TAG_003, "has a key that is reserved for AWS".to_owned()))
}

pub(crate) fn value(value: &str) -> Result<(), ValidationError> {
    value_length(value, 256)?;
    judge(value.chars().all(is_taken), || worded(&TAG_002, "has a value that AWS does not take".to_owned()))
}

pub(crate) fn value_length(value: &str, longest: usize) -> Result<(), ValidationError> {
    let count = value.chars().count();
    judge(count <= longest, || worded(&TAG_002, format!("has a value of {count} characters")))
}

/// Words joined by blanks, in pieces that a tag's value holds.
pub(crate) fn pieces<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut length = 0;
    for word in words {
        let more = word.chars().count();
        match pieces.last_mut() {
            Some(piece) if length + 1 + more <= LONGEST_VALUE => {
                piece.push(' ');
                piece.push_str(word);
                length += 1 + more;
            }
            _ => {
                pieces.push(word.to_owned());
                length = more;
            }
        }
    }
    pieces
}

/// The values of the tags that record which keys a stack sets on an object.
///
/// A key may hold blanks, by which the list is divided: a blank is `=s` and an equals sign `=e` there.
pub fn key_records<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words: Vec<String> = keys.into_iter().map(|key| key.replace('=', "=e").replace(' ', "=s")).collect();
    pieces(words.iter().map(String::as_str))
}

/// Tags that the engine sets beside those of the stack.
#[derive(Clone, Copy, Default)]
pub(crate) struct Own<'a> {
    /// Keys that it records as the stack's.
    pub(crate) keys: &'a [&'a str],
    /// Tags of its books, beyond those of every object.
    pub(crate) books: usize,
}

/// The rule on how many tags an object has: those of the stack, its own, and the engine's.
pub(crate) fn count(layers: &[&BTreeMap<String, String>], own: Own<'_>, at: &Path, report: &mut Report) {
    let keys = layers.iter().flat_map(|tags| tags.keys()).map(String::as_str);
    let keys: BTreeSet<&str> = keys.chain(own.keys.iter().copied()).collect();
    let count = keys.len() + OWNER_TAGS + own.books + key_records(keys).len();
    if count > MOST {
        report.add(&at.key("tags"), worded(&TAG_001, format!("makes {count} tags on one object")));
    }
}

/// Tags of one part of the stack, and the part.
pub(crate) struct Layer<'a> {
    pub(crate) tags: &'a BTreeMap<String, String>,
    pub(crate) at: Path,
}

/// The rule on keys that differ by case only, in tags that are laid over one another. What was told is not told again.
pub(crate) fn without_case(layers: &[Layer<'_>], told: &mut BTreeSet<String>, report: &mut Report) {
    let mut seen: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for layer in layers {
        let at = layer.at.key("tags");
        for key in layer.tags.keys() {
            let place = at.key(key);
            let (first, where_first) =
                seen.entry(key.to_lowercase()).or_insert_with(|| (key.as_str(), place.to_string()));
            if first != key && told.insert(place.to_string()) {
                let message =
                    format!("IAM takes the key `{key}` for `{first}`, which stands at {where_first}");
                let fix = format!("write `{first}` in both places, or choose another key");
                report.add(&place, worded(&TAG_006, message).with_fix(fix));
            }
        }
    }
}

fn prefixed(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_taken(c: char) -> bool {
    c.is_alphanumeric() || "_.:/=+-@".contains(c) || (c.is_whitespace() && !c.is_control())
}
