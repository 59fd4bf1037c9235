//! A valid request of each operation, and values that AWS refuses in it.

mod api;
mod elb;
mod scaling;

use serde_json::{Map, Value, json};

use crate::{
    service::AwsService,
    services::{cloudmap, ec2, ecs, iam, logs},
};

pub(super) struct Case {
    pub(super) service: &'static AwsService,
    pub(super) operation: &'static str,
    /// A request that breaks no rule, with the names of the wire.
    pub(super) fine: Value,
    /// The place, the value there, and AWS's error code.
    pub(super) refused: Vec<(&'static str, Value, &'static str)>,
}

/// Returns the value that stands for an absent member.
pub(super) fn absent() -> Value {
    json!("<absent>")
}

/// Returns the request with the value at the pointer. The parent must exist.
pub(super) fn changed(request: &Value, pointer: &str, value: &Value) -> Value {
    let mut request = request.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer to a member");
    let parent = request.pointer_mut(parent).expect("the parent is there");
    let key = key.replace("~1", "/");
    match parent {
        Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value.clone(),
        Value::Object(members) if *value == absent() => drop(members.remove(&key)),
        parent => parent[key.as_str()] = value.clone(),
    }
    request
}

pub(super) fn all() -> Vec<Case> {
    [
        ecs(),
        cloud_map(),
        logs(),
        iam(),
        vec![security_group()],
        rules(),
        api::apis(),
        api::parts(),
        api::domains(),
        elb::all(),
        scaling::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn long(length: usize) -> Value {
    json!("x".repeat(length))
}

fn tags(count: usize, [key, value]: [&str; 2]) -> Value {
    (0..count).map(|number| json!({ key: format!("key{number}"), value: "" })).collect()
}

/// Returns a request of `CreateService` that the gate lets pass.
fn service() -> Value {
    json!({
        "serviceName": "orders", "taskDefinition": "orders", "desiredCount": 1, "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-0a1b2c3d4e5f60001"], "securityGroups": ["sg-0a1b2c3d4e5f60000"],
        } },
        "deploymentConfiguration": { "minimumHealthyPercent": 100, "maximumPercent": 200 },
    })
}

fn ecs() -> Vec<Case> {
    let (client, invalid, serialization) =
        ("ClientException", "InvalidParameterException", "SerializationException");
    let task = json!({
        "family": "orders", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
        "cpu": "256", "memory": "512", "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "containerDefinitions": [{
            "name": "app", "image": "public.ecr.aws/docker/library/httpd:2.4",
            "portMappings": [{ "containerPort": 80, "protocol": "tcp" }],
            "logConfiguration": { "logDriver": "awslogs", "options": {
                "awslogs-group": "/ecs/orders", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "app",
            } },
        }],
        "tags": [{ "key": "owner", "value": "us" }],
    });
    vec![
        Case {
            service: &ecs::SERVICE,
            operation: "RegisterTaskDefinition",
            fine: task,
            refused: vec![
                ("/family", absent(), client),
                ("/family", Value::Null, client),
                ("/family", json!(1), serialization),
                ("/family", json!("my orders"), client),
                ("/memory", json!("4096"), client),
                ("/requiresCompatibilities", json!(["FARGATE", "LAMBDA"]), client),
                ("/containerDefinitions/0/image", json!("Httpd latest"), client),
                ("/containerDefinitions/0/portMappings/0/containerPort", json!(0), client),
                ("/containerDefinitions/0/privileged", json!(true), client),
                ("/executionRoleArn", absent(), client),
                ("/containerDefinitions/0/environment", json!([{ "value": "a" }]), client),
                ("/containerDefinitions/0/environment", json!([{ "name": " ", "value": "a" }]), client),
                ("/tags", tags(51, ["key", "value"]), invalid),
            ],
        },
        Case {
            service: &ecs::SERVICE,
            operation: "CreateService",
            fine: service(),
            refused: vec![
                ("/serviceName", absent(), invalid),
                ("/desiredCount", json!("1"), serialization),
                ("/launchType", json!("Fargate"), invalid),
                ("/taskDefinition", json!("orders:latest"), invalid),
                ("/taskDefinition", json!(""), invalid),
                ("/cluster", json!("$CLUSTER"), invalid),
                ("/platformVersion", json!("2.0"), "PlatformUnknownException"),
                ("/networkConfiguration", absent(), invalid),
                ("/networkConfiguration/awsvpcConfiguration/subnets/0", json!("subnet-1"), invalid),
                ("/deploymentConfiguration/maximumPercent", json!(100), invalid),
                ("/clientToken", long(37), invalid),
            ],
        },
    ]
}

