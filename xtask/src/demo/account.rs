//! The objects in an account of the sandbox.
//!
//! The account's own listings answer, over its own requests, so the engine's idea of the account plays no
//! part.

use std::{fs, path::Path};

use serde_json::{Value, json};
use sss_sandbox::Sandbox;

use crate::failure::Failure;

/// The listings of an account: service, operation and the list in the answer.
const LISTINGS: [(&str, &str, &str); 8] = [
    ("apigateway", "GetApis", "items"),
    ("apigateway", "GetVpcLinks", "items"),
    ("ec2", "DescribeSecurityGroups", "securityGroupInfo"),
    ("ecs", "ListClusters", "clusterArns"),
    ("ecs", "ListTaskDefinitions", "taskDefinitionArns"),
    ("iam", "ListRoles", "Roles"),
    ("logs", "DescribeLogGroups", "logGroups"),
    ("servicediscovery", "ListNamespaces", "Namespaces"),
];

/// The path of roles that AWS creates by itself, and keeps.
const SERVICE_LINKED: &str = ":role/aws-service-role/";

/// Returns the objects in the account of this file that a new account does not have.
pub(super) fn objects_in(file: &Path) -> Result<Vec<Value>, Failure> {
    let json = fs::read(file).map_err(Failure::to(format_args!("read {}", file.display())))?;
    let sandbox = Sandbox::load(&json).map_err(Failure::to(format_args!("read {}", file.display())))?;
    let taken_for_granted = objects(&Sandbox::in_region(&sandbox.region()))?;
    let mut objects = objects(&sandbox)?;
    objects.retain(|object| !taken_for_granted.contains(object));
    Ok(objects)
}

/// Returns the objects of all listings.
fn objects(sandbox: &Sandbox) -> Result<Vec<Value>, Failure> {
    let mut objects = Vec::new();
    for (service, operation, member) in LISTINGS {
        let answer = sandbox
            .request(service, operation, &json!({}))
            .map_err(|(code, message)| Failure::new(format!("{operation}: {code}: {message}")))?;
        let Some(list) = answer[member].as_array() else {
            return Err(Failure::new(format!("find {member} in the answer of {operation}")));
        };
        objects.extend(list.iter().cloned());
    }
    objects.retain(|object| !object.to_string().contains(SERVICE_LINKED));
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_what_a_new_account_does_not_have() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("world.json");
        let sandbox = Sandbox::new();
        for (made, expected) in [("a", 1), ("b", 2)] {
            sandbox
                .request("ecs", "CreateCluster", &json!({ "clusterName": made }))
                .expect("a valid request");
            fs::write(&file, sandbox.save()).expect("a saved account");
            assert_eq!(objects_in(&file).expect("objects").len(), expected);
        }
    }
}
