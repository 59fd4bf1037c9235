//! Rules of the security group and of its permissions.
//!
//! A stack writes [`Rule`]s, and EC2 keeps *permissions*. Some differ in form only: `-1` to `-1` of tcp is 0 to 65535,
//! and `10.0.0.1/16` is `10.0.0.0/16`. Rules are compared in EC2's form, because EC2 refuses the second of two equal
//! permissions.
//!
//! The rules are SG-002 to SG-030. EC2 ignores ports of protocols without ports (SG-015), and opens the group to the
//! whole world if a range has no bits (SG-022); both are warnings. 60 rules for each direction and family of addresses
//! are a quota that AWS raises on request.

pub(crate) mod permission;

use std::collections::BTreeSet;

use validator::ValidationError;

use super::{
    Broken, INVALID_CHARACTERS, SG_002, SG_003, SG_004, SG_012, SG_014, SG_015, SG_020, SG_021, SG_022,
    SG_030, TOO_LONG, broken, judge, network, required, tags,
};
use crate::path::Path;
use crate::report::Report;
use crate::security_group::{Protocol, Rule, SecurityGroup};
use permission::{Bound, canonical, is_world, parse_cidr, ports};

/// The most rules of a security group per direction and family of addresses, unless AWS raised the quota.
pub(crate) const MOST_RULES: usize = 60;

/// The most characters of a name or a description.
const LONGEST_TEXT: usize = 255;

/// Checks the description of a security group.
pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    required(text)?;
    characters(text, &SG_004)
}

/// Checks the description of a rule.
pub(crate) fn rule_description(text: &str) -> Result<(), ValidationError> {
    characters(text, &SG_014)
}

/// Checks the length and the characters of a name or a description, by the rule on that text.
fn characters(text: &str, rule: &'static super::Rule) -> Result<(), ValidationError> {
    let count = text.chars().count();
    judge(count <= LONGEST_TEXT, || broken!(rule, TOO_LONG, count = count, most = LONGEST_TEXT))?;
    judge(text.chars().all(is_taken), || broken!(rule, INVALID_CHARACTERS))
}

/// Returns whether EC2 takes a character in names and descriptions.
fn is_taken(c: char) -> bool {
    c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c)
}

/// Checks the name of a security group.
///
/// `default` is the name of the group that each VPC has, and `sg-` is the prefix of ids.
pub(crate) fn name(name: &str, at: &Path, report: &mut Report) {
    if !(1..=LONGEST_TEXT).contains(&name.chars().count()) || !name.chars().all(is_taken) {
        report.add(at, broken!(SG_002, "invalid-name", name = name));
    } else if name.starts_with("sg-") {
        report.add(at, broken!(SG_003, "reserved-prefix", name = name));
    } else if name.eq_ignore_ascii_case("default") {
        report.add(at, broken!(SG_003, "reserved-name", name = name));
    }
}

/// Checks a security group of a stack.
///
/// Two equal permissions are a problem even if two different rules of the stack hold them.
pub(crate) fn inspect(group: &SecurityGroup, at: &Path, report: &mut Report) {
    tags::inspect(&group.tags, at, report);

    let ingress = group.ingress.as_deref().unwrap_or_default();
    for (direction, rules) in [("ingress", ingress), ("egress", group.egress.as_slice())] {
        let at = at.key(direction);
        let mut seen = BTreeSet::new();
        for (index, rule) in rules.iter().enumerate() {
            let at = at.index(index);
            report.inspect(rule, &at);
            for (source, place) in sources(rule, &at) {
                if !seen.insert((rule.protocol.named(), rule.ports(), source)) {
                    report.add(&place, broken!(SG_021, "named-twice"));
                }
            }
        }

        quota(rules, &at, report);
        if direction == "ingress" {
            world(rules, &at, report);
        }
    }
}

/// Returns the other sides of a rule in the form in which EC2 keeps them, and leaves out invalid ones.
///
/// Two texts of one range are then equal, and the second is found.
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

