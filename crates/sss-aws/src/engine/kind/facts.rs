//! The facts that a kind states about itself.

use std::{any::Any, sync::Arc};

use crate::{
    Aws, Graph, Plan, World,
    engine::{wait::Condition, world::Live},
};

/// The reason why AWS refuses to create an object.
#[derive(Debug)]
pub(crate) struct Obstacle {
    /// The id of the object that blocks the creation, or the value that AWS refuses.
    pub(crate) physical: String,
    pub(crate) because: String,
    pub(crate) hint: String,
}

/// A quota of AWS on the number of objects.
#[derive(Debug)]
pub(crate) struct Limit {
    /// The name, as it fits "… of …".
    pub(crate) name: &'static str,
    /// The quota, unless the account has been granted more.
    pub(crate) at_most: f64,
    /// Returns how much of the quota the account uses after an apply.
    pub(crate) used: fn(&Graph, &World, &Plan) -> f64,
}

/// Data that a deletion loses for good.
#[derive(Debug)]
pub(crate) struct Data {
    /// The name, such as `log events`.
    pub(crate) name: &'static str,
    /// Returns how many bytes an object holds, where AWS has answered that.
    pub(crate) stored_bytes: fn(&Live) -> Option<i64>,
}

/// State that the steps of one AWS service share during an apply.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// Creates shared state.
pub(crate) type Share = fn(&Aws, &World) -> Shared;

/// A path that AWS cannot change in place, and the reason.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Immutable {
    /// The path, or the path above it.
    pub(crate) path: &'static str,
    /// The reason why a new object is needed.
    pub(crate) because: &'static str,
    /// The name of the new object.
    pub(crate) name: NewName,
    /// The requests that fail meanwhile. `None` where dependents move to the new object first.
    pub(crate) downtime: Option<&'static str>,
}

/// The name of an object that replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NewName {
    /// The same name: names of this kind need not be unique, or the new object is in another place.
    Same,
    /// Another name: AWS refuses a second object of this name.
    #[default]
    Other,
}

/// The member of a state that holds a name that AWS can change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renamed {
    pub(crate) member: &'static str,
    /// The objects that are the same one under another name.
    pub(crate) pairs: Pairs,
    /// The requests that fail where an object has to be deleted before one of another name is created.
    pub(crate) gap: Option<&'static str>,
}

/// The objects that count as the same one under another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Any two, if AWS can change one into the other: a stack has one object of the kind.
    Any,
    /// Two whose names stand for one place, and two that differ in the name only.
    Alike,
}

/// How much two names have in common, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kinship {
    /// The names stand for the same place, and get the same requests.
    Place,
    /// The names are of one sort.
    Sort,
    /// The names have nothing in common.
    None,
}

/// What happens to an object after its replacement is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It is deleted when nothing refers to it any more.
    Deleted,
    /// It stays, as earlier revisions do.
    Kept,
}

/// The conditions that AWS is waited for when an object is created, updated or deleted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) made: Option<&'static Condition>,
    pub(crate) changed: Option<&'static Condition>,
    pub(crate) removed: Option<&'static Condition>,
    /// The call that polls, and how many objects one call shows.
    pub(crate) look: (&'static str, usize),
}

impl Waits {
    pub(crate) const NONE: Self = Self { made: None, changed: None, removed: None, look: ("", 1) };
}
