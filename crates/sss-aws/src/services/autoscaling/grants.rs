//! The rights that calls to Application Auto Scaling need.
//!
//! The ids of targets are random, so tags narrow the statements. Every deployer may register targets, because `scale`
//! changes those of others as well (`services/grants.rs`). Application Auto Scaling also asks whether the caller may
//! change the alarms of policies.

use crate::grant::{Grant, HERE, MARKS_NO_OTHER, OURS_OR_UNMARKED, When};

const TARGETS: &[&str] = &["application-autoscaling:{region}:{account}:scalable-target/*"];

/// The rights of stacks with services that scale.
pub(super) const TARGET: &[Grant] = &[
    Grant::read(
        "ReadScaling",
        &[
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:DescribeScheduledActions",
            "application-autoscaling:ListTagsForResource",
        ],
        &["*"],
        "Finds scalable targets, policies and scheduled actions, which takes no resources, and reads tags of targets",
    )
    .when(&[HERE]),
    Grant::deploy(
        "DeleteScaling",
        &["application-autoscaling:DeregisterScalableTarget"],
        TARGETS,
        "Deregisters the scalable targets of the stack, also once more after a lost answer, when their tags are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "TagScaling",
        &[
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:TagResource",
            "application-autoscaling:UntagResource",
        ],
        TARGETS,
        "Sets the tags of scalable targets, at their creation and later",
    )
    .with_actions(&["application-autoscaling:TagResource", "application-autoscaling:UntagResource"])
    .when(&[MARKS_NO_OTHER, OURS_OR_UNMARKED]),
    Grant::deploy(
        "RoleOfScaling",
        &["application-autoscaling:RegisterScalableTarget"],
        &["iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"],
        "AWS creates its service-linked role with the first scalable target of the account",
    )
    .with_actions(&["iam:CreateServiceLinkedRole"])
    .when(&[When::new("StringEquals", "iam:AWSServiceName", &["ecs.application-autoscaling.amazonaws.com"])]),
    Grant::deploy(
        "AlarmsOfPolicies",
        &[
            "application-autoscaling:DeleteScalingPolicy",
            "application-autoscaling:DeregisterScalableTarget",
            "application-autoscaling:PutScalingPolicy",
        ],
        &["cloudwatch:{region}:{account}:alarm:TargetTracking-service/*"],
        "Application Auto Scaling sets and deletes the alarms of policies that track a metric",
    )
    .with_actions(&["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]),
];

/// The rights of stacks with policies.
pub(super) const POLICY: &[Grant] = &[Grant::deploy(
    "Policies",
    &["application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"],
    TARGETS,
    "Sets and deletes the policies of scalable targets of the stack",
)
.when(&[OURS_OR_UNMARKED])];

/// The rights of stacks with scheduled actions.
pub(super) const ACTION: &[Grant] = &[Grant::deploy(
    "ScheduledActions",
    &["application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"],
    TARGETS,
    "Sets and deletes the scheduled actions of scalable targets of the stack",
)
.when(&[OURS_OR_UNMARKED])];
