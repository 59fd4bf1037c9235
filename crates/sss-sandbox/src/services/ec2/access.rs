//! The permissions of EC2's operations.
//!
//! Source: "Actions, resources, and condition keys for Amazon EC2", in the Service Authorization Reference, and "Grant
//! permission to tag Amazon EC2 resources during creation", in the EC2 user guide.

use serde_json::Value;

use super::{id, tag};
use crate::{
    access::{Access, Check, Entry},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn("ec2", resource),
    name,
    tags: tag::tags_of_arn,
};

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["CreateSecurityGroup"],
        &[
            Check::on("security-group/*"),
            Check::on("vpc/{VpcId}").given("VpcId"),
            Check::of("ec2:CreateTags", "security-group/*")
                .given("TagSpecification")
                .with(&[("ec2:CreateAction", "={operation}")]),
        ],
    ),
    Entry::new(
        &[
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "DeleteSecurityGroup",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "UpdateSecurityGroupRuleDescriptionsEgress",
            "UpdateSecurityGroupRuleDescriptionsIngress",
        ],
        &[Check::on("security-group/{GroupId}")],
    ),
    Entry::new(&["CreateTags", "DeleteTags"], &[Check::on("{ResourceId}")]),
    Entry::new(
        &[
            "DescribeAvailabilityZones",
            "DescribeNatGateways",
            "DescribeNetworkAcls",
            "DescribeNetworkInterfaces",
            "DescribeRouteTables",
            "DescribeSecurityGroupRules",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcAttribute",
            "DescribeVpcEndpoints",
            "DescribeVpcs",
        ],
        &[Check::on("*")],
    ),
];

/// Returns objects with their type before their id.
fn name(_world: &World, _input: &Value, member: &str, value: &str) -> String {
    let kinds = [&id::GROUP, &id::RULE, &id::VPC, &id::SUBNET, &id::INTERFACE];
    let kind = kinds.into_iter().find(|kind| member == "ResourceId" && value.starts_with(kind.prefix));
    kind.map_or_else(|| value.to_owned(), |kind| format!("{}/{value}", kind.resource_type))
}
