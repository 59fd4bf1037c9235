//! Stack files without services: an apply refuses to delete the objects of the stack, unless the user allows
//! it.

use std::fs;

use sss_model::Stack;

use super::Folder;
use crate::Exit;

impl Folder {
    /// Returns the stack file without its services.
    fn without_services(&self) -> String {
        let text = fs::read_to_string(self.file()).expect("the stack file");
        let mut stack = Stack::from_toml(&text).expect("a valid stack").stack;
        stack.services.clear();
        stack.to_toml()
    }
}

const HINT: &str = "hint: `sss-deploy --sandbox apply --allow-empty` deletes them; `sss-deploy --sandbox destroy` deletes the whole stack\n";

#[test]
fn empty_stack_deletes_nothing_unasked() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let whole = fs::read_to_string(folder.file()).expect("the stack file");
    folder.write(&folder.without_services());
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Refused, "{err}");
    assert!(
        err.contains("error: failed to apply: the stack has no services, and this plan deletes "),
        "{err}"
    );
    assert!(err.contains("ecs/service mz-dev-app") && err.ends_with(HINT), "{err}");
    let (exit, lines) = folder.json("apply --sandbox --yes --json");
    assert_eq!(exit, Exit::Refused);
    assert!(lines[0]["plan"]["emptied"].as_array().is_some_and(|ids| !ids.is_empty()), "{}", lines[0]);
    let error = lines[1]["error"].as_str().expect("an error");
    assert!(error.starts_with("failed to apply: the stack has no services"), "{error}");
    folder.write(&whole);
    let (_, out, _) = folder.run("plan --sandbox");
    assert!(out.ends_with("no changes: the account matches the stack\n"), "{out}");
}

#[test]
fn plan_of_an_empty_stack_warns() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.write(&folder.without_services());
    let (exit, _, err) = folder.run("plan --sandbox");
    assert_eq!(exit, Exit::Done);
    assert!(err.contains("warning: the stack has no services, and this plan deletes "), "{err}");
    assert!(err.contains(HINT), "{err}");
    let (_, documents) = folder.json("plan --sandbox --json");
    assert!(documents[0]["emptied"].is_array(), "{}", documents[0]);
    let (_, documents) = folder.json("plan --sandbox --json --allow-empty");
    assert!(documents[0]["emptied"].is_null(), "{}", documents[0]);
}

#[test]
fn empty_stack_is_applied_when_it_is_meant() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.write(&folder.without_services());
    let plan = folder.0.path().join("plan.json").display().to_string();
    folder.run(&format!("plan --sandbox --out {plan}"));
    assert_eq!(folder.run(&format!("apply --sandbox {plan}")).0, Exit::Refused, "a saved plan is no consent");
    folder.run(&format!("plan --sandbox --allow-empty --out {plan}"));
    let (exit, _, err) = folder.run(&format!("apply --sandbox {plan}"));
    assert_eq!(exit, Exit::Done, "{err}");
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Done, "an empty stack that deletes nothing is applied: {err}");
}

#[test]
fn first_apply_of_an_empty_stack_needs_no_consent() {
    let folder = Folder::new();
    folder.write(&folder.without_services());
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
}
