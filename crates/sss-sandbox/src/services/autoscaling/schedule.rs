//! Scheduled actions.
//!
//! An action happens at the times of its schedule and changes the bounds of its target, which stay so. Here `at` in
//! UTC happens once, and `rate` from the moment of the request on. Actions by `cron` or in a time zone are kept and
//! never happen. A change merges, but start and end that are left out are removed.

use std::time::Duration;

use aws_smithy_types::{DateTime, date_time::Format};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::rules::limits::SCHEDULED_ACTIONS;

use super::{
    Event, Key, check_namespace, extend, invalid, later, named, page::Paging, policy::new_arn, scaling,
    seconds, target,
};
use crate::{gate, input::parse, refusal::Refusal, world::World};

/// A scheduled action. Its name is its key in the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ScheduledAction {
    arn: String,
    /// `at(…)`, `rate(…)` or `cron(…)`.
    schedule: String,
    timezone: Option<String>,
    /// The time from which it happens, in seconds since the Unix epoch. `None` without one.
    start: Option<f64>,
    end: Option<f64>,
    bounds: Bounds,
    created: u64,
    /// The number of the event that counts. Earlier events have no effect.
    round: u64,
}

/// The new bounds of the target, at least one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_capacity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_capacity: Option<u64>,
}

/// The input of `PutScheduledAction`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    #[serde(flatten)]
    key: Key,
    #[serde(default)]
    scheduled_action_name: String,
    schedule: Option<String>,
    timezone: Option<String>,
    start_time: Option<Value>,
    end_time: Option<Value>,
    scalable_target_action: Option<Bounds>,
}

/// Carries out `PutScheduledAction`.
///
/// # Errors
///
/// Refuses what breaks a rule, unknown targets, a new action without a schedule or without bounds, and more than 200
/// actions.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&super::SERVICE, "PutScheduledAction", input)?;
    let request: Put = parse(input)?;
    let target = target::find_mut(world, &request.key)?.clone();
    let name = request.scheduled_action_name;
    let present = target.actions.get(&name);
    let schedule = request.schedule.or(present.map(|action| action.schedule.clone()));
    let schedule = schedule.ok_or_else(|| invalid("Schedule must be specified"))?;
    let bounds = request.scalable_target_action.or(present.map(|action| action.bounds)).unwrap_or_default();
    if bounds == Bounds::default() {
        return Err(invalid("At least one of minimum capacity and maximum capacity should be provided"));
    }
    if present.is_none() && target.actions.len() >= SCHEDULED_ACTIONS {
        return Err(Refusal::new(
            "LimitExceededException",
            "Too many scheduled actions for this scalable target",
        ));
    }

    let resource = request.key.resource_id.clone();
    let arn = present.map(|action| action.arn.clone());
    let arn = arn.unwrap_or_else(|| {
        new_arn(world, "scheduledAction", &resource, &format!("scheduledActionName/{name}"))
    });
    let action = ScheduledAction {
        arn,
        schedule,
        timezone: request.timezone.or(present.and_then(|action| action.timezone.clone())),
        start: seconds_of(request.start_time),
        end: seconds_of(request.end_time),
        bounds,
        created: present.map_or(world.now, |action| action.created),
        round: world.next_number(),
    };
    if let Some(after) = next(&action, world.now) {
        later(world, after, Event::ActionDue(resource, name.clone(), action.round));
    }
    target::find_mut(world, &request.key)?.actions.insert(name, action);
    Ok(json!({}))
}

/// Returns a time in seconds since the Unix epoch. A text that is no time counts as absent, which is an assumption.
fn seconds_of(time: Option<Value>) -> Option<f64> {
    let time = time?;
    let text = time.as_str().and_then(|text| DateTime::from_str(text, Format::DateTime).ok());
    time.as_f64().or(text.map(|time| time.as_secs_f64()))
}

/// Returns the time of `at`, in seconds since the Unix epoch.
fn at(time: &str) -> Option<f64> {
    if time.len() != "2026-01-01T00:00:00".len() {
        return None;
    }
    DateTime::from_str(&format!("{time}Z"), Format::DateTime).ok().map(|time| time.as_secs_f64())
}

