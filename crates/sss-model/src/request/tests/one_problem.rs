//! One wrong value is one problem: what the shape refuses does not go on into the rules on values.

use serde_json::{Value, json};

use super::table::Table;
use super::{ecs_service, task};
use crate::request::{Operation, Referred, check, check_text};
use crate::rules::{UNKNOWN_CHOICE, WRONG_TYPE};
use crate::{Path, Severity};

/// Returns the paths of all values of a request.
fn places(value: &Value, at: &Path, all: &mut Vec<Path>) {
    if !at.is_root() {
        all.push(at.clone());
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        places(value, &at.index(index), all);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        places(value, &at.key(key), all);
    }
}

/// Checks that each value of the request, replaced by ones that the shape refuses, is one error. Returns how many it refused.
fn check_all(operation: Operation, request: &Value, beside: &Referred) -> usize {
    let mut all = Vec::new();
    places(request, &Path::root(), &mut all);
    let (mut refused, mut several) = (0, Vec::new());
    for at in all {
        for wrong in [json!("wrong"), json!(""), json!(true), json!(1.5), json!([]), json!({})] {
            let mut changed = request.clone();
            *at.value_in_mut(&mut changed).unwrap() = wrong;
            let problems = check(operation, &changed, beside);
            let by_shape = |name: &str| [UNKNOWN_CHOICE.name, WRONG_TYPE.name].contains(&name);
            if !problems.iter().any(|problem| problem.path == at && by_shape(problem.case)) {
                continue;
            }

            refused += 1;
            let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
            let errors: Vec<String> =
                errors.map(|problem| format!("{}: {}", problem.path, problem.message)).collect();
            if errors.len() > 1 {
                several.push(errors);
            }
        }
    }
    assert!(several.is_empty(), "{several:#?}");
    refused
}

fn check_each(operation: Operation, request: &Value, referred: &Value) {
    let beside = Referred::from_value(referred.clone()).unwrap();
    assert!(check_all(operation, request, &beside) > 30);
}

pub(super) fn check_few(operation: Operation, request: &Value) {
    let beside = Referred::default();
    let problems = check(operation, request, &beside);
    assert!(!problems.iter().any(|problem| problem.severity == Severity::Error), "{problems:#?}");
    assert!(check_all(operation, request, &beside) > 5, "{operation}");
}

#[test]
fn name_in_other_letters_is_one_problem() {
    let request =
        r#"{"Family": "app", "containerDefinitions": [{"Name": "app", "image": "a:1", "memory": 128}]}"#;
    let problems = check_text(Operation::EcsRegisterTaskDefinition, request, &Referred::default());
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let mut told: Vec<_> = errors.map(|problem| format!("{} {}", problem.rule, problem.path)).collect();
    told.sort();
    assert_eq!(told, ["PARAM-001 Family", "PARAM-001 containerDefinitions[0].Name"], "{problems:#?}");
}

#[test]
fn refused_value_of_a_task_is_one_problem() {
    check_each(Operation::EcsRegisterTaskDefinition, &rich_task(), &json!({}));
}

#[test]
fn refused_value_of_a_service_is_one_problem() {
    let mut service = ecs_service::fine();
    service["platformVersion"] = json!("LATEST");
    service["schedulingStrategy"] = json!("REPLICA");
    service["deploymentController"] = json!({ "type": "ECS" });
    service["availabilityZoneRebalancing"] = json!("ENABLED");
    service["deploymentConfiguration"] = json!({
        "maximumPercent": 200, "minimumHealthyPercent": 100,
        "deploymentCircuitBreaker": { "enable": true, "rollback": true },
    });
    let referred = json!({ "ecs:RegisterTaskDefinition": rich_task() });
    check_each(Operation::EcsCreateService, &service, &referred);
    service.as_object_mut().unwrap().remove("launchType");
    service["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE", "weight": 1 }]);
    check_each(Operation::EcsCreateService, &service, &referred);
}

#[test]
fn refused_value_of_a_network_is_one_problem() {
    check_few(
        Operation::Ec2AuthorizeSecurityGroupIngress,
        &json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [{
            "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }],
        }] }),
    );
    check_few(
        Operation::CloudMapCreateService,
        &json!({ "Name": "orders", "NamespaceId": "ns-abcdefghijklmnop", "HealthCheckCustomConfig": {},
            "DnsConfig": { "RoutingPolicy": "WEIGHTED", "DnsRecords": [{ "Type": "CNAME", "TTL": 60 }] } }),
    );
    let trust =
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}}"#;
    check_few(
        Operation::IamCreateRole,
        &json!({ "RoleName": "orders", "MaxSessionDuration": 3600, "AssumeRolePolicyDocument": trust,
            "Tags": [{ "Key": "a", "Value": "b" }] }),
    );
}

