//! The record of the clusters and namespaces of others that hold objects of the stack.
//!
//! The security group of the stack carries it. A name may be as long as the value of a tag, so the record continues in
//! numbered tags, and a long word in the next word.

use std::collections::BTreeSet;

use sss_model::rules::key_records;

use crate::tags::{Tags, collected, numbered, unescape};

/// The clusters and namespaces of others that hold objects of the stack, as `KIND=TEXT` with spaces between them.
/// Numbered from the second one on.
///
/// Nothing else tells where to look for such objects once the stack file no longer names the cluster.
const INSIDE: &str = "sss:inside";

/// The number of characters of a word in the record [`INSIDE`]. A longer word continues in the next one, which begins
/// with `+`.
const INSIDE_WORD: usize = 200;

/// Returns the tags that record the clusters and namespaces of others that hold objects of the stack.
///
/// A name may be as long as the value of a tag, so neither a word nor the record is sure to fit into one.
/// [`inside`] reads them back.
pub(crate) fn hold_inside(places: impl IntoIterator<Item = String>) -> Tags {
    let places: BTreeSet<String> = places.into_iter().collect();
    let mut words: Vec<String> = Vec::new();
    for place in &places {
        let letters: Vec<char> = place.chars().collect();
        for (index, part) in letters.chunks(INSIDE_WORD).enumerate() {
            let plus = if index == 0 { "" } else { "+" };
            words.push(plus.to_owned() + &part.iter().collect::<String>());
        }
    }

    let records = key_records(words.iter().map(String::as_str)).into_iter().enumerate();
    records.map(|(index, record)| (numbered(INSIDE, index), record)).collect()
}

/// Returns the record [`INSIDE`] of an object as `KIND=TEXT`.
fn places(tags: &Tags) -> BTreeSet<String> {
    let mut places: Vec<String> = Vec::new();
    for word in collected(tags, INSIDE).split_whitespace().map(unescape) {
        match (word.strip_prefix('+'), places.last_mut()) {
            (Some(rest), Some(place)) => place.push_str(rest),
            _ => places.push(word),
        }
    }
    places.into_iter().collect()
}

/// Returns the objects of others of a kind that the record [`INSIDE`] names, as the stack file named them.
pub(crate) fn inside(tags: &Tags, kind: &str) -> impl Iterator<Item = String> {
    places(tags)
        .into_iter()
        .filter_map(move |place| Some(place.strip_prefix(kind)?.strip_prefix('=')?.to_owned()))
}

/// Adds the places of the live record [`INSIDE`] to the desired one. Returns whether the desired record lacks one.
pub(crate) fn keep_inside(live: &Tags, want: &mut Tags) -> bool {
    let after = places(want);
    let both = &places(live) | &after;
    let forgets = both.len() > after.len();
    want.extend(hold_inside(both));
    forgets
}

#[cfg(test)]
mod tests {
    use sss_model::rules::limits::TAG_VALUE;

    use super::*;

    #[test]
    fn places_of_any_length_are_recorded() {
        let places =
            |letters: usize| vec![format!("ecs/cluster={}", "c".repeat(letters)), "n=+a=b".to_owned()];
        for letters in [1, 187, 188, 189, 243, 244, 245, 255, 388, 389] {
            let tags = hold_inside(places(letters));
            assert!(tags.values().all(|value| value.chars().count() <= TAG_VALUE), "{letters}: {tags:?}");
            assert_eq!(inside(&tags, "ecs/cluster").collect::<Vec<_>>(), ["c".repeat(letters)]);
            assert_eq!(inside(&tags, "n").collect::<Vec<_>>(), ["+a=b"]);
        }
        assert_eq!(hold_inside([]), Tags::new());
    }

    #[test]
    fn left_places_stay_recorded() {
        let long = format!("ecs/cluster={}", "c".repeat(255));
        let live = hold_inside([long.clone(), "ecs/cluster=b".to_owned()]);
        let mut want = hold_inside(["ecs/cluster=a".to_owned()]);
        assert!(keep_inside(&live, &mut want));
        let names: Vec<_> = inside(&want, "ecs/cluster").collect();
        assert_eq!(names, ["a", "b", &long["ecs/cluster=".len()..]]);
        assert!(!keep_inside(&live, &mut want));
        assert!(!keep_inside(&Tags::new(), &mut Tags::new()));
    }
}
