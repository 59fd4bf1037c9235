//! Targets that a caller registers, and health checks.

use serde_json::{Value, json};

use super::{balancer, check, group, listener, refused, text, words, world};
use crate::world::World;

fn health(world: &mut World, group: &str) -> Value {
    check(world, "DescribeTargetHealth", json!({ "TargetGroupArn": group }))["TargetHealthDescriptions"]
        .clone()
}

fn register(world: &mut World, group: &str) {
    let targets = json!([{ "Id": "10.0.0.9", "Port": "8080" }]);
    check(world, "RegisterTargets", json!({ "TargetGroupArn": group, "Targets": targets }));
}

#[test]
fn target_without_a_task_times_out() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    register(&mut world, &orders);
    let state =
        |health: &Value| (text(health, "/0/TargetHealth/State"), text(health, "/0/TargetHealth/Reason"));
    let unused = health(&mut world, &orders);
    assert_eq!(state(&unused), ("unused".to_owned(), "Target.NotInUse".to_owned()));
    listener(&mut world, &arn, "80", &orders);
    let initial = health(&mut world, &orders);
    assert_eq!(state(&initial), ("initial".to_owned(), "Elb.RegistrationInProgress".to_owned()));
    assert_eq!(initial[0]["HealthCheckPort"], "8080");
    // The load balancer is active after 120 s; the checks follow after 10 s and after 30 s more.
    world.advance(150_000);
    let initial = health(&mut world, &orders);
    assert_eq!(state(&initial), ("initial".to_owned(), "Elb.InitialHealthChecking".to_owned()));
    world.advance(160_000);
    let unhealthy = health(&mut world, &orders);
    assert_eq!(state(&unhealthy), ("unhealthy".to_owned(), "Target.Timeout".to_owned()));
}

#[test]
fn deregistered_target_drains() {
    let mut world = world();
    let orders = group(&mut world, "orders", "HTTP");
    register(&mut world, &orders);
    let targets = json!([{ "Id": "10.0.0.9", "Port": "8080" }, { "Id": "10.0.0.10" }]);
    check(&mut world, "DeregisterTargets", json!({ "TargetGroupArn": orders, "Targets": targets }));
    world.advance(299_999);
    assert_eq!(health(&mut world, &orders)[0]["TargetHealth"]["State"], "draining");
    world.advance(300_000);
    assert_eq!(health(&mut world, &orders), json!([]));
    let named = json!({ "TargetGroupArn": orders, "Targets": [{ "Id": "10.0.0.9" }] });
    let found = check(&mut world, "DescribeTargetHealth", named);
    assert_eq!(found["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"], "Target.NotRegistered");
}

#[test]
fn registration_of_a_draining_target_begins_anew() {
    let mut world = world();
    let orders = group(&mut world, "orders", "HTTP");
    register(&mut world, &orders);
    let targets = json!([{ "Id": "10.0.0.9", "Port": "8080" }]);
    check(&mut world, "DeregisterTargets", json!({ "TargetGroupArn": orders, "Targets": targets }));
    register(&mut world, &orders);
    world.advance(400_000);
    assert_eq!(health(&mut world, &orders)[0]["TargetHealth"]["State"], "unused");
}

#[test]
fn targets_are_addresses() {
    let mut world = world();
    let orders = group(&mut world, "orders", "HTTP");
    let wrong = json!({ "TargetGroupArn": orders, "Targets": [{ "Id": "i-0a1b2c3d" }] });
    let message = "The IP address 'i-0a1b2c3d' is not a valid IPv4 address";
    assert_eq!(words(&mut world, "RegisterTargets", wrong), ("ValidationError", message.to_owned()));
    let unknown = json!({ "TargetGroupArn": format!("{orders}0"), "Targets": [] });
    assert_eq!(refused(&mut world, "RegisterTargets", unknown).code, "TargetGroupNotFound");
}

#[test]
fn health_check_merges_and_has_defaults() {
    let mut world = world();
    for (protocol, check_protocol, timeout, matcher) in
        [("HTTP", "HTTP", 5, json!({ "HttpCode": "200" })), ("TCP", "TCP", 10, Value::Null)]
    {
        let arn = group(&mut world, protocol, protocol);
        let found = check(&mut world, "DescribeTargetGroups", json!({ "TargetGroupArns": [arn] }));
        let found = &found["TargetGroups"][0];
        assert_eq!(found["HealthCheckProtocol"], check_protocol);
        assert_eq!(found["HealthCheckTimeoutSeconds"], timeout);
        assert_eq!(found["Matcher"], matcher);
        assert_eq!(found["HealthyThresholdCount"], 5);
    }
    let orders = group(&mut world, "orders", "HTTP");
    let input =
        json!({ "TargetGroupArn": orders, "HealthCheckPath": "/health", "HealthCheckIntervalSeconds": "10" });
    let answer = check(&mut world, "ModifyTargetGroup", input);
    let found = &answer["TargetGroups"][0];
    assert_eq!(
        (&found["HealthCheckPath"], &found["HealthCheckPort"]),
        (&json!("/health"), &json!("traffic-port"))
    );
    let wrong = json!({ "TargetGroupArn": orders, "HealthCheckTimeoutSeconds": "10" });
    let message = "Health check interval must be greater than the timeout.";
    assert_eq!(words(&mut world, "ModifyTargetGroup", wrong), ("ValidationError", message.to_owned()));
    let empty = json!({ "TargetGroupArn": orders, "Matcher": {} });
    let message = "Matcher must contain either HttpCode or GrpcCode";
    assert_eq!(words(&mut world, "ModifyTargetGroup", empty), ("ValidationError", message.to_owned()));
}
