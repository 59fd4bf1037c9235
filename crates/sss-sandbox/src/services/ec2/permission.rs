//! Permissions in requests, which become rules.
//!
//! A permission names one kind of traffic and several peers, and each peer becomes a rule. EC2 brings both
//! into its own form: protocol numbers become names (58 is `icmpv6`), ports -1 to -1 of TCP and UDP become 0
//! to 65535, no ICMP type is -1, and address ranges lose their host bits. The comparison of rules needs that
//! form.

use serde::Deserialize;

use super::{
    address, group, id,
    rule::{Direction, Peer, Rule, Traffic},
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// AWS's prefix lists for S3, `DynamoDB` and `CloudFront`, with the number of rules for which each counts.
const PREFIX_LISTS: [(&str, usize); 3] = [("pl-61a54008", 1), ("pl-78a54011", 1), ("pl-58a04531", 55)];

/// A permission on the wire. All numbers are text.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IpPermission {
    ip_protocol: Option<String>,
    /// The first port, or the ICMP type.
    from_port: Option<String>,
    /// The last port, or the ICMP code.
    to_port: Option<String>,
    #[serde(default)]
    ip_ranges: Vec<IpRange>,
    #[serde(default)]
    ipv6_ranges: Vec<Ipv6Range>,
    #[serde(default)]
    prefix_list_ids: Vec<PrefixListId>,
    #[serde(default)]
    groups: Vec<GroupPair>,
}

/// A range of IPv4 addresses on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct IpRange {
    cidr_ip: String,
    description: Option<String>,
}

/// A range of IPv6 addresses on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv6Range {
    cidr_ipv6: String,
    description: Option<String>,
}

/// A prefix list on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixListId {
    prefix_list_id: String,
    description: Option<String>,
}

/// A group on the wire: by id, or by name in the default VPC.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupPair {
    group_id: Option<String>,
    group_name: Option<String>,
    /// The account of the group. `None` stands for this account.
    user_id: Option<String>,
    description: Option<String>,
}

/// The members of a request that contains one permission itself.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inline {
    ip_protocol: Option<String>,
    from_port: Option<String>,
    to_port: Option<String>,
    cidr_ip: Option<String>,
    source_security_group_name: Option<String>,
    source_security_group_owner_id: Option<String>,
}

impl Inline {
    /// Returns the permission of the request. `None` if the request names no peer itself, and for egress, which
    /// does not support this form.
    pub(super) fn permission(self, direction: Direction) -> Option<IpPermission> {
        if direction == Direction::Egress {
            return None;
        }
        let ip_ranges = self.cidr_ip.map(|cidr_ip| IpRange { cidr_ip, description: None });
        let group = self.source_security_group_name.map(|name| GroupPair {
            group_id: None,
            group_name: Some(name),
            user_id: self.source_security_group_owner_id,
            description: None,
        });

        (ip_ranges.is_some() || group.is_some()).then(|| IpPermission {
            ip_protocol: self.ip_protocol,
            from_port: self.from_port,
            to_port: self.to_port,
            ip_ranges: ip_ranges.into_iter().collect(),
            ipv6_ranges: Vec::new(),
            prefix_list_ids: Vec::new(),
            groups: group.into_iter().collect(),
        })
    }
}

/// Returns the rules of permissions, one for each peer, without ids.
///
/// # Errors
///
/// Refuses malformed ranges, and prefix lists and groups that do not exist.
pub(super) fn rules(
    world: &World,
    direction: Direction,
    permissions: Vec<IpPermission>,
) -> Result<Vec<Rule>, Refusal> {
    let mut rules = Vec::new();
    for permission in permissions {
        let traffic = traffic(&permission);
        let peers = peers(world, permission)?;
        rules.extend(peers.into_iter().map(|(peer, description)| Rule {
            id: String::new(),
            direction,
            traffic: traffic.clone(),
            peer,
            description,
            tags: Tags::new(),
        }));
    }
    Ok(rules)
}

/// Returns the traffic of a permission in the form that EC2 keeps.
fn traffic(permission: &IpPermission) -> Traffic {
    let protocol = permission.ip_protocol.as_deref().unwrap_or("-1").to_lowercase();
    let protocol = match protocol.as_str() {
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        "all" => "-1",
        other => other,
    };

    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok()).unwrap_or(-1);
    let ports = match (protocol, number(&permission.from_port), number(&permission.to_port)) {
        // The range -1 stands for all ports.
        ("tcp" | "udp", -1, -1) => Some((0, 65_535)),
        ("tcp" | "udp" | "icmp" | "icmpv6", from, to) => Some((from, to)),
        _ => None,
    };
    Traffic { protocol: protocol.to_owned(), ports }
}

/// Returns the peers of a permission, with their descriptions.
fn peers(world: &World, permission: IpPermission) -> Result<Vec<(Peer, Option<String>)>, Refusal> {
    let mut peers = Vec::new();
    for range in permission.ip_ranges {
        peers.push((Peer::Ipv4(address::canonical_ipv4(&range.cidr_ip)?), range.description));
    }
    for range in permission.ipv6_ranges {
        peers.push((Peer::Ipv6(address::canonical_ipv6(&range.cidr_ipv6)?), range.description));
    }
    for list in permission.prefix_list_ids {
        if PREFIX_LISTS.iter().all(|(id, _)| *id != list.prefix_list_id) {
            let message = format!("The prefix list ID '{}' does not exist", list.prefix_list_id);
            return Err(Refusal::new("InvalidPrefixListID.NotFound", message));
        }
        peers.push((Peer::PrefixList(list.prefix_list_id), list.description));
    }

    for pair in permission.groups {
        let owner = pair.user_id.unwrap_or_else(|| world.account.clone());
        let id = if owner == world.account {
            group::find(world, pair.group_id, pair.group_name)?
        } else {
            // The sandbox does not know the groups of other accounts.
            let id = super::required(pair.group_id, "groupId")?;
            id::GROUP.check_form(&id)?;
            id
        };
        peers.push((Peer::Group { id, owner }, pair.description));
    }
    Ok(peers)
}

/// Returns the number of rules for which a peer counts in IPv4 and in IPv6.
///
/// A group counts once in each. A prefix list counts as often as AWS has assigned to it.
pub(super) fn weights(peer: &Peer) -> (usize, usize) {
    match peer {
        Peer::Ipv4(_) => (1, 0),
        Peer::Ipv6(_) => (0, 1),
        Peer::Group { .. } => (1, 1),
        Peer::PrefixList(list) => {
            let weight = PREFIX_LISTS.iter().find(|(id, _)| id == list).map_or(1, |(_, weight)| *weight);
            (weight, weight)
        }
    }
}
