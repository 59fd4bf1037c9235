//! The permissions of IAM's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Identity and Access Management", in the Service
//! Authorization Reference. A role with tags also needs `iam:TagRole` ("Tags for IAM roles", in the IAM user guide).

use serde_json::Value;

use super::find;
use crate::{
    access::{Access, Check, Entry},
    tags::Tags,
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.global_arn("iam", resource),
    name,
    tags,
};

/// A role by its name.
const ROLE: &str = "role/{RoleName}";

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["CreateRole"],
        &[
            Check::on(ROLE).with(&[("iam:PermissionsBoundary", "{PermissionsBoundary}")]),
            Check::of("iam:TagRole", ROLE).given("Tags"),
        ],
    ),
    Entry::new(
        &[
            "DeleteRole",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DeleteServiceLinkedRole",
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
            "ListInstanceProfilesForRole",
            "ListRolePolicies",
            "ListRoleTags",
            "PutRolePolicy",
            "TagRole",
            "UntagRole",
            "UpdateAssumeRolePolicy",
            "UpdateRole",
            "UpdateRoleDescription",
        ],
        &[Check::on(ROLE)],
    ),
    Entry::new(
        &["PutRolePermissionsBoundary"],
        &[Check::on(ROLE).with(&[("iam:PermissionsBoundary", "{PermissionsBoundary}")])],
    ),
    Entry::new(
        &["AttachRolePolicy", "DetachRolePolicy"],
        &[Check::on(ROLE).with(&[("iam:PolicyARN", "{PolicyArn}")])],
    ),
    Entry::new(
        &["CreateServiceLinkedRole"],
        &[Check::on("role/{AWSServiceName}").with(&[("iam:AWSServiceName", "={!AWSServiceName}")])],
    ),
    Entry::new(&["CreatePolicy"], &[Check::on("policy{Path=/}{PolicyName}")]),
    Entry::new(&["DeletePolicy", "GetPolicy"], &[Check::on("{PolicyArn}")]),
    Entry::new(&["DeleteUserPolicy", "GetUser", "PutUserPolicy"], &[Check::on("user/{UserName=sandbox}")]),
    Entry::new(&["SimulatePrincipalPolicy"], &[Check::on("{PolicySourceArn}")]),
    Entry::new(&["GetAccountAuthorizationDetails", "ListRoles", "SimulateCustomPolicy"], &[Check::on("*")]),
];

/// Returns roles with their path, and service-linked roles by their service.
fn name(world: &World, input: &Value, member: &str, value: &str) -> String {
    match member {
        "RoleName" if input.get("AssumeRolePolicyDocument").is_some() => {
            let path = input.get("Path").and_then(Value::as_str).unwrap_or("/");
            format!("{path}{value}").trim_start_matches('/').to_owned()
        }
        "RoleName" => match find(world, value) {
            Some(role) => format!("{}{value}", role.path).trim_start_matches('/').to_owned(),
            None => value.to_owned(),
        },
        "AWSServiceName" => super::service_linked::resource(value),
        _ => value.to_owned(),
    }
}

/// Returns the tags of a role by its ARN.
fn tags<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    let key = find(world, arn)?.name.to_lowercase();
    world.iam.roles.get_mut(&key).map(|role| &mut role.tags)
}
