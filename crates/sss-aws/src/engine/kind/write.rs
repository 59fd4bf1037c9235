//! The writes of a step. One list is forecast and carried out.

use crate::{
    Id,
    engine::kind::Resource,
    tags::{TagChange, Tags},
};

/// Operations by their names in IAM policies.
pub(crate) type Calls = &'static [&'static str];

/// A write of a kind beside the creation and the tags.
pub(crate) trait Write: Send + Sync {
    /// Returns the calls that it makes when nothing goes wrong. A write without calls waits for an earlier one.
    fn calls(&self) -> Calls;

    /// Returns whether it comes before the tags change, because the tags record what it changes.
    fn precedes_tags(&self) -> bool {
        false
    }
}

/// The states between which a step leads.
pub(crate) enum Way<'a, S> {
    /// The object is created in this state.
    Make(&'a S),
    /// The object changes from the first to the second state.
    Change(&'a S, &'a S),
    /// The object is deleted.
    Remove(&'a S),
}

impl<'a, S> Way<'a, S> {
    /// Returns the way between two states; `None` stands for an object that does not exist.
    pub(super) fn between(before: Option<&'a S>, after: Option<&'a S>) -> Option<Self> {
        match (before, after) {
            (None, None) => None,
            (None, Some(after)) => Some(Self::Make(after)),
            (Some(before), None) => Some(Self::Remove(before)),
            (Some(before), Some(after)) => Some(Self::Change(before, after)),
        }
    }
}

/// The object that a write changes.
pub(crate) struct Object<'a, R: Resource> {
    pub(crate) id: &'a Id,
    /// Its name on AWS.
    pub(crate) name: &'a str,
    pub(crate) output: &'a R::Output,
}

/// A change of tags that takes one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Retag {
    Remove(Vec<String>),
    Set(Tags),
}

impl Retag {
    /// Returns the calls of a change of tags in their order.
    ///
    /// Tags are removed before others are set. The tags to set include the record of our keys; if the run dies in between,
    /// the old record must still cover the tags that are left to remove.
    pub(super) fn of(change: TagChange) -> impl Iterator<Item = Self> {
        let TagChange { set, remove } = change;
        let remove = (!remove.is_empty()).then_some(Self::Remove(remove));
        let set = (!set.is_empty()).then_some(Self::Set(set));
        remove.into_iter().chain(set)
    }

    /// Returns the name of the call among those that set and remove tags.
    pub(super) fn call(&self, [set, remove]: [&'static str; 2]) -> &'static str {
        match self {
            Self::Remove(_) => remove,
            Self::Set(_) => set,
        }
    }
}