#[test]
fn refused_value_of_an_api_is_one_problem() {
    check_few(
        Operation::ApiGatewayCreateApi,
        &json!({ "Name": "shop", "ProtocolType": "HTTP", "CorsConfiguration": {
            "AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 60, "AllowCredentials": true,
        } }),
    );
    check_few(
        Operation::ApiGatewayCreateStage,
        &json!({ "ApiId": "shop", "StageName": "$default", "AutoDeploy": true,
            "DefaultRouteSettings": { "ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 5.0 } }),
    );
    let cloud_map = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0123456789abcdef";
    check_few(
        Operation::ApiGatewayCreateIntegration,
        &json!({ "ApiId": "shop", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
            "PayloadFormatVersion": "1.0", "ConnectionType": "VPC_LINK", "ConnectionId": "abc123",
            "IntegrationUri": cloud_map, "TlsConfig": { "ServerNameToVerify": "example.com" } }),
    );
    check_few(
        Operation::ApiGatewayCreateRoute,
        &json!({ "ApiId": "shop", "RouteKey": "GET /orders", "Target": "integrations/abc123",
            "AuthorizationType": "JWT", "AuthorizerId": "abc123", "AuthorizationScopes": ["read"] }),
    );
    check_few(
        Operation::ApiGatewayCreateAuthorizer,
        &json!({ "ApiId": "shop", "Name": "jwt", "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": { "Issuer": "https://example.com/pool", "Audience": ["web"] } }),
    );
    check_few(Operation::ApiGatewayCreateDomainName, &super::domain::domain_name());
    check_few(Operation::ApiGatewayCreateApiMapping, &super::domain::api_mapping());
}

#[test]
fn refused_value_beside_a_request_is_no_problem() {
    let mut task = task::fine();
    task["networkMode"] = json!("AWSVPC");
    task["requiresCompatibilities"] = json!(["Fargate"]);
    let referred = json!({ "ecs:RegisterTaskDefinition": task });
    let service = Table::of("ecs:CreateService", ecs_service::fine());
    service.beside(referred).is(&[]);
}

#[test]
fn refused_launch_type_is_one_problem() {
    let mut service = ecs_service::fine();
    service["platformVersion"] = json!("LATEST");
    let mut strategy = service.clone();
    strategy.as_object_mut().unwrap().remove("launchType");
    strategy["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE", "weight": 1 }]);
    let words = [json!(""), json!("fargate"), json!(7)];
    for word in words {
        let rule = if word.is_string() { "ECS-SVC-003 launchType" } else { "PARAM-002 launchType" };
        Table::of("ecs:CreateService", service.clone()).breaks("/launchType", [word.clone()], &[rule]);
        Table::of("ecs:CreateService", strategy.clone()).breaks("/launchType", [word], &[rule]);
    }
}

/// A task definition in which most members are set.
fn rich_task() -> Value {
    let mut task = task::fine();
    task["ephemeralStorage"] = json!({ "sizeInGiB": 30 });
    task["runtimePlatform"] = json!({ "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" });
    task["pidMode"] = json!("task");
    task["volumes"] = json!([{ "name": "data", "efsVolumeConfiguration": {
        "fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED", "transitEncryptionPort": 2049,
        "authorizationConfig": { "accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED" },
    } }]);
    let app = &mut task["containerDefinitions"][0];
    app["mountPoints"] = json!([{ "sourceVolume": "data", "containerPath": "/data", "readOnly": true }]);
    app["secrets"] = json!([{ "name": "KEY", "valueFrom": "/orders/key" }]);
    app["environment"] = json!([{ "name": "LEVEL", "value": "debug" }]);
    app["ulimits"] = json!([{ "name": "nofile", "softLimit": 1024, "hardLimit": 2048 }]);
    app["portMappings"][0]["appProtocol"] = json!("http");
    app["healthCheck"] = json!({ "command": ["CMD", "true"], "interval": 10, "retries": 3 });
    app["dependsOn"] = json!([{ "containerName": "init", "condition": "SUCCESS" }]);
    let init = json!({ "name": "init", "image": "busybox:1.36", "essential": false });
    task["containerDefinitions"].as_array_mut().unwrap().push(init);
    task
}
