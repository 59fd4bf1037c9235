use serde_json::{Value, json};

use super::{call, set_metric};
use crate::{
    services::{ecs, iam},
    world::{PRIVATE_SUBNET_IDS, World},
};

const CPU: &str = "ECSServiceAverageCPUUtilization";

/// Creates an account with a service of two tasks that is steady.
fn account() -> World {
    let mut world = World::new("123456789012", "ap-northeast-1", 0);
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let role = json!({ "RoleName": "execution", "AssumeRolePolicyDocument": trust.to_string() });
    iam::call(&mut world, "CreateRole", &role).expect("a role");
    world.advance(10_000);
    let container = json!({ "name": "app", "image": "httpd:2.4", "portMappings": [{ "containerPort": 80 }] });
    for (operation, input) in [
        ("CreateCluster", json!({ "clusterName": "shop" })),
        (
            "RegisterTaskDefinition",
            json!({
                "family": "app", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256",
                "memory": "512", "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
                "containerDefinitions": [container],
            }),
        ),
        (
            "CreateService",
            json!({
                "cluster": "shop", "serviceName": "app", "taskDefinition": "app", "desiredCount": 2,
                "launchType": "FARGATE",
                "networkConfiguration": { "awsvpcConfiguration": { "subnets": PRIVATE_SUBNET_IDS } },
            }),
        ),
    ] {
        ecs::call(&mut world, operation, &input).unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"));
    }
    pass(&mut world, 60);
    world
}

/// Returns the members of the target, with others.
fn key(others: &Value) -> Value {
    let mut key = super::named("service/shop/app");
    super::extend(&mut key, others.clone());
    key
}

