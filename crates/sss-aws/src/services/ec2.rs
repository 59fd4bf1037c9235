//! The part of EC2 around the stack: security groups.

pub(crate) mod dependents;
pub(crate) mod read;
pub(crate) mod security_group;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["RequestLimitExceeded", "EC2ThrottledException"];

/// The quotas on calls. Source: "Request throttling for the Amazon EC2 API", for calls with a filter.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new(
        "EC2 read",
        &[
            "DescribeSecurityGroups",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroupRules",
            "DescribeSubnets",
        ],
        Rate::new(100, 20.0),
    ),
    Quota::new("EC2 CreateSecurityGroup", &["CreateSecurityGroup"], Rate::new(50, 5.0)),
    Quota::new("EC2 DeleteSecurityGroup", &["DeleteSecurityGroup"], Rate::new(50, 5.0)),
    Quota::new("EC2 AuthorizeSecurityGroupIngress", &["AuthorizeSecurityGroupIngress"], Rate::new(50, 5.0)),
    Quota::new("EC2 AuthorizeSecurityGroupEgress", &["AuthorizeSecurityGroupEgress"], Rate::new(50, 5.0)),
    Quota::new("EC2 RevokeSecurityGroupIngress", &["RevokeSecurityGroupIngress"], Rate::new(50, 5.0)),
    Quota::new("EC2 RevokeSecurityGroupEgress", &["RevokeSecurityGroupEgress"], Rate::new(50, 5.0)),
    Quota::new(
        "EC2 UpdateSecurityGroupRuleDescriptionsIngress",
        &["UpdateSecurityGroupRuleDescriptionsIngress"],
        Rate::new(50, 5.0),
    ),
    Quota::new(
        "EC2 UpdateSecurityGroupRuleDescriptionsEgress",
        &["UpdateSecurityGroupRuleDescriptionsEgress"],
        Rate::new(50, 5.0),
    ),
    Quota::new("EC2 tags", &["CreateTags", "DeleteTags"], Rate::new(100, 10.0)),
];
