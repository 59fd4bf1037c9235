//! The part of EC2 around a stack: security groups.
//!
//! EC2 has the VPC and the subnets as well, but the stack file only names them by their ids. The stack has
//! one security group, for its tasks; the VPC link uses groups that the stack file names.
//!
//! # Facts about AWS
//!
//! - `DescribeSecurityGroups` with a filter and pages counts against the large bucket of reads: a burst of
//!   100 and 20 per second. Without both it would count against one of half the size.
//! - A group comes with its rules and its tags, so one call reads all groups of a VPC.
//! - The owner of a group is the account. So no call asks for the account id.

mod dependents;
pub(crate) mod endpoint;
mod grants;
mod listing;
pub(crate) mod networks;
pub(crate) mod security_group;
pub(crate) mod surroundings;

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{SecurityGroup as SdkGroup, Tag};

use self::security_group::SecurityGroup;
use crate::{
    Graph, Result, World,
    client::pace::{Quota, Rate},
    engine::kind::Resource,
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::sdk_tags,
        tagging::Tagged,
    },
    tags::{Ownership, Tags},
};

/// EC2, as far as security groups go.
///
/// It lists the groups of the stack's VPC, because a group of others may name one of the stack in a rule.
pub(crate) struct Ec2;

impl AwsService for Ec2 {
    const NAME: &'static str = "ec2";
    /// Source: "Request throttling for the Amazon EC2 API", for calls with a filter.
    ///
    /// Each mutating call has a bucket of its own.
    const QUOTAS: &'static [Quota] = &[
        Quota::new(
            "EC2 read",
            &[
                "DescribeSecurityGroups",
                "DescribeNetworkInterfaces",
                "DescribeSecurityGroupRules",
                "DescribeSubnets",
                "DescribeVpcs",
                "DescribeRouteTables",
                "DescribeNatGateways",
                "DescribeVpcEndpoints",
                "DescribeVpcAttribute",
                "DescribeNetworkAcls",
            ],
            Rate::new(100, 20.0),
        ),
        Quota::new("EC2 CreateSecurityGroup", &["CreateSecurityGroup"], Rate::new(50, 5.0)),
        Quota::new("EC2 DeleteSecurityGroup", &["DeleteSecurityGroup"], Rate::new(50, 5.0)),
        Quota::new(
            "EC2 AuthorizeSecurityGroupIngress",
            &["AuthorizeSecurityGroupIngress"],
            Rate::new(50, 5.0),
        ),
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
    const THROTTLED: &'static [&'static str] = &["RequestLimitExceeded", "EC2ThrottledException"];
    /// A group of the stack in another VPC shows only here.
    const TAG_TYPES: &'static [TagType] = &[TagType::new("ec2:security-group", SecurityGroup::KIND)];
    /// All security groups of the VPC, and ours in other VPCs.
    const GRANTS: &'static [Grant] = grants::ALL;
    type Found = Vec<SdkGroup>;

    /// Lists all security groups of the VPC. Without a VPC in the graph there is nothing to ask for.
    async fn first_round(cx: &Reading<'_>) -> Result<Vec<SdkGroup>> {
        match cx.graph.vpc_id() {
            Some(vpc) => listing::security_groups(cx.aws, "vpc-id", vec![vpc.to_owned()]).await,
            None => Ok(Vec::new()),
        }
    }

    /// Reads the groups with the stack's mark in other VPCs, and those to which the stack refers and that are not in its
    /// VPC.
    async fn second_round(
        cx: &Reading<'_>,
        mut found: Vec<SdkGroup>,
        tagged: &Tagged,
    ) -> Result<Vec<SdkGroup>> {
        let known = |id: &str| found.iter().any(|group| group.group_id() == Some(id));
        let elsewhere: Vec<String> = tagged
            .arns(Self::NAME, "security-group/")
            .filter_map(|arn| arn.rsplit('/').next())
            .chain(cx.graph.references(SecurityGroup::KIND))
            .filter(|id| !known(id))
            .map(str::to_owned)
            .collect();
        if !elsewhere.is_empty() {
            found.extend(listing::security_groups(cx.aws, "group-id", elsewhere).await?);
        }
        Ok(found)
    }

    /// Notes the account and the rules of others that name groups of the stack, and adds groups to the world.
    async fn third_round(cx: &Reading<'_>, found: Vec<SdkGroup>, world: &mut World) -> Result<()> {
        if let Some(account) = found.iter().find_map(|group| group.owner_id()) {
            world.set_account(account);
        }
        let decoded = found.iter().map(|group| security_group::decode(cx.graph, group));
        let decoded = decoded.collect::<Result<Vec<_>>>()?;

        let ours = decoded.iter().filter(|(_, live)| live.ownership == Ownership::Ours);
        let ours: BTreeSet<&str> = ours.map(|(_, live)| live.physical.as_str()).collect();
        let others = found.iter().filter(|group| !group.group_id().is_some_and(|id| ours.contains(id)));
        let rules = others.flat_map(|group| dependents::rules_naming(group, &ours));
        world.others_mut().dependents.extend(rules);

        world.extend(decoded.into_iter().filter(|(id, live)| cx.graph.concerns(id, live)));
        Ok(())
    }

    /// One call for the groups of the VPC.
    fn least_reads(graph: &Graph, _world: &World) -> usize {
        usize::from(graph.vpc_id().is_some())
    }
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| Tag::builder().key(key).value(value).build())
}
