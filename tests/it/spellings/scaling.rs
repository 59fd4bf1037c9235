//! Autoscaling: defaults that AWS leaves out, and numbers with and without a fraction.

use serde_json::{Value, json};

use super::Row;

const GUIDE: &str = "Application Auto Scaling API Reference: defaults of policies and scheduled actions";

fn target(world: &mut Value) -> &mut Value {
    &mut world["autoscaling"]["targets"]["service/all-ecs-cluster/all-worker"]
}

fn policy<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    &mut target(world)["policies"][name]["configuration"]
}

fn action(world: &mut Value) -> &mut Value {
    &mut target(world)["actions"]["morning"]
}

fn without(object: &mut Value, member: &str) {
    object.as_object_mut().expect("an object").remove(member).expect("the member");
}

pub(super) const ROWS: &[Row] = &[
    Row {
        evidence: GUIDE,
        same: |world| without(policy(world, "cpu"), "ScaleInCooldown"),
        other: |world| policy(world, "cpu")["ScaleInCooldown"] = json!(60),
        path: "tracking.scale_in_cooldown",
    },
    Row {
        evidence: GUIDE,
        same: |world| without(policy(world, "cpu"), "ScaleOutCooldown"),
        other: |world| policy(world, "cpu")["ScaleOutCooldown"] = json!(60),
        path: "tracking.scale_out_cooldown",
    },
    Row {
        evidence: GUIDE,
        same: |world| without(policy(world, "cpu"), "DisableScaleIn"),
        other: |world| policy(world, "cpu")["DisableScaleIn"] = json!(true),
        path: "tracking.scale_in",
    },
    Row {
        evidence: "the service model: a target value is a double",
        same: |world| policy(world, "cpu")["TargetValue"] = json!(60.0),
        other: |world| policy(world, "cpu")["TargetValue"] = json!(60.5),
        path: "tracking.value",
    },
    Row {
        evidence: GUIDE,
        same: |world| without(policy(world, "busy"), "Cooldown"),
        other: |world| policy(world, "busy")["Cooldown"] = json!(60),
        path: "steps.cooldown",
    },
    Row {
        evidence: GUIDE,
        same: |world| without(policy(world, "busy"), "MetricAggregationType"),
        other: |world| policy(world, "busy")["MetricAggregationType"] = json!("Minimum"),
        path: "steps.aggregation",
    },
    Row {
        evidence: "the service model: a list of steps has no order",
        same: |world| policy(world, "busy")["StepAdjustments"].as_array_mut().expect("steps").reverse(),
        other: |world| policy(world, "busy")["StepAdjustments"][0]["ScalingAdjustment"] = json!(7),
        path: "steps.ranges",
    },
    Row {
        evidence: "Application Auto Scaling User Guide: the default time zone is UTC",
        same: |world| action(world)["timezone"] = Value::Null,
        other: |world| action(world)["timezone"] = json!("Asia/Tokyo"),
        path: "time_zone",
    },
    Row {
        evidence: "IANA: Etc/UTC is UTC",
        same: |world| action(world)["timezone"] = json!("Etc/UTC"),
        other: |world| action(world)["timezone"] = json!("Etc/GMT+9"),
        path: "time_zone",
    },
];
