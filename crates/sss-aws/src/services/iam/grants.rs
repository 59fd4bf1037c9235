//! The rights that calls to IAM need.

use crate::grant::{Grant, OURS_OR_UNMARKED, When};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[Grant::read(
    "ReadAllRoles",
    &["iam:GetAccountAuthorizationDetails"],
    &["*"],
    "Finds the roles of the stack, also those that it no longer names. IAM has no narrower listing with tags",
)];

/// The roles of the stack, with their paths.
const ROLES: &[&str] = &["iam::{account}:role/{iam/role}"];

/// The boundaries, if all roles have one.
const BOUNDARIES: &str = "{iam/role.permissions_boundary!}";

/// The rights of stacks with roles.
pub(super) const ROLE: &[Grant] = &[
    Grant::deploy(
        "Roles",
        &[
            "iam:GetRole",
            "iam:ListRolePolicies",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:UpdateAssumeRolePolicy",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:DeleteRole",
        ],
        ROLES,
        "Changes and deletes the execution role and the task roles, and reads them by name where IAM does not list them",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "CreateRoles",
        &["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
        ROLES,
        "Creates roles. If all roles of the stack have a boundary, it creates none without one",
    )
    .when(&[
        When::new("ArnEquals", "iam:PermissionsBoundary", &[BOUNDARIES]).optional(),
        OURS_OR_UNMARKED,
    ]),
    Grant::deploy(
        "RemoveBoundaries",
        &["iam:DeleteRolePermissionsBoundary"],
        ROLES,
        "Removes the boundary of a role that the stack no longer bounds",
    )
    .given("{iam/role.permissions_boundary}")
    .unless(BOUNDARIES)
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "AttachPolicies",
        &["iam:AttachRolePolicy"],
        ROLES,
        "Attaches the managed policies that the stack names, and no others",
    )
    .given("{iam/role.managed_policies}")
    .when(&[
        When::new("ArnEquals", "iam:PolicyARN", &["{iam/role.managed_policies}"]),
        OURS_OR_UNMARKED,
    ]),
];
