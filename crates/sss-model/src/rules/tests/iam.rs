use crate::fixture::{check, check_app};
use crate::{ExecutionRole, Statement};

fn check_role(change: impl FnOnce(&mut ExecutionRole), want: &[&str]) {
    check(|stack| change(&mut stack.execution_role), want);
}

fn check_statement(change: impl FnOnce(&mut Statement), want: &[&str]) {
    let want: Vec<String> =
        want.iter().map(|problem| problem.replacen(' ', " execution_role.statements[0].", 1)).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check_role(|role| change(&mut role.statements[0]), &want);
}

#[test]
fn role_paths_are_framed_by_slashes() {
    let path = |path: &str, want: &[&str]| check_role(|role| role.path = path.to_owned(), want);
    path("/a/b/", &[]);
    path(&format!("/{}/", "a".repeat(510)), &[]);
    for refused in
        ["", "a", "/a", "a/", "//", "/a b/", "/aws-service-role/x/", &format!("/{}/", "a".repeat(511))]
    {
        path(refused, &["IAM-ROLE-002 execution_role.path"]);
    }
    check_app(|app| app.task.task_role.path = "x".into(), &["IAM-ROLE-002 task_role.path"]);
}

#[test]
fn managed_policies_are_few_and_named_by_arn() {
    let policies = |count: usize| -> Vec<String> {
        (0..count).map(|number| format!("arn:aws:iam::aws:policy/a{number}")).collect()
    };
    check_role(|role| role.managed_policies = Some(policies(20)), &[]);
    check_role(
        |role| role.managed_policies = Some(policies(25)),
        &["IAM-ROLE-006 execution_role.managed_policies"],
    );
    let many = |count| ExecutionRole::builder().managed_policies(policies(count)).build().is_ok();
    assert!(many(25) && !many(26));
    let arn = |arn: &str, want: &[&str]| {
        check_role(|role| role.managed_policies = Some(vec![arn.to_owned()]), want);
    };
    arn("arn:aws:iam::123456789012:policy/path/name", &[]);
    for refused in
        ["ReadOnlyAccess", "arn:aws:iam::1:policy/a", "arn:aws:iam::aws:role/a", "arn:aws:iam::aws:policy/"]
    {
        arn(refused, &["IAM-ROLE-006 execution_role.managed_policies[0]"]);
    }
    let twice = |role: &mut ExecutionRole| {
        role.managed_policies = Some(vec!["arn:aws:iam::aws:policy/a".to_owned(); 2]);
    };
    check_role(twice, &["IAM-ROLE-006 execution_role.managed_policies[1]"]);
}

#[test]
fn actions_and_resources_have_their_form() {
    let action =
        |action: &str, want: &[&str]| check_statement(|one| one.actions = vec![action.to_owned()], want);
    for taken in ["*", "s3:*", "s3:Get?bject*", "execute-api:Invoke"] {
        action(taken, &[]);
    }
    for refused in ["", "s3", "s3:", "s*:Get", ":Get", "events:events:DescribeRule", "s3:Get Object"] {
        action(refused, &["IAM-POL-004 actions[0]"]);
    }
    check_statement(|one| one.actions.clear(), &["STACK-001 actions"]);
    check_statement(|one| one.resources.clear(), &["STACK-001 resources"]);
    let resource = |resource: &str, want: &[&str]| {
        check_statement(|one| one.resources = vec![resource.to_owned()], want);
    };
    for taken in ["*", "arn:aws:s3:::bucket/*", "arn:*:sqs:eu-*:*:a:b"] {
        resource(taken, &[]);
    }
    for refused in ["", "bucket", "arn:aws:s3:::", "arn:aws:s*:::a", "arn:aws:s3"] {
        resource(refused, &["IAM-POL-006 resources[0]"]);
    }
    resource("arn:aws:s3:::größe", &[]);
    resource("arn:aws:s3:::日本", &["IAM-POL-010 resources[0]"]);
}

#[test]
fn conditions_have_known_operators_and_values() {
    let condition = |operator: &str, key: &str, value: &str, want: &[&str]| {
        let keys = [(key.to_owned(), vec![value.to_owned()])].into();
        check_statement(|one| one.conditions = [(operator.to_owned(), keys)].into(), want);
    };
    for taken in
        ["StringEquals", "ForAnyValue:StringLikeIfExists", "ForAllValues:StringLike", "Null", "BoolIfExists"]
    {
        condition(taken, "aws:a", "b", &[]);
    }
    for refused in ["StringEqual", "NullIfExists", "ForSomeValues", "stringequals"] {
        condition(refused, "aws:a", "b", &[&format!("IAM-POL-007 conditions.{refused}")]);
    }
    condition("Bool", "aws:a", "日", &["IAM-POL-010 conditions.Bool.\"aws:a\""]);
    condition("Bool", "", "true", &["IAM-POL-007 conditions.Bool.\"\""]);
    let empty = |one: &mut Statement| one.conditions = [("Bool".to_owned(), [].into())].into();
    check_statement(empty, &["IAM-POL-007 conditions.Bool"]);
}

#[test]
fn statements_together_fit_into_a_policy() {
    check_statement(|one| one.sid = Some(String::new()), &[]);
    check_statement(|one| one.sid = Some("A9".into()), &[]);
    check_statement(|one| one.sid = Some("a-b".into()), &["IAM-POL-003 sid"]);
    let twice = |role: &mut ExecutionRole| {
        role.statements[0].sid = Some("A".into());
        role.statements.push(role.statements[0].clone());
    };
    check_role(twice, &["IAM-POL-003 execution_role.statements[1].sid"]);
    let long = |length: usize| {
        move |role: &mut ExecutionRole| {
            let around = crate::PolicyDocument::new(&role.statements).to_json().len() - 1;
            role.statements[0].resources = vec![format!("arn:aws:s3:::{}", "a".repeat(length - around - 13))];
        }
    };
    check_role(long(10240), &[]);
    check_role(long(10241), &["IAM-POL-012 execution_role.statements"]);
}