fn cloud_map() -> Vec<Case> {
    let (invalid, serialization) = ("InvalidInput", "SerializationException");
    let namespace = json!({
        "Name": "shop.internal", "Vpc": "vpc-0a1b2c3d4e5f60718",
        "Properties": { "DnsProperties": { "SOA": { "TTL": 15 } } },
    });
    let service = json!({
        "Name": "orders", "NamespaceId": "ns-0123456789abcdef",
        "DnsConfig": { "DnsRecords": [{ "Type": "SRV", "TTL": 10 }] }, "HealthCheckCustomConfig": {},
    });

    vec![
        Case {
            service: &cloudmap::SERVICE,
            operation: "CreatePrivateDnsNamespace",
            fine: namespace,
            refused: vec![
                ("/Name", absent(), invalid),
                ("/Name", json!(["shop"]), serialization),
                ("/Name", json!("my shop"), invalid),
                ("/Vpc", json!("shop"), invalid),
                ("/Properties/DnsProperties/SOA/TTL", json!(-1), invalid),
                ("/CreatorRequestId", long(65), invalid),
                ("/Tags", tags(51, ["Key", "Value"]), "TooManyTagsException"),
                ("/Tags", tags(201, ["Key", "Value"]), "TooManyTagsException"),
            ],
        },
        Case {
            service: &cloudmap::SERVICE,
            operation: "CreateService",
            fine: service,
            refused: vec![
                ("/NamespaceId", absent(), invalid),
                ("/DnsConfig/DnsRecords", json!({}), serialization),
                ("/Name", json!("-orders"), invalid),
                ("/DnsConfig/DnsRecords/0/Type", json!("MX"), invalid),
                ("/HealthCheckConfig", json!({ "Type": "HTTP" }), invalid),
                ("/HealthCheckCustomConfig/FailureThreshold", json!(11), invalid),
            ],
        },
    ]
}

fn logs() -> Vec<Case> {
    let (invalid, serialization) = ("InvalidParameterException", "SerializationException");
    let many: Map<String, Value> = (0..51).map(|number| (format!("key{number}"), json!(""))).collect();

    vec![
        Case {
            service: &logs::SERVICE,
            operation: "CreateLogGroup",
            fine: json!({ "logGroupName": "/ecs/orders", "tags": { "owner": "us" } }),
            refused: vec![
                ("/logGroupName", absent(), invalid),
                ("/logGroupName", json!(7), serialization),
                ("/logGroupName", json!("my orders"), invalid),
                ("/logGroupClass", json!("CHEAP"), invalid),
                ("/kmsKeyId", json!("key"), invalid),
                ("/tags", Value::Object(many), "TooManyTagsException"),
            ],
        },
        Case {
            service: &logs::SERVICE,
            operation: "PutRetentionPolicy",
            fine: json!({ "logGroupName": "/ecs/orders", "retentionInDays": 7 }),
            refused: vec![
                ("/retentionInDays", absent(), invalid),
                ("/retentionInDays", json!("7"), serialization),
                ("/retentionInDays", json!(6), invalid),
            ],
        },
    ]
}

fn document(principal: &Value, action: &str, resource: &Value) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Action": action });
    for (member, value) in [("Principal", principal), ("Resource", resource)] {
        if !value.is_null() {
            statement[member] = value.clone();
        }
    }
    json!(json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())
}

