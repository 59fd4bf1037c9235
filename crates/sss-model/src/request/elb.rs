//! Elastic Load Balancing: load balancers, target groups, listeners and rules.
//!
//! The operations are those of version 2015-12-01, `elbv2` in the AWS CLI, for Application and Network Load Balancers.
//! An update has no shape of its own: the creation of the changed object judges it.
//!
//! The kind of a load balancer is part of its ARN (`loadbalancer/app/…`), and so of the ARN of a listener. The zones of
//! subnets and the protocols of target groups are facts of the account. The rules on plain values are in `rules::elb`.

mod action;
mod condition;
mod target_group;

use super::bounds::count;
use super::shape::{Kind, Members, Shape, TEXTS, choice, list, may, must};
use super::tags::{self, TAGS};
use super::{Node, Referred};
use crate::path::Path;
use crate::report::Report;
use crate::rules::elb::{self, Balancer, attribute};
use crate::rules::{
    ELB_ATTR_001, ELB_LB_001, ELB_LB_003, ELB_LB_004, ELB_LB_005, ELB_LB_008, ELB_LSN_001, ELB_LSN_002,
    ELB_LSN_003, ELB_RULE_001, ELB_RULE_002, UNKNOWN_CHOICE, broken, network,
};

pub(crate) use target_group::{CREATE_TARGET_GROUP, group};

/// The types of a load balancer. `gateway` is for appliances, and no listener of it serves tasks.
const TYPES: [&str; 3] = ["application", "network", "gateway"];

/// The protocols of listeners and target groups.
const PROTOCOLS: [&str; 9] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];

/// `CreateLoadBalancer`: the name is required (ELB-LB-001), and subnets at one of two places (ELB-LB-005).
pub(crate) const CREATE_LOAD_BALANCER: Shape = Shape(&[
    must("Name", Kind::Text, &ELB_LB_001),
    may("Subnets SecurityGroups", TEXTS),
    may("SubnetMappings", list(&Kind::Structure(&SUBNET_MAPPING))),
    may("Scheme", Kind::Choice(&ELB_LB_003, &["internet-facing", "internal"])),
    may("Type", Kind::Choice(&ELB_LB_004, &TYPES)),
    may("IpAddressType", choice(&["ipv4", "dualstack", "dualstack-without-public-ipv4"])),
    may("EnablePrefixForIpv6SourceNat", choice(&["on", "off"])),
    may("CustomerOwnedIpv4Pool", Kind::Text),
    may("IpamPools", Kind::Structure(&IPAM_POOLS)),
    may("Tags", TAGS),
]);
/// A subnet with addresses of the load balancer.
const SUBNET_MAPPING: Shape = Shape(&[
    must("SubnetId", Kind::Text, &ELB_LB_005),
    may("AllocationId PrivateIPv4Address IPv6Address SourceNatIpv6Prefix", Kind::Text),
]);
/// The pools of the public addresses.
const IPAM_POOLS: Shape = Shape(&[may("Ipv4IpamPoolId", Kind::Text)]);

/// `ModifyLoadBalancerAttributes`: the load balancer (ELB-LSN-003) and the attributes (ELB-ATTR-001) are required.
pub(crate) const MODIFY_LOAD_BALANCER_ATTRIBUTES: Shape =
    Shape(&[must("LoadBalancerArn", Kind::Text, &ELB_LSN_003), ATTRIBUTES]);
/// `ModifyTargetGroupAttributes`: the target group (ELB-LSN-003) and the attributes (ELB-ATTR-001) are required.
pub(crate) const MODIFY_TARGET_GROUP_ATTRIBUTES: Shape =
    Shape(&[must("TargetGroupArn", Kind::Text, &ELB_LSN_003), ATTRIBUTES]);
const ATTRIBUTES: Members = must("Attributes", list(&Kind::Structure(&ATTRIBUTE)), &ELB_ATTR_001);
/// An attribute. Both members are texts, numbers and flags as well.
const ATTRIBUTE: Shape = Shape(&[must("Key", Kind::Text, &ELB_ATTR_001), may("Value", Kind::Text)]);

/// `CreateListener`: the load balancer (ELB-LSN-003) and the actions (ELB-ACT-001) are required.
///
/// Protocol and port are required as well, except at a Gateway Load Balancer, so a rule on values checks them.
pub(crate) const CREATE_LISTENER: Shape = Shape(&[
    must("LoadBalancerArn", Kind::Text, &ELB_LSN_003),
    may("Protocol", Kind::Choice(&ELB_LSN_001, &PROTOCOLS)),
    may("Port", Kind::Integer),
    may("SslPolicy", Kind::Text),
    may("Certificates", list(&Kind::Structure(&CERTIFICATE))),
    must("DefaultActions", action::ACTIONS, &crate::rules::ELB_ACT_001),
    may("AlpnPolicy", TEXTS),
    may("MutualAuthentication", Kind::Structure(&MUTUAL_AUTHENTICATION)),
    may("Tags", TAGS),
]);
/// A certificate of ACM or IAM. `IsDefault` is for answers; AWS refuses it in requests.
const CERTIFICATE: Shape =
    Shape(&[must("CertificateArn", Kind::Text, &ELB_LSN_002), may("IsDefault", Kind::Flag)]);
