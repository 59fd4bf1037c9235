//! Services of ECS and their registries.

use serde_json::{Value, json};
use sss_aws::Action::{self, Replace, Update};

use super::{
    Hand::{self, Anew, Calls},
    Row, listed, saved, tag,
};
use crate::account::Account;

const SERVICE: &str = "ecs/service";
const REGISTRY: &str = "servicediscovery/service";

fn update(account: &Account, change: &Value) {
    update_of(account, "all-web", change);
}

fn update_of(account: &Account, service: &str, change: &Value) {
    let mut input = json!({"cluster": "all-ecs-cluster", "service": service});
    input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
    account.by_hand("ecs", "UpdateService", &input);
}

/// Returns a member of the service's description.
fn member(account: &Account, member: &str) -> Value {
    account.service("all-ecs-cluster", "all-web")[member].clone()
}

fn network(account: &Account, change: impl FnOnce(&mut Value)) {
    let mut network = member(account, "networkConfiguration");
    change(&mut network["awsvpcConfiguration"]);
    update(account, &json!({"networkConfiguration": network}));
}

fn registry(account: &Account, change: impl FnOnce(&mut Value)) {
    let mut registries = member(account, "serviceRegistries");
    change(&mut registries[0]);
    update(account, &json!({"serviceRegistries": registries}));
}

fn deployment(account: &Account, change: &Value) {
    update(account, &json!({"deploymentConfiguration": change}));
}

fn capacity(account: &Account, fargate: &Value, spot: &Value) {
    let item = |provider: &str, share: &Value| json!({"capacityProvider": provider, "weight": share[0], "base": share[1]});
    update(
        account,
        &json!({
            "capacityProviderStrategy": [item("FARGATE", fargate), item("FARGATE_SPOT", spot)],
            "forceNewDeployment": true,
        }),
    );
}

fn map_service(world: &mut Value) -> &mut Value {
    saved(&mut world["cloudmap"]["services"], ("name", "all-web"))
}

fn map_service_of(account: &Account) -> Value {
    listed(account, ("servicediscovery", "ListServices", &json!({})), "Services", ("Name", "all-web"))
}

const fn service(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: SERVICE, name: "all-web", field, hand: Calls(hand), action: Update, paths }
}

/// A setting that only the worker has: of the other service it is left to others.
const fn worker(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: SERVICE, name: "all-worker", field, hand: Calls(hand), action: Update, paths }
}

fn deployment_of_worker(account: &Account, change: &Value) {
    update_of(account, "all-worker", &json!({"deploymentConfiguration": change}));
}

