//! The permissions of ECR's operations.
//!
//! Source: "Actions, resources, and condition keys for Amazon Elastic Container Registry", in the Service Authorization
//! Reference. Policies of repositories, which decide about those of other accounts, are left out.

use serde_json::Value;

use crate::{
    access::{Access, Check, Entry, no_tags},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: &[
        Entry::new(
            &["BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer"],
            &[Check::on("{repositoryName}")],
        ),
        Entry::new(&["CreatePullThroughCacheRule", "DescribePullThroughCacheRules"], &[Check::on("*")]),
    ],
    usual: Check::on("*"),
    arn: |world, resource| world.arn("ecr", resource),
    name,
    tags: no_tags,
};

/// Returns the ARN of a repository, in the account of its registry.
fn name(world: &World, input: &Value, _member: &str, value: &str) -> String {
    let registry = input.get("registryId").and_then(Value::as_str).unwrap_or(&world.account);
    world.partition().arn("ecr", &world.region, registry, &format!("repository/{value}"))
}
