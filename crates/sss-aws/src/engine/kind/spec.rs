//! A kind without its types.
//!
//! The engine handles all kinds in one list, in JSON. A `Spec` is what a trait object would be, plus the
//! constants, as one `const` table per kind: no registration at run time, and [`Kind`](crate::Kind) is a
//! pointer to it. The functions convert states and outputs at this border, so kinds work with types and the
//! engine with values. A state was checked where it entered the program (`check`), so a conversion cannot
//! fail here.

use std::{any::Any, future::Future, pin::Pin};

use serde::Deserialize;
use serde_json::Value;
use sss_model::Path;

use crate::{
    Aws, Id, Kind, Result, World,
    engine::{
        dependent::Dependent,
        diff::{Change, diff},
        graph::{Node, Refs},
        kind::{
            Calls, Data, Found, Immutable, Inheritance, Kinship, Limit, Object, Obstacle, Part, Renamed,
            Replaced, Resource, Retag, Settling, Share, Waits, Way, Workload, Write, from_value, to_value,
        },
        order::strings,
        run::Context,
        successor::Successors,
        wait::Condition,
        world::Live,
    },
    grant::Grant,
    tags::{self, TagChange, Tags},
};

/// Returns phrases about the way between two states, for a resource in a world.
type Consequences = fn([Option<&Value>; 2], Option<&Node>, &World) -> Vec<String>;

/// Returns the effect of the way between two states on processes, for a resource.
type Effect = fn([Option<&Value>; 2], Option<&Node>) -> Option<Workload>;

/// Returns why AWS will refuse an object in a state.
type Obstructs = fn(&Value, &World) -> Option<Obstacle>;

type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A kind without its types: a table of its constants, and of functions over JSON values.
///
/// The fields have the meaning of the items of `Resource` with their names; only the differences are noted.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    /// The position in the list of kinds. A kind refers only to kinds of lower ranks.
    pub(crate) rank: usize,
    pub(crate) immutable: &'static [Immutable],
    pub(crate) replaced: Replaced,
    pub(crate) data: Option<Data>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) successors: Successors,
    pub(crate) reached_through: &'static [Path],
    pub(crate) passes_on: bool,
    pub(crate) has_peers: bool,
    pub(crate) regionless: Option<&'static str>,
    pub(crate) is_same_name: fn(&str, &str) -> bool,
    pub(crate) kinship: fn(&str, &str) -> Kinship,
    pub(crate) clash: fn(&str, &str) -> bool,
    pub(crate) overlap: fn(&str, &str) -> bool,
    pub(crate) widened: fn(&Value, &Value) -> Option<Value>,
    pub(crate) served: fn(&Value) -> Vec<String>,
    pub(crate) obstacle: Option<Obstructs>,
    pub(crate) unusable: fn(&Live, &str) -> Option<(String, String)>,
    pub(crate) inheritance: Inheritance,
    pub(crate) unreached: fn(&Live) -> Option<&'static str>,
    /// Returns the output of an object that does not exist yet.
    pub(crate) pending: fn(&Id) -> Value,
    /// Returns the output of an object that is replaced, until the new one exists.
    pub(crate) replaced_output: fn(&Id) -> Value,
    /// Returns the desired state of a resource of this kind.
    pub(crate) desired: fn(&(dyn Any + Send + Sync), &Refs<'_>) -> Value,
    /// Checks that the kind can read a state and an output of a saved world.
    pub(crate) check: fn(&Live) -> serde_json::Result<()>,
    /// Creates an object and carries out the writes that follow. Returns its output.
    pub(crate) create: for<'a> fn(&'a Context, &'a Id, &'a str, Value) -> Running<'a, Value>,
    /// Changes an object to a state, tags included. The live state may be another one than AWS's, as between
    /// two parts of a step.
    pub(crate) update: for<'a> fn(&'a Context, &'a Id, &'a Live, Value) -> Running<'a, ()>,
    /// Removes the marks of the stack from an object, and from those of its name that the world does not hold. The
    /// value is the state without marks.
    pub(crate) release: for<'a> fn(&'a Context, &'a Id, &'a Live, Value) -> Running<'a, ()>,
    pub(crate) dependents: for<'a> fn(&'a Aws, &'a World, &'a [&'a Live]) -> Running<'a, Vec<Dependent>>,
    /// Carries out the writes of a deletion.
    pub(crate) delete: for<'a> fn(&'a Context, &'a Id, &'a Live) -> Running<'a, ()>,
    pub(crate) early: bool,
    pub(crate) part_of: Option<Kind>,
    pub(crate) part: Part,
    pub(crate) ready: for<'a> fn(&'a Context, &'a Id, Value) -> Running<'a, ()>,
    pub(crate) settling: Option<Settling>,
    pub(crate) shared: Option<Share>,
    pub(crate) told: Option<(&'static str, &'static str)>,
    pub(crate) limits: &'static [Limit],
    pub(crate) grants: &'static [Grant],
    /// Returns the name of a resource in ARNs, by a name or a pattern of names.
    pub(crate) in_arns: fn(&(dyn Any + Send + Sync), &str) -> String,
    pub(crate) waits: Waits,
    /// Returns the effect on processes, from the states before and after; `None` stands for an object that
    /// does not exist.
    pub(crate) workload: Option<Effect>,
    pub(crate) replacement_gap: fn(&Value, &Value) -> Option<&'static str>,
    /// Returns what AWS does by itself between two states; `None` stands for an object that does not exist.
    pub(crate) consequences: Option<Consequences>,
    pub(crate) awaited: fn(&Value, &Value, Option<&Node>) -> Option<&'static Condition>,
    /// Returns the calls between two states, without polls; `None` stands for an object that does not exist.
    pub(crate) calls: fn(Option<&Value>, Option<&Value>) -> Vec<&'static str>,
}

