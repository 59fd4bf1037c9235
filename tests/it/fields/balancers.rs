//! Load balancers, target groups, listeners and rules.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{Hand::Calls, Row, listed, scaling, tag};
use crate::account::Account;
use sss_model::Stack;

/// A stack with both kinds of load balancers, whose settings are all set.
const STACK: &str = r#"
name = "all"
region = "ap-northeast-1"

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
vpc_link_security_group_ids = ["sg-0a1b2c3d4e5f60000"]

[api]

[load_balancers.alb]
certificate = "arn:aws:acm:ap-northeast-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
server_name = "all.example.com"
ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
deletion_protection = true
tags = { Layer = "balancer" }

[services.balanced]
image = "public.ecr.aws/docker/library/httpd:2.4"
port = 8080
tags = { Layer = "service" }
routes = [{ path = "/balanced/{proxy+}" }]
[services.balanced.scaling]
min = 1
max = 2
requests = 1000
[services.balanced.backend]
kind = "alb"
deregistration_delay = 20
slow_start = 30
stickiness = 60
health_check = { path = "/health", matcher = "200-299", interval = 20, timeout = 4, healthy_threshold = 3, unhealthy_threshold = 4 }

[services.network]
image = "public.ecr.aws/docker/library/httpd:2.4"
port = 8081
backend = { kind = "nlb" }
routes = [{ path = "/network/{proxy+}" }]
"#;

fn stack() -> Stack {
    Stack::from_toml(STACK).expect("a valid stack").stack
}

#[tokio::test(start_paused = true)]
async fn change_of_a_balancer_by_hand_is_undone() {
    super::check_all(&stack(), ROWS.iter()).await;
}

#[tokio::test(start_paused = true)]
async fn every_field_of_balancing_has_a_row() {
    let (_, world) = super::loaded(&super::applied(&stack()).await).observe(&stack()).await;
    let rows: Vec<&Row> = ROWS.iter().collect();
    let mut without = super::without_rows(&world, &rows);
    without.retain(|field| field.starts_with("elasticloadbalancing/"));
    assert!(without.is_empty(), "fields without a row: {without:#?}");
}

const BALANCER: &str = "elasticloadbalancing/load-balancer";
const GROUP: &str = "elasticloadbalancing/target-group";
const LISTENER: &str = "elasticloadbalancing/listener";
const RULE: &str = "elasticloadbalancing/listener-rule";

fn call(account: &Account, operation: &str, input: &Value) -> Value {
    account.by_hand("elasticloadbalancing", operation, input)
}

/// Returns the ARN of a load balancer or a target group.
fn arn(account: &Account, noun: &str, name: &str) -> Value {
    let (operation, list) = (format!("Describe{noun}s"), format!("{noun}s"));
    let (member, arn) = (format!("{noun}Name"), format!("{noun}Arn"));
    let empty = json!({});
    let found = listed(account, ("elasticloadbalancing", &operation, &empty), &list, (&member, name));
    found[arn.as_str()].clone()
}

fn balancer(account: &Account) -> Value {
    arn(account, "LoadBalancer", "all-alb")
}

fn group(account: &Account) -> Value {
    arn(account, "TargetGroup", "all-balanced")
}

/// Returns the ARN of the only listener of a load balancer.
fn listener(account: &Account, balancer: &str) -> Value {
    let input = json!({"LoadBalancerArn": arn(account, "LoadBalancer", balancer)});
    call(account, "DescribeListeners", &input)["Listeners"][0]["ListenerArn"].clone()
}

/// Returns the ARN of the rule of the service.
fn rule(account: &Account) -> Value {
    let input = json!({"ListenerArn": listener(account, "all-alb")});
    let rules = call(account, "DescribeRules", &input);
    let mut rules = rules["Rules"].as_array().into_iter().flatten();
    rules.find(|rule| rule["Priority"] != "default").expect("the rule")["RuleArn"].clone()
}

fn with(arn: (&str, Value), rest: &Value) -> Value {
    let mut input = rest.clone();
    input[arn.0] = arn.1;
    input
}