fn iam() -> Vec<Case> {
    let (validation, malformed) = ("ValidationError", "MalformedPolicyDocument");
    let trust = |principal: Value| document(&principal, "sts:AssumeRole", &Value::Null);
    let policy = |resource: &str| document(&Value::Null, "s3:GetObject", &json!(resource));
    let accounts: Vec<String> = (0..400).map(|number| format!("{number:012}")).collect();
    let role = "arn:aws:iam::123456789012:role/orders";

    vec![
        Case {
            service: &iam::SERVICE,
            operation: "CreateRole",
            fine: json!({
                "RoleName": "orders", "MaxSessionDuration": "3600", "Tags": [{ "Key": "owner", "Value": "us" }],
                "AssumeRolePolicyDocument": trust(json!({ "Service": "ecs-tasks.amazonaws.com" })),
            }),
            refused: vec![
                ("/RoleName", absent(), validation),
                ("/RoleName", json!("my orders"), validation),
                ("/MaxSessionDuration", json!("60"), validation),
                ("/MaxSessionDuration", json!("an hour"), "MalformedInput"),
                ("/Path", json!("orders"), validation),
                ("/PermissionsBoundary", json!("short"), validation),
                ("/PermissionsBoundary", json!(role), "InvalidInput"),
                ("/AssumeRolePolicyDocument", absent(), validation),
                ("/AssumeRolePolicyDocument", json!("{"), malformed),
                ("/AssumeRolePolicyDocument", trust(json!("*")), malformed),
                ("/AssumeRolePolicyDocument", trust(json!({ "AWS": accounts })), "LimitExceeded"),
                ("/Tags", tags(51, ["Key", "Value"]), "LimitExceeded"),
                ("/Tags/0/Key", json!("aws:a"), "InvalidInput"),
                ("/Tags/0/Value", long(257), validation),
            ],
        },
        Case {
            service: &iam::SERVICE,
            operation: "PutRolePolicy",
            fine: json!({
                "RoleName": "orders", "PolicyName": "files", "PolicyDocument": policy("arn:aws:s3:::bucket/*"),
            }),
            refused: vec![
                ("/PolicyName", json!("my files"), validation),
                ("/PolicyDocument", absent(), validation),
                ("/PolicyDocument", json!("[]"), malformed),
                ("/PolicyDocument", policy("bucket"), malformed),
                ("/PolicyDocument", policy("arn:aws:s3:::日本"), validation),
                ("/PolicyDocument", policy(&format!("arn:aws:s3:::{}", "x".repeat(10_240))), "LimitExceeded"),
            ],
        },
        Case {
            service: &iam::SERVICE,
            operation: "AttachRolePolicy",
            fine: json!({ "RoleName": "orders", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
            refused: vec![
                ("/PolicyArn", absent(), validation),
                ("/PolicyArn", json!("ReadOnlyAccess"), validation),
                ("/PolicyArn", json!(role), "InvalidInput"),
            ],
        },
    ]
}

fn security_group() -> Case {
    let (missing, invalid) = ("MissingParameter", "InvalidParameterValue");
    let group = json!({
        "GroupName": "web", "GroupDescription": "of the web", "VpcId": "vpc-0a1b2c3d4e5f60718",
        "TagSpecification": [{ "ResourceType": "security-group", "Tag": [{ "Key": "owner", "Value": "us" }] }],
    });

    Case {
        service: &ec2::SERVICE,
        operation: "CreateSecurityGroup",
        fine: group,
        refused: vec![
            ("/GroupName", absent(), missing),
            ("/GroupName", json!(""), missing),
            ("/GroupName", json!("sg-web"), invalid),
            ("/GroupDescription", absent(), missing),
            ("/GroupDescription", json!("it's"), invalid),
            ("/VpcId", json!("vpc-1"), "InvalidVpcID.Malformed"),
            ("/TagSpecification/0/Tag/0/Key", json!("aws:a"), invalid),
            ("/TagSpecification/0/Tag", tags(51, ["Key", "Value"]), "TagLimitExceeded"),
            ("/Colour", json!("red"), "UnknownParameter"),
        ],
    }
}

fn rules() -> Vec<Case> {
    let (missing, invalid) = ("MissingParameter", "InvalidParameterValue");
    let permission = json!({
        "IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }],
    });
    let rules = json!({ "GroupId": "sg-0a1b2c3d4e5f60000", "IpPermissions": [permission] });
    let of_rules = vec![
        ("/GroupId", absent(), missing),
        ("/GroupId", json!("sg-1"), "InvalidGroupId.Malformed"),
        ("/IpPermissions", json!([]), missing),
        ("/IpPermissions/0/IpProtocol", absent(), missing),
        ("/IpPermissions/0/IpProtocol", json!("smtp"), invalid),
        ("/IpPermissions/0/FromPort", absent(), invalid),
        ("/IpPermissions/0/FromPort", json!("http"), invalid),
        ("/IpPermissions/0/FromPort", json!("81"), invalid),
        ("/IpPermissions/0/IpRanges", json!([]), missing),
        ("/IpPermissions/0/IpRanges/0/CidrIp", json!("10.0.0.0"), invalid),
        ("/IpPermissions/0/IpRanges/0/Description", json!("it's"), invalid),
        ("/Colour", json!("red"), "UnknownParameter"),
    ];
    let flat = json!({
        "GroupId": "sg-0a1b2c3d4e5f60000", "IpProtocol": "tcp", "FromPort": "80", "ToPort": "80",
        "CidrIp": "10.0.0.0/8",
    });

    vec![
        Case {
            service: &ec2::SERVICE,
            operation: "AuthorizeSecurityGroupIngress",
            fine: flat,
            refused: vec![
                ("/GroupId", absent(), missing),
                ("/IpProtocol", absent(), missing),
                ("/ToPort", json!("79"), invalid),
                ("/CidrIp", absent(), missing),
                ("/CidrIp", json!("10.0.0.0/33"), invalid),
                ("/SourceSecurityGroupName", json!("web"), "InvalidParameterCombination"),
            ],
        },
        Case {
            service: &ec2::SERVICE,
            operation: "AuthorizeSecurityGroupEgress",
            fine: rules,
            refused: of_rules,
        },
    ]
}
