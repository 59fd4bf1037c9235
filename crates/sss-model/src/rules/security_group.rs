//! The security group and its rules.

use std::collections::BTreeSet;
use std::net::IpAddr;

use validator::ValidationError;

use super::network::is_id;
use super::{
    EC2_ID_001, SG_002, SG_003, SG_004, SG_010, SG_012, SG_013, SG_014, SG_020, SG_021, SG_030, judge,
    required, tags,
};
use crate::problem::{Place, Report};
use crate::security_group::{Protocol, Rule, SecurityGroup};

pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    required(text)?;
    judge(is_text(text), &SG_004, || "holds other characters, or more than 255".to_owned())
}

pub(crate) fn rule_description(text: &str) -> Result<(), ValidationError> {
    judge(text.is_empty() || is_text(text), &SG_014, || "holds other characters, or more than 255".to_owned())
}

/// 1 to 255 of the characters that EC2 takes in names and descriptions.
fn is_text(text: &str) -> bool {
    let taken = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    (1..=255).contains(&text.chars().count()) && text.chars().all(taken)
}

pub(crate) fn name(name: &str, at: &Place, report: &mut Report) {
    if !is_text(name) {
        report.add(&SG_002, at, format!("the security group cannot be called `{name}`"));
    } else if name.starts_with("sg-") || name.eq_ignore_ascii_case("default") {
        report.add(&SG_003, at, format!("the security group cannot be called `{name}`"));
    }
}

pub(crate) fn inspect(group: &SecurityGroup, at: &Place, report: &mut Report) {
    tags::inspect(&group.tags, at, report);
    for (direction, rules) in [("ingress", &group.ingress), ("egress", &group.egress)] {
        let at = at.key(direction);
        let mut seen = BTreeSet::new();
        for (index, rule) in rules.iter().enumerate() {
            let at = at.index(index);
            report.inspect(rule, &at);
            for (source, place) in sources(rule, &at) {
                if !seen.insert((rule.protocol, ports(rule), source)) {
                    report.add(&SG_021, &place, "the same rule stands in the group already");
                }
            }
        }
        quota(rules, &at, report);
    }
}

/// The other sides of a rule in the form in which EC2 keeps them, as far as they can be read.
fn sources(rule: &Rule, at: &Place) -> Vec<(String, Place)> {
    let cidrs = rule.cidrs.iter().enumerate().filter_map(|(index, cidr)| {
        let (address, bits) = parse(cidr)?;
        Some((canonical(address, bits), at.key("cidrs").index(index)))
    });
    let groups = rule.security_groups.iter().enumerate();
    cidrs
        .chain(groups.map(|(index, group)| (group.clone(), at.key("security_groups").index(index))))
        .collect()
}

/// Every protocol has no ports, whatever is written beside it.
fn ports(rule: &Rule) -> Option<(Option<u16>, Option<u16>)> {
    (rule.protocol != Protocol::All).then_some((rule.from_port, rule.to_port))
}

fn parse(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = cidr.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
    let bits: u32 = is_number.then(|| bits.parse().ok())??;
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

/// EC2 clears the bits beyond the mask.
fn canonical(address: IpAddr, bits: u32) -> String {
    let address: IpAddr = match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            std::net::Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            std::net::Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    };
    format!("{address}/{bits}")
}

/// A group of a rule counts in both families.
fn quota(rules: &[Rule], at: &Place, report: &mut Report) {
    let groups: usize = rules.iter().map(|rule| rule.security_groups.len()).sum();
    for (family, is_v6) in [("IPv4", false), ("IPv6", true)] {
        let cidrs = rules.iter().flat_map(|rule| &rule.cidrs);
        let count = groups + cidrs.filter(|cidr| cidr.contains(':') == is_v6).count();
        if count > 60 {
            report.warn(&SG_030, at, format!("makes {count} rules for {family}"));
        }
    }
}

pub(crate) fn rule(rule: &Rule, at: &Place, report: &mut Report) {
    match rule.protocol {
        Protocol::Tcp | Protocol::Udp => port_range(rule, at, report),
        Protocol::Icmp | Protocol::Icmpv6 => icmp(rule, at, report),
        Protocol::All => {}
    }
    let cidrs = at.key("cidrs");
    for (index, cidr) in rule.cidrs.iter().enumerate() {
        if parse(cidr).is_none() {
            report.add(&SG_020, &cidrs.index(index), format!("`{cidr}` is not an address with a mask"));
        }
    }
    let groups = at.key("security_groups");
    for (index, id) in rule.security_groups.iter().enumerate() {
        if !is_id(id, "sg") {
            report.add(
                &EC2_ID_001,
                &groups.index(index),
                format!("`{id}` is not the id of a security group"),
            );
        }
    }
    if rule.cidrs.is_empty() && rule.security_groups.is_empty() {
        report.add(&SG_012, at, "names no address range and no security group");
    }
}

fn port_range(rule: &Rule, at: &Place, report: &mut Report) {
    match (rule.from_port, rule.to_port) {
        (Some(from), Some(to)) if from > to => {
            report.add(&SG_010, &at.key("from_port"), format!("is {from}, and the last port is {to}"));
        }
        (Some(_), Some(_)) => {}
        (Some(_), None) => report.add(&SG_010, &at.key("to_port"), "is required"),
        (None, Some(_)) => report.add(&SG_010, &at.key("from_port"), "is required"),
        (None, None) => report.add(&SG_010, &at.key("port"), "is required"),
    }
}

fn icmp(rule: &Rule, at: &Place, report: &mut Report) {
    for (field, value) in [("from_port", rule.from_port), ("to_port", rule.to_port)] {
        if let Some(value) = value.filter(|value| *value > 255) {
            report.add(&SG_013, &at.key(field), format!("is {value}"));
        }
    }
    match (rule.from_port, rule.to_port) {
        (Some(_), None) => report.add(&SG_013, &at.key("to_port"), "is required beside `from_port`"),
        (None, Some(_)) => report.add(&SG_013, &at.key("from_port"), "is required beside `to_port`"),
        _ => {}
    }
}
