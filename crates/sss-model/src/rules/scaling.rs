//! Rules of Application Auto Scaling: bounds, policies and scheduled actions of a service.
//!
//! The functions over plain values serve a stack and the requests of `request/scaling`. Those that take a part of a
//! stack add what AWS accepts and what fails or surprises later: a count beside autoscaling, or tracking that cannot
//! begin. [`steps`] has the ranges of step policies, and [`schedule`] the grammar of times.

pub(crate) mod schedule;
pub(crate) mod steps;

use std::collections::BTreeSet;

use validator::ValidationError;

use super::{
    AAS_ACT_001, AAS_ACT_004, AAS_ACT_005, AAS_POL_001, AAS_POL_002, AAS_POL_003, AAS_POL_004, AAS_POL_006,
    AAS_POL_007, AAS_TGT_001, AAS_TGT_002, AAS_TGT_003, ECS_SVC_014, TOO_LONG, TOO_MANY, broken, judge,
    limits, required, within,
};
use crate::backend::{Backend, BackendKind};
use crate::path::Path;
use crate::report::Report;
use crate::scaling::{Scaling, ScheduledScaling};
use crate::service::Service;

/// The largest number that Application Auto Scaling takes.
const MAXIMUM: i64 = 2_147_483_647;

/// The most characters of a name.
const LONGEST_NAME: usize = 256;

/// Checks a bound of the number of tasks.
pub(crate) fn capacity(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, 0..=MAXIMUM, &AAS_TGT_001)
}

/// Checks a bound that a scheduled action sets.
pub(crate) fn scheduled_capacity(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, 0..=MAXIMUM, &AAS_ACT_004)
}

/// Checks the value at which tracking keeps a metric.
pub(crate) fn target(value: impl Into<i64>) -> Result<(), ValidationError> {
    within(value, 1..=MAXIMUM, &AAS_POL_002)
}

/// Checks the seconds between two changes.
pub(crate) fn cooldown(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, 0..=MAXIMUM, &AAS_POL_004)
}

/// Checks the fewest tasks of a change by per cent.
pub(crate) fn magnitude(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, 1..=MAXIMUM, &AAS_POL_006)
}

/// Checks the name of a policy.
pub(crate) fn policy_name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    let count = name.chars().count();
    judge(count <= LONGEST_NAME, || broken!(&AAS_POL_001, TOO_LONG, count = count, most = LONGEST_NAME))?;
    judge(!name.chars().any(char::is_control), || broken!(AAS_POL_001, "invalid-characters"))
}

/// Checks the name of a scheduled action.
pub(crate) fn action_name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    let count = name.chars().count();
    judge(count <= LONGEST_NAME, || broken!(&AAS_ACT_001, TOO_LONG, count = count, most = LONGEST_NAME))?;
    let is_name =
        !name.contains([':', '/', '|']) && name.trim() == name && !name.chars().any(char::is_control);
    judge(is_name, || broken!(AAS_ACT_001, "invalid-name", name = name))
}

/// Checks the autoscaling of a service by itself.
pub(crate) fn inspect(scaling: &Scaling, at: &Path, report: &mut Report) {
    if scaling.min > scaling.max {
        let broken = broken!(AAS_TGT_001, "min-above-max", min = scaling.min, max = scaling.max);
        report.add(&at.key("min"), broken);
    }
    for (key, value) in [("cpu", scaling.cpu), ("memory", scaling.memory)] {
        if let Some(value) = value.filter(|value| *value > 100) {
            report.warn(&at.key(key), broken!(AAS_POL_002, "never-reached", given = value));
        }
    }
    effect(scaling, at, report);

    let mut names: BTreeSet<&str> = scaling.tracked().map(|(name, _)| name).collect();
    for (index, policy) in scaling.steps.iter().enumerate() {
        let at = at.key("steps").index(index);
        report.inspect(policy, &at);
        if !policy.name.is_empty() && !names.insert(&policy.name) {
            report.add(&at.key("name"), broken!(AAS_POL_001, "used-twice", name = policy.name.as_str()));
        }
    }
    let count = scaling.tracked().count() + scaling.steps.len();
    if count > limits::SCALING_POLICIES {
        report.add(
            &at.key("steps"),
            broken!(AAS_POL_007, "too-many-policies", count = count, most = limits::SCALING_POLICIES),
        );
    }
    actions(scaling, at, report);
}

