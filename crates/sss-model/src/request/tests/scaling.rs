//! Requests of Application Auto Scaling, accepted and refused.

use serde_json::{Value, json};

use super::table::{Table, each, long};

const CPU: &str = "ECSServiceAverageCPUUtilization";
const REQUESTS: &str = "ALBRequestCountPerTarget";

/// Returns a table around a request for the target of a service.
fn table(operation: &str, members: Value) -> Table {
    let mut request = json!({ "ServiceNamespace": "ecs", "ResourceId": "service/shop/orders",
        "ScalableDimension": "ecs:service:DesiredCount" });
    if let (Some(request), Value::Object(members)) = (request.as_object_mut(), members) {
        request.extend(members);
    }
    Table::of(&format!("application-autoscaling:{operation}"), request)
}

fn target() -> Table {
    table("RegisterScalableTarget", json!({ "MinCapacity": 1, "MaxCapacity": 4 }))
}

#[test]
fn target_is_named_by_three_members() {
    let table = target();
    for (member, at) in [
        ("/ServiceNamespace", "AAS-TGT-004 ServiceNamespace"),
        ("/ResourceId", "AAS-TGT-004 ResourceId"),
        ("/ScalableDimension", "AAS-TGT-004 ScalableDimension"),
    ] {
        table.lacks(member, &[at]);
    }
    table.names("/ServiceNamespace", json!("s3"), "AAS-TGT-004/unknown-choice");
    table.names("/ScalableDimension", json!("ecs:service:Count"), "AAS-TGT-004/unknown-choice");
    let other = json!("ec2:spot-fleet-request:TargetCapacity");
    table.names("/ScalableDimension", other, "AAS-TGT-004/other-dimension");
    table.names("/ResourceId", json!(""), "AAS-TGT-004/too-short");
    table.names("/ResourceId", json!("a".repeat(1601)), "AAS-TGT-004/too-long");
    for id in ["orders", "service/orders", "service//orders", "service/shop/", "service/a/b/c"] {
        table.names("/ResourceId", json!(id), "AAS-TGT-004/not-a-service");
    }
    let mut queue = table.request().clone();
    queue["ServiceNamespace"] = json!("dynamodb");
    queue["ResourceId"] = json!("table/orders");
    queue["ScalableDimension"] = json!("dynamodb:table:ReadCapacityUnits");
    table.from(queue).is(&[]);
}

#[test]
fn bounds_of_a_target_are_in_order() {
    let table = target();
    table.takes("/MinCapacity", each([0, 4]));
    table.takes("/MaxCapacity", each([1, 2_147_483_647]));
    table.names("/MinCapacity", json!(-1), "AAS-TGT-001/out-of-range");
    table.names("/MinCapacity", json!(5), "AAS-TGT-001/min-above-max");
    table.breaks("/MaxCapacity", [json!("4"), json!(2_147_483_648_i64)], &["PARAM-002 MaxCapacity"]);
    table.lacks("/MaxCapacity", &["advice AAS-TGT-001 MaxCapacity"]);
    table.takes("/SuspendedState", [json!({ "ScheduledScalingSuspended": true })]);
    table.breaks("/SuspendedState", [json!({ "Suspended": true })], &["PARAM-001 SuspendedState.Suspended"]);
    table.takes("/Tags", [json!({ "team": "a" })]);
    table.names("/Tags", json!({ "aws:team": "a" }), "TAG-003/reserved");
    table.takes("/RoleARN", each(["arn:aws:iam::123456789012:role/a"]));
    table.names("/RoleARN", json!(""), "AAS-TGT-004/too-short");
}

fn tracking() -> Table {
    let metric = json!({ "PredefinedMetricType": CPU });
    let configuration = json!({ "TargetValue": 60.5, "PredefinedMetricSpecification": metric,
        "ScaleInCooldown": 0, "ScaleOutCooldown": 2_147_483_647, "DisableScaleIn": true });
    table(
        "PutScalingPolicy",
        json!({ "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": configuration }),
    )
}

