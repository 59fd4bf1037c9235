//! Objects of others that a stack uses.

use crate::fixture::{check, check_app, reference};
use crate::{ExecuteCommand, ExecutionRole, Service, Stack, TaskRole};

#[test]
fn object_of_others_is_named_alone() {
    let text = |text: &str| Some(text.to_owned());
    check(|stack| stack.cluster.existing = text("shared"), &[]);
    check(
        |stack| stack.cluster.existing = text("arn:aws:ecs:ap-northeast-1:123456789012:cluster/shared"),
        &[],
    );
    check(|stack| stack.cluster.existing = text("a b"), &["STACK-014 cluster.existing"]);
    check(
        |stack| stack.cluster.existing = text("arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shared"),
        &["ARN-001 cluster.existing"],
    );
    let tagged = |stack: &mut Stack| {
        stack.cluster.existing = text("shared");
        stack.cluster.tags.insert("a".to_owned(), "b".to_owned());
        stack.names.cluster = text("own");
    };
    check(tagged, &["STACK-014 cluster.existing", "STACK-014 names.cluster"]);
    check(|stack| stack.namespace.existing = text("ns-abcdefghijklmnop"), &[]);
    check(|stack| stack.namespace.existing = text("a:b"), &["STACK-014 namespace.existing"]);
    check(|stack| stack.log_group.existing = text("/all"), &["STACK-014 log_group.existing"]);
    check(|stack| stack.log_group.kms_key_id = text("a1b2"), &["LOG-005 log_group.kms_key_id"]);
    let link = |stack: &mut Stack, groups: &[&str]| {
        stack.network.existing_vpc_link = text("a1b2c3");
        stack.network.vpc_link_security_group_ids = groups.iter().map(|id| (*id).to_owned()).collect();
    };
    check(|stack| link(stack, &[]), &[]);
    check(|stack| link(stack, &["sg-0a1b2c3d"]), &["STACK-014 network.vpc_link_security_group_ids"]);
    check(
        |stack| stack.network.existing_vpc_link = text(" "),
        &["STACK-014 network.existing_vpc_link", "STACK-014 network.vpc_link_security_group_ids"],
    );
}

#[test]
fn names_of_others_are_those_of_their_arns() {
    let mut stack = reference();
    stack.cluster.existing = Some("arn:aws:ecs:ap-northeast-1:123456789012:cluster/shared".to_owned());
    let arn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/theirs:*".to_owned();
    stack.services.get_mut("app").unwrap().log_group.existing = Some(arn);
    assert_eq!((stack.cluster_name().as_str(), stack.log_group_name("app").as_str()), ("shared", "/theirs"));
}

#[test]
fn role_of_others_gets_no_permissions() {
    let text = |text: &str| Some(text.to_owned());
    let role = |name: &str| TaskRole { existing: text(name), ..TaskRole::default() };
    check_app(|app| app.task.task_role = role("theirs"), &[]);
    check_app(|app| app.task.task_role = role("a b"), &["STACK-014 task_role.existing"]);
    let exec = |app: &mut Service| {
        app.task.task_role = role("theirs");
        app.enable_execute_command = Some(true);
    };
    check_app(exec, &["STACK-015 task_role.existing"]);
    check_app(|app| app.log_group.existing = text("/theirs"), &[]);
    check_app(|app| app.log_group.existing = text("a b"), &["STACK-014 log_group.existing"]);
    let secrets = |stack: &mut Stack| {
        stack.execution_role = ExecutionRole { existing: text("theirs"), ..Default::default() };
        let app = stack.services.get_mut("app").unwrap();
        app.task.secrets.insert("KEY".to_owned(), "/key".to_owned());
    };
    check(secrets, &["STACK-015 execution_role.existing"]);
}

#[test]
fn role_of_others_needs_every_action_of_sessions() {
    let mut stack = reference();
    let key = "arn:aws:kms:ap-northeast-1:123456789012:key/a1b2";
    let exec = ExecuteCommand::builder().kms_key_id(key).build().expect("sessions");
    stack.cluster.execute_command = Some(exec);
    let app = stack.services.get_mut("app").expect("the service");
    app.enable_execute_command = Some(true);
    app.task.task_role = TaskRole { existing: Some("theirs".to_owned()), ..TaskRole::default() };
    let problem =
        stack.problems().into_iter().find(|problem| problem.rule == "STACK-015").expect("a warning");
    let needed = ["`ssmmessages:OpenDataChannel`", "`kms:Decrypt`"];
    assert!(needed.iter().all(|action| problem.fix.contains(action)), "{}", problem.fix);
}
