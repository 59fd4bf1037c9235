//! Requests of Application Auto Scaling.

use serde_json::{Value, json};

use super::{Case, absent, long};
use crate::services::autoscaling;

const INVALID: &str = "ValidationException";

pub(super) fn all() -> Vec<Case> {
    vec![target(), policy(), action()]
}

/// Returns a request for the target of a service.
fn named(members: Value) -> Value {
    let mut request = json!({ "ServiceNamespace": "ecs", "ResourceId": "service/default/orders",
        "ScalableDimension": "ecs:service:DesiredCount" });
    let Value::Object(members) = members else { return request };
    request.as_object_mut().expect("an object").extend(members);
    request
}

fn target() -> Case {
    let many: Value = (0..51).map(|number| (format!("key{number}"), json!(""))).collect();
    Case {
        service: &autoscaling::SERVICE,
        operation: "RegisterScalableTarget",
        fine: named(json!({ "MinCapacity": 1, "MaxCapacity": 4, "Tags": { "owner": "us" },
            "SuspendedState": { "DynamicScalingInSuspended": true } })),
        refused: vec![
            ("/ServiceNamespace", absent(), INVALID),
            ("/ServiceNamespace", json!("s3"), INVALID),
            ("/ScalableDimension", json!("ec2:spot-fleet-request:TargetCapacity"), INVALID),
            ("/ResourceId", json!("service/orders"), INVALID),
            ("/ResourceId", long(1601), INVALID),
            ("/MinCapacity", json!(5), INVALID),
            ("/MinCapacity", json!(-1), INVALID),
            ("/MaxCapacity", json!("4"), "SerializationException"),
            ("/Tags", many, INVALID),
            ("/Tags/aws:owner", json!("us"), INVALID),
        ],
    }
}

fn policy() -> Case {
    let step = |from: Value, to: Value| json!({ "MetricIntervalLowerBound": from, "MetricIntervalUpperBound": to, "ScalingAdjustment": 1 });
    let steps = json!([
        { "MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1 },
        { "MetricIntervalLowerBound": 10, "ScalingAdjustment": 2 },
    ]);
    let tracking = json!({ "TargetValue": 60.0, "ScaleInCooldown": 300,
        "PredefinedMetricSpecification": { "PredefinedMetricType": "ECSServiceAverageCPUUtilization" } });
    let label = json!({ "PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": "orders" });
    Case {
        service: &autoscaling::SERVICE,
        operation: "PutScalingPolicy",
        fine: named(json!({ "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": tracking,
            "StepScalingPolicyConfiguration": { "AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps } })),
        refused: vec![
            ("/PolicyName", absent(), INVALID),
            ("/PolicyName", json!(""), INVALID),
            ("/PolicyName", json!("a\nb"), INVALID),
            ("/PolicyName", long(257), INVALID),
            ("/PolicyType", json!("Simple"), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration", absent(), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration/TargetValue", absent(), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration/TargetValue", json!(1e300), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration/ScaleInCooldown", json!(-1), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification", absent(), INVALID),
            ("/TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification", label, INVALID),
            (
                "/TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification/PredefinedMetricType",
                json!("CPU"),
                INVALID,
            ),
            (
                "/TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification",
                json!({ "MetricName": "a" }),
                INVALID,
            ),
            ("/StepScalingPolicyConfiguration/AdjustmentType", absent(), INVALID),
            ("/StepScalingPolicyConfiguration/AdjustmentType", json!("Change"), INVALID),
            ("/StepScalingPolicyConfiguration/StepAdjustments", json!([]), INVALID),
            ("/StepScalingPolicyConfiguration/StepAdjustments/0", step(json!(0), json!(11)), INVALID),
            ("/StepScalingPolicyConfiguration/StepAdjustments/0", step(json!(0), json!(9)), INVALID),
            ("/StepScalingPolicyConfiguration/MinAdjustmentMagnitude", json!(1), INVALID),
        ],
    }
}

fn action() -> Case {
    Case {
        service: &autoscaling::SERVICE,
        operation: "PutScheduledAction",
        fine: named(json!({ "ScheduledActionName": "morning", "Schedule": "cron(0 7 ? * MON-FRI *)",
            "Timezone": "Europe/Berlin", "StartTime": 1_800_000_000, "EndTime": 1_900_000_000,
            "ScalableTargetAction": { "MinCapacity": 2, "MaxCapacity": 8 } })),
        refused: vec![
            ("/ScheduledActionName", absent(), INVALID),
            ("/ScheduledActionName", json!("a/b"), INVALID),
            ("/Schedule", json!("cron(0 7 * * *)"), INVALID),
            ("/Schedule", json!("rate(0 hours)"), INVALID),
            ("/Schedule", json!("at(2026-12-24T18:00:00Z)"), INVALID),
            ("/Schedule", json!("daily"), INVALID),
            ("/Timezone", json!("Berlin"), INVALID),
            ("/EndTime", json!(1_700_000_000), INVALID),
            ("/EndTime", json!(true), "SerializationException"),
            ("/ScalableTargetAction/MinCapacity", json!(9), INVALID),
            ("/ScalableTargetAction/MinCapacity", json!(-1), INVALID),
            ("/ScalableTargetAction", json!({}), INVALID),
        ],
    }
}
