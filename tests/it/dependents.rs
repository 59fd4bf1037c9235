//! Objects of others that use objects of the stack.
//!
//! AWS refuses to remove a used object, often late and without a name. So a plan that removes one is refused
//! before the first write, with the names of its dependents.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::{Graph, Mode, Options, Plan, World};
use sss_model::Stack;
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, api, base, reference, service, writes};

/// An act by which somebody starts to use an object of the reference stack.
type Moves = fn(&Account);

fn listed(account: &Account, service: &str, operation: &str, member: &str) -> Vec<Value> {
    let answer = account.by_hand(service, operation, &json!({}));
    answer[member].as_array().cloned().unwrap_or_default()
}

fn our_group(account: &Account) -> Value {
    let groups = listed(account, "ec2", "DescribeSecurityGroups", "securityGroupInfo");
    let ours = groups.iter().find(|group| group["groupName"] == "mz-dev-ecs-sg");
    ours.expect("the group")["groupId"].clone()
}

fn registry(account: &Account, name: &str) -> Value {
    let all = listed(account, "servicediscovery", "ListServices", "Services");
    all.into_iter().find(|service| service["Name"] == name).expect("the service")
}

fn group_of_others(account: &Account) -> Value {
    let vpc = account.sandbox.vpc_id();
    let input = json!({"GroupName": "theirs", "GroupDescription": "of others", "VpcId": vpc});
    account.by_hand("ec2", "CreateSecurityGroup", &input)["groupId"].clone()
}

fn create_service(account: &Account, cluster: &str, group: &Value, registry: Option<&Value>) {
    let network = json!({"subnets": [account.sandbox.private_subnet_ids()[0]], "securityGroups": [group]});
    let mut input = json!({
        "cluster": cluster, "serviceName": "theirs", "taskDefinition": "mz-dev-site:1", "desiredCount": 1,
        "launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": network},
    });
    if let Some(registry) = registry {
        input["serviceRegistries"] =
            json!([{"registryArn": registry, "containerName": "mz-dev-app", "containerPort": 80}]);
    }
    account.by_hand("ecs", "CreateService", &input);
    account.sandbox.advance(Duration::from_mins(5));
}

fn service_in_cluster(account: &Account) {
    create_service(account, "mz-dev-ecs-cluster", &json!(account.sandbox.default_security_group_id()), None);
}

fn service_elsewhere_in_group(account: &Account) {
    account.by_hand("ecs", "CreateCluster", &json!({"clusterName": "elsewhere"}));
    create_service(account, "elsewhere", &our_group(account), None);
}

fn service_elsewhere_in_registry(account: &Account) {
    account.by_hand("ecs", "CreateCluster", &json!({"clusterName": "elsewhere"}));
    let registry = registry(account, "mz-dev-app")["Arn"].clone();
    let group = json!(account.sandbox.default_security_group_id());
    create_service(account, "elsewhere", &group, Some(&registry));
}

fn registry_in_namespace(account: &Account) {
    let namespace = listed(account, "servicediscovery", "ListNamespaces", "Namespaces")[0]["Id"].clone();
    let dns = json!({"DnsRecords": [{"Type": "A", "TTL": 10}]});
    let input = json!({"Name": "theirs", "NamespaceId": namespace, "DnsConfig": dns});
    account.by_hand("servicediscovery", "CreateService", &input);
}

fn instance_in_registry(account: &Account) {
    let registry = registry(account, "mz-dev-app")["Id"].clone();
    let attributes = json!({"AWS_INSTANCE_IPV4": "10.0.0.9", "AWS_INSTANCE_PORT": "80"});
    let input = json!({"ServiceId": registry, "InstanceId": "theirs", "Attributes": attributes});
    account.by_hand("servicediscovery", "RegisterInstance", &input);
    account.sandbox.advance(Duration::from_mins(1));
}

