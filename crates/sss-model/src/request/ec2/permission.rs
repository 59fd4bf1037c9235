//! Rules of a security group in requests: its ingress and its egress.
//!
//! A request holds *permissions*. A permission has a protocol, two numbers, and a list of other sides: ranges of IPv4
//! or IPv6 addresses, security groups and prefix lists. EC2 keeps each pair of permission and other side as a *rule*. A
//! request for ingress may describe one rule by its own members instead (`CidrIp`, `FromPort`, …); this is the *flat*
//! form.
//!
//! The numbers are the first and last port of tcp and udp, or type and code of ICMP. EC2 ignores them for other
//! protocols, and so does this check. -1 stands for all.
//!
//! EC2 refuses a request in which two rules are the same (`InvalidPermission.Duplicate`). It compares them in its own
//! form: `10.0.0.1/16` is `10.0.0.0/16`, and `tcp` is `6`. The check does the same within one request; the rules that
//! the group already has are unknown.

use std::collections::BTreeSet;

use super::tag_specifications;
use crate::path::Path;
use crate::report::Report;
use crate::request::{Node, Referred};
use crate::rules::security_group::permission::{Bound, canonical, icmp, is_world, parse_cidr, ports};
use crate::rules::{
    EC2_ID_001, PARAM_003, SG_011, SG_012, SG_014, SG_020, SG_021, SG_022, broken, network, security_group,
};
use crate::security_group::Protocol;

/// The other side of a rule, as EC2 keeps it, and its path.
struct Source {
    /// `IPv4`, `IPv6`, `group` or `prefix list`.
    kind: &'static str,
    /// The range without bits beyond its mask, the id of a prefix list, or the group with its account.
    name: String,
    at: Path,
}

/// The values by which two rules are the same: protocol, ports if EC2 reads them, and the other side.
///
/// The description does not count.
type Identity = (Option<Protocol>, Option<[Option<i64>; 2]>, String);

/// Rules of a request, each counted once, and their number per family of addresses.
#[derive(Default)]
struct Seen {
    rules: BTreeSet<Identity>,
    ipv4: usize,
    ipv6: usize,
}

/// Checks a request that adds rules for ingress.
///
/// - `GroupId` or `GroupName` is required (PARAM-003), and a rule in one of the two forms (SG-012).
/// - A range of all addresses is a warning (SG-022): EC2 accepts it, and it lets in the whole world.
/// - `TagSpecifications`: tags of the kind `security-group-rule`.
pub(crate) fn ingress(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    // An empty name is a missing one.
    let is_named = request.has("GroupName") && request.text("GroupName") != Some("");
    if !request.has("GroupId") && !is_named {
        report.add(&request.place("GroupId"), broken!(PARAM_003, "no-group"));
    }
    if !is_flat(request) && request.items("IpPermissions").is_empty() {
        request.lacks("IpPermissions", &SG_012, report);
    }

    let mut seen = Seen::default();
    let mut all = if is_flat(request) { flat(request, &mut seen, report) } else { Vec::new() };
    all.extend(permissions(request, &mut seen, report));

    for source in all.iter().filter(|source| source.kind != "group" && is_world(&source.name)) {
        report.add(&source.at, broken!(SG_022, "world", cidr = source.name.as_str()));
    }
    tag_specifications(request, "security-group-rule", report);
}

/// Checks a request that adds rules for egress.
///
/// The members of the flat form are a warning (SG-012). The service model has them, and EC2's documentation says that
/// egress does not support them. So `IpPermissions` is required. All addresses are usual for egress and no problem.
pub(crate) fn egress(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    for member in FLAT.iter().filter(|member| request.has(member)) {
        report.warn(&request.place(member), broken!(SG_012, "not-for-egress"));
    }
    if request.items("IpPermissions").is_empty() {
        request.lacks("IpPermissions", &SG_012, report);
    }
    permissions(request, &mut Seen::default(), report);
    tag_specifications(request, "security-group-rule", report);
}

/// The members of a request that describe one rule without `IpPermissions`.
///
/// The owner of the source group is not among them: it describes no rule alone.
const FLAT: [&str; 5] = ["IpProtocol", "CidrIp", "SourceSecurityGroupName", "FromPort", "ToPort"];

/// Returns whether a request describes a rule by its own members.
fn is_flat(request: &Node<'_>) -> bool {
    FLAT.iter().any(|member| request.has(member))
}

