//! References of a service to other objects.

use serde_json::json;

use super::ecs_service;
use super::table::{Table, each};

fn service() -> Table {
    Table::of("ecs:CreateService", ecs_service::fine())
}

#[test]
fn task_definition_is_a_family_or_an_arn() {
    let service = service();
    let arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/orders";
    service.takes("/taskDefinition", each(["orders", "orders:3", "Or_ders-1:2147483647", arn]));
    service.takes("/taskDefinition", [json!(format!("{arn}:12"))]);
    for revision in ["latest", "", "0", "-1", "3a", "3:4", "99999999999", "3\n", " 3", "${REVISION}", "*"] {
        for family in ["orders", arn] {
            let rule =
                if revision.contains(['\n', ' ']) && family == arn { "other-arn" } else { "not-a-revision" };
            let given = json!(format!("{family}:{revision}"));
            service.names("/taskDefinition", given, &format!("ECS-SVC-007/{rule}"));
        }
    }
    for text in ["", " ", "\n"] {
        service.names("/taskDefinition", json!(text), "ECS-SVC-007/required");
    }
    for text in
        ["{\"family\": \"orders\"}", "orders\n", "or ders", "$TASK", "a/b", "[]", "ordérs", "orders.json"]
    {
        service.names("/taskDefinition", json!(text), "ECS-SVC-007/not-a-reference");
    }
    for text in [
        "arn:aws:ecs:eu-central-1:123456789012:service/shop/orders",
        "arn:aws:ecs:eu-central-1:123456789012:task-definition",
        "arn:aws:ecr:eu-central-1:123456789012:repository/orders",
        "arn:aws:ecs::123456789012:task-definition/orders:3",
        "arn:aws:ecs:eu-central-1:1234:task-definition/orders:3",
        "arn:",
    ] {
        service.names("/taskDefinition", json!(text), "ECS-SVC-007/other-arn");
    }
}

#[test]
fn cluster_is_a_name_or_an_arn() {
    let service = service();
    let arn = "arn:aws:ecs:eu-central-1:123456789012:cluster/shop";
    service.takes("/cluster", each(["shop", "Shop_1-a", arn]));
    service.takes("/cluster", super::table::long([255]));
    for text in ["", " ", "\n"] {
        service.names("/cluster", json!(text), "ECS-SVC-008/required");
    }
    let long = "a".repeat(256);
    for text in ["$CLUSTER", "${cluster}", "shop\n", "my shop", "shop/orders", "shop.a", "{}", long.as_str()]
    {
        service.names("/cluster", json!(text), "ECS-SVC-008/invalid-name");
    }
    for text in [
        "arn:aws:ecs:eu-central-1:123456789012:service/shop/orders",
        "arn:aws:eks:eu-central-1:123456789012:cluster/shop",
        "arn:aws:ecs:eu-central-1:123456789012:cluster/shop/orders",
        "arn:aws:ecs:eu-central-1:123456789012:cluster/",
    ] {
        service.names("/cluster", json!(text), "ECS-SVC-008/other-arn");
    }
}

#[test]
fn capacity_provider_is_a_name_or_an_arn() {
    let mut request = ecs_service::fine();
    request.as_object_mut().unwrap().remove("launchType");
    request["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE", "weight": 1 }]);
    let service = Table::of("ecs:CreateService", request);
    let at = "/capacityProviderStrategy/0/capacityProvider";
    let arn = "arn:aws:ecs:eu-central-1:123456789012:capacity-provider/shop";
    service.takes(at, each(["FARGATE", "FARGATE_SPOT", "shop", "Shop_1-a", arn]));
    for text in ["", " "] {
        service.names(at, json!(text), "ECS-SVC-004/required");
    }
    for text in ["$PROVIDER", "FARGATE\n", "my provider", "a/b"] {
        service.names(at, json!(text), "ECS-SVC-009/invalid-name");
    }
    for text in ["fargate", "Fargate", "FARGATE-SPOT", "fargate_spot", "aws-shop", "ecs-shop"] {
        service.names(at, json!(text), "ECS-SVC-009/reserved");
    }
    for text in [
        "arn:aws:ecs:eu-central-1:123456789012:cluster/shop",
        "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:a:autoScalingGroupName/shop",
    ] {
        service.names(at, json!(text), "ECS-SVC-009/other-arn");
    }
}

#[test]
fn arn_is_of_the_kind_of_its_parameter() {
    let role = "arn:aws:iam::123456789012:role/orders";
    let function = "arn:aws:lambda:eu-central-1:123456789012:function:hook";
    let group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/0a1b2c3d4e5f6071";
    let listener = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/a/1/2/3";
    let mut request = ecs_service::fine();
    request["deploymentConfiguration"] =
        json!({ "lifecycleHooks": [{ "hookTargetArn": function, "roleArn": role }] });
    request["loadBalancers"] = json!([{
        "targetGroupArn": group, "containerName": "app", "containerPort": 80,
        "advancedConfiguration": { "alternateTargetGroupArn": group, "productionListenerRule": listener,
            "testListenerRule": listener, "roleArn": role },
    }]);
    request["volumeConfigurations"] =
        json!([{ "name": "data", "managedEBSVolume": { "roleArn": role, "sizeInGiB": 10 } }]);
    request["vpcLatticeConfigurations"] = json!([{ "roleArn": role, "portName": "http",
        "targetGroupArn": "arn:aws:vpc-lattice:eu-central-1:123456789012:targetgroup/tg-0a1b2c3d4e5f60718" }]);
    request["serviceConnectConfiguration"] = json!({
        "enabled": true,
        "namespace": "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-0a1b2c3d4e5f6071",
        "services": [{ "portName": "http", "tls": { "roleArn": role, "issuerCertificateAuthority": {
            "awsPcaAuthorityArn": "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/0a1b2c3d" } } }],
    });
    let service = Table::of("ecs:CreateService", request.clone());
    service.takes("/serviceConnectConfiguration/namespace", each(["shop.internal", "shop"]));
    for at in [
        "/deploymentConfiguration/lifecycleHooks/0/hookTargetArn",
        "/deploymentConfiguration/lifecycleHooks/0/roleArn",
        "/loadBalancers/0/advancedConfiguration/alternateTargetGroupArn",
        "/loadBalancers/0/advancedConfiguration/productionListenerRule",
        "/loadBalancers/0/advancedConfiguration/testListenerRule",
        "/loadBalancers/0/advancedConfiguration/roleArn",
        "/volumeConfigurations/0/managedEBSVolume/roleArn",
        "/vpcLatticeConfigurations/0/roleArn",
        "/vpcLatticeConfigurations/0/targetGroupArn",
        "/serviceConnectConfiguration/namespace",
        "/serviceConnectConfiguration/services/0/tls/roleArn",
        "/serviceConnectConfiguration/services/0/tls/issuerCertificateAuthority/awsPcaAuthorityArn",
    ] {
        service.names(at, json!("arn:aws:s3:::shop/orders"), "ECS-SVC-091/other-object");
    }
}