fn rule_on_group(account: &Account) {
    let (theirs, ours) = (group_of_others(account), our_group(account));
    let permission =
        json!({"IpProtocol": "tcp", "FromPort": "5432", "ToPort": "5432", "Groups": [{"GroupId": ours}]});
    let input = json!({"GroupId": theirs, "IpPermissions": [permission]});
    account.by_hand("ec2", "AuthorizeSecurityGroupIngress", &input);
}

fn link_in_group(account: &Account) {
    let subnets = account.sandbox.private_subnet_ids();
    let input = json!({"name": "theirs", "subnetIds": subnets, "securityGroupIds": [our_group(account)]});
    account.by_hand("apigateway", "CreateVpcLink", &input);
}

fn api_through_link(account: &Account) {
    let link = listed(account, "apigateway", "GetVpcLinks", "items")[0]["vpcLinkId"].clone();
    let registry = registry(account, "mz-dev-app")["Arn"].clone();
    let api = account.by_hand("apigateway", "CreateApi", &json!({"name": "theirs", "protocolType": "HTTP"}));
    let input = json!({
        "apiId": api["apiId"], "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
        "connectionType": "VPC_LINK", "connectionId": link, "integrationUri": registry, "payloadFormatVersion": "1.0",
    });
    account.by_hand("apigateway", "CreateIntegration", &input);
}

const ALL: [(Moves, &str, &str); 8] = [
    (service_in_cluster, "ecs/cluster", "ECS service theirs"),
    (service_elsewhere_in_group, "ec2/security-group", "network interface eni-"),
    (service_elsewhere_in_registry, "servicediscovery/service", "instance "),
    (registry_in_namespace, "servicediscovery/namespace", "Cloud Map service theirs"),
    (instance_in_registry, "servicediscovery/service", "instance theirs"),
    (rule_on_group, "ec2/security-group", "rule of the security group theirs"),
    (link_in_group, "ec2/security-group", "VPC link theirs"),
    (api_through_link, "apigatewayv2/vpc-link", "API theirs"),
];

#[tokio::test(start_paused = true)]
async fn destroy_is_refused_before_the_first_removal() {
    for (moves, kind, name) in ALL {
        let account = Account::new();
        let stack = reference(&account);
        account.apply(&stack).await;
        moves(&account);
        let before = account.inventory();
        let (outcome, calls, _) = account.counted(account.destroy_with(&stack, Options::default())).await;
        assert_eq!(writes(&calls), [""; 0], "{name}");
        assert_eq!(account.inventory(), before, "{name}");
        let failures: Vec<_> = outcome.failures().map(|(id, error)| (id.kind, error.to_string())).collect();
        let [(failed, error)] = failures.as_slice() else { panic!("{name}: {failures:#?}") };
        assert!(*failed == kind && error.contains(name), "{kind}, {name}: {failures:#?}");
        assert!(account.plan(&stack).await.is_empty(), "{name} is in nobody's way otherwise");
    }
}

/// Returns the plan of a graph, with the dependents that the kinds look for.
async fn complete(account: &Account, graph: &Graph, world: World) -> Plan {
    let plan = sss_aws::plan(graph, &world, Mode::Converge);
    let world = sss_aws::dependents(&account.aws, world, &plan).await.expect("the account can be read");
    sss_aws::plan(graph, &world, Mode::Converge)
}

#[tokio::test(start_paused = true)]
async fn plan_of_a_removal_names_each_dependent() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    for (moves, ..) in [ALL[0], ALL[3], ALL[4], ALL[5], ALL[7]] {
        moves(&account);
    }
    let (graph, world) = account.observe(&stack).await;
    let plan = complete(&account, &graph.emptied(), world).await;
    assert!(plan.is_refused());
    let named = |(_, kind, name): &(Moves, &str, &str)| {
        plan.in_use.iter().any(|used| used.id.kind == *kind && used.by.contains(name))
    };
    for expected in [ALL[0], ALL[3], ALL[4], ALL[5], ALL[7]] {
        assert!(named(&expected), "{}: {:#?}", expected.2, plan.in_use);
    }
}

