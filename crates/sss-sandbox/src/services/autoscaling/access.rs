//! The permissions of the service's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Application Auto Scaling", in the Service Authorization
//! Reference. The first target of an account also needs a service-linked role; the account has it here.

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
    arn: |world, resource| world.arn(super::SERVICE.name, resource),
    name,
    tags: tag::tags_of_arn,
};

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["RegisterScalableTarget"],
        &[
            Check::on("scalable-target/{ResourceId}"),
            Check::of("application-autoscaling:TagResource", "scalable-target/{ResourceId}").given("Tags"),
        ],
    ),
    Entry::new(
        &[
            "DeleteScalingPolicy",
            "DeleteScheduledAction",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
            "PutScheduledAction",
        ],
        &[Check::on("scalable-target/{ResourceId}")],
    ),
    Entry::new(&["ListTagsForResource", "TagResource", "UntagResource"], &[Check::on("{ResourceARN}")]),
    Entry::new(
        &[
            "DescribeScalableTargets",
            "DescribeScalingActivities",
            "DescribeScalingPolicies",
            "DescribeScheduledActions",
        ],
        &[Check::on("*")],
    ),
];

/// Returns the ids of scalable targets for their resource ids. A target that does not exist has none yet.
fn name(world: &World, _input: &Value, member: &str, value: &str) -> String {
    match member {
        "ResourceId" => {
            world.autoscaling.targets.get(value).map_or_else(|| "*".to_owned(), |target| target.id.clone())
        }
        _ => value.to_owned(),
    }
}
