use serde_json::{Value, json};

use super::ecs_service::{check, check_on_instances, check_with, fine, on_instances};
use super::{absent, check_cases, repeat, task};
use crate::request::Operation::EcsCreateService;

const GROUP: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/0a1b2c3d4e5f6071";

fn percents(least: i64, most: i64) -> Value {
    json!({ "minimumHealthyPercent": least, "maximumPercent": most })
}

#[test]
fn percentages() {
    check(&[
        ("/deploymentConfiguration", percents(0, 100), &[]),
        ("/deploymentConfiguration", percents(100, 101), &[]),
        (
            "/deploymentConfiguration",
            percents(100, 100),
            &["ECS-SVC-030 deploymentConfiguration.maximumPercent"],
        ),
        (
            "/deploymentConfiguration",
            percents(-1, 200),
            &["ECS-SVC-030 deploymentConfiguration.minimumHealthyPercent"],
        ),
        (
            "/deploymentConfiguration",
            percents(101, 200),
            &["ECS-SVC-030 deploymentConfiguration.minimumHealthyPercent"],
        ),
        (
            "/deploymentConfiguration",
            percents(0, 99),
            &["ECS-SVC-030 deploymentConfiguration.maximumPercent"],
        ),
        (
            "/deploymentConfiguration",
            json!({ "maximumPercent": 100 }),
            &["ECS-SVC-030 deploymentConfiguration.maximumPercent"],
        ),
    ]);
}

#[test]
fn safeguards() {
    let breaker = json!({ "enable": true, "rollback": false });
    check(&[
        ("/deploymentConfiguration", json!({ "deploymentCircuitBreaker": breaker }), &[]),
        (
            "/deploymentConfiguration",
            json!({ "deploymentCircuitBreaker": { "enable": true } }),
            &["ECS-SVC-031 deploymentConfiguration.deploymentCircuitBreaker.rollback"],
        ),
        (
            "/deploymentConfiguration",
            json!({ "deploymentCircuitBreaker": { "rollback": true } }),
            &["ECS-SVC-031 deploymentConfiguration.deploymentCircuitBreaker.enable"],
        ),
        (
            "/deploymentConfiguration",
            json!({ "alarms": { "alarmNames": ["a"], "enable": true, "rollback": true } }),
            &[],
        ),
        (
            "/deploymentConfiguration",
            json!({ "alarms": { "enable": true, "rollback": true } }),
            &["ECS-SVC-032 deploymentConfiguration.alarms.alarmNames"],
        ),
    ]);
}

#[test]
fn controllers() {
    let breaker = json!({ "enable": true, "rollback": false });
    check(&[
        ("/taskDefinition", absent(), &["ECS-SVC-033 taskDefinition"]),
        ("/deploymentController", json!({ "type": "ECS" }), &[]),
        ("/deploymentController", json!({}), &["ECS-SVC-033 deploymentController.type"]),
        ("/deploymentController", json!({ "type": "CODE_DEPLOY" }), &["ECS-SVC-033 loadBalancers"]),
        (
            "/deploymentController",
            json!({ "type": "EXTERNAL" }),
            &["ECS-SVC-033 taskDefinition", "ECS-SVC-033 networkConfiguration"],
        ),
        ("/availabilityZoneRebalancing", json!("ENABLED"), &[]),
        ("/availabilityZoneRebalancing", json!("enabled"), &["ECS-SVC-062 availabilityZoneRebalancing"]),
    ]);
    let external = json!({ "serviceName": "a", "deploymentController": { "type": "EXTERNAL" } });
    check_cases(
        EcsCreateService,
        &external,
        &json!({}),
        &[
            ("/cluster", json!("a"), &[]),
            ("/loadBalancers", json!([]), &[]),
            (
                "/deploymentConfiguration",
                json!({ "deploymentCircuitBreaker": breaker }),
                &["ECS-SVC-031 deploymentConfiguration.deploymentCircuitBreaker"],
            ),
            (
                "/deploymentConfiguration",
                json!({ "deploymentCircuitBreaker": { "enable": false, "rollback": false } }),
                &["warning ECS-SVC-031 deploymentConfiguration.deploymentCircuitBreaker"],
            ),
            (
                "/deploymentConfiguration",
                json!({ "alarms": { "alarmNames": ["a"], "enable": true, "rollback": true } }),
                &["ECS-SVC-032 deploymentConfiguration.alarms"],
            ),
        ],
    );
}

#[test]
fn rebalancing() {
    let mut rebalanced = fine();
    rebalanced["availabilityZoneRebalancing"] = json!("ENABLED");
    check_cases(
        EcsCreateService,
        &rebalanced,
        &json!({}),
        &[
            ("/deploymentConfiguration", percents(50, 101), &[]),
            ("/deploymentConfiguration", percents(50, 100), &["ECS-SVC-062 availabilityZoneRebalancing"]),
        ],
    );
}

