//! The permissions of Parameter Store's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Systems Manager", in the Service Authorization Reference.
//! A parameter with tags also needs `ssm:AddTagsToResource` (reference of `PutParameter`).

use serde_json::Value;

use super::tag;
use crate::{
    access::{Access, Check, Entry},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn("ssm", resource),
    name,
    tags: tag::tags_of_arn,
};

/// A parameter by its name, its id or its ARN.
const PARAMETER: &str = "parameter/{Name|Names|ResourceId}";

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["PutParameter"],
        &[Check::on(PARAMETER), Check::of("ssm:AddTagsToResource", PARAMETER).given("Tags")],
    ),
    Entry::new(
        &[
            "AddTagsToResource",
            "DeleteParameter",
            "GetParameter",
            "GetParameters",
            "ListTagsForResource",
            "RemoveTagsFromResource",
        ],
        &[Check::on(PARAMETER)],
    ),
    Entry::new(&["DescribeParameters"], &[Check::on("*")]),
    Entry::new(&["TerminateSession"], &[Check::on("session/{SessionId}")]),
];

/// Returns names without the slash of a path, as ARNs have them.
fn name(_world: &World, _input: &Value, _member: &str, value: &str) -> String {
    value.trim_start_matches('/').to_owned()
}
