//! Rules of deployments: percentages, the circuit breaker, alarms, and the strategy.
//!
//! The functions over plain values serve the stack and the requests of `request/ecs`. Ranges are those of ECS's
//! `DeploymentConfiguration`.

use validator::ValidationError;

use super::{ECS_SVC_030, ECS_SVC_031, ECS_SVC_032, ECS_SVC_034, REQUIRED, broken, within};
use crate::deployment::{Deployment, DeploymentStrategy};
use crate::path::Path;
use crate::report::Report;

/// The largest number that ECS takes.
const MAXIMUM: i64 = 2_147_483_647;

/// Checks the minimum of a deployment.
pub(crate) fn minimum_healthy_percent(percent: impl Into<i64>) -> Result<(), ValidationError> {
    within(percent, 0..=100, &ECS_SVC_030)
}

/// Checks the maximum of a deployment.
pub(crate) fn maximum_percent(percent: impl Into<i64>) -> Result<(), ValidationError> {
    within(percent, 100..=MAXIMUM, &ECS_SVC_030)
}

/// Checks the bake time of a deployment, in minutes.
pub(crate) fn bake_time(minutes: impl Into<i64>) -> Result<(), ValidationError> {
    within(minutes, 0..=1440, &ECS_SVC_034)
}

/// Checks the value of the circuit breaker's threshold.
pub(crate) fn failure_threshold(value: impl Into<i64>) -> Result<(), ValidationError> {
    within(value, 1..=MAXIMUM, &ECS_SVC_031)
}

/// Checks the names of the alarms of a deployment: one or more, none of them blank.
pub(crate) fn alarms(names: &[String], at: &Path, report: &mut Report) {
    if names.is_empty() {
        report.add(at, broken!(&ECS_SVC_032, REQUIRED));
    }
    for (index, _) in names.iter().enumerate().filter(|(_, name)| name.trim().is_empty()) {
        report.add(&at.index(index), broken!(&ECS_SVC_032, REQUIRED));
    }
}

/// Checks a deployment: its percentages against each other, its options, and its strategy.
pub(crate) fn inspect(deployment: &Deployment, at: &Path, report: &mut Report) {
    let (least, most) = (deployment.minimum_healthy_percent.into(), deployment.maximum_percent.into());
    percents(least, most, &at.key("maximum_percent"), report);
    if let Some(threshold) = &deployment.failure_threshold {
        report.inspect(threshold, &at.key("failure_threshold"));
    }
    if let Some(alarms) = &deployment.alarms {
        report.inspect(alarms, &at.key("alarms"));
    }
    strategy(deployment, at, report);
}

/// Checks that the strategy works without a load balancer, and warns of a bake time that it does not use.
fn strategy(deployment: &Deployment, at: &Path, report: &mut Report) {
    let strategy = deployment.strategy;
    if strategy != DeploymentStrategy::Rolling {
        let broken = broken!(ECS_SVC_034, "no-load-balancer", strategy = strategy.as_str());
        report.add(&at.key("strategy"), broken);
    } else if deployment.bake_time_minutes.is_some_and(|minutes| (1..=1440).contains(&minutes)) {
        report.warn(&at.key("bake_time_minutes"), broken!(ECS_SVC_034, "rolling"));
    }
}

/// Checks that a minimum and a maximum do not block every deployment.
///
/// With 100 and 100 per cent, ECS may neither stop an old task nor start a new one, and refuses the pair.
pub(crate) fn percents(minimum_healthy: i64, maximum: i64, at: &Path, report: &mut Report) {
    if minimum_healthy == 100 && maximum == 100 {
        report.add(at, broken!(ECS_SVC_030, "both-100"));
    }
}
