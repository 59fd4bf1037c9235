//! The trait of a kind of resource, and the handle by which the engine holds kinds without knowing them.
//!
//! `Resource` is the contract of a kind: its states, its calls, and each fact about it that the engine needs.
//! A new question of the engine to a kind becomes a constant or a function here with a default, so that the
//! engine never names a kind. `facts` has the types of the facts, `found` an object with its types, `settings`
//! the optional members of a state, `write` the types of the calls, and `spec` the same kind without its types.
//!
//! The life of an object: `create` makes it, `writes` lists the calls that change or delete it, `write` and
//! `tag` carry one of them out. The engine decides which object is created, changed or deleted, and in which
//! order.

mod facts;
mod found;
mod settings;
mod spec;
mod write;

use std::future::Future;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sss_model::Path;

pub(crate) use self::{
    facts::{
        Consequences, Data, Effect, Immutable, Inheritance, Kinship, Left, Limit, NewName, Obstacle,
        Obstructs, Pairs, Part, Renamed, Replaced, Settling, Share, Shared, Waits,
    },
    found::Found,
    settings::{Settings, is_recorded},
    spec::Spec,
    write::{Calls, Object, Retag, Way, Write},
};
use crate::{
    Aws, Id, Kind, Result, World,
    engine::{
        dependent::Dependent, graph::Refs, run::Context, successor::Successors, wait::Condition, world::Live,
    },
    grant::Grant,
    tags::Tags,
};

/// The effect of a step on the processes that an object runs, such as the tasks of an ECS service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Workload {
    /// The first processes start.
    Started,
    /// New processes replace all running ones.
    Replaced,
    /// The step replaces nothing. It waits for a replacement that is under way.
    Awaited,
    /// No process is replaced. A changed count starts or stops some.
    Kept,
    /// All processes stop.
    Stopped,
}

