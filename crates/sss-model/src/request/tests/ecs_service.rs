use serde_json::{Value, json};

use super::{absent, check_cases, repeat, set, task};
use crate::request::Operation::EcsCreateService;

/// The service of the reference stack: an SRV registry with a container and its port.
const REGISTRY: &str = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0a1b2c3d4e5f6071";

pub(super) fn fine() -> Value {
    json!({
        "serviceName": "orders",
        "cluster": "shop",
        "taskDefinition": "orders:1",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-0a1b2c3d4e5f60001"],
            "securityGroups": ["sg-0a1b2c3d"]
        } },
        "serviceRegistries": [{
            "registryArn": REGISTRY,
            "containerName": "app",
            "containerPort": 80
        }]
    })
}

pub(super) type Cases<'a> = &'a [(&'a str, Value, &'a [&'a str])];

pub(super) fn check(cases: Cases<'_>) {
    check_cases(EcsCreateService, &fine(), &json!({}), cases);
}

pub(super) fn check_with(referred: &Value, cases: Cases<'_>) {
    check_cases(EcsCreateService, &fine(), referred, cases);
}

/// A service on instances, without registry.
pub(super) fn on_instances() -> Value {
    json!({ "serviceName": "orders", "taskDefinition": "orders", "desiredCount": 1, "launchType": "EC2" })
}

pub(super) fn check_on_instances(cases: Cases<'_>) {
    check_cases(EcsCreateService, &on_instances(), &json!({}), cases);
}

fn cloud_map(kinds: &[&str]) -> Value {
    let records: Vec<Value> = kinds.iter().map(|kind| json!({ "Type": kind, "TTL": 60 })).collect();
    json!({ "Name": "orders", "DnsConfig": { "DnsRecords": records } })
}

#[test]
fn shapes_and_names() {
    check(&[
        ("/serviceName", absent(), &["ECS-SVC-001 serviceName"]),
        ("/serviceName", json!(repeat("a", 255)), &[]),
        ("/serviceName", json!(repeat("a", 256)), &["ECS-SVC-001 serviceName"]),
        ("/serviceName", json!("a.b"), &["ECS-SVC-001 serviceName"]),
        ("/serviceName", json!(""), &["ECS-SVC-001 serviceName"]),
        ("/name", json!("a"), &["PARAM-001 name"]),
        ("/enableECSManagedTags", json!(true), &[]),
        ("/enableEcsManagedTags", json!(true), &["PARAM-001 enableEcsManagedTags"]),
        ("/propagateTags", json!("NONE"), &[]),
        ("/propagateTags", json!("none"), &["ECS-SVC-061 propagateTags"]),
        ("/clientToken", json!(repeat("a", 36)), &[]),
        ("/clientToken", json!(repeat("a", 37)), &["ECS-SVC-080 clientToken"]),
        ("/clientToken", json!("a b"), &["ECS-SVC-080 clientToken"]),
        ("/tags", json!([{ "key": "AWS:a", "value": "" }]), &["TAG-003 tags[0].key"]),
        ("/deploymentConfiguration", json!({ "strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5 }), &[]),
        ("/deploymentConfiguration", json!({ "canaryConfiguration": { "canaryPercent": 5.0 } }), &[]),
        ("/deploymentConfiguration", json!({ "canaryConfiguration": { "canaryPercent": 5 } }), &[]),
        (
            "/deploymentConfiguration",
            json!({ "canaryConfiguration": { "canaryPercent": "5" } }),
            &["PARAM-002 deploymentConfiguration.canaryConfiguration.canaryPercent"],
        ),
        (
            "/deploymentConfiguration",
            json!({ "lifecycleHooks": [{ "hookDetails": { "a": [1, null] } }] }),
            &[],
        ),
        (
            "/deploymentConfiguration",
            json!({ "strategy": "blue" }),
            &["PARAM-004 deploymentConfiguration.strategy"],
        ),
    ]);
}

#[test]
fn counts() {
    check(&[
        ("/desiredCount", json!(0), &[]),
        ("/desiredCount", json!(-1), &["ECS-SVC-002 desiredCount"]),
        ("/desiredCount", absent(), &["ECS-SVC-002 desiredCount"]),
        ("/desiredCount", json!("1"), &["PARAM-002 desiredCount"]),
        ("/desiredCount", json!(1000), &[]),
        ("/desiredCount", json!(1001), &["ECS-SVC-014 desiredCount"]),
        ("/schedulingStrategy", json!("REPLICA"), &[]),
        ("/schedulingStrategy", json!("replica"), &["ECS-SVC-005 schedulingStrategy"]),
        (
            "/schedulingStrategy",
            json!("DAEMON"),
            &["ECS-SVC-005 desiredCount", "ECS-SVC-005 schedulingStrategy"],
        ),
    ]);
    check_on_instances(&[("/desiredCount", json!(1001), &[])]);
    let mut daemon = on_instances();
    daemon["schedulingStrategy"] = json!("DAEMON");
    check_cases(
        EcsCreateService,
        &daemon,
        &json!({}),
        &[("/desiredCount", absent(), &[]), ("/desiredCount", json!(0), &["ECS-SVC-005 desiredCount"])],
    );
    daemon.as_object_mut().unwrap().remove("desiredCount");
    check_cases(
        EcsCreateService,
        &daemon,
        &json!({}),
        &[
            ("/deploymentController", json!({ "type": "ECS" }), &[]),
            (
                "/deploymentController",
                json!({ "type": "EXTERNAL" }),
                &["ECS-SVC-005 schedulingStrategy", "ECS-SVC-033 taskDefinition"],
            ),
            ("/availabilityZoneRebalancing", json!("ENABLED"), &["ECS-SVC-062 availabilityZoneRebalancing"]),
            ("/availabilityZoneRebalancing", json!("DISABLED"), &[]),
            ("/deploymentConfiguration", json!({ "maximumPercent": 100, "minimumHealthyPercent": 0 }), &[]),
            ("/deploymentConfiguration", json!({ "maximumPercent": 100 }), &[]),
        ],
    );
}

#[test]
fn capacity() {
    let mut service = fine();
    service.as_object_mut().unwrap().remove("launchType");
    let item = |provider: &str, weight: i64, base: i64| json!({ "capacityProvider": provider, "weight": weight, "base": base });
    let at = "capacityProviderStrategy";
    let many = |count: usize| (0..count).map(|index| item(&format!("p{index}"), 1, 0)).collect::<Value>();
    for (items, want) in [
        (json!([item("FARGATE", 1000, 100_000), item("FARGATE_SPOT", 0, 0)]), None),
        (json!([item("FARGATE", 1001, 0)]), Some("[0].weight")),
        (json!([item("FARGATE", -1, 0), item("FARGATE_SPOT", 1, 0)]), Some("[0].weight")),
        (json!([item("FARGATE", 1, 100_001)]), Some("[0].base")),
        (json!([item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)]), Some("[1].base")),
        (json!([item("FARGATE", 0, 0)]), Some("")),
        (json!([item("FARGATE", 0, 0), item("FARGATE_SPOT", 0, 0)]), Some("")),
        (json!([{ "capacityProvider": "FARGATE" }, { "capacityProvider": "FARGATE_SPOT" }]), Some("")),
        (json!([item("FARGATE", 1, 0), item("mine", 1, 0)]), Some("[1].capacityProvider")),
        (json!([item("FARGATE", 1, 0), item("FARGATE", 1, 0)]), Some("[1].capacityProvider")),
        (json!([{ "weight": 1 }]), Some("[0].capacityProvider")),
        (many(20), None),
        (many(21), Some("")),
    ] {
        let want: Vec<String> = want.iter().map(|path| format!("ECS-SVC-004 {at}{path}")).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        check_cases(EcsCreateService, &service, &json!({}), &[("/capacityProviderStrategy", items, &want)]);
    }
    check_cases(
        EcsCreateService,
        &service,
        &json!({}),
        &[
            (
                "/capacityProviderStrategy",
                json!([{ "capacityProvider": "FARGATE" }]),
                &["warning ECS-SVC-004 capacityProviderStrategy"],
            ),
            ("/capacityProviderStrategy", json!([]), &[]),
        ],
    );
    check(&[
        ("/launchType", json!("fargate"), &["ECS-SVC-003 launchType"]),
        (
            "/capacityProviderStrategy",
            json!([item("FARGATE", 1, 0)]),
            &["ECS-SVC-003 capacityProviderStrategy"],
        ),
        ("/capacityProviderStrategy", json!([]), &[]),
        (
            "/placementConstraints",
            json!([{ "type": "distinctInstance" }]),
            &["ECS-SVC-041 placementConstraints"],
        ),
        ("/placementStrategy", json!([{ "type": "random" }]), &["ECS-SVC-041 placementStrategy"]),
        ("/placementStrategy", json!([]), &[]),
    ]);
    check_on_instances(&[("/placementStrategy", json!([{ "type": "binpack", "field": "cpu" }]), &[])]);
}

#[test]
fn task_definitions() {
    let mut task = task::fine();
    let with = |task: &Value| json!({ "ecs:RegisterTaskDefinition": task });
    check_with(
        &with(&task),
        &[
            ("/desiredCount", json!(2), &[]),
            (
                "/serviceRegistries/0/containerName",
                json!("other"),
                &["ECS-SVC-013 serviceRegistries[0].containerName"],
            ),
            (
                "/serviceRegistries/0/containerPort",
                json!(81),
                &["ECS-SVC-013 serviceRegistries[0].containerPort"],
            ),
            ("/platformVersion", json!("1.3.0"), &[]),
            ("/platformVersion", json!("1.0.0"), &["ECS-SVC-040 platformVersion"]),
            ("/enableExecuteCommand", json!(true), &["advice ECS-SVC-060 enableExecuteCommand"]),
        ],
    );
    task["containerDefinitions"][0]["linuxParameters"] = json!({ "initProcessEnabled": true });
    check_with(&with(&task), &[("/enableExecuteCommand", json!(true), &[])]);
    task["containerDefinitions"][0]["readonlyRootFilesystem"] = json!(true);
    check_with(
        &with(&task),
        &[("/enableExecuteCommand", json!(true), &["warning ECS-SVC-060 enableExecuteCommand"])],
    );
    (task["cpu"], task["memory"]) = (json!("8 vCPU"), json!("16 GB"));
    check_with(
        &with(&task),
        &[
            ("/platformVersion", json!("1.3.0"), &["ECS-TD-013 platformVersion"]),
            ("/platformVersion", json!("1.4.0"), &[]),
        ],
    );
    task["requiresCompatibilities"] = json!(["EC2"]);
    check_with(&with(&task), &[("/desiredCount", json!(1), &["ECS-SVC-006 taskDefinition"])]);
    task["requiresCompatibilities"] = json!([]);
    check_with(&with(&task), &[("/desiredCount", json!(1), &["warning ECS-SVC-006 taskDefinition"])]);
    task["networkMode"] = json!("bridge");
    let mut instances = fine();
    instances["launchType"] = json!("EC2");
    check_cases(
        EcsCreateService,
        &instances,
        &with(&task),
        &[
            ("/desiredCount", json!(1), &["ECS-SVC-020 networkConfiguration"]),
            ("/networkConfiguration", absent(), &[]),
        ],
    );
}

#[test]
fn task_definitions_that_do_not_say_what_they_are_for() {
    let silent = |pointer: &str, value: Value, want: &[&str]| {
        let mut task = task::fine();
        task["requiresCompatibilities"] = json!([]);
        set(&mut task, pointer, value);
        check_with(&json!({ "ecs:RegisterTaskDefinition": task }), &[("/desiredCount", json!(1), want)]);
    };
    silent("/family", json!("a"), &["warning ECS-SVC-006 taskDefinition"]);
    silent("/cpu", absent(), &["ECS-SVC-006 taskDefinition"]);
    silent("/memory", absent(), &["ECS-SVC-006 taskDefinition"]);
    let bridge = ["ECS-SVC-006 taskDefinition", "ECS-SVC-020 networkConfiguration"];
    silent("/networkMode", json!("bridge"), &bridge);
}

#[test]
fn registries() {
    check(&[
        ("/serviceRegistries/0/port", json!(80), &["ECS-SVC-012 serviceRegistries[0].port"]),
        ("/serviceRegistries/0/containerPort", absent(), &["ECS-SVC-012 serviceRegistries[0].containerPort"]),
        ("/serviceRegistries/0/containerName", absent(), &["ECS-SVC-012 serviceRegistries[0].containerName"]),
        ("/serviceRegistries/0/containerPort", json!(65535), &[]),
        (
            "/serviceRegistries/0/containerPort",
            json!(65536),
            &["ECS-SVC-010 serviceRegistries[0].containerPort"],
        ),
        ("/serviceRegistries/0/containerPort", json!(0), &["ECS-SVC-010 serviceRegistries[0].containerPort"]),
        ("/serviceRegistries/0/registryArn", absent(), &["ECS-SVC-015 serviceRegistries[0].registryArn"]),
        ("/serviceRegistries/0/registryArn", json!(1), &["PARAM-002 serviceRegistries[0].registryArn"]),
        (
            "/serviceRegistries/1",
            fine()["serviceRegistries"][0].clone(),
            &["ECS-SVC-014 serviceRegistries[1]"],
        ),
        ("/serviceRegistries", json!([]), &[]),
        ("/serviceRegistries", json!([{ "registryArn": REGISTRY }]), &[]),
        (
            "/serviceRegistries",
            only(json!({ "port": 80, "containerName": "app" })),
            &["ECS-SVC-012 serviceRegistries[0].port"],
        ),
    ]);
}

fn only(members: Value) -> Value {
    let mut registry = members;
    registry["registryArn"] = json!(REGISTRY);
    json!([registry])
}

#[test]
fn registries_and_records() {
    check_with(
        &json!({ "servicediscovery:CreateService": cloud_map(&["SRV"]) }),
        &[
            ("/serviceRegistries", only(json!({ "port": 80 })), &[]),
            ("/serviceRegistries", only(json!({ "containerName": "app", "containerPort": 80 })), &[]),
            ("/serviceRegistries", only(json!({})), &["ECS-SVC-012 serviceRegistries[0].containerName"]),
        ],
    );
    for kinds in [&["A"][..], &["AAAA"], &["A", "AAAA"]] {
        check_with(
            &json!({ "servicediscovery:CreateService": cloud_map(kinds) }),
            &[
                ("/serviceRegistries", only(json!({})), &[]),
                (
                    "/serviceRegistries",
                    only(json!({ "port": 80 })),
                    &["ECS-SVC-011 serviceRegistries[0].port"],
                ),
                (
                    "/serviceRegistries",
                    only(json!({ "containerName": "app", "containerPort": 80 })),
                    &[
                        "ECS-SVC-011 serviceRegistries[0].containerName",
                        "ECS-SVC-011 serviceRegistries[0].containerPort",
                    ],
                ),
            ],
        );
    }
    check_with(
        &json!({ "ecs:RegisterTaskDefinition": task::fine(), "servicediscovery:CreateService": cloud_map(&["A"]) }),
        &[("/serviceRegistries", only(json!({ "port": 80 })), &["ECS-SVC-011 serviceRegistries[0].port"])],
    );
    let mut bridge = task::fine();
    bridge["requiresCompatibilities"] = json!(["EC2"]);
    bridge["networkMode"] = json!("bridge");
    let referred = json!({ "ecs:RegisterTaskDefinition": bridge, "servicediscovery:CreateService": cloud_map(&["SRV"]) });
    check_cases(
        EcsCreateService,
        &on_instances(),
        &referred,
        &[
            (
                "/serviceRegistries",
                only(json!({ "port": 80 })),
                &["ECS-SVC-012 serviceRegistries[0].containerName"],
            ),
            ("/serviceRegistries", only(json!({ "containerName": "app", "containerPort": 80 })), &[]),
        ],
    );
}

#[test]
fn networks() {
    let at = "/networkConfiguration/awsvpcConfiguration";
    let subnets =
        |count: usize| (0..count).map(|index| json!(format!("subnet-{index:08x}"))).collect::<Value>();
    let groups = |count: usize| (0..count).map(|index| json!(format!("sg-{index:017x}"))).collect::<Value>();
    let path = |member: &str| format!("{at}/{member}");
    let want = |rule: &str, member: &str| format!("{rule} networkConfiguration.awsvpcConfiguration.{member}");
    for (member, value, want) in [
        ("subnets", absent(), Some(want("ECS-SVC-021", "subnets"))),
        ("subnets", subnets(0), Some(want("ECS-SVC-021", "subnets"))),
        ("subnets", subnets(16), None),
        ("subnets", subnets(17), Some(want("ECS-SVC-021", "subnets"))),
        ("subnets", json!(["subnet-1"]), Some(want("EC2-ID-001", "subnets[0]"))),
        ("securityGroups", absent(), Some(want("warning ECS-SVC-022", "securityGroups"))),
        ("securityGroups", groups(5), None),
        ("securityGroups", groups(6), Some(want("ECS-SVC-022", "securityGroups"))),
        ("assignPublicIp", json!("ENABLED"), None),
        ("assignPublicIp", json!("enabled"), Some(want("ECS-SVC-023", "assignPublicIp"))),
        ("assignPublicIp", json!(true), Some(want("PARAM-002", "assignPublicIp"))),
    ] {
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        check(&[(&path(member), value, &want)]);
    }
    check(&[
        ("/networkConfiguration", absent(), &["ECS-SVC-020 networkConfiguration"]),
        ("/networkConfiguration", json!({}), &["ECS-SVC-020 networkConfiguration"]),
    ]);
    check_on_instances(&[("/desiredCount", json!(1), &[])]);
}