#[test]
fn policy_has_a_name_and_its_configuration() {
    let table = tracking();
    table.lacks("/PolicyName", &["AAS-POL-001 PolicyName"]);
    table.names("/PolicyName", json!(""), "AAS-POL-001/required");
    table.takes("/PolicyName", long([256]));
    table.names("/PolicyName", json!("a".repeat(257)), "AAS-POL-001/too-long");
    table.names("/PolicyName", json!("a\nb"), "AAS-POL-001/invalid-characters");
    table.lacks("/PolicyType", &["advice AAS-POL-009 PolicyType"]);
    table.names("/PolicyType", json!("Simple"), "AAS-POL-009/unknown-choice");
    table.names("/PolicyType", json!("StepScaling"), "AAS-POL-009/required");
    let at = "/TargetTrackingScalingPolicyConfiguration";
    table.lacks(at, &["AAS-POL-009 TargetTrackingScalingPolicyConfiguration"]);
    table.breaks(at, [json!(1)], &["PARAM-002 TargetTrackingScalingPolicyConfiguration"]);
}

#[test]
fn tracking_has_a_value_and_one_metric() {
    let table = tracking();
    let at = |member: &str| format!("/TargetTrackingScalingPolicyConfiguration/{member}");
    let path = |member: &str| format!("TargetTrackingScalingPolicyConfiguration.{member}");
    let value = at("TargetValue");
    table.takes(&value, [json!(0.5), json!(100)]);
    table.lacks(&value, &[&format!("AAS-POL-002 {}", path("TargetValue"))]);
    table.names(&value, json!(1e300), "AAS-POL-002/too-large");
    table.names(&value, json!(0), "AAS-POL-002/not-above-zero");
    table.names(&value, json!(101), "AAS-POL-002/never-reached");
    table.names(&at("ScaleInCooldown"), json!(-1), "AAS-POL-004/out-of-range");

    let metric = at("PredefinedMetricSpecification");
    let of = |kind: &str| json!({ "PredefinedMetricType": kind });
    table.takes(&metric, [of("ECSServiceAverageMemoryUtilizationHighResolution")]);
    table.names(&metric, of("LambdaProvisionedConcurrencyUtilization"), "AAS-POL-008/unknown-choice");
    table.names(&metric, json!({}), "AAS-POL-008/required");
    table.lacks(&metric, &[&format!("AAS-POL-008 {}", path("PredefinedMetricSpecification"))]);
    table.names(&at("CustomizedMetricSpecification"), json!({}), "AAS-POL-008/both-set");
    table.names(&metric, of(REQUESTS), "AAS-POL-003/no-label");
    let labelled = |label: &str| json!({ "PredefinedMetricType": REQUESTS, "ResourceLabel": label });
    table.takes(&metric, [labelled("app/shop/0a/targetgroup/orders/0b")]);
    for label in ["", "orders", "net/shop/0a/targetgroup/orders/0b", "app/shop/0a/targetgroup/orders/"] {
        table.names(&metric, labelled(label), "AAS-POL-003/not-a-label");
    }

    let mut customized = table.request().clone();
    let query = json!({ "Id": "a", "MetricStat": { "Stat": "Sum", "Metric": {
        "MetricName": "Depth", "Namespace": "AWS/SQS", "Dimensions": [{ "Name": "QueueName", "Value": "a" }] } } });
    customized["TargetTrackingScalingPolicyConfiguration"] =
        json!({ "TargetValue": 1000, "CustomizedMetricSpecification": { "Metrics": [query] } });
    table.from(customized).is(&[]);
}

#[test]
fn prediction_is_judged_by_its_shape() {
    let specification = json!({ "TargetValue": 60, "PredefinedMetricPairSpecification": {
        "PredefinedMetricType": "ECSServiceCPUUtilization" } });
    let members = json!({ "PolicyName": "a", "PolicyType": "PredictiveScaling",
        "PredictiveScalingPolicyConfiguration": { "MetricSpecifications": [specification], "Mode": "ForecastOnly" } });
    let table = table("PutScalingPolicy", members);
    let at = "/PredictiveScalingPolicyConfiguration/MetricSpecifications";
    table.lacks(at, &["PARAM-003 PredictiveScalingPolicyConfiguration.MetricSpecifications"]);
}

fn step(from: Value, to: Value) -> Value {
    let mut step = json!({ "ScalingAdjustment": 1 });
    for (member, bound) in [("MetricIntervalLowerBound", from), ("MetricIntervalUpperBound", to)] {
        if !bound.is_null() {
            step[member] = bound;
        }
    }
    step
}

