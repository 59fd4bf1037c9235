use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{account, described, done, newest_deployment, pass, refused, registry, service, with};
use crate::{
    services::{cloudmap, ec2, logs},
    world::World,
};

/// Creates the valid service with changed members and expects AWS's refusal.
fn check(changes: &Value, code: &str, message: &str) {
    refused(&mut account(), "CreateService", &with(service(), changes), code, message);
}

#[test]
fn invalid_services_are_refused() {
    let invalid = "InvalidParameterException";
    let group = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/0123456789abcdef";
    let balancer = json!({ "targetGroupArn": group, "containerName": "app", "containerPort": 80 });

    check(&json!({ "cluster": "none" }), "ClusterNotFoundException", "");
    check(&json!({ "serviceName": "my app" }), invalid, "name");
    check(&json!({ "desiredCount": -1 }), invalid, "desiredCount");
    check(&json!({ "desiredCount": null }), invalid, "desiredCount");
    check(&json!({ "taskDefinition": "none" }), "ClientException", "task definition");
    check(&json!({ "networkConfiguration": null }), invalid, "Network Configuration");
    check(&json!({ "platformVersion": "2.0" }), "PlatformUnknownException", "");
    check(&json!({ "loadBalancers": [balancer] }), "TargetGroupNotFoundException", "");
    let spot = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
    check(&json!({ "capacityProviderStrategy": spot }), invalid, "launch type and capacity provider");
    check(&json!({ "launchType": null, "capacityProviderStrategy": spot }), invalid, "not associated");
    let deployment = json!({ "maximumPercent": 100, "minimumHealthyPercent": 100 });
    check(&json!({ "deploymentConfiguration": deployment }), invalid, "block deployments");
    let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-0a1b2c3d4e5f60009"] } });
    check(&json!({ "networkConfiguration": network }), invalid, "InvalidSubnetID.NotFound");
}

#[test]
fn registries_must_fit_their_records() {
    let mut world = account();
    let srv = registry(&mut world, &["SRV"]);
    let mut check = |registries: Value, message: &str| {
        let wanted = with(service(), &json!({ "serviceRegistries": registries }));
        refused(&mut world, "CreateService", &wanted, "InvalidParameterException", message);
    };
    check(json!([{ "registryArn": srv }]), "'containerName'");
    check(json!([{ "registryArn": srv, "containerName": "db", "containerPort": 80 }]), "does not exist");
    check(json!([{ "registryArn": srv, "containerName": "app", "containerPort": 81 }]), "no port 81");
    check(json!([{ "registryArn": srv, "port": 80 }, { "registryArn": srv, "port": 80 }]), "one registry");
    check(json!([{ "registryArn": srv.replace("srv-", "srv-0"), "port": 80 }]), "registry");

    let mut world = account();
    let a = registry(&mut world, &["A"]);
    let registries = json!([{ "registryArn": a, "containerName": "app", "containerPort": 80 }]);
    let wanted = with(service(), &json!({ "serviceRegistries": registries }));
    refused(&mut world, "CreateService", &wanted, "InvalidParameterException", "do not require a value");
}

