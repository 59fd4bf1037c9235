//! Rules of tags, and the tags that the engine adds to those of a stack.
//!
//! An object gets tags from layers: the stack, perhaps the service, and the part itself. Later layers win for equal
//! keys. The engine adds tags that say to which stack the object belongs, and records of the keys that it set, so that
//! it can remove them again. AWS counts all of them: an object has at most 50 tags.
//!
//! Two prefixes are reserved: `aws:` for AWS, `sss:` for the engine. IAM compares keys without regard to case, so
//! `Team` and `team` cannot both be on a role (TAG-006).

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{STACK_007, TAG_001, TAG_002, TAG_003, TAG_006, broken, judge, limits};
use crate::path::Path;
use crate::report::Report;

/// The number of tags with which the engine records an object: its owner, its manager, and one more for some kinds.
const OWNER_TAGS: usize = 3;

/// Checks each tag of the part at a path.
///
/// A tag can have two problems, one of its key and one of its value; both are at the path of the tag.
pub(crate) fn inspect(tags: &BTreeMap<String, String>, at: &Path, report: &mut Report) {
    let at = at.key("tags");
    for (name, text) in tags {
        let place = at.key(name);
        report.field(&TAG_002, &place, key(name));
        if prefixed(name, "sss:") {
            report.add(&place, broken!(STACK_007, "reserved", tag = name.as_str()));
        }
        report.field(&TAG_002, &place, value(text));
    }
}

/// Checks the key of a tag.
pub(crate) fn key(key: &str) -> Result<(), ValidationError> {
    key_length(key)?;
    judge(key.chars().all(is_taken), || broken!(TAG_002, "key-characters"))?;
    key_owner(key)
}

/// Checks the length of a tag's key.
pub(crate) fn key_length(key: &str) -> Result<(), ValidationError> {
    let count = key.chars().count();
    judge((1..=limits::TAG_KEY).contains(&count), || {
        broken!(TAG_002, "key-length", count = count, most = limits::TAG_KEY)
    })
}

/// Checks that the key of a tag is not one of AWS.
pub(crate) fn key_owner(key: &str) -> Result<(), ValidationError> {
    judge(!prefixed(key, "aws:"), || broken!(TAG_003, "reserved"))
}

/// Checks the value of a tag.
pub(crate) fn value(value: &str) -> Result<(), ValidationError> {
    value_length(value, limits::TAG_VALUE)?;
    judge(value.chars().all(is_taken), || broken!(TAG_002, "value-characters"))
}

/// Checks the length of a tag's value.
///
/// The bound is a parameter because requests of some AWS services have another one.
pub(crate) fn value_length(value: &str, most: usize) -> Result<(), ValidationError> {
    let count = value.chars().count();
    judge(count <= most, || broken!(TAG_002, "value-length", count = count, most = most))
}

/// Joins words by spaces into texts that are no longer than a tag's value.
///
/// A word that is longer by itself is a piece of its own.
pub(crate) fn pieces<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut length = 0;

    for word in words {
        let more = word.chars().count();
        match pieces.last_mut() {
            Some(piece) if length + 1 + more <= limits::TAG_VALUE => {
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

/// Returns the values of the tags that record the keys of a stack's tags on an object.
///
/// A space divides the keys of such a list. A space in a key becomes `=s`, and an equals sign becomes `=e`.
///
/// The engine writes them as tags beside the keys, and reads them to find the tags that a stack no longer has.
///
/// # Guarantees
///
/// - Each value has at most 256 characters, as long as no key is longer than 128.
/// - All characters of the result are valid in tag values if those of the keys are.
///
/// ```
/// let values = sss_model::rules::key_records(["team", "cost center", "a=b"]);
/// assert_eq!(values, ["team cost=scenter a=eb"]);
/// ```
pub fn key_records<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words: Vec<String> = keys.into_iter().map(|key| key.replace('=', "=e").replace(' ', "=s")).collect();
    pieces(words.iter().map(String::as_str))
}

/// Tags that the engine sets beside those of the stack.
#[derive(Clone, Copy, Default)]
pub(crate) struct Own<'a> {
    /// Keys that the engine records as keys of the stack.
    pub(crate) keys: &'a [&'a str],
    /// The number of tags of its records, beyond those of every object.
    pub(crate) books: usize,
}

/// Checks the number of tags of an object: those of the stack, its own, and those of the engine.
///
/// The records of the keys are tags too, so their number depends on the length of the keys.
pub(crate) fn count(layers: &[&BTreeMap<String, String>], own: Own<'_>, at: &Path, report: &mut Report) {
    let keys = layers.iter().flat_map(|tags| tags.keys()).map(String::as_str);
    let keys: BTreeSet<&str> = keys.chain(own.keys.iter().copied()).collect();
    let count = keys.len() + OWNER_TAGS + own.books + key_records(keys).len();
    if count > limits::TAGS {
        report.add(&at.key("tags"), broken!(TAG_001, "too-many", count = count, most = limits::TAGS));
    }
}

/// Tags of one part of the stack, and the part.
pub(crate) struct Layer<'a> {
    pub(crate) tags: &'a BTreeMap<String, String>,
    pub(crate) at: Path,
}

/// Checks that the keys of merged tags differ by more than upper and lower case.
///
/// Layers of several objects overlap, because the tags of the stack are in each. `told` has the paths of the keys that
/// were reported already, so that no pair is reported twice.
pub(crate) fn without_case(layers: &[Layer<'_>], told: &mut BTreeSet<String>, report: &mut Report) {
    let mut seen: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for layer in layers {
        let at = layer.at.key("tags");
        for key in layer.tags.keys() {
            let place = at.key(key);
            let (first, where_first) =
                seen.entry(key.to_lowercase()).or_insert_with(|| (key.as_str(), place.to_string()));
            if first != key && told.insert(place.to_string()) {
                let (first, tag) = (*first, key.as_str());
                let broken = broken!(
                    TAG_006,
                    "differs-by-case",
                    tag = tag,
                    first = first,
                    place = where_first.as_str()
                );
                report.add(&place, broken);
            }
        }
    }
}

/// Returns whether a key begins with a prefix in any case, as AWS compares it.
fn prefixed(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Returns whether a character is valid in tags. Letters of every script and spaces are.
fn is_taken(c: char) -> bool {
    c.is_alphanumeric() || "_.:/=+-@".contains(c) || (c.is_whitespace() && !c.is_control())
}
