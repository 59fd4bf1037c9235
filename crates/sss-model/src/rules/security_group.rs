//! The security group and its rules.

pub(crate) mod permission;

use std::collections::BTreeSet;

use validator::ValidationError;

use super::network::is_id;
use super::{
    EC2_ID_001, SG_002, SG_003, SG_004, SG_010, SG_012, SG_013, SG_014, SG_015, SG_020, SG_021, SG_022,
    SG_030, judge, required, tags,
};
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;
use crate::security_group::{Protocol, Rule, SecurityGroup};
use permission::{Bound, canonical, is_world, parse_cidr, ports};

/// How many rules a security group has per direction and family of addresses.
pub(crate) const MOST_RULES: usize = 60;

pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    required(text)?;
    judge(is_text(text), || worded(&SG_004, "holds other characters, or more than 255".to_owned()))
}

pub(crate) fn rule_description(text: &str) -> Result<(), ValidationError> {
    judge(text.is_empty() || is_text(text), || {
        worded(&SG_014, "holds other characters, or more than 255".to_owned())
    })
}

/// 1 to 255 of the characters that EC2 takes in names and descriptions.
fn is_text(text: &str) -> bool {
    let taken = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    (1..=255).contains(&text.chars().count()) && text.chars().all(taken)
}

pub(crate) fn name(name: &str, at: &Path, report: &mut Report) {
    if !is_text(name) {
        report.add(at, worded(&SG_002, format!("the security group cannot be called `{name}`")));
    } else if name.starts_with("sg-") || name.eq_ignore_ascii_case("default") {
        report.add(at, worded(&SG_003, format!("the security group cannot be called `{name}`")));
    }
}

pub(crate) fn inspect(group: &SecurityGroup, at: &Path, report: &mut Report) {
    tags::inspect(&group.tags, at, report);
    for (direction, rules) in [("ingress", &group.ingress), ("egress", &group.egress)] {
        let at = at.key(direction);
        let mut seen = BTreeSet::new();
        for (index, rule) in rules.iter().enumerate() {
            let at = at.index(index);
            report.inspect(rule, &at);
            for (source, place) in sources(rule, &at) {
                if !seen.insert((rule.protocol.named(), rule.ports(), source)) {
                    report.add(&place, worded(&SG_021, "the same rule stands in the group already"));
                }
            }
        }
        quota(rules, &at, report);
        if direction == "ingress" {
            world(rules, &at, report);
        }
    }
}

/// The other sides of a rule in the form in which EC2 keeps them, as far as they can be read.
fn sources(rule: &Rule, at: &Path) -> Vec<(String, Path)> {
    let cidrs = rule.cidrs.iter().enumerate().filter_map(|(index, cidr)| {
        let (address, bits) = parse_cidr(cidr)?;
        Some((canonical(address, bits), at.key("cidrs").index(index)))
    });
    let groups = rule.security_groups.iter().enumerate();
    cidrs
        .chain(groups.map(|(index, group)| (group.clone(), at.key("security_groups").index(index))))
        .collect()
}

fn world(rules: &[Rule], at: &Path, report: &mut Report) {
    for (index, rule) in rules.iter().enumerate() {
        let cidrs = at.index(index).key("cidrs");
        for (position, cidr) in rule.cidrs.iter().enumerate().filter(|(_, cidr)| is_world(cidr)) {
            report.add(&cidrs.index(position), worded(&SG_022, format!("is `{cidr}`: the whole world")));
        }
    }
}

/// A group of a rule counts in both families.
fn quota(rules: &[Rule], at: &Path, report: &mut Report) {
    let groups: usize = rules.iter().map(|rule| rule.security_groups.len()).sum();
    for (family, is_v6) in [("IPv4", false), ("IPv6", true)] {
        let cidrs = rules.iter().flat_map(|rule| &rule.cidrs);
        let count = groups + cidrs.filter(|cidr| cidr.contains(':') == is_v6).count();
        if count > MOST_RULES {
            report.warn(at, worded(&SG_030, format!("makes {count} rules for {family}")));
        }
    }
}

pub(crate) fn rule(rule: &Rule, at: &Path, report: &mut Report) {
    match rule.protocol.named() {
        Protocol::Tcp | Protocol::Udp => port_range(rule, at, report),
        Protocol::Icmp | Protocol::Icmpv6 => icmp(rule, at, report),
        Protocol::All | Protocol::Number(_) if rule.has_idle_ports() => {
            let protocol = rule.protocol;
            let message = format!("EC2 ignores the ports of protocol {protocol}: every port is open");
            report.add(&at.key("from_port"), worded(&SG_015, message));
        }
        Protocol::All | Protocol::Number(_) => {}
    }
    let cidrs = at.key("cidrs");
    for (index, cidr) in rule.cidrs.iter().enumerate() {
        if parse_cidr(cidr).is_none() {
            report
                .add(&cidrs.index(index), worded(&SG_020, format!("`{cidr}` is not an address with a mask")));
        }
    }
    let groups = at.key("security_groups");
    for (index, id) in rule.security_groups.iter().enumerate() {
        if !is_id(id, "sg") {
            report.add(
                &groups.index(index),
                worded(&EC2_ID_001, format!("`{id}` is not the id of a security group")),
            );
        }
    }
    if rule.cidrs.is_empty() && rule.security_groups.is_empty() {
        report.add(at, worded(&SG_012, "names no address range and no security group"));
    }
}

fn port_range(rule: &Rule, at: &Path, report: &mut Report) {
    if let Some((bound, message)) = ports(rule.from_port.map(i64::from), rule.to_port.map(i64::from)) {
        report.add(&at.key(field(bound)), worded(&SG_010, message));
    }
}

/// Without type and code a rule is for all of them.
fn icmp(rule: &Rule, at: &Path, report: &mut Report) {
    if rule.from_port.is_none() && rule.to_port.is_none() {
        return;
    }
    for (bound, message) in permission::icmp(rule.from_port.map(i64::from), rule.to_port.map(i64::from)) {
        report.add(&at.key(field(bound)), worded(&SG_013, message));
    }
}

fn field(bound: Bound) -> &'static str {
    match bound {
        Bound::From => "from_port",
        Bound::To => "to_port",
        Bound::Both => "port",
    }
}
