//! Requests that go through a load balancer.

use std::time::Duration;

use serde_json::{Value, json};

use super::Shop;

/// An account in which the service is behind a load balancer as well as in Cloud Map.
struct Balanced {
    shop: Shop,
    group: Value,
    listener: Value,
    rule: Value,
}

impl Balanced {
    fn open() -> Self {
        let shop = Shop::open();
        let subnets = shop.sandbox.private_subnet_ids();
        let vpc = shop.sandbox.vpc_id();
        let balancer = json!({"Name": "shop", "Scheme": "internal", "Subnets": subnets});
        let balancer = shop.act("elasticloadbalancing", "CreateLoadBalancer", balancer);
        let group =
            json!({"Name": "web", "Protocol": "HTTP", "Port": "80", "VpcId": vpc, "TargetType": "ip"});
        let group = shop.act("elasticloadbalancing", "CreateTargetGroup", group);
        let group = group["TargetGroups"][0]["TargetGroupArn"].clone();
        let missing = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
        let listener = json!({
            "LoadBalancerArn": balancer["LoadBalancers"][0]["LoadBalancerArn"], "Protocol": "HTTP", "Port": "80",
            "DefaultActions": missing,
        });
        let listener = shop.act("elasticloadbalancing", "CreateListener", listener);
        let listener = listener["Listeners"][0]["ListenerArn"].clone();
        let header = json!({"Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": "x-sss-service", "Values": ["web"]}});
        let rule = json!({"ListenerArn": listener, "Priority": "1", "Conditions": [header],
            "Actions": [{"Type": "forward", "TargetGroupArn": group}]});
        let rule = shop.act("elasticloadbalancing", "CreateRule", rule)["Rules"][0]["RuleArn"].clone();
        shop.sandbox.advance(Duration::from_mins(3));

        let balancers = json!([{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]);
        shop.act(
            "ecs",
            "UpdateService",
            json!({"cluster": "shop", "service": "web", "loadBalancers": balancers}),
        );
        shop.sandbox.advance(Duration::from_mins(10));
        Self { shop, group, listener, rule }
    }

    /// Leads the integration to the listener, with these request parameters.
    fn switch(&self, parameters: &Value) {
        let input = json!({
            "apiId": self.shop.ids["api"], "integrationId": self.shop.ids["integration"],
            "integrationUri": self.listener, "requestParameters": parameters,
        });
        self.shop.act("apigateway", "UpdateIntegration", input);
    }

    /// Returns the targets of the group.
    fn targets(&self) -> Vec<Value> {
        let asked = json!({"TargetGroupArn": self.group});
        let health = self.shop.act("elasticloadbalancing", "DescribeTargetHealth", asked);
        let targets = health["TargetHealthDescriptions"].as_array().expect("targets").iter();
        targets.map(|target| json!({"Id": target["Target"]["Id"], "Port": "80"})).collect()
    }

    fn header() -> Value {
        json!({"overwrite:header.x-sss-service": "web", "overwrite:path": "$request.path"})
    }
}

#[test]
fn switch_to_a_healthy_target_group_has_no_gap() {
    let balanced = Balanced::open();
    let watch = balanced.shop.sandbox.watch();
    balanced.switch(&Balanced::header());
    balanced.shop.sandbox.advance(Duration::from_mins(1));
    let watched = watch.end();
    assert!(watched.gaps.is_empty() && watched.unanswered.is_empty(), "{watched:?}");
}

#[test]
fn request_without_the_header_meets_the_default_rule() {
    let balanced = Balanced::open();
    let watch = balanced.shop.sandbox.watch();
    balanced.switch(&json!({}));
    balanced.shop.sandbox.advance(Duration::from_mins(1));
    let unanswered = watch.end().unanswered;
    assert_eq!(unanswered[0].because, "no rule of shop leads the request to a target group");
}

#[test]
fn way_through_a_load_balancer_is_a_gap_without_its_parts() {
    for (operation, because) in [
        ("DeleteRule", "no rule of shop leads the request to a target group"),
        ("DeregisterTargets", "no healthy target is in the target group web"),
    ] {
        let balanced = Balanced::open();
        balanced.switch(&Balanced::header());
        let watch = balanced.shop.sandbox.watch();
        let input = if operation == "DeleteRule" {
            json!({"RuleArn": balanced.rule})
        } else {
            json!({"TargetGroupArn": balanced.group, "Targets": balanced.targets()})
        };
        balanced.shop.act("elasticloadbalancing", operation, input);
        balanced.shop.sandbox.advance(Duration::from_mins(1));
        assert_eq!(watch.end().unanswered[0].because, because);
    }
}

#[test]
fn listener_with_tls_needs_tls_of_the_integration() {
    let balanced = Balanced::open();
    balanced.switch(&Balanced::header());
    let certificate = json!([{"CertificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/a"}]);
    let input = json!({"ListenerArn": balanced.listener, "Protocol": "HTTPS", "Certificates": certificate});
    balanced.shop.act("elasticloadbalancing", "ModifyListener", input);
    let watch = balanced.shop.sandbox.watch();
    assert_eq!(watch.end().unanswered[0].because, "the listener of shop takes only requests by TLS");
    let input = json!({
        "apiId": balanced.shop.ids["api"], "integrationId": balanced.shop.ids["integration"],
        "tlsConfig": {"serverNameToVerify": "shop.example.com"},
    });
    balanced.shop.act("apigateway", "UpdateIntegration", input);
    assert!(balanced.shop.sandbox.watch().end().unanswered.is_empty());
}
