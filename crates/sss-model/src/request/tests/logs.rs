use serde_json::{Value, json};

use super::table::{Table, each, long};

#[test]
fn log_groups() {
    let group = Table::of("logs:CreateLogGroup", json!({ "logGroupName": "/aws/ecs/orders" }));
    group.takes("/logGroupName", each(["a", "/aws/x", ".-_/#aA0", "awsome"]));
    group.takes("/logGroupName", long([1, 512]));
    group.breaks("/logGroupName", each(["", "a b", "a:b", "é", "a*"]), &["LOG-001 logGroupName"]);
    group.breaks("/logGroupName", long([513]), &["LOG-001 logGroupName"]);
    group.breaks("/logGroupName", each(["aws/x"]), &["LOG-002 logGroupName"]);
    group.lacks("/logGroupName", &["LOG-001 logGroupName"]);
    group.takes("/logGroupClass", each(["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]));
    group.breaks("/logGroupClass", each(["ESSENTIALS"]), &["warning LOG-004 logGroupClass"]);
    group.breaks("/logGroupClass", each(["standard", "", "COLD"]), &["LOG-004 logGroupClass"]);
    let key = |length: usize| format!("arn:aws:kms:eu-west-1:123456789012:key/{}", "a".repeat(length - 39));
    group.takes("/kmsKeyId", each([key(40), key(256)]));
    group.breaks("/kmsKeyId", each([key(257)]), &["LOG-005 kmsKeyId"]);
    group.breaks("/kmsKeyId", each(["", "1234abcd", "arn:aws:s3:::a"]), &["LOG-005 kmsKeyId"]);
    group.takes("/deletionProtectionEnabled", [json!(true)]);
    group.breaks("/deletionProtectionEnabled", [json!("true")], &["PARAM-002 deletionProtectionEnabled"]);
    group.breaks("/retentionInDays", [json!(7)], &["PARAM-001 retentionInDays"]);
}

#[test]
fn retention() {
    let request = json!({ "logGroupName": "a", "retentionInDays": 7 });
    let policy = Table::of("logs:PutRetentionPolicy", request);
    let days = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
    ];
    policy.takes("/retentionInDays", each(days));
    let others = (-1..=3654).filter(|day| !days.contains(day));
    policy.breaks("/retentionInDays", each(others), &["LOG-003 retentionInDays"]);
    policy.lacks("/retentionInDays", &["LOG-003 retentionInDays"]);
    policy.breaks("/retentionInDays", [json!("7"), json!(7.5), Value::Null], &["PARAM-002 retentionInDays"]);
}

fn tags(count: usize) -> Value {
    (0..count)
        .map(|number| (format!("key{number}"), json!("value")))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn list(count: usize) -> Value {
    (0..count).map(|number| json!({ "Key": format!("key{number}"), "Value": "" })).collect()
}

#[test]
fn maps_of_tags() {
    let group = Table::of("logs:CreateLogGroup", json!({ "logGroupName": "a" }));
    group.takes("/tags", [tags(1), tags(50)]);
    group.breaks("/tags", [tags(51)], &["TAG-001 tags"]);
    group.takes("/tags", [json!({ "a".repeat(128): "a".repeat(256), "größe _.:/=+-@1": "日本" })]);
    group.breaks("/tags", [json!({ "a".repeat(129): "" })], &[&format!("TAG-002 tags.{}", "a".repeat(129))]);
    group.breaks("/tags", [json!({ "": "" })], &["TAG-002 tags.\"\""]);
    group.breaks("/tags", [json!({ "a": "a".repeat(257) }), json!({ "a": "#" })], &["TAG-002 tags.a"]);
    group.breaks("/tags", [json!({ "a#": "" })], &["TAG-002 tags.\"a#\""]);
    group.breaks("/tags", [json!({ "aws:a": "" })], &["TAG-003 tags.\"aws:a\""]);
    group.breaks("/tags", [json!({ "AWS:a": "" })], &["TAG-003 tags.\"AWS:a\""]);
    group.takes("/tags", [json!({ "awsa": "" })]);
    let link = json!({ "Name": "a", "SubnetIds": ["subnet-0a1b2c3d"] });
    let link = Table::of("apigatewayv2:CreateVpcLink", link);
    let value = |length: usize| [json!({ "a": "a".repeat(length) })];
    link.takes("/Tags", value(256));
    link.breaks("/Tags", value(257), &["warning TAG-002 Tags.a"]);
    link.breaks("/Tags", value(1600), &["warning TAG-002 Tags.a"]);
    link.breaks("/Tags", value(1601), &["TAG-002 Tags.a"]);
}

#[test]
fn lists_of_tags() {
    let trust =
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}}"#;
    let role = Table::of("iam:CreateRole", json!({ "RoleName": "a", "AssumeRolePolicyDocument": trust }));
    role.takes("/Tags", [list(50)]);
    role.breaks("/Tags", [list(51)], &["TAG-001 Tags"]);
    let twice = json!([{ "Key": "a", "Value": "" }, { "Key": "a", "Value": "b" }]);
    role.breaks("/Tags", [twice], &["TAG-004 Tags[1].Key"]);
    let by_case = json!([{ "Key": "a", "Value": "" }, { "Key": "A", "Value": "" }]);
    role.breaks("/Tags", [by_case.clone()], &["TAG-006 Tags[1].Key"]);
    role.breaks("/Tags", [json!([{ "Key": "a" }])], &["TAG-002 Tags[0].Value"]);
    role.breaks(
        "/Tags",
        [json!([{ "key": "a", "Value": "" }])],
        &["TAG-002 Tags[0].Key", "PARAM-001 Tags[0].key"],
    );
    role.breaks("/Tags", [json!([{ "Key": "aws:a", "Value": "" }])], &["TAG-003 Tags[0].Key"]);
    role.breaks("/Tags", [json!({ "a": "b" })], &["PARAM-002 Tags"]);
    let namespace = json!({ "Name": "a.internal", "Vpc": "vpc-0a1b2c3d" });
    let namespace = Table::of("servicediscovery:CreatePrivateDnsNamespace", namespace);
    namespace.takes("/Tags", [list(50), by_case]);
    namespace.breaks("/Tags", [list(51), list(200)], &["TAG-001 Tags"]);
    namespace.breaks("/Tags", [list(201)], &["TAG-005 Tags"]);
    let group = json!({ "GroupName": "a", "Description": "a" });
    let group = Table::of("ec2:CreateSecurityGroup", group);
    let tagged = |tag: Value| [json!([{ "ResourceType": "security-group", "Tags": [tag] }])];
    group.takes("/TagSpecifications", tagged(json!({ "Key": "a#é!", "Value": "*" })));
    let long = tagged(json!({ "Key": "a".repeat(129), "Value": "" }));
    group.breaks("/TagSpecifications", long, &["TAG-002 TagSpecifications[0].Tags[0].Key"]);
    let reserved = tagged(json!({ "Key": "aws:a", "Value": "a".repeat(257) }));
    let want = ["TAG-003 TagSpecifications[0].Tags[0].Key", "TAG-002 TagSpecifications[0].Tags[0].Value"];
    group.breaks("/TagSpecifications", reserved, &want);
    let other = [json!([{ "ResourceType": "instance", "Tags": [] }])];
    group.breaks("/TagSpecifications", other, &["PARAM-002 TagSpecifications[0].ResourceType"]);
}
