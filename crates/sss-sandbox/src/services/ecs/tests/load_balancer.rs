//! Services behind load balancers.

use serde_json::{Value, json};

use super::{account, described, done, newest_deployment, pass, refused, service, with};
use crate::{
    services::{elb, iam},
    world::{PRIVATE_SUBNET_IDS, VPC_ID, World},
};

fn elb(world: &mut World, operation: &str, input: &Value) -> Value {
    elb::call(world, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// Creates a target group whose checks are every 10 s.
fn group(world: &mut World, name: &str) -> String {
    let input = json!({ "Name": name, "Protocol": "HTTP", "Port": "80", "VpcId": VPC_ID, "TargetType": "ip",
        "HealthCheckIntervalSeconds": "10", "HealthCheckTimeoutSeconds": "5" });
    elb(world, "CreateTargetGroup", &input)["TargetGroups"][0]["TargetGroupArn"]
        .as_str()
        .expect("an ARN")
        .to_owned()
}

/// Creates an active load balancer with a listener that forwards to a target group.
fn balance(world: &mut World, group: &str) -> String {
    let input = json!({ "Name": "shop", "Scheme": "internal", "Subnets": PRIVATE_SUBNET_IDS });
    let balancer = elb(world, "CreateLoadBalancer", &input)["LoadBalancers"][0]["LoadBalancerArn"].clone();
    let forward = json!([{ "Type": "forward", "TargetGroupArn": group }]);
    let input =
        json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": "80", "DefaultActions": forward });
    let listener = elb(world, "CreateListener", &input)["Listeners"][0]["ListenerArn"].clone();
    pass(world, 120);
    listener.as_str().expect("an ARN").to_owned()
}

fn behind(group: &str) -> Value {
    json!([{ "targetGroupArn": group, "containerName": "app", "containerPort": 80 }])
}

/// Creates an account with a service behind a load balancer, and returns the target group.
fn balanced(desired: u64) -> (World, String) {
    let mut world = account();
    let group = group(&mut world, "app");
    balance(&mut world, &group);
    let wanted = json!({ "loadBalancers": behind(&group), "desiredCount": desired });
    done(&mut world, "CreateService", &with(service(), &wanted));
    (world, group)
}

/// Returns the states of the targets of a group.
fn states(world: &mut World, group: &str) -> Vec<String> {
    let health = elb(world, "DescribeTargetHealth", &json!({ "TargetGroupArn": group }));
    let targets = health["TargetHealthDescriptions"].as_array().expect("targets").clone();
    let state = |target: &Value| target["TargetHealth"]["State"].as_str().expect("a state").to_owned();
    targets.iter().map(state).collect()
}

/// Registers a revision with another image.
fn register_image(world: &mut World, image: &str) {
    let mut containers = super::definition()["containerDefinitions"].clone();
    containers[0]["image"] = json!(image);
    let changed = with(super::definition(), &json!({ "containerDefinitions": containers }));
    done(world, "RegisterTaskDefinition", &changed);
}

#[test]
fn service_needs_an_attached_target_group() {
    let mut world = account();
    let group = group(&mut world, "app");
    let wanted = with(service(), &json!({ "loadBalancers": behind(&group) }));
    let message =
        format!("The target group with targetGroupArn {group} does not have an associated load balancer.");
    refused(&mut world, "CreateService", &wanted, "InvalidParameterException", &message);
    balance(&mut world, &group);
    done(&mut world, "CreateService", &wanted);
    assert_eq!(described(&mut world)["loadBalancers"], behind(&group));
}

#[test]
fn service_names_a_port_of_its_task_definition() {
    let mut world = account();
    let group = group(&mut world, "app");
    balance(&mut world, &group);
    let mut other = behind(&group);
    other[0]["containerPort"] = json!(81);
    let wanted = with(service(), &json!({ "loadBalancers": other }));
    let message = "The container app did not have a container port 81 defined.";
    refused(&mut world, "CreateService", &wanted, "InvalidParameterException", message);
    other[0]["containerName"] = json!("web");
    let wanted = with(service(), &json!({ "loadBalancers": other }));
    let message = "The container web does not exist in the task definition.";
    refused(&mut world, "CreateService", &wanted, "InvalidParameterException", message);
}

#[test]
fn targets_of_instances_are_refused() {
    let mut world = account();
    let input = json!({ "Name": "old", "Protocol": "HTTP", "Port": "80", "VpcId": VPC_ID });
    let old = elb(&mut world, "CreateTargetGroup", &input)["TargetGroups"][0]["TargetGroupArn"].clone();
    let old = old.as_str().expect("an ARN");
    balance(&mut world, old);
    let wanted = with(service(), &json!({ "loadBalancers": behind(old) }));
    let message = "has target type instance, which is incompatible with the awsvpc network mode";
    refused(&mut world, "CreateService", &wanted, "InvalidParameterException", message);
}

#[test]
fn deployment_waits_for_healthy_targets() {
    let (mut world, group) = balanced(2);
    pass(&mut world, 40);
    assert_eq!(states(&mut world, &group), ["initial", "initial"]);
    pass(&mut world, 9);
    assert_eq!(described(&mut world)["deployments"][0]["rolloutState"], "IN_PROGRESS");
    pass(&mut world, 1);
    assert_eq!(states(&mut world, &group), ["healthy", "healthy"]);
    pass(&mut world, 10);
    assert_eq!(described(&mut world)["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn old_tasks_stay_until_new_targets_are_healthy() {
    let (mut world, group) = balanced(1);
    pass(&mut world, 60);
    register_image(&mut world, "public.ecr.aws/docker/library/httpd:2.4");
    done(
        &mut world,
        "UpdateService",
        &json!({ "cluster": "shop", "service": "app", "taskDefinition": "app" }),
    );
    pass(&mut world, 49);
    let mut found = states(&mut world, &group);
    found.sort();
    assert_eq!(found, ["healthy", "initial"]);
    pass(&mut world, 1);
    let mut found = states(&mut world, &group);
    found.sort();
    assert_eq!(found, ["draining", "healthy"]);
    // The old task runs while its target drains for 300 s.
    pass(&mut world, 299);
    assert_eq!(described(&mut world)["runningCount"], 2);
    pass(&mut world, 21);
    assert_eq!(
        (states(&mut world, &group), described(&mut world)["runningCount"].clone()),
        (vec!["healthy".to_owned()], json!(1))
    );
}

#[test]
fn unhealthy_target_stops_its_task() {
    let (mut world, group) = balanced(1);
    pass(&mut world, 60);
    register_image(&mut world, "public.ecr.aws/docker/library/httpd:answers-404");
    let update = json!({ "cluster": "shop", "service": "app", "taskDefinition": "app",
        "deploymentConfiguration": { "deploymentCircuitBreaker": { "enable": true, "rollback": true } } });
    done(&mut world, "UpdateService", &update);
    // Two checks fail, 10 s and 20 s after the task runs.
    pass(&mut world, 60);
    let events = described(&mut world)["events"].to_string();
    assert!(events.contains(&format!("is unhealthy in (target-group {group}) due to (reason Health checks failed with these codes: [404])")), "{events}");
    let tasks = done(&mut world, "ListTasks", &json!({ "cluster": "shop", "desiredStatus": "STOPPED" }));
    let stopped =
        done(&mut world, "DescribeTasks", &json!({ "cluster": "shop", "tasks": tasks["taskArns"] }));
    let reason = format!("Task failed ELB health checks in (target-group {group})");
    assert_eq!(stopped["tasks"][0]["stoppedReason"], json!(reason));
    pass(&mut world, 600);
    assert_eq!(newest_deployment(&mut world)["status"], "ROLLBACK_SUCCESSFUL");
    assert!(states(&mut world, &group).contains(&"healthy".to_owned()));
}

#[test]
fn grace_period_delays_the_end_of_a_task() {
    let mut world = account();
    let group = group(&mut world, "app");
    balance(&mut world, &group);
    register_image(&mut world, "public.ecr.aws/docker/library/httpd:answers-404");
    let wanted = json!({ "loadBalancers": behind(&group), "healthCheckGracePeriodSeconds": 120 });
    done(&mut world, "CreateService", &with(service(), &wanted));
    pass(&mut world, 40 + 119);
    assert_eq!(states(&mut world, &group), ["unhealthy"]);
    pass(&mut world, 1);
    assert!(states(&mut world, &group).contains(&"draining".to_owned()));
}

#[test]
fn task_behind_closed_groups_is_unhealthy() {
    let mut world = account();
    let closed = json!({ "GroupName": "closed", "GroupDescription": "a", "VpcId": VPC_ID });
    let closed = crate::services::ec2::call(&mut world, "CreateSecurityGroup", &closed).expect("a group");
    let group = group(&mut world, "app");
    balance(&mut world, &group);
    let network = json!({ "awsvpcConfiguration": { "subnets": [super::SUBNET], "securityGroups": [closed["groupId"]] } });
    let wanted = json!({ "loadBalancers": behind(&group), "networkConfiguration": network,
        "healthCheckGracePeriodSeconds": 600 });
    done(&mut world, "CreateService", &with(service(), &wanted));
    pass(&mut world, 60);
    let health = elb(&mut world, "DescribeTargetHealth", &json!({ "TargetGroupArn": group }));
    let health = &health["TargetHealthDescriptions"][0]["TargetHealth"];
    assert_eq!((&health["State"], &health["Reason"]), (&json!("unhealthy"), &json!("Target.Timeout")));
}

#[test]
fn change_of_load_balancers_is_a_deployment() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    pass(&mut world, 60);
    let group = group(&mut world, "app");
    balance(&mut world, &group);
    let update =
        |balancers: &Value| json!({ "cluster": "shop", "service": "app", "loadBalancers": balancers });
    done(&mut world, "UpdateService", &update(&behind(&group)));
    assert_eq!(described(&mut world)["deployments"].as_array().map(Vec::len), Some(2));
    pass(&mut world, 60);
    assert_eq!(states(&mut world, &group), ["healthy"]);
    done(&mut world, "UpdateService", &update(&json!([])));
    assert_eq!(described(&mut world)["loadBalancers"], json!([]));
    pass(&mut world, 50);
    assert_eq!(states(&mut world, &group), ["draining"]);
    pass(&mut world, 320);
    assert_eq!(
        (states(&mut world, &group).len(), described(&mut world)["runningCount"].clone()),
        (0, json!(1))
    );
}

#[test]
fn deleted_service_drains_until_its_tasks_end() {
    let (mut world, group) = balanced(1);
    pass(&mut world, 60);
    done(&mut world, "DeleteService", &json!({ "cluster": "shop", "service": "app", "force": true }));
    pass(&mut world, 319);
    assert_eq!(described(&mut world)["status"], "DRAINING");
    pass(&mut world, 6);
    assert_eq!(described(&mut world)["status"], "INACTIVE");
    assert!(states(&mut world, &group).is_empty());
    assert!(iam::role_exists(&world, "AWSServiceRoleForECS"));
}