#[test]
fn several_mappings_of_a_port() {
    let mut task = task::fine();
    task["containerDefinitions"][0]["portMappings"] =
        json!([{ "containerPort": 80 }, { "containerPort": 80, "protocol": "udp" }, { "containerPort": 81 }]);
    let referred = json!({ "ecs:RegisterTaskDefinition": task });
    check_with(
        &referred,
        &[
            ("/desiredCount", json!(1), &["ECS-TD-033 serviceRegistries[0].containerPort"]),
            ("/serviceRegistries/0/containerPort", json!(81), &[]),
        ],
    );
}

#[test]
fn platform_versions() {
    let mut provided = on_instances();
    provided.as_object_mut().unwrap().remove("launchType");
    provided["capacityProviderStrategy"] = json!([{ "capacityProvider": "mine", "weight": 1 }]);
    let want: &[&str] = &["ECS-SVC-040 platformVersion"];
    check_cases(EcsCreateService, &provided, &json!({}), &[("/platformVersion", json!("LATEST"), want)]);
    provided["capacityProviderStrategy"] = json!([]);
    check_cases(EcsCreateService, &provided, &json!({}), &[("/platformVersion", json!("LATEST"), &[])]);
    let mut spot = fine();
    spot.as_object_mut().unwrap().remove("launchType");
    spot["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
    check_cases(EcsCreateService, &spot, &json!({}), &[("/platformVersion", json!("LATEST"), &[])]);
    for version in ["LATEST", "1.4.0", "1.3.0", "1.0.0"] {
        check(&[("/platformVersion", json!(version), &[])]);
    }
    for version in ["latest", "1.5.0", "1.4", ""] {
        check(&[("/platformVersion", json!(version), &["ECS-SVC-040 platformVersion"])]);
    }
    check_on_instances(&[("/platformVersion", json!("LATEST"), &["ECS-SVC-040 platformVersion"])]);
}

#[test]
fn several_target_groups() {
    let balancer = json!({ "targetGroupArn": GROUP, "containerName": "app", "containerPort": 80 });
    let mut service = fine();
    service["deploymentController"] = json!({ "type": "CODE_DEPLOY" });
    let many = |count: usize| json!(vec![balancer.clone(); count]);
    check_cases(
        EcsCreateService,
        &service,
        &json!({}),
        &[("/loadBalancers", many(1), &[]), ("/loadBalancers", many(2), &["ECS-SVC-054 loadBalancers"])],
    );
}

#[test]
fn load_balancers() {
    let balancer = json!({ "targetGroupArn": GROUP, "containerName": "app", "containerPort": 80 });
    let classic = json!({ "loadBalancerName": "a", "containerName": "app", "containerPort": 80 });
    let without = |member: &str| {
        let mut balancer = balancer.clone();
        balancer.as_object_mut().unwrap().remove(member);
        json!([balancer])
    };
    let mut both = balancer.clone();
    both["loadBalancerName"] = json!("a");
    check(&[
        ("/loadBalancers", json!([balancer]), &[]),
        ("/loadBalancers", without("targetGroupArn"), &["ECS-SVC-052 loadBalancers[0].targetGroupArn"]),
        ("/loadBalancers", without("containerName"), &["ECS-SVC-050 loadBalancers[0].containerName"]),
        ("/loadBalancers", without("containerPort"), &["ECS-SVC-050 loadBalancers[0].containerPort"]),
        ("/loadBalancers", json!([both]), &["ECS-SVC-052 loadBalancers[0].loadBalancerName"]),
        ("/loadBalancers", json!([classic]), &["ECS-SVC-052 loadBalancers[0].loadBalancerName"]),
        ("/loadBalancers", json!(vec![balancer.clone(); 5]), &[]),
        ("/loadBalancers", json!(vec![balancer.clone(); 6]), &["ECS-SVC-054 loadBalancers"]),
        ("/healthCheckGracePeriodSeconds", json!(0), &["warning ECS-SVC-051 healthCheckGracePeriodSeconds"]),
        ("/healthCheckGracePeriodSeconds", json!(-1), &["ECS-SVC-051 healthCheckGracePeriodSeconds"]),
        ("/role", json!("a"), &["ECS-SVC-055 role"]),
    ]);
    let task = task::fine();
    check_with(
        &json!({ "ecs:RegisterTaskDefinition": task }),
        &[
            ("/loadBalancers", json!([balancer]), &[]),
            (
                "/loadBalancers",
                json!([{ "targetGroupArn": GROUP, "containerName": "b", "containerPort": 80 }]),
                &["ECS-SVC-053 loadBalancers[0].containerName"],
            ),
            (
                "/loadBalancers",
                json!([{ "targetGroupArn": GROUP, "containerName": "app", "containerPort": 81 }]),
                &["ECS-SVC-053 loadBalancers[0].containerPort"],
            ),
        ],
    );
    let mut served = on_instances();
    served["loadBalancers"] = json!([classic]);
    check_cases(
        EcsCreateService,
        &served,
        &json!({}),
        &[
            ("/role", json!("a"), &[]),
            ("/healthCheckGracePeriodSeconds", json!(2_147_483_647), &[]),
            ("/availabilityZoneRebalancing", json!("ENABLED"), &["ECS-SVC-062 availabilityZoneRebalancing"]),
        ],
    );
    check_on_instances(&[("/role", json!("a"), &["ECS-SVC-055 role"])]);
}

#[test]
fn roles() {
    let balancer = json!({ "targetGroupArn": GROUP, "containerName": "app", "containerPort": 80 });
    let role = |service: &Value, task: Option<&str>, want: &[&str]| {
        let mut service = service.clone();
        service["role"] = json!("a");
        let mut definition = task::fine();
        definition["requiresCompatibilities"] = json!(["EC2"]);
        definition["networkMode"] = json!(task);
        let referred = task.map_or(json!({}), |_| json!({ "ecs:RegisterTaskDefinition": definition }));
        check_cases(EcsCreateService, &service, &referred, &[("/desiredCount", json!(1), want)]);
    };
    let with = |service: Value, count: usize| {
        let mut service = service;
        service["loadBalancers"] = json!(vec![balancer.clone(); count]);
        service
    };
    let served = with(on_instances(), 1);
    role(&served, None, &[]);
    role(&served, Some("bridge"), &[]);
    role(&served, Some("awsvpc"), &["ECS-SVC-020 networkConfiguration", "ECS-SVC-055 role"]);
    role(&with(on_instances(), 2), None, &["ECS-SVC-054 role"]);
    role(&with(fine(), 1), None, &["ECS-SVC-055 role"]);
    let mut networked = served;
    networked["networkConfiguration"] = fine()["networkConfiguration"].clone();
    role(&networked, None, &["ECS-SVC-055 role"]);
}

#[test]
fn service_connect() {
    let entry = |members: Value| {
        let mut entry = members;
        entry["portName"] = json!("http");
        json!({ "enabled": true, "namespace": "shop", "services": [entry] })
    };
    let alias = |name: &str| entry(json!({ "clientAliases": [{ "port": 80, "dnsName": name }] }));
    let at = "serviceConnectConfiguration.services[0]";
    let connect = |configuration: Value, want: Option<&str>| {
        let want: Vec<String> = want.iter().map(|path| format!("ECS-SVC-070 {at}.{path}")).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        check(&[("/serviceConnectConfiguration", configuration, &want)]);
    };
    connect(json!({ "enabled": false }), None);
    connect(entry(json!({})), None);
    connect(entry(json!({ "discoveryName": repeat("a", 64) })), None);
    connect(entry(json!({ "discoveryName": repeat("a", 65) })), Some("discoveryName"));
    connect(entry(json!({ "discoveryName": "a.b" })), Some("discoveryName"));
    connect(alias("orders.shop"), None);
    connect(alias(&repeat("a", 127)), None);
    connect(alias(&repeat("a", 128)), Some("clientAliases[0].dnsName"));
    connect(alias("-a"), Some("clientAliases[0].dnsName"));
    connect(entry(json!({ "clientAliases": [{}] })), Some("clientAliases[0].port"));
    connect(entry(json!({ "clientAliases": [{ "port": 0 }] })), Some("clientAliases[0].port"));
    connect(entry(json!({ "clientAliases": [{ "port": 1 }, { "port": 2 }] })), Some("clientAliases"));
    check(&[
        ("/serviceConnectConfiguration", json!({}), &["ECS-SVC-070 serviceConnectConfiguration.enabled"]),
        (
            "/serviceConnectConfiguration",
            alias("Orders"),
            &["warning ECS-SVC-070 serviceConnectConfiguration.services[0].clientAliases[0].dnsName"],
        ),
        (
            "/serviceConnectConfiguration",
            json!({ "enabled": true, "services": [{}] }),
            &["ECS-SVC-070 serviceConnectConfiguration.services[0].portName"],
        ),
    ]);
    let mut task = task::fine();
    task["containerDefinitions"][0]["portMappings"][0]["name"] = json!("web");
    check_with(
        &json!({ "ecs:RegisterTaskDefinition": task }),
        &[(
            "/serviceConnectConfiguration",
            entry(json!({})),
            &["ECS-SVC-070 serviceConnectConfiguration.services[0].portName"],
        )],
    );
}
