//! Objects of every kind, removed by hand: an apply creates them again, and the account is as before.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::Action;
use sss_tests::torture::state::{difference, state, without_history};

use super::{api::api, applied, around::group_id, domains, listed, loaded, scaling, stack};
use crate::account::Account;

/// A kind, the name of the object, and its removal with everything that blocks it.
pub(super) type Removal = (&'static str, &'static str, fn(&Account));

pub(super) const REMOVALS: [Removal; 20] = [
    ("apigatewayv2/api", "all-api-gateway", |a| {
        domains::unmap(a);
        of_api(a, "DeleteApi", &json!({}));
    }),
    ("apigatewayv2/api-mapping", "api.example.com/shop", domains::unmap),
    ("apigatewayv2/authorizer", "all-jwt-authorizer", |a| {
        remove_parts(a, "Route");
        remove_parts(a, "Authorizer");
    }),
    ("apigatewayv2/domain-name", "api.example.com", domains::remove),
    ("apigatewayv2/integration", "all-web", |a| {
        remove_parts(a, "Route");
        remove_parts(a, "Integration");
    }),
    ("apigatewayv2/route", "GET /health", |a| remove_parts(a, "Route")),
    ("apigatewayv2/stage", "$default", |a| of_api(a, "DeleteStage", &json!({"stageName": "$default"}))),
    ("apigatewayv2/vpc-link", "all-vpc-link", |a| {
        remove_parts(a, "Route");
        remove_parts(a, "Integration");
        let links = ("apigateway", "GetVpcLinks", &json!({}));
        let id = listed(a, links, "items", ("name", "all-vpc-link"))["vpcLinkId"].take();
        a.by_hand("apigateway", "DeleteVpcLink", &json!({"vpcLinkId": id}));
    }),
    ("application-autoscaling/scalable-target", "all-worker", |a| {
        scaling::call(a, "DeregisterScalableTarget", &json!({}));
    }),
    ("application-autoscaling/scaling-policy", "all-worker/cpu", |a| {
        scaling::call(a, "DeleteScalingPolicy", &json!({"PolicyName": "cpu"}));
    }),
    ("application-autoscaling/scheduled-action", "all-worker/morning", |a| {
        scaling::call(a, "DeleteScheduledAction", &json!({"ScheduledActionName": "morning"}));
    }),
    ("ec2/security-group", "all-ecs-sg", |a| {
        remove_services(a);
        a.by_hand("ec2", "DeleteSecurityGroup", &json!({"GroupId": group_id(a)}));
    }),
    ("ecs/cluster", "all-ecs-cluster", |a| {
        remove_services(a);
        a.by_hand("ecs", "DeleteCluster", &json!({"cluster": "all-ecs-cluster"}));
    }),
    ("ecs/service", "all-worker", remove_services),
    ("ecs/task-definition", "all-worker", |a| {
        remove_services(a);
        a.by_hand("ecs", "DeregisterTaskDefinition", &json!({"taskDefinition": "all-worker:1"}));
    }),
    ("iam/role", "all-worker-role", |a| {
        let policy = json!({"RoleName": "all-worker-role", "PolicyName": "all-worker-exec-policy"});
        a.by_hand("iam", "DeleteRolePolicy", &policy);
        a.by_hand("iam", "DeleteRole", &json!({"RoleName": "all-worker-role"}));
    }),
    ("logs/log-group", "/aws/api-gateway/all", |a| {
        a.by_hand("logs", "DeleteLogGroup", &json!({"logGroupName": "/aws/api-gateway/all"}));
    }),
    ("route53/record-set", "Z0A1B2C3D4E5F60718293/api.example.com A", domains::remove_record),
    ("servicediscovery/namespace", "all-application-service.internal", |a| {
        remove_registry(a);
        let namespaces = ("servicediscovery", "ListNamespaces", &json!({}));
        let named = ("Name", "all-application-service.internal");
        let id = listed(a, namespaces, "Namespaces", named)["Id"].take();
        a.by_hand("servicediscovery", "DeleteNamespace", &json!({"Id": id}));
    }),
    ("servicediscovery/service", "all-web", remove_registry),
];

fn of_api(account: &Account, operation: &str, input: &Value) {
    let mut input = input.clone();
    input["apiId"] = api(account);
    account.by_hand("apigateway", operation, &input);
}

fn remove_parts(account: &Account, part: &str) {
    let id = format!("{}Id", part.to_ascii_lowercase());
    let parts = account.by_hand("apigateway", &format!("Get{part}s"), &json!({"apiId": api(account)}));
    for found in parts["items"].as_array().into_iter().flatten() {
        of_api(account, &format!("Delete{part}"), &json!({ &*id: found[&id] }));
    }
}

fn remove_services(account: &Account) {
    for service in ["all-web", "all-worker"] {
        let input = json!({"cluster": "all-ecs-cluster", "service": service, "force": true});
        account.by_hand("ecs", "DeleteService", &input);
    }
    account.sandbox.advance(Duration::from_mins(30));
}

fn remove_registry(account: &Account) {
    remove_services(account);
    let services = ("servicediscovery", "ListServices", &json!({}));
    let id = listed(account, services, "Services", ("Name", "all-web"))["Id"].take();
    account.by_hand("servicediscovery", "DeleteService", &json!({"Id": id}));
}

#[tokio::test(start_paused = true)]
async fn object_removed_by_hand_is_created_again() {
    let stack = stack();
    let saved = applied(&stack).await;
    let before = without_history(state(&loaded(&saved)));
    for (kind, name, remove) in REMOVALS {
        let account = loaded(&saved);
        remove(&account);
        account.sandbox.advance(Duration::from_mins(10));
        let plan = account.plan(&stack).await;
        let made = plan.steps.iter().find(|step| step.id.kind == kind && step.id.name == name);
        assert_eq!(made.map(|step| step.action), Some(Action::Create), "{kind} {name}: {plan:#?}");
        account.apply(&stack).await;
        assert_eq!(difference(&before, &without_history(state(&account))), None, "{kind} {name}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_is_removed_once() {
    let (graph, _) = loaded(&applied(&stack()).await).observe(&stack()).await;
    let mut kinds: Vec<&str> = graph.ids().map(|id| id.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, REMOVALS.map(|(kind, _, _)| kind));
}
