//! Requests in AWS's shapes, accepted and refused.

mod anything;
mod api;
mod api_cases;
mod api_kinds;
mod bounds;
mod cloud_map;
mod container_sources;
mod containers;
mod domain;
mod ec2;
mod ecs_service;
mod ecs_service_parts;
mod ecs_words;
mod elb;
mod evidence;
mod iam;
mod integration;
mod logs;
mod one_problem;
mod platforms;
mod principals;
mod reference;
mod required_in_lists;
mod robust;
mod scaling;
mod stage;
mod table;
mod task;
mod task_parts;
mod volumes;
mod words;

use serde_json::{Value, json};

use super::{Operation, Referred, check};
use crate::problem::Severity;

/// Checks which rules a request breaks, and where: `rule path`, with the severity before it if it is not an error.
pub(super) fn expect(operation: Operation, input: &Value, referred: &Value, want: &[&str]) {
    let referred = Referred::from_value(referred.clone()).expect("the referred requests can be read");
    let problems = check(operation, input, &referred);
    let got: Vec<String> = problems
        .iter()
        .map(|problem| match problem.severity {
            Severity::Error => format!("{} {}", problem.rule, problem.path),
            severity => format!("{severity} {} {}", problem.rule, problem.path),
        })
        .collect();
    assert_eq!(got, want, "{input}\n{problems:#?}");
}

/// Checks changes of a request that is fine: where, the value there, and what breaks.
fn check_cases(operation: Operation, base: &Value, referred: &Value, cases: &[(&str, Value, &[&str])]) {
    for (pointer, value, want) in cases {
        let mut input = base.clone();
        set(&mut input, pointer, value.clone());
        expect(operation, &input, referred, want);
    }
}

/// A value that takes a member out.
fn absent() -> Value {
    json!("<absent>")
}

fn set(input: &mut Value, pointer: &str, value: Value) {
    let Some((parent, member)) = pointer.rsplit_once('/') else {
        *input = value;
        return;
    };
    match input.pointer_mut(parent).expect("the parent is there") {
        Value::Array(list) => list.push(value),
        Value::Object(map) if value == absent() => drop(map.remove(member)),
        parent => parent[member] = value,
    }
}

fn repeat(text: &str, count: usize) -> String {
    text.repeat(count)
}

#[test]
fn operations_are_named_as_in_the_cli() {
    for operation in Operation::ALL {
        assert_eq!(operation.to_string().parse(), Ok(*operation));
    }
    assert_eq!(Operation::ALL.len(), 29);
    let unknown = "ecs:createservice".parse::<Operation>().unwrap_err();
    assert!(unknown.to_string().contains("ecs:createservice"), "{unknown}");
}

#[test]
fn referred_requests_are_objects_by_operation() {
    assert!(Referred::from_value(json!({ "ecs:CreateService": {} })).is_ok());
    assert!(Referred::from_value(json!({ "ecs:CreateService": [] })).is_err());
    assert!(Referred::from_value(json!({ "ecs:Create": {} })).is_err());
    assert!(Referred::from_value(json!([])).is_err());
}

#[test]
fn fixes_know_more_than_the_rule() {
    let mut task = task::fine();
    task["Cpu"] = json!("256");
    let problems = check(Operation::EcsRegisterTaskDefinition, &task, &Referred::default());
    assert_eq!(problems[0].fix, "write `cpu`");
    let problems = check(Operation::EcsCreateService, &Value::Null, &Referred::default());
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].case, problems[0].fix.as_str()),
        ("not-an-object", "write the request as an object of JSON")
    );
    task["Cpu"] = Value::Null;
    task["cpu"] = Value::Null;
    let problems = check(Operation::EcsRegisterTaskDefinition, &task, &Referred::default());
    assert!(problems.iter().any(|problem| problem.fix == "remove `cpu`"), "{problems:?}");
}

#[test]
fn fixes_are_in_the_words_of_the_request() {
    let mut service = ecs_service::fine();
    service.as_object_mut().expect("a request is an object").remove("taskDefinition");
    let fix = |operation, request: &Value| {
        check(operation, request, &Referred::default()).into_iter().map(|problem| problem.fix).next()
    };
    assert_eq!(fix(Operation::EcsCreateService, &service), Some("set `taskDefinition`".to_owned()));
    service["taskDefinition"] = json!("orders:1");
    service["launchType"] = json!("fargate");
    let words = "write one of `EC2`, `FARGATE`, `EXTERNAL`, `MANAGED_INSTANCES` for `launchType`";
    assert_eq!(fix(Operation::EcsCreateService, &service), Some(words.to_owned()));
    let group = json!({ "GroupName": "sg-1", "Description": "orders" });
    assert_eq!(fix(Operation::Ec2CreateSecurityGroup, &group), Some("choose another name".to_owned()));
    let mut web = json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [{ "IpProtocol": "tcp",
        "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] }] });
    let words = "set `FromPort` and `ToPort`";
    assert_eq!(fix(Operation::Ec2AuthorizeSecurityGroupIngress, &web), Some(words.to_owned()));
    web["CidrIp"] = json!("10.0.0.0/16");
    let words = "move all rules into `IpPermissions`";
    assert_eq!(fix(Operation::Ec2AuthorizeSecurityGroupIngress, &web), Some(words.to_owned()));
}

#[test]
fn messages_hold_no_secret() {
    let mut task = task::fine();
    task["containerDefinitions"][0]["environment"] = json!([{ "name": "KEY", "value": ["hunter2"] }]);
    task["containerDefinitions"][0]["secrets"] = json!([{ "name": "KEY", "valueFrom": "hunter2 !" }]);
    let problems = check(Operation::EcsRegisterTaskDefinition, &task, &Referred::default());
    let text = format!("{problems:?}");
    assert!(problems.len() == 3 && !text.contains("hunter2"), "{text}");
}
