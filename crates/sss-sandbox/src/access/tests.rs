//! The evaluator, and the completeness of the tables.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::{Decision, Keys, Need, Policy, Rights, policy::decide, table};
use crate::{services, wire::Protocol, world::World};

fn need(action: &str, resource: &str, keys: &[(&str, &str)]) -> Need {
    let keys: Keys =
        keys.iter().map(|(key, value)| (key.to_lowercase(), vec![(*value).to_owned()])).collect();
    Need { action: action.to_owned(), resource: resource.to_owned(), keys }
}

#[expect(clippy::needless_pass_by_value, reason = "the statement is written where it is used")]
fn policy(statements: Value) -> Policy {
    Policy::read("policy", &json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
}

#[test]
fn statement_decides_by_action_and_resource() {
    let arn = "arn:aws:ecs:eu-central-1:123456789012:service/shop/web";
    for (statement, expected) in [
        (json!({ "Effect": "Allow", "Action": "ecs:UpdateService", "Resource": "*" }), Decision::Allowed),
        (json!({ "Effect": "Allow", "Action": ["ECS:update*"], "Resource": [arn] }), Decision::Allowed),
        (
            json!({ "Effect": "Allow", "Action": "ecs:*", "Resource": "arn:aws:ecs:*:*:service/shop/???" }),
            Decision::Allowed,
        ),
        (
            json!({ "Effect": "Allow", "Action": "ecs:*", "Resource": "arn:aws:ecs:*:*:service/SHOP/*" }),
            Decision::ImplicitDeny,
        ),
        (json!({ "Effect": "Allow", "Action": "ecs:Update", "Resource": "*" }), Decision::ImplicitDeny),
        (json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), Decision::Allowed),
        (json!({ "Effect": "Allow", "Action": "*", "NotResource": arn }), Decision::ImplicitDeny),
        (json!({ "Effect": "Deny", "Action": "ecs:*", "Resource": "*" }), Decision::ExplicitDeny),
    ] {
        let found = decide(&[policy(json!([statement]))], &need("ecs:UpdateService", arn, &[]));
        assert_eq!(found, expected, "{statement}");
    }
}

