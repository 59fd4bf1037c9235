//! The types of the facts that a kind states about itself.
//!
//! Each is a value instead of a branch in the engine: a kind states the fact beside its calls, and the engine
//! acts on it for every kind in the same way.

use std::{any::Any, future::Future, pin::Pin, sync::Arc};

use serde_json::Value;
use sss_model::Path;

use crate::{
    Aws, Graph, Plan, World,
    engine::{
        kind::{Resource, Way, Workload},
        run::Context,
        wait::Condition,
        world::Live,
    },
};

/// The reason why AWS refuses to create an object.
#[derive(Debug)]
pub(crate) struct Obstacle {
    /// The id of the object that blocks the creation, or the value that AWS refuses.
    pub(crate) physical: String,
    /// The reason, as it fits behind the resource's name.
    pub(crate) because: String,
    /// The remedy.
    pub(crate) hint: String,
}

/// A quota of AWS on the number of objects. It bounds an account, a region or another object, as the kind
/// counts it.
#[derive(Debug)]
pub(crate) struct Limit {
    /// The name, as it fits "… of …".
    pub(crate) name: &'static str,
    /// The quota, unless the account has been granted more.
    pub(crate) at_most: f64,
    /// Returns the number of objects that count after an apply.
    pub(crate) used: fn(&Graph, &World, &Plan) -> f64,
}

/// The heritage of a new object from one of another name that the stack no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inheritance {
    /// The new object is as the stack says.
    Nothing,
    /// The new object gets the settings and tags that others made on the only such object.
    OfOthers,
}

/// Data that a deletion loses for good.
#[derive(Debug)]
pub(crate) struct Data {
    /// The name, such as `log events`.
    pub(crate) name: &'static str,
    /// Returns the number of bytes in an object. `None` if AWS has not answered it.
    pub(crate) stored_bytes: fn(&Live) -> Option<i64>,
}

/// State that the steps of one AWS service share during an apply. The engine carries it without its type.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// Creates shared state at the start of an apply.
pub(crate) type Share = fn(&Aws, &Graph, &World) -> Shared;

/// A function that returns why AWS will refuse an object in a state.
pub(crate) type Obstructs<R> = fn(&<R as Resource>::State, &World) -> Option<Obstacle>;

/// A function that returns the effect of the way between two states of a kind on what its object runs.
pub(crate) type Effect<R> = fn(&Way<'_, <R as Resource>::State>, Option<&R>) -> Workload;

/// A function that returns what AWS does by itself on the way between two states of a kind.
pub(crate) type Consequences<R> = fn(&Way<'_, <R as Resource>::State>, Option<&R>, &World) -> Vec<String>;

/// A wait until a listing that may be behind shows the result of an apply.
///
/// It runs beside the steps, so it makes an apply longer only by the time that the listing is behind the last
/// step. Kinds that appear in the same listing share one wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settling {
    /// The name of the listing. An apply runs one wait of each name.
    pub(crate) listing: &'static str,
    /// Waits. It ends after the steps have ended (`Context::steps_ended`), and cannot fail: the objects exist,
    /// whatever the listing shows.
    pub(crate) run: for<'a> fn(&'a Context) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
}

/// A path that AWS cannot change in place, and the reason. The first entry that matches a change counts.
#[derive(Debug)]
pub(crate) struct Immutable {
    /// The path, or a path above it: `network` covers `network.subnets`.
    pub(crate) path: Path,
    /// The reason why a new object is needed.
    pub(crate) because: &'static str,
    /// The name of the new object.
    pub(crate) name: NewName,
    /// The requests that fail during the replacement. `None` if dependents move to the new object first.
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
#[derive(Debug)]
pub(crate) struct Renamed {
    /// The member, as a path of a change.
    pub(crate) member: Path,
    /// The objects that are the same one under another name.
    pub(crate) pairs: Pairs,
    /// The requests that fail where an object has to be deleted before one of another name is created.
    pub(crate) gap: Option<&'static str>,
}

/// The objects that count as the same one under another name, if no object has the name of the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Any two objects, if AWS can change one into the other: a stack has one object of the kind.
    Any,
    /// Two objects whose names stand for one place, two that differ in the name only, and two that AWS refuses
    /// beside one another and that get common requests.
    Alike,
}

/// The common part of two names. Closer names order first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kinship {
    /// The names stand for the same place and get the same requests: route keys that differ in the names of
    /// variables.
    Place,
    /// The names are of one sort.
    Sort,
    /// The names have nothing in common.
    None,
}

/// The objects to which the parts of a kind refer, beside the object that contains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Other objects of the stack. A part without such a reference was made by somebody else.
    Linked,
    /// Nothing, as a policy of a scalable target. Nobody can tell who made one that the stack does not have.
    Alone,
}

/// The fate of an object after its replacement is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It is deleted when nothing refers to it any more.
    Deleted,
    /// It stays, as earlier revisions do.
    Kept,
}

/// The conditions that a step waits for, and the call that polls for them. `None`: the answer of the call is
/// the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    /// The condition after a creation.
    pub(crate) made: Option<&'static Condition>,
    /// The condition after an update, unless the kind chooses another one for a change.
    pub(crate) changed: Option<&'static Condition>,
    /// The condition after a deletion.
    pub(crate) removed: Option<&'static Condition>,
    /// The call that polls, and the number of objects that one call shows. A forecast counts polls by it.
    pub(crate) look: (&'static str, usize),
}

impl Waits {
    /// A kind whose calls have their effect when AWS answers.
    pub(crate) const NONE: Self = Self { made: None, changed: None, removed: None, look: ("", 1) };
}

/// A part of a state that is left to others once the object exists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Left {
    pub(crate) path: Path,
    /// The live value that the stack takes back nevertheless. `None` if it leaves every value.
    pub(crate) except: Option<Value>,
}

impl Left {
    /// Returns a part whose every value is left to others.
    pub(crate) const fn always(path: Path) -> Self {
        Self { path, except: None }
    }
}
