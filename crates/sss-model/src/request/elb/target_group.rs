//! `CreateTargetGroup`: where the targets are, and how their health is checked.
//!
//! The members of the health check have defaults that depend on the protocol. A timeout without an interval is compared
//! with the default interval.

use super::PROTOCOLS;
use crate::report::Report;
use crate::request::shape::{Kind, Shape, choice, may, must};
use crate::request::tags::{self, TAGS};
use crate::request::{Node, Referred};
use crate::rules::elb::{self, Balancer};
use crate::rules::{
    ELB_TG_001, ELB_TG_002, ELB_TG_003, ELB_TG_004, ELB_TG_005, ELB_TG_006, ELB_TG_010, ELB_TG_014,
    ELB_TG_015, ELB_TG_016, Rule, broken, network,
};

/// The types of targets. Without one, AWS takes `instance`.
const TARGET_TYPES: [&str; 4] = ["instance", "ip", "lambda", "alb"];

/// The versions of HTTP between load balancer and target.
const VERSIONS: [&str; 3] = ["HTTP1", "HTTP2", "GRPC"];

/// The seconds between two checks, if the request does not say.
const INTERVAL: i64 = 30;

/// `CreateTargetGroup`: the shape requires the name only (ELB-TG-001).
///
/// Protocol, port and VPC are required for all targets but Lambda functions, so a rule on values checks them.
pub(crate) const CREATE_TARGET_GROUP: Shape = Shape(&[
    must("Name", Kind::Text, &ELB_TG_001),
    may("Protocol", Kind::Choice(&ELB_TG_002, &PROTOCOLS)),
    may("ProtocolVersion", Kind::Choice(&ELB_TG_006, &VERSIONS)),
    may("Port TargetControlPort", Kind::Integer),
    may("VpcId HealthCheckPort HealthCheckPath", Kind::Text),
    may("HealthCheckProtocol", Kind::Choice(&ELB_TG_016, &PROTOCOLS)),
    may("HealthCheckEnabled", Kind::Flag),
    may("HealthCheckIntervalSeconds HealthCheckTimeoutSeconds", Kind::Integer),
    may("HealthyThresholdCount UnhealthyThresholdCount", Kind::Integer),
    may("Matcher", Kind::Structure(&MATCHER)),
    may("TargetType", Kind::Choice(&ELB_TG_005, &TARGET_TYPES)),
    may("IpAddressType", choice(&["ipv4", "ipv6"])),
    may("Tags", TAGS),
]);
/// The codes of healthy answers, of HTTP or of gRPC.
const MATCHER: Shape = Shape(&[may("HttpCode GrpcCode", Kind::Text)]);