/// Certificates of clients.
const MUTUAL_AUTHENTICATION: Shape = Shape(&[
    may("Mode TrustStoreArn", Kind::Text),
    may("IgnoreClientCertificateExpiry", Kind::Flag),
    may("TrustStoreAssociationStatus", choice(&["active", "removed"])),
    may("AdvertiseTrustStoreCaNames", choice(&["on", "off"])),
]);

/// `CreateRule`: the listener (ELB-LSN-003), the priority (ELB-RULE-001), the conditions (ELB-RULE-002) and the actions
/// (ELB-ACT-001) are required.
pub(crate) const CREATE_RULE: Shape = Shape(&[
    must("ListenerArn", Kind::Text, &ELB_LSN_003),
    must("Priority", Kind::Integer, &ELB_RULE_001),
    must("Conditions", condition::CONDITIONS, &ELB_RULE_002),
    must("Actions", action::ACTIONS, &crate::rules::ELB_ACT_001),
    may("Transforms", condition::TRANSFORMS),
    may("Tags", TAGS),
]);

/// Checks a request for a load balancer.
///
/// - `Name`: 1 to 32 letters, digits and inner hyphens (ELB-LB-001), without `internal-` at the start (ELB-LB-002).
/// - `Subnets` or `SubnetMappings`, not both: ids of EC2, each once, at least two for an Application Load Balancer
///   (ELB-LB-005).
/// - `SecurityGroups`: ids of EC2, at most 5 (ELB-LB-006, a warning: AWS raises it). A Network Load Balancer without
///   one is a warning (ELB-LB-007).
/// - Without `Scheme` the load balancer is internet-facing (ELB-LB-008, a warning).
pub(crate) fn load_balancer(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    request.check_text("Name", &ELB_LB_001, elb::balancer_name, report);
    let kind = match request.text_or("Type", "application") {
        Some("application") => Some(Balancer::Application),
        Some("network") => Some(Balancer::Network),
        _ => None,
    };
    subnets(request, kind, report);
    if !request.has("Scheme") {
        report.add(&request.place("Scheme"), broken!(ELB_LB_008, "not-set"));
    }

    let groups = request.place("SecurityGroups");
    for group in request.items("SecurityGroups") {
        if let Some(id) = group.as_text() {
            report.field(&ELB_LB_001, group.at(), network::id(id, "sg", "a security group"));
        }
    }
    if let Some(kind) = kind {
        elb::groups(kind, request.items("SecurityGroups").len(), &groups, report);
    }
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Usual, report);
}

/// Checks the subnets of a load balancer, at either of their places.
fn subnets(request: &Node<'_>, kind: Option<Balancer>, report: &mut Report) {
    let (plain, mapped) = (request.has("Subnets"), request.has("SubnetMappings"));
    if plain && mapped {
        let broken = broken!(ELB_LB_005, "beside", other = "Subnets");
        report.add(&request.place("SubnetMappings"), broken);
        return;
    }
    if !plain && !mapped {
        request.lacks("Subnets", &ELB_LB_005, report);
        return;
    }

    let member = if plain { "Subnets" } else { "SubnetMappings" };
    let items = request.items(member);
    let ids: Vec<&str> =
        items.iter().filter_map(|item| if plain { item.as_text() } else { item.text("SubnetId") }).collect();
    for (index, id) in ids.iter().enumerate() {
        report.field(&ELB_LB_005, &request.place(member).index(index), network::id(id, "subnet", "a subnet"));
    }
    // Elements that cannot be read are problems of the shape, and count.
    if let Some(kind) = kind.filter(|_| ids.len() == items.len()) {
        elb::subnets(kind, &ids, &request.place(member), report);
    }
}

/// Checks a request that changes attributes of a load balancer.
///
/// At most 20 attributes, each once, known, and with a value of its type (ELB-ATTR-001, ELB-ATTR-002).
pub(crate) fn balancer_attributes(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    arn(request, "LoadBalancerArn", "loadbalancer", report);
    attributes(request, attribute::of_balancer, report);
}

/// Checks a request that changes attributes of a target group.
///
/// At most 20 attributes, each once, known, and with a value of its type (ELB-ATTR-001, ELB-TG-020 to ELB-TG-022).
pub(crate) fn group_attributes(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    arn(request, "TargetGroupArn", "targetgroup", report);
    attributes(request, attribute::of_group, report);
}

/// Checks a list of attributes. The problems of a value are at the value.
fn attributes(
    request: &Node<'_>,
    judge: fn(&str, &str) -> Result<(), validator::ValidationError>,
    report: &mut Report,
) {
    count(request, "Attributes", 0..=20, &ELB_ATTR_001, report);
    let mut seen = Vec::new();
    for attribute in request.items("Attributes") {
        let Some(key) = attribute.text("Key") else { continue };
        if seen.contains(&key) {
            report.add(&attribute.place("Key"), broken!(ELB_ATTR_001, "used-twice", name = key));
        }
        seen.push(key);
        if let Some(value) = attribute.text_or("Value", "") {
            report.field(&ELB_ATTR_001, &attribute.place("Value"), judge(key, value));
        }
    }
}