impl Spec {
    /// Returns whether requests reach objects of this kind through others.
    pub(crate) fn is_reached(&self) -> bool {
        !self.reached_through.is_empty()
    }

    /// Returns the references through which requests reach an object in this state.
    pub(crate) fn ways<'a>(&self, state: &'a Value) -> Vec<&'a str> {
        let mut ways = Vec::new();
        for value in self.reached_through.iter().filter_map(|path| path.value_in(state)) {
            strings(value, &mut |text| ways.push(text));
        }
        ways
    }

    /// Returns the table of a kind.
    pub(crate) const fn of<R: Resource>() -> Self {
        Self {
            name: R::NAME,
            rank: R::RANK,
            immutable: R::IMMUTABLE,
            replaced: R::REPLACED,
            data: R::DATA,
            renamed: R::RENAMED,
            successors: R::SUCCESSORS,
            reached_through: R::REACHED_THROUGH,
            passes_on: R::PASSES_ON,
            has_peers: R::HAS_PEERS,
            regionless: R::REGIONLESS,
            is_same_name: R::is_same_name,
            kinship: R::kinship,
            clash: R::clash,
            overlap: R::overlap,
            widened: widened::<R>,
            served: |state| R::served(&from_value(state)).into_iter().map(str::to_owned).collect(),
            unusable: R::unusable,
            inheritance: R::INHERITANCE,
            unreached: R::unreached,
            obstacle: if R::OBSTACLE.is_some() { Some(obstacle::<R>) } else { None },
            pending: |id| to_value(&R::pending(id)),
            replaced_output: |id| to_value(&R::replaced(id)),
            desired: |resource, refs| to_value(&of_kind::<R>(resource).desired(refs)),
            check: |live| {
                R::State::deserialize(&live.state)?;
                R::Output::deserialize(&live.output).map(drop)
            },
            create: |cx, id, name, want| Box::pin(create::<R>(cx, id, name, want)),
            update: |cx, id, live, want| Box::pin(update::<R>(cx, id, live, want)),
            release: |cx, id, live, want| Box::pin(release::<R>(cx, id, live, want)),
            dependents: |aws, world, removed| Box::pin(R::dependents(aws, world, removed)),
            delete: |cx, id, live| Box::pin(delete::<R>(cx, id, live)),
            early: R::EARLY,
            part_of: R::PART_OF,
            part: R::PART,
            ready: |cx, id, output| {
                Box::pin(async move { R::ready(cx, id, &from_value::<R::Output>(&output)).await })
            },
            settling: R::SETTLING,
            shared: R::SHARED,
            told: R::TOLD,
            limits: R::LIMITS,
            grants: R::GRANTS,
            in_arns: |resource, name| of_kind::<R>(resource).in_arns(name),
            waits: R::WAITS,
            workload: if R::WORKLOAD.is_some() { Some(workload::<R>) } else { None },
            replacement_gap: |live, want| R::replacement_gap(&from_value(live), &from_value(want)),
            consequences: if R::CONSEQUENCES.is_some() { Some(consequences::<R>) } else { None },
            awaited: |live, want, node| {
                R::awaited(&from_value(live), &from_value(want), node.and_then(Node::resource))
            },
            calls: calls::<R>,
        }
    }
}

/// Returns a resource with its type.
fn of_kind<R: Resource>(resource: &(dyn Any + Send + Sync)) -> &R {
    resource.downcast_ref().expect("a node holds a resource of its kind")
}

/// Calls [`Resource::OBSTACLE`] with a state as a value.
fn obstacle<R: Resource>(desired: &Value, world: &World) -> Option<Obstacle> {
    R::OBSTACLE.and_then(|obstacle| obstacle(&from_value(desired), world))
}

/// Calls [`Resource::WORKLOAD`] with states as values.
fn workload<R: Resource>(states: [Option<&Value>; 2], node: Option<&Node>) -> Option<Workload> {
    let [before, after] = states.map(|state| state.map(from_value));
    let way = Way::between(before.as_ref(), after.as_ref())?;
    R::WORKLOAD.map(|of| of(&way, node.and_then(Node::resource)))
}

