//! Security groups: all of the VPC in one listing, rules and tags with them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, IpPermission, SecurityGroup as SdkGroup};
use sss_model::{has_zones_without_vpc_links, is_without_vpc_links};

use crate::{
    Aws, Graph, Id, Result,
    engine::{
        dependent::Dependent,
        kind::{Found, Resource, from_value},
        world::Live,
    },
    error::{Answer, Sent},
    services::{
        apigateway::vpc_link::{self, VpcLink},
        ec2::security_group::{self, SecurityGroup},
        tagging::Tagged,
    },
    tags::{NAME, Ownership, observed, of_others},
};

const OPERATION: &str = "ec2:DescribeSecurityGroups";

/// The security groups of the graph's VPC.
pub(crate) async fn security_groups(aws: &Aws, graph: &Graph) -> Result<Vec<SdkGroup>> {
    match graph.vpc_id() {
        Some(vpc) => described(aws, "vpc-id", vec![vpc.to_owned()]).await,
        None => Ok(Vec::new()),
    }
}

/// Those that are ours or have a name that the graph wants, ours in other VPCs, and rules of others that name one of ours.
pub(crate) async fn marked(
    aws: &Aws,
    graph: &Graph,
    mut groups: Vec<SdkGroup>,
    tagged: &Tagged,
) -> Result<(Vec<(Id, Live)>, Vec<Dependent>)> {
    let known = |id: &str| groups.iter().any(|group| group.group_id() == Some(id));
    let elsewhere: Vec<String> = tagged
        .arns("ec2", "security-group/")
        .filter_map(|arn| arn.rsplit('/').next())
        .filter(|id| !known(id))
        .map(str::to_owned)
        .collect();
    if !elsewhere.is_empty() {
        groups.extend(described(aws, "group-id", elsewhere).await?);
    }
    let lives: Vec<_> =
        groups.iter().filter_map(|group| live(graph, group).transpose()).collect::<Result<_>>()?;
    let ours = lives.iter().filter(|(_, live)| live.ownership == Ownership::Ours);
    let ours: BTreeSet<&str> = ours.map(|(_, live)| live.physical.as_str()).collect();
    let others = groups.iter().filter(|group| !group.group_id().is_some_and(|id| ours.contains(id)));
    let rules = others.flat_map(|group| rules_naming(group, &ours)).collect();
    Ok((lives, rules))
}

/// The security groups among these that rules of another one name.
fn rules_naming(group: &SdkGroup, ours: &BTreeSet<&str>) -> BTreeSet<Dependent> {
    let (name, id) = (group.group_name().unwrap_or_default(), group.group_id().unwrap_or_default());
    let permissions = group.ip_permissions().iter().chain(group.ip_permissions_egress());
    let peers = permissions.flat_map(IpPermission::user_id_group_pairs).filter_map(|pair| pair.group_id());
    let named = peers.filter(|peer| ours.contains(peer));
    named.map(|peer| Dependent::new(format!("a rule of the security group {name} ({id})"), peer)).collect()
}

/// The security groups that pass a filter.
pub(crate) async fn described(aws: &Aws, filter: &str, values: Vec<String>) -> Result<Vec<SdkGroup>> {
    let filter = Filter::builder().name(filter).set_values(Some(values)).build();
    let request = aws.ec2.describe_security_groups().filters(filter).max_results(1000);
    let mut pages = request.into_paginator().items().send();
    let mut groups = Vec::new();
    while let Some(group) = pages.next().await {
        groups.push(group.of(OPERATION)?);
    }
    Ok(groups)
}

/// The subnets of a VPC link that is to be created, as far as they are in a zone without VPC links, each with the zone's id.
/// Asks nothing where the link is there, or where every zone of the region has VPC links.
pub(crate) async fn without_links(
    aws: &Aws,
    graph: &Graph,
    links: &[(Id, Live)],
) -> Result<BTreeMap<String, String>> {
    const OPERATION: &str = "ec2:DescribeSubnets";
    let mut nodes = graph.nodes().iter().filter(|node| node.id.kind == VpcLink::KIND);
    let Some(node) = nodes.next().filter(|_| has_zones_without_vpc_links(aws.region())) else {
        return Ok(BTreeMap::new());
    };
    let desired: vpc_link::State = from_value(&node.desired(&|_| None));
    let is_there = links.iter().any(|(id, live)| {
        let found: vpc_link::State = from_value(&live.state);
        *id == node.id && live.ownership == Ownership::Ours && found.is_in_the_places_of(&desired)
    });
    if is_there {
        return Ok(BTreeMap::new());
    }
    let filter = Filter::builder().name("subnet-id").set_values(Some(desired.subnets.into_iter().collect()));
    let answer = aws.ec2.describe_subnets().filters(filter.build()).send().await.of(OPERATION);
    let answer = match answer {
        // API Gateway says it, too, only later.
        Err(error) if error.is_denied() => return Ok(BTreeMap::new()),
        answer => answer?,
    };
    let zones =
        answer.subnets().iter().filter_map(|subnet| subnet.subnet_id().zip(subnet.availability_zone_id()));
    let has_none =
        |zone: &str| is_without_vpc_links(zone) && !graph.link_zones().iter().any(|one| one == zone);
    let without = zones.filter(|(_, zone)| has_none(zone));
    Ok(without.map(|(subnet, zone)| (subnet.to_owned(), zone.to_owned())).collect())
}

fn live(graph: &Graph, group: &SdkGroup) -> Result<Option<(Id, Live)>> {
    let name = group.group_name().sent(OPERATION, "groupName")?;
    let all: BTreeMap<_, _> = group
        .tags()
        .iter()
        .map(|tag| (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned()))
        .collect();
    let called = graph.without_case(SecurityGroup::KIND, all.get(NAME).map_or(name, String::as_str));
    let (called, own) = (called.to_owned(), graph.without_case(SecurityGroup::KIND, name));
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    // A group of others counts by its own name, whatever it says of itself.
    let logical = if ownership == Ownership::Ours { called } else { own.to_owned() };
    if ownership != Ownership::Ours && !graph.names(SecurityGroup::KIND).any(|wanted| wanted == logical) {
        return Ok(None);
    }
    let id = group.group_id().sent(OPERATION, "groupId")?.to_owned();
    let state = security_group::State {
        vpc: group.vpc_id().unwrap_or_default().to_owned(),
        description: group.description().unwrap_or_default().to_owned(),
        ingress: security_group::rules(group.ip_permissions()),
        egress: security_group::rules(group.ip_permissions_egress()),
        tags,
    };
    let output = security_group::Output { id: id.clone() };
    let found = Found::<SecurityGroup> { physical: id, name: name.to_owned(), state, output };
    let live = found.into_live(ownership).with_tags_of_others(&of_others);
    Ok(Some((Id::new(SecurityGroup::KIND, logical), live)))
}
