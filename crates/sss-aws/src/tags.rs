//! Ownership, as tags record it, and the normal form of tags.
//!
//! There is no state file. The account cannot say to which stack an object belongs, or which of its tags the
//! stack has set, so the engine writes these facts on the object as tags. A *mark* is the tag `sss:stack`
//! with the name of a stack. A *layer* is a set of tags of the stack file: the stack's, then the ones of the
//! part. *Bookkeeping* tags are written where they are needed and never compared.
//!
//! | tag | meaning |
//! |---|---|
//! | `sss:stack` | the stack that owns the object |
//! | `sss:managed-by` | `sss` |
//! | `sss:region` | on an object without a region, such as a role: the region of the owning stack |
//! | `sss:boundary` | on a role: a hash of the permissions boundary that the stack set |
//! | `sss:settings` | the optional settings that the stack sets, and others may set as long as it does not |
//! | `sss:tags` | the keys of the tags that the stack set: see below |
//! | `sss:name` | the logical name, on an object that got another name because it replaced one |
//! | `sss:content` | on a revision of a task definition: the hash of its content, which saves a read |
//! | `sss:number` | on a revision: the number that it was expected to get, to recognize a copy |
//! | `sss:revision` | on a service: the hash of the ARN and the content of its first revision |
//! | `sss:count` | on a service that was scaled to 0: its number of tasks before |
//! | `sss:inside` | on the security group: the clusters and namespaces of others that hold objects of the stack; on a domain name: its hosted zones |
//! | `sss:left-alone` | on an adopted API: the ids of its parts that are older and not in the stack |
//!
//! The record `sss:tags` tells two cases apart: the engine removes a tag that the stack no longer has, and
//! keeps a tag that somebody else set. AWS limits the length of a value, so a long list continues in
//! `sss:tags-2` and so on. A space divides the keys; `sss_model::rules::key_records` escapes the spaces
//! within a key.
//!
//! Tags that begin with `aws:` belong to AWS and are ignored everywhere.

mod inside;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sss_model::{Path, rules::key_records};

pub(crate) use self::inside::{hold_inside, inside, keep_inside};

/// The path of the tags in the state of each kind that takes tags.
pub(crate) const PATH: Path = Path::literal("tags");

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// The mark: the name of the stack that owns the object.
pub(crate) const STACK: &str = "sss:stack";
/// The region of the owning stack, on an object without a region.
pub(crate) const REGION: &str = "sss:region";
/// The hash of the permissions boundary that the stack set on a role.
pub(crate) const BOUNDARY: &str = "sss:boundary";
/// The names of the optional settings that the stack sets, with spaces between them.
pub(crate) const SETTINGS: &str = "sss:settings";
/// The program that manages the object.
pub(crate) const MANAGED_BY: &str = "sss:managed-by";
/// The record of the keys that the stack set. Numbered from the second one on.
pub(crate) const KEYS: &str = "sss:tags";
/// The logical name of an object that has another name.
pub(crate) const NAME: &str = "sss:name";
/// The parts of an adopted API that stay foreign. Numbered from the second one on.
pub(crate) const LEFT_ALONE: &str = "sss:left-alone";
/// The hash of the content of a revision.
pub(crate) const CONTENT: &str = "sss:content";
/// The number that a revision was expected to get.
pub(crate) const NUMBER: &str = "sss:number";
/// The hash of the ARN and the content of the revision that a service was created with.
pub(crate) const REVISION: &str = "sss:revision";
/// The number of tasks of a service before it was scaled to 0.
pub(crate) const COUNT: &str = "sss:count";
/// Bookkeeping tags: written where needed, never compared.
const BOOKKEEPING: [&str; 6] = [NAME, LEFT_ALONE, CONTENT, NUMBER, REVISION, COUNT];

