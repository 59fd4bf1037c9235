//! The part of EC2 around the stack: security groups.

pub(crate) mod dependents;
pub(crate) mod read;
pub(crate) mod security_group;

use crate::client::pace::{Quota, Rate};

/// The quotas on calls. Source: "Request throttling for the Amazon EC2 API", for calls with a filter.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new(
        "EC2 read",
        "ec2",
        &[
            "DescribeSecurityGroups",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroupRules",
            "DescribeSubnets",
        ],
        Rate::new(100, 20.0),
    ),
    Quota::new("EC2 CreateSecurityGroup", "ec2", &["CreateSecurityGroup"], Rate::new(50, 5.0)),
    Quota::new("EC2 DeleteSecurityGroup", "ec2", &["DeleteSecurityGroup"], Rate::new(50, 5.0)),
    Quota::new(
        "EC2 AuthorizeSecurityGroupIngress",
        "ec2",
        &["AuthorizeSecurityGroupIngress"],
        Rate::new(50, 5.0),
    ),
    Quota::new(
        "EC2 AuthorizeSecurityGroupEgress",
        "ec2",
        &["AuthorizeSecurityGroupEgress"],
        Rate::new(50, 5.0),
    ),
    Quota::new("EC2 RevokeSecurityGroupIngress", "ec2", &["RevokeSecurityGroupIngress"], Rate::new(50, 5.0)),
    Quota::new("EC2 RevokeSecurityGroupEgress", "ec2", &["RevokeSecurityGroupEgress"], Rate::new(50, 5.0)),
    Quota::new(
        "EC2 UpdateSecurityGroupRuleDescriptionsIngress",
        "ec2",
        &["UpdateSecurityGroupRuleDescriptionsIngress"],
        Rate::new(50, 5.0),
    ),
    Quota::new(
        "EC2 UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2",
        &["UpdateSecurityGroupRuleDescriptionsEgress"],
        Rate::new(50, 5.0),
    ),
    Quota::new("EC2 tags", "ec2", &["CreateTags", "DeleteTags"], Rate::new(100, 10.0)),
];
