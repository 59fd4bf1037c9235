//! Names of objects that replace others: they fit AWS's limits, nobody has them, and the next plan recognises
//! them.

use serde_json::{Value, json};
use sss_model::Stack;

use crate::account::{Account, reference};

fn role(account: &Account, name: &str) {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    account.by_hand("iam", "CreateRole", &json!({"RoleName": name, "AssumeRolePolicyDocument": trust}));
}

fn moved(stack: &mut Stack) {
    let service = stack.services.get_mut("app").expect("the service");
    "/services/".clone_into(&mut service.task.task_role.path);
}

fn names(account: &Account, list: &str, member: &str) -> Vec<String> {
    let inventory = account.inventory();
    let all = inventory[list].as_array().into_iter().flatten();
    all.filter_map(|object| object[member].as_str().map(str::to_owned)).collect()
}

#[tokio::test(start_paused = true)]
async fn role_of_64_characters_is_replaced() {
    let account = Account::new();
    let mut stack = reference(&account);
    let long = |end: &str| format!("{}{end}", "r".repeat(64 - end.len()));
    stack.services.get_mut("app").expect("the service").names.task_role = Some(long("-app"));
    account.apply(&stack).await;
    moved(&mut stack);
    account.apply(&stack).await;
    // The way back, to a name that is free again.
    stack.services.get_mut("app").expect("the service").task.task_role.path = "/".to_owned();
    account.apply(&stack).await;
    assert!(names(&account, "roles", "RoleName").contains(&long("-app")));
    account.destroy(&stack).await;
    assert_eq!(names(&account, "roles", "RoleName"), ["AWSServiceRoleForECS"]);
}

#[tokio::test(start_paused = true)]
async fn name_that_somebody_else_has_is_passed_over() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    role(&account, "mz-dev-app-role-2");
    role(&account, "mz-dev-app-role-3");
    moved(&mut stack);
    let ((), _, elapsed) = account.counted(account.apply(&stack)).await;
    assert!(names(&account, "roles", "RoleName").contains(&"mz-dev-app-role-4".to_owned()));
    assert!(elapsed.as_secs() < 150, "nobody waits for roles of others: {elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn way_back_passes_over_a_name_taken_meanwhile() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    moved(&mut stack);
    account.apply(&stack).await;
    // The stack does not want a name in another case, but that name is taken as well.
    role(&account, "MZ-dev-app-role");
    account.apply(&reference(&account)).await;
    assert!(names(&account, "roles", "RoleName").contains(&"mz-dev-app-role-3".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn group_passes_over_names_of_others_in_any_case() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let vpc = account.sandbox.vpc_id();
    let input = json!({"GroupName": "MZ-dev-ECS-sg-2", "GroupDescription": "theirs", "VpcId": vpc});
    account.by_hand("ec2", "CreateSecurityGroup", &input);
    stack.security_group.description = "tasks".to_owned();
    account.apply(&stack).await;
    assert!(names(&account, "security_groups", "groupName").contains(&"mz-dev-ecs-sg-3".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn group_with_a_long_name_is_replaced() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.names.security_group = Some("g".repeat(255));
    account.apply(&stack).await;
    stack.security_group.description = "tasks".to_owned();
    account.apply(&stack).await;
    assert_eq!(names(&account, "security_groups", "groupName").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn roles_read_one_by_one_are_found_under_later_names() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    role(&account, "mz-dev-app-role-2");
    moved(&mut stack);
    account.apply(&stack).await;
    let denied =
        sss_sandbox::Rule::new(sss_sandbox::Fault::AccessDenied).operation("GetAccountAuthorizationDetails");
    account.sandbox.set_faults(sss_sandbox::Faults::default().with(denied));
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty(), "{plan:#?}");
    assert_ne!(account.inventory()["roles"], Value::Null);
}
