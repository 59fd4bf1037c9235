//! Rules of security groups, and the two forms of EC2's answers.
//!
//! `DescribeSecurityGroups` has permissions, which combine the rules of equal traffic.
//! `DescribeSecurityGroupRules` has single rules with ids.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{id, tag};
use crate::{tags::Tags, world::World};

/// The direction of the traffic that a rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Direction {
    /// To the members of the group.
    Ingress,
    /// From the members of the group.
    Egress,
}

impl Direction {
    /// Returns the operation that adds rules.
    pub(super) fn authorization(self) -> &'static str {
        match self {
            Self::Ingress => "AuthorizeSecurityGroupIngress",
            Self::Egress => "AuthorizeSecurityGroupEgress",
        }
    }
}

/// The allowed traffic. Ports are types and codes for ICMP, and `None` where EC2 ignores them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Traffic {
    /// The protocol by name or number. `-1` stands for all.
    pub(super) protocol: String,
    /// The first and the last port. `None` if the protocol has no ports.
    pub(super) ports: Option<(i32, i32)>,
}

impl Traffic {
    /// Returns all traffic.
    pub(super) fn all() -> Self {
        Self { protocol: "-1".to_owned(), ports: None }
    }
}

/// The other side of the allowed traffic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Peer {
    /// A range of IPv4 addresses without host bits.
    Ipv4(String),
    /// A range of IPv6 addresses without host bits.
    Ipv6(String),
    /// A prefix list of AWS, by its id.
    PrefixList(String),
    /// The members of a group. `owner` is its account.
    Group { id: String, owner: String },
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rule {
    /// The id. Empty before the rule is stored.
    pub(super) id: String,
    pub(super) direction: Direction,
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
    pub(super) tags: Tags,
}

impl Rule {
    /// Returns the name of a rule in EC2's messages.
    pub(super) fn text(&self) -> String {
        let peer = match &self.peer {
            Peer::Ipv4(text) | Peer::Ipv6(text) | Peer::PrefixList(text) | Peer::Group { id: text, .. } => {
                text
            }
        };
        let protocol = match self.traffic.protocol.as_str() {
            "-1" => "ALL".to_owned(),
            protocol => protocol.to_uppercase(),
        };

        let ports = self.traffic.ports.map_or_else(String::new, |(from, to)| {
            if protocol.starts_with("ICMP") {
                format!(", type: {from}, code: {to}")
            } else {
                format!(", from port: {from}, to port: {to}")
            }
        });
        format!("peer: {peer}, {protocol}{ports}, ALLOW")
    }

    /// Returns whether two rules allow the same traffic for the same peer. Descriptions do not count.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.direction == other.direction && self.traffic == other.traffic && self.peer == other.peer
    }
}

/// Returns the rules of a direction in the form of `DescribeSecurityGroups`: one entry for each kind of traffic.
pub(super) fn permissions(rules: &[Rule], direction: Direction) -> Value {
    let mut permissions: BTreeMap<&Traffic, Value> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.direction == direction) {
        let permission = permissions.entry(&rule.traffic).or_insert_with(|| empty_permission(&rule.traffic));
        let (member, mut entry) = match &rule.peer {
            Peer::Ipv4(cidr) => ("ipRanges", json!({ "cidrIp": cidr })),
            Peer::Ipv6(cidr) => ("ipv6Ranges", json!({ "cidrIpv6": cidr })),
            Peer::PrefixList(id) => ("prefixListIds", json!({ "prefixListId": id })),
            Peer::Group { id, owner } => ("groups", json!({ "userId": owner, "groupId": id })),
        };
        if let Some(description) = &rule.description {
            entry["description"] = json!(description);
        }
        permission[member].as_array_mut().expect("every list of a permission is made with it").push(entry);
    }
    permissions.into_values().collect()
}

/// Returns a permission without peers. EC2 leaves the ports out if the protocol has none.
fn empty_permission(traffic: &Traffic) -> Value {
    let mut permission = json!({
        "ipProtocol": traffic.protocol,
        "groups": [],
        "ipRanges": [],
        "ipv6Ranges": [],
        "prefixListIds": [],
    });
    if let Some((from, to)) = traffic.ports {
        permission["fromPort"] = json!(from);
        permission["toPort"] = json!(to);
    }
    permission
}

/// Returns a rule in the form of `DescribeSecurityGroupRules` and of answers to new rules.
pub(super) fn rendered(world: &World, group: &str, rule: &Rule) -> Value {
    let mut answer = revoked(group, rule);
    answer["groupOwnerId"] = json!(world.account);
    answer["tagSet"] = tag::rendered(&rule.tags);
    answer["securityGroupRuleArn"] =
        json!(world.arn("ec2", &format!("{}/{}", id::RULE.resource_type, rule.id)));
    if let Peer::Group { id, owner } = &rule.peer {
        answer["referencedGroupInfo"] = json!({ "groupId": id, "userId": owner });
        answer.as_object_mut().map(|members| members.remove("referencedGroupId"));
    }
    answer
}

/// Returns a rule in the form of the answer to its revocation.
pub(super) fn revoked(group: &str, rule: &Rule) -> Value {
    let (from, to) = rule.traffic.ports.unwrap_or((-1, -1));
    let mut answer = json!({
        "securityGroupRuleId": rule.id,
        "groupId": group,
        "isEgress": rule.direction == Direction::Egress,
        "ipProtocol": rule.traffic.protocol,
        "fromPort": from,
        "toPort": to,
    });
    let (member, peer) = match &rule.peer {
        Peer::Ipv4(cidr) => ("cidrIpv4", cidr),
        Peer::Ipv6(cidr) => ("cidrIpv6", cidr),
        Peer::PrefixList(id) => ("prefixListId", id),
        Peer::Group { id, .. } => ("referencedGroupId", id),
    };

    answer[member] = json!(peer);
    if let Some(description) = &rule.description {
        answer["description"] = json!(description);
    }
    answer
}
