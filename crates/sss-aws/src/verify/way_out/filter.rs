//! What may block traffic on a way that exists: outbound rules of the tasks' groups, and network ACLs.

use aws_sdk_ec2::types::{NetworkAcl, NetworkAclEntry, RuleAction};

use super::super::{
    path::{Allows, Side, is_for_port, permits},
    subject::Subject,
    unread,
};
use crate::services::ec2::{
    endpoint::HTTPS,
    security_group::{Peer, Rule},
    surroundings::Surroundings,
};

/// A port of those to which answers come.
const ANSWERS: i32 = 50_000;

/// A reason and its remedy.
type Blocked = (String, String);

/// Returns what blocks the tasks of a subnet from the internet. `None` if nothing does.
///
/// # Errors
///
/// Returns the reason why nothing can be said.
pub(super) fn blocks(
    subnet: &str,
    subject: &Subject<'_>,
    network: &Surroundings,
) -> Result<Option<Blocked>, String> {
    match groups(subject, network) {
        Allows::Yes => {}
        Allows::Maybe => {
            return Err("outbound rules of the tasks' security groups name ranges or lists".to_owned());
        }
        Allows::No => {
            let reason = "no outbound rule of the tasks' security group allows TCP port 443".to_owned();
            let fix =
                "add an outbound rule for TCP port 443 and `0.0.0.0/0` under `[security_group]`".to_owned();
            return Ok(Some((reason, fix)));
        }
    }

    let acls = network.acls.as_ref().map_err(unread)?;
    let is_of = |acl: &&NetworkAcl| acl.associations().iter().any(|one| one.subnet_id() == Some(subnet));
    let Some(acl) = acls.iter().find(is_of) else { return Ok(None) };
    let id = acl.network_acl_id().unwrap_or_default();
    for (is_outbound, port, what) in [(true, HTTPS, "to port 443"), (false, ANSWERS, "of answers")] {
        match decides(acl.entries(), is_outbound, port) {
            Allows::Yes => {}
            Allows::Maybe => return Err(format!("rules of the network ACL {id} name ranges")),
            Allows::No => {
                let reason = format!("the network ACL {id} of {subnet} denies the traffic {what}");
                return Ok(Some((reason, format!("allow it in {id}"))));
            }
        }
    }
    Ok(None)
}

/// Returns whether the groups of the tasks let them reach the internet: those of the stack and those of others.
fn groups(subject: &Subject<'_>, network: &Surroundings) -> Allows {
    let own = subject.group.iter().flat_map(|(_, group)| group.state.egress.values()).map(leads);
    let others: Vec<&String> = subject.services.iter().flat_map(|need| &need.other_groups).collect();
    let of_others = match &network.groups {
        Err(_) if !others.is_empty() => Some(Allows::Maybe),
        Err(_) => None,
        Ok(groups) => {
            let in_use = groups
                .iter()
                .filter(|group| group.group_id().is_some_and(|id| others.iter().any(|other| *other == id)));
            in_use.map(|group| permits(group.ip_permissions_egress(), HTTPS, side)).max()
        }
    };
    own.chain(of_others).max().unwrap_or(Allows::No)
}

/// Returns whether an outbound rule of the stack leads to the internet.
fn leads(rule: &Rule) -> Allows {
    if !is_for_port(&rule.protocol, (rule.from_port, rule.to_port), HTTPS) {
        return Allows::No;
    }
    match &rule.peer {
        Peer::Ipv4(range) => side(Side::Range(range)),
        Peer::PrefixList(_) | Peer::SecurityGroup(_) => Allows::Maybe,
        Peer::Ipv6(_) => Allows::No,
    }
}

/// Returns whether the other side of an outbound rule is the internet.
fn side(side: Side<'_>) -> Allows {
    match side {
        Side::Range("0.0.0.0/0") => Allows::Yes,
        Side::Range(_) | Side::Group(_) | Side::Other => Allows::Maybe,
    }
}

/// Returns what the rules of an ACL say about TCP at a port, by the first rule that decides it.
fn decides(entries: &[NetworkAclEntry], is_outbound: bool, port: i32) -> Allows {
    let mut entries: Vec<&NetworkAclEntry> =
        entries.iter().filter(|entry| entry.egress() == Some(is_outbound)).collect();
    entries.sort_by_key(|entry| entry.rule_number());
    let is_for = |entry: &&&NetworkAclEntry| {
        let ports = entry.port_range().map_or((None, None), |range| (range.from(), range.to()));
        is_for_port(entry.protocol().unwrap_or_default(), ports, port) && entry.cidr_block().is_some()
    };
    let mut is_narrow = false;
    for entry in entries.iter().filter(is_for) {
        if entry.cidr_block() != Some("0.0.0.0/0") {
            is_narrow = true;
            continue;
        }
        return match entry.rule_action() {
            _ if is_narrow => Allows::Maybe,
            Some(RuleAction::Allow) => Allows::Yes,
            _ => Allows::No,
        };
    }
    Allows::Maybe
}