#[test]
fn ranges_of_steps_follow_one_another() {
    let configuration = json!({ "AdjustmentType": "PercentChangeInCapacity", "MinAdjustmentMagnitude": 1,
        "Cooldown": 60, "StepAdjustments": [step(json!(0), json!(10.5)), step(json!(10.5), Value::Null)] });
    let members = json!({ "PolicyName": "a", "PolicyType": "StepScaling",
        "StepScalingPolicyConfiguration": configuration });
    let table = table("PutScalingPolicy", members);
    let at = |member: &str| format!("/StepScalingPolicyConfiguration/{member}");
    table.lacks(&at("AdjustmentType"), &["AAS-POL-010 StepScalingPolicyConfiguration.AdjustmentType"]);
    table.names(&at("AdjustmentType"), json!("Percent"), "AAS-POL-010/unknown-choice");
    table.names(&at("AdjustmentType"), json!("ChangeInCapacity"), "AAS-POL-006/not-percent");
    table.names(&at("MinAdjustmentMagnitude"), json!(0), "AAS-POL-006/out-of-range");
    table.names(&at("Cooldown"), json!(-1), "AAS-POL-004/out-of-range");
    table.lacks(&at("StepAdjustments"), &["AAS-POL-005 StepScalingPolicyConfiguration.StepAdjustments"]);
    table.names(&at("StepAdjustments"), json!([]), "AAS-POL-005/too-few");
    table.names(&at("StepAdjustments/0"), step(json!(0), json!(11)), "AAS-POL-005/overlap");
    table.names(&at("StepAdjustments/0"), step(json!(0), json!(9)), "AAS-POL-005/gap");
    table.names(&at("StepAdjustments/0"), step(json!(0), json!(0)), "AAS-POL-005/empty-range");
    table.names(&at("StepAdjustments/0"), step(json!(-1), json!(10.5)), "AAS-POL-005/closed-below");
    table.names(&at("StepAdjustments/1"), step(json!(10.5), json!(20)), "AAS-POL-005/closed-above");
    table.names(&at("StepAdjustments/1"), step(Value::Null, Value::Null), "AAS-POL-005/unbounded");
    table.names(&at("StepAdjustments/0"), step(json!("0"), json!(10.5)), "PARAM-002/wrong-type");
    let change = at("StepAdjustments/0/ScalingAdjustment");
    table
        .lacks(&change, &["AAS-POL-005 StepScalingPolicyConfiguration.StepAdjustments[0].ScalingAdjustment"]);
    table.takes(&change, each([-50]));
}

#[test]
fn scheduled_action_has_times_and_bounds() {
    let members = json!({ "ScheduledActionName": "morning", "Schedule": "rate(2 hours)", "StartTime": 1,
        "EndTime": 2, "ScalableTargetAction": { "MinCapacity": 2, "MaxCapacity": 8 } });
    let table = table("PutScheduledAction", members);
    table.lacks("/ScheduledActionName", &["AAS-ACT-001 ScheduledActionName"]);
    table.names("/ScheduledActionName", json!(""), "AAS-ACT-001/required");
    table.names("/ScheduledActionName", json!("a:b"), "AAS-ACT-001/invalid-name");
    table.lacks("/Schedule", &["advice AAS-ACT-002 Schedule"]);
    table.names("/Schedule", json!(""), "AAS-ACT-002/required");
    table.names("/Schedule", json!("daily"), "AAS-ACT-002/not-a-schedule");
    table.takes("/Timezone", each(["Etc/GMT+9", "Pacific/Tahiti"]));
    table.names("/Timezone", json!("Berlin"), "AAS-ACT-003/unknown-zone");
    table.names("/EndTime", json!(1), "AAS-ACT-006/not-after-start");
    table.takes("/EndTime", each(["2026-12-24T18:00:00Z"]));
    table.breaks("/EndTime", [json!("later"), json!(true)], &["PARAM-002 EndTime"]);
    let bounds = "/ScalableTargetAction";
    table.lacks(bounds, &["advice AAS-ACT-004 ScalableTargetAction"]);
    table.names(bounds, json!({}), "AAS-ACT-004/no-bounds");
    table.names(bounds, json!({ "MinCapacity": -1 }), "AAS-ACT-004/out-of-range");
    table.names(bounds, json!({ "MinCapacity": 2, "MaxCapacity": 1 }), "AAS-ACT-004/min-above-max");
    table.breaks(bounds, [json!({ "MinCapacity": "2" })], &["PARAM-002 ScalableTargetAction.MinCapacity"]);
}