/// A kind of resource. Its desired and its live state are one type, so one comparison serves all kinds.
///
/// # Guarantees
///
/// - `State` is in normal form. Maps have the natural name as key, sets are sorted, and AWS's defaults are
///   filled in or left out the same way on both sides. The object's own name is no part of it unless AWS can
///   change the name in place.
/// - `Output` holds the ids and ARNs that AWS gives the object, and nothing else: the engine finds dependents
///   by these strings.
/// - A state with tags has them under `tags`.
/// - `create` makes the call `CREATE`, and `writes` lists all other calls that change an object. The engine
///   carries that list out and forecasts from it, so a forecast cannot differ from an apply.
///
/// # Assumptions
///
/// - A step may be carried out again after a run that died in it: each call is safe to repeat, or the kind
///   looks for the result first ([`once`](crate::engine::once::once)).
/// - The future of a call may be dropped at each await. The next run observes the effect of the call.
///
/// # Errors
///
/// A call fails with the operation's name and AWS's answer. A wait fails with its condition.
pub(crate) trait Resource: Listed + Sized + Send + Sync + 'static {
    /// The name of the kind: the AWS service and a noun, such as `ecs/service`. Saved worlds and plans contain it.
    const NAME: &'static str;
    /// The kind without its types.
    const SPEC: &'static Spec = &Spec::of::<Self>();
    /// The kind, to name its resources by.
    const KIND: Kind = Kind::of(Self::SPEC);
    /// The parts of the state that AWS cannot change in place. A change of one of them is a replacement.
    const IMMUTABLE: &'static [Immutable] = &[];
    /// The fate of an object after its replacement is created.
    const REPLACED: Replaced = Replaced::Deleted;
    /// The data in an object that its deletion loses for good. The next apply restores the settings, but not this.
    const DATA: Option<Data> = None;
    /// The member of the state that holds the name, if AWS can change it in place. `None`: a new name is a new object.
    const RENAMED: Option<Renamed> = None;
    /// The heritage of a new object from one of another name that the stack no longer has.
    const INHERITANCE: Inheritance = Inheritance::Nothing;
    /// The names that an object may get when it replaces another one.
    const SUCCESSORS: Successors = Successors::NONE;
    /// The paths in the state of the references through which requests reach the object.
    ///
    /// Nothing refers to such an object itself: the users of the referenced objects are its users. So the
    /// engine deletes the object, or takes a reference away, after they are gone or lead elsewhere.
    const REACHED_THROUGH: &'static [Path] = &[];
    /// Whether the object only passes requests on to another one that it refers to, as a rule of a listener does.
    ///
    /// Its users are the users of that other one. It is deleted after the objects behind that other one have left, unless
    /// its users are cut off with the object that contains them.
    const PASSES_ON: bool = false;
    /// Whether objects of the kind refer to one another, as security groups do in their rules.
    const HAS_PEERS: bool = false;
    /// The reason why stacks of one name in two regions cannot both have an object of one name. `None` if the
    /// kind has regions.
    const REGIONLESS: Option<&'static str> = None;
    /// Whether parts of a new object may refer to an object of this kind before it is [ready](Resource::ready).
    const EARLY: bool = false;
    /// The kind of the object that it is a part of, and to which its state refers.
    ///
    /// While that object is new, nothing depends on its parts. So they may refer to objects that are not ready. AWS
    /// deletes the parts with that object, so their steps make no calls then.
    const PART_OF: Option<Kind> = None;
    /// The objects to which it refers, if it is a part of another object.
    const PART: Part = Part::Linked;
    /// The conditions that a step waits for, by its action.
    const WAITS: Waits = Waits::NONE;
    /// The output of the stack that an object of this kind provides: its name, and the member of `Output`
    /// that holds it.
    const TOLD: Option<(&'static str, &'static str)> = None;
    /// AWS's quotas on the number of objects. A forecast names those that are nearly used up.
    const LIMITS: &'static [Limit] = &[];
    /// Creates the state that the steps of its AWS service share during an apply, such as a batch of reads.
    const SHARED: Option<Share> = None;
    /// The wait until the next observation sees the result of an apply, where AWS is eventually consistent.
    const SETTLING: Option<Settling> = None;
    /// Returns the reason why AWS will refuse to create an object in this state, as far as the world shows it.
    ///
    /// The plan is then refused before the first write. `None`: nothing in a world is a reason.
    const OBSTACLE: Option<Obstructs<Self>> = None;
    /// Returns the effect of a step on the processes that the object runs. `None` for a kind that runs nothing.
    ///
    /// The resource is `None` if the stack does not have it or the step is not to bring it.
    const WORKLOAD: Option<Effect<Self>> = None;
    /// Returns what AWS does by itself because of a step, each as a phrase for people. `None`: it does nothing.
    ///
    /// The resource is `None` if the stack does not have it or the step is not to bring it. A part that is deleted with
    /// another object has no consequences of its own.
    const CONSEQUENCES: Option<Consequences<Self>> = None;
    /// The calls that set and remove tags, in this order, by their names in IAM policies. `None`: it takes none.
    const TAGGING: Option<[&'static str; 2]> = None;
    /// The call that creates an object, by its name in IAM policies.
    const CREATE: &'static str;
    /// The rights that its calls need. The service has those of its listings.
    const GRANTS: &'static [Grant] = &[];
    /// The part of an object that the stack manages.
    type State: Serialize + DeserializeOwned + Send + Sync;
    /// The ids and ARNs that dependents read.
    type Output: Serialize + DeserializeOwned + Send + Sync;
    /// A write beside the creation and the tags, with the values of the states that it needs.
    type Write<'a>: Write;

    /// Returns the logical name. It is unique among the resources of the kind in a stack.
    fn name(&self) -> String;

    /// Returns the output of an object that does not exist yet, with the names of its members in place of
    /// their values.
    fn pending(id: &Id) -> Self::Output;

    /// Returns the output of an object that a new one replaces, until the new one exists.
    ///
    /// A kind whose output has the name needs it: a new object of another name changes what refers to it.
    fn replaced(id: &Id) -> Self::Output {
        Self::pending(id)
    }

    /// Returns whether AWS treats two names as the same name, such as two spellings that differ in case.
    fn is_same_name(one: &str, other: &str) -> bool {
        one == other
    }

    /// Returns how much two names have in common. It matters only where AWS can change the name.
    fn kinship(_one: &str, _other: &str) -> Kinship {
        Kinship::None
    }

    /// Returns whether AWS refuses an object of one name beside an object of the other.
    fn clash(one: &str, other: &str) -> bool {
        Self::is_same_name(one, other)
    }

    /// Returns whether objects of these names can get the same requests.
    fn overlap(_one: &str, _other: &str) -> bool {
        false
    }

    /// Returns the state with the live and the desired parts together, or `None` if the change takes nothing away.
    ///
    /// The users of the object move from the live to the desired parts while it is in this state. A kind has
    /// it if AWS refuses to take a part away from its users, or if the users would fail without it.
    fn widened(_live: &Self::State, _want: &Self::State) -> Option<Self::State> {
        None
    }

    /// Returns the ids of objects that an object in this state serves without a reference to it.
    ///
    /// A group of tasks serves a VPC link that it lets in. An update takes this away after the link and its users.
    fn served(_state: &Self::State) -> Vec<&str> {
        Vec::new()
    }

    /// Returns the reason why a stack in this VPC cannot use an object of others, and the remedy. `None` if it can.
    ///
    /// The remedy has `{key}` in the place of the key that names the object.
    fn unusable(_live: &Live, _vpc: &str) -> Option<(String, String)> {
        None
    }

    /// Returns why no rule can let in the requests from an object of others. `None` if one can.
    fn unreached(_live: &Live) -> Option<&'static str> {
        None
    }

    /// Returns the desired state in normal form. Reading a reference draws an edge of the graph.
    ///
    /// The reads must not depend on the values: the edges are recorded once.
    fn desired(&self, refs: &Refs<'_>) -> Self::State;

    /// Returns the name of an object in ARNs, by its name: for most kinds the name itself.
    fn in_arns(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Returns the requests that fail while a change replaces the processes of an object. `None` if no request fails.
    fn replacement_gap(_live: &Self::State, _want: &Self::State) -> Option<&'static str> {
        None
    }

    /// Returns the condition that a change waits for. `None` if it waits for nothing.
    ///
    /// `wanted` is the resource, or `None` if the stack does not have it.
    fn awaited(
        _live: &Self::State,
        _want: &Self::State,
        _wanted: Option<&Self>,
    ) -> Option<&'static Condition> {
        Self::WAITS.changed
    }

    /// Returns the key of the stack file that gives the resource another name, where there is one.
    fn named_by(&self) -> Option<String> {
        None
    }

    /// Returns the parts of the state that are left to others once the object exists.
    fn left(&self) -> Vec<Left> {
        Vec::new()
    }

    /// Returns the members of the state that are left to others, unless an earlier version of the stack has set them.
    ///
    /// A member that the live state lacks has AWS's default and stays as the desired state says.
    fn unset(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Returns the writes of a step in their order, beside the creation and the tags. The writes of a
    /// creation follow it.
    fn writes<'a>(way: &Way<'a, Self::State>) -> Vec<Self::Write<'a>>;

    /// Creates an object named `name`, and waits until it can be used, or referred to if the kind is
    /// [early](Resource::EARLY).
    fn create(
        cx: &Context,
        id: &Id,
        name: &str,
        want: &Self::State,
    ) -> impl Future<Output = Result<Self::Output>> + Send;

    /// Waits until an object that was created can be used. Only [early](Resource::EARLY) kinds have something to wait
    /// for.
    fn ready(_cx: &Context, _id: &Id, _output: &Self::Output) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Carries out one write of the list that `writes` returned.
    fn write<'a>(
        cx: &Context,
        on: &'a Object<'_, Self>,
        write: Self::Write<'a>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Sets or removes tags. A kind that takes no tags has nothing to do.
    fn tag(_cx: &Context, _found: &Found<Self>, _change: Retag) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Removes the marks of the stack from the objects of this name that the world does not hold, such as earlier
    /// revisions.
    ///
    /// A release does this before it releases the object itself. If the run dies in between, the next release finds
    /// the object, and with it the others.
    fn release_hidden(_cx: &Context, _on: &Object<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Reads the objects of others that use these objects of the stack, which a plan removes. All of them are
    /// of this kind.
    ///
    /// A kind reads only where the world shows that AWS counts more users than the stack has. AWS may deny
    /// the read; the plan then says that this kind was not checked.
    fn dependents(
        _aws: &Aws,
        _world: &World,
        _removed: &[&Live],
    ) -> impl Future<Output = Result<Vec<Dependent>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Returns the ARN by which an observation finds the object or its tags, if only the listing of tags has
    /// them. `None` if the listings of the service itself do.
    ///
    /// The engine notes such an object when it has created or tagged it (`Context::unlisted`), because the
    /// listing of tags may be behind.
    fn listed_as(_output: &Self::Output) -> Option<&str> {
        None
    }
}

/// A kind that the list of kinds holds.
pub(crate) trait Listed {
    /// The position in the list. A kind refers to kinds of lower ranks only.
    const RANK: usize;
}

/// Returns a state or an output as JSON.
pub(crate) fn to_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("states and outputs are plain data")
}

/// Returns a state or an output from the JSON that its kind has written.
pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).expect("a state is read back by the kind that wrote it")
}

/// Returns tags with the logical name added, if the object has another name.
pub(crate) fn name_tag(id: &Id, name: &str, tags: &Tags) -> Tags {
    let mut tags = tags.clone();
    if id.name != name {
        tags.insert(crate::tags::NAME.to_owned(), id.name.clone());
    }
    tags
}

/// The output of a kind that nothing refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nothing {}
