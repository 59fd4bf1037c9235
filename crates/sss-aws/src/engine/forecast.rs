//! What a plan takes at least, before it is carried out: how many calls and how much time, and what that is due to.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;

use crate::{
    Action, Graph, Id, Kind, Options, Plan, Rate, Rates, World,
    engine::{order::Tasks, schedule::Schedule},
};

/// What carrying a plan out takes at least.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Forecast {
    /// How many calls: those that write, and one look for each wait.
    pub least_calls: u64,
    /// How long at least, by AWS's quotas alone: nobody knows how fast AWS is today.
    #[serde(rename = "floor_ms", serialize_with = "millis")]
    pub floor: Duration,
    /// How long it usually takes, by AWS's quotas and its usual times, if calls themselves took none.
    #[serde(rename = "usual_ms", serialize_with = "millis")]
    pub usual: Duration,
    /// Why it usually does not take less.
    pub bound: Bound,
    /// Quotas on how much there may be that this stack uses most of.
    pub near: Vec<Near>,
}

/// What usually keeps a plan from being carried out faster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bound {
    /// Nothing but the calls.
    Nothing,
    /// So many calls draw on a quota.
    Quota {
        /// Its name.
        quota: &'static str,
        /// How many.
        calls: u64,
    },
    /// AWS works on this, with what comes before and after it.
    Wait {
        /// The resource.
        id: Id,
        /// What is waited for, as it fits "until …".
        condition: &'static str,
    },
}

/// A quota that is nearly used up by the stack.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Near {
    /// What there may be only so much of.
    pub quota: &'static str,
    /// How much there is when the stack is applied.
    pub used: f64,
    /// How much there may be, unless the account has been granted more.
    pub limit: f64,
}

fn millis<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}

/// What carrying out a plan of this graph and this world takes at least, on an account with these rates.
pub fn forecast(graph: &Graph, world: &World, plan: &Plan, options: &Options, rates: &Rates) -> Forecast {
    let tasks = Tasks::of(graph, world, plan);
    let schedule = Schedule::of(graph, world, plan, &tasks, options);
    let drawn = drawn(&schedule, rates);
    let (usual, bound) = usual(plan, &tasks, &schedule, &drawn, rates);
    let floor = floor(&drawn, rates);
    let writes: usize = schedule.efforts.iter().map(|effort| effort.calls.len()).sum();
    Forecast {
        least_calls: (writes + looks(&schedule)) as u64,
        floor,
        usual,
        bound,
        near: near(graph, world, plan),
    }
}

/// One look for each wait, as far as one look does not show several.
fn looks(schedule: &Schedule) -> usize {
    let mut waits: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for effort in &schedule.efforts {
        if let Some(condition) = effort.wait {
            let (call, together) = effort.look;
            let entry = waits.entry((call, condition.name)).or_insert((0, together));
            entry.0 += 1;
        }
    }
    waits.into_values().map(|(count, together)| count.div_ceil(together)).sum()
}

/// The calls that draw on one quota.
struct Drawn {
    calls: u32,
    /// When the first can be made, and how long it takes at least after the last.
    head: Duration,
    tail: Duration,
}

/// The calls of a plan by the quotas that they draw on.
fn drawn(schedule: &Schedule, rates: &Rates) -> BTreeMap<usize, Drawn> {
    let mut drawn: BTreeMap<usize, Drawn> = BTreeMap::new();
    for (task, effort) in schedule.efforts.iter().enumerate() {
        let (head, tail) = (schedule.heads[task], schedule.tails[task]);
        for row in effort.calls.iter().flat_map(|call| rates.rows_of(call)) {
            let entry = drawn.entry(row).or_insert(Drawn { calls: 0, head, tail });
            entry.calls += 1;
            (entry.head, entry.tail) = (entry.head.min(head), entry.tail.min(tail));
        }
    }
    drawn
}

/// What the quota takes that takes longest, whatever AWS's times are.
fn floor(drawn: &BTreeMap<usize, Drawn>, rates: &Rates) -> Duration {
    let quotas = rates.granted();
    let each = drawn.iter().map(|(row, drawn)| beyond_burst(drawn.calls, quotas[*row].1));
    each.max().unwrap_or_default()
}

fn usual(
    plan: &Plan,
    tasks: &Tasks,
    schedule: &Schedule,
    drawn: &BTreeMap<usize, Drawn>,
    rates: &Rates,
) -> (Duration, Bound) {
    let (chain, longest) = schedule.longest_chain(tasks);
    let wait = longest.and_then(|task| {
        let id = plan.steps[tasks.list[task].0].id.clone();
        Some(Bound::Wait { id, condition: schedule.efforts[task].wait?.name })
    });
    let quotas = rates.granted();
    let least = |(row, drawn): (&usize, &Drawn)| {
        let (quota, rate) = quotas[*row];
        let time = drawn.head + beyond_burst(drawn.calls, rate) + drawn.tail;
        (time, Bound::Quota { quota, calls: drawn.calls.into() })
    };
    let slowest = drawn.iter().map(least).max_by_key(|(time, _)| *time);
    match slowest.filter(|(time, _)| *time > chain) {
        Some(slowest) => slowest,
        None => (chain, wait.unwrap_or(Bound::Nothing)),
    }
}

/// How long a full bucket takes to let so many calls through.
fn beyond_burst(calls: u32, rate: Rate) -> Duration {
    Duration::from_secs_f64(f64::from(calls.saturating_sub(rate.burst)) / rate.per_second)
}

/// The limits of the kinds in question, of which four fifths are used.
fn near(graph: &Graph, world: &World, plan: &Plan) -> Vec<Near> {
    let there = world.objects().map(|(id, _)| id.kind);
    let kinds: BTreeSet<Kind> = graph.ids().map(|id| id.kind).chain(there).collect();
    let limits = kinds.into_iter().flat_map(|kind| kind.spec().limits);
    let near = limits.map(|limit| Near {
        quota: limit.name,
        used: (limit.used)(graph, world, plan),
        limit: limit.at_most,
    });
    near.filter(|near| near.used * 5.0 >= near.limit * 4.0).collect()
}

/// How many objects of a kind there are when the stack is applied: its own, and those of others. One that is renamed in place
/// is counted once.
pub(crate) fn count(graph: &Graph, world: &World, plan: &Plan, kind: Kind) -> f64 {
    let is_renamed = |physical: &str| {
        let mut renamed = plan.steps.iter().filter(|step| step.moved_from.is_some());
        renamed.any(|step| step.id.kind == kind && step.physical.as_deref() == Some(physical))
    };
    let foreign = world.of_kind(kind).filter(|(id, _)| graph.node(id).is_none());
    let foreign = foreign.filter(|(_, live)| !is_renamed(&live.physical)).count();
    number(graph.names(kind).count() + foreign)
}

/// How many objects of a kind a plan creates beside those that are there, but for replacements.
pub(crate) fn created(plan: &Plan, kind: Kind) -> f64 {
    number(plan.steps.iter().filter(|step| step.id.kind == kind && step.action == Action::Create).count())
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
