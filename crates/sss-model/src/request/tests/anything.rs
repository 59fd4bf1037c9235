//! Requests whose values are anything.

use serde_json::{Value, json};

use crate::request::{Operation, Referred, check};

/// A policy that says who and what at once, which none does.
fn policy() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "a", "Effect": "Allow", "Action": ["s3:*"],
        "Principal": { "AWS": ["*"], "Service": "a" }, "Resource": "*",
        "Condition": { "DateEquals": { "a": ["2026-01-01T00:00Z"] }, "IpAddress": { "b": "10.0.0.0/8" } } }] })
}

/// Requests with the members of several operations of a service.
fn requests() -> Vec<(&'static str, Value)> {
    let policy = policy().to_string();
    vec![
        (
            "servicediscovery:",
            json!({ "Name": "a", "Vpc": "vpc-0a1b2c3d", "Tags": [{ "Key": "a", "Value": "b" }],
            "DnsConfig": { "DnsRecords": [{ "Type": "SRV", "TTL": 60 }], "RoutingPolicy": "WEIGHTED" },
            "HealthCheckConfig": { "Type": "HTTP" }, "HealthCheckCustomConfig": { "FailureThreshold": 1 } }),
        ),
        (
            "apigatewayv2:",
            json!({ "Name": "a", "ProtocolType": "HTTP", "RouteKey": "GET /a", "StageName": "$default",
            "CorsConfiguration": { "AllowOrigins": ["https://a"], "AllowMethods": ["GET"], "MaxAge": 1 },
            "AccessLogSettings": { "DestinationArn": "arn:aws:logs:a:123456789012:log-group:a", "Format": "$context." },
            "RouteSettings": { "$default": { "ThrottlingRateLimit": 1.5 } }, "StageVariables": { "a": "b" },
            "AuthorizerType": "JWT", "IdentitySource": ["$request.header.a"], "SubnetIds": ["subnet-0a1b2c3d"],
            "JwtConfiguration": { "Issuer": "https://a", "Audience": ["a"] }, "IntegrationType": "HTTP_PROXY",
            "ConnectionType": "VPC_LINK", "IntegrationUri": "arn:aws:servicediscovery:a:b:service/c",
            "RequestParameters": { "append:header.a": "b" }, "ResponseParameters": { "200": { "remove:header.a": "" } },
            "Tags": { "a": "b" } }),
        ),
        (
            "iam:",
            json!({ "RoleName": "a", "PolicyName": "a", "PolicyDocument": policy,
            "AssumeRolePolicyDocument": policy, "Path": "/a/", "Description": "a" }),
        ),
        (
            "ec2:",
            json!({ "GroupName": "a", "GroupId": "sg-0a1b2c3d", "Description": "a", "IpPermissions": [{ "IpProtocol": "tcp",
            "FromPort": 1, "ToPort": 2, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }],
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }], "UserIdGroupPairs": [{ "GroupId": "sg-0a1b2c3d" }] }] }),
        ),
        (
            "application-autoscaling:",
            json!({ "ServiceNamespace": "ecs", "ResourceId": "service/a/b", "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": 1, "MaxCapacity": 2, "PolicyName": "a", "PolicyType": "StepScaling",
            "ScheduledActionName": "a", "Schedule": "cron(0 7 ? * MON#1 *)", "Timezone": "UTC", "StartTime": 1,
            "EndTime": "2026-01-01", "ScalableTargetAction": { "MinCapacity": 1 }, "Tags": { "a": "b" },
            "StepScalingPolicyConfiguration": { "AdjustmentType": "ExactCapacity", "StepAdjustments": [
                { "MetricIntervalLowerBound": 0.5, "ScalingAdjustment": 1 }], "Cooldown": 1 },
            "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 60.5, "ScaleInCooldown": 1,
                "PredefinedMetricSpecification": { "PredefinedMetricType": "ALBRequestCountPerTarget",
                    "ResourceLabel": "app/a/b/targetgroup/c/d" } } }),
        ),
        (
            "logs:",
            json!({ "logGroupName": "a", "retentionInDays": 7, "tags": { "a": "b" }, "kmsKeyId": "arn:aws:kms:::a" }),
        ),
    ]
}

fn values() -> Vec<Value> {
    let texts = [
        "", "é", "日本", "\u{0}", ":", "::::::", "/", "//", "{", "${", "arn:", "T", "1T", "-1T+é", "a/é", "*",
    ];
    let numbers = [json!(0), json!(-1), json!(i64::MIN), json!(u64::MAX), json!(1e300), json!(0.5)];
    let others =
        [Value::Null, json!(true), json!([]), json!({}), json!([[]]), json!([null]), json!({ "": null })];
    texts.into_iter().map(Value::from).chain(numbers).chain(others).collect()
}

/// Every request that another one becomes when one of its values is another.
fn variants(value: &Value, others: &[Value]) -> Vec<Value> {
    let mut all = others.to_vec();
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                for variant in variants(member, others) {
                    let mut members = members.clone();
                    members.insert(key.clone(), variant);
                    all.push(members.into());
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                for variant in variants(element, others) {
                    let mut elements = elements.clone();
                    elements[index] = variant;
                    all.push(elements.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// No value is more than a problem: nothing panics.
#[test]
fn every_value_is_judged() {
    let others = values();
    for (service, request) in requests() {
        let operations = Operation::ALL.iter().filter(|operation| operation.as_str().starts_with(service));
        let operations: Vec<&Operation> = operations.collect();
        let variants = variants(&request, &others);
        assert!(variants.len() > 100 && !operations.is_empty());
        for variant in variants {
            for operation in &operations {
                let problems = check(**operation, &variant, &Referred::default());
                assert!(!problems.is_empty(), "{operation} takes {variant}, which mixes several requests");
            }
        }
    }
    for variant in variants(&policy(), &others) {
        let text = variant.to_string();
        let role = json!({ "RoleName": "a", "AssumeRolePolicyDocument": text });
        let inline = json!({ "RoleName": "a", "PolicyName": "a", "PolicyDocument": text });
        let both = [(Operation::IamCreateRole, role), (Operation::IamPutRolePolicy, inline)];
        for (operation, request) in both {
            let problems = check(operation, &request, &Referred::default());
            assert!(!problems.is_empty(), "{operation} takes {text}, which is neither trust nor permission");
        }
    }
}
