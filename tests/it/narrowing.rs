//! Updates that take away something that others use: they come after these others have moved.
//!
//! Old tasks need their port, policies and secrets until they stop. So an update may have two parts: one adds
//! before the users move, the other takes away afterwards.

use serde_json::json;
use sss_aws::{Mode, Options, Rates};
use sss_model::{CapacityProvider, CapacityStrategy, Rule, Stack};

use crate::account::{Account, reference, service, steps, writes};

/// Applies the stack, changes it and applies it again. Returns the operations of the change in their order,
/// which must be as forecast.
async fn changed(account: &Account, before: &Stack, change: impl FnOnce(&mut Stack)) -> Vec<String> {
    account.apply(before).await;
    let mut after = before.clone();
    change(&mut after);
    let (graph, world) = account.observe(&after).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let forecast = sss_aws::forecast(&graph, &world, &plan, &Options::default(), &Rates::default());
    account.sandbox.reset_calls();
    let outcome = account.carry_out(&graph, &world, &plan).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let calls = account.sandbox.calls();
    let written = writes(&calls).len() as u64;
    assert!((written..written + 4).contains(&forecast.least_calls), "{} of {written}", forecast.least_calls);
    let left = account.plan(&after).await;
    assert!(left.is_empty(), "{left:#?}");
    calls.into_iter().map(|call| call.operation).collect()
}

/// Asserts that the last of these calls came after the deployment was seen to be done, and each other one before.
fn check(calls: &[String], before: &[&str], last: &str) {
    let place = |operation: &str| calls.iter().position(|call| call == operation);
    let deployed = calls.iter().rposition(|call| call == "DescribeServiceDeployments");
    assert!(deployed.is_some() && place(last) > deployed, "{last} of {calls:#?}");
    for call in before {
        assert!(place(call).is_some_and(|at| Some(at) < place("UpdateService")), "{call} of {calls:#?}");
    }
}

fn on(provider: CapacityProvider) -> CapacityStrategy {
    CapacityStrategy::builder().provider(provider).weight(1_u32).build().expect("a valid share")
}