/// Calls [`Resource::CONSEQUENCES`] with states as values.
fn consequences<R: Resource>(states: [Option<&Value>; 2], node: Option<&Node>, world: &World) -> Vec<String> {
    let [before, after] = states.map(|state| state.map(from_value));
    let way = Way::between(before.as_ref(), after.as_ref());
    let of = R::CONSEQUENCES.zip(way);
    of.map(|(of, way)| of(&way, node.and_then(Node::resource), world)).unwrap_or_default()
}

/// Creates an object, and carries out the writes that follow its creation.
async fn create<R: Resource>(cx: &Context, id: &Id, name: &str, want: Value) -> Result<Value> {
    let tags = tags::of_state(&want);
    let want: R::State = from_value(&want);
    let output = R::create(cx, id, name, &want).await?;
    note_unlisted::<R>(cx, id, &output, tags);

    let object = Object::<R> { id, name, output: &output };
    for write in R::writes(&Way::Make(&want)) {
        R::write(cx, &object, write).await?;
    }
    Ok(to_value(&output))
}

/// Changes an object from its live state to another one.
async fn update<R: Resource>(cx: &Context, id: &Id, live: &Live, want: Value) -> Result<()> {
    let found = Found::<R>::from_live(live);
    let object = Object::<R> { id, name: &found.name, output: &found.output };
    let state = from_value(&want);

    for step in change::<R>((&live.state, &found.state), (&want, &state)) {
        match step {
            Changing::Tags(change) => {
                R::tag(cx, &found, change).await?;
                note_unlisted::<R>(cx, id, &found.output, tags::of_state(&want));
            }
            Changing::Rest(write) => R::write(cx, &object, write).await?,
        }
    }
    Ok(())
}

/// Removes the marks of the stack from an object and from the hidden ones of its name.
async fn release<R: Resource>(cx: &Context, id: &Id, live: &Live, want: Value) -> Result<()> {
    let found = Found::<R>::from_live(live);
    R::release_hidden(cx, &Object::<R> { id, name: &found.name, output: &found.output }).await?;
    update::<R>(cx, id, live, want).await
}

/// Calls [`Resource::widened`] with states as values.
fn widened<R: Resource>(live: &Value, want: &Value) -> Option<Value> {
    R::widened(&from_value(live), &from_value(want)).map(|state| to_value(&state))
}

/// Notes an object with its new tags, if only the listing of tags has them.
fn note_unlisted<R: Resource>(cx: &Context, id: &Id, output: &R::Output, tags: Tags) {
    if let Some(arn) = R::listed_as(output) {
        cx.unlisted.note(arn, id, tags);
    }
}

/// Carries out the writes of a deletion.
async fn delete<R: Resource>(cx: &Context, id: &Id, live: &Live) -> Result<()> {
    let found = Found::<R>::from_live(live);
    let object = Object::<R> { id, name: &found.name, output: &found.output };
    for write in R::writes(&Way::Remove(&found.state)) {
        R::write(cx, &object, write).await?;
    }
    Ok(())
}

/// One part of a change.
enum Changing<W> {
    Tags(Retag),
    Rest(W),
}

/// Returns the parts of a change in their order. Each state comes as JSON and with its type.
///
/// A change of tags only has no other write, even of a kind that forces its updates.
fn change<'a, R: Resource>(
    (before, live): (&Value, &'a R::State),
    (after, want): (&Value, &'a R::State),
) -> impl Iterator<Item = Changing<R::Write<'a>>> {
    let tags = TagChange::between(&tags::of_state(before), &tags::of_state(after));
    let is_only_tags = diff(before, after).iter().all(Change::is_of_tags);
    let writes = if is_only_tags { Vec::new() } else { R::writes(&Way::Change(live, want)) };

    let (first, rest): (Vec<_>, Vec<_>) = writes.into_iter().partition(Write::precedes_tags);
    let first = first.into_iter().map(Changing::Rest);
    first.chain(Retag::of(tags).map(Changing::Tags)).chain(rest.into_iter().map(Changing::Rest))
}

/// Returns the names of the calls between two states, for a forecast.
fn calls<R: Resource>(before: Option<&Value>, after: Option<&Value>) -> Vec<&'static str> {
    let state = |value: &Value| from_value::<R::State>(value);
    let of = |way: &Way<'_, R::State>| R::writes(way).iter().flat_map(calls_of).collect::<Vec<_>>();

    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(after)) => [vec![R::CREATE], of(&Way::Make(&state(after)))].concat(),
        (Some(before), None) => of(&Way::Remove(&state(before))),
        (Some(before), Some(after)) => {
            let (live, want) = (state(before), state(after));
            let mut calls = Vec::new();
            for part in change::<R>((before, &live), (after, &want)) {
                match part {
                    Changing::Tags(change) => calls.extend(R::TAGGING.map(|names| change.call(names))),
                    Changing::Rest(write) => calls.extend(write.calls()),
                }
            }
            calls
        }
    }
}

fn calls_of<W: Write>(write: &W) -> impl Iterator<Item = &'static str> + use<W> {
    let calls: Calls = write.calls();
    calls.iter().copied()
}
