//! The rights that calls to Elastic Load Balancing need.
//!
//! The ids in ARNs are random, so tags narrow the statements. A stack without load balancers has none of them.

use crate::grant::{Grant, HERE, MARKS, MARKS_NO_OTHER, OURS, OURS_OR_UNMARKED, When};

const BALANCERS: &[&str] = &["elasticloadbalancing:{region}:{account}:loadbalancer/*"];
const LISTENERS: &[&str] = &["elasticloadbalancing:{region}:{account}:listener/*"];
const GROUPS: &[&str] = &["elasticloadbalancing:{region}:{account}:targetgroup/*"];
/// The objects at load balancers, which also a stack with a load balancer of others has.
const PARTS: &[&str] = &[
    "elasticloadbalancing:{region}:{account}:targetgroup/*",
    "elasticloadbalancing:{region}:{account}:listener/*",
    "elasticloadbalancing:{region}:{account}:listener-rule/*",
];

/// The rights of stacks with load balancers.
pub(super) const LOAD_BALANCER: &[Grant] = &[
    Grant::deploy(
        "CreateLoadBalancers",
        &["elasticloadbalancing:CreateLoadBalancer"],
        BALANCERS,
        "Creates load balancers with the mark of the stack",
    )
    .when(&[MARKS]),
    Grant::deploy(
        "RoleOfLoadBalancers",
        &["elasticloadbalancing:CreateLoadBalancer"],
        &["iam::{account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"],
        "AWS creates its service-linked role with the first load balancer of the account",
    )
    .with_actions(&["iam:CreateServiceLinkedRole"])
    .when(&[When::new("StringEquals", "iam:AWSServiceName", &["elasticloadbalancing.amazonaws.com"])]),
    Grant::deploy(
        "LoadBalancers",
        &[
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
            "elasticloadbalancing:SetIpAddressType",
            "elasticloadbalancing:SetSecurityGroups",
            "elasticloadbalancing:SetSubnets",
        ],
        BALANCERS,
        "Changes the load balancers of the stack",
    )
    .when(&[OURS]),
    Grant::deploy(
        "DeleteLoadBalancers",
        &["elasticloadbalancing:DeleteLoadBalancer"],
        BALANCERS,
        "Deletes the load balancers of the stack, also once more after a lost answer, when their tags are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
];

/// The rights of stacks with services behind load balancers, those of others included.
pub(super) const TARGET_GROUP: &[Grant] = &[
    Grant::read(
        "ReadLoadBalancers",
        &[
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:DescribeTargetGroups",
        ],
        &["*"],
        "Finds load balancers, target groups, listeners and rules. These calls take no resources",
    )
    .when(&[HERE]),
    Grant::deploy(
        "CreateTargetGroups",
        &["elasticloadbalancing:CreateTargetGroup"],
        GROUPS,
        "Creates target groups with the mark of the stack",
    )
    .when(&[MARKS]),
    Grant::deploy(
        "Balancing",
        &[
            "elasticloadbalancing:ModifyListener",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:ModifyTargetGroup",
            "elasticloadbalancing:ModifyTargetGroupAttributes",
        ],
        PARTS,
        "Changes the target groups, listeners and rules of the stack",
    )
    .when(&[OURS]),
    Grant::deploy(
        "DeleteBalancing",
        &[
            "elasticloadbalancing:DeleteListener",
            "elasticloadbalancing:DeleteRule",
            "elasticloadbalancing:DeleteTargetGroup",
        ],
        PARTS,
        "Deletes the target groups, listeners and rules of the stack, also once more after a lost answer, when their tags \
         are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "TagLoadBalancers",
        &["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
        &["elasticloadbalancing:{region}:{account}:*"],
        "Sets the tags of load balancers, target groups, listeners and rules, at their creation and later",
    )
    .when(&[MARKS_NO_OTHER, OURS_OR_UNMARKED]),
];

/// The rights of stacks with listeners.
pub(super) const LISTENER: &[Grant] = &[Grant::deploy(
    "CreateListeners",
    &["elasticloadbalancing:CreateListener"],
    BALANCERS,
    "Creates listeners with the mark of the stack, also at a load balancer of others",
)
.when(&[MARKS])];

/// The rights of stacks with rules.
pub(super) const LISTENER_RULE: &[Grant] = &[Grant::deploy(
    "CreateRules",
    &["elasticloadbalancing:CreateRule"],
    LISTENERS,
    "Creates rules with the mark of the stack, also at a listener of others",
)
.when(&[MARKS])];
