//! Changes that AWS cannot make in place: a new object is created, its dependents move, and the old one is
//! deleted.

use serde_json::{Value, json};
use sss_aws::{Action, Mode};
use sss_model::{ServiceNames, Stack};

use sss_tests::watched::downtime;

use crate::account::{Account, reference, steps};

/// Applies the reference stack and changes it. Returns the reasons of the replacements and the writing calls.
async fn check(account: &Account, change: impl FnOnce(&mut Stack)) -> (Vec<(String, String)>, Vec<String>) {
    let mut stack = reference(account);
    account.apply(&stack).await;
    change(&mut stack);
    let plan = account.plan(&stack).await;
    let replaced = plan.steps.iter().filter(|step| matches!(step.action, Action::Revise | Action::Replace));
    let reasons = replaced
        .flat_map(|step| step.reasons.iter().map(|reason| (step.id.to_string(), reason.path.to_string())))
        .collect();
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    let writes = calls.into_iter().filter(|call| call.writes).map(|call| call.operation).collect();
    (reasons, writes)
}

#[tokio::test(start_paused = true)]
async fn vpc_link_is_replaced_without_a_gap() {
    let account = Account::new();
    let (reasons, calls) = check(&account, |stack| drop(stack.network.private_subnet_ids.pop())).await;
    assert_eq!(reasons, [("apigatewayv2/vpc-link mz-dev-vpc-link".to_owned(), "subnets".to_owned())]);
    let order: Vec<_> = calls.iter().map(String::as_str).filter(|call| *call != "UpdateService").collect();
    assert_eq!(order, ["CreateVpcLink", "UpdateIntegration", "DeleteVpcLink"]);
    assert_eq!(account.inventory()["vpc_links"].as_array().map(Vec::len), Some(1));
}

