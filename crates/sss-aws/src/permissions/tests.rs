//! The grants against the calls in the sources, and the forms of the policies.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use sss_model::{Stack, tfvars};

use super::{LONGEST, Permissions, Purpose};
use crate::{client::lease, grant::Grant, services};

/// The files whose calls no job of a stack makes, each with the reason.
const OUTSIDE: &[(&str, &str)] = &[
    ("services/ec2/networks.rs", "`init` looks for a network before there is a stack"),
    ("services/iam/role/policy.rs", "an action in policies of roles"),
    ("services/iam/execution.rs", "the actions of a policy of AWS"),
];

/// Returns the stack that the starter file describes, with a name.
fn stack(name: &str) -> Stack {
    let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    name.clone_into(&mut stack.name);
    stack
}

/// Returns all grants.
fn all() -> Vec<&'static Grant> {
    services::all_grants().chain(lease::GRANTS).collect()
}

/// Returns the sources without tests and without the grants, by path below `src`.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut found = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("a file of the crate").display().to_string();
            if path.is_dir() {
                open.push(path);
            } else if !name.contains("tests") && !name.ends_with("grants.rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.insert(name, code.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    found
}

/// Returns the operations that a code names as texts, such as `ecs:CreateCluster`.
fn operations(code: &str) -> BTreeSet<String> {
    let texts = code.split('"').skip(1).step_by(2);
    let is_operation = |text: &&str| {
        text.split_once(':').is_some_and(|(service, operation)| {
            !service.is_empty()
                && service.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && operation.starts_with(|c: char| c.is_ascii_uppercase())
                && operation.chars().all(char::is_alphanumeric)
                && operation.chars().any(char::is_lowercase)
        })
    };
    texts.filter(is_operation).map(str::to_owned).collect()
}

/// The actions without a grant: AWS checks the first one with the call beside it, and the second one never.
const FREE: [&str; 2] = ["ssm:AddTagsToResource", "sts:GetCallerIdentity"];

#[test]
fn each_call_has_a_grant_and_each_grant_a_call() {
    let granted: BTreeSet<&str> = all().iter().flat_map(|grant| grant.calls).copied().collect();
    // The lists of quotas and of grants beside the code name calls, too, so only places of calls count.
    let is_place = |name: &str| name.starts_with("services/") || name == "client/lease.rs";
    let mut made = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, code) in sources() {
        if !is_place(&name) || OUTSIDE.iter().any(|(outside, _)| *outside == name) {
            continue;
        }
        for operation in operations(&code) {
            let is_free = FREE.contains(&operation.as_str());
            if !granted.contains(operation.as_str()) && !is_free {
                wrong.push(format!("{name} calls {operation}, and no grant names it"));
            }
            made.insert(operation);
        }
    }
    wrong.extend(
        granted.iter().filter(|call| !made.contains(**call)).map(|call| format!("nobody calls {call}")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_of_statements_are_unique() {
    let mut seen = BTreeSet::new();
    for grant in all() {
        assert!(seen.insert(grant.sid), "{} is the id of two grants", grant.sid);
        assert!(grant.sid.chars().all(char::is_alphanumeric), "{}", grant.sid);
        assert!(!grant.because.ends_with('.'), "{}", grant.because);
    }
}

#[test]
fn grants_for_reading_name_no_write() {
    for grant in all().into_iter().filter(|grant| grant.purpose == Purpose::Read) {
        for action in grant.actions() {
            let (_, name) = action.split_once(':').expect("an action");
            // A live tail starts, and makes no object.
            let reads = ["Get", "BatchGet", "List", "Describe", "Filter", "Simulate", "GET", "StartLiveTail"];
            assert!(reads.iter().any(|read| name.starts_with(read)), "{}: {action}", grant.sid);
        }
    }
}

#[test]
fn names_and_tags_narrow_the_statements() {
    let permissions = Permissions::of(&stack("shop"), Purpose::Deploy, "123456789012").expect("a stack");
    for permission in &permissions.permissions {
        let is_narrow = permission.resources.iter().all(|resource| resource != "*")
            || !permission.conditions.is_empty()
            || ["ReadAllRoles", "VerifyRoles", "HostedZones", "AccessLogs"]
                .contains(&permission.sid.as_str());
        assert!(is_narrow, "{permission:#?}");
    }
    let all = serde_json::to_string(&permissions.permissions).expect("plain data");
    assert!(!all.contains('{'.to_string().repeat(2).as_str()) && !all.contains("{region}"), "{all}");
}

#[test]
fn partition_of_the_region_is_in_all_arns() {
    let mut stack = stack("shop");
    stack.region = "cn-north-1".to_owned();
    stack.execution_role.managed_policies = None;
    let Ok(permissions) = Permissions::of(&stack, Purpose::Deploy, "*") else {
        panic!("a stack in China");
    };
    let arns = permissions.permissions.iter().flat_map(|permission| &permission.resources);
    for arn in arns.filter(|arn| *arn != "*") {
        assert!(arn.starts_with("arn:aws-cn:"), "{arn}");
    }
}

#[test]
fn long_policies_are_split_and_lose_nothing() {
    let mut stack = stack("shop");
    let service = stack.services.values().next().expect("a service").clone();
    stack.services.clear();
    for number in 0..150 {
        let mut service = service.clone();
        service.name = format!("service{number:03}");
        service.names.task_role = Some(format!("the-role-with-a-long-name-of-its-own-{number:03}"));
        service.routes.clear();
        stack.services.insert(service.name.clone(), service);
    }
    let permissions = Permissions::of(&stack, Purpose::Deploy, "123456789012").expect("a stack");
    let documents = permissions.documents();
    assert!(documents.len() > 3, "{}", documents.len());
    let mut resources = BTreeSet::new();
    for document in &documents {
        let length = document.to_json().len();
        assert!(length <= LONGEST, "{length}");
        let mut ids = BTreeSet::new();
        for statement in &document.statements {
            assert!(ids.insert(statement.sid.clone()), "{:?} is twice in one document", statement.sid);
            resources.extend(statement.resource.iter().cloned());
        }
    }
    let wanted: BTreeSet<_> =
        permissions.permissions.iter().flat_map(|permission| permission.resources.clone()).collect();
    assert_eq!(resources, wanted);
}
