//! A kind without its types.

use std::{future::Future, pin::Pin};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Aws, Id, Result, World,
    engine::{
        dependent::Dependent,
        diff::{Change, diff},
        kind::{
            Found, Immutable, Kinship, Limit, Obstacle, Renamed, Replaced, Resource, ServiceTasks, Share,
            Waits, Way, from_value, to_value,
        },
        run::Context,
        successor::Successors,
        wait::Condition,
        world::Live,
    },
    tags::{self, TagChange},
};

type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A kind, without its types.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    /// The place in the list of kinds. A kind refers only to kinds of lower ranks.
    pub(crate) rank: usize,
    pub(crate) immutable: &'static [Immutable],
    pub(crate) replaced: Replaced,
    /// The data in it that a deletion loses for good.
    pub(crate) data: Option<&'static str>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) successors: Successors,
    pub(crate) reached_through: Option<&'static str>,
    pub(crate) is_same_name: fn(&str, &str) -> bool,
    pub(crate) kinship: fn(&str, &str) -> Kinship,
    pub(crate) clash: fn(&str, &str) -> bool,
    pub(crate) overlap: fn(&str, &str) -> bool,
    pub(crate) widened: fn(&Value, &Value) -> Option<Value>,
    pub(crate) obstacle: fn(&Value, &World) -> Option<Obstacle>,
    /// Whether state and output are what this kind writes.
    pub(crate) check: fn(&Live) -> serde_json::Result<()>,
    pub(crate) create: for<'a> fn(&'a Context, &'a Id, &'a str, Value) -> Running<'a, Value>,
    pub(crate) update: for<'a> fn(&'a Context, &'a Id, &'a Live, Value) -> Running<'a, ()>,
    pub(crate) tag: for<'a> fn(&'a Context, &'a Live, TagChange) -> Running<'a, ()>,
    pub(crate) dependents: for<'a> fn(&'a Aws, &'a World, &'a [&'a Live]) -> Running<'a, Vec<Dependent>>,
    pub(crate) delete: for<'a> fn(&'a Context, &'a Id, &'a Live) -> Running<'a, ()>,
    pub(crate) settle: for<'a> fn(&'a Context) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
    pub(crate) shared: Option<Share>,
    pub(crate) told: Option<(&'static str, &'static str)>,
    pub(crate) limits: &'static [Limit],
    pub(crate) waits: Waits,
    /// What a step does to tasks that leads from one state to another; none is an object that is not there.
    pub(crate) tasks: fn(Option<&Value>, Option<&Value>, bool) -> Option<ServiceTasks>,
    /// The requests that fail while tasks are replaced in a change from the first state to the second.
    pub(crate) replacement_gap: fn(&Value, &Value) -> Option<&'static str>,
    /// What a change from the first state to the second waits for.
    pub(crate) awaited: fn(&Value, &Value, bool) -> Option<&'static Condition>,
    /// The least calls that lead from one state to another; none is an object that is not there.
    pub(crate) calls: fn(Option<&Value>, Option<&Value>) -> Vec<&'static str>,
}

impl Spec {
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
            is_same_name: R::is_same_name,
            kinship: R::kinship,
            clash: R::clash,
            overlap: R::overlap,
            widened: |live, want| {
                R::widened(&from_value(live), &from_value(want)).map(|state| to_value(&state))
            },
            obstacle: |desired, world| R::obstacle(&from_value(desired), world),
            check: |live| {
                R::State::deserialize(&live.state)?;
                R::Output::deserialize(&live.output).map(drop)
            },
            create: |cx, id, name, want| {
                Box::pin(async move { Ok(to_value(&R::create(cx, id, name, from_value(&want)).await?)) })
            },
            update: |cx, id, live, want| {
                Box::pin(R::update(cx, id, Found::from_live(live), from_value(&want)))
            },
            tag: |cx, live, change| {
                Box::pin(async move { R::tag(cx, &Found::from_live(live), change).await })
            },
            dependents: |aws, world, removed| Box::pin(R::dependents(aws, world, removed)),
            delete: |cx, id, live| Box::pin(R::delete(cx, id, Found::from_live(live))),
            settle: |cx| Box::pin(R::settle(cx)),
            shared: R::SHARED,
            told: R::TOLD,
            limits: R::LIMITS,
            waits: R::WAITS,
            tasks: |before, after, forced| {
                let (before, after) = (before.map(from_value), after.map(from_value));
                R::tasks(&Way::between(before.as_ref(), after.as_ref())?, forced)
            },
            replacement_gap: |live, want| R::replacement_gap(&from_value(live), &from_value(want)),
            awaited: |live, want, forced| R::awaited(&from_value(live), &from_value(want), forced),
            calls: calls::<R>,
        }
    }
}

fn calls<R: Resource>(before: Option<&Value>, after: Option<&Value>) -> Vec<&'static str> {
    let state = |value: &Value| from_value::<R::State>(value);
    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(after)) => R::calls(&Way::Make(&state(after))),
        (Some(before), None) => R::calls(&Way::Remove(&state(before))),
        (Some(before), Some(after)) => {
            let mut calls = tagging::<R>(before, after);
            if !diff(before, after).iter().all(Change::is_of_tags) {
                calls.extend(R::calls(&Way::Change(&state(before), &state(after))));
            }
            calls
        }
    }
}

fn tagging<R: Resource>(before: &Value, after: &Value) -> Vec<&'static str> {
    let change = TagChange::between(&tags::of_state(before), &tags::of_state(after));
    let Some([set, remove]) = R::TAGGING else { return Vec::new() };
    let needed = [(set, !change.set.is_empty()), (remove, !change.remove.is_empty())];
    needed.into_iter().filter_map(|(call, needed)| needed.then_some(call)).collect()
}
