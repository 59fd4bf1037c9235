//! The decisions of policies, and the activities that follow from them.
//!
//! A metric counts from the moment when a test sets it. It is above its value for 3 minutes before the count grows,
//! and below 90 per cent of it for 15 minutes before the count shrinks. The new count is the present one, multiplied
//! by the metric and divided by its value, rounded up. After a change the policies wait for a cooldown and decide
//! again, until the metric changes or the count is at a bound.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Event, check_namespace, extend, later, named, page::Paging, policy::Policy, seconds, service,
    target::ScalableTarget,
};
use crate::{input::parse, refusal::Refusal, services::ecs, world::World};

/// The time in milliseconds for which a metric is above its value before the count grows.
const HIGH_FOR: u64 = 180_000;
/// The time in milliseconds for which a metric is below its value before the count shrinks.
const LOW_FOR: u64 = 900_000;
/// The time in milliseconds after which a shrinking that a deployment prevents is tried again.
const TRIED_AGAIN_AFTER: u64 = 60_000;
/// The share of the value below which a metric is low.
const LOW_SHARE: f64 = 0.9;
/// The number of activities that a target keeps.
const MOST_ACTIVITIES: usize = 100;

/// The record of a change of the count, or of the reason why none happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Activity {
    id: String,
    at: u64,
    description: String,
    cause: String,
    /// The code of the reason why nothing changed. `None` for a change.
    not_scaled: Option<String>,
}

/// The change that the policies of a target want.
#[derive(Debug, Clone, PartialEq)]
enum Wish {
    /// The metrics are at their values.
    Nothing,
    /// At least this count, by the policy of this name.
    Out(u64, String),
    /// At least this count, by the policy of this name. All policies want fewer tasks.
    In(u64, String),
}

/// Sets a metric of a service, such as `ECSServiceAverageCPUUtilization`.
pub(crate) fn set_metric(world: &mut World, cluster: &str, service: &str, metric: &str, value: f64) {
    let resource = format!("service/{cluster}/{service}");
    world.autoscaling.metrics.entry(resource.clone()).or_default().insert(metric.to_owned(), value);
    watch(world, &resource);
}

/// Schedules the next decision about a resource, if its policies want a change. Earlier ones are void.
pub(super) fn watch(world: &mut World, resource: &str) {
    let after = match wish(world, resource) {
        Wish::Nothing => None,
        Wish::Out(..) => Some(HIGH_FOR),
        Wish::In(..) => Some(LOW_FOR),
    };
    decide_later(world, resource, after);
}

/// Schedules a decision about a resource, or none.
fn decide_later(world: &mut World, resource: &str, after: Option<u64>) {
    let round = world.next_number();
    let Some(target) = world.autoscaling.targets.get_mut(resource) else {
        return;
    };
    target.round = round;
    if let Some(after) = after {
        later(world, after, Event::Evaluated(resource.to_owned(), round));
    }
}

/// Returns the present count of a resource. `None` if its service is not ACTIVE.
fn count(world: &World, resource: &str) -> Option<u64> {
    let (cluster, name) = service(resource)?;
    ecs::desired_count(world, cluster, name)
}

/// Returns the change that the policies of a resource want.
///
/// Any policy can want more tasks; the largest count wins. Fewer tasks need all policies, and the largest of their
/// counts wins. A policy without a metric wants nothing.
fn wish(world: &World, resource: &str) -> Wish {
    let (Some(target), Some(present)) = (world.autoscaling.targets.get(resource), count(world, resource))
    else {
        return Wish::Nothing;
    };
    let metrics = world.autoscaling.metrics.get(resource);
    let tracking = target.policies.iter().filter(|(_, policy)| policy.kind == "TargetTrackingScaling");
    let counts: Vec<(Option<u64>, &String, &Policy)> = tracking
        .map(|(name, policy)| {
            let metric = policy.metric().and_then(|metric| metrics?.get(metric).copied());
            (metric.zip(policy.value()).map(|(metric, value)| proposed(present, metric, value)), name, policy)
        })
        .collect();

    let largest = counts.iter().filter_map(|(count, name, _)| Some(((*count)?, *name))).max();
    match largest {
        Some((count, name)) if count > present => Wish::Out(count, name.clone()),
        Some((count, name)) => {
            let wants_fewer = |count: &Option<u64>| count.is_some_and(|count| count < present);
            let all = counts.iter().all(|(count, _, policy)| wants_fewer(count) && !policy.only_out());
            if all { Wish::In(count, name.clone()) } else { Wish::Nothing }
        }
        None => Wish::Nothing,
    }
}

/// Returns the count at which a metric would be at its value. Between 90 and 100 per cent of the value, the count stays.
fn proposed(present: u64, metric: f64, value: f64) -> u64 {
    if (LOW_SHARE * value..=value).contains(&metric) {
        return present;
    }
    let present = f64::from(u32::try_from(present).unwrap_or(u32::MAX));
    let count = (present * (metric / value).max(0.0)).ceil();
    // Whole seconds of a duration are the integer of a number that is not negative.
    Duration::try_from_secs_f64(count).map_or(u64::MAX, |count| count.as_secs())
}