/// The owner of an object, as its tags or the tags of the object that contains it tell.
///
/// A plan changes and deletes objects that are [`Ours`](Self::Ours) only. For a resource of the stack, an
/// object of any other owner is a refusal that names it; adoption turns an unmarked object into one of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ownership {
    /// It carries this stack's mark, or is part of an object that does.
    Ours,
    /// It carries no mark: somebody created it by hand or with another tool.
    Unmarked,
    /// It carries the mark of the stack named here.
    Other(String),
    /// It has no region and carries the mark of the stack of this name in the region named here.
    Elsewhere(String),
}

/// Returns the tags that an object of `stack` should have: the layers, a later one over an earlier one, and
/// the marks.
///
/// The result includes the record of the keys of the layers.
pub(crate) fn wanted<'a>(stack: &str, layers: impl IntoIterator<Item = &'a Tags>) -> Tags {
    let mut tags = Tags::new();
    for layer in layers {
        tags.extend(layer.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let records = key_records(tags.keys().map(String::as_str));
    for (index, record) in records.into_iter().enumerate() {
        tags.insert(numbered(KEYS, index), record);
    }
    tags.insert(STACK.to_owned(), stack.to_owned());
    tags.insert(MANAGED_BY.to_owned(), "sss".to_owned());
    tags
}

/// Returns the tags of an object without a region. It belongs to the stack of one region.
pub(crate) fn wanted_in<'a>(stack: &str, region: &str, layers: impl IntoIterator<Item = &'a Tags>) -> Tags {
    let mut tags = wanted(stack, layers);
    tags.insert(REGION.to_owned(), region.to_owned());
    tags
}

/// Returns whether an object without a region belongs to the stack in this region.
///
/// An object without the tag of a region was made by an earlier version. It belongs to the region that finds
/// it.
pub(crate) fn marks_in<'a>(
    stack: &str,
    region: &str,
    tags: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
) -> bool {
    let elsewhere = |(key, value): (&str, &str)| key == REGION && value != region;
    marks(stack, tags.clone()) && !tags.into_iter().any(elsewhere)
}

/// Returns whether an object with these tags belongs to the stack.
pub(crate) fn marks<'a>(stack: &str, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
    tags.into_iter().any(|(key, value)| key == STACK && value == stack)
}

/// Returns tags as pairs of key and value.
pub(crate) fn pairs(tags: &Tags) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))
}

/// Returns whether a tag is a mark or bookkeeping of a stack.
pub(crate) fn is_mark(key: &str) -> bool {
    key.starts_with("sss:")
}

/// Returns the owner of an object with these tags, and its tags in normal form.
///
/// Of an object of ours, the normal form contains the tags that the stack has set, by its record. Of any
/// other object, it contains all tags but bookkeeping, because adoption has to know them.
pub(crate) fn observed(stack: &str, mut tags: Tags) -> (Ownership, Tags) {
    let ownership = match tags.get(STACK) {
        Some(name) if name == stack => Ownership::Ours,
        Some(name) => Ownership::Other(name.clone()),
        None => Ownership::Unmarked,
    };
    let keys = collected(&tags, KEYS);
    let recorded: Vec<String> = keys.split(' ').map(unescape).collect();
    tags.retain(|key, _| {
        let bookkeeping = BOOKKEEPING.iter().any(|own| key.starts_with(own));
        let ours = is_mark(key) || recorded.contains(key);
        !bookkeeping && !key.starts_with("aws:") && (ours || ownership != Ownership::Ours)
    });
    (ownership, tags)
}

/// Returns the owner and the tags of an object without a region.
pub(crate) fn observed_in(stack: &str, region: &str, tags: Tags) -> (Ownership, Tags) {
    let (ownership, tags) = observed(stack, tags);
    match tags.get(REGION) {
        Some(other) if ownership == Ownership::Ours && other != region => {
            (Ownership::Elsewhere(other.clone()), tags)
        }
        _ => (ownership, tags),
    }
}

