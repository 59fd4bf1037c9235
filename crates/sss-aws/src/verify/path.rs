//! The way of requests from the VPC link to the tasks, through the security groups of both.
//!
//! The rules of the tasks' group are the stack's. The groups of the link belong to others, so their outbound
//! rules are read.

use std::{collections::BTreeSet, net::Ipv4Addr};

use aws_sdk_ec2::types::{IpPermission, SecurityGroup as SdkGroup, Subnet};

use super::{
    Check,
    subject::{Need, Subject},
};
use crate::services::{
    apigateway::vpc_link::VpcLink,
    ec2::{
        security_group::{Peer, SecurityGroup},
        surroundings::Surroundings,
    },
};

/// The answer of a set of rules about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Allows {
    No,
    /// A rule may allow it, such as one for a prefix list.
    Maybe,
    Yes,
}

/// Checks the way from the link to each service with a port.
pub(super) fn check(subject: &Subject<'_>, network: &Surroundings) -> Vec<Check> {
    let (Some((_, link)), Some((group, own))) = (subject.link, subject.group) else { return Vec::new() };
    let groups = match &network.groups {
        Ok(groups) => groups,
        Err(error) => return vec![Check::unread("path", "VPC link to tasks", error).about([group])],
    };
    let sides = Sides { link, own, groups, subnets: network.subnets.as_deref().unwrap_or_default() };
    let one = |need: &Need<'_>| {
        let (_, _, port) = need.service.registry.as_ref()?;
        Some(sides.judge(need, *port).about([group, need.id]))
    };
    subject.services.iter().filter_map(one).collect()
}

/// The two sides of the way, and the groups of the VPC.
struct Sides<'a> {
    link: &'a VpcLink,
    /// The group of the stack, in which all tasks are.
    own: &'a SecurityGroup,
    groups: &'a [SdkGroup],
    subnets: &'a [Subnet],
}

impl Sides<'_> {
    /// Returns the check of the way to a service.
    fn judge(&self, need: &Need<'_>, port: i32) -> Check {
        let name = format!("VPC link to {} at port {port}", need.service.name);
        match (self.outbound(need, port), self.inbound(need, port)) {
            (_, Allows::No) => {
                let reason = format!(
                    "no inbound rule of the tasks' security group admits the VPC link at port {port}"
                );
                let fix = format!(
                    "add a rule for port {port} and the groups of the VPC link under `[security_group]`"
                );
                Check::problem("path", name, reason, fix)
            }
            (Allows::No, _) => {
                let groups = self.link.state.security_groups.iter().cloned().collect::<Vec<_>>().join(", ");
                let reason = format!("no outbound rule of {groups} leads to the tasks at port {port}");
                let fix = format!("add an outbound rule for TCP port {port} to one of these groups");
                Check::problem("path", name, reason, fix)
            }
            (Allows::Yes, Allows::Yes) => Check::ok("path", name),
            _ => Check::not_checked(
                "path",
                name,
                "rules that name a part of a range or a prefix list decide it",
            ),
        }
    }

    /// Returns whether the groups of a service's tasks admit the link.
    fn inbound(&self, need: &Need<'_>, port: i32) -> Allows {
        let ranges = self.ranges(&self.link.state.subnets);
        let of_link = |id: &str| self.link.state.security_groups.contains(id);
        let own = self.own.state.ingress.values().map(|rule| {
            if !is_for_port(&rule.protocol, (rule.from_port, rule.to_port), port) {
                return Allows::No;
            }
            match &rule.peer {
                Peer::SecurityGroup(id) if of_link(id) => Allows::Yes,
                Peer::Ipv4(range) => covers(range, &ranges),
                Peer::PrefixList(_) => Allows::Maybe,
                Peer::SecurityGroup(_) | Peer::Ipv6(_) => Allows::No,
            }
        });
        let others = self.of(&need.other_groups).map(|group| {
            permits(group.ip_permissions(), port, |side| match side {
                Side::Group(id) if of_link(id) => Allows::Yes,
                Side::Group(_) => Allows::No,
                Side::Range(range) => covers(range, &ranges),
                Side::Other => Allows::Maybe,
            })
        });
        own.chain(others).max().unwrap_or(Allows::No)
    }

    /// Returns whether the groups of the link lead to a service's tasks. Groups of another VPC are not known.
    fn outbound(&self, need: &Need<'_>, port: i32) -> Allows {
        let ranges = self.ranges(&need.service.settings.subnets);
        let is_own = |id: &str| {
            let found = self.groups.iter().find(|group| group.group_id() == Some(id));
            need.other_groups.contains(id)
                || found.is_some_and(|group| group.group_name() == Some(&self.own.name))
        };
        let found = self.of(&self.link.state.security_groups).map(|group| {
            permits(group.ip_permissions_egress(), port, |side| match side {
                Side::Group(id) if is_own(id) => Allows::Yes,
                Side::Group(_) => Allows::No,
                Side::Range(range) => covers(range, &ranges),
                Side::Other => Allows::Maybe,
            })
        });
        found.max().unwrap_or(Allows::Maybe)
    }

    /// Returns the groups of these ids.
    fn of(&self, ids: &BTreeSet<String>) -> impl Iterator<Item = &SdkGroup> {
        self.groups.iter().filter(|group| group.group_id().is_some_and(|id| ids.contains(id)))
    }

    /// Returns the ranges of these subnets, as far as they are known.
    fn ranges(&self, ids: &BTreeSet<String>) -> Vec<&str> {
        let known =
            self.subnets.iter().filter(|subnet| subnet.subnet_id().is_some_and(|id| ids.contains(id)));
        known.filter_map(|subnet| subnet.cidr_block()).collect()
    }
}