fn set_attribute(account: &Account, (noun, arn): (&str, Value), key: &str, value: &str) {
    let attributes = json!({"Attributes": [{"Key": key, "Value": value}]});
    let input = with((&format!("{noun}Arn"), arn), &attributes);
    call(account, &format!("Modify{noun}Attributes"), &input);
}

fn of_balancer(account: &Account, key: &str, value: &str) {
    set_attribute(account, ("LoadBalancer", balancer(account)), key, value);
}

fn of_group(account: &Account, key: &str, value: &str) {
    set_attribute(account, ("TargetGroup", group(account)), key, value);
}

fn check(account: &Account, change: &Value) {
    call(account, "ModifyTargetGroup", &with(("TargetGroupArn", group(account)), change));
}

fn retag(account: &Account, arn: &Value) {
    call(account, "AddTags", &json!({"ResourceArns": [arn], "Tags": tag("Layer", "mine")}));
}

fn not_found() -> Value {
    json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}])
}

const fn balanced(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: BALANCER, name: "all-alb", field, hand: Calls(hand), action: Update, paths }
}

const fn checked(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: GROUP, name: "all-balanced", field, hand: Calls(hand), action: Update, paths }
}

const fn listening(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: LISTENER, name: "all-alb", field, hand: Calls(hand), action: Update, paths }
}

const fn ruled(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: RULE, name: "all-balanced", field, hand: Calls(hand), action: Update, paths }
}