/// Checks the rule of a request's own members, and returns its other sides.
///
/// `IpPermissions` beside them is an error (SG-012); the rules of both are checked even so.
fn flat(request: &Node<'_>, seen: &mut Seen, report: &mut Report) -> Vec<Source> {
    let own = FLAT.iter().find(|member| request.has(member));
    if let Some(own) = own.filter(|_| request.has("IpPermissions")) {
        report.add(&request.place("IpPermissions"), broken!(SG_012, "two-forms", other = *own));
    }
    let sources = flat_source(request, report);
    protocol(request, report);
    seen.note(request, sources, report)
}

/// Checks the rules of all permissions of a request, and returns their other sides.
///
/// More than 60 rules per family of addresses are a warning of SG-030, because AWS raises the quota. A group or prefix list counts in both families. A prefix
/// list counts as one rule here, where EC2 counts its greatest number of entries.
fn permissions(request: &Node<'_>, seen: &mut Seen, report: &mut Report) -> Vec<Source> {
    request.check_text("GroupId", &EC2_ID_001, |id| network::id(id, "sg", "a security group"), report);
    let mut all = Vec::new();
    for permission in request.items("IpPermissions") {
        protocol(&permission, report);
        let sources = sources(&permission, report);
        all.extend(seen.note(&permission, sources, report));
    }

    for (family, count) in [("IPv4", seen.ipv4), ("IPv6", seen.ipv6)] {
        if count > security_group::MOST_RULES {
            report.warn(&request.place("IpPermissions"), security_group::above_quota(count, family));
        }
    }
    all
}

/// Checks the protocol of a permission and the two numbers that belong to it.
///
/// - `IpProtocol`: `tcp`, `udp`, `icmp`, `icmpv6` in any case, 0 to 255, or `-1` (SG-011); EC2 takes `all` for `-1` as
///   well. It is required, except beside `SourceSecurityGroupName`.
/// - tcp and udp: both ports, 0 to 65535, the first not above the last; -1 to -1 is every port (SG-010).
/// - icmp: type and code from -1 to 255, both required; a type of -1 has the code -1 (SG-013). icmpv6 may have neither.
fn protocol(permission: &Node<'_>, report: &mut Report) {
    let Some(text) = permission.text("IpProtocol") else {
        if !permission.has("IpProtocol") && !permission.has("SourceSecurityGroupName") {
            permission.lacks("IpProtocol", &SG_011, report);
        }
        return;
    };

    let (from, to) = (permission.integer("FromPort"), permission.integer("ToPort"));
    let broken = match text.parse() {
        Err(_) => {
            let broken = broken!(SG_011, "unknown-protocol", protocol = text);
            return report.add(&permission.place("IpProtocol"), broken);
        }
        Ok(Protocol::Tcp | Protocol::Udp) => ports(from, to).into_iter().collect(),
        Ok(Protocol::Icmpv6) if from.is_none() && to.is_none() => return,
        Ok(Protocol::Icmp | Protocol::Icmpv6) => icmp(from, to),
        Ok(Protocol::All | Protocol::Number(_)) => return,
    };

    for (bound, broken) in broken {
        let member = if bound == Bound::To { "ToPort" } else { "FromPort" };
        // A value of another type has been reported.
        if permission.integer(member).is_some() || !permission.has(member) {
            report.add(&permission.place(member), broken);
        }
    }
}

/// Returns the other side of the flat form: a range of IPv4, or the name of a group, but not both (SG-012).
///
/// The flat form has no ranges of IPv6.
fn flat_source(request: &Node<'_>, report: &mut Report) -> Vec<Source> {
    let group = request.text("SourceSecurityGroupName");
    match (request.text("CidrIp"), group) {
        (Some(_), Some(_)) => {
            let broken = broken!(SG_012, "both-set", other = "SourceSecurityGroupName");
            report.add(&request.place("CidrIp"), broken);
            Vec::new()
        }
        (Some(cidr), None) => address(cidr, request.place("CidrIp"), "IPv4", report).into_iter().collect(),
        (None, Some(name)) => {
            let at = request.place("SourceSecurityGroupName");
            vec![Source { kind: "group", name: name.to_owned(), at }]
        }
        (None, None) => {
            if !request.has("CidrIp") {
                report.add(request.at(), broken!(SG_012, "no-source"));
            }
            Vec::new()
        }
    }
}

