//! Tags.

use std::collections::BTreeMap;

use validator::ValidationError;

use super::{STACK_007, TAG_001, TAG_002, TAG_003, judge};
use crate::problem::{Place, Report};

/// How many tags keep the books of an object: whose it is, who manages it, and one more that its kind may need.
const OWNER_TAGS: usize = 3;

/// How many characters of keys one tag records. The keys that a stack sets are recorded in tags of their own.
const RECORDED: usize = 256;

/// How many tags an object has at most.
pub(crate) const MOST: usize = 50;

/// The rules of each tag of a part, `at` being the part.
pub(crate) fn inspect(tags: &BTreeMap<String, String>, at: &Place, report: &mut Report) {
    let at = at.key("tags");
    for (name, text) in tags {
        let place = at.key(name);
        report.field(&TAG_002, &place, key(name));
        if prefixed(name, "sss:") {
            report.add(&STACK_007, &place, "has a key that is reserved for the stack's owner");
        }
        report.field(&TAG_002, &place, value(text));
    }
}

pub(crate) fn key(key: &str) -> Result<(), ValidationError> {
    key_length(key)?;
    judge(key.chars().all(is_taken), &TAG_002, || "has a key that AWS does not take".to_owned())?;
    key_owner(key)
}

pub(crate) fn key_length(key: &str) -> Result<(), ValidationError> {
    let count = key.chars().count();
    judge((1..=128).contains(&count), &TAG_002, || format!("has a key of {count} characters"))
}

pub(crate) fn key_owner(key: &str) -> Result<(), ValidationError> {
    judge(!prefixed(key, "aws:"), &TAG_003, || "has a key that is reserved for AWS".to_owned())
}

pub(crate) fn value(value: &str) -> Result<(), ValidationError> {
    value_length(value, 256)?;
    judge(value.chars().all(is_taken), &TAG_002, || "has a value that AWS does not take".to_owned())
}

pub(crate) fn value_length(value: &str, longest: usize) -> Result<(), ValidationError> {
    let count = value.chars().count();
    judge(count <= longest, &TAG_002, || format!("has a value of {count} characters"))
}

/// The rule on how many tags an object has: those of the stack, its own, and so many of the model's.
pub(crate) fn count(layers: &[&BTreeMap<String, String>], model: usize, at: &Place, report: &mut Report) {
    let mut keys: Vec<&String> = layers.iter().flat_map(|tags| tags.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let length: usize = keys.iter().map(|key| key.chars().count() + 1).sum();
    let count = keys.len() + OWNER_TAGS + length.div_ceil(RECORDED) + model;
    if count > MOST {
        report.add(&TAG_001, &at.key("tags"), format!("makes {count} tags on one object"));
    }
}

fn prefixed(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_taken(c: char) -> bool {
    c.is_alphanumeric() || "_.:/=+-@".contains(c) || (c.is_whitespace() && !c.is_control())
}