const ROWS: &[Row] = &[
    Row {
        kind: "ecs/service",
        name: "all-balanced",
        field: "load_balancers",
        hand: Calls(|a| {
            let input = json!({"cluster": "all-ecs-cluster", "service": "all-balanced", "loadBalancers": []});
            a.by_hand("ecs", "UpdateService", &input);
        }),
        action: Update,
        paths: &["load_balancers"],
    },
    Row {
        kind: "apigatewayv2/integration",
        name: "all-balanced",
        field: "server_name",
        hand: Calls(|a| {
            let api = listed(a, ("apigateway", "GetApis", &json!({})), "items", ("name", "all-api-gateway"));
            let of_api = json!({"apiId": api["apiId"]});
            let all = a.by_hand("apigateway", "GetIntegrations", &of_api)["items"].clone();
            let mut all = all.as_array().into_iter().flatten();
            let found = all.find(|one| one.get("tlsConfig").is_some()).expect("the integration");
            let tls = json!({"serverNameToVerify": "mine.example.com"});
            let input =
                json!({"apiId": api["apiId"], "integrationId": found["integrationId"], "tlsConfig": tls});
            a.by_hand("apigateway", "UpdateIntegration", &input);
        }),
        action: Update,
        paths: &["server_name"],
    },
    Row {
        kind: "application-autoscaling/scaling-policy",
        name: "all-balanced/requests",
        field: "tracking.label",
        hand: Calls(|a| {
            let metric = json!({
                "PredefinedMetricType": "ALBRequestCountPerTarget",
                "ResourceLabel": "app/mine/0123456789abcdef/targetgroup/mine/0123456789abcdef",
            });
            let configuration = json!({"TargetValue": 1000.0, "PredefinedMetricSpecification": metric});
            let put = json!({
                "PolicyName": "requests", "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": configuration,
            });
            scaling::call_for(a, "all-balanced", "PutScalingPolicy", &put);
        }),
        action: Update,
        paths: &["tracking.label"],
    },
    balanced(
        "subnets",
        |a| {
            let subnets = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60003"];
            call(a, "SetSubnets", &json!({"LoadBalancerArn": balancer(a), "Subnets": subnets}));
        },
        &["subnets"],
    ),
    balanced(
        "security_groups",
        |a| {
            let groups = ["sg-0a1b2c3d4e5f60000"];
            call(a, "SetSecurityGroups", &json!({"LoadBalancerArn": balancer(a), "SecurityGroups": groups}));
        },
        &["security_groups"],
    ),
    balanced(
        "deletion_protection",
        |a| of_balancer(a, "deletion_protection.enabled", "false"),
        &["deletion_protection"],
    ),
    Row {
        kind: BALANCER,
        name: "all-nlb",
        field: "cross_zone",
        hand: Calls(|a| {
            let arn = arn(a, "LoadBalancer", "all-nlb");
            set_attribute(a, ("LoadBalancer", arn), "load_balancing.cross_zone.enabled", "false");
        }),
        action: Update,
        paths: &["cross_zone"],
    },
    balanced("tags", |a| retag(a, &balancer(a)), &["tags.Layer"]),
    checked("health_check.path", |a| check(a, &json!({"HealthCheckPath": "/mine"})), &["health_check.path"]),
    checked("health_check.port", |a| check(a, &json!({"HealthCheckPort": "8080"})), &["health_check.port"]),
    checked(
        "health_check.protocol",
        |a| check(a, &json!({"HealthCheckProtocol": "HTTPS"})),
        &["health_check.protocol"],
    ),
    checked(
        "health_check.matcher",
        |a| check(a, &json!({"Matcher": {"HttpCode": "404"}})),
        &["health_check.matcher"],
    ),
    checked(
        "health_check.interval",
        |a| check(a, &json!({"HealthCheckIntervalSeconds": 200})),
        &["health_check.interval"],
    ),
    checked(
        "health_check.timeout",
        |a| check(a, &json!({"HealthCheckTimeoutSeconds": 3})),
        &["health_check.timeout"],
    ),
    checked(
        "health_check.healthy_threshold",
        |a| check(a, &json!({"HealthyThresholdCount": 9})),
        &["health_check.healthy_threshold"],
    ),
    checked(
        "health_check.unhealthy_threshold",
        |a| check(a, &json!({"UnhealthyThresholdCount": 9})),
        &["health_check.unhealthy_threshold"],
    ),
    checked(
        "deregistration_delay",
        |a| of_group(a, "deregistration_delay.timeout_seconds", "300"),
        &["deregistration_delay"],
    ),
    checked("slow_start", |a| of_group(a, "slow_start.duration_seconds", "90"), &["slow_start"]),
    checked("stickiness", |a| of_group(a, "stickiness.enabled", "false"), &["stickiness"]),
    checked("tags", |a| retag(a, &group(a)), &["tags.Layer"]),
    listening(
        "port",
        |a| {
            call(a, "ModifyListener", &json!({"ListenerArn": listener(a, "all-alb"), "Port": 8443}));
        },
        &["port"],
    ),
    Row {
        kind: LISTENER,
        name: "all-network",
        field: "port",
        hand: Calls(|a| {
            call(a, "ModifyListener", &json!({"ListenerArn": listener(a, "all-nlb"), "Port": 9}));
        }),
        action: Update,
        paths: &["port"],
    },
    listening(
        "certificate",
        |a| {
            let other =
                "arn:aws:acm:ap-northeast-1:123456789012:certificate/9a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
            let input =
                json!({"ListenerArn": listener(a, "all-alb"), "Certificates": [{"CertificateArn": other}]});
            call(a, "ModifyListener", &input);
        },
        &["certificate"],
    ),
    listening(
        "ssl_policy",
        |a| {
            let policy = "ELBSecurityPolicy-2016-08";
            call(a, "ModifyListener", &json!({"ListenerArn": listener(a, "all-alb"), "SslPolicy": policy}));
        },
        &["ssl_policy"],
    ),
    listening(
        "actions",
        |a| {
            let input = json!({"ListenerArn": listener(a, "all-alb"), "DefaultActions": not_found()});
            call(a, "ModifyListener", &input);
        },
        &["actions"],
    ),
    listening("tags", |a| retag(a, &listener(a, "all-alb")), &["tags.Layer"]),
    ruled(
        "conditions",
        |a| {
            let header = json!({"HttpHeaderName": "x-sss-service", "Values": ["mine"]});
            let condition = json!([{"Field": "http-header", "HttpHeaderConfig": header}]);
            call(a, "ModifyRule", &json!({"RuleArn": rule(a), "Conditions": condition}));
        },
        &["conditions.\"http-header x-sss-service\""],
    ),
    ruled(
        "actions",
        |a| {
            call(a, "ModifyRule", &json!({"RuleArn": rule(a), "Actions": not_found()}));
        },
        &["actions"],
    ),
    ruled("tags", |a| retag(a, &rule(a)), &["tags.Layer"]),
];
