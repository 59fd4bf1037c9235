//! The two configurations of a policy in normal form.
//!
//! AWS's defaults are filled in on both sides: cooldowns of 300 s, scaling in, and the average of data points.

use aws_sdk_applicationautoscaling::types::{
    AdjustmentType, MetricAggregationType, MetricType, PredefinedMetricSpecification, StepAdjustment,
    StepScalingPolicyConfiguration, TargetTrackingScalingPolicyConfiguration,
};
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// The seconds between two changes, unless a policy says otherwise.
const COOLDOWN: i32 = 300;

/// The name of a metric that is not one of AWS's own. Never desired.
const CUSTOMIZED: &str = "customized";

/// A policy that keeps a metric at a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tracking {
    /// The metric by its name on AWS, such as `ECSServiceAverageCPUUtilization`.
    pub(crate) metric: String,
    /// The load balancer and the target group whose requests count. `None` for other metrics.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) label: Option<String>,
    pub(crate) value: Number,
    /// Seconds after a change to fewer tasks.
    pub(crate) scale_in_cooldown: i32,
    /// Seconds after a change to more tasks.
    pub(crate) scale_out_cooldown: i32,
    /// Whether the policy also stops tasks.
    pub(crate) scale_in: bool,
}

/// A policy that changes the count in steps when an alarm asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Steps {
    /// The meaning of the changes by its name on AWS, such as `ChangeInCapacity`.
    pub(crate) adjustment: String,
    /// The fewest tasks that a change by per cent starts or stops.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) at_least: Option<i32>,
    /// Seconds after a change.
    pub(crate) cooldown: i32,
    /// The way to one value from several data points, by its name on AWS.
    pub(crate) aggregation: String,
    /// The ranges, from the lowest on.
    pub(crate) ranges: Vec<Range>,
}

/// A range of distances from the threshold of the alarm, and its change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Range {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) from: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) to: Option<Number>,
    pub(crate) change: i32,
}

impl Tracking {
    pub(super) fn encode(&self) -> TargetTrackingScalingPolicyConfiguration {
        let metric = PredefinedMetricSpecification::builder()
            .predefined_metric_type(MetricType::from(self.metric.as_str()))
            .set_resource_label(self.label.clone())
            .build()
            .expect("a metric with a type");
        TargetTrackingScalingPolicyConfiguration::builder()
            .target_value(float(&self.value))
            .predefined_metric_specification(metric)
            .scale_in_cooldown(self.scale_in_cooldown)
            .scale_out_cooldown(self.scale_out_cooldown)
            .disable_scale_in(!self.scale_in)
            .build()
            .expect("a configuration with a value")
    }
}

impl Steps {
    /// Returns the policy with its ranges in their order.
    pub(crate) fn sorted(mut self) -> Self {
        let start = |range: &Range| range.from.as_ref().map_or(f64::NEG_INFINITY, float);
        self.ranges.sort_by(|left, right| start(left).total_cmp(&start(right)));
        self
    }

    pub(super) fn encode(&self) -> StepScalingPolicyConfiguration {
        let range = |range: &Range| {
            StepAdjustment::builder()
                .set_metric_interval_lower_bound(range.from.as_ref().map(float))
                .set_metric_interval_upper_bound(range.to.as_ref().map(float))
                .scaling_adjustment(range.change)
                .build()
                .expect("a step with a change")
        };
        StepScalingPolicyConfiguration::builder()
            .adjustment_type(AdjustmentType::from(self.adjustment.as_str()))
            .set_min_adjustment_magnitude(self.at_least)
            .cooldown(self.cooldown)
            .metric_aggregation_type(MetricAggregationType::from(self.aggregation.as_str()))
            .set_step_adjustments(Some(self.ranges.iter().map(range).collect()))
            .build()
    }
}

/// Decodes a policy that tracks a metric.
pub(super) fn tracking(found: &TargetTrackingScalingPolicyConfiguration) -> Tracking {
    let metric = found.predefined_metric_specification();
    Tracking {
        metric: metric.map_or(CUSTOMIZED, |metric| metric.predefined_metric_type().as_str()).to_owned(),
        label: metric.and_then(PredefinedMetricSpecification::resource_label).map(str::to_owned),
        value: number(found.target_value()),
        scale_in_cooldown: found.scale_in_cooldown().unwrap_or(COOLDOWN),
        scale_out_cooldown: found.scale_out_cooldown().unwrap_or(COOLDOWN),
        scale_in: found.disable_scale_in() != Some(true),
    }
}

/// Decodes a policy with steps.
pub(super) fn steps(found: &StepScalingPolicyConfiguration) -> Steps {
    let range = |range: &StepAdjustment| Range {
        from: range.metric_interval_lower_bound().map(number),
        to: range.metric_interval_upper_bound().map(number),
        change: range.scaling_adjustment(),
    };
    let steps = Steps {
        adjustment: found.adjustment_type().map_or("", AdjustmentType::as_str).to_owned(),
        at_least: found.min_adjustment_magnitude(),
        cooldown: found.cooldown().unwrap_or(COOLDOWN),
        aggregation: found
            .metric_aggregation_type()
            .map_or("Average", MetricAggregationType::as_str)
            .to_owned(),
        ranges: found.step_adjustments().iter().map(range).collect(),
    };
    steps.sorted()
}

/// Returns the label of the requests that a listener forwards to a target group: the ends of both ARNs.
///
/// While one of them does not exist yet, the label has the text that stands for its ARN.
pub(super) fn label(listener: &str, group: &str) -> String {
    let balancer = listener.split_once(":listener/").map_or(listener, |(_, path)| path);
    let balancer = balancer.rsplit_once('/').filter(|_| balancer.starts_with("app/"));
    let balancer = balancer.map_or(listener, |(balancer, _)| balancer);
    let group = group
        .rsplit_once(':')
        .filter(|(_, end)| end.starts_with("targetgroup/"))
        .map_or(group, |(_, end)| end);
    format!("{balancer}/{group}")
}

/// Returns a number of AWS as people write it: a whole one has no fraction.
fn number(value: f64) -> Number {
    let text = value.to_string();
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| Number::from_f64(value)).unwrap_or_else(|| Number::from(0))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_has_the_ends_of_both_arns() {
        let listener = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/0a1b/2c3d";
        let group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/4e5f";
        assert_eq!(label(listener, group), "app/shop/0a1b/targetgroup/orders/4e5f");
        let pending = "(ARN of elasticloadbalancing/target-group orders)";
        assert_eq!(label(listener, pending), format!("app/shop/0a1b/{pending}"));
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!([60.0, 0.5, -3.0].map(|value| number(value).to_string()), ["60", "0.5", "-3"]);
    }
}
