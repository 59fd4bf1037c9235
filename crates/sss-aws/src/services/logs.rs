//! CloudWatch Logs: log groups.

pub(crate) mod log_group;
pub(crate) mod read;

use crate::client::pace::{Quota, Rate};

/// The quotas on calls. Source: "CloudWatch Logs quotas". The page names no bursts; a bucket holds the tokens of one second.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new("CloudWatch Logs CreateLogGroup", "logs", &["CreateLogGroup"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs DeleteLogGroup", "logs", &["DeleteLogGroup"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs DescribeLogGroups", "logs", &["DescribeLogGroups"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs PutRetentionPolicy", "logs", &["PutRetentionPolicy"], Rate::new(5, 5.0)),
    Quota::new(
        "CloudWatch Logs DeleteRetentionPolicy",
        "logs",
        &["DeleteRetentionPolicy"],
        Rate::new(5, 5.0),
    ),
    Quota::new("CloudWatch Logs ListTagsForResource", "logs", &["ListTagsForResource"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs TagResource", "logs", &["TagResource"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs UntagResource", "logs", &["UntagResource"], Rate::new(5, 5.0)),
];
