//! Security groups that keep tasks out: those of VPC endpoints, and those of other tasks.

use aws_sdk_ec2::types::{Filter, IpPermission, SecurityGroup as SdkGroup, VpcEndpoint, VpcEndpointType};

use super::listing;
use crate::{Aws, Result, error::Answer};

/// The port of registries and of all services of AWS.
pub(crate) const HTTPS: i32 = 443;
/// The most endpoints of a page.
const PAGE: i32 = 1000;

/// An endpoint whose security groups admit nobody of the tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    /// The id of the endpoint.
    pub(crate) endpoint: String,
    /// The ids of its security groups.
    pub(crate) groups: Vec<String>,
}

/// Finds an endpoint for a service of AWS, such as `ecr.api`, that keeps the tasks of a subnet out.
///
/// `None` if there is no endpoint, or if a rule may admit the tasks: only rules that name other groups are certain.
/// It makes three calls at most.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn closed(
    aws: &Aws,
    subnet: &str,
    tasks: &[String],
    service: &str,
) -> Result<Option<Closed>> {
    let answer = aws.ec2.describe_subnets().subnet_ids(subnet).send().await.of("ec2:DescribeSubnets")?;
    let Some(vpc) = answer.subnets().first().and_then(|subnet| subnet.vpc_id()) else { return Ok(None) };
    let filter = Filter::builder().name("vpc-id").values(vpc).build();
    let mut found = Vec::new();
    let pages = aws.ec2.describe_vpc_endpoints().filters(filter).max_results(PAGE);
    let mut pages = pages.into_paginator().items().send();
    while let Some(endpoint) = pages.next().await {
        found.push(endpoint.of("ec2:DescribeVpcEndpoints")?);
    }

    let end = format!(".{service}");
    let is_for = |endpoint: &&VpcEndpoint| {
        endpoint.vpc_endpoint_type() == Some(&VpcEndpointType::Interface)
            && endpoint.service_name().is_some_and(|name| name.ends_with(&end))
    };
    let Some(endpoint) = found.iter().find(is_for) else { return Ok(None) };
    let ids = endpoint.groups().iter().filter_map(|group| group.group_id());
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    let is_closed = are_closed(aws, &ids, tasks, HTTPS).await?;
    let endpoint = endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
    Ok(is_closed.then_some(Closed { endpoint, groups: ids }))
}

/// Returns whether no rule of these groups admits the tasks of others at a TCP port. Rules that name ranges or lists of
/// prefixes may admit them.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn are_closed(aws: &Aws, ids: &[String], tasks: &[String], port: i32) -> Result<bool> {
    if ids.is_empty() || tasks.is_empty() {
        return Ok(false);
    }
    let groups = listing::security_groups(aws, "group-id", ids.to_vec()).await?;
    Ok(groups.len() == ids.len() && !groups.iter().any(|group| may_admit(group, tasks, port)))
}

/// Returns whether a rule of a group may admit the tasks of these groups at a port.
fn may_admit(group: &SdkGroup, tasks: &[String], port: i32) -> bool {
    let is_for_port = |rule: &&IpPermission| {
        let is_within =
            rule.from_port().zip(rule.to_port()).is_none_or(|(from, to)| (from..=to).contains(&port));
        rule.ip_protocol() == Some("-1") || (rule.ip_protocol() == Some("tcp") && is_within)
    };
    group.ip_permissions().iter().filter(is_for_port).any(|rule| {
        let mut pairs = rule.user_id_group_pairs().iter().filter_map(|pair| pair.group_id());
        let has_ranges = !(rule.ip_ranges().is_empty() && rule.ipv6_ranges().is_empty());
        has_ranges
            || !rule.prefix_list_ids().is_empty()
            || pairs.any(|id| tasks.iter().any(|task| task == id))
    })
}