/// Returns the other sides of a permission, and checks each of them.
///
/// - A permission has at least one (SG-012).
/// - A description has at most 255 characters that EC2 takes (SG-014).
/// - A range needs an address with a mask (SG-020), a group and a prefix list need an id.
///
/// Sides that cannot be read are left out, so they are never the same as another one.
fn sources(permission: &Node<'_>, report: &mut Report) -> Vec<Source> {
    let lists = ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"];
    let elements: Vec<Node<'_>> = lists.iter().flat_map(|list| permission.items(list)).collect();
    let are_readable =
        lists.iter().all(|list| permission.get(list).is_none_or(|list| list.value().is_array()));
    if elements.is_empty() && are_readable {
        report.add(permission.at(), broken!(SG_012, "no-other-side"));
    }

    for element in &elements {
        element.check_text("Description", &SG_014, security_group::rule_description, report);
    }

    let mut all = Vec::new();
    for (list, member, family) in [("IpRanges", "CidrIp", "IPv4"), ("Ipv6Ranges", "CidrIpv6", "IPv6")] {
        for range in permission.items(list) {
            match range.text(member) {
                Some(cidr) => all.extend(address(cidr, range.place(member), family, report)),
                None if range.has(member) => {}
                None => range.lacks(member, &SG_020, report),
            }
        }
    }
    all.extend(permission.items("UserIdGroupPairs").iter().filter_map(|pair| group(pair, report)));
    let lists = permission.items("PrefixListIds");
    all.extend(lists.iter().filter_map(|list| prefix_list(list, report)));
    all
}

/// Checks a prefix list. Its id begins with `pl-`; the rest is not checked.
fn prefix_list(list: &Node<'_>, report: &mut Report) -> Option<Source> {
    if !list.has("PrefixListId") {
        list.lacks("PrefixListId", &SG_012, report);
    }
    let (id, at) = (list.text("PrefixListId")?, list.place("PrefixListId"));
    if !id.starts_with("pl-") {
        report.add(&at, network::not_an_id(id, "pl", "a prefix list"));
    }
    Some(Source { kind: "prefix list", name: id.to_owned(), at })
}

/// Checks a range of addresses of a family (SG-020), and returns it without the bits beyond its mask.
///
/// EC2 removes such bits and does not refuse them.
fn address(cidr: &str, at: Path, family: &'static str, report: &mut Report) -> Option<Source> {
    let parsed = parse_cidr(cidr).filter(|(address, _)| address.is_ipv4() == (family == "IPv4"));
    if parsed.is_none() {
        let example = if family == "IPv4" { "10.0.0.0/16" } else { "fd00::/64" };
        report.add(&at, security_group::not_a_range(cidr, family, example));
    }
    parsed.map(|(address, bits)| Source { kind: family, name: canonical(address, bits), at })
}

/// Checks a group as the other side: by `GroupId`, else by `GroupName` (SG-012).
///
/// The account belongs to its identity, because groups of two accounts may have one name.
fn group(pair: &Node<'_>, report: &mut Report) -> Option<Source> {
    pair.check_text("GroupId", &EC2_ID_001, |id| network::id(id, "sg", "a security group"), report);
    let member = if pair.has("GroupId") { "GroupId" } else { "GroupName" };
    if !pair.has(member) {
        pair.lacks("GroupId", &SG_012, report);
    }
    let name = format!("{} {}", pair.text("UserId").unwrap_or_default(), pair.text(member)?);
    Some(Source { kind: "group", name, at: pair.place(member) })
}

impl Seen {
    /// Counts the rules of a permission and reports those that the request has already (SG-021).
    ///
    /// Ports of protocols without ports do not make a difference, because EC2 ignores them. Returns the sides as they
    /// are.
    fn note(&mut self, permission: &Node<'_>, sources: Vec<Source>, report: &mut Report) -> Vec<Source> {
        let protocol: Option<Protocol> = permission.text("IpProtocol").and_then(|text| text.parse().ok());
        let has_ports = protocol.is_none_or(|protocol| protocol.ports(None, None).is_some());
        let ports = has_ports.then(|| [permission.integer("FromPort"), permission.integer("ToPort")]);

        for source in &sources {
            self.ipv4 += usize::from(source.kind != "IPv6");
            self.ipv6 += usize::from(source.kind != "IPv4");
            if !self.rules.insert((protocol, ports, format!("{} {}", source.kind, source.name))) {
                report.add(&source.at, broken!(SG_021, "named-twice"));
            }
        }
        sources
    }
}
