//! The rights that calls to Cloud Map need.

use crate::grant::{Grant, HERE, MARKS, MARKS_NO_OTHER, OURS, OURS_OR_UNMARKED};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[Grant::read(
    "ReadRegistries",
    &[
        "servicediscovery:ListNamespaces",
        "servicediscovery:GetNamespace",
        "servicediscovery:ListServices",
        "servicediscovery:ListInstances",
        "servicediscovery:ListTagsForResource",
        "servicediscovery:ListOperations",
        "servicediscovery:GetOperation",
    ],
    &["*"],
    "Finds the namespace and the Cloud Map services of the stack with their tags. The listings take no resources",
)
.when(&[HERE])];

/// The rights of stacks with a namespace.
pub(super) const NAMESPACE: &[Grant] = &[
    Grant::deploy(
        "CreateNamespace",
        &["servicediscovery:CreatePrivateDnsNamespace"],
        &["*"],
        "Creates the namespace with the mark of the stack",
    )
    .when(&[MARKS, HERE]),
    Grant::deploy(
        "HostedZones",
        &["servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:DeleteNamespace"],
        &["*"],
        "Lets Cloud Map create and delete the hosted zone of the namespace in the VPC",
    )
    .with_actions(&[
        "ec2:DescribeRegions",
        "ec2:DescribeVpcs",
        "route53:CreateHostedZone",
        "route53:DeleteHostedZone",
        "route53:GetHostedZone",
        "route53:ListHostedZonesByName",
    ]),
    Grant::deploy(
        "Namespaces",
        &["servicediscovery:UpdatePrivateDnsNamespace"],
        &["servicediscovery:{region}:{account}:namespace/*"],
        "Changes the namespace of the stack",
    )
    .when(&[OURS]),
    Grant::deploy(
        "DeleteNamespaces",
        &["servicediscovery:DeleteNamespace"],
        &["servicediscovery:{region}:{account}:namespace/*"],
        "Deletes the namespace of the stack, also once more after a lost answer, when its tags are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
];

/// The rights of stacks with Cloud Map services.
pub(super) const CLOUD_MAP_SERVICE: &[Grant] = &[
    Grant::deploy(
        "CreateRegistries",
        &["servicediscovery:CreateService"],
        &["servicediscovery:{region}:{account}:namespace/*", "servicediscovery:{region}:{account}:service/*"],
        "Creates Cloud Map services with the mark of the stack, in its namespace or in that of others",
    )
    .when(&[MARKS]),
    Grant::deploy(
        "Registries",
        &[
            "servicediscovery:UpdateService",
            "servicediscovery:DeregisterInstance",
        ],
        &["servicediscovery:{region}:{account}:service/*"],
        "Changes the Cloud Map services of the stack, and removes the instances that tasks left there",
    )
    .when(&[OURS]),
    Grant::deploy(
        "DeleteRegistries",
        &["servicediscovery:DeleteService"],
        &["servicediscovery:{region}:{account}:service/*"],
        "Deletes the Cloud Map services of the stack, also once more after a lost answer, when their tags are gone",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "TagRegistries",
        &["servicediscovery:TagResource", "servicediscovery:UntagResource"],
        &["*"],
        "Sets and removes the tags of the namespace and of the Cloud Map services. These calls take no resources",
    )
    .when(&[MARKS_NO_OTHER, HERE]),
];
