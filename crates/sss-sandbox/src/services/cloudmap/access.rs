//! The permissions of Cloud Map's operations.
//!
//! Source: "Actions, resources, and condition keys for AWS Cloud Map", in the Service Authorization Reference. A
//! private namespace also needs rights for its hosted zone and its VPC, by the managed policy `AWSCloudMapFullAccess`;
//! which operation asks for which of them is an assumption.

use super::tag;
use crate::access::{Access, Check, Entry, unchanged};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn("servicediscovery", resource),
    name: unchanged,
    tags: tag::tags_of_arn,
};

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["CreatePrivateDnsNamespace"],
        &[
            Check::on("*"),
            Check::of("route53:CreateHostedZone", "*"),
            Check::of("route53:GetHostedZone", "*"),
            Check::of("route53:ListHostedZonesByName", "*"),
            Check::of("ec2:DescribeVpcs", "*"),
            Check::of("ec2:DescribeRegions", "*"),
            Check::of("servicediscovery:TagResource", "*").given("Tags"),
        ],
    ),
    Entry::new(
        &["DeleteNamespace"],
        &[Check::on("namespace/{Id}"), Check::of("route53:DeleteHostedZone", "*")],
    ),
    Entry::new(&["GetNamespace", "UpdatePrivateDnsNamespace"], &[Check::on("namespace/{Id}")]),
    Entry::new(
        &["CreateService"],
        &[
            Check::on("namespace/{NamespaceId|DnsConfig.NamespaceId}"),
            Check::of("servicediscovery:TagResource", "*").given("Tags"),
        ],
    ),
    Entry::new(&["DeleteService", "GetService", "UpdateService"], &[Check::on("service/{Id}")]),
    Entry::new(
        &[
            "DeleteServiceAttributes",
            "DeregisterInstance",
            "GetInstance",
            "GetInstancesHealthStatus",
            "GetServiceAttributes",
            "ListInstances",
            "RegisterInstance",
            "UpdateServiceAttributes",
        ],
        &[Check::on("service/{ServiceId}")],
    ),
    Entry::new(
        &[
            "DiscoverInstances",
            "DiscoverInstancesRevision",
            "GetOperation",
            "ListNamespaces",
            "ListOperations",
            "ListServices",
            "ListTagsForResource",
            "TagResource",
            "UntagResource",
        ],
        &[Check::on("*")],
    ),
];