const fn registered(field: &'static str, hand: Hand, action: Action, paths: &'static [&'static str]) -> Row {
    Row { kind: REGISTRY, name: "all-web", field, hand, action, paths }
}

pub(super) const ROWS: &[Row] = &[
    service("desired_count", |a| update(a, &json!({"desiredCount": 1})), &["desired_count"]),
    service(
        "task_definition",
        |a| {
            let mut definition = a.by_hand(
                "ecs",
                "DescribeTaskDefinition",
                &json!({"taskDefinition": "all-worker"}),
            )["taskDefinition"]
                .take();
            definition["family"] = json!("mine");
            definition["containerDefinitions"][0]["name"] = json!("all-web");
            definition["containerDefinitions"][0]["portMappings"] = json!([{"containerPort": 8080}]);
            a.by_hand("ecs", "RegisterTaskDefinition", &definition);
            update(a, &json!({"taskDefinition": "mine"}));
        },
        &["task_definition"],
    ),
    service(
        "security_groups",
        |a| network(a, |n| n["securityGroups"] = json!(["sg-0a1b2c3d4e5f60000"])),
        &["security_groups"],
    ),
    service("subnets", |a| network(a, |n| n["subnets"] = json!(["subnet-0a1b2c3d4e5f60002"])), &["subnets"]),
    service(
        "assign_public_ip",
        |a| network(a, |n| n["assignPublicIp"] = json!("DISABLED")),
        &["assign_public_ip"],
    ),
    service(
        "registry.container",
        |a| {
            registry(a, |r| {
                r["containerName"] = json!("agent");
                r["containerPort"] = json!(4317);
            });
        },
        &["registry.container", "registry.port"],
    ),
    service(
        "registry",
        |a| update(a, &json!({"serviceRegistries": []})),
        &["registry.container", "registry.port", "registry.service"],
    ),
    service(
        "capacity.*.weight",
        |a| capacity(a, &json!([2, 1]), &json!([4, 0])),
        &["capacity.FARGATE.weight"],
    ),
    service("capacity.*.base", |a| capacity(a, &json!([1, 0]), &json!([4, 0])), &["capacity.FARGATE.base"]),
    service(
        "circuit_breaker",
        |a| deployment(a, &json!({"deploymentCircuitBreaker": {"enable": false, "rollback": true}})),
        &["circuit_breaker"],
    ),
    service(
        "rollback",
        |a| deployment(a, &json!({"deploymentCircuitBreaker": {"enable": true, "rollback": false}})),
        &["rollback"],
    ),
    service(
        "minimum_healthy_percent",
        |a| deployment(a, &json!({"minimumHealthyPercent": 100})),
        &["minimum_healthy_percent"],
    ),
    service("maximum_percent", |a| deployment(a, &json!({"maximumPercent": 200})), &["maximum_percent"]),
    service(
        "health_check_grace_period",
        |a| update(a, &json!({"healthCheckGracePeriodSeconds": 0})),
        &["health_check_grace_period"],
    ),
    worker(
        "enable_execute_command",
        |a| update_of(a, "all-worker", &json!({"enableExecuteCommand": false})),
        &["enable_execute_command"],
    ),
    worker(
        "enable_ecs_managed_tags",
        |a| update_of(a, "all-worker", &json!({"enableECSManagedTags": false})),
        &["enable_ecs_managed_tags"],
    ),
    worker(
        "propagate_tags",
        |a| update_of(a, "all-worker", &json!({"propagateTags": "TASK_DEFINITION"})),
        &["propagate_tags"],
    ),
    worker(
        "platform_version",
        |a| update_of(a, "all-worker", &json!({"platformVersion": "LATEST"})),
        &["platform_version"],
    ),
    worker(
        "availability_zone_rebalancing",
        |a| update_of(a, "all-worker", &json!({"availabilityZoneRebalancing": "ENABLED"})),
        &["availability_zone_rebalancing"],
    ),
    worker(
        "failure_threshold",
        |a| {
            let threshold = json!({"type": "BOUNDED_PERCENT", "value": 50});
            let breaker = json!({"enable": true, "rollback": true, "resetOnHealthyTask": false, "thresholdConfiguration": threshold});
            deployment_of_worker(a, &json!({"deploymentCircuitBreaker": breaker}));
        },
        &["failure_threshold.type", "failure_threshold.value"],
    ),
    worker(
        "reset_on_healthy_task",
        |a| {
            let threshold = json!({"type": "COUNT", "value": 5});
            let breaker = json!({"enable": true, "rollback": true, "thresholdConfiguration": threshold});
            deployment_of_worker(a, &json!({"deploymentCircuitBreaker": breaker}));
        },
        &["reset_on_healthy_task"],
    ),
    worker(
        "alarms",
        |a| {
            let alarms = json!({"alarmNames": ["mine"], "enable": true, "rollback": true});
            deployment_of_worker(a, &json!({"alarms": alarms}));
        },
        &["alarms.names"],
    ),
    worker(
        "bake_time_minutes",
        |a| deployment_of_worker(a, &json!({"bakeTimeInMinutes": 7})),
        &["bake_time_minutes"],
    ),
    service(
        "tags",
        |a| {
            let arn = member(a, "serviceArn");
            a.by_hand(
                "ecs",
                "TagResource",
                &json!({"resourceArn": arn, "tags": [{"key": "Team", "value": "mine"}]}),
            );
        },
        &["tags.Team"],
    ),
    registered(
        "ttl",
        Calls(|a| {
            let change = json!({"DnsConfig": {"DnsRecords": [{"Type": "SRV", "TTL": 60}]}});
            a.by_hand(
                "servicediscovery",
                "UpdateService",
                &json!({"Id": map_service_of(a)["Id"], "Service": change}),
            );
        }),
        Update,
        &["ttl"],
    ),
    registered(
        "tags",
        Calls(|a| {
            let input = json!({"ResourceARN": map_service_of(a)["Arn"], "Tags": tag("Team", "mine")});
            a.by_hand("servicediscovery", "TagResource", &input);
        }),
        Update,
        &["tags.Team"],
    ),
    registered(
        "record_type",
        Anew(|w| map_service(w)["dns"]["records"][0]["Type"] = json!("A")),
        Replace,
        &["record_type"],
    ),
    registered(
        "routing_policy",
        Anew(|w| map_service(w)["dns"]["routing_policy"] = json!("WEIGHTED")),
        Replace,
        &["routing_policy"],
    ),
    registered(
        "custom_health_check",
        Anew(|w| map_service(w)["custom_health_check"] = json!(false)),
        Replace,
        &["custom_health_check"],
    ),
];
