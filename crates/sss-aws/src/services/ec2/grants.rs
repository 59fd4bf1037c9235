//! The rights that calls to EC2 need.

use crate::grant::{Grant, HERE, MARKS, MARKS_NO_OTHER, OURS, OURS_OR_UNMARKED};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[Grant::read(
    "ReadNetwork",
    &["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs"],
    &["*"],
    "Reads the VPC with its security groups and subnets, and the interfaces that use a group. These calls take no \
     resources",
)
.when(&[HERE])];

/// All security groups of the region. Their ids are random, so tags narrow the statements.
const GROUPS: &[&str] = &["ec2:{region}:{account}:security-group/*"];

/// The rights of stacks with a security group.
pub(super) const SECURITY_GROUP: &[Grant] = &[
    Grant::deploy(
        "CreateGroupInVpc",
        &["ec2:CreateSecurityGroup"],
        &["ec2:{region}:{account}:vpc/{ec2/security-group.vpc}"],
        "Creates the security group in the VPC of the stack",
    ),
    Grant::deploy(
        "CreateGroup",
        &["ec2:CreateSecurityGroup"],
        GROUPS,
        "Creates a security group with the mark of the stack",
    )
    .when(&[MARKS]),
    Grant::deploy(
        "TagGroups",
        &["ec2:CreateTags"],
        GROUPS,
        "Sets the tags of the security group, at its creation and later. An adoption marks a group without a mark",
    )
    .when(&[MARKS_NO_OTHER, OURS_OR_UNMARKED]),
    Grant::deploy(
        "Groups",
        &[
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
            "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
            "ec2:DeleteTags",
        ],
        GROUPS,
        "Changes the security group of the stack",
    )
    .when(&[OURS]),
    Grant::deploy(
        "DeleteGroups",
        &["ec2:DeleteSecurityGroup"],
        GROUPS,
        "Deletes the security group of the stack, also once more after a lost answer, when its tags are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
];