/// Checks a request for a listener.
///
/// - `LoadBalancerArn`: the ARN of a load balancer (ELB-LSN-003). Its kind decides about the protocol and the actions.
/// - `Port`: 1 to 65535 (ELB-TG-003), required with `Protocol` (ELB-LSN-001).
/// - `Certificates`: exactly one for HTTPS and TLS, of the region of the load balancer; none and no `SslPolicy` for
///   other protocols (ELB-LSN-002).
/// - `DefaultActions`: see `action`.
pub(crate) fn listener(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    arn(request, "LoadBalancerArn", "loadbalancer", report);
    let kind = request.text("LoadBalancerArn").and_then(kind_of);
    for member in ["Port", "Protocol"].into_iter().filter(|member| !request.has(member)) {
        request.lacks(member, &ELB_LSN_001, report);
    }
    request.check_integer("Port", elb::port, report);

    if let (Some(kind), Some(protocol)) = (kind, request.text("Protocol")) {
        let choices = kind.listener_protocols();
        if !choices.contains(&protocol) {
            let broken = broken!(&ELB_LSN_001, UNKNOWN_CHOICE, given = protocol, choices = choices.to_vec());
            report.add(&request.place("Protocol"), broken);
        }
    }
    certificates(request, report);
    action::inspect(request, "DefaultActions", kind, report);
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Usual, report);
}

/// Checks the certificates and the security policy of a listener, by its protocol.
fn certificates(request: &Node<'_>, report: &mut Report) {
    let Some(protocol) = request.text("Protocol") else { return };
    let certificates = request.items("Certificates");
    if !matches!(protocol, "HTTPS" | "TLS") {
        if request.has("SslPolicy") {
            let broken = broken!(ELB_LSN_002, "policy-without-tls", protocol = protocol);
            report.add(&request.place("SslPolicy"), broken);
        }
        if !certificates.is_empty() {
            let broken = broken!(ELB_LSN_002, "certificate-without-tls", protocol = protocol);
            report.add(&request.place("Certificates"), broken);
        }
        return;
    }

    if !request.has("Certificates") || (certificates.is_empty() && request.value()["Certificates"].is_array())
    {
        request.lacks("Certificates", &ELB_LSN_002, report);
    }
    count(request, "Certificates", 0..=1, &ELB_LSN_002, report);
    for certificate in &certificates {
        if let Some(arn) = certificate.text("CertificateArn") {
            let wanted = request.text("LoadBalancerArn").and_then(|arn| arn.split(':').nth(3));
            self::certificate(arn, wanted, &certificate.place("CertificateArn"), report);
        }
    }
}

/// Checks the ARN of a certificate. One of ACM is in the region of the load balancer; IAM has no regions.
fn certificate(arn: &str, wanted: Option<&str>, at: &Path, report: &mut Report) {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let region = match parts.as_slice() {
        ["arn", _, "acm", region, _, resource] if resource.starts_with("certificate/") => Some(*region),
        ["arn", _, "iam", _, _, resource] if resource.starts_with("server-certificate/") => None,
        _ => return report.add(at, broken!(ELB_LSN_002, "not-an-arn", given = arn)),
    };
    if let (Some(region), Some(wanted)) = (region, wanted)
        && region != wanted
    {
        report.add(at, broken!(ELB_LSN_002, "other-region", region = region, wanted = wanted));
    }
}

/// Checks a request for a rule.
///
/// - `ListenerArn`: the ARN of a listener (ELB-LSN-003); only Application Load Balancers have rules.
/// - `Priority`: 1 to 50000 (ELB-RULE-001).
/// - `Conditions` and `Actions`: see `condition` and `action`.
pub(crate) fn rule(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    arn(request, "ListenerArn", "listener", report);
    request.check_integer("Priority", elb::priority, report);
    condition::inspect(request, report);
    action::inspect(request, "Actions", Some(Balancer::Application), report);
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Usual, report);
}

/// Checks that a member is the ARN of an object of a kind, such as `targetgroup`.
fn arn(node: &Node<'_>, member: &str, kind: &'static str, report: &mut Report) {
    let Some(arn) = node.text(member) else { return };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_one = matches!(parts.as_slice(), ["arn", _, "elasticloadbalancing", _, _, resource]
        if resource.split_once('/').is_some_and(|(found, rest)| found == kind && !rest.is_empty()));
    if !is_one {
        let kind = match kind {
            "loadbalancer" => "load balancer",
            "targetgroup" => "target group",
            kind => kind,
        };
        report.add(&node.place(member), broken!(ELB_LSN_003, "not-an-arn", given = arn, kind = kind));
    }
}

/// Returns the kind of the load balancer in an ARN. `None` for other ARNs, and for Gateway Load Balancers.
fn kind_of(arn: &str) -> Option<Balancer> {
    match arn.split('/').nth(1)? {
        "app" => Some(Balancer::Application),
        "net" => Some(Balancer::Network),
        _ => None,
    }
}
