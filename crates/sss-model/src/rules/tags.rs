//! Tags.

use std::collections::BTreeMap;

use super::{STACK_007, TAG_001, TAG_002, TAG_003};
use crate::problem::{Place, Report};

/// How many tags say to which stack an object belongs.
const OWNER_TAGS: usize = 2;

/// The rules of each tag of a part, `at` being the part.
pub(crate) fn inspect(tags: &BTreeMap<String, String>, at: &Place, report: &mut Report) {
    let at = at.key("tags");
    for (key, value) in tags {
        let place = at.key(key);
        if !(1..=128).contains(&key.chars().count()) || !key.chars().all(is_taken) {
            report.add(&TAG_002, &place, "has a key that AWS does not take");
        } else if prefixed(key, "aws:") {
            report.add(&TAG_003, &place, "has a key that is reserved for AWS");
        } else if prefixed(key, "sss:") {
            report.add(&STACK_007, &place, "has a key that is reserved for the stack's owner");
        }
        if value.chars().count() > 256 || !value.chars().all(is_taken) {
            report.add(&TAG_002, &place, "has a value that AWS does not take");
        }
    }
}

/// The rule on how many tags an object has: those of the stack, its own, and so many of the model's.
pub(crate) fn count(layers: &[&BTreeMap<String, String>], model: usize, at: &Place, report: &mut Report) {
    let mut keys: Vec<&String> = layers.iter().flat_map(|tags| tags.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let count = keys.len() + OWNER_TAGS + model;
    if count > 50 {
        report.add(&TAG_001, &at.key("tags"), format!("makes {count} tags on one object"));
    }
}

fn prefixed(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_taken(c: char) -> bool {
    c.is_alphanumeric() || "_.:/=+-@".contains(c) || (c.is_whitespace() && !c.is_control())
}
