//! Rules and network interfaces of others that use security groups of the stack.
//!
//! EC2 refuses to delete a group that a rule of another group names or that is on a network interface
//! (`DependencyViolation`), and often does not say which. Rules come with the listing of groups. Interfaces
//! take a call of their own, for a plan that removes a group.
//!
//! Most interfaces in a group of the stack belong to its own tasks. Their number is compared first. Only
//! where there are more than the stack runs, the tasks are read to tell them apart.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, IpPermission, NetworkInterface, SecurityGroup as SdkGroup};

use crate::{
    Aws, Result, World,
    engine::{dependent::Dependent, kind::Resource, world::Live},
    error::Answer,
    services::{
        ecs::{interfaces_of_tasks, running},
        elb::{self, load_balancer::LoadBalancer},
    },
    tags::Ownership,
};

/// Reads the network interfaces in these security groups that do not belong to our tasks and load balancers. The
/// listing of VPC links shows theirs.
///
/// EC2 describes the interface of a task by the ARN of its attachment (`…:ecs:…:attachment/…`), that of a
/// link by a text that begins with "VPC Link", and that of a load balancer by `ELB` and the end of its ARN.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn interfaces(aws: &Aws, world: &World, groups: &[&Live]) -> Result<Vec<Dependent>> {
    let groups: Vec<String> = groups.iter().map(|live| live.physical.clone()).collect();
    let filter = Filter::builder().name("group-id").set_values(Some(groups.clone())).build();
    let request = aws.ec2.describe_network_interfaces().filters(filter).max_results(1000);
    let mut pages = request.into_paginator().items().send();

    let (mut of_tasks, mut found) = (Vec::new(), Vec::new());
    while let Some(interface) = pages.next().await {
        let interface = interface.of("ec2:DescribeNetworkInterfaces")?;
        let description = interface.description().unwrap_or_default();
        if description.contains(":ecs:") && description.contains(":attachment/") {
            of_tasks.push(interface);
        } else if !description.to_ascii_lowercase().starts_with("vpc link") {
            found.push(interface);
        }
    }

    // An available interface is detached, and AWS deletes it.
    of_tasks.retain(|interface| interface.status().is_some_and(|status| status.as_str() == "in-use"));
    let running = running(world);
    let known: i32 = groups.iter().filter_map(|group| running.get(group)).sum();
    if i32::try_from(of_tasks.len()).unwrap_or(i32::MAX) > known {
        let ours = interfaces_of_tasks(aws, world).await?;
        of_tasks.retain(|interface| !interface.network_interface_id().is_some_and(|id| ours.contains(id)));
        found.extend(of_tasks);
    }
    let balancers = balancers(aws, world, &found).await?;
    found.retain(|interface| !balancers.contains(interface.description().unwrap_or_default()));
    Ok(found.iter().flat_map(|interface| uses(interface, &groups)).collect())
}

/// Returns the descriptions of interfaces of load balancers that are ours or no longer exist.
///
/// The interfaces of a deleted load balancer stay for some minutes. Only where there are others than ours, the load
/// balancers of the region are listed.
async fn balancers(aws: &Aws, world: &World, found: &[NetworkInterface]) -> Result<BTreeSet<String>> {
    const OF_BALANCER: &str = "ELB ";
    let described =
        |arn: &str| arn.split_once(":loadbalancer/").map(|(_, end)| format!("{OF_BALANCER}{end}"));
    let ours = world.of_kind(LoadBalancer::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let mut known: BTreeSet<String> = ours.filter_map(|(_, live)| described(&live.physical)).collect();

    let descriptions = found.iter().filter_map(NetworkInterface::description);
    let others: BTreeSet<&str> =
        descriptions.filter(|text| text.starts_with(OF_BALANCER) && !known.contains(*text)).collect();
    if others.is_empty() {
        return Ok(known);
    }
    let alive: BTreeSet<String> =
        elb::load_balancers(aws).await?.iter().filter_map(|arn| described(arn)).collect();
    let gone = others.into_iter().filter(|text| !alive.contains(*text)).map(str::to_owned);
    let gone: Vec<String> = gone.collect();
    known.extend(gone);
    Ok(known)
}

/// Returns the security groups of the stack that rules of another group name, in either direction.
pub(super) fn rules_naming(group: &SdkGroup, ours: &BTreeSet<&str>) -> BTreeSet<Dependent> {
    let (name, id) = (group.group_name().unwrap_or_default(), group.group_id().unwrap_or_default());
    let permissions = group.ip_permissions().iter().chain(group.ip_permissions_egress());
    let peers = permissions.flat_map(IpPermission::user_id_group_pairs).filter_map(|pair| pair.group_id());
    let named = peers.filter(|peer| ours.contains(peer));
    named.map(|peer| Dependent::new(format!("a rule of the security group {name} ({id})"), peer)).collect()
}

/// Returns the groups of the stack that a network interface is in.
fn uses(interface: &NetworkInterface, groups: &[String]) -> Vec<Dependent> {
    let id = interface.network_interface_id().unwrap_or_default();
    let name = match interface.description().filter(|text| !text.is_empty()) {
        Some(description) => format!("network interface {id} ({description})"),
        None => format!("network interface {id}"),
    };
    let used = interface.groups().iter().filter_map(|group| group.group_id());
    let used = used.filter(|used| groups.iter().any(|group| group == used));
    used.map(|group| Dependent::new(name.clone(), group)).collect()
}
