//! CloudWatch Logs: log groups.

pub(crate) mod log_group;
pub(crate) mod read;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["ThrottlingException"];

/// The quotas on calls. Source: "CloudWatch Logs quotas". The page names no bursts; a bucket holds the tokens of one second.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new("CloudWatch Logs CreateLogGroup", &["CreateLogGroup"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs DeleteLogGroup", &["DeleteLogGroup"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs DescribeLogGroups", &["DescribeLogGroups"], Rate::new(10, 10.0)),
    Quota::new("CloudWatch Logs PutRetentionPolicy", &["PutRetentionPolicy"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs DeleteRetentionPolicy", &["DeleteRetentionPolicy"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs ListTagsForResource", &["ListTagsForResource"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs TagResource", &["TagResource"], Rate::new(5, 5.0)),
    Quota::new("CloudWatch Logs UntagResource", &["UntagResource"], Rate::new(5, 5.0)),
];
