//! Rules of security groups.
//!
//! EC2 lists rules as permissions: one protocol, one range of ports, and any number of peers. Here a rule has
//! one peer, and its key says what it allows. So two lists of rules are compared as maps, and two rules with
//! one key are the same rule.
//!
//! # Normal form
//!
//! Stack file and account come to the same form, because both use the model's `Protocol`: EC2 answers `58` as
//! `icmpv6`, and ports of a protocol without ports have no meaning. EC2 keeps address ranges without host
//! bits, so [`canonical`] clears them in desired rules. Without this a plan would show a difference for ever.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use serde::{Deserialize, Serialize};
use sss_model::Protocol;

/// Rules by what they allow, such as `tcp 80-80 10.0.0.0/16` or `icmp 8/0 10.0.0.0/16`.
///
/// The key is [`Rule::key`]. It is part of the state, so plans show it.
pub(crate) type Rules = BTreeMap<String, Rule>;

/// One protocol, one range of ports, one source or target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub(crate) protocol: String,
    /// The first port, or the ICMP type. `None` where EC2 ignores ports, and -1 for every type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) from_port: Option<i32>,
    /// The last port, or the ICMP code. `None` where EC2 ignores ports, and -1 for every code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) to_port: Option<i32>,
    /// The source of inbound or the target of outbound traffic.
    pub(crate) peer: Peer,
    /// The description. It is no part of what the rule allows, and EC2 can change it in place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
}

/// The source or the target of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Peer {
    /// An IPv4 block in CIDR notation, such as `10.0.0.0/16`.
    Ipv4(String),
    /// An IPv6 block in CIDR notation, such as `2001:db8::/32`.
    Ipv6(String),
    /// The id of a security group.
    SecurityGroup(String),
    /// The id of a managed prefix list.
    PrefixList(String),
}

impl Peer {
    /// Returns the id of the security group. `None` for any other peer.
    pub(super) fn group(&self) -> Option<&str> {
        match self {
            Self::SecurityGroup(id) => Some(id),
            Self::Ipv4(_) | Self::Ipv6(_) | Self::PrefixList(_) => None,
        }
    }
}

impl Rule {
    /// Returns the natural name of the rule: protocol, ports and peer.
    ///
    /// Two rules of one direction with the same key allow the same traffic.
    pub(crate) fn key(&self) -> String {
        let (Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::SecurityGroup(peer) | Peer::PrefixList(peer)) =
            &self.peer;
        let protocol = if self.protocol == "-1" { "all" } else { &self.protocol };
        match (self.from_port, self.to_port) {
            (Some(-1), Some(-1)) => format!("{protocol} {peer}"),
            (Some(kind), Some(-1)) => format!("{protocol} {kind} {peer}"),
            (Some(kind), Some(code)) if protocol.starts_with("icmp") => {
                format!("{protocol} {kind}/{code} {peer}")
            }
            (Some(from), Some(to)) => format!("{protocol} {from}-{to} {peer}"),
            _ => format!("{protocol} {peer}"),
        }
    }

    /// Returns whether the other rule allows the same traffic for the same peer. The descriptions may differ.
    pub(super) fn allows_like(&self, other: &Self) -> bool {
        let allows = |rule: &Self| (rule.protocol.clone(), rule.from_port, rule.to_port, rule.peer.clone());
        allows(self) == allows(other)
    }

    /// Returns the rule in the form of the client: a permission with one peer.
    pub(super) fn permission(&self) -> IpPermission {
        let permission = IpPermission::builder()
            .ip_protocol(&self.protocol)
            .set_from_port(self.from_port)
            .set_to_port(self.to_port);

        let description = self.description.clone();
        match &self.peer {
            Peer::Ipv4(cidr) => {
                permission.ip_ranges(IpRange::builder().cidr_ip(cidr).set_description(description).build())
            }
            Peer::Ipv6(cidr) => permission
                .ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).set_description(description).build()),
            Peer::SecurityGroup(id) => permission.user_id_group_pairs(
                UserIdGroupPair::builder().group_id(id).set_description(description).build(),
            ),
            Peer::PrefixList(id) => permission.prefix_list_ids(
                PrefixListId::builder().prefix_list_id(id).set_description(description).build(),
            ),
        }
        .build()
    }
}

/// Returns a CIDR block without host bits, as EC2 keeps it. Any other text stays as it is.
pub(crate) fn canonical(cidr: &str) -> String {
    let Some((address, bits)) = cidr.split_once('/') else {
        return cidr.to_owned();
    };
    match (address.parse(), bits.parse::<u32>()) {
        (Ok(IpAddr::V4(address)), Ok(bits @ 0..=32)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            format!("{}/{bits}", Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        (Ok(IpAddr::V6(address)), Ok(bits @ 0..=128)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            format!("{}/{bits}", Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        _ => cidr.to_owned(),
    }
}

/// Returns protocol and ports in normal form. A protocol that the model does not know stays as it is.
fn traffic(permission: &IpPermission) -> (String, Option<i32>, Option<i32>) {
    let (from, to) = (permission.from_port(), permission.to_port());
    let text = permission.ip_protocol().unwrap_or("-1");
    match text.parse::<Protocol>() {
        Ok(protocol) => {
            let (from, to) = protocol.ports(from, to).unzip();
            (protocol.to_string(), from, to)
        }
        Err(_) => (text.to_owned(), from, to),
    }
}

/// Decodes permissions as EC2 lists them: one rule for each peer.
///
/// An empty description and an absent one are the same.
pub(crate) fn rules(permissions: &[IpPermission]) -> Rules {
    let mut rules = Rules::new();
    for permission in permissions {
        let (protocol, from_port, to_port) = traffic(permission);

        let v4 = permission
            .ip_ranges()
            .iter()
            .map(|range| (range.cidr_ip().map(|cidr| Peer::Ipv4(cidr.to_owned())), range.description()));
        let v6 = permission
            .ipv6_ranges()
            .iter()
            .map(|range| (range.cidr_ipv6().map(|cidr| Peer::Ipv6(cidr.to_owned())), range.description()));
        let groups = permission
            .user_id_group_pairs()
            .iter()
            .map(|pair| (pair.group_id().map(|id| Peer::SecurityGroup(id.to_owned())), pair.description()));
        let lists = permission.prefix_list_ids().iter().map(|list| {
            (list.prefix_list_id().map(|id| Peer::PrefixList(id.to_owned())), list.description())
        });

        for (peer, description) in v4.chain(v6).chain(groups).chain(lists) {
            let Some(peer) = peer else { continue };
            let rule = Rule {
                protocol: protocol.clone(),
                from_port,
                to_port,
                peer,
                description: description.filter(|text| !text.is_empty()).map(str::to_owned),
            };
            rules.insert(rule.key(), rule);
        }
    }
    rules
}

#[cfg(test)]
mod tests;
