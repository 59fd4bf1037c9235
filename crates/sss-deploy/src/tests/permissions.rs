//! The policies for the stack of the folder.

use insta::assert_snapshot;
use serde_json::Value;
use sss_sandbox::Sandbox;

use super::Folder;
use crate::{Exit, Subject};

#[test]
fn policy_of_a_deployer() {
    let folder = Folder::new();
    assert_snapshot!(folder.seen("permissions"));
}

#[test]
fn policy_of_a_reader_with_reasons() {
    let folder = Folder::new();
    assert_snapshot!(folder.seen("permissions --for read --account 123456789012 --markdown"));
}

#[test]
fn boundary_of_the_roles() {
    let folder = Folder::new();
    assert_snapshot!(folder.seen("permissions --boundary"));
}

#[test]
fn policy_as_json_has_reasons_and_calls() {
    let folder = Folder::new();
    let bounded = folder.answer(Subject::Permissions, "permissions --boundary");
    assert_eq!(bounded[0]["policies"].as_array().map(Vec::len), Some(1));
    let answers = folder.answer(Subject::Permissions, "permissions");
    let answer = &answers[0];
    assert_eq!((&answer["format"], &answer["stack"]), (&"sss/1".into(), &"mz-dev".into()));
    let statements = answer["statements"].as_array().expect("statements");
    let in_policies: usize = answer["policies"]
        .as_array()
        .expect("policies")
        .iter()
        .map(|policy| policy["Statement"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(statements.len(), in_policies);
    for statement in statements {
        assert!(statement["because"].as_str().is_some_and(|because| because.len() > 20), "{statement:#}");
        assert!(statement["calls"].as_array().is_some_and(|calls| !calls.is_empty()), "{statement:#}");
    }
}

#[test]
fn documents_are_taken_by_iam() {
    let folder = Folder::new();
    let (_, documents) = folder.json("permissions --json");
    let policies = documents[0]["policies"].as_array().expect("policies");
    let policies: Vec<String> = policies.iter().map(Value::to_string).collect();
    Sandbox::new().as_role("deployer", &policies).expect("policies that IAM takes");
}

#[test]
fn wrong_account_and_stack_are_refused() {
    let folder = Folder::new();
    let (exit, _, err) = folder.run("permissions --account 1234");
    assert!(exit == Exit::Usage && err.contains("must be 12 digits or `*`"), "{err}");
    assert_eq!(folder.run("permissions --boundary --markdown").0, Exit::Usage);
    folder.edit("name = \"mz-dev\"", "name = \"A stack\"");
    assert_eq!(folder.run("permissions").0, Exit::Invalid);
}
