//! The words of problems: whole, as people read them.

use crate::fixture::reference;
use crate::{Retention, Rule, Stack, Statement};

/// Checks the problem that a change of the reference stack causes: rule, case, message and fix.
fn check(change: impl FnOnce(&mut Stack), want: &str) {
    let mut stack = reference();
    let before = stack.problems();
    change(&mut stack);
    let problems = stack.problems().into_iter().filter(|problem| !before.contains(problem));
    let got = problems
        .map(|problem| format!("{}/{}: {} / {}", problem.rule, problem.case, problem.message, problem.fix));
    assert_eq!(got.collect::<Vec<_>>(), [want]);
}

#[test]
fn invalid_name_shows_the_key_to_set() {
    check(
        |stack| stack.names.cluster = Some("a b".into()),
        "ECS-CL-001/invalid-name: `a b` cannot be the name of a cluster / \
         set `names.cluster` to 1 to 255 letters, digits, `-` and `_`",
    );
    check(
        |stack| stack.names.execution_role = Some("a/b".into()),
        "IAM-ROLE-001/invalid-name: `a/b` (3 characters) cannot be the name of a role / \
         set `execution_role` or `task_role` under `names` to 1 to 64 letters, digits and `+=,.@_-`",
    );
    check(
        |stack| stack.names.api = Some(String::new()),
        "APIGW-API-001/name-length: the name of the API has 0 characters; API Gateway takes 1 to 128 / \
         set `names.api` to 1 to 128 characters",
    );
    check(
        |stack| stack.names.api_log_group = Some("aws/a".into()),
        "LOG-002/reserved-prefix: the name of the log group `aws/a` begins with `aws/`, which AWS keeps for itself / \
         write `/aws/a`",
    );
    check(
        |stack| stack.names.security_group = Some("sg-web".into()),
        "SG-003/reserved-prefix: the name `sg-web` of a security group cannot begin with `sg-` / \
         set `names.security_group` to another name",
    );
}

#[test]
fn used_name_shows_the_other_object() {
    check(
        |stack| stack.names.execution_role = Some("MZ-DEV-APP-ROLE".into()),
        "STACK-006/differs-by-case: the role `mz-dev-app-role` differs from `MZ-DEV-APP-ROLE` at \
         names.execution_role in upper and lower case only / \
         rename the service, or set another name under `names`",
    );
    check(
        |stack| stack.names.secrets_policy = Some("mz-dev-cloud-watch-policy".into()),
        "STACK-006/used-twice: the policy `mz-dev-cloud-watch-policy` has the same name as the one at name / \
         rename the service, or set another name under `names`",
    );
}

#[test]
fn invalid_tag_shows_what_aws_takes() {
    let tag = |key: &str, value: &str, want: &str| {
        check(|stack| drop(stack.cluster.tags.insert(key.to_owned(), value.to_owned())), want);
    };
    tag(
        &"a".repeat(129),
        "",
        "TAG-002/key-length: the key of the tag has 129 characters; AWS takes 1 to 128 / \
         use a key of 1 to 128 characters",
    );
    tag(
        "a",
        "b!",
        "TAG-002/value-characters: the value of the tag has characters that AWS refuses / \
         use letters, digits, spaces and `_.:/=+-@` only",
    );
    tag(
        "sss:stack",
        "b",
        "STACK-007/reserved: the key `sss:stack` is reserved: tags that begin with `sss:` name the owner of an \
         object / choose another key",
    );
}

#[test]
fn invalid_rule_shows_what_to_write() {
    let rule = |rule: Rule, want: &str| check(|stack| stack.security_group.ingress = Some(vec![rule]), want);
    rule(
        Rule { from_port: Some(2), to_port: Some(1), ..Rule::default() }.from("10.0.0.0/16"),
        "SG-010/reversed: `from_port` is 2, but the last port is 1 / set `from_port` to 1 or less",
    );
    rule(
        Rule { from_port: Some(443), ..Rule::all() }.from("10.0.0.0/16"),
        "SG-015/ignored-ports: EC2 ignores the ports of a rule for protocol -1, so every port is open / \
         write `protocol = \"tcp\"` or `protocol = \"udp\"`, or remove the ports",
    );
    rule(
        Rule::tcp(80).from("0.0.0.0/0"),
        "SG-022/world: `0.0.0.0/0` lets in the whole world / \
         replace `0.0.0.0/0` by the addresses, or the security group, of the clients",
    );
    rule(
        Rule::tcp(80).from("10.0.0.0"),
        "SG-020/not-a-range: `10.0.0.0` is not an IPv4 or IPv6 address with a mask / \
         write a range such as `10.0.0.0/16`",
    );
    rule(
        Rule::tcp(80).from("sg-xyz"),
        "EC2-ID-001/invalid-id: `sg-xyz` is not the id of a security group / \
         copy the id from the account, such as `sg-0a1b2c3d4e5f60718`",
    );
}

#[test]
fn unknown_retention_shows_its_neighbours() {
    let fix = |days: u32| Retention::days(days).unwrap_err().problems[0].fix.clone();
    assert_eq!(fix(8), "write one of `7`, `14`, or `\"never\"` for events that never expire");
    assert_eq!(fix(0), "write one of `1`, or `\"never\"` for events that never expire");
    assert_eq!(fix(5000), "write one of `3653`, or `\"never\"` for events that never expire");
    check(
        |stack| stack.log_retention_days = Retention::NEVER,
        "LOG-006/never-expires: the log group keeps its events for ever, and AWS bills all of them every month / \
         write a number of days, as in `log_retention_days = 30`",
    );
}

#[test]
fn invalid_statement_shows_an_example() {
    let statement = |action: &str, resource: &str, want: &str| {
        let statement = Statement::allow([action], [resource]);
        check(|stack| stack.execution_role.statements = vec![statement], want);
    };
    statement(
        "s3",
        "*",
        "IAM-POL-004/not-an-action: an action must be `*` or `service:name`, not `s3` / \
         write an action such as `s3:GetObject`",
    );
    statement(
        "s3:*",
        "bucket",
        "IAM-POL-006/not-an-arn: a resource must be `*` or an ARN of six parts, not `bucket` / \
         write `*`, or an ARN such as `arn:aws:s3:::bucket/*`",
    );
}