fn done(world: &mut World, operation: &str, input: &Value) -> Value {
    call(world, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// Returns the code and the words of a refusal. The account stays as it was.
fn refused(world: &mut World, operation: &str, input: &Value) -> (&'static str, String) {
    let before = world.clone();
    let refusal = call(world, operation, input).expect_err(operation);
    assert_eq!(*world, before, "{operation} {input}");
    (refusal.code, refusal.message)
}

fn register(world: &mut World, min: u64, max: u64) {
    done(world, "RegisterScalableTarget", &key(&json!({ "MinCapacity": min, "MaxCapacity": max })));
}

/// Returns the input for a policy that keeps a metric at a value.
fn tracking(name: &str, metric: &str, value: f64) -> Value {
    key(&json!({ "PolicyName": name, "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": { "TargetValue": value,
            "PredefinedMetricSpecification": { "PredefinedMetricType": metric } } }))
}

fn count(world: &World) -> u64 {
    ecs::desired_count(world, "shop", "app").expect("an active service")
}

fn pass(world: &mut World, seconds: u64) {
    world.advance(world.now + seconds * 1_000);
}

#[test]
fn registration_moves_the_count_into_the_range() {
    let mut world = account();
    register(&mut world, 3, 6);
    assert_eq!(count(&world), 3);
    done(&mut world, "RegisterScalableTarget", &key(&json!({ "MinCapacity": 1, "MaxCapacity": 2 })));
    assert_eq!(count(&world), 2);
    let found = done(&mut world, "DescribeScalableTargets", &json!({ "ServiceNamespace": "ecs" }));
    let found = &found["ScalableTargets"][0];
    assert_eq!((&found["MinCapacity"], &found["MaxCapacity"]), (&json!(1), &json!(2)));
    let activities = done(&mut world, "DescribeScalingActivities", &json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(activities["ScalingActivities"][0]["Description"], "Setting desired count to 2.");
    let suspended = json!({ "SuspendedState": { "DynamicScalingInSuspended": true } });
    done(&mut world, "RegisterScalableTarget", &key(&suspended));
    let found = done(&mut world, "DescribeScalableTargets", &json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(found["ScalableTargets"][0]["MaxCapacity"], 2);
    assert_eq!(found["ScalableTargets"][0]["SuspendedState"]["DynamicScalingInSuspended"], true);
}

#[test]
fn registration_of_nothing_is_refused() {
    let mut world = account();
    let mut other = key(&json!({ "MinCapacity": 1, "MaxCapacity": 2 }));
    other["ResourceId"] = json!("service/shop/web");
    let message = "ECS service doesn't exist: service/shop/web";
    assert_eq!(
        refused(&mut world, "RegisterScalableTarget", &other),
        ("ValidationException", message.to_owned())
    );
    for (given, message) in [
        (
            json!({ "MinCapacity": 3, "MaxCapacity": 2 }),
            "Maximum capacity cannot be less than minimum capacity",
        ),
        (json!({ "MinCapacity": 3 }), "Maximum capacity is required to register a new target"),
        (
            json!({ "MinCapacity": -1, "MaxCapacity": 2 }),
            "MinCapacity: `MinCapacity` must be from 0 to 2147483647, not -1",
        ),
    ] {
        let refusal = refused(&mut world, "RegisterScalableTarget", &key(&given));
        assert_eq!(refusal, ("ValidationException", message.to_owned()));
    }
    register(&mut world, 1, 4);
    let tagged = key(&json!({ "Tags": { "team": "a" } }));
    assert_eq!(refused(&mut world, "RegisterScalableTarget", &tagged).0, "ValidationException");
    let message = "No scalable target registered for service namespace: ecs, resource ID: service/shop/app, \
                   scalable dimension: ecs:service:DesiredCount";
    done(&mut world, "DeregisterScalableTarget", &key(&json!({})));
    let policy = tracking("cpu", CPU, 60.0);
    assert_eq!(
        refused(&mut world, "PutScalingPolicy", &policy),
        ("ObjectNotFoundException", message.to_owned())
    );
    assert_eq!(
        refused(&mut world, "DeregisterScalableTarget", &key(&json!({}))).0,
        "ObjectNotFoundException"
    );
}

#[test]
fn high_metric_scales_out_and_low_one_in() {
    let mut world = account();
    register(&mut world, 1, 6);
    let answer = done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 60.0));
    let alarm = answer["Alarms"][0]["AlarmName"].as_str().expect("an alarm");
    assert!(alarm.starts_with("TargetTracking-service/shop/app-AlarmHigh-"), "{alarm}");
    set_metric(&mut world, "shop", "app", CPU, 90.0);
    pass(&mut world, 179);
    assert_eq!(count(&world), 2);
    pass(&mut world, 1);
    assert_eq!(count(&world), 3);
    set_metric(&mut world, "shop", "app", CPU, 57.0);
    pass(&mut world, 1_200);
    assert_eq!(count(&world), 3);
    set_metric(&mut world, "shop", "app", CPU, 20.0);
    pass(&mut world, 899);
    assert_eq!(count(&world), 3);
    pass(&mut world, 1);
    assert_eq!(count(&world), 1);
}

#[test]
fn count_stays_within_the_range() {
    let mut world = account();
    register(&mut world, 2, 4);
    done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 50.0));
    set_metric(&mut world, "shop", "app", CPU, 500.0);
    pass(&mut world, 3_600);
    assert_eq!(count(&world), 4);
    let asked = json!({ "ServiceNamespace": "ecs", "IncludeNotScaledActivities": true });
    let activities = done(&mut world, "DescribeScalingActivities", &asked);
    assert_eq!(activities["ScalingActivities"][0]["NotScaledReasons"][0]["Code"], "AlreadyAtMaxCapacity");
    set_metric(&mut world, "shop", "app", CPU, 0.0);
    pass(&mut world, 3_600);
    assert_eq!(count(&world), 2);
}

#[test]
fn all_policies_have_to_scale_in() {
    let mut world = account();
    register(&mut world, 1, 6);
    let memory = "ECSServiceAverageMemoryUtilization";
    done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 60.0));
    done(&mut world, "PutScalingPolicy", &tracking("memory", memory, 70.0));
    set_metric(&mut world, "shop", "app", CPU, 10.0);
    pass(&mut world, 1_800);
    assert_eq!(count(&world), 2, "a policy without data keeps the count");
    set_metric(&mut world, "shop", "app", memory, 30.0);
    pass(&mut world, 900);
    assert_eq!(count(&world), 1);
    set_metric(&mut world, "shop", "app", memory, 140.0);
    pass(&mut world, 180);
    assert_eq!(count(&world), 2, "one policy is enough to scale out");
}

