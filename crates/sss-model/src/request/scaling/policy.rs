//! `PutScalingPolicy`: the type of a policy, and the configuration of that type.

use super::{DIMENSION, ECS, NAMESPACE, RESOURCE, target_key};
use crate::report::Report;
use crate::request::shape::{Kind, Members, Shape, list, may, must};
use crate::request::{Node, Referred};
use crate::rules::scaling::{self, steps};
use crate::rules::{
    AAS_POL_001, AAS_POL_002, AAS_POL_003, AAS_POL_005, AAS_POL_008, AAS_POL_009, AAS_POL_010, BOTH_SET,
    PARAM_003, REQUIRED, UNKNOWN_CHOICE, broken,
};

/// The types of policies, each with the member of its configuration.
const TYPES: [(&str, &str); 3] = [
    ("StepScaling", "StepScalingPolicyConfiguration"),
    ("TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration"),
    ("PredictiveScaling", "PredictiveScalingPolicyConfiguration"),
];

/// The metrics of a service of ECS. The last one is that of its load balancer.
const METRICS_OF_ECS: [&str; 5] = [
    "ECSServiceAverageCPUUtilization",
    "ECSServiceAverageMemoryUtilization",
    "ECSServiceAverageCPUUtilizationHighResolution",
    "ECSServiceAverageMemoryUtilizationHighResolution",
    REQUESTS,
];

/// The metric that needs a label.
const REQUESTS: &str = "ALBRequestCountPerTarget";

/// The largest value of a target, 2 to the power of 360. The lowest one is its negative.
const LARGEST: f64 = 2.348_542_582_773_833_2e108;

/// `PutScalingPolicy`: the name is required (AAS-POL-001). A new policy needs a type and its configuration.
pub(crate) const PUT_SCALING_POLICY: Shape = Shape(&[
    must("PolicyName", Kind::Text, &AAS_POL_001),
    NAMESPACE,
    RESOURCE,
    DIMENSION,
    may(
        "PolicyType",
        Kind::Choice(&AAS_POL_009, &["StepScaling", "TargetTrackingScaling", "PredictiveScaling"]),
    ),
    may("StepScalingPolicyConfiguration", Kind::Structure(&STEPS)),
    may("TargetTrackingScalingPolicyConfiguration", Kind::Structure(&TRACKING)),
    may("PredictiveScalingPolicyConfiguration", Kind::Structure(&PREDICTION)),
]);
/// A policy with steps: the meaning of the changes is required (AAS-POL-010).
const STEPS: Shape = Shape(&[
    must(
        "AdjustmentType",
        Kind::Choice(&AAS_POL_010, &["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"]),
        &AAS_POL_010,
    ),
    may("StepAdjustments", list(&Kind::Structure(&STEP))),
    may("MinAdjustmentMagnitude Cooldown", Kind::Integer),
    may("MetricAggregationType", Kind::Choice(&AAS_POL_010, &["Average", "Minimum", "Maximum"])),
]);
/// A range of a policy with steps, and its change (AAS-POL-005).
const STEP: Shape = Shape(&[
    may("MetricIntervalLowerBound MetricIntervalUpperBound", Kind::Number),
    must("ScalingAdjustment", Kind::Integer, &AAS_POL_005),
]);
/// A policy that tracks a target: the value is required (AAS-POL-002), and a metric at one of two places (AAS-POL-008).
const TRACKING: Shape = Shape(&[
    TARGET_VALUE,
    may("PredefinedMetricSpecification", Kind::Structure(&PREDEFINED)),
    may("CustomizedMetricSpecification", Kind::Structure(&CUSTOMIZED)),
    may("ScaleOutCooldown ScaleInCooldown", Kind::Integer),
    may("DisableScaleIn", Kind::Flag),
]);
const TARGET_VALUE: Members = must("TargetValue", Kind::Number, &AAS_POL_002);
/// A metric that AWS knows by its name.
const PREDEFINED: Shape =
    Shape(&[must("PredefinedMetricType", Kind::Text, &AAS_POL_008), may("ResourceLabel", Kind::Text)]);
