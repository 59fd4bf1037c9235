//! The permissions of Secrets Manager's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Secrets Manager", in the Service Authorization Reference. A
//! secret that is named without the end of its ARN counts with that end. Policies of secrets are left out.

use serde_json::Value;

use super::secret;
use crate::{
    access::{Access, Check, Entry, no_tags},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: &[
        Entry::new(&["CreateSecret"], &[Check::on("secret:{Name}")]),
        Entry::new(
            &[
                "DeleteResourcePolicy",
                "DeleteSecret",
                "DescribeSecret",
                "GetResourcePolicy",
                "PutResourcePolicy",
                "PutSecretValue",
                "RestoreSecret",
            ],
            &[Check::on("secret:{SecretId}")],
        ),
    ],
    usual: Check::on("*"),
    arn: |world, resource| world.arn("secretsmanager", resource),
    name,
    tags: no_tags,
};

/// Returns a secret by its ARN, whatever the request has. An unknown one keeps its name.
fn name(world: &World, _input: &Value, _member: &str, value: &str) -> String {
    secret::arn(world, value).unwrap_or_else(|| value.to_owned())
}
