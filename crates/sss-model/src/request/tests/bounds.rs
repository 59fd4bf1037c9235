//! Bounds, choices and required members that share their words, beside other problems of the same value.

use serde_json::{Value, json};

use super::{Operation, Referred, check, ecs_service, task};

/// Checks that a request has a problem of a case, at a path: `rule/case path`.
fn raises(operation: &str, request: &Value, want: &str) {
    let operation: Operation = operation.parse().expect("an operation");
    let problems = check(operation, request, &Referred::default());
    let found: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}/{} {}", problem.rule, problem.case, problem.path))
        .collect();
    assert!(found.iter().any(|found| found == want), "{want}: {found:#?}");
}

#[test]
fn task_without_required_members_is_refused() {
    let with = |pointer: &str, value: Value| {
        let mut task = task::fine();
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        task.pointer_mut(parent).expect("the parent")[member] = value;
        task
    };
    let container = "/containerDefinitions/0";
    let at = "containerDefinitions[0]";
    for (pointer, value, want) in [
        (
            "/proxyConfiguration".to_owned(),
            json!({}),
            "ECS-TD-107/required proxyConfiguration.containerName".to_owned(),
        ),
        (
            "/proxyConfiguration".to_owned(),
            json!({ "type": "a" }),
            "ECS-TD-107/unknown-choice proxyConfiguration.type".to_owned(),
        ),
        (
            format!("{container}/firelensConfiguration"),
            json!({}),
            format!("ECS-TD-056/required {at}.firelensConfiguration.type"),
        ),
        (
            format!("{container}/firelensConfiguration"),
            json!({ "type": "a" }),
            format!("ECS-TD-056/unknown-choice {at}.firelensConfiguration.type"),
        ),
        (
            format!("{container}/dependsOn"),
            json!([{}]),
            format!("ECS-TD-080/required {at}.dependsOn[0].condition"),
        ),
        (
            format!("{container}/environmentFiles"),
            json!([{}]),
            format!("ECS-TD-090/required {at}.environmentFiles[0].value"),
        ),
    ] {
        raises("ecs:RegisterTaskDefinition", &with(&pointer, value), &want);
    }
}

#[test]
fn service_with_values_out_of_bounds_is_refused() {
    let mut service = ecs_service::fine();
    service["deploymentController"] = json!({ "type": "ecs" });
    raises("ecs:CreateService", &service, "ECS-SVC-033/unknown-choice deploymentController.type");
    let mut service = ecs_service::fine();
    service["serviceConnectConfiguration"] =
        json!({ "enabled": true, "services": [{ "portName": "http", "discoveryName": "" }] });
    let at = "serviceConnectConfiguration.services[0].discoveryName";
    raises("ecs:CreateService", &service, &format!("ECS-SVC-070/too-short {at}"));
    let service = json!({ "Name": "a", "NamespaceId": "" });
    raises("servicediscovery:CreateService", &service, "CM-SVC-000/too-short NamespaceId");
}

#[test]
fn policy_arn_out_of_bounds_is_refused() {
    let attachment = |arn: &str| json!({ "RoleName": "a", "PolicyArn": arn });
    raises("iam:AttachRolePolicy", &attachment("a"), "IAM-ROLE-006/too-short PolicyArn");
    raises("iam:AttachRolePolicy", &attachment(&"a".repeat(2049)), "IAM-ROLE-006/too-long PolicyArn");
    let role = json!({ "RoleName": "a", "AssumeRolePolicyDocument": "{}", "PermissionsBoundary": "a" });
    raises("iam:CreateRole", &role, "IAM-ROLE-005/too-short PermissionsBoundary");
}