/// A metric of CloudWatch, or an expression over several.
const CUSTOMIZED: Shape = Shape(&[
    may("MetricName Namespace Unit", Kind::Text),
    may("Dimensions", DIMENSIONS_OF_METRIC),
    may("Statistic", Kind::Choice(&AAS_POL_008, &["Average", "Minimum", "Maximum", "SampleCount", "Sum"])),
    may("Metrics", list(&Kind::Structure(&QUERY))),
]);
const DIMENSIONS_OF_METRIC: Kind = list(&Kind::Structure(&DIMENSION_OF_METRIC));
const DIMENSION_OF_METRIC: Shape = Shape(&[must("Name Value", Kind::Text, &AAS_POL_008)]);
/// A metric with its statistic, or an expression over others.
const QUERY: Shape = Shape(&[
    must("Id", Kind::Text, &AAS_POL_008),
    may("Expression Label", Kind::Text),
    may("MetricStat", Kind::Structure(&METRIC_STAT)),
    may("ReturnData", Kind::Flag),
]);
const METRIC_STAT: Shape = Shape(&[
    must("Metric", Kind::Structure(&METRIC), &AAS_POL_008),
    must("Stat", Kind::Text, &AAS_POL_008),
    may("Unit", Kind::Text),
]);
const METRIC: Shape =
    Shape(&[may("MetricName Namespace", Kind::Text), may("Dimensions", DIMENSIONS_OF_METRIC)]);
/// A policy that predicts the load.
const PREDICTION: Shape = Shape(&[
    must("MetricSpecifications", list(&Kind::Structure(&PREDICTED)), &PARAM_003),
    may("Mode MaxCapacityBreachBehavior", Kind::Text),
    may("SchedulingBufferTime MaxCapacityBuffer", Kind::Integer),
]);
const PREDICTED: Shape = Shape(&[
    TARGET_VALUE,
    may(
        "PredefinedMetricPairSpecification PredefinedScalingMetricSpecification PredefinedLoadMetricSpecification",
        Kind::Structure(&PREDEFINED),
    ),
    may(
        "CustomizedScalingMetricSpecification CustomizedLoadMetricSpecification CustomizedCapacityMetricSpecification",
        Kind::Structure(&QUERIES),
    ),
]);
const QUERIES: Shape = Shape(&[must("MetricDataQueries", list(&Kind::Structure(&QUERY)), &AAS_POL_008)]);

/// Checks a request for a scaling policy.
///
/// - The target: see [`target_key`].
/// - `PolicyName`: 1 to 256 printable characters (AAS-POL-001).
/// - `PolicyType`: the configuration of the type is there (AAS-POL-009). Predictions are judged by their shape only.
/// - See [`stepping`] and [`tracking`] for the configurations.
pub(crate) fn policy(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    target_key(request, report);
    request.check_text("PolicyName", &AAS_POL_001, scaling::policy_name, report);
    if !request.has("PolicyType") {
        report.advise(&request.place("PolicyType"), broken!(AAS_POL_009, "only-for-change"));
    }
    let kind = request.text("PolicyType");
    if let Some((_, member)) = TYPES.iter().find(|(name, member)| kind == Some(name) && !request.has(member))
    {
        request.lacks(member, &AAS_POL_009, report);
    }
    if let Some(configuration) = request.get("StepScalingPolicyConfiguration") {
        stepping(&configuration, report);
    }
    if let Some(configuration) = request.get("TargetTrackingScalingPolicyConfiguration") {
        let is_of_ecs = request.text("ServiceNamespace") == Some(ECS);
        tracking(&configuration, is_of_ecs, report);
    }
}

/// Checks the configuration of a policy with steps.
///
/// - `StepAdjustments`: see `rules::scaling::steps` (AAS-POL-005).
/// - `MinAdjustmentMagnitude`: 1 to 2147483647, only for changes by per cent (AAS-POL-006).
/// - `Cooldown`: 0 to 2147483647 seconds (AAS-POL-004).
fn stepping(configuration: &Node<'_>, report: &mut Report) {
    configuration.check_integer("Cooldown", scaling::cooldown, report);
    configuration.check_integer("MinAdjustmentMagnitude", scaling::magnitude, report);
    let kind = configuration.text("AdjustmentType");
    if let Some(kind) = kind
        && configuration.has("MinAdjustmentMagnitude")
    {
        steps::magnitude(kind, &configuration.place("MinAdjustmentMagnitude"), report);
    }

    let items = configuration.items("StepAdjustments");
    let bounds = ["MetricIntervalLowerBound", "MetricIntervalUpperBound"];
    let is_number = |item: &Node<'_>, member: &str| !item.has(member) || item.value()[member].is_number();
    // Where a bound cannot be read, nothing is known about the order of the ranges.
    let are_read = items
        .iter()
        .all(|item| item.value().is_object() && bounds.iter().all(|member| is_number(item, member)));
    let is_list =
        !configuration.has("StepAdjustments") || configuration.value()["StepAdjustments"].is_array();
    if are_read && is_list {
        let ranges: Vec<steps::Range> = items.iter().map(range).collect();
        steps::check(kind.unwrap_or_default(), &ranges, &configuration.place("StepAdjustments"), report);
    }
}

