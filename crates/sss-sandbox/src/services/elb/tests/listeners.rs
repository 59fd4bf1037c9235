//! Listeners, rules and their actions.

use serde_json::{Value, json};

use super::{balancer, check, forward, group, listener, refused, text, words, world};
use crate::world::World;

fn header(value: &str) -> Value {
    json!([{ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "x-service", "Values": [value] } }])
}

fn create_rule(world: &mut World, listener: &str, priority: &str, group: &str) -> String {
    let input = json!({ "ListenerArn": listener, "Priority": priority, "Conditions": header("orders"),
        "Actions": forward(group) });
    text(&check(world, "CreateRule", input), "/Rules/0/RuleArn")
}

#[test]
fn forward_is_returned_at_both_places() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let listener = listener(&mut world, &arn, "80", &orders);
    assert!(listener.contains(":listener/app/shop/"), "{listener}");
    let found = check(&mut world, "DescribeListeners", json!({ "ListenerArns": [listener] }));
    assert_eq!(
        found["Listeners"][0]["DefaultActions"],
        json!([{ "Type": "forward", "TargetGroupArn": orders, "ForwardConfig": {
            "TargetGroups": [{ "TargetGroupArn": orders, "Weight": 1 }],
            "TargetGroupStickinessConfig": { "Enabled": false },
        } }])
    );
    let (network, stock) = (balancer(&mut world, "net", "network"), group(&mut world, "stock", "TCP"));
    super::listener(&mut world, &network, "80", &stock);
    let found = check(&mut world, "DescribeListeners", json!({ "LoadBalancerArn": network }));
    assert_eq!(
        found["Listeners"][0]["DefaultActions"],
        json!([{ "Type": "forward", "TargetGroupArn": stock,
            "ForwardConfig": { "TargetGroups": [{ "TargetGroupArn": stock }] } }])
    );
}

#[test]
fn port_has_one_listener() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let first = listener(&mut world, &arn, "80", &orders);
    assert_eq!(listener(&mut world, &arn, "80", &orders), first);
    let fixed = json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } }]);
    let other = json!({ "LoadBalancerArn": arn, "Protocol": "HTTP", "Port": "80", "DefaultActions": fixed });
    let message = format!("A listener already exists on this port for this load balancer '{arn}'");
    assert_eq!(words(&mut world, "CreateListener", other), ("DuplicateListener", message));
    let second = listener(&mut world, &arn, "81", &orders);
    let taken = json!({ "ListenerArn": second, "Port": "80" });
    assert_eq!(refused(&mut world, "ModifyListener", taken).code, "DuplicateListener");
}

#[test]
fn target_group_fits_its_load_balancer() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let tcp = group(&mut world, "stock", "TCP");
    let create = |balancer: &str, group: &str| json!({ "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": "80", "DefaultActions": forward(group) });
    let message = format!("The listener and the following target groups have incompatible protocols: {tcp}");
    assert_eq!(words(&mut world, "CreateListener", create(&arn, &tcp)), ("IncompatibleProtocols", message));
    listener(&mut world, &arn, "80", &orders);
    let other = balancer(&mut world, "other", "application");
    let message = format!(
        "The following target groups cannot be associated with more than one load balancer: {orders}"
    );
    assert_eq!(
        words(&mut world, "CreateListener", create(&other, &orders)),
        ("TargetGroupAssociationLimit", message)
    );
    let message = format!("Target group '{orders}' is currently in use by a listener or a rule");
    assert_eq!(
        words(&mut world, "DeleteTargetGroup", json!({ "TargetGroupArn": orders })),
        ("ResourceInUse", message)
    );
    let attached = check(&mut world, "DescribeTargetGroups", json!({ "LoadBalancerArn": arn }));
    assert_eq!(attached["TargetGroups"][0]["LoadBalancerArns"], json!([arn]));
    check(&mut world, "DeleteTargetGroup", json!({ "TargetGroupArn": tcp }));
}

#[test]
fn rules_have_priorities_and_come_before_the_default() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let listener = listener(&mut world, &arn, "80", &orders);
    let late = create_rule(&mut world, &listener, "20000", &orders);
    let early = create_rule(&mut world, &listener, "3", &orders);
    let listed = check(&mut world, "DescribeRules", json!({ "ListenerArn": listener }));
    let priorities: Vec<String> =
        listed["Rules"].as_array().expect("rules").iter().map(|rule| text(rule, "/Priority")).collect();
    assert_eq!(priorities, ["3", "20000", "default"]);
    let taken = json!({ "ListenerArn": listener, "Priority": "3", "Conditions": header("a"),
        "Actions": forward(&orders) });
    assert_eq!(
        words(&mut world, "CreateRule", taken),
        ("PriorityInUse", "Priority '3' is currently in use".to_owned())
    );

    let pair = |arn: &str, priority: &str| json!({ "RuleArn": arn, "Priority": priority });
    let collision = json!({ "RulePriorities": [pair(&early, "20000")] });
    assert_eq!(refused(&mut world, "SetRulePriorities", collision).code, "PriorityInUse");
    let swap = json!({ "RulePriorities": [pair(&early, "20000"), pair(&late, "3")] });
    assert_eq!(check(&mut world, "SetRulePriorities", swap)["Rules"][1]["Priority"], "3");
    let default = text(&listed, "/Rules/2/RuleArn");
    assert_eq!(
        refused(&mut world, "DeleteRule", json!({ "RuleArn": default })).code,
        "OperationNotPermitted"
    );
    check(&mut world, "DeleteRule", json!({ "RuleArn": early }));
    let gone = refused(&mut world, "DescribeRules", json!({ "RuleArns": [early] }));
    assert_eq!((gone.code, gone.message.as_str()), ("RuleNotFound", "One or more rules not found"));
}

