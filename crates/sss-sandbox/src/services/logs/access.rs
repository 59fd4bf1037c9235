//! The permissions of CloudWatch Logs' operations.
//!
//! Source: "Actions, resources, and condition keys for Amazon CloudWatch Logs", in the Service Authorization
//! Reference. AWS names a group in its refusals with `:log-stream:` behind it (I: serverless#4247), and without it
//! where a request has the ARN. A group with tags also needs `logs:TagResource` (reference of `CreateLogGroup`).

use super::tag;
use crate::access::{Access, Check, Entry, unchanged};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn("logs", resource),
    name: unchanged,
    tags: |world, arn| {
        let group = arn.split(":log-stream:").next().unwrap_or(arn).to_owned();
        tag::tags_of_arn(world, &group)
    },
};

/// A group, as operations on the group itself name it.
const GROUP: &str = "log-group:{logGroupName|logGroupIdentifier|logGroupIdentifiers}:log-stream:";
/// A stream of a group.
const STREAM: &str = "log-group:{logGroupName|logGroupIdentifier}:log-stream:{logStreamName}";

const ENTRIES: &[Entry] = &[
    Entry::new(&["CreateLogGroup"], &[Check::on(GROUP), Check::of("logs:TagResource", GROUP).given("tags")]),
    Entry::new(
        &[
            "AssociateKmsKey",
            "CreateLogStream",
            "DeleteLogGroup",
            "DeleteRetentionPolicy",
            "DescribeIndexPolicies",
            "DescribeLogStreams",
            "DisassociateKmsKey",
            "FilterLogEvents",
            "GetDataProtectionPolicy",
            "ListTagsLogGroup",
            "PutLogGroupDeletionProtection",
            "PutRetentionPolicy",
            "StartLiveTail",
        ],
        &[Check::on(GROUP)],
    ),
    Entry::new(&["DeleteLogStream", "GetLogEvents", "PutLogEvents"], &[Check::on(STREAM)]),
    Entry::new(
        &["DeleteResourcePolicy", "DescribeLogGroups", "DescribeResourcePolicies", "PutResourcePolicy"],
        &[Check::on("*")],
    ),
    Entry::new(&["ListTagsForResource", "TagResource", "UntagResource"], &[Check::on("{resourceArn}")]),
];