#[test]
fn deployment_and_suspension_prevent_scaling_in() {
    let mut world = account();
    register(&mut world, 1, 6);
    done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 60.0));
    set_metric(&mut world, "shop", "app", CPU, 10.0);
    pass(&mut world, 880);
    let update = json!({ "cluster": "shop", "service": "app", "forceNewDeployment": true });
    ecs::call(&mut world, "UpdateService", &update).expect("a deployment");
    pass(&mut world, 30);
    assert_eq!(count(&world), 2);
    pass(&mut world, 200);
    assert_eq!(count(&world), 1);

    let suspended = json!({ "SuspendedState": { "DynamicScalingOutSuspended": true } });
    done(&mut world, "RegisterScalableTarget", &key(&suspended));
    set_metric(&mut world, "shop", "app", CPU, 120.0);
    pass(&mut world, 3_600);
    assert_eq!(count(&world), 1);
}

#[test]
fn policies_are_listed_replaced_and_refused() {
    let mut world = account();
    register(&mut world, 1, 6);
    let first = done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 60.0));
    let again = done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 70.0));
    assert_eq!(first, again);
    let listed = done(&mut world, "DescribeScalingPolicies", &json!({ "ServiceNamespace": "ecs" }));
    let found = &listed["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"];
    assert_eq!(found["TargetValue"], 70.0);
    let message = "Only one TargetTrackingScaling policy for a given metric specification is allowed.";
    assert_eq!(
        refused(&mut world, "PutScalingPolicy", &tracking("other", CPU, 60.0)),
        ("ValidationException", message.to_owned())
    );
    let requests = "ALBRequestCountPerTarget";
    let message = format!("Resource label should be specified for predefined metric type {requests}");
    assert_eq!(
        refused(&mut world, "PutScalingPolicy", &tracking("requests", requests, 1000.0)),
        ("ValidationException", message)
    );
    let mut labelled = tracking("requests", requests, 1000.0);
    let metric = "/TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification/ResourceLabel";
    let metric = metric.rsplit_once('/').expect("a member");
    labelled.pointer_mut(metric.0).expect("a metric")[metric.1] = json!("net/shop/0a/targetgroup/app/1b");
    assert!(refused(&mut world, "PutScalingPolicy", &labelled).1.starts_with("Invalid resource label"));
    labelled.pointer_mut(metric.0).expect("a metric")[metric.1] = json!("app/shop/0a/targetgroup/app/1b");
    done(&mut world, "PutScalingPolicy", &labelled);
    done(&mut world, "DeleteScalingPolicy", &key(&json!({ "PolicyName": "requests" })));
    assert_eq!(
        refused(&mut world, "DeleteScalingPolicy", &key(&json!({ "PolicyName": "requests" }))).0,
        "ObjectNotFoundException"
    );
}