#[test]
fn rule_replaces_its_lists() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let listener = listener(&mut world, &arn, "80", &orders);
    let rule = create_rule(&mut world, &listener, "1", &orders);
    let path = json!([{ "Field": "path-pattern", "Values": ["/orders/*"] }]);
    let answer = check(&mut world, "ModifyRule", json!({ "RuleArn": rule, "Conditions": path }));
    assert_eq!(
        answer["Rules"][0]["Conditions"],
        json!([{ "Field": "path-pattern", "Values": ["/orders/*"], "PathPatternConfig": { "Values": ["/orders/*"] } }])
    );
    let stock = group(&mut world, "stock", "HTTP");
    let answer = check(&mut world, "ModifyRule", json!({ "RuleArn": rule, "Actions": forward(&stock) }));
    assert_eq!(answer["Rules"][0]["Conditions"][0]["Field"], "path-pattern");
    assert_eq!(answer["Rules"][0]["Actions"][0]["TargetGroupArn"], json!(stock));
    let wrong = json!({ "RuleArn": rule, "Conditions": [] });
    assert_eq!(
        words(&mut world, "ModifyRule", wrong),
        ("ValidationError", "A condition must be specified".to_owned())
    );
}

#[test]
fn listener_loses_its_certificate_without_tls() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let certificate = json!([{ "CertificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/a" }]);
    let input = json!({ "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": "443", "Certificates": certificate,
        "DefaultActions": forward(&orders) });
    let listener = text(&check(&mut world, "CreateListener", input), "/Listeners/0/ListenerArn");
    let answer = check(&mut world, "ModifyListener", json!({ "ListenerArn": listener, "Protocol": "HTTP" }));
    let found = &answer["Listeners"][0];
    assert_eq!(
        (&found["Protocol"], &found["Certificates"], &found["SslPolicy"]),
        (&json!("HTTP"), &Value::Null, &Value::Null)
    );
    let back = json!({ "ListenerArn": listener, "Protocol": "HTTPS" });
    assert_eq!(refused(&mut world, "ModifyListener", back).code, "ValidationError");
}

#[test]
fn redirect_is_returned_with_all_parts() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    let redirect = json!([{ "Type": "redirect",
        "RedirectConfig": { "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301" } }]);
    let input =
        json!({ "LoadBalancerArn": arn, "Protocol": "HTTP", "Port": "80", "DefaultActions": redirect });
    let answer = check(&mut world, "CreateListener", input);
    assert_eq!(
        answer["Listeners"][0]["DefaultActions"][0]["RedirectConfig"],
        json!({ "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
            "StatusCode": "HTTP_301" })
    );
}

#[test]
fn application_balancer_has_at_most_100_groups() {
    let mut world = world();
    let arn = balancer(&mut world, "shop", "application");
    let first = group(&mut world, "first", "HTTP");
    let listener = listener(&mut world, &arn, "80", &first);
    for number in 1..100 {
        let group = group(&mut world, &format!("group-{number}"), "HTTP");
        create_rule(&mut world, &listener, &number.to_string(), &group);
    }
    let last = group(&mut world, "last", "HTTP");
    let input = json!({ "ListenerArn": listener, "Priority": "100", "Conditions": header("a"),
        "Actions": forward(&last) });
    assert_eq!(refused(&mut world, "CreateRule", input).code, "TooManyUniqueTargetGroupsPerLoadBalancer");
    create_rule(&mut world, &listener, "100", &first);
    let input = json!({ "ListenerArn": listener, "Priority": "101", "Conditions": header("a"),
        "Actions": forward(&first) });
    assert_eq!(refused(&mut world, "CreateRule", input).code, "TooManyRules");
}

#[test]
fn deleted_load_balancer_takes_its_listeners_along() {
    let mut world = world();
    let (arn, orders) = (balancer(&mut world, "shop", "application"), group(&mut world, "orders", "HTTP"));
    let listener = listener(&mut world, &arn, "80", &orders);
    let rule = create_rule(&mut world, &listener, "1", &orders);
    check(&mut world, "DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }));
    assert_eq!(
        refused(&mut world, "DescribeListeners", json!({ "ListenerArns": [listener] })).code,
        "ListenerNotFound"
    );
    assert_eq!(refused(&mut world, "DeleteRule", json!({ "RuleArn": rule })).code, "RuleNotFound");
    check(&mut world, "DeleteTargetGroup", json!({ "TargetGroupArn": orders }));
}
