//! The refusals of policies, in AWS's words as far as threads and the tests of cdk-preflight quote them.

use serde_json::Value;
use sss_model::rules::limits::SCALING_STEPS;

use super::{DIMENSION, invalid, target::ScalableTarget};
use crate::refusal::Refusal;

/// The metrics of a service that a policy can track.
const METRICS: [&str; 5] = [
    "ECSServiceAverageCPUUtilization",
    "ECSServiceAverageMemoryUtilization",
    "ALBRequestCountPerTarget",
    "ECSServiceAverageCPUUtilizationHighResolution",
    "ECSServiceAverageMemoryUtilizationHighResolution",
];

/// The metric that needs a label.
const REQUESTS: &str = "ALBRequestCountPerTarget";

/// Refuses a policy that tracks a target.
///
/// # Errors
///
/// Refuses a policy without exactly one metric, unknown metrics, requests without a label, negative cooldowns, and a
/// second policy for one metric (tfp#41179).
pub(super) fn tracking(target: &ScalableTarget, name: &str, configuration: &Value) -> Result<(), Refusal> {
    if configuration["TargetValue"].as_f64().is_none() {
        return Err(invalid("Target value must be specified"));
    }
    let (predefined, customized) =
        (&configuration["PredefinedMetricSpecification"], &configuration["CustomizedMetricSpecification"]);
    match (predefined.is_object(), customized.is_object()) {
        (true, false) => metric(predefined)?,
        (false, true) => {}
        _ => {
            return Err(invalid(
                "Exactly one of predefined metric specification and customized metric specification must be specified",
            ));
        }
    }
    for cooldown in ["ScaleInCooldown", "ScaleOutCooldown"] {
        if configuration[cooldown].as_i64().is_some_and(|seconds| seconds < 0) {
            return Err(invalid("Cooldown must be greater than or equal to 0"));
        }
    }

    let has_same = |configuration: &Value| {
        configuration["PredefinedMetricSpecification"] == *predefined
            && configuration["CustomizedMetricSpecification"] == *customized
    };
    let mut others = target.policies.iter().filter(|(other, _)| *other != name);
    if others.any(|(_, policy)| policy.kind == "TargetTrackingScaling" && has_same(&policy.configuration)) {
        return Err(invalid(
            "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        ));
    }
    Ok(())
}

/// Refuses an unknown metric, and requests without the label of a target group.
fn metric(predefined: &Value) -> Result<(), Refusal> {
    let kind = predefined["PredefinedMetricType"].as_str().unwrap_or_default();
    if !METRICS.contains(&kind) {
        let known = METRICS.join(", ");
        return Err(invalid(format!(
            "Scalable dimension {DIMENSION} only supports the following predefined metric types: {known}"
        )));
    }
    if kind != REQUESTS {
        return Ok(());
    }
    let Some(label) = predefined["ResourceLabel"].as_str() else {
        return Err(invalid(format!(
            "Resource label should be specified for predefined metric type {REQUESTS}"
        )));
    };
    let parts: Vec<&str> = label.split('/').collect();
    let is_label = matches!(parts.as_slice(), ["app", name, id, "targetgroup", group, group_id]
        if [name, id, group, group_id].iter().all(|part| !part.is_empty()));
    if is_label {
        return Ok(());
    }
    Err(invalid(format!("Invalid resource label '{label}' for predefined metric type {REQUESTS}")))
}

/// Refuses a policy with steps.
///
/// # Errors
///
/// Refuses a policy without a type or without steps, steps without a range or over one another, more than 20, and a
/// least magnitude for another type than percent.
pub(super) fn steps(configuration: &Value) -> Result<(), Refusal> {
    let Some(kind) = configuration["AdjustmentType"].as_str() else {
        return Err(invalid("Adjustment type must be specified"));
    };
    if !["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"].contains(&kind) {
        return Err(invalid(format!("Unknown adjustment type {kind}")));
    }
    if configuration["MinAdjustmentMagnitude"].is_number() && kind != "PercentChangeInCapacity" {
        return Err(invalid(
            "Minimum adjustment magnitude is only allowed for adjustment type PercentChangeInCapacity",
        ));
    }
    let steps = configuration["StepAdjustments"].as_array().map(Vec::as_slice).unwrap_or_default();
    if steps.is_empty() {
        return Err(invalid("At least one step adjustment must be specified for a step scaling policy"));
    }
    if steps.len() > SCALING_STEPS {
        return Err(invalid(format!("The maximum number of step adjustments is {SCALING_STEPS}")));
    }

    let bound = |step: &Value, member: &str, open: f64| step[member].as_f64().unwrap_or(open);
    let mut ranges: Vec<(f64, f64)> = steps
        .iter()
        .map(|step| {
            (
                bound(step, "MetricIntervalLowerBound", f64::NEG_INFINITY),
                bound(step, "MetricIntervalUpperBound", f64::INFINITY),
            )
        })
        .collect();
    if ranges.iter().any(|(lower, upper)| lower >= upper) {
        return Err(invalid("Lower bound must be less than upper bound for a step adjustment"));
    }
    ranges.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    for pair in ranges.windows(2) {
        if pair[0].1 > pair[1].0 {
            return Err(invalid("Step adjustment intervals cannot overlap"));
        }
        if pair[0].1 < pair[1].0 {
            return Err(invalid("Step adjustment intervals cannot have gaps between them"));
        }
    }
    Ok(())
}