#[tokio::test(start_paused = true)]
async fn replacement_of_a_used_object_is_refused() {
    type Change = fn(&mut Stack);
    let replacements: [(Moves, Change); 2] = [
        (rule_on_group, |stack| stack.security_group.description = "another".to_owned()),
        (api_through_link, |stack| drop(stack.network.private_subnet_ids.pop())),
    ];
    for (moves, change) in replacements {
        let account = Account::new();
        let mut stack = reference(&account);
        account.apply(&stack).await;
        moves(&account);
        change(&mut stack);
        let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert_eq!(writes(&calls), [""; 0]);
        assert!(outcome.failures().next().is_some_and(|(_, error)| error.to_string().contains("theirs")));
    }
}

#[tokio::test(start_paused = true)]
async fn removal_of_one_used_service_is_refused() {
    let account = Account::new();
    let two = base(&account).api(api()).service(service("app", 80)).service(service("orders", 8080));
    let two = two.build().expect("a valid stack");
    account.apply(&two).await;
    let orders = registry(&account, "mz-dev-orders");
    let attributes = json!({"AWS_INSTANCE_IPV4": "10.0.0.9", "AWS_INSTANCE_PORT": "80"});
    let input = json!({"ServiceId": orders["Id"], "InstanceId": "theirs", "Attributes": attributes});
    account.by_hand("servicediscovery", "RegisterInstance", &input);
    account.sandbox.advance(Duration::from_mins(1));
    let one = reference(&account);
    let (outcome, calls, _) = account.counted(account.apply_as(&one, Mode::Converge)).await;
    assert_eq!(writes(&calls), [""; 0]);
    let failed: Vec<_> = outcome.failures().map(|(id, _)| id.to_string()).collect();
    assert_eq!(failed, ["servicediscovery/service mz-dev-orders"]);
}

#[tokio::test(start_paused = true)]
async fn instance_beside_a_late_task_is_found() {
    let account = Account::new();
    let two = base(&account).api(api()).service(service("app", 80)).service(service("orders", 80));
    let mut two = two.build().expect("a valid stack");
    two.services.get_mut("orders").expect("the service").desired_count = Some(0);
    account.apply(&two).await;
    let orders = registry(&account, "mz-dev-orders");
    let attributes = json!({"AWS_INSTANCE_IPV4": "10.0.0.9", "AWS_INSTANCE_PORT": "80"});
    let input = json!({"ServiceId": orders["Id"], "InstanceId": "theirs", "Attributes": attributes});
    account.by_hand("servicediscovery", "RegisterInstance", &input);
    // The running task is registered elsewhere, and its successor is not registered yet.
    let moved = json!({
        "cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app",
        "serviceRegistries": [{"registryArn": orders["Arn"], "containerName": "mz-dev-app", "containerPort": 80}],
    });
    account.by_hand("ecs", "UpdateService", &moved);
    account.sandbox.advance(Duration::from_secs(10));
    let (outcome, calls, _) = account.counted(account.destroy_with(&two, Options::default())).await;
    assert_eq!(writes(&calls), [""; 0]);
    let failures: Vec<_> = outcome.failures().map(|(_, error)| error.to_string()).collect();
    assert!(failures.iter().any(|error| error.contains("instance theirs")), "{failures:#?}");
}

#[tokio::test(start_paused = true)]
async fn denied_look_for_dependents_is_reported() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (graph, world) = account.observe(&stack).await;
    let denied = Rule::new(Fault::AccessDenied).operation("DescribeNetworkInterfaces");
    account.sandbox.set_faults(Faults::default().with(denied));
    let plan = complete(&account, &graph.emptied(), world).await;
    assert!(!plan.is_refused());
    let unchecked: Vec<_> = plan.unchecked.iter().map(|unseen| unseen.kind.name()).collect();
    assert_eq!(unchecked, ["ec2/security-group"]);
}

#[tokio::test(start_paused = true)]
async fn destroy_of_an_undisturbed_stack_looks_once() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph.emptied(), &world, Mode::Converge);
    let (_, calls, _) = account.counted(sss_aws::dependents(&account.aws, world, &plan)).await;
    let calls: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(calls, ["DescribeNetworkInterfaces"]);
}