#[tokio::test(start_paused = true)]
async fn provider_goes_after_the_service_has_left_it() {
    let account = Account::new();
    let mut before = reference(&account);
    before.cluster.capacity_providers = vec![CapacityProvider::Fargate, CapacityProvider::FargateSpot];
    before.services.get_mut("app").expect("the service").capacity = vec![on(CapacityProvider::FargateSpot)];
    let calls = changed(&account, &before, |stack| {
        stack.cluster.capacity_providers = vec![CapacityProvider::Fargate];
        stack.services.get_mut("app").expect("the service").capacity.clear();
    })
    .await;
    check(&calls, &[], "PutClusterCapacityProviders");
    assert_eq!(calls.iter().filter(|call| *call == "PutClusterCapacityProviders").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn provider_goes_after_its_service_is_removed() {
    let account = Account::new();
    let mut before = reference(&account);
    before.cluster.capacity_providers = vec![CapacityProvider::Fargate, CapacityProvider::FargateSpot];
    let mut spot = service("spot", 8080);
    spot.capacity = vec![on(CapacityProvider::FargateSpot)];
    before.services.insert("spot".to_owned(), spot);
    let calls = changed(&account, &before, |stack| {
        stack.cluster.capacity_providers = vec![CapacityProvider::Fargate];
        stack.services.remove("spot");
    })
    .await;
    let place = |operation: &str| calls.iter().position(|call| call == operation);
    assert!(place("PutClusterCapacityProviders") > place("DeleteService"), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn provider_changes_for_another_one() {
    let account = Account::new();
    let mut before = reference(&account);
    before.cluster.capacity_providers = vec![CapacityProvider::FargateSpot];
    before.services.get_mut("app").expect("the service").capacity = vec![on(CapacityProvider::FargateSpot)];
    let calls = changed(&account, &before, |stack| {
        stack.cluster.capacity_providers = vec![CapacityProvider::Fargate];
        stack.services.get_mut("app").expect("the service").capacity.clear();
    })
    .await;
    assert_eq!(calls.iter().filter(|call| *call == "PutClusterCapacityProviders").count(), 2);
}

fn at_port(stack: &mut Stack, port: u16) {
    stack.services.get_mut("app").expect("the service").task.port = Some(port);
    stack.security_group.ingress = Some(vec![Rule::tcp(port).from("10.0.0.0/16")]);
}

#[tokio::test(start_paused = true)]
async fn old_port_is_closed_after_the_old_tasks() {
    let account = Account::new();
    let calls = changed(&account, &reference(&account), |stack| at_port(stack, 8080)).await;
    check(&calls, &["AuthorizeSecurityGroupIngress"], "RevokeSecurityGroupIngress");
}

#[tokio::test(start_paused = true)]
async fn rule_alone_is_closed_at_once() {
    let account = Account::new();
    let mut before = reference(&account);
    before.security_group.ingress.get_or_insert_default().push(Rule::tcp(9000).from("10.0.0.0/16"));
    let calls =
        changed(&account, &before, |stack| drop(stack.security_group.ingress.as_mut().and_then(Vec::pop)))
            .await;
    let written: Vec<_> = calls.iter().filter(|call| !call.starts_with("Describe")).collect();
    assert_eq!(written[0], "RevokeSecurityGroupIngress");
}

#[tokio::test(start_paused = true)]
async fn rule_is_opened_before_another_is_closed() {
    let account = Account::new();
    let calls = changed(&account, &reference(&account), |stack| {
        stack.security_group.ingress = Some(vec![Rule::all().from("10.0.0.0/16")]);
        stack.security_group.egress = vec![Rule::tcp(443).from("0.0.0.0/0")];
    })
    .await;
    let written: Vec<_> = calls.iter().filter(|call| call.contains("SecurityGroupIngress")).collect();
    assert_eq!(written, ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"]);
    let written: Vec<_> = calls.iter().filter(|call| call.contains("SecurityGroupEgress")).collect();
    assert_eq!(written, ["AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"]);
}

#[tokio::test(start_paused = true)]
async fn rules_beyond_the_quota_are_closed_first() {
    let account = Account::new();
    let rules = |first: u16| (first..first + 40).map(|port| Rule::tcp(port).from("10.0.0.0/16")).collect();
    let mut before = reference(&account);
    before.security_group.ingress = Some(rules(8000));
    let calls = changed(&account, &before, |stack| stack.security_group.ingress = Some(rules(9000))).await;
    let written: Vec<_> = calls.iter().filter(|call| call.contains("SecurityGroupIngress")).collect();
    assert_eq!(written, ["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]);
}

#[tokio::test(start_paused = true)]
async fn old_port_stays_open_while_old_tasks_stay() {
    let account = Account::new();
    let before = reference(&account);
    account.apply(&before).await;
    let mut after = before.clone();
    at_port(&mut after, 8080);
    after.services.get_mut("app").expect("the service").task.image =
        "public.ecr.aws/docker/library/httpd:does-not-exist".to_owned();
    assert!(!account.apply_as(&after, Mode::Converge).await.is_success());
    account.sandbox.reset_calls();
    let plan = account.plan(&after).await;
    assert!(plan.is_held() && plan.is_empty(), "{plan:#?}");
    assert!(account.apply_as(&after, Mode::Converge).await.is_success());
    let groups = account.inventory()["security_groups"].to_string();
    assert!(groups.contains("\"fromPort\":80,"), "{groups}");
    // The part that only adds is applied all the same.
    after.security_group.ingress.get_or_insert_default().push(Rule::tcp(9000).from("10.0.0.0/16"));
    assert_eq!(steps(&account.plan(&after).await).len(), 1);
    assert!(account.apply_as(&after, Mode::Converge).await.is_success());
    let groups = account.inventory()["security_groups"].to_string();
    assert!(groups.contains("\"fromPort\":80,") && groups.contains("\"fromPort\":9000,"), "{groups}");
    // With a good image the port is closed.
    let app = after.services.get_mut("app").expect("the service");
    app.task.image = "public.ecr.aws/docker/library/httpd:2.5".to_owned();
    account.apply(&after).await;
    assert!(!account.inventory()["security_groups"].to_string().contains("\"fromPort\":80,"));
}

#[tokio::test(start_paused = true)]
async fn policy_is_taken_away_after_the_old_tasks() {
    let account = Account::new();
    let mut before = reference(&account);
    let policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    before.services.get_mut("app").expect("the service").task.task_role.managed_policies =
        vec![policy.to_owned()];
    let calls = changed(&account, &before, |stack| {
        let app = stack.services.get_mut("app").expect("the service");
        app.task.task_role.managed_policies.clear();
        app.task.task_role.statements.clear();
        app.task.environment.insert("MODE".to_owned(), "a".to_owned());
    })
    .await;
    check(&calls, &[], "DetachRolePolicy");
    check(&calls, &[], "DeleteRolePolicy");
}

fn secret(stack: &mut Stack, name: &str) {
    let arn = format!("arn:aws:ssm:ap-northeast-1:123456789012:parameter/{name}");
    let app = stack.services.get_mut("app").expect("the service");
    app.task.secrets.insert("KEY".to_owned(), arn);
}

#[tokio::test(start_paused = true)]
async fn old_secret_can_be_read_until_no_task_has_it() {
    let account = Account::new();
    let mut before = reference(&account);
    for name in ["one", "two"] {
        let input = json!({"Name": format!("/{name}"), "Value": "a", "Type": "String"});
        account.by_hand("ssm", "PutParameter", &input);
    }
    secret(&mut before, "one");
    let calls = changed(&account, &before, |stack| secret(stack, "two")).await;
    let puts: Vec<_> = (0..calls.len()).filter(|at| calls[*at] == "PutRolePolicy").collect();
    let deployed = calls.iter().rposition(|call| call == "DescribeServiceDeployments").expect("a deployment");
    assert!(puts.len() == 2 && puts[0] < deployed && puts[1] > deployed, "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn secret_more_is_one_call() {
    let account = Account::new();
    let mut before = reference(&account);
    secret(&mut before, "one");
    let calls = changed(&account, &before, |stack| {
        let app = stack.services.get_mut("app").expect("the service");
        let arn = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/two".to_owned();
        app.task.secrets.insert("OTHER".to_owned(), arn);
    })
    .await;
    assert_eq!(calls.iter().filter(|call| *call == "PutRolePolicy").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn description_changes_in_place() {
    let account = Account::new();
    let mut before = reference(&account);
    before.security_group.egress = vec![Rule::tcp(443).from("0.0.0.0/0").described("out")];
    before.security_group.ingress.as_mut().expect("rules")[0].description = Some("before".to_owned());
    account.apply(&before).await;
    let mut after = before.clone();
    after.security_group.ingress.as_mut().expect("rules")[0].description = Some("after".to_owned());
    after.security_group.egress[0].description = None;
    account.sandbox.reset_calls();
    account.apply(&after).await;
    let calls = account.sandbox.calls();
    assert_eq!(
        writes(&calls),
        ["UpdateSecurityGroupRuleDescriptionsIngress", "UpdateSecurityGroupRuleDescriptionsEgress"]
    );
}

#[tokio::test(start_paused = true)]
async fn way_out_of_a_new_group_gets_its_description() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.security_group.egress = vec![Rule::all().from("0.0.0.0/0").described("out")];
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn group_is_let_in_until_its_link_is_left() {
    let account = Account::new();
    let input = json!({"GroupName": "other", "GroupDescription": "other", "VpcId": account.sandbox.vpc_id()});
    let other = account.by_hand("ec2", "CreateSecurityGroup", &input)["groupId"].clone();
    let mut stack = reference(&account);
    stack.security_group.ingress = None;
    account.apply(&stack).await;
    stack.network.vpc_link_security_group_ids = vec![other.as_str().expect("an id").to_owned()];
    let plan = account.plan(&stack).await;
    assert_eq!(plan.downtimes().count(), 0, "{plan:#?}");
    let watched = account.apply_watched(&stack).await;
    assert!(watched.gaps.is_empty() && watched.unanswered.is_empty(), "{watched:#?}");
}