/// Checks a request for a target group.
///
/// - `Name`: 1 to 32 letters, digits and inner hyphens (ELB-TG-001).
/// - `Protocol` (ELB-TG-002), `Port` (ELB-TG-003) and `VpcId` (ELB-TG-004), except for Lambda functions.
/// - Without `TargetType` the targets are instances (ELB-TG-005, a warning).
/// - `ProtocolVersion`: for HTTP and HTTPS only (ELB-TG-006).
/// - The health check: ELB-TG-010 to ELB-TG-016.
pub(crate) fn group(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    request.check_text("Name", &ELB_TG_001, elb::group_name, report);
    if !request.has("TargetType") {
        report.warn(&request.place("TargetType"), broken!(ELB_TG_005, "not-set"));
    }
    if request.text("TargetType") == Some("lambda") {
        for member in ["Protocol", "Port", "VpcId"].into_iter().filter(|member| request.has(member)) {
            report.add(&request.place(member), broken!(ELB_TG_002, "not-for-lambda"));
        }
    } else {
        let rules: [(&str, &'static Rule); 3] =
            [("Protocol", &ELB_TG_002), ("Port", &ELB_TG_003), ("VpcId", &ELB_TG_004)];
        for (member, rule) in rules.into_iter().filter(|(member, _)| !request.has(member)) {
            request.lacks(member, rule, report);
        }
    }

    request.check_integer("Port", elb::port, report);
    request.check_integer("TargetControlPort", elb::port, report);
    request.check_text("VpcId", &ELB_TG_004, network::vpc_id, report);
    if let Some(protocol) = request.text("Protocol")
        && request.has("ProtocolVersion")
        && Balancer::of_protocol(protocol) == Balancer::Network
    {
        let broken = broken!(ELB_TG_006, "not-http", protocol = protocol);
        report.add(&request.place("ProtocolVersion"), broken);
    }
    health_check(request, report);
    tags::of_list(request, "Tags", ["Key", "Value"], tags::Service::Usual, report);
}

/// Checks the health check: its numbers by themselves, then its members by the protocol.
fn health_check(request: &Node<'_>, report: &mut Report) {
    request.check_integer("HealthCheckIntervalSeconds", elb::interval, report);
    request.check_integer("HealthCheckTimeoutSeconds", elb::timeout, report);
    for member in ["HealthyThresholdCount", "UnhealthyThresholdCount"] {
        request.check_integer(member, elb::threshold, report);
    }
    request.check_text("HealthCheckPort", &ELB_TG_015, elb::health_port, report);
    request.check_text("HealthCheckPath", &ELB_TG_010, elb::health_path, report);

    let seconds = |member: &str, default| {
        if request.has(member) { request.integer(member) } else { default }
    };
    let (timeout, interval) =
        (seconds("HealthCheckTimeoutSeconds", None), seconds("HealthCheckIntervalSeconds", Some(INTERVAL)));
    if let (Some(timeout), Some(interval)) = (timeout, interval)
        && elb::timeout(timeout).is_ok()
        && elb::interval(interval).is_ok()
    {
        elb::timeout_fits(timeout, interval, &request.place("HealthCheckTimeoutSeconds"), report);
    }

    let target_type = request.text_or("TargetType", "instance");
    if let Some(target_type @ ("ip" | "instance")) = target_type
        && request.flag("HealthCheckEnabled") == Some(false)
    {
        let broken = broken!(ELB_TG_016, "always-on", target_type = target_type);
        report.add(&request.place("HealthCheckEnabled"), broken);
    }
    if let Some(protocol) = request.text("Protocol") {
        by_protocol(request, protocol, report);
    }
}

/// Checks the members of the health check that depend on the protocol of the target group and of the check.
///
/// A check at an Application Load Balancer uses HTTP by default, and one at a Network Load Balancer TCP.
fn by_protocol(request: &Node<'_>, protocol: &str, report: &mut Report) {
    let balancer = Balancer::of_protocol(protocol);
    let choices = balancer.health_protocols();
    let default = choices[0];
    let check =
        if request.has("HealthCheckProtocol") { request.text("HealthCheckProtocol") } else { Some(default) };
    let Some(check) = check else { return };
    if !choices.contains(&check) {
        let broken = broken!(
            ELB_TG_016,
            "not-for-protocol",
            protocol = protocol,
            given = check,
            choices = choices.to_vec()
        );
        report.add(&request.place("HealthCheckProtocol"), broken);
        return;
    }

    if check == "TCP" {
        if request.has("HealthCheckPath") {
            let broken = broken!(ELB_TG_010, "not-for-protocol", protocol = check);
            report.add(&request.place("HealthCheckPath"), broken);
        }
        if request.has("Matcher") {
            let broken = broken!(ELB_TG_014, "not-for-protocol", protocol = check);
            report.add(&request.place("Matcher"), broken);
        }
    } else if let Some(matcher) = request.get("Matcher").filter(|matcher| matcher.value().is_object()) {
        self::matcher(&matcher, balancer, report);
    }
}

/// Checks a matcher: the codes of HTTP, or those of gRPC, not both.
fn matcher(matcher: &Node<'_>, balancer: Balancer, report: &mut Report) {
    match (matcher.has("HttpCode"), matcher.has("GrpcCode")) {
        (true, true) => {
            report.add(&matcher.place("GrpcCode"), broken!(ELB_TG_014, "beside", other = "HttpCode"));
        }
        (false, false) if matcher.value().as_object().is_some_and(serde_json::Map::is_empty) => {
            matcher.lacks("HttpCode", &ELB_TG_014, report);
        }
        _ => {}
    }
    let http = balancer.codes();
    matcher.check_text("HttpCode", &ELB_TG_014, |codes| elb::matcher(codes, &http), report);
    matcher.check_text("GrpcCode", &ELB_TG_014, |codes| elb::matcher(codes, &elb::GRPC_CODES), report);
}
