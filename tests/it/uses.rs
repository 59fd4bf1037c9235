//! Objects of others that a stack uses: found by name, id or ARN, checked before the first write, and never
//! changed, tagged or deleted.

use serde_json::{Value, json};
use sss_aws::{Mode, Plan};
use sss_model::{LogClass, Stack};
use sss_tests::torture::state::{difference, state, without_history};

use crate::account::{Account, reference, writes};

const VPC: &str = "vpc-0a1b2c3d4e5f60718";
const GROUP: &str = "sg-0a1b2c3d4e5f60000";

/// Returns a second stack of the account, beside the reference stack.
fn second(account: &Account) -> Stack {
    let mut stack = reference(account);
    "second".clone_into(&mut stack.name);
    stack
}

fn id_of_link(account: &Account) -> String {
    let links = account.by_hand("apigateway", "GetVpcLinks", &json!({}));
    links["items"][0]["vpcLinkId"].as_str().expect("a link").to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Creates the objects of another team, and lets the stack use all of them.
fn with_objects_of_others(account: &Account, stack: &mut Stack) {
    with_objects_in(account, stack, "shared");
}

fn with_objects_in(account: &Account, stack: &mut Stack, cluster: &str) {
    let cluster = account.by_hand("ecs", "CreateCluster", &json!({"clusterName": cluster}));
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    for role in ["theirs", "theirs-too"] {
        let input = json!({"RoleName": role, "AssumeRolePolicyDocument": trust.to_string()});
        account.by_hand("iam", "CreateRole", &input);
    }
    account.by_hand("logs", "CreateLogGroup", &json!({"logGroupName": "/theirs"}));
    let input = json!({"Name": "theirs.internal", "Vpc": VPC});
    account.by_hand("servicediscovery", "CreatePrivateDnsNamespace", &input);
    account.sandbox.advance(std::time::Duration::from_mins(5));

    stack.cluster.existing = Some(text(&cluster["cluster"]["clusterArn"]));
    stack.namespace.existing = Some("theirs.internal".to_owned());
    stack.execution_role.existing = Some("theirs".to_owned());
    stack.execution_role.statements.clear();
    let app = stack.services.get_mut("app").expect("the service");
    app.task.task_role = sss_model::TaskRole::default();
    app.task.task_role.existing = Some("arn:aws:iam::123456789012:role/theirs-too".to_owned());
    app.task.log_retention_days = None;
    app.log_group.existing = Some("/theirs".to_owned());
    app.security_group_ids = vec![GROUP.to_owned()];
}

fn refusals(plan: &Plan) -> Vec<String> {
    let refused = plan.refusals.iter();
    refused.map(|refused| format!("{} {}", refused.id, refused.because.as_deref().unwrap_or("?"))).collect()
}

#[tokio::test(start_paused = true)]
async fn two_stacks_share_a_vpc_link() {
    let account = Account::new();
    let owner = reference(&account);
    account.apply(&owner).await;
    let mut guest = second(&account);
    guest.network.vpc_link_security_group_ids.clear();
    guest.network.existing_vpc_link = Some(id_of_link(&account));
    let plan = account.plan(&guest).await;
    assert!(plan.steps.iter().all(|step| step.id.kind.name() != "apigatewayv2/vpc-link"), "{plan:#?}");
    let used: Vec<_> = plan.uses.iter().map(|used| (used.called.as_str(), used.owner.as_deref())).collect();
    assert_eq!(used, [("mz-dev-vpc-link", Some("mz-dev"))]);
    account.apply(&guest).await;
    let links = account.by_hand("apigateway", "GetVpcLinks", &json!({}));
    assert_eq!(links["items"].as_array().map(Vec::len), Some(1));

    // The owner cannot take the link away from its guest.
    let (graph, world) = account.observe(&owner).await;
    let nothing = graph.emptied();
    let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
    let outcome = account.carry_out(&nothing, &world, &plan).await;
    assert!(!outcome.is_success());
    assert_eq!(links, account.by_hand("apigateway", "GetVpcLinks", &json!({})));

    account.destroy(&guest).await;
    assert_eq!(
        links,
        account.by_hand("apigateway", "GetVpcLinks", &json!({})),
        "the guest leaves it as it was"
    );
    account.destroy(&owner).await;
}

#[tokio::test(start_paused = true)]
async fn port_of_a_route_is_open_to_a_link_of_others() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let mut guest = second(&account);
    guest.network.vpc_link_security_group_ids.clear();
    guest.network.existing_vpc_link = Some(id_of_link(&account));
    guest.security_group.ingress = None;
    account.apply(&guest).await;
    let input = json!({"Filter": [{"Name": "group-name", "Value": [guest.security_group_name()]}]});
    let rules =
        account.by_hand("ec2", "DescribeSecurityGroups", &input)["securityGroupInfo"][0]["ipPermissions"]
            .clone();
    assert_eq!(rules.as_array().map(Vec::len), Some(1), "{rules:#}");
    assert_eq!((&rules[0]["fromPort"], &rules[0]["toPort"]), (&json!(80), &json!(80)));
    assert!(rules.to_string().contains(GROUP), "{rules:#}");
    assert!(account.plan(&guest).await.is_empty());

    // Rules that the stack writes are complete.
    guest.security_group.ingress = Some(Vec::new());
    account.apply(&guest).await;
    let rules =
        account.by_hand("ec2", "DescribeSecurityGroups", &input)["securityGroupInfo"][0]["ipPermissions"]
            .clone();
    assert_eq!(rules.as_array().map_or(0, Vec::len), 0, "{rules:#}");
}

