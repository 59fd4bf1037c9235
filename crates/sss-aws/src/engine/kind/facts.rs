//! The facts that a kind states about itself.

use std::{any::Any, sync::Arc};

use crate::{Aws, Graph, Plan, World, engine::wait::Condition};

/// Why AWS refuses to create an object.
#[derive(Debug)]
pub(crate) struct Obstacle {
    /// The id of the object in the way, or the value that AWS refuses.
    pub(crate) physical: String,
    pub(crate) because: String,
    pub(crate) hint: String,
}

/// A quota of AWS on how much there may be.
#[derive(Debug)]
pub(crate) struct Limit {
    /// The name, as it fits "… of …".
    pub(crate) name: &'static str,
    /// How much there may be, unless the account has been granted more.
    pub(crate) at_most: f64,
    /// How much there is when the stack is applied.
    pub(crate) used: fn(&Graph, &World, &Plan) -> f64,
}

/// State that the steps of one AWS service share during an apply.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// Makes shared state.
pub(crate) type Share = fn(&Aws, &World) -> Shared;

/// A path that AWS cannot change in place, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Immutable {
    /// The path, or the path above it.
    pub(crate) path: &'static str,
    /// Why a new object is needed.
    pub(crate) because: &'static str,
    /// Whether the new object can have the old one's name beside it.
    pub(crate) name: NewName,
    /// What fails for whom meanwhile; none when what depends is moved over first.
    pub(crate) downtime: Option<&'static str>,
}

/// The name of an object that replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewName {
    /// The same: names of this kind need not be unique, or the new one is in another place.
    Same,
    /// Another: AWS refuses a second one of this name while the old one is there.
    Other,
}

/// Where the name of an object stands that AWS can rename.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renamed {
    /// The member of the state.
    pub(crate) member: &'static str,
    /// The objects that are the same one under another name.
    pub(crate) pairs: Pairs,
}

/// The objects that are taken for the same one under another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Any two, as long as AWS can change one into the other: a stack has one object of the kind.
    Any,
    /// Those of names of one place, and those that differ in nothing but the name.
    Alike,
}

/// How much two names have in common. The closest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kinship {
    /// They stand for the same place, and the same requests come to it.
    Place,
    /// They are of one sort.
    Sort,
    /// Nothing.
    None,
}

/// What becomes of an object that was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It is deleted when nothing refers to it any more.
    Deleted,
    /// It stays, as earlier revisions do.
    Kept,
}

/// What AWS is waited for when an object is made, changed or removed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) made: Option<&'static Condition>,
    pub(crate) changed: Option<&'static Condition>,
    pub(crate) removed: Option<&'static Condition>,
    /// The call that looks, and how many objects one look shows.
    pub(crate) look: (&'static str, usize),
}

impl Waits {
    pub(crate) const NONE: Self = Self { made: None, changed: None, removed: None, look: ("", 1) };
}