#[test]
fn steps_have_ranges_without_gaps() {
    let mut world = account();
    register(&mut world, 1, 6);
    let steps = |configuration: Value| {
        key(&json!({ "PolicyName": "steps", "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": configuration }))
    };
    let step = |lower: f64, upper: f64| json!({ "MetricIntervalLowerBound": lower, "MetricIntervalUpperBound": upper, "ScalingAdjustment": 1 });
    let change = "ChangeInCapacity";
    for (configuration, message) in [
        (json!({ "StepAdjustments": [step(0.0, 1.0)] }), "Adjustment type must be specified"),
        (
            json!({ "AdjustmentType": change, "StepAdjustments": [step(1.0, 1.0)] }),
            "Lower bound must be less than upper bound for a step adjustment",
        ),
        (
            json!({ "AdjustmentType": change, "StepAdjustments": [step(0.0, 10.0), step(5.0, 20.0)] }),
            "Step adjustment intervals cannot overlap",
        ),
        (
            json!({ "AdjustmentType": change, "MinAdjustmentMagnitude": 1, "StepAdjustments": [step(0.0, 1.0)] }),
            "Minimum adjustment magnitude is only allowed for adjustment type PercentChangeInCapacity",
        ),
    ] {
        let refusal = refused(&mut world, "PutScalingPolicy", &steps(configuration));
        assert_eq!(refusal, ("ValidationException", message.to_owned()));
    }
    let open = json!({ "MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 2 });
    let fine = json!({ "AdjustmentType": change, "StepAdjustments": [step(0.0, 10.0), open] });
    let answer = done(&mut world, "PutScalingPolicy", &steps(fine));
    assert_eq!(answer["Alarms"], json!([]));
}

#[test]
fn scheduled_action_changes_the_range_once() {
    let mut world = account();
    register(&mut world, 1, 6);
    let action = |others: &Value| {
        let mut action =
            key(&json!({ "ScheduledActionName": "morning", "Schedule": "at(1970-01-01T00:10:00)" }));
        super::extend(&mut action, others.clone());
        action
    };
    let message = "At least one of minimum capacity and maximum capacity should be provided";
    assert_eq!(
        refused(&mut world, "PutScheduledAction", &action(&json!({}))),
        ("ValidationException", message.to_owned())
    );
    let bounds = json!({ "ScalableTargetAction": { "MinCapacity": 4 } });
    let wrong =
        json!({ "Schedule": "at(1970-01-01T00:10:00Z)", "ScalableTargetAction": { "MinCapacity": 4 } });
    let message = "Invalid schedule at DateTime expression";
    assert_eq!(
        refused(&mut world, "PutScheduledAction", &action(&wrong)),
        ("ValidationException", message.to_owned())
    );
    done(&mut world, "PutScheduledAction", &action(&bounds));
    world.advance(599_999);
    assert_eq!(count(&world), 2);
    world.advance(600_000);
    assert_eq!(count(&world), 4);
    let listed = done(&mut world, "DescribeScheduledActions", &json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(listed["ScheduledActions"][0]["ScalableTargetAction"], json!({ "MinCapacity": 4 }));
    done(&mut world, "DeleteScheduledAction", &key(&json!({ "ScheduledActionName": "morning" })));
}

#[test]
fn target_goes_with_its_service() {
    let mut world = account();
    register(&mut world, 1, 6);
    done(&mut world, "PutScalingPolicy", &tracking("cpu", CPU, 60.0));
    let deletion = json!({ "cluster": "shop", "service": "app", "force": true });
    ecs::call(&mut world, "DeleteService", &deletion).expect("a deletion");
    let found = done(&mut world, "DescribeScalableTargets", &json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(found["ScalableTargets"], json!([]));
    let found = done(&mut world, "DescribeScalingPolicies", &json!({ "ServiceNamespace": "ecs" }));
    assert_eq!(found["ScalingPolicies"], json!([]));
}

#[test]
fn tags_of_a_target_have_operations_of_their_own() {
    let mut world = account();
    let input = key(&json!({ "MinCapacity": 1, "MaxCapacity": 2, "Tags": { "team": "a" } }));
    let arn = done(&mut world, "RegisterScalableTarget", &input)["ScalableTargetARN"].clone();
    done(&mut world, "TagResource", &json!({ "ResourceARN": arn, "Tags": { "stage": "dev" } }));
    done(&mut world, "UntagResource", &json!({ "ResourceARN": arn, "TagKeys": ["team"] }));
    let tags = done(&mut world, "ListTagsForResource", &json!({ "ResourceARN": arn }));
    assert_eq!(tags["Tags"], json!({ "stage": "dev" }));
    let unknown = json!({ "ResourceARN": "arn:aws:application-autoscaling:a:b:scalable-target/c" });
    assert_eq!(refused(&mut world, "ListTagsForResource", &unknown).0, "ResourceNotFoundException");
}