#[tokio::test(start_paused = true)]
async fn link_without_groups_is_a_warning() {
    let account = Account::new();
    let mut stack = reference(&account);
    let subnets = &stack.network.private_subnet_ids;
    account.by_hand("apigateway", "CreateVpcLink", &json!({"name": "theirs", "subnetIds": subnets}));
    account.sandbox.advance(std::time::Duration::from_mins(5));
    stack.network.vpc_link_security_group_ids.clear();
    stack.network.existing_vpc_link = Some("theirs".to_owned());
    let warnings = async |stack: &Stack| -> Vec<_> {
        let plan = account.plan(stack).await;
        assert!(!plan.is_refused(), "{plan:#?}");
        plan.uses.into_iter().filter_map(|used| Some((used.warning?, used.hint?))).collect()
    };

    stack.security_group.ingress = None;
    let [(warning, hint)] = warnings(&stack).await.try_into().expect("one warning");
    assert!(warning.contains("no security groups"), "{warning}");
    assert!(
        hint.contains("[[security_group.ingress]]") && hint.contains("network.existing_vpc_link"),
        "{hint}"
    );

    let app = stack.services.get_mut("app").expect("the service");
    app.backend = Some(sss_model::Backend::from(sss_model::BackendKind::Alb));
    let [(_, hint)] = warnings(&stack).await.try_into().expect("one warning");
    assert!(
        !hint.contains("ingress"),
        "the stack writes no rules for the group of its load balancer: {hint}"
    );

    stack.services.get_mut("app").expect("the service").backend = None;
    stack.security_group.ingress = Some(vec![sss_model::Rule::tcp(80).from("10.0.0.0/16")]);
    assert_eq!(warnings(&stack).await, [], "the stack opens the ports itself");
}

#[tokio::test(start_paused = true)]
async fn objects_of_others_are_used_and_not_changed() {
    let account = Account::new();
    let mut stack = reference(&account);
    with_objects_of_others(&account, &mut stack);
    let before = without_history(state(&account));
    account.apply(&stack).await;
    let service = account.service("shared", "mz-dev-app");
    let groups = service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"].as_array();
    assert_eq!(groups.map(Vec::len), Some(2));

    let app = stack.services.get_mut("app").expect("the service");
    app.task.environment.insert("LEVEL".to_owned(), "2".to_owned());
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert_eq!(difference(&before, &without_history(state(&account))), None);
}