/// Returns the interval of `rate`.
fn rate(interval: &str) -> Option<Duration> {
    let (number, unit) = interval.split_once(' ')?;
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    let seconds = match unit {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number * seconds))
}

/// Returns the milliseconds until an action happens next. `None` if it does not.
fn next(action: &ScheduledAction, now: u64) -> Option<u64> {
    let inner = action.schedule.split_once('(')?.1.strip_suffix(')')?;
    let is_utc = action.timezone.as_deref().is_none_or(|zone| matches!(zone, "UTC" | "Etc/UTC" | "GMT"));
    let due = if action.schedule.starts_with("rate") {
        now + u64::try_from(rate(inner)?.as_millis()).ok()?
    } else if action.schedule.starts_with("at") && is_utc {
        let due = Duration::try_from_secs_f64(at(inner)?).ok()?;
        u64::try_from(due.as_millis()).ok()?
    } else {
        return None;
    };
    let due_at = Duration::from_millis(due).as_secs_f64();
    let is_within =
        action.start.is_none_or(|start| due_at >= start) && action.end.is_none_or(|end| due_at <= end);
    if is_within { due.checked_sub(now) } else { None }
}

/// Carries out a scheduled action that is due, unless it changed since or is suspended.
pub(super) fn act(world: &mut World, resource: &str, name: &str, round: u64) {
    let now = world.now;
    let Some(target) = world.autoscaling.targets.get_mut(resource) else {
        return;
    };
    let Some(action) = target.actions.get(name).filter(|action| action.round == round).cloned() else {
        return;
    };
    if !target.suspended.scheduled_scaling_suspended {
        target.min = action.bounds.min_capacity.unwrap_or(target.min);
        target.max = action.bounds.max_capacity.unwrap_or(target.max);
        scaling::keep_in_range(world, resource);
    }
    if let Some(after) = next(&action, now).filter(|_| action.schedule.starts_with("rate")) {
        later(world, after, Event::ActionDue(resource.to_owned(), name.to_owned(), round));
    }
}

/// The input of `DescribeScheduledActions`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    service_namespace: String,
    resource_id: Option<String>,
    #[serde(default)]
    scheduled_action_names: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeScheduledActions`, in the order of the resource ids and then of the names.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    check_namespace(&request.service_namespace)?;
    let targets = world.autoscaling.targets.iter();
    let wanted = targets.filter(|(id, _)| request.resource_id.as_ref().is_none_or(|wanted| wanted == *id));
    let names = &request.scheduled_action_names;
    let actions = wanted
        .flat_map(|(id, target)| target.actions.iter().map(move |(name, action)| (id, name, action)))
        .filter(|(_, name, _)| names.is_empty() || names.contains(name));
    let items = actions.map(|(id, name, action)| (format!("{id}/{name}"), rendered(id, name, action)));
    request.paging.answer("ScheduledActions", 50, items)
}

/// Returns the description of a scheduled action.
fn rendered(resource: &str, name: &str, action: &ScheduledAction) -> Value {
    let mut answer = named(resource);
    extend(
        &mut answer,
        json!({
            "ScheduledActionName": name,
            "ScheduledActionARN": action.arn,
            "Schedule": action.schedule,
            "ScalableTargetAction": action.bounds,
            "CreationTime": seconds(action.created),
        }),
    );
    let optional = [
        ("Timezone", json!(action.timezone)),
        ("StartTime", json!(action.start)),
        ("EndTime", json!(action.end)),
    ];
    for (member, value) in optional.into_iter().filter(|(_, value)| !value.is_null()) {
        answer[member] = value;
    }
    answer
}

/// The input of `DeleteScheduledAction`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    #[serde(flatten)]
    key: Key,
    #[serde(default)]
    scheduled_action_name: String,
}

/// Carries out `DeleteScheduledAction`. The bounds of the target stay as the action has set them.
///
/// # Errors
///
/// Refuses unknown targets and actions.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Delete { key, scheduled_action_name: name } = parse(input)?;
    let target = target::find_mut(world, &key)?;
    if target.actions.remove(&name).is_none() {
        let message =
            format!("No scheduled action found for resource ID: {}, action name: {name}", key.resource_id);
        return Err(Refusal::new("ObjectNotFoundException", message));
    }
    Ok(json!({}))
}
