//! The least effort of a plan before it is carried out: calls, time, and the cause of the time.
//!
//! A forecast counts the same list of writes that an apply carries out, so this number is exact if nothing
//! goes wrong. It adds one poll for each wait, the least that a wait can take. The time has two sources. A
//! quota lets a burst of calls through and then a number per second. AWS's own work takes its usual time. The
//! *floor* has the first source only; the *usual* time has both, along the longest chain of tasks.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Action, Graph, Id, Kind, Options, Plan, Rate, Rates, World,
    engine::{order::Tasks, schedule::Schedule},
};

/// The least effort of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Forecast {
    /// The number of calls: those that write, and one poll for each wait.
    pub least_calls: u64,
    /// The least time by AWS's quotas alone. Nobody knows how fast AWS itself is today. In JSON in
    /// milliseconds.
    #[serde(rename = "floor_ms", serialize_with = "millis")]
    #[schemars(with = "u64")]
    pub floor: Duration,
    /// The usual time, by AWS's quotas and its usual times, if calls themselves took no time. In JSON in
    /// milliseconds.
    #[serde(rename = "usual_ms", serialize_with = "millis")]
    #[schemars(with = "u64")]
    pub usual: Duration,
    /// The cause of the usual time.
    pub bound: Bound,
    /// The quotas on the number of objects of which the account uses four fifths or more after the apply.
    pub near: Vec<Near>,
}

/// The cause that keeps a plan from being carried out faster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bound {
    /// Nothing but the calls.
    Nothing,
    /// The calls that draw on one quota.
    Quota {
        /// The name of the quota. `Rates::quota` takes it.
        quota: &'static str,
        /// The number of calls that draw on it.
        calls: u64,
    },
    /// The work of AWS on this resource, with the tasks before and after it.
    Wait {
        /// The resource.
        id: Id,
        /// The condition, as it fits "waiting for …".
        condition: &'static str,
    },
}

/// A quota on the number of objects that the account nearly uses up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Near {
    /// The name, as it fits "… of …".
    pub quota: &'static str,
    /// The number of objects that count after the apply.
    pub used: f64,
    /// The quota, unless the account has been granted more.
    pub limit: f64,
}

fn millis<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}

/// Returns the least effort of a plan of this graph and this world, on an account with these rates.
///
/// It makes no call. The plan must come from this graph and this world.
///
/// ```
/// use sss_aws::{Graph, Mode, Options, Rates, World, forecast, plan};
///
/// fn least_calls(graph: &Graph, world: &World) -> u64 {
///     let plan = plan(graph, world, Mode::Converge);
///     forecast(graph, world, &plan, &Options::default(), &Rates::default()).least_calls
/// }
/// ```
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

/// Returns the number of polls: one for each wait, or for as many objects as one call shows.
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
    /// The time before the first of these calls.
    head: Duration,
    /// The least time after the last of these calls.
    tail: Duration,
}

/// Returns the calls of a plan by the position of the quota that they draw on.
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

/// Returns the time of the quota that takes longest.
fn floor(drawn: &BTreeMap<usize, Drawn>, rates: &Rates) -> Duration {
    let quotas = rates.granted();
    let each = drawn.iter().map(|(row, drawn)| beyond_burst(drawn.calls, quotas[*row].1));
    each.max().unwrap_or_default()
}

/// Returns the usual time and its cause: the longest chain of waits, or a quota if its calls take longer.
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

/// Returns the time in which a bucket that is full at first lets these calls through.
fn beyond_burst(calls: u32, rate: Rate) -> Duration {
    Duration::from_secs_f64(f64::from(calls.saturating_sub(rate.burst)) / rate.per_second)
}

/// Returns the limits of the kinds in the graph and the world of which four fifths are used.
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

/// Returns the number of objects of a kind after an apply: those of the stack and those of others. An object
/// that is renamed in place counts once.
pub(crate) fn count(graph: &Graph, world: &World, plan: &Plan, kind: Kind) -> f64 {
    let is_renamed = |physical: &str| {
        let mut renamed = plan.steps.iter().filter(|step| step.moved_from.is_some());
        renamed.any(|step| step.id.kind == kind && step.physical.as_deref() == Some(physical))
    };
    let foreign = world.of_kind(kind).filter(|(id, _)| graph.node(id).is_none());
    let foreign = foreign.filter(|(_, live)| !is_renamed(&live.physical)).count();
    number(graph.names(kind).count() + foreign)
}

/// Returns the number of objects of a kind that a plan creates, without replacements.
pub(crate) fn created(plan: &Plan, kind: Kind) -> f64 {
    number(plan.steps.iter().filter(|step| step.id.kind == kind && step.action == Action::Create).count())
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