#[test]
fn action_without_resources_needs_a_star() {
    let narrow = json!({ "Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "arn:aws:ecs:*:*:*" });
    let listing = need("ecs:ListClusters", "*", &[]);
    assert_eq!(decide(&[policy(narrow)], &listing), Decision::ImplicitDeny);
}

#[test]
fn denial_wins_in_any_layer() {
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let no_deletion = json!([all, { "Effect": "Deny", "Action": "ecs:Delete*", "Resource": "*" }]);
    let deletion = need("ecs:DeleteCluster", "arn:aws:ecs:r:a:cluster/shop", &[]);
    let creation = need("ecs:CreateCluster", "arn:aws:ecs:r:a:cluster/shop", &[]);
    let denies = [policy(no_deletion)];
    assert_eq!(decide(&denies, &deletion), Decision::ExplicitDeny);
    assert_eq!(decide(&denies, &creation), Decision::Allowed);

    let only_reads = policy(json!({ "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*" }));
    let bounded = Rights { identity: vec![policy(all)], boundary: Some(vec![only_reads]) };
    assert_eq!(bounded.decision(&creation), Decision::ImplicitDeny);
}

#[test]
fn condition_holds_by_its_operator() {
    let keys = [("aws:ResourceTag/sss:stack", "shop"), ("ecs:cluster", "arn:aws:ecs:r:a:cluster/shop")];
    for (operator, key, values, holds) in [
        ("StringEquals", "aws:resourcetag/SSS:stack", json!("shop"), true),
        ("StringEquals", "aws:ResourceTag/sss:stack", json!(["other", "Shop"]), false),
        ("StringEqualsIgnoreCase", "aws:ResourceTag/sss:stack", json!("SHOP"), true),
        ("StringLike", "aws:ResourceTag/sss:stack", json!("s*"), true),
        ("StringNotEquals", "aws:ResourceTag/sss:stack", json!("shop"), false),
        ("StringNotLike", "aws:ResourceTag/sss:stack", json!("x*"), true),
        ("ArnLike", "ecs:cluster", json!("arn:*:ecs:*:*:cluster/sh*"), true),
        ("ArnEquals", "ecs:cluster", json!("arn:aws:ecs:*:cluster/shop"), false),
        ("StringEquals", "aws:ResourceTag/absent", json!("shop"), false),
        ("StringEqualsIfExists", "aws:ResourceTag/absent", json!("shop"), true),
        ("StringEqualsIfExists", "aws:ResourceTag/sss:stack", json!("other"), false),
        ("StringNotEquals", "aws:ResourceTag/absent", json!("shop"), true),
        ("ForAllValues:StringEquals", "aws:TagKeys", json!("shop"), true),
        ("ForAnyValue:StringEquals", "aws:TagKeys", json!("shop"), false),
        ("Null", "aws:ResourceTag/absent", json!("true"), true),
        ("Null", "aws:ResourceTag/sss:stack", json!(["true"]), false),
        ("DateLessThan", "aws:ResourceTag/sss:stack", json!("2026-01-01T00:00:00Z"), false),
    ] {
        let statement = json!({
            "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { key: values } },
        });
        let found = decide(&[policy(statement)], &need("ecs:UpdateService", "arn:aws:ecs:r:a:x", &keys));
        assert_eq!(found == Decision::Allowed, holds, "{operator} {key} {values}");
    }
}

/// Returns the needs of a call, as `action on resource`.
fn needs(world: &mut World, service: &str, operation: &str, input: &Value) -> Vec<String> {
    let service = services::signed_as(service).expect("a service of the sandbox");
    let needs = table::needs(world, service, operation, input).into_iter();
    needs.map(|need| format!("{} on {}", need.action, need.resource)).collect()
}

#[test]
fn needs_name_actions_and_resources() {
    let world = &mut World::new("123456789012", "eu-central-1", 0);
    let mut check = |service, operation, input: Value, expected: &[&str]| {
        assert_eq!(needs(world, service, operation, &input), expected, "{operation}");
    };
    let ecs = "arn:aws:ecs:eu-central-1:123456789012";
    check(
        "ecs",
        "DescribeServices",
        json!({ "cluster": format!("{ecs}:cluster/shop"), "services": ["web", format!("{ecs}:service/shop/app")] }),
        &[
            "ecs:DescribeServices on arn:aws:ecs:eu-central-1:123456789012:service/shop/web",
            "ecs:DescribeServices on arn:aws:ecs:eu-central-1:123456789012:service/shop/app",
        ],
    );
    check(
        "ecs",
        "RegisterTaskDefinition",
        json!({ "family": "web", "executionRoleArn": "runs", "tags": [{ "key": "a", "value": "b" }] }),
        &[
            "ecs:RegisterTaskDefinition on arn:aws:ecs:eu-central-1:123456789012:task-definition/web:*",
            "ecs:TagResource on arn:aws:ecs:eu-central-1:123456789012:task-definition/web:*",
            "iam:PassRole on arn:aws:iam::123456789012:role/runs",
        ],
    );
    check(
        "apigateway",
        "UpdateRoute",
        json!({ "apiId": "abc", "routeId": "r1" }),
        &["apigateway:PATCH on arn:aws:apigateway:eu-central-1::/apis/abc/routes/r1"],
    );
    check(
        "ec2",
        "DeleteTags",
        json!({ "ResourceId": ["sg-0a1b2c3d4e5f60000"] }),
        &["ec2:DeleteTags on arn:aws:ec2:eu-central-1:123456789012:security-group/sg-0a1b2c3d4e5f60000"],
    );
    check("tagging", "GetResources", json!({}), &["tag:GetResources on *"]);
    check("sts", "GetCallerIdentity", json!({}), &[]);
}

#[test]
fn keys_have_tags_of_request_and_resource() {
    let world = &mut World::new("123456789012", "eu-central-1", 0);
    let service = services::signed_as("ecs").expect("ECS");
    let tags = json!([{ "key": "sss:stack", "value": "shop" }]);
    let cluster = json!({ "clusterName": "shop", "tags": tags });
    service.call(world, "CreateCluster", &cluster).expect("a new name");
    let found = table::needs(world, service, "CreateCluster", &cluster);
    let value = |need: &Need, key: &str| need.keys.get(key).map(|values| values.join(" "));
    for key in ["aws:requesttag/sss:stack", "aws:resourcetag/sss:stack"] {
        assert_eq!(value(&found[0], key).as_deref(), Some("shop"), "{key}");
    }
    assert_eq!(value(&found[1], "ecs:createaction").as_deref(), Some("CreateCluster"));
    assert_eq!(value(&found[1], "aws:tagkeys").as_deref(), Some("sss:stack"));
    assert_eq!(value(&found[0], "aws:requestedregion").as_deref(), Some("eu-central-1"));
}

/// Returns the operations that a service's own file matches on.
fn operations(module: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/services/{module}.rs"));
    let code = fs::read_to_string(path).expect("the file of a service");
    let arms = code.lines().filter(|line| line.contains(" => ") && line.trim_start().starts_with('"'));
    let names = arms.flat_map(|line| line.split(" => ").next().unwrap_or_default().split('|'));
    names.map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

#[test]
fn each_operation_names_its_permissions() {
    let mut missing = Vec::new();
    for (service, module) in services::ALL.iter().zip(services::MODULES) {
        let entries = service.access.entries;
        let named: Vec<&str> = entries.iter().flat_map(|entry| entry.operations).copied().collect();
        let is_named = |operation: &String| {
            named.contains(&operation.as_str())
                || matches!(&service.protocol, Protocol::Rest(rest) if rest.method(operation).is_some())
                || service.access.entries.is_empty()
        };
        let all = operations(module);
        assert!(!all.is_empty(), "no operation of {module} was found");
        let lacks = all.into_iter().filter(|operation| !is_named(operation));
        missing.extend(lacks.map(|operation| format!("services/{module}/access.rs lacks {operation}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