#[tokio::test(start_paused = true)]
async fn missing_objects_are_refused_together() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.cluster.existing = Some("nowhere".to_owned());
    stack.namespace.existing = Some("ns-nowhere".to_owned());
    stack.execution_role.existing = Some("nobody".to_owned());
    stack.execution_role.statements.clear();
    stack.network.vpc_link_security_group_ids.clear();
    stack.network.existing_vpc_link = Some("nolink".to_owned());
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let missing = |id: &str| format!("{id} does not exist in this account and region");
    let want = [
        "iam/role nobody",
        "servicediscovery/namespace ns-nowhere",
        "ecs/cluster nowhere",
        "apigatewayv2/vpc-link nolink",
    ];
    assert_eq!(refusals(&plan), want.map(missing));
    let (outcome, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert!(!outcome.is_success());
    assert_eq!(writes(&calls), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn role_that_ecs_cannot_assume_is_refused() {
    let account = Account::new();
    let mut stack = reference(&account);
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let input = json!({"RoleName": "machines", "AssumeRolePolicyDocument": trust.to_string()});
    account.by_hand("iam", "CreateRole", &input);
    stack.execution_role.existing = Some("machines".to_owned());
    stack.execution_role.statements.clear();
    let plan = account.plan(&stack).await;
    assert_eq!(refusals(&plan), ["iam/role machines does not trust ecs-tasks.amazonaws.com"]);
    assert!(plan.refusals[0].hint.as_deref().is_some_and(|hint| hint.contains("execution_role.existing")));
}

#[tokio::test(start_paused = true)]
async fn own_object_is_not_one_of_others() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.cluster.existing = Some(stack.cluster_name());
    let plan = account.plan(&stack).await;
    assert_eq!(refusals(&plan), ["ecs/cluster mz-dev-ecs-cluster is managed by this stack itself"]);
}

#[tokio::test(start_paused = true)]
async fn services_leave_a_cluster_of_others() {
    let account = Account::new();
    let mut stack = reference(&account);
    let plain = stack.clone();
    with_objects_of_others(&account, &mut stack);
    account.apply(&stack).await;
    account.apply(&plain).await;
    let left = account.by_hand("ecs", "ListServices", &json!({"cluster": "shared"}));
    assert_eq!(left["serviceArns"], json!([]), "no service of the stack stays there");
    let groups = account.by_hand("ec2", "DescribeSecurityGroups", &json!({})).to_string();
    assert!(!groups.contains("sss:inside"), "{groups}");
}

#[tokio::test(start_paused = true)]
async fn removal_without_a_stack_file_finds_the_services() {
    removes_without_a_stack_file("shared").await;
    // The longest name of a cluster is longer than the value of a tag, with the name of its kind.
    removes_without_a_stack_file(&"c".repeat(255)).await;
}

async fn removes_without_a_stack_file(cluster: &str) {
    let account = Account::new();
    let mut stack = reference(&account);
    with_objects_in(&account, &mut stack, cluster);
    let before = without_history(state(&account));
    account.apply(&stack).await;
    let nothing = sss_aws::lower(&stack).expect("a valid stack").emptied();
    let world = sss_aws::observe(&account.aws, &nothing).await.expect("the account can be read");
    let plan = sss_aws::plan(&nothing, &world, Mode::Converge);
    let outcome = account.carry_out(&nothing, &world, &plan).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(difference(&before, &without_history(state(&account))), None);
}

#[tokio::test(start_paused = true)]
async fn key_and_class_of_a_log_group_are_kept() {
    const KEY: &str = "arn:aws:kms:ap-northeast-1:123456789012:key/a1b2";
    let account = Account::new();
    let mut stack = reference(&account);
    let plain = stack.clone();
    let group = |account: &Account, name: &str| {
        let input = json!({"logGroupIdentifiers": [name]});
        account.by_hand("logs", "DescribeLogGroups", &input)["logGroups"][0].clone()
    };
    let name = stack.log_group_name("app");
    stack.log_group.kms_key_id = Some(KEY.to_owned());
    account.apply(&stack).await;
    assert_eq!(group(&account, &name)["kmsKeyId"], KEY);
    account.by_hand("logs", "DisassociateKmsKey", &json!({"logGroupName": name}));
    let steps = account.plan(&stack).await.steps;
    assert_eq!(steps[0].changes[0].path.to_string(), "kms_key");
    account.apply(&stack).await;
    account.apply(&plain).await;
    assert_eq!(group(&account, &name)["kmsKeyId"], Value::Null, "the key goes with the setting");

    let app = stack.services.get_mut("app").expect("the service");
    app.log_group.class = Some(LogClass::InfrequentAccess);
    account.apply(&stack).await;
    assert_eq!(group(&account, &name), Value::Null, "another class is another group");
    assert_eq!(group(&account, &format!("{name}-2"))["logGroupClass"], "INFREQUENT_ACCESS");
}
