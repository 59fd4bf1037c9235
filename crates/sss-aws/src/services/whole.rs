//! The writes of kinds whose objects one call updates as a whole and one call deletes.

use crate::engine::kind::{Calls, Resource, Way, Write};

/// A kind with one call for every change of an object, and one for its deletion.
pub(crate) trait Whole: Resource {
    /// The call that sets all members of an object that the stack manages.
    const UPDATE: &'static str;
    /// The call that deletes an object.
    const DELETE: &'static str;
    /// Both calls, each as a list.
    const CALLS: [Calls; 2] = [&[Self::UPDATE], &[Self::DELETE]];
}

/// A write on an object of such a kind.
pub(crate) enum Change<'a, R: Whole> {
    /// Changes the object from the live to the desired state.
    Update { live: &'a R::State, want: &'a R::State },
    /// Deletes the object in this state.
    Delete(&'a R::State),
}

impl<'a, R: Whole> Change<'a, R> {
    /// Returns the writes of a step: one, or none for a creation.
    pub(crate) fn of(way: &Way<'a, R::State>) -> Vec<Self> {
        match *way {
            Way::Make(_) => Vec::new(),
            Way::Change(live, want) => vec![Self::Update { live, want }],
            Way::Remove(live) => vec![Self::Delete(live)],
        }
    }
}

impl<R: Whole> Write for Change<'_, R> {
    fn calls(&self) -> Calls {
        let [update, delete] = R::CALLS;
        match self {
            Self::Update { .. } => update,
            Self::Delete(_) => delete,
        }
    }
}
