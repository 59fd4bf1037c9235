//! What a kind of resource is, and how the engine holds kinds without knowing them.

mod facts;
mod spec;

use std::future::Future;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub(crate) use self::{
    facts::{Immutable, Kinship, Limit, NewName, Obstacle, Pairs, Renamed, Replaced, Share, Shared, Waits},
    spec::Spec,
};
use crate::{
    Aws, Id, Kind, Result, World,
    engine::{
        dependent::Dependent, graph::Refs, run::Context, successor::Successors, wait::Condition, world::Live,
    },
    tags::{Ownership, TagChange, Tags},
};

/// What a step does to the tasks of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServiceTasks {
    /// The first tasks start.
    Started,
    /// A new deployment replaces all tasks.
    Replaced,
    /// The step starts no deployment, and waits for the one that is under way.
    Awaited,
    /// No task is replaced. A changed count starts or stops some.
    Kept,
    /// All tasks stop.
    Stopped,
}

/// A kind of resource. Its desired and its live state are one type, so one comparison serves all kinds.
///
/// # Guarantees
///
/// - `State` is in normal form: maps keyed by natural name, sets sorted, AWS's defaults filled in or left out the same
///   way on both sides, the object's own name not part of it unless AWS can change that in place.
/// - `Output` holds what AWS names the object by, and nothing else: dependents are found by these strings.
/// - A state with tags has them under `tags`.
pub(crate) trait Resource: Listed + Sized + Send + Sync + 'static {
    /// The kind's name: the AWS service and a noun.
    const NAME: &'static str;
    /// The kind, to name its resources by.
    const KIND: Kind = Kind::of(&Spec::of::<Self>());
    /// What AWS cannot change in place.
    const IMMUTABLE: &'static [Immutable] = &[];
    /// What becomes of an object that was replaced.
    const REPLACED: Replaced = Replaced::Deleted;
    /// The data in it that a deletion loses for good. What a stack says comes back with the next apply; this does not.
    const DATA: Option<&'static str> = None;
    /// The member of the state that holds the name, where AWS can change that in place.
    const RENAMED: Option<Renamed> = None;
    /// The names that an object may get when it replaces another one.
    const SUCCESSORS: Successors = Successors::NONE;
    /// The reference through which requests reach the object, as a JSON pointer into the state. Nothing refers to such an
    /// object itself: the users of the referenced object are its users.
    const REACHED_THROUGH: Option<&'static str> = None;
    /// What AWS is waited for.
    const WAITS: Waits = Waits::NONE;
    /// The output of the stack that an object of this kind tells: its name, and the member of `Output` that holds it.
    const TOLD: Option<(&'static str, &'static str)> = None;
    /// The quotas of AWS on how much of it there may be.
    const LIMITS: &'static [Limit] = &[];
    /// Makes the state that the steps of its AWS service share during an apply, where they share any.
    const SHARED: Option<Share> = None;
    /// The calls that set and take off tags, where the kind takes any.
    const TAGGING: Option<[&'static str; 2]> = None;
    /// What we manage of it.
    type State: Serialize + DeserializeOwned + Send + Sync;
    /// What dependents read: ids and ARNs.
    type Output: Serialize + DeserializeOwned + Send + Sync;

    /// The logical name.
    fn name(&self) -> String;

    /// The names of the output's members, in place of their values while they are not known.
    fn pending(id: &Id) -> Self::Output;

    /// Whether AWS takes two names for the same one.
    fn is_same_name(one: &str, other: &str) -> bool {
        one == other
    }

    /// How much two names have in common, where AWS can change the name.
    fn kinship(_one: &str, _other: &str) -> Kinship {
        Kinship::None
    }

    /// Whether AWS refuses one name beside the other.
    fn clash(one: &str, other: &str) -> bool {
        Self::is_same_name(one, other)
    }

    /// Whether objects of these names can get the same requests.
    fn overlap(_one: &str, _other: &str) -> bool {
        false
    }

    /// The state in which an object has what it has now and what it gets, or `None` if it loses nothing. Its users move
    /// from one to the other meanwhile.
    fn widened(_live: &Self::State, _want: &Self::State) -> Option<Self::State> {
        None
    }

    /// The reason why AWS refuses to create an object in this state, as far as the world tells it.
    fn obstacle(_desired: &Self::State, _world: &World) -> Option<Obstacle> {
        None
    }

    /// The desired state. Reading a reference draws an edge of the graph.
    fn desired(&self, refs: &Refs<'_>) -> Self::State;

    /// Whether every update replaces the tasks, also one that needs no new ones.
    fn forces_deployments(&self) -> bool {
        false
    }

    /// What a step does to the tasks of a service; none for a kind without tasks. `forced` is what `forces_deployments` says.
    fn tasks(_way: &Way<'_, Self::State>, _forced: bool) -> Option<ServiceTasks> {
        None
    }

    /// The requests that fail while the tasks of a service are replaced in a change from the first state to the second.
    fn replacement_gap(_live: &Self::State, _want: &Self::State) -> Option<&'static str> {
        None
    }

    /// What a change from the first state to the second waits for.
    fn awaited(_live: &Self::State, _want: &Self::State, _forced: bool) -> Option<&'static Condition> {
        Self::WAITS.changed
    }

    /// The key of the stack file that gives it another name, where there is one.
    fn named_by(&self) -> Option<String> {
        None
    }

    /// What stays as it is once the object exists, as JSON pointers into the state.
    fn ignored(&self) -> Vec<String> {
        Vec::new()
    }

    /// Makes it, named `name`.
    fn create(
        cx: &Context,
        id: &Id,
        name: &str,
        want: Self::State,
    ) -> impl Future<Output = Result<Self::Output>> + Send;

    /// Changes everything but tags.
    fn update(
        cx: &Context,
        id: &Id,
        found: Found<Self>,
        want: Self::State,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Changes tags. A kind that takes none has nothing to do. What goes goes first: the record of our keys is among what is
    /// set, and a run that dies in between must not have forgotten whose the others are.
    fn tag(
        _cx: &Context,
        _found: &Found<Self>,
        _change: TagChange,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// The calls that a step takes at least: as `create`, `update` and `delete` make them when nothing goes wrong.
    fn calls(way: &Way<'_, Self::State>) -> Vec<&'static str>;

    /// Looks for the objects of others that use these objects of the stack, all of this kind. A plan removes them.
    fn dependents(
        _aws: &Aws,
        _world: &World,
        _removed: &[&Live],
    ) -> impl Future<Output = Result<Vec<Dependent>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Removes it, and waits until it is gone.
    fn delete(cx: &Context, id: &Id, found: Found<Self>) -> impl Future<Output = Result<()>> + Send;

    /// Waits after the last step of an apply for what would mislead the next look at AWS.
    fn settle(_cx: &Context) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// What a step does with an object.
pub(crate) enum Way<'a, S> {
    /// It is made like this.
    Make(&'a S),
    /// It is changed from the first to the second, and not only in its tags.
    Change(&'a S, &'a S),
    /// It is removed.
    Remove(&'a S),
}

impl<'a, S> Way<'a, S> {
    /// The way from one state to another; none is an object that is not there.
    fn between(before: Option<&'a S>, after: Option<&'a S>) -> Option<Self> {
        match (before, after) {
            (None, None) => None,
            (None, Some(after)) => Some(Self::Make(after)),
            (Some(before), None) => Some(Self::Remove(before)),
            (Some(before), Some(after)) => Some(Self::Change(before, after)),
        }
    }
}

/// An object found on AWS, typed.
pub(crate) struct Found<R: Resource> {
    /// What tells it from all others of its kind: an id, an ARN, or a name where names are unique.
    pub(crate) physical: String,
    /// Its name on AWS.
    pub(crate) name: String,
    /// Its state in normal form.
    pub(crate) state: R::State,
    /// What AWS names it by.
    pub(crate) output: R::Output,
}

impl<R: Resource> Found<R> {
    /// As the world keeps it.
    pub(crate) fn into_live(self, ownership: Ownership) -> Live {
        Live {
            physical: self.physical,
            name: self.name,
            ownership,
            state: to_value(&self.state),
            output: to_value(&self.output),
            parent: None,
            status: None,
            left_alone: Vec::new(),
            others: Value::Null,
            lost: Vec::new(),
            attempt: None,
            stored_bytes: None,
            is_kept: false,
        }
    }

    fn from_live(live: &Live) -> Self {
        Self {
            physical: live.physical.clone(),
            name: live.name.clone(),
            state: from_value(&live.state),
            output: from_value(&live.output),
        }
    }
}

/// A call as often as it is made.
pub(crate) fn times(call: &'static str, count: usize) -> impl Iterator<Item = &'static str> {
    std::iter::repeat_n(call, count)
}

/// A kind that stands in the list of kinds.
pub(crate) trait Listed {
    /// The place in the list.
    const RANK: usize;
}

pub(crate) fn to_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("states and outputs are plain data")
}

pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).expect("a state is read back by the kind that wrote it")
}

/// The mark that says which logical name an object with another name has.
pub(crate) fn name_tag(id: &Id, name: &str, tags: &Tags) -> Tags {
    let mut tags = tags.clone();
    if id.name != name {
        tags.insert(crate::tags::NAME.to_owned(), id.name.clone());
    }
    tags
}

/// The only member of most outputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nothing {}
