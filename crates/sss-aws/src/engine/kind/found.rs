//! An object of the account as its kind sees it: with the kind's own types.

use serde_json::Value;

use super::{Resource, from_value, to_value};
use crate::{
    engine::world::{Facts, Live, Source},
    tags::Ownership,
};

/// An object found on AWS, with its types.
pub(crate) struct Found<R: Resource> {
    /// The id, the ARN, or the unique name that identifies it among the objects of its kind.
    pub(crate) physical: String,
    /// Its name on AWS.
    pub(crate) name: String,
    /// Its state in normal form.
    pub(crate) state: R::State,
    /// Its ids and ARNs.
    pub(crate) output: R::Output,
}

impl<R: Resource> Found<R> {
    /// Returns the object as the world keeps it, with a state that was read.
    pub(crate) fn into_live(self, ownership: Ownership) -> Live {
        Live {
            physical: self.physical,
            name: self.name,
            ownership,
            state: to_value(&self.state),
            source: Source::Read,
            output: to_value(&self.output),
            parent: None,
            status: None,
            others: Value::Null,
            lost: Vec::new(),
            facts: Facts::default(),
        }
    }

    /// Returns the object with its types.
    pub(super) fn from_live(live: &Live) -> Self {
        Self {
            physical: live.physical.clone(),
            name: live.name.clone(),
            state: from_value(&live.state),
            output: from_value(&live.output),
        }
    }
}