/// Returns a range in the form of the rules.
fn range(step: &Node<'_>) -> steps::Range {
    let number = |member: &str| step.value()[member].as_f64();
    steps::Range {
        from: number("MetricIntervalLowerBound"),
        to: number("MetricIntervalUpperBound"),
        change: step.integer("ScalingAdjustment"),
        from_at: step.place("MetricIntervalLowerBound"),
        to_at: step.place("MetricIntervalUpperBound"),
        change_at: step.place("ScalingAdjustment"),
    }
}

/// Checks the configuration of a policy that tracks a target.
///
/// - `TargetValue`: from -2^360 to 2^360; 0 and less is a warning, and so is a utilization above 100 (AAS-POL-002).
/// - Exactly one of `PredefinedMetricSpecification` and `CustomizedMetricSpecification` (AAS-POL-008).
/// - The cooldowns: 0 to 2147483647 seconds (AAS-POL-004).
fn tracking(configuration: &Node<'_>, is_of_ecs: bool, report: &mut Report) {
    for member in ["ScaleOutCooldown", "ScaleInCooldown"] {
        configuration.check_integer(member, scaling::cooldown, report);
    }
    let (predefined, customized) = ("PredefinedMetricSpecification", "CustomizedMetricSpecification");
    match (configuration.get(predefined), configuration.has(customized)) {
        (None, false) => {
            let broken = broken!(&AAS_POL_008, REQUIRED);
            report.add(&configuration.place(predefined), broken);
        }
        (Some(_), true) => {
            let broken = broken!(&AAS_POL_008, BOTH_SET, other = predefined);
            report.add(&configuration.place(customized), broken);
        }
        (Some(metric), false) if is_of_ecs => self::metric(&metric, report),
        _ => {}
    }
    value(configuration, report);
}

/// Checks the value at which a policy keeps its metric.
fn value(configuration: &Node<'_>, report: &mut Report) {
    let Some(value) = configuration.value()["TargetValue"].as_f64() else { return };
    let at = configuration.place("TargetValue");
    let metric = configuration.get("PredefinedMetricSpecification");
    let metric = metric.and_then(|metric| metric.text("PredefinedMetricType")).unwrap_or_default();
    if value.abs() > LARGEST {
        report.add(&at, broken!(AAS_POL_002, "too-large", given = value));
    } else if value <= 0.0 {
        report.warn(&at, broken!(AAS_POL_002, "not-above-zero", given = value));
    } else if value > 100.0 && metric.starts_with("ECSServiceAverage") {
        report.warn(&at, broken!(AAS_POL_002, "never-reached", given = value));
    }
}

/// Checks a metric of a service: a known one, and for the requests to a task the target group (AAS-POL-003).
fn metric(metric: &Node<'_>, report: &mut Report) {
    let Some(kind) = metric.text("PredefinedMetricType") else { return };
    if !METRICS_OF_ECS.contains(&kind) {
        let choices = METRICS_OF_ECS.to_vec();
        let broken = broken!(&AAS_POL_008, UNKNOWN_CHOICE, given = kind, choices = choices);
        return report.add(&metric.place("PredefinedMetricType"), broken);
    }
    if kind != REQUESTS {
        return;
    }
    match metric.text("ResourceLabel") {
        Some(label) if is_label(label) => {}
        Some(label) => {
            let broken = broken!(AAS_POL_003, "not-a-label", given = label);
            report.add(&metric.place("ResourceLabel"), broken);
        }
        None => report.add(&metric.place("ResourceLabel"), broken!(AAS_POL_003, "no-label")),
    }
}

/// Returns whether a label names a load balancer and its target group: `app/NAME/ID/targetgroup/NAME/ID`.
fn is_label(label: &str) -> bool {
    matches!(label.split('/').collect::<Vec<_>>()[..], ["app", name, id, "targetgroup", group, group_id]
        if [name, id, group, group_id].iter().all(|part| !part.is_empty()))
}
