//! Permissions as requests state them, read into rules.

use serde::Deserialize;

use super::{
    address, group, id, invalid_value,
    rule::{Direction, Peer, Rule, Traffic},
};
use crate::{refusal::Refusal, tags::Tags, world::World};

/// AWS's own prefix lists (of S3, `DynamoDB` and `CloudFront`), and as how many rules each counts.
const PREFIX_LISTS: [(&str, usize); 3] = [("pl-61a54008", 1), ("pl-78a54011", 1), ("pl-58a04531", 55)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IpPermission {
    ip_protocol: Option<String>,
    from_port: Option<String>,
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct IpRange {
    cidr_ip: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv6Range {
    cidr_ipv6: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixListId {
    prefix_list_id: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupPair {
    group_id: Option<String>,
    group_name: Option<String>,
    user_id: Option<String>,
    description: Option<String>,
}

/// The members that state one permission in the request itself.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inline {
    ip_protocol: Option<String>,
    from_port: Option<String>,
    to_port: Option<String>,
    cidr_ip: Option<String>,
}

impl Inline {
    pub(super) fn permission(self) -> Option<IpPermission> {
        let ip_protocol = self.ip_protocol?;
        let ip_ranges = self.cidr_ip.map(|cidr_ip| IpRange { cidr_ip, description: None });
        Some(IpPermission {
            ip_protocol: Some(ip_protocol),
            from_port: self.from_port,
            to_port: self.to_port,
            ip_ranges: ip_ranges.into_iter().collect(),
            ipv6_ranges: Vec::new(),
            prefix_list_ids: Vec::new(),
            groups: Vec::new(),
        })
    }
}

/// The rules that permissions state, one for each peer, still without ids.
pub(super) fn rules(
    world: &World,
    direction: Direction,
    permissions: Vec<IpPermission>,
) -> Result<Vec<Rule>, Refusal> {
    if permissions.is_empty() {
        let message = "The request must contain the parameter ipPermissions";
        return Err(Refusal::new("MissingParameter", message));
    }
    let mut rules: Vec<Rule> = Vec::new();
    for permission in permissions {
        let traffic = traffic(&permission)?;
        let peers = peers(world, permission)?;
        if peers.is_empty() {
            let message = "The request must contain a source or destination for each permission";
            return Err(Refusal::new("MissingParameter", message));
        }
        for (peer, description) in peers {
            description.as_deref().map_or(Ok(()), |text| group::check_description(text, "rule"))?;
            let rule = Rule {
                id: String::new(),
                direction,
                traffic: traffic.clone(),
                peer,
                description,
                tags: Tags::new(),
            };
            if rules.iter().any(|other| other.equals(&rule)) {
                return Err(invalid_value("The same permission must not appear multiple times"));
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn traffic(permission: &IpPermission) -> Result<Traffic, Refusal> {
    let protocol = permission.ip_protocol.as_deref().unwrap_or_default().to_lowercase();
    let protocol = match protocol.as_str() {
        "" => {
            return Err(Refusal::new(
                "MissingParameter",
                "The request must contain the parameter ipProtocol",
            ));
        }
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        other => other,
    };
    let from = permission.from_port.as_deref().map(port).transpose()?;
    let to = permission.to_port.as_deref().map(port).transpose()?;
    let ports = match protocol {
        "tcp" | "udp" => Some(port_range(from, to)?),
        "icmpv6" if from.is_none() && to.is_none() => Some((-1, -1)),
        "icmp" | "icmpv6" => Some(icmp(from, to)?),
        "-1" => None,
        number if number.parse::<u8>().is_ok() => None,
        _ => {
            let message = format!("Invalid value '{protocol}' for IP protocol. Unknown protocol.");
            return Err(invalid_value(message));
        }
    };
    Ok(Traffic { protocol: protocol.to_owned(), ports })
}

fn port(text: &str) -> Result<i32, Refusal> {
    text.parse().map_err(|_| invalid_value(format!("Invalid value '{text}' for port.")))
}

fn port_range(from: Option<i32>, to: Option<i32>) -> Result<(i32, i32), Refusal> {
    let (Some(from), Some(to)) = (from, to) else {
        let reason = "Must specify both from and to ports with TCP/UDP.";
        return Err(invalid_value(format!("Invalid value '{reason}' for portRange.")));
    };
    // A range of -1 stands for all ports.
    if (from, to) == (-1, -1) {
        return Ok((0, 65_535));
    }
    for port in [from, to] {
        if !(0..=65_535).contains(&port) {
            let message = format!("Invalid value '{port}' for portRange. TCP/UDP port ({port}) out of range");
            return Err(invalid_value(message));
        }
    }
    if from > to {
        return Err(invalid_value(format!("Invalid TCP/UDP port range ({from}:{to})")));
    }
    Ok((from, to))
}

fn icmp(kind: Option<i32>, code: Option<i32>) -> Result<(i32, i32), Refusal> {
    let (Some(kind), Some(code)) = (kind, code) else {
        return Err(invalid_value(
            "Invalid value 'Must specify both type and code with ICMP.' for portRange.",
        ));
    };
    for number in [kind, code] {
        if !(-1..=255).contains(&number) {
            let message =
                format!("Invalid value '{number}' for portRange. ICMP type or code ({number}) out of range");
            return Err(invalid_value(message));
        }
    }
    if kind == -1 && code != -1 {
        return Err(invalid_value(format!("ICMP code ({code}) is not allowed with all types")));
    }
    Ok((kind, code))
}

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
            // A group of another account cannot be looked up.
            let id = super::required(pair.group_id, "groupId")?;
            id::GROUP.check_form(&id)?;
            id
        };
        peers.push((Peer::Group { id, owner }, pair.description));
    }
    Ok(peers)
}

/// As how many rules a peer counts for IPv4 and for IPv6.
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
