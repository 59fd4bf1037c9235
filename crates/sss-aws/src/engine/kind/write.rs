//! The writes of a step. One list is forecast and carried out.
//!
//! A kind compares two states once, in `Resource::writes`, and returns the calls as values with the values
//! that they need. A forecast counts the list; an apply carries the same list out. So the two cannot differ.
//!
//! The order within an update: writes that tags record, then the removal of tags, then the new tags, then all
//! other writes.

use crate::{
    Id,
    engine::kind::Resource,
    tags::{TagChange, Tags},
};

/// Operations by their names in IAM policies.
pub(crate) type Calls = &'static [&'static str];

/// A write of a kind beside the creation and the tags.
pub(crate) trait Write: Send + Sync {
    /// Returns the calls that it makes when nothing goes wrong. A write without calls waits for an earlier
    /// one.
    fn calls(&self) -> Calls;

    /// Returns whether it comes before the change of tags, because the tags record its effect.
    ///
    /// A run may die between two calls. The old record must still cover the parts that are left to change.
    fn precedes_tags(&self) -> bool {
        false
    }
}

/// The way of an object from its live to its desired state.
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
    /// The resource.
    pub(crate) id: &'a Id,
    /// Its name on AWS.
    pub(crate) name: &'a str,
    /// Its ids and ARNs.
    pub(crate) output: &'a R::Output,
}

/// A change of tags that takes one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Retag {
    /// The keys to remove.
    Remove(Vec<String>),
    /// The tags to set. Others with the same keys are replaced.
    Set(Tags),
}

impl Retag {
    /// Returns the calls of a change of tags in their order.
    ///
    /// Removes tags before setting new ones. The new tags include the record of our keys; if the run dies in
    /// between, the old record must still cover the tags left to remove.
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
