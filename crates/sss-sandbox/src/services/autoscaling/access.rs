//! The permissions of the service's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Application Auto Scaling", in the Service Authorization
//! Reference, and "Permissions required for API calls on target services and CloudWatch", in the user guide. The first
//! target of an account also needs a service-linked role. Which operation asks for which right on alarms is an
//! assumption.

use serde_json::Value;

use super::tag;
use crate::{
    access::{Access, Check, Entry},
    services::iam,
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| {
        let service = if resource.starts_with("alarm:") { "cloudwatch" } else { super::SERVICE.name };
        world.arn(service, resource)
    },
    name,
    tags: tag::tags_of_arn,
};

/// The alarms that AWS manages for the policies of a target.
const ALARMS: &str = "alarm:TargetTracking-{!ResourceId}-*";
/// The member of policies that have such alarms.
const TRACKING: &str = "TargetTrackingScalingPolicyConfiguration";

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["RegisterScalableTarget"],
        &[
            Check::on("scalable-target/{ResourceId}"),
            Check::of("application-autoscaling:TagResource", "scalable-target/{ResourceId}").given("Tags"),
            Check::of(
                "iam:CreateServiceLinkedRole",
                "arn:{partition}:iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/\
                 AWSServiceRoleForApplicationAutoScaling_ECSService",
            )
            .with(&[("iam:AWSServiceName", "=ecs.application-autoscaling.amazonaws.com")])
            .unless(|world| iam::has_service_linked_role(world, "ecs.application-autoscaling.amazonaws.com")),
        ],
    ),
    Entry::new(
        &["DeleteScheduledAction", "PutScheduledAction"],
        &[Check::on("scalable-target/{ResourceId}")],
    ),
    Entry::new(
        &["DeleteScalingPolicy", "DeregisterScalableTarget"],
        &[Check::on("scalable-target/{ResourceId}"), Check::of("cloudwatch:DeleteAlarms", ALARMS)],
    ),
    Entry::new(
        &["PutScalingPolicy"],
        &[
            Check::on("scalable-target/{ResourceId}"),
            Check::of("cloudwatch:DescribeAlarms", ALARMS).given(TRACKING),
            Check::of("cloudwatch:PutMetricAlarm", ALARMS).given(TRACKING),
        ],
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
