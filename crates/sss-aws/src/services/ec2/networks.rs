//! The networks of an account: what a stack file names and no stack creates.
//!
//! A new stack needs the ids of a VPC, of private subnets and of security groups. [`networks`] reads them, so that nobody
//! has to copy them. It makes four calls and writes nothing.
//!
//! AWS does not say whether a subnet is private: that follows from its route table. A subnet with a route to an internet
//! gateway is public. A subnet that no route table names has the main route table of its VPC.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{RouteTable, SecurityGroup as SdkGroup, Subnet as SdkSubnet, Tag};
use futures_util::future::try_join4;

use crate::{Aws, Result, error::Answer};

/// A VPC of the account, with its subnets and security groups.
///
/// [`networks`] returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountVpc {
    /// The id, such as `vpc-0a1b2c3d4e5f60718`.
    pub id: String,
    /// The tag `Name`, or `None` without one.
    pub name: Option<String>,
    /// Whether it is the VPC that AWS made with the account.
    pub is_default: bool,
    /// The subnets, by zone and id.
    pub subnets: Vec<AccountSubnet>,
    /// The security groups by id: their names. Each VPC has one that is called `default`.
    pub security_groups: BTreeMap<String, String>,
}

/// A subnet of a VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountSubnet {
    /// The id, such as `subnet-0a1b2c3d4e5f60001`.
    pub id: String,
    /// The id of the availability zone, such as `apne1-az4`.
    pub zone_id: String,
    /// Whether its route table has no route to an internet gateway.
    pub is_private: bool,
}

/// Reads the VPCs of the account, by id, with their subnets and security groups.
///
/// It makes one call for each kind of object, and one more for each further page.
///
/// # Errors
///
/// A call failed, for example because the caller may not describe VPCs.
pub async fn networks(aws: &Aws) -> Result<Vec<AccountVpc>> {
    let (vpcs, subnets, tables, groups) =
        try_join4(vpcs(aws), subnets(aws), route_tables(aws), groups(aws)).await?;
    let mut found: Vec<AccountVpc> = vpcs
        .into_iter()
        .map(|(id, name, is_default)| AccountVpc {
            subnets: subnets_of(&id, &subnets, &tables),
            security_groups: groups_of(&id, &groups),
            id,
            name,
            is_default,
        })
        .collect();
    found.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(found)
}

/// Returns the subnets of a VPC by zone and id.
fn subnets_of(vpc: &str, subnets: &[SdkSubnet], tables: &[RouteTable]) -> Vec<AccountSubnet> {
    let of_vpc = subnets.iter().filter(|subnet| subnet.vpc_id() == Some(vpc));
    let mut found: Vec<AccountSubnet> = of_vpc
        .filter_map(|subnet| {
            let id = subnet.subnet_id()?;
            let zone_id = subnet.availability_zone_id().unwrap_or_default().to_owned();
            let is_private = !table_of(vpc, id, tables).is_some_and(leads_to_internet);
            Some(AccountSubnet { id: id.to_owned(), zone_id, is_private })
        })
        .collect();
    found.sort_by(|left, right| (&left.zone_id, &left.id).cmp(&(&right.zone_id, &right.id)));
    found
}

/// Returns the route table of a subnet: the one that names it, or the main one of the VPC.
fn table_of<'a>(vpc: &str, subnet: &str, tables: &'a [RouteTable]) -> Option<&'a RouteTable> {
    let names = |table: &&RouteTable| table.associations().iter().any(|one| one.subnet_id() == Some(subnet));
    let is_main = |table: &&RouteTable| {
        table.vpc_id() == Some(vpc) && table.associations().iter().any(|one| one.main() == Some(true))
    };
    tables.iter().find(names).or_else(|| tables.iter().find(is_main))
}

/// Returns whether a route of the table leads to an internet gateway.
fn leads_to_internet(table: &RouteTable) -> bool {
    table.routes().iter().any(|route| route.gateway_id().is_some_and(|id| id.starts_with("igw-")))
}

/// Returns the names of the security groups of a VPC by their ids.
fn groups_of(vpc: &str, groups: &[SdkGroup]) -> BTreeMap<String, String> {
    let of_vpc = groups.iter().filter(|group| group.vpc_id() == Some(vpc));
    let named = of_vpc.filter_map(|group| Some((group.group_id()?, group.group_name().unwrap_or_default())));
    named.map(|(id, name)| (id.to_owned(), name.to_owned())).collect()
}

/// Returns the value of the tag `Name`.
fn name(tags: &[Tag]) -> Option<String> {
    let tag = tags.iter().find(|tag| tag.key() == Some("Name"));
    tag.and_then(|tag| tag.value()).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The most items of a page.
const PAGE: i32 = 1000;
/// The most route tables of a page, which AWS bounds lower.
const PAGE_OF_TABLES: i32 = 100;

/// Returns id, name, and whether it is the default VPC, of each VPC.
async fn vpcs(aws: &Aws) -> Result<Vec<(String, Option<String>, bool)>> {
    let mut pages = aws.ec2.describe_vpcs().max_results(PAGE).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(vpc) = pages.next().await {
        let vpc = vpc.of("ec2:DescribeVpcs")?;
        let named = vpc.vpc_id().map(|id| (id.to_owned(), name(vpc.tags()), vpc.is_default() == Some(true)));
        found.extend(named);
    }
    Ok(found)
}

/// Reads the tenancy of the VPC of a subnet, in AWS's word. `None` if the subnet does not exist.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn tenancy(aws: &Aws, subnet: &str) -> Result<Option<String>> {
    let answer = aws.ec2.describe_subnets().subnet_ids(subnet).send().await.of("ec2:DescribeSubnets")?;
    let Some(vpc) = answer.subnets().first().and_then(SdkSubnet::vpc_id) else { return Ok(None) };
    let answer = aws.ec2.describe_vpcs().vpc_ids(vpc).send().await.of("ec2:DescribeVpcs")?;
    let tenancy = answer.vpcs().first().and_then(|vpc| vpc.instance_tenancy());
    Ok(tenancy.map(|tenancy| tenancy.as_str().to_owned()))
}

/// Lists the subnets of the account.
async fn subnets(aws: &Aws) -> Result<Vec<SdkSubnet>> {
    let mut pages = aws.ec2.describe_subnets().max_results(PAGE).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(subnet) = pages.next().await {
        found.push(subnet.of("ec2:DescribeSubnets")?);
    }
    Ok(found)
}

/// Lists the route tables of the account.
async fn route_tables(aws: &Aws) -> Result<Vec<RouteTable>> {
    let request = aws.ec2.describe_route_tables().max_results(PAGE_OF_TABLES);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(table) = pages.next().await {
        found.push(table.of("ec2:DescribeRouteTables")?);
    }
    Ok(found)
}

/// Lists the security groups of the account.
async fn groups(aws: &Aws) -> Result<Vec<SdkGroup>> {
    let mut pages = aws.ec2.describe_security_groups().max_results(PAGE).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(group) = pages.next().await {
        found.push(group.of("ec2:DescribeSecurityGroups")?);
    }
    Ok(found)
}