type Change = (&'static str, fn(&mut Stack));

/// Changes of identities, and of values that AWS cannot change in place.
const CHANGES: [Change; 9] = [
    ("namespace", |stack| stack.names.namespace = Some("other.internal".to_owned())),
    ("registry", |stack| names(stack).cloud_map = Some("other".to_owned())),
    ("ECS service", |stack| names(stack).service = Some("other".to_owned())),
    ("cluster", |stack| stack.names.cluster = Some("other".to_owned())),
    ("API", |stack| stack.names.api = Some("other".to_owned())),
    ("VPC link", |stack| stack.names.vpc_link = Some("other".to_owned())),
    ("subnets of the VPC link", |stack| drop(stack.network.private_subnet_ids.pop())),
    ("security group", |stack| "tasks".clone_into(&mut stack.security_group.description)),
    ("path variable", |stack| {
        let app = stack.services.get_mut("app").expect("the service");
        "/{rest+}".clone_into(&mut app.routes[0].path);
    }),
];

fn names(stack: &mut Stack) -> &mut ServiceNames {
    &mut stack.services.get_mut("app").expect("the service").names
}

#[tokio::test(start_paused = true)]
async fn downtime_happens_if_and_only_if_a_plan_says_so() {
    for (what, change) in CHANGES {
        let account = Account::new();
        let mut stack = reference(&account);
        account.apply(&stack).await;
        change(&mut stack);
        let plan = account.plan(&stack).await;
        let said = plan.steps.iter().find_map(downtime);
        let watched = account.apply_watched(&stack).await;
        assert_eq!(said.is_some(), !watched.gaps.is_empty(), "{what}: {said:?}, {:#?}", watched.gaps);
    }
}

#[tokio::test(start_paused = true)]
async fn group_of_another_description_takes_another_name() {
    let account = Account::new();
    let (reasons, _) = check(&account, |stack| stack.security_group.description = "tasks".to_owned()).await;
    assert_eq!(reasons, [("ec2/security-group mz-dev-ecs-sg".to_owned(), "description".to_owned())]);
    let groups = account.inventory()["security_groups"].clone();
    let names: Vec<_> =
        groups.as_array().into_iter().flatten().map(|group| group["groupName"].clone()).collect();
    assert_eq!(names, [json!("default"), json!("mz-dev-ecs-sg-2")]);
    // The way back: the first name is free again.
    account.apply(&reference(&account)).await;
    assert!(account.inventory().to_string().contains("mz-dev-ecs-sg\""));
}

#[tokio::test(start_paused = true)]
async fn another_namespace_takes_its_services_along() {
    let account = Account::new();
    let other = |stack: &mut Stack| stack.names.namespace = Some("other.internal".to_owned());
    let (reasons, _) = check(&account, other).await;
    assert_eq!(reasons, [("servicediscovery/service mz-dev-app".to_owned(), "namespace".to_owned())]);
    let inventory = account.inventory();
    assert_eq!(inventory["namespaces"].as_array().map(Vec::len), Some(1));
    assert_eq!(inventory["namespaces"][0]["Name"], "other.internal");
    assert_eq!(inventory["registries"][0]["InstanceCount"], 1);
}

#[tokio::test(start_paused = true)]
async fn registry_without_srv_records_is_replaced() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let registry = account.inventory()["registries"][0].clone();
    let namespace = account.inventory()["namespaces"][0]["Id"].clone();
    account.by_hand(
        "ecs",
        "UpdateService",
        &json!({
            "cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app", "serviceRegistries": [],
        }),
    );
    account.sandbox.advance(std::time::Duration::from_mins(5));
    for instance in account.by_hand(
        "servicediscovery",
        "ListInstances",
        &json!({"ServiceId": registry["Id"]}),
    )["Instances"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let input = json!({"ServiceId": registry["Id"], "InstanceId": instance["Id"]});
        account.by_hand("servicediscovery", "DeregisterInstance", &input);
    }
    account.sandbox.advance(std::time::Duration::from_mins(1));
    account.by_hand("servicediscovery", "DeleteService", &json!({"Id": registry["Id"]}));
    let tags: Value = account.inventory()["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["ResourceARN"].as_str().is_some_and(|arn| arn.contains("namespace/")))
        .expect("the namespace's tags")["Tags"]
        .clone();
    account.by_hand("servicediscovery", "CreateService", &json!({
        "Name": "mz-dev-app", "NamespaceId": namespace, "Tags": tags,
        "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]}, "HealthCheckCustomConfig": {"FailureThreshold": 1},
    }));
    let plan = account.plan(&stack).await;
    assert!(steps(&plan).contains("replace servicediscovery/service mz-dev-app"), "{:?}", steps(&plan));
    let step = plan.steps.iter().find(|step| step.action == Action::Replace).expect("the replacement");
    assert!(step.reasons.iter().any(|reason| reason.path == "record_type" && reason.downtime.is_some()));
    account.apply(&stack).await;
    assert_eq!(account.inventory()["registries"][0]["Name"], "mz-dev-app-2");
}

#[tokio::test(start_paused = true)]
async fn role_moves_to_another_path() {
    let account = Account::new();
    let moved = |stack: &mut Stack| {
        stack.services.get_mut("app").expect("the service").task.task_role.path = "/services/".to_owned();
    };
    let (reasons, calls) = check(&account, moved).await;
    assert_eq!(reasons[0], ("iam/role mz-dev-app-role".to_owned(), "path".to_owned()));
    let place = |operation: &str| calls.iter().position(|call| call == operation).expect("the call was made");
    assert!(place("UpdateService") < place("DeleteRole"), "{calls:?}");
    assert!(account.inventory().to_string().contains("role/services/mz-dev-app-role-2"));
}

#[tokio::test(start_paused = true)]
async fn old_role_stays_as_it_is_until_no_task_has_it() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").task.task_role.path = "/services/".to_owned();
    account.sandbox.reset_calls();
    assert!(account.apply_as(&stack, Mode::Converge).await.is_success());
    let calls = account.sandbox.calls();
    let touched = calls.iter().position(|call| call.service == "iam" && call.operation.starts_with("Delete"));
    let moved = calls.iter().rposition(|call| call.operation == "DescribeServiceDeployments");
    assert!(touched > moved && moved.is_some(), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn interrupted_replacement_is_finished() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.network.private_subnet_ids.pop();
    // The run ended after the new link was created.
    let link = account.inventory()["vpc_links"][0].clone();
    account.by_hand(
        "apigateway",
        "CreateVpcLink",
        &json!({
            "name": link["name"], "subnetIds": stack.network.private_subnet_ids,
            "securityGroupIds": link["securityGroupIds"], "tags": link["tags"],
        }),
    );
    account.apply(&stack).await;
    assert_eq!(account.inventory()["vpc_links"].as_array().map(Vec::len), Some(1));
}
