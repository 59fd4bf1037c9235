//! Scalable targets, policies and scheduled actions.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{Hand::Calls, Row, listed};
use crate::account::Account;

const TARGET: &str = "application-autoscaling/scalable-target";
const POLICY: &str = "application-autoscaling/scaling-policy";
const ACTION: &str = "application-autoscaling/scheduled-action";

/// Calls an operation on the target of a service.
pub(super) fn call_for(account: &Account, service: &str, operation: &str, rest: &Value) -> Value {
    let mut input = json!({
        "ServiceNamespace": "ecs", "ResourceId": format!("service/all-ecs-cluster/{service}"),
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    input.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
    account.by_hand("application-autoscaling", operation, &input)
}

pub(super) fn call(account: &Account, operation: &str, rest: &Value) -> Value {
    call_for(account, "all-worker", operation, rest)
}

fn register(account: &Account, rest: &Value) {
    call(account, "RegisterScalableTarget", rest);
}

/// Replaces the configuration of a policy by one with another member.
fn policy(account: &Account, name: &str, member: &str, pointer: &str, value: Value) {
    let listing = ("application-autoscaling", "DescribeScalingPolicies", &json!({"ServiceNamespace": "ecs"}));
    let found = listed(account, listing, "ScalingPolicies", ("PolicyName", name));
    let mut configuration = found[member].clone();
    *configuration.pointer_mut(pointer).expect("the member") = value;
    let put = json!({"PolicyName": name, "PolicyType": found["PolicyType"], member: configuration});
    call(account, "PutScalingPolicy", &put);
}

fn tracked(account: &Account, pointer: &str, value: Value) {
    policy(account, "cpu", "TargetTrackingScalingPolicyConfiguration", pointer, value);
}

fn stepped(account: &Account, pointer: &str, value: Value) {
    policy(account, "busy", "StepScalingPolicyConfiguration", pointer, value);
}

fn act(account: &Account, rest: &Value) {
    let mut input = json!({"ScheduledActionName": "morning"});
    input.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
    call(account, "PutScheduledAction", &input);
}

const fn target(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: TARGET, name: "all-worker", field, hand: Calls(hand), action: Update, paths }
}

const fn tracking(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: POLICY, name: "all-worker/cpu", field, hand: Calls(hand), action: Update, paths }
}

const fn stepping(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: POLICY, name: "all-worker/busy", field, hand: Calls(hand), action: Update, paths }
}

const fn action(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: ACTION, name: "all-worker/morning", field, hand: Calls(hand), action: Update, paths }
}

pub(super) const ROWS: &[Row] = &[
    target("min", |a| register(a, &json!({"MinCapacity": 0})), &["min"]),
    target("max", |a| register(a, &json!({"MaxCapacity": 9})), &["max"]),
    target(
        "suspended",
        |a| register(a, &json!({"SuspendedState": {"DynamicScalingOutSuspended": true}})),
        &["suspended"],
    ),
    target(
        "tags",
        |a| {
            let found = a.by_hand(
                "application-autoscaling",
                "DescribeScalableTargets",
                &json!({"ServiceNamespace": "ecs", "ResourceIds": ["service/all-ecs-cluster/all-worker"]}),
            );
            let arn = &found["ScalableTargets"][0]["ScalableTargetARN"];
            let input = json!({"ResourceARN": arn, "Tags": {"sss:managed-by": "mine"}});
            a.by_hand("application-autoscaling", "TagResource", &input);
        },
        &[r#"tags."sss:managed-by""#],
    ),
    tracking(
        "tracking.metric",
        |a| {
            let metric = json!({"MetricName": "Queue", "Namespace": "Mine", "Statistic": "Average"});
            let configuration = json!({
                "TargetValue": 60, "ScaleInCooldown": 120, "ScaleOutCooldown": 30, "DisableScaleIn": true,
                "CustomizedMetricSpecification": metric,
            });
            let put = json!({
                "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": configuration,
            });
            call(a, "PutScalingPolicy", &put);
        },
        &["tracking.metric"],
    ),
    tracking("tracking.value", |a| tracked(a, "/TargetValue", json!(60.5)), &["tracking.value"]),
    tracking(
        "tracking.scale_in_cooldown",
        |a| tracked(a, "/ScaleInCooldown", json!(1)),
        &["tracking.scale_in_cooldown"],
    ),
    tracking(
        "tracking.scale_out_cooldown",
        |a| tracked(a, "/ScaleOutCooldown", json!(1)),
        &["tracking.scale_out_cooldown"],
    ),
    tracking("tracking.scale_in", |a| tracked(a, "/DisableScaleIn", json!(false)), &["tracking.scale_in"]),
    stepping(
        "steps.adjustment",
        |a| {
            let configuration = json!({
                "AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "MetricAggregationType": "Maximum",
                "StepAdjustments": [
                    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 50},
                    {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 100},
                ],
            });
            let put = json!({
                "PolicyName": "busy", "PolicyType": "StepScaling",
                "StepScalingPolicyConfiguration": configuration,
            });
            call(a, "PutScalingPolicy", &put);
        },
        &["steps.adjustment", "steps.at_least"],
    ),
    stepping("steps.at_least", |a| stepped(a, "/MinAdjustmentMagnitude", json!(9)), &["steps.at_least"]),
    stepping("steps.cooldown", |a| stepped(a, "/Cooldown", json!(9)), &["steps.cooldown"]),
    stepping(
        "steps.aggregation",
        |a| stepped(a, "/MetricAggregationType", json!("Minimum")),
        &["steps.aggregation"],
    ),
    stepping(
        "steps.ranges",
        |a| stepped(a, "/StepAdjustments/0/ScalingAdjustment", json!(9)),
        &["steps.ranges"],
    ),
    action("schedule", |a| act(a, &json!({"Schedule": "rate(1 day)"})), &["schedule"]),
    action("time_zone", |a| act(a, &json!({"Timezone": "Asia/Tokyo"})), &["time_zone"]),
    action(
        "min",
        |a| act(a, &json!({"ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 6}})),
        &["min"],
    ),
    action(
        "max",
        |a| act(a, &json!({"ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 8}})),
        &["max"],
    ),
    action("start", |a| act(a, &json!({"StartTime": 4_000_000_000_i64})), &["start"]),
    action("end", |a| act(a, &json!({"EndTime": 4_000_000_000_i64})), &["end"]),
];