/// Warns about bounds with which the policies have no effect.
///
/// A schedule may set other bounds, so nothing is known about the bounds of a service with one.
fn effect(scaling: &Scaling, at: &Path, report: &mut Report) {
    let has_tracking = scaling.tracked().next().is_some();
    let has_policy = has_tracking || !scaling.steps.is_empty();
    if !scaling.schedule.is_empty() || !has_policy {
        return;
    }
    if scaling.min == scaling.max {
        report.add(&at.key("max"), broken!(AAS_TGT_003, "fixed", count = scaling.min));
    } else if scaling.min == 0 && has_tracking {
        report.add(&at.key("min"), broken!(AAS_TGT_003, "from-zero"));
    }
}

/// Checks the scheduled actions of a service: their number, their names, and bounds that fit those that stay.
fn actions(scaling: &Scaling, at: &Path, report: &mut Report) {
    let at = at.key("schedule");
    if scaling.schedule.len() > limits::SCHEDULED_ACTIONS {
        let count = scaling.schedule.len();
        report.add(&at, broken!(&AAS_ACT_005, TOO_MANY, count = count, most = limits::SCHEDULED_ACTIONS));
    }
    let mut names = BTreeSet::new();
    for (index, action) in scaling.schedule.iter().enumerate() {
        let at = at.index(index);
        report.inspect(action, &at);
        if !action.name.is_empty() && !names.insert(&action.name) {
            report.add(&at.key("name"), broken!(AAS_ACT_001, "used-twice", name = action.name.as_str()));
        }
        match (action.min, action.max) {
            (Some(min), None) if min > scaling.max => {
                let broken = broken!(AAS_ACT_004, "above-max", given = min, max = scaling.max);
                report.warn(&at.key("min"), broken);
            }
            (None, Some(max)) if max < scaling.min => {
                let broken = broken!(AAS_ACT_004, "below-min", given = max, min = scaling.min);
                report.warn(&at.key("max"), broken);
            }
            _ => {}
        }
    }
}

/// Checks a scheduled action by itself.
pub(crate) fn scheduled(action: &ScheduledScaling, at: &Path, report: &mut Report) {
    scheduled_bounds([("min", action.min.map(i64::from)), ("max", action.max.map(i64::from))], at, report);
}

/// Checks the bounds of a scheduled action, each with its key: one of them at least, in the right order.
pub(crate) fn scheduled_bounds(bounds: [(&str, Option<i64>); 2], at: &Path, report: &mut Report) {
    match bounds {
        [(key, None), (_, None)] => report.add(&at.key(key), broken!(AAS_ACT_004, "no-bounds")),
        [(key, Some(min)), (_, Some(max))] if min > max => {
            report.add(&at.key(key), broken!(AAS_ACT_004, "min-above-max", min = min, max = max));
        }
        _ => {}
    }
}

/// Checks the autoscaling of a service with its other settings: the backend, and the count.
pub(crate) fn in_service(service: &Service, at: &Path, report: &mut Report) {
    let Some(scaling) = &service.scaling else { return };
    let place = at.key("scaling");
    report.inspect(scaling, &place);
    let kind = service.backend.as_ref().map(Backend::kind);
    if scaling.requests.is_some() && kind != Some(BackendKind::Alb) {
        report.add(&place.key("requests"), broken!(AAS_POL_003, "no-alb"));
    }
    if kind == Some(BackendKind::CloudMap) && scaling.max > 1000 {
        report.warn(&place.key("max"), broken!(ECS_SVC_014, "too-many-tasks", count = scaling.max));
    }
    let Some(count) = service.desired_count else { return };
    let at = at.key("desired_count");
    let (min, max) = (scaling.min, scaling.max);
    if count < min || count > max {
        report.add(&at, broken!(AAS_TGT_002, "outside", count = count, min = min, max = max));
    } else {
        report.add(&at, broken!(AAS_TGT_002, "only-at-creation", count = count));
    }
}
