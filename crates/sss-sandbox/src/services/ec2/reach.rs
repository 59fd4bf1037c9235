//! Connections that security groups allow.
//!
//! Security groups are stateful: the sender's rules must allow the connection outbound and the receiver's
//! inbound, and answers need no rule. A watch asks for the connection from a VPC link to a task, and a health check
//! for the one from a load balancer.

use super::{
    address,
    interface::Interface,
    rule::{Direction, Peer, Rule},
};
use crate::world::World;

/// Returns whether security groups allow a TCP connection from one of several interfaces to another.
///
/// Interfaces are named by id. An interface that does not exist connects to nothing.
pub(crate) fn connects(world: &World, from: &[String], to: &str, port: i32) -> bool {
    let Some(to) = world.ec2.interfaces.get(to) else {
        return false;
    };
    let from = from.iter().filter_map(|id| world.ec2.interfaces.get(id));
    from.into_iter().any(|from| {
        permits(world, from, Direction::Egress, to, port)
            && permits(world, to, Direction::Ingress, from, port)
    })
}

/// Returns whether one of these groups admits a TCP connection from an interface.
pub(super) fn admits(world: &World, groups: &[String], from: &str, port: i32) -> bool {
    let Some(from) = world.ec2.interfaces.get(from) else { return false };
    let groups = groups.iter().filter_map(|group| world.ec2.groups.get(group));
    let mut rules = groups.flat_map(|group| &group.rules).filter(|rule| rule.direction == Direction::Ingress);
    rules.any(|rule| is_for_port(rule, port) && is_for_peer(rule, from))
}

/// Returns whether a group of an interface has a rule for the port and the other interface.
///
/// Without groups, as in a Network Load Balancer, everything passes.
fn permits(world: &World, own: &Interface, direction: Direction, other: &Interface, port: i32) -> bool {
    if own.groups.is_empty() {
        return true;
    }
    let groups = own.groups.iter().filter_map(|group| world.ec2.groups.get(group));
    let mut rules = groups.flat_map(|group| &group.rules).filter(|rule| rule.direction == direction);
    rules.any(|rule| is_for_port(rule, port) && is_for_peer(rule, other))
}

/// Returns whether a rule allows TCP to the port.
fn is_for_port(rule: &Rule, port: i32) -> bool {
    let is_within = rule.traffic.ports.is_none_or(|(from, to)| (from..=to).contains(&port));
    rule.traffic.protocol == "-1" || (rule.traffic.protocol == "tcp" && is_within)
}

/// Returns whether a rule's peer contains the other interface, by its address or one of its groups.
fn is_for_peer(rule: &Rule, other: &Interface) -> bool {
    match &rule.peer {
        Peer::Ipv4(range) => other.address().is_some_and(|address| address::contains(range, address)),
        Peer::Group { id, .. } => other.groups.contains(id),
        // Interfaces have only IPv4 addresses.
        Peer::Ipv6(_) | Peer::PrefixList(_) => false,
    }
}
