//! Requests of Elastic Load Balancing.

use serde_json::json;

use super::{Case, absent, long, tags};
use crate::services::elb;

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef";
const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/0123456789abcdef";
const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/0123456789abcdef/0123456789abcdef";
const INVALID: &str = "ValidationError";

pub(super) fn all() -> Vec<Case> {
    [objects(), attributes(), listeners()].into_iter().flatten().collect()
}

fn objects() -> Vec<Case> {
    let balancer = json!({ "Name": "shop", "Scheme": "internal",
        "Subnets": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
        "Tags": [{ "Key": "owner", "Value": "us" }] });
    let group = json!({ "Name": "orders", "Protocol": "TCP", "Port": "80", "VpcId": "vpc-0a1b2c3d4e5f60718",
        "TargetType": "ip", "HealthCheckIntervalSeconds": "10", "HealthCheckTimeoutSeconds": "5" });
    vec![
        Case {
            service: &elb::SERVICE,
            operation: "CreateLoadBalancer",
            fine: balancer,
            refused: vec![
                ("/Name", absent(), INVALID),
                ("/Name", json!("internal-shop"), INVALID),
                ("/Name", long(33), INVALID),
                ("/Subnets", json!(["subnet-0a1b2c3d4e5f60001"]), INVALID),
                ("/Subnets/1", json!("subnet-0a1b2c3d4e5f60001"), "InvalidConfigurationRequest"),
                ("/Scheme", json!("public"), INVALID),
                ("/Tags", tags(51, ["Key", "Value"]), "TooManyTags"),
                (
                    "/Tags",
                    json!([{ "Key": "a" , "Value": "" }, { "Key": "a", "Value": "" }]),
                    "DuplicateTagKeys",
                ),
            ],
        },
        Case {
            service: &elb::SERVICE,
            operation: "CreateTargetGroup",
            fine: group,
            refused: vec![
                ("/Name", json!("a_b"), INVALID),
                ("/Port", json!("0"), INVALID),
                ("/Port", json!("http"), "MalformedInput"),
                ("/HealthCheckTimeoutSeconds", json!("10"), INVALID),
                ("/Matcher", json!({ "HttpCode": "200" }), "InvalidConfigurationRequest"),
            ],
        },
    ]
}

fn attributes() -> Vec<Case> {
    let value = "/Attributes/0/Value";
    vec![
        Case {
            service: &elb::SERVICE,
            operation: "ModifyLoadBalancerAttributes",
            fine: json!({ "LoadBalancerArn": BALANCER,
                "Attributes": [{ "Key": "deletion_protection.enabled", "Value": "true" }] }),
            refused: vec![(value, json!(""), INVALID), ("/Attributes/0/Key", json!("a"), INVALID)],
        },
        Case {
            service: &elb::SERVICE,
            operation: "ModifyTargetGroupAttributes",
            fine: json!({ "TargetGroupArn": GROUP,
                "Attributes": [{ "Key": "deregistration_delay.timeout_seconds", "Value": "30" }] }),
            refused: vec![(value, json!("3601"), INVALID), (value, json!(""), INVALID)],
        },
    ]
}

fn listeners() -> Vec<Case> {
    let forward = json!([{ "Type": "forward", "TargetGroupArn": GROUP }]);
    let redirect =
        json!([{ "Type": "redirect", "RedirectConfig": { "Port": "#{port}", "StatusCode": "HTTP_301" } }]);
    let condition = json!({ "Field": "path-pattern", "PathPatternConfig": { "Values": ["/orders/*"] } });
    vec![
        Case {
            service: &elb::SERVICE,
            operation: "CreateListener",
            fine: json!({ "LoadBalancerArn": BALANCER, "Protocol": "HTTP", "Port": "80", "DefaultActions": forward }),
            refused: vec![
                ("/SslPolicy", json!("ELBSecurityPolicy-2016-08"), INVALID),
                ("/Protocol", json!("TCP"), INVALID),
                ("/DefaultActions", redirect, "InvalidLoadBalancerAction"),
            ],
        },
        Case {
            service: &elb::SERVICE,
            operation: "CreateRule",
            fine: json!({ "ListenerArn": LISTENER, "Priority": "1", "Conditions": [condition], "Actions": forward }),
            refused: vec![
                ("/Priority", json!("50001"), INVALID),
                ("/Conditions", json!(""), INVALID),
                ("/Conditions/0/PathPatternConfig/Values/0", long(129), INVALID),
            ],
        },
    ]
}
