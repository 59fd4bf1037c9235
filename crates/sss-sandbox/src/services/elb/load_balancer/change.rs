//! Changes of a load balancer, and its deletion.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Kind, LoadBalancer, Mapping, attach, check_subnets, description, find, find_mut, groups, subnets, zones,
};
use crate::{
    input::parse,
    refusal::Refusal,
    services::{
        ec2,
        elb::{action, id_of, invalid_configuration, target},
    },
    world::World,
};

/// The time in milliseconds for which the name of a deleted load balancer is taken.
const NAME_HELD: u64 = 30_000;

/// The time in milliseconds for which a zone is taken after a Network Load Balancer gave up its subnet there. AWS says
/// at most 3 minutes.
const ZONE_HELD: u64 = 120_000;

/// The time in milliseconds for which interfaces outlast their load balancer.
const INTERFACES_LINGER: u64 = 120_000;

/// The input of the operations that change a load balancer or delete it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    load_balancer_arn: String,
    #[serde(default)]
    security_groups: Vec<String>,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    subnet_mappings: Vec<Mapping>,
    ip_address_type: Option<String>,
}

/// Carries out `DeleteLoadBalancer`. An unknown load balancer counts as deleted.
///
/// # Errors
///
/// Refuses a load balancer with deletion protection.
pub(in crate::services::elb) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Change { load_balancer_arn: arn, .. } = parse(input)?;
    let Some(balancer) = world.elb.load_balancers.get(&arn) else {
        return Ok(json!({}));
    };
    if balancer.attributes.get("deletion_protection.enabled").is_some_and(|value| value == "true") {
        let message =
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(Refusal::new("OperationNotPermitted", message));
    }

    let before = action::attached(world);
    let Some(balancer) = world.elb.load_balancers.remove(&arn) else {
        return Ok(json!({}));
    };
    world.elb.held_names.insert(balancer.name, world.now + NAME_HELD);
    for interface in balancer.interfaces.values() {
        ec2::detach_interface(world, interface, INTERFACES_LINGER);
    }
    let state = &mut world.elb;
    state.listeners.retain(|_, listener| listener.load_balancer != arn);
    let listeners = &state.listeners;
    state.rules.retain(|_, rule| listeners.contains_key(&rule.listener));
    target::follow(world, &before);
    Ok(json!({}))
}

/// Carries out `SetSecurityGroups`. It replaces all groups.
///
/// # Errors
///
/// Refuses unknown load balancers and groups, a Network Load Balancer without groups (CAPA#4790, of
/// kubernetes-sigs/cluster-api-provider-aws), and no groups.
pub(in crate::services::elb) fn set_security_groups(
    world: &mut World,
    input: &Value,
) -> Result<Value, Refusal> {
    let request: Change = parse(input)?;
    let balancer = find(world, Some(&request.load_balancer_arn))?;
    if balancer.kind == Kind::Network && balancer.groups.is_empty() {
        return Err(invalid_configuration(
            "You cannot set security groups on a Network Load Balancer which was created without any security groups.",
        ));
    }
    if request.security_groups.is_empty() {
        return Err(invalid_configuration("At least one security group must be specified"));
    }
    let groups = groups(world, balancer.kind, request.security_groups)?;

    let balancer = find_mut(world, Some(&request.load_balancer_arn))?;
    balancer.groups.clone_from(&groups);
    for interface in balancer.interfaces.values().cloned().collect::<Vec<_>>() {
        ec2::regroup_interface(world, &interface, &groups);
    }
    Ok(json!({ "SecurityGroupIds": groups }))
}

/// Carries out `SetSubnets`. It replaces all subnets.
///
/// # Errors
///
/// Refuses unknown load balancers and subnets, two subnets in one zone, too few zones, and another subnet in a zone that
/// a Network Load Balancer has or is leaving.
pub(in crate::services::elb) fn set_subnets(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Change = parse(input)?;
    let arn = request.load_balancer_arn;
    let balancer = find(world, Some(&arn))?.clone();
    let subnets = subnets(request.subnets, request.subnet_mappings);
    check_subnets(world, balancer.kind, &subnets)?;
    if balancer.kind == Kind::Network {
        check_zones_are_free(world, &balancer, &subnets)?;
    }

    let removed: Vec<&String> =
        balancer.interfaces.keys().filter(|subnet| !subnets.contains(*subnet)).collect();
    let (mut interfaces, mut leaving) = (balancer.interfaces.clone(), balancer.leaving.clone());
    for subnet in removed {
        if let Some(interface) = interfaces.remove(subnet) {
            ec2::detach_interface(world, &interface, INTERFACES_LINGER);
        }
        leaving.extend(ec2::zone(world, subnet).map(|zone| (zone.to_owned(), world.now + ZONE_HELD)));
    }
    let added = subnets.into_iter().filter(|subnet| !interfaces.contains_key(subnet)).collect();
    let description = description(balancer.kind, &balancer.name, id_of(&arn));
    interfaces.extend(attach(world, &description, added, &balancer.groups));
    let changed = find_mut(world, Some(&arn))?;
    (changed.interfaces, changed.leaving) = (interfaces, leaving);
    target::follow_zones(world, &arn);
    let balancer = find(world, Some(&arn))?;
    Ok(json!({
        "AvailabilityZones": zones(world, balancer), "IpAddressType": balancer.ip_address_type,
    }))
}

/// Refuses a new subnet in a zone in which a Network Load Balancer has another one, or had one until a moment ago.
fn check_zones_are_free(
    world: &World,
    balancer: &LoadBalancer,
    subnets: &BTreeSet<String>,
) -> Result<(), Refusal> {
    let has = |zone: &str| {
        let mut subnets = balancer.interfaces.keys();
        subnets.any(|subnet| ec2::zone(world, subnet) == Some(zone))
            || balancer.leaving.get(zone).is_some_and(|until| world.now < *until)
    };
    let mut added = subnets.iter().filter(|subnet| !balancer.interfaces.contains_key(*subnet));
    let taken =
        added.find_map(|subnet| ec2::zone(world, subnet).filter(|zone| has(zone)).map(|zone| (subnet, zone)));
    let Some((subnet, zone)) = taken else { return Ok(()) };
    Err(invalid_configuration(format!(
        "You cannot specify an additional subnet from an Availability Zone that is already associated with the load \
         balancer. The Availability Zone '{zone}' corresponding to the new subnet '{subnet}' is already associated with \
         the load balancer."
    )))
}

/// Carries out `SetIpAddressType`.
///
/// # Errors
///
/// Refuses unknown load balancers, and other types than `ipv4`, because the subnets have only such addresses.
pub(in crate::services::elb) fn set_ip_address_type(
    world: &mut World,
    input: &Value,
) -> Result<Value, Refusal> {
    let request: Change = parse(input)?;
    let balancer = find_mut(world, Some(&request.load_balancer_arn))?;
    let wanted = request.ip_address_type.unwrap_or_default();
    if wanted != "ipv4" {
        let message = format!("You must specify subnets with an associated IPv6 CIDR block for '{wanted}'");
        return Err(Refusal::new("InvalidSubnet", message));
    }
    balancer.ip_address_type.clone_from(&wanted);
    Ok(json!({ "IpAddressType": wanted }))
}