/// Decides about a resource, unless something changed since the decision was scheduled.
///
/// Suspended scaling, and a deployment for fewer tasks, leave the count as it is. A cooldown delays the next change in
/// the same direction.
pub(super) fn evaluate(world: &mut World, resource: &str, round: u64) {
    let Some(target) =
        world.autoscaling.targets.get(resource).filter(|target| target.round == round).cloned()
    else {
        return;
    };
    let wish = wish(world, resource);
    let (Some(present), Some((cluster, name))) = (count(world, resource), service(resource)) else {
        return;
    };
    let (wanted, policy, cooldown) = match &wish {
        Wish::Nothing => return,
        Wish::Out(count, policy) => (*count, policy, "ScaleOutCooldown"),
        Wish::In(count, policy) => (*count, policy, "ScaleInCooldown"),
    };
    let is_in = matches!(wish, Wish::In(..));
    let is_suspended = if is_in {
        target.suspended.dynamic_scaling_in_suspended
    } else {
        target.suspended.dynamic_scaling_out_suspended
    };
    let alarm = target.policies[policy].alarms.get(usize::from(is_in)).cloned().unwrap_or_default();
    let cause = format!("monitor alarm {alarm} in state ALARM triggered policy {policy}");
    if is_suspended {
        return record(world, resource, &cause, Err("ScalingSuspended"));
    }
    if is_in && ecs::is_deploying(world, cluster, name) {
        return decide_later(world, resource, Some(TRIED_AGAIN_AFTER));
    }
    let cooldown = target.policies[policy].cooldown(cooldown);
    let last = if is_in { target.shrunk_at } else { target.grown_at };
    let rested_at = last + cooldown;
    if last > 0 && world.now < rested_at {
        let rest = rested_at - world.now;
        return decide_later(world, resource, Some(rest));
    }

    let wanted = target.within(wanted);
    if wanted == present {
        let code = if is_in { "AlreadyAtMinCapacity" } else { "AlreadyAtMaxCapacity" };
        return record(world, resource, &cause, Err(code));
    }
    set_count(world, resource, wanted, &cause);
    if let Some(target) = world.autoscaling.targets.get_mut(resource) {
        let last = if is_in { &mut target.shrunk_at } else { &mut target.grown_at };
        *last = world.now;
    }
    decide_later(world, resource, Some(cooldown.max(TRIED_AGAIN_AFTER)));
}

/// Moves the count of a resource into the range of its target.
pub(super) fn keep_in_range(world: &mut World, resource: &str) {
    let Some(target) = world.autoscaling.targets.get(resource) else {
        return;
    };
    let Some(present) = count(world, resource) else {
        return;
    };
    let wanted = target.within(present);
    if wanted != present {
        let bound = if wanted > present { "minimum" } else { "maximum" };
        set_count(world, resource, wanted, &format!("{bound} capacity was set to {wanted}"));
    }
}

/// Sets the count of a resource, and records it.
fn set_count(world: &mut World, resource: &str, wanted: u64, cause: &str) {
    if let Some((cluster, name)) = service(resource) {
        ecs::set_desired_count(world, cluster, name, wanted);
    }
    record(world, resource, cause, Ok(wanted));
}

/// Records a new count, or the code of the reason why nothing changed.
fn record(world: &mut World, resource: &str, cause: &str, result: Result<u64, &str>) {
    let id = world.new_uuid();
    let at = world.now;
    let description = match result {
        Ok(count) => format!("Setting desired count to {count}."),
        Err(_) => "Attempting to scale due to alarm triggered".to_owned(),
    };
    let not_scaled = result.err().map(str::to_owned);
    if let Some(target) = world.autoscaling.targets.get_mut(resource) {
        target.activities.insert(0, Activity { id, at, description, cause: cause.to_owned(), not_scaled });
        target.activities.truncate(MOST_ACTIVITIES);
    }
}

/// The input of `DescribeScalingActivities`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    service_namespace: String,
    resource_id: Option<String>,
    #[serde(default)]
    include_not_scaled_activities: bool,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeScalingActivities`, newest first for each resource. Those without a change only on request.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    check_namespace(&request.service_namespace)?;
    let targets = world.autoscaling.targets.iter();
    let wanted = targets.filter(|(id, _)| request.resource_id.as_ref().is_none_or(|wanted| wanted == *id));
    let items = wanted.flat_map(|(id, target)| {
        let activities = target.activities.iter().enumerate();
        let shown = activities
            .filter(|(_, activity)| activity.not_scaled.is_none() || request.include_not_scaled_activities);
        shown.map(move |(place, activity)| (format!("{id}/{place:03}"), rendered(id, target, activity)))
    });
    request.paging.answer("ScalingActivities", 50, items)
}

/// Returns the description of an activity.
fn rendered(resource: &str, target: &ScalableTarget, activity: &Activity) -> Value {
    let mut answer = named(resource);
    let own = json!({
        "ActivityId": activity.id,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": seconds(activity.at),
        "EndTime": seconds(activity.at),
        "StatusCode": if activity.not_scaled.is_some() { "Unfulfilled" } else { "Successful" },
    });
    extend(&mut answer, own);
    if let Some(code) = &activity.not_scaled {
        let reason = json!({ "Code": code, "MaxCapacity": target.max, "MinCapacity": target.min });
        answer["NotScaledReasons"] = json!([reason]);
    }
    answer
}