/// Returns the tags that others have set on an object of ours. A replacement takes them along.
pub(crate) fn of_others(all: &Tags) -> Tags {
    let keys = collected(all, KEYS);
    let recorded: Vec<String> = keys.split(' ').map(unescape).collect();
    let is_theirs = |key: &String| !is_mark(key) && !key.starts_with("aws:") && !recorded.contains(key);
    all.iter().filter(|(key, _)| is_theirs(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns the ids of the parts that stay foreign, as the tags of the adopted object record them.
pub(crate) fn left_alone(tags: &Tags) -> Vec<String> {
    collected(tags, LEFT_ALONE).split_whitespace().map(str::to_owned).collect()
}

/// The number of tags that the record of parts that stay foreign takes at most: an API has no more parts.
const MOST_RECORDS: usize = 20;

/// Returns the keys of all bookkeeping that an object may carry. Only an object with parts records those that
/// stay foreign.
pub(crate) fn bookkeeping(has_parts: bool) -> impl Iterator<Item = String> {
    let records = (0..MOST_RECORDS).filter(move |_| has_parts).map(|index| numbered(LEFT_ALONE, index));
    let others = BOOKKEEPING.into_iter().filter(|key| *key != LEFT_ALONE).map(str::to_owned);
    others.chain(records)
}

/// Returns the tags that record these ids. [`left_alone`] reads them back.
pub(crate) fn leave_alone(ids: &[String]) -> Tags {
    let records = key_records(ids.iter().map(String::as_str)).into_iter().enumerate();
    records.map(|(index, record)| (numbered(LEFT_ALONE, index), record)).collect()
}

/// Returns whether a change of tags takes an optional setting out of the record [`SETTINGS`].
pub(crate) fn forgets(live: &Tags, want: &Tags) -> bool {
    let words = |tags: &Tags| -> BTreeSet<String> {
        tags.get(SETTINGS).into_iter().flat_map(|record| record.split(' ')).map(str::to_owned).collect()
    };
    !words(live).is_subset(&words(want))
}

/// The difference between two sets of tags: one call for each half that is not empty.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct TagChange {
    /// The tags that are new or have another value.
    pub(crate) set: Tags,
    /// The keys that are gone.
    pub(crate) remove: Vec<String>,
}

impl TagChange {
    /// Returns the change from `before` to `after`.
    pub(crate) fn between(before: &Tags, after: &Tags) -> Self {
        Self {
            set: after
                .iter()
                .filter(|(key, value)| before.get(*key) != Some(value))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            remove: before.keys().filter(|key| !after.contains_key(*key)).cloned().collect(),
        }
    }
}

/// Returns the `tags` of a state in normal form; no tags for a kind that takes none.
pub(crate) fn of_state(state: &Value) -> Tags {
    PATH.value_in(state).and_then(|tags| Tags::deserialize(tags).ok()).unwrap_or_default()
}

/// Returns the key of one part of a record: the key itself, then with `-2`, `-3` and so on.
fn numbered(key: &str, index: usize) -> String {
    if index == 0 { key.to_owned() } else { format!("{key}-{}", index + 1) }
}

/// Returns a record, put together from its parts. A part after a missing number does not count.
fn collected(tags: &Tags, key: &str) -> String {
    let mut chunks = (0..).map_while(|index| tags.get(&numbered(key, index)));
    chunks
        .next()
        .map(|first| chunks.fold(first.clone(), |text, chunk| text + " " + chunk))
        .unwrap_or_default()
}

/// Returns the key that a word of a record stands for: `=s` is a space, and `=e` an equals sign.
fn unescape(word: &str) -> String {
    word.replace("=s", " ").replace("=e", "=")
}

#[cfg(test)]
mod tests {
    use sss_model::rules::limits::TAG_VALUE;

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn wanted_tags_are_observed() {
        let own = tags(&[("Owner", "a"), ("Cost Centre", "x"), ("a=b", "=s")]);
        let wanted = wanted("mz-dev", [&own]);
        assert_eq!(observed("mz-dev", wanted.clone()), (Ownership::Ours, wanted));
    }

    #[test]
    fn many_keys_take_several_records() {
        let own: Tags = (0..40).map(|n| (format!("a-rather-long-key-{n}"), String::new())).collect();
        let wanted = wanted("mz-dev", [&own]);
        assert!(wanted.values().all(|value| value.chars().count() <= TAG_VALUE));
        assert!(wanted.contains_key("sss:tags-2"));
        assert_eq!(observed("mz-dev", wanted.clone()).1, wanted);
    }

    #[test]
    fn record_holds_as_many_keys_as_fit() {
        let check = |words: &[usize], tags: &[usize]| {
            let words: Vec<_> = words.iter().map(|length| "é".repeat(*length)).collect();
            let records = key_records(words.iter().map(String::as_str));
            let lengths: Vec<_> = records.iter().map(|record| record.chars().count()).collect();
            assert_eq!(lengths, tags);
        };
        check(&[], &[]);
        check(&[100, 27, 127], &[256]);
        check(&[128, 128], &[128, 128]);
        check(&[128, 128, 127, 1], &[128, 256, 1]);
    }

    #[test]
    fn tag_of_others_is_not_ours() {
        let mut live = wanted("mz-dev", [&tags(&[("Owner", "a")])]);
        live.insert("CostCentre".to_owned(), "x".to_owned());
        live.insert("aws:cloudformation:stack-name".to_owned(), "y".to_owned());
        assert_eq!(observed("mz-dev", live).1, wanted("mz-dev", [&tags(&[("Owner", "a")])]));
    }

    #[test]
    fn marks_show_the_owner() {
        assert_eq!(observed("a", tags(&[(STACK, "b")])).0, Ownership::Other("b".to_owned()));
        assert_eq!(observed("a", tags(&[("Owner", "x")])), (Ownership::Unmarked, tags(&[("Owner", "x")])));
        assert!(marks("a", [("Owner", "x"), (STACK, "a")]));
        assert!(!marks("a", [(STACK, "b"), ("Owner", "a")]));
    }

    #[test]
    fn object_of_no_region_belongs_to_one_region() {
        let tokyo = wanted_in("a", "ap-northeast-1", []);
        let ownership = |region: &str, tags: &Tags| observed_in("a", region, tags.clone()).0;
        let marks = |region: &str, tags: &Tags| {
            marks_in("a", region, tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
        };
        assert_eq!(ownership("ap-northeast-1", &tokyo), Ownership::Ours);
        assert_eq!(ownership("us-east-1", &tokyo), Ownership::Elsewhere("ap-northeast-1".to_owned()));
        assert!(marks("ap-northeast-1", &tokyo) && !marks("us-east-1", &tokyo));
        let older = wanted("a", []);
        assert_eq!(ownership("us-east-1", &older), Ownership::Ours);
        assert!(marks("us-east-1", &older));
        let theirs = wanted_in("b", "us-east-1", []);
        assert_eq!(ownership("us-east-1", &theirs), Ownership::Other("b".to_owned()));
        assert!(!marks("us-east-1", &theirs));
    }

    #[test]
    fn tags_of_others_differ_from_ours() {
        let mut live = wanted_in("a", "us-east-1", [&tags(&[("Owner", "a")])]);
        live.extend(tags(&[("CostCentre", "x"), ("aws:cloudformation:stack-name", "y")]));
        assert_eq!(of_others(&live), tags(&[("CostCentre", "x")]));
    }

    #[test]
    fn bookkeeping_is_not_compared() {
        let mut live = wanted("a", []);
        live.insert(NAME.to_owned(), "x".to_owned());
        live.extend(leave_alone(&["abc".to_owned(), "def".to_owned()]));
        assert_eq!(left_alone(&live), ["abc", "def"]);
        assert_eq!(observed("a", live).1, wanted("a", []));
    }

    #[test]
    fn change_sets_and_removes_tags() {
        let change = TagChange::between(&tags(&[("a", "1"), ("b", "1")]), &tags(&[("a", "2"), ("c", "1")]));
        assert_eq!(change, TagChange { set: tags(&[("a", "2"), ("c", "1")]), remove: vec!["b".to_owned()] });
        assert_eq!(TagChange::between(&change.set, &change.set), TagChange::default());
    }
}