#[test]
fn service_starts_and_registers_its_tasks() {
    let mut world = account();
    let srv = registry(&mut world, &["SRV"]);
    let registries = json!([{ "registryArn": srv, "containerName": "app", "containerPort": 80 }]);
    let wanted =
        with(service(), &json!({ "serviceRegistries": registries, "tags": [{ "key": "a", "value": "1" }] }));
    let created = done(&mut world, "CreateService", &wanted);
    assert_eq!(created["service"]["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert_eq!(created["service"]["tags"], json!([{ "key": "a", "value": "1" }]));

    let mut seen = Vec::new();
    for _ in 0..6 {
        let tasks = done(&mut world, "ListTasks", &json!({ "cluster": "shop", "serviceName": "app" }));
        let asked = json!({ "cluster": "shop", "tasks": tasks["taskArns"] });
        let task = done(&mut world, "DescribeTasks", &asked)["tasks"][0].clone();
        seen.push(task["lastStatus"].as_str().expect("a status").to_owned());
        pass(&mut world, 10);
    }
    assert_eq!(seen, ["PROVISIONING", "PENDING", "ACTIVATING", "ACTIVATING", "RUNNING", "RUNNING"]);

    let app = described(&mut world);
    assert_eq!((&app["runningCount"], &app["pendingCount"]), (&json!(1), &json!(0)));
    assert_eq!(app["deployments"][0]["rolloutState"], "COMPLETED");
    assert_eq!(app["events"][0]["message"], "(service app) has reached a steady state.");
    assert_eq!(newest_deployment(&mut world)["status"], "SUCCESSFUL");

    let id = srv.rsplit('/').next().expect("an id");
    let instances =
        cloudmap::call(&mut world, "ListInstances", &json!({ "ServiceId": id })).expect("instances");
    let attributes = &instances["Instances"][0]["Attributes"];
    assert_eq!(attributes["AWS_INSTANCE_PORT"], "80");
    let interfaces = ec2::call(&mut world, "DescribeNetworkInterfaces", &json!({})).expect("interfaces");
    assert_eq!(attributes["AWS_INSTANCE_IPV4"], interfaces["networkInterfaceSet"][0]["privateIpAddress"]);
}

#[test]
fn tasks_spread_over_the_zones() {
    let mut world = account();
    let network = json!({ "awsvpcConfiguration": { "subnets": crate::world::PRIVATE_SUBNET_IDS } });
    let wanted = with(service(), &json!({ "desiredCount": 3, "networkConfiguration": network }));
    done(&mut world, "CreateService", &wanted);
    let tasks = done(&mut world, "ListTasks", &json!({ "cluster": "shop" }));
    let asked = json!({ "cluster": "shop", "tasks": tasks["taskArns"] });
    let tasks = done(&mut world, "DescribeTasks", &asked)["tasks"].clone();
    let zones: BTreeSet<_> =
        tasks.as_array().expect("tasks").iter().map(|task| task["availabilityZone"].as_str()).collect();
    assert_eq!(zones.len(), 3);
}

#[test]
fn running_task_writes_its_log() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    pass(&mut world, 60);
    let lines = logs::call(&mut world, "DescribeLogStreams", &json!({ "logGroupName": "/app" }));
    let lines = lines.expect("the group is there");
    let stream = lines["logStreams"][0]["logStreamName"].as_str().expect("the task has written");
    assert!(stream.starts_with("app/app/"), "{stream}");
}

#[test]
fn name_is_free_after_its_service_is_inactive() {
    let mut world = account();
    let wanted = with(service(), &json!({ "clientToken": "first" }));
    let first = done(&mut world, "CreateService", &wanted);
    let again = done(&mut world, "CreateService", &wanted);
    assert_eq!(again["service"]["serviceArn"], first["service"]["serviceArn"]);
    let other = with(service(), &json!({ "clientToken": "second" }));
    refused(&mut world, "CreateService", &other, "InvalidParameterException", "was not idempotent");
}

#[test]
fn service_without_tasks_is_complete_at_once() {
    let mut world = account();
    let created = done(&mut world, "CreateService", &with(service(), &json!({ "desiredCount": 0 })));
    assert_eq!(created["service"]["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let mut world = account();
    done(&mut world, "CreateService", &with(service(), &json!({ "enableExecuteCommand": true })));
    pass(&mut world, 60);
    let before = described(&mut world);
    let named = json!({ "cluster": "shop", "service": "app", "desiredCount": 2 });
    done(&mut world, "UpdateService", &named);
    pass(&mut world, 60);
    let after = described(&mut world);
    assert_eq!(after["runningCount"], 2);
    assert_eq!(after["enableExecuteCommand"], true);
    assert_eq!(after["deployments"][0]["id"], before["deployments"][0]["id"], "no new deployment");

    let forced = json!({ "cluster": "shop", "service": "app", "forceNewDeployment": true });
    done(&mut world, "UpdateService", &forced);
    assert_ne!(described(&mut world)["deployments"][0]["id"], before["deployments"][0]["id"]);
    let other = json!({ "cluster": "shop", "service": "none" });
    refused(&mut world, "UpdateService", &other, "ServiceNotFoundException", "");
}

#[test]
fn service_listing_has_pages_of_ten() {
    let mut world = account();
    for number in 10..22 {
        let name = format!("app-{number}");
        let wanted = with(service(), &json!({ "serviceName": name, "desiredCount": 0 }));
        done(&mut world, "CreateService", &wanted);
    }
    let first = done(&mut world, "ListServices", &json!({ "cluster": "shop" }));
    assert_eq!(first["serviceArns"].as_array().map(Vec::len), Some(10));
    let rest = json!({ "cluster": "shop", "nextToken": first["nextToken"] });
    let second = done(&mut world, "ListServices", &rest);
    assert_eq!(second["serviceArns"].as_array().map(Vec::len), Some(2));
    assert_eq!(second.get("nextToken"), None);

    let names: Vec<String> = (10..21).map(|number| format!("app-{number}")).collect();
    let many = json!({ "cluster": "shop", "services": names });
    refused(&mut world, "DescribeServices", &many, "InvalidParameterException", "between 1 and 10");
    let one = json!({ "cluster": "shop", "services": ["none"] });
    assert_eq!(done(&mut world, "DescribeServices", &one)["failures"][0]["reason"], "MISSING");
}

#[test]
fn new_role_cannot_be_assumed() {
    let mut world = account();
    let role = crate::services::iam::call(&mut world, "GetRole", &json!({ "RoleName": "app" }))
        .expect("the role is there");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": { "Effect": "Allow", "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole" },
    });
    let new = json!({ "RoleName": "new", "AssumeRolePolicyDocument": trust.to_string() });

    crate::services::iam::call(&mut world, "CreateRole", &new).expect("a role");
    let arn = role["Role"]["Arn"].as_str().expect("an ARN").replace("app", "new");
    let definition = with(super::definition(), &json!({ "family": "new", "taskRoleArn": arn }));
    done(&mut world, "RegisterTaskDefinition", &definition);
    let other = with(service(), &json!({ "serviceName": "other", "taskDefinition": "new" }));
    refused(&mut world, "CreateService", &other, "ClientException", "unable to assume the role");
    done(&mut world, "CreateService", &service());
    let change = json!({ "cluster": "shop", "service": "app", "taskDefinition": "new" });
    done(&mut world, "UpdateService", &change);
    let told = described(&mut world)["events"][0]["message"].as_str().expect("a text").to_owned();
    assert!(told.contains("unable to assume the role"), "{told}");
    pass(&mut world, 10);
    done(&mut world, "CreateService", &other);
    pass(&mut world, 120);
    assert_eq!(described(&mut world)["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn update_keeps_the_rules_of_the_creation() {
    let mut world = account();
    let srv = registry(&mut world, &["SRV"]);
    done(&mut world, "CreateService", &service());
    let network = json!({ "awsvpcConfiguration": { "subnets": [] } });
    let percents = json!({ "maximumPercent": 100 });
    for (changes, message) in [
        (json!({ "desiredCount": -1 }), "desiredCount"),
        (json!({ "deploymentConfiguration": percents }), "block deployments"),
        (json!({ "networkConfiguration": network }), "subnets"),
        (json!({ "propagateTags": "ALL" }), "propagateTags"),
        (json!({ "serviceRegistries": [{ "registryArn": srv }] }), "'containerName'"),
    ] {
        let update = with(json!({ "cluster": "shop", "service": "app" }), &changes);
        refused(&mut world, "UpdateService", &update, "InvalidParameterException", message);
    }
}

#[test]
fn fitting_task_definition_runs_on_fargate() {
    let mut world = account();
    let silent = with(super::definition(), &json!({ "requiresCompatibilities": null }));
    let registered = done(&mut world, "RegisterTaskDefinition", &silent);
    assert_eq!(registered["taskDefinition"]["compatibilities"], json!(["EC2", "FARGATE"]));
    done(&mut world, "CreateService", &service());
    let bridge = with(silent, &json!({ "networkMode": "bridge" }));
    let registered = done(&mut world, "RegisterTaskDefinition", &bridge);
    assert_eq!(registered["taskDefinition"]["compatibilities"], json!(["EC2"]));
    let other = with(service(), &json!({ "serviceName": "other" }));
    refused(&mut world, "CreateService", &other, "InvalidParameterException", "");
}

#[test]
fn descriptions_ignore_the_order_of_the_request() {
    let mut world = account();
    for name in ["a", "b"] {
        done(&mut world, "CreateService", &with(service(), &json!({ "serviceName": name })));
    }
    let names = |world: &mut World, asked: Value| {
        let found = done(world, "DescribeServices", &json!({ "cluster": "shop", "services": asked }));
        json!([found["services"][0]["serviceName"], found["services"][1]["serviceName"]])
    };
    assert_eq!(names(&mut world, json!(["a", "b"])), json!(["b", "a"]));
    assert_eq!(names(&mut world, json!(["b", "a"])), json!(["a", "b"]));
}

/// Returns the ids of the service's rows and of its tasks that should run.
fn rows_and_tasks(world: &mut World) -> (Vec<String>, BTreeSet<String>) {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let service = described(world);
    let rows: Value =
        service["deployments"].as_array().expect("rows").iter().map(|row| &row["id"]).cloned().collect();
    let tasks = done(world, "ListTasks", &json!({ "cluster": "shop" }));
    (texts(&rows), texts(&tasks["taskArns"]).into_iter().collect())
}

fn update(world: &mut World, changes: &Value) {
    done(world, "UpdateService", &with(json!({ "cluster": "shop", "service": "app" }), changes));
    pass(world, 120);
}

#[test]
fn options_change_without_a_deployment() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    pass(&mut world, 60);
    let (rows, tasks) = rows_and_tasks(&mut world);
    let same_network = json!({ "awsvpcConfiguration": { "subnets": [super::SUBNET] } });

    for changes in [
        json!({ "desiredCount": 3 }),
        json!({ "deploymentConfiguration": { "maximumPercent": 150, "minimumHealthyPercent": 50 } }),
        json!({ "healthCheckGracePeriodSeconds": 30 }),
        json!({ "availabilityZoneRebalancing": "DISABLED" }),
        json!({ "enableExecuteCommand": true, "enableECSManagedTags": true, "propagateTags": "SERVICE" }),
        json!({ "taskDefinition": "app:1", "networkConfiguration": same_network, "serviceRegistries": [] }),
    ] {
        update(&mut world, &changes);
        let (rows_now, tasks_now) = rows_and_tasks(&mut world);
        assert_eq!(rows_now, rows, "{changes}");
        assert!(tasks_now.is_superset(&tasks), "{changes}");
    }
}

#[test]
fn specification_changes_by_a_deployment() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    pass(&mut world, 60);
    done(&mut world, "RegisterTaskDefinition", &super::definition());
    let a = registry(&mut world, &["A"]);
    let network =
        json!({ "awsvpcConfiguration": { "subnets": [super::SUBNET], "assignPublicIp": "ENABLED" } });

    for changes in [
        json!({ "taskDefinition": "app:2" }),
        json!({ "networkConfiguration": network }),
        json!({ "serviceRegistries": [{ "registryArn": a }] }),
        json!({ "platformVersion": "1.4.0" }),
        json!({ "forceNewDeployment": true }),
    ] {
        let (rows, tasks) = rows_and_tasks(&mut world);
        update(&mut world, &changes);
        let (rows_now, tasks_now) = rows_and_tasks(&mut world);
        assert_ne!(rows_now, rows, "{changes}");
        assert!(tasks_now.is_disjoint(&tasks), "{changes}");
    }
}

#[test]
fn capacity_providers_change_only_by_force() {
    let mut world = account();
    let providers = json!({
        "cluster": "shop", "capacityProviders": ["FARGATE", "FARGATE_SPOT"], "defaultCapacityProviderStrategy": [],
    });

    done(&mut world, "PutClusterCapacityProviders", &providers);
    done(&mut world, "CreateService", &service());
    let spot = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
    let more = json!([{ "capacityProvider": "FARGATE", "weight": 1 }]);
    for strategy in [spot, more, json!([])] {
        let change = json!({ "cluster": "shop", "service": "app", "capacityProviderStrategy": strategy });
        let force = "you must force a new deployment";
        refused(&mut world, "UpdateService", &change, "InvalidParameterException", force);
        done(&mut world, "UpdateService", &with(change.clone(), &json!({ "forceNewDeployment": true })));
        // The same value is no change.
        done(&mut world, "UpdateService", &change);
    }
    assert_eq!(described(&mut world)["launchType"], "FARGATE");
}

#[test]
fn maximum_of_100_turns_rebalancing_off() {
    let mut world = account();
    let full = json!({ "deploymentConfiguration": { "minimumHealthyPercent": 0, "maximumPercent": 100 } });
    done(&mut world, "CreateService", &with(service(), &full));
    assert_eq!(described(&mut world)["availabilityZoneRebalancing"], "DISABLED");
    let room = json!({ "deploymentConfiguration": { "maximumPercent": 200 } });
    update(&mut world, &room);
    assert_eq!(described(&mut world)["availabilityZoneRebalancing"], "DISABLED", "an update leaves it");
    let on = json!({ "availabilityZoneRebalancing": "ENABLED" });
    check(&with(full.clone(), &on), "InvalidParameterException", "availabilityZoneRebalancing");
    update(&mut world, &on);
    let change = with(json!({ "cluster": "shop", "service": "app" }), &full);
    let why = "availabilityZoneRebalancing";
    refused(&mut world, "UpdateService", &change, "InvalidParameterException", why);
    update(&mut world, &with(full, &json!({ "availabilityZoneRebalancing": "DISABLED" })));
}
