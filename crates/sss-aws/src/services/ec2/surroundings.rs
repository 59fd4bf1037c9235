//! The network around a stack: the ways out of its subnets.
//!
//! No stack creates these objects, and a plan reads none of them. A check before an apply does. Each read is a
//! result of its own, because the caller may be allowed to read some of them only.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, Filter, NatGateway, NetworkAcl, RouteTable, SecurityGroup as SdkGroup, Subnet,
    VpcAttributeName, VpcEndpoint,
};

use super::listing;
use crate::{Aws, Result, error::Answer};

/// The most route tables of a page.
const PAGE_OF_TABLES: i32 = 100;
/// The most items of other pages.
const PAGE: i32 = 1000;

/// The network of a VPC, as far as the caller may read it.
pub(crate) struct Surroundings {
    /// The subnets that were asked for and exist.
    pub(crate) subnets: Result<Vec<Subnet>>,
    pub(crate) tables: Result<Vec<RouteTable>>,
    pub(crate) nat_gateways: Result<Vec<NatGateway>>,
    pub(crate) endpoints: Result<Vec<VpcEndpoint>>,
    pub(crate) acls: Result<Vec<NetworkAcl>>,
    pub(crate) groups: Result<Vec<SdkGroup>>,
    /// Whether names are resolved in the VPC (`enableDnsSupport`).
    pub(crate) dns_support: Result<bool>,
    /// Whether the VPC has host names (`enableDnsHostnames`).
    pub(crate) dns_hostnames: Result<bool>,
}

/// Reads the network of a VPC and these subnets, in eight calls at the same time.
pub(crate) async fn surroundings(aws: &Aws, vpc: &str, subnets: Vec<String>) -> Surroundings {
    let (subnets, tables, nat_gateways, endpoints, acls, groups, dns_support, dns_hostnames) = tokio::join!(
        read_subnets(aws, subnets),
        tables(aws, vpc),
        nat_gateways(aws, vpc),
        endpoints(aws, vpc),
        acls(aws, vpc),
        listing::security_groups(aws, "vpc-id", vec![vpc.to_owned()]),
        dns(aws, vpc, VpcAttributeName::EnableDnsSupport),
        dns(aws, vpc, VpcAttributeName::EnableDnsHostnames),
    );
    Surroundings { subnets, tables, nat_gateways, endpoints, acls, groups, dns_support, dns_hostnames }
}

/// Returns the filter by this VPC.
fn of_vpc(vpc: &str) -> Filter {
    Filter::builder().name("vpc-id").values(vpc).build()
}

/// Lists the subnets of these ids that exist.
async fn read_subnets(aws: &Aws, ids: Vec<String>) -> Result<Vec<Subnet>> {
    let filter = Filter::builder().name("subnet-id").set_values(Some(ids)).build();
    let answer = aws.ec2.describe_subnets().filters(filter).send().await.of("ec2:DescribeSubnets")?;
    Ok(answer.subnets.unwrap_or_default())
}

async fn tables(aws: &Aws, vpc: &str) -> Result<Vec<RouteTable>> {
    let request = aws.ec2.describe_route_tables().filters(of_vpc(vpc)).max_results(PAGE_OF_TABLES);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(table) = pages.next().await {
        found.push(table.of("ec2:DescribeRouteTables")?);
    }
    Ok(found)
}

async fn nat_gateways(aws: &Aws, vpc: &str) -> Result<Vec<NatGateway>> {
    let request = aws.ec2.describe_nat_gateways().filter(of_vpc(vpc)).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(gateway) = pages.next().await {
        found.push(gateway.of("ec2:DescribeNatGateways")?);
    }
    Ok(found)
}

async fn endpoints(aws: &Aws, vpc: &str) -> Result<Vec<VpcEndpoint>> {
    let request = aws.ec2.describe_vpc_endpoints().filters(of_vpc(vpc)).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(endpoint) = pages.next().await {
        found.push(endpoint.of("ec2:DescribeVpcEndpoints")?);
    }
    Ok(found)
}

async fn acls(aws: &Aws, vpc: &str) -> Result<Vec<NetworkAcl>> {
    let request = aws.ec2.describe_network_acls().filters(of_vpc(vpc)).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(acl) = pages.next().await {
        found.push(acl.of("ec2:DescribeNetworkAcls")?);
    }
    Ok(found)
}

/// Reads an attribute of DNS.
async fn dns(aws: &Aws, vpc: &str, attribute: VpcAttributeName) -> Result<bool> {
    let request = aws.ec2.describe_vpc_attribute().vpc_id(vpc).attribute(attribute);
    let answer = request.send().await.of("ec2:DescribeVpcAttribute")?;
    let value = answer.enable_dns_support().or(answer.enable_dns_hostnames());
    Ok(value.and_then(AttributeBooleanValue::value).unwrap_or_default())
}