/// Warns of incoming traffic from all addresses of IPv4 or IPv6.
///
/// Outgoing traffic to all addresses is usual and has no warning.
fn world(rules: &[Rule], at: &Path, report: &mut Report) {
    for (index, rule) in rules.iter().enumerate() {
        let cidrs = at.index(index).key("cidrs");
        for (position, cidr) in rule.cidrs.iter().enumerate().filter(|(_, cidr)| is_world(cidr)) {
            report.add(&cidrs.index(position), broken!(SG_022, "world", cidr = cidr.as_str()));
        }
    }
}

/// Warns of more derived rules than the quota: the stack file has none of them, so another fix helps.
pub(crate) fn derived_quota(rules: &[Rule], at: &Path, report: &mut Report) {
    let count: usize = rules.iter().map(|rule| rule.security_groups.len()).sum();
    if count > MOST_RULES {
        let broken = broken!(SG_030, "too-many-ports", count = rules.len(), quota = MOST_RULES);
        report.warn(&at.key("security_group").key("ingress"), broken);
    }
}

/// Warns of more rules than the quota. A security group as the other side counts in both families.
fn quota(rules: &[Rule], at: &Path, report: &mut Report) {
    let groups: usize = rules.iter().map(|rule| rule.security_groups.len()).sum();
    for (family, is_v6) in [("IPv4", false), ("IPv6", true)] {
        let cidrs = rules.iter().flat_map(|rule| &rule.cidrs);
        let count = groups + cidrs.filter(|cidr| cidr.contains(':') == is_v6).count();
        if count > MOST_RULES {
            report.warn(at, above_quota(count, family));
        }
    }
}

/// Returns the case of more rules for a family of addresses than the quota.
///
/// The quota counts each address range and each security group of all rules of a direction.
pub(crate) fn above_quota(count: usize, family: &str) -> Broken {
    broken!(SG_030, "above-quota", count = count, family = family, quota = MOST_RULES)
}

/// Checks a rule of a security group.
///
/// A rule names at least one address range or security group.
pub(crate) fn rule(rule: &Rule, at: &Path, report: &mut Report) {
    match rule.protocol.named() {
        Protocol::Tcp | Protocol::Udp => port_range(rule, at, report),
        Protocol::Icmp | Protocol::Icmpv6 => icmp(rule, at, report),
        Protocol::All | Protocol::Number(_) if rule.has_idle_ports() => {
            let broken = broken!(SG_015, "ignored-ports", protocol = rule.protocol.to_string());
            report.add(&at.key("from_port"), broken);
        }
        Protocol::All | Protocol::Number(_) => {}
    }

    let cidrs = rule.cidrs.iter().enumerate().filter(|(_, cidr)| parse_cidr(cidr).is_none());
    for (index, cidr) in cidrs {
        report.add(&at.key("cidrs").index(index), not_a_range(cidr, "IPv4 or IPv6", "10.0.0.0/16"));
    }
    network::group_ids(&rule.security_groups, &at.key("security_groups"), report);
    if rule.cidrs.is_empty() && rule.security_groups.is_empty() {
        report.add(at, broken!(SG_012, "no-other-side"));
    }
}

/// Returns the case of a text that is not a range of addresses of a family.
pub(crate) fn not_a_range(cidr: &str, family: &str, example: &str) -> Broken {
    broken!(SG_020, "not-a-range", cidr = cidr, family = family, example = example)
}

/// Checks the ports of a rule for tcp or udp.
fn port_range(rule: &Rule, at: &Path, report: &mut Report) {
    if let Some((bound, broken)) = ports(rule.from_port.map(i64::from), rule.to_port.map(i64::from)) {
        report.add(&at.key(field(bound)), broken);
    }
}

/// Checks type and code of ICMP. A rule without both is for all types.
fn icmp(rule: &Rule, at: &Path, report: &mut Report) {
    if rule.from_port.is_none() && rule.to_port.is_none() {
        return;
    }
    for (bound, broken) in permission::icmp(rule.from_port.map(i64::from), rule.to_port.map(i64::from)) {
        report.add(&at.key(field(bound)), broken);
    }
}

/// Returns the name of the field for the end of a range that breaks a rule.
///
/// A problem of both ends is at `port`, the word that a stack uses for both.
fn field(bound: Bound) -> &'static str {
    match bound {
        Bound::From => "from_port",
        Bound::To => "to_port",
        Bound::Both => "port",
    }
}