/// Returns whether a range of a rule covers these ranges of subnets.
fn covers(range: &str, subnets: &[&str]) -> Allows {
    let contained = subnets.iter().filter(|subnet| contains(range, subnet)).count();
    let is_apart = subnets.iter().all(|subnet| !contains(range, subnet) && !contains(subnet, range));
    match contained {
        _ if range == "0.0.0.0/0" => Allows::Yes,
        0 if subnets.is_empty() => Allows::Maybe,
        0 if is_apart => Allows::No,
        all if all == subnets.len() => Allows::Yes,
        _ => Allows::Maybe,
    }
}

/// Returns whether a range of IPv4 addresses contains another one.
pub(super) fn contains(outer: &str, inner: &str) -> bool {
    let read = |range: &str| {
        let (address, bits) = range.split_once('/')?;
        Some((address.parse::<Ipv4Addr>().ok()?.to_bits(), bits.parse::<u32>().ok()?))
    };
    let (Some((outer, bits)), Some((inner, longer))) = (read(outer), read(inner)) else { return false };
    let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
    bits <= longer && outer & mask == inner & mask
}

/// The other side of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side<'a> {
    Group(&'a str),
    Range(&'a str),
    /// A prefix list or a range of IPv6.
    Other,
}

/// Returns the best that the rules for TCP at a port say, by the judgement of each peer.
pub(super) fn permits(permissions: &[IpPermission], port: i32, judge: impl Fn(Side<'_>) -> Allows) -> Allows {
    let is_for = |permission: &&IpPermission| {
        let ports = (permission.from_port(), permission.to_port());
        is_for_port(permission.ip_protocol().unwrap_or_default(), ports, port)
    };
    let peers = permissions.iter().filter(is_for).flat_map(|permission| {
        let groups = permission.user_id_group_pairs().iter().filter_map(|pair| pair.group_id());
        let ranges = permission.ip_ranges().iter().filter_map(|range| range.cidr_ip());
        let lists = permission.prefix_list_ids().iter().map(|_| Side::Other);
        groups.map(Side::Group).chain(ranges.map(Side::Range)).chain(lists).collect::<Vec<_>>()
    });
    peers.map(judge).max().unwrap_or(Allows::No)
}

/// Returns whether a rule is for TCP at a port.
pub(super) fn is_for_port(protocol: &str, (from, to): (Option<i32>, Option<i32>), port: i32) -> bool {
    match protocol {
        "-1" => true,
        "tcp" | "6" => from.is_none_or(|from| from <= port) && to.is_none_or(|to| port <= to),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_contains_smaller_ranges_of_its_own() {
        assert!(contains("10.0.0.0/16", "10.0.16.0/20") && contains("0.0.0.0/0", "10.0.0.0/8"));
        assert!(!contains("10.0.16.0/20", "10.0.0.0/16") && !contains("10.1.0.0/16", "10.0.0.0/20"));
        assert!(!contains("pl-0a1b", "10.0.0.0/20"));
    }

    #[test]
    fn range_covers_all_some_or_no_subnets() {
        let subnets = ["10.0.0.0/20", "10.0.16.0/20"];
        assert_eq!(covers("10.0.0.0/16", &subnets), Allows::Yes);
        assert_eq!(covers("10.0.0.0/20", &subnets), Allows::Maybe);
        assert_eq!(covers("10.0.0.0/24", &subnets), Allows::Maybe);
        assert_eq!(covers("10.1.0.0/16", &subnets), Allows::No);
        assert_eq!((covers("10.1.0.0/16", &[]), covers("0.0.0.0/0", &[])), (Allows::Maybe, Allows::Yes));
    }
}
