//! Rules of a stack's load balancers and of the target groups of its services.
//!
//! The rules on single values are those of the requests of Elastic Load Balancing. The rules between parts are the
//! stack's: an Application Load Balancer needs two subnets, a given load balancer carries so many services, its
//! certificate is of the stack's region, and a health check asks a port that speaks its protocol.

use std::collections::BTreeSet;

use validator::ValidationError;

use super::{
    APIGW_INT_040, ELB_LB_005, ELB_LSN_002, ELB_LSN_003, ELB_TG_014, STACK_030, STACK_031, STACK_032,
    STACK_033, STACK_034, TOO_FEW, TOO_LONG, TOO_SHORT, broken, elb, judge, network,
};
use crate::backend::{AlbBackend, BackendKind, NlbBackend, TargetHealthCheck};
use crate::container::AppProtocol;
use crate::load_balancer::LoadBalancer;
use crate::partition::Arn;
use crate::path::Path;
use crate::report::Report;
use crate::service::Service;
use crate::stack::Stack;

/// Checks the seconds that a stopping task gets for its requests.
pub(crate) fn deregistration_delay(seconds: u32) -> Result<(), ValidationError> {
    elb::deregistration_delay(seconds.into())
}

/// Checks the time of a slow start.
pub(crate) fn slow_start(seconds: u32) -> Result<(), ValidationError> {
    elb::slow_start(seconds.into())
}

/// Checks the seconds for which a cookie holds.
pub(crate) fn stickiness(seconds: u32) -> Result<(), ValidationError> {
    elb::stickiness_duration(seconds.into())
}

/// Checks the name that API Gateway verifies in a certificate.
pub(crate) fn server_name(name: &str) -> Result<(), ValidationError> {
    let count = name.chars().count();
    judge(count >= 1, || broken!(&APIGW_INT_040, TOO_SHORT, count = count, least = 1))?;
    judge(count <= 512, || broken!(&APIGW_INT_040, TOO_LONG, count = count, most = 512))
}

/// Checks the backend of a service behind an Application Load Balancer. The port must speak HTTP/1.1.
pub(crate) fn behind_alb(service: &Service, backend: &AlbBackend, at: &Path, report: &mut Report) {
    health_check(&backend.health_check, elb::Balancer::Application, &at.key("health_check"), report);
    let Some(port) = service.task.port else { return };
    let mut mappings = service.task.ports.iter().filter(|mapping| mapping.holds(port));
    let protocol = mappings.find_map(|mapping| mapping.app_protocol).filter(|one| *one == AppProtocol::Grpc);
    if let Some(protocol) = protocol {
        let broken = broken!(STACK_032, "not-http", port = port, protocol = protocol.as_str());
        report.add(at, broken);
    }
}

/// Checks the backend of a service behind a Network Load Balancer. Without a path, the check is a TCP connection.
pub(crate) fn behind_nlb(backend: &NlbBackend, at: &Path, report: &mut Report) {
    let at = at.key("health_check");
    health_check(&backend.health_check, elb::Balancer::Network, &at, report);
    if backend.health_check.path.is_none() && backend.health_check.matcher.is_some() {
        report.add(&at.key("matcher"), broken!(STACK_032, "matcher-without-path"));
    }
}

/// Checks a health check: its own fields, the timeout below the interval, and the status codes.
fn health_check(check: &TargetHealthCheck, kind: elb::Balancer, at: &Path, report: &mut Report) {
    report.inspect(check, at);
    if elb::timeout(check.timeout).is_ok() && elb::interval(check.interval).is_ok() {
        elb::timeout_fits(check.timeout.into(), check.interval.into(), &at.key("timeout"), report);
    }
    if let Some(codes) = &check.matcher {
        report.field(&ELB_TG_014, &at.key("matcher"), elb::matcher(codes, &kind.codes()));
    }
}

/// Checks the settings of a load balancer by themselves.
///
/// A load balancer that exists already keeps its own settings. A certificate and the name in it belong together, but
/// the certificate of a given listener is not the stack's.
pub(crate) fn inspect(balancer: &LoadBalancer, at: &Path, report: &mut Report) {
    network::group_ids(&balancer.security_group_ids, &at.key("security_group_ids"), report);
    if balancer.arn.is_some() && balancer.listener.is_some() {
        report.add(&at.key("listener"), broken!(STACK_033, "both"));
    }
    let mut not_ours = |key: &str, is_set: bool| {
        if is_set {
            report.add(&at.key(key), broken!(STACK_033, "not-ours"));
        }
    };
    if balancer.is_given() {
        not_ours("deletion_protection", balancer.deletion_protection);
    }
    if balancer.listener.is_some() {
        not_ours("certificate", balancer.certificate.is_some());
        not_ours("ssl_policy", balancer.ssl_policy.is_some());
    }

    if balancer.is_given() && balancer.security_group_ids.is_empty() {
        report.add(&at.key("security_group_ids"), broken!(STACK_033, "no-groups"));
    }
    if !balancer.is_given() && !balancer.security_group_ids.is_empty() {
        report.add(&at.key("security_group_ids"), broken!(STACK_033, "no-effect"));
    }
    tls(balancer, at, report);
}

/// Checks that a certificate and the name in it belong together.
fn tls(balancer: &LoadBalancer, at: &Path, report: &mut Report) {
    if balancer.certificate.is_some() && balancer.server_name.is_none() {
        report.add(&at.key("certificate"), broken!(STACK_031, "no-server-name"));
    }
    let is_plain = balancer.certificate.is_none() && balancer.listener.is_none();
    for (key, is_set) in
        [("server_name", balancer.server_name.is_some()), ("ssl_policy", balancer.ssl_policy.is_some())]
    {
        if is_plain && is_set {
            report.add(&at.key(key), broken!(STACK_031, "no-certificate"));
        }
    }
}

/// Checks the load balancers of a stack with its region, its subnets and its services.
pub(crate) fn inspect_all(stack: &Stack, at: &Path, report: &mut Report) {
    for (word, kind) in [("alb", BackendKind::Alb), ("nlb", BackendKind::Nlb)] {
        let Some(balancer) = stack.load_balancers.of(kind) else { continue };
        let place = at.key("load_balancers").key(word);
        arns(stack, kind, balancer, &place, report);

        let (count, most) = (stack.services_behind(kind).count(), Stack::services_of_one(kind));
        if balancer.is_given() && count > most {
            let key = if balancer.arn.is_some() { "arn" } else { "listener" };
            report.add(&place.key(key), broken!(STACK_030, "too-many", count = count, most = most));
        }
        if kind == BackendKind::Alb && count > 0 && !balancer.is_given() {
            two_subnets(stack, at, report);
        }
        if !balancer.is_given() {
            groups_of_link(stack, kind, at, report);
        }
    }
}

/// Checks that a load balancer of the stack can let the VPC link in.
///
/// A link without groups is in the default group of the VPC, whose id the stack does not know. The engine reads the
/// groups of a link of others.
fn groups_of_link(stack: &Stack, kind: BackendKind, at: &Path, report: &mut Report) {
    let network = &stack.network;
    if network.existing_vpc_link.is_some() || !network.vpc_link_security_group_ids.is_empty() {
        return;
    }
    let is_routed = |key: &&str| stack.services.get(*key).is_some_and(|service| stack.is_routed(service));
    let services: Vec<&str> = stack.services_behind(kind).filter(is_routed).collect();
    if !services.is_empty() {
        let place = at.key("network").key("vpc_link_security_group_ids");
        report.add(&place, broken!(STACK_034, "no-groups", services = services));
    }
}

/// Checks that an Application Load Balancer has two subnets.
fn two_subnets(stack: &Stack, at: &Path, report: &mut Report) {
    let count = stack.network.private_subnet_ids.iter().collect::<BTreeSet<_>>().len();
    // A stack without subnets has a problem already.
    if count == 1 {
        let place = at.key("network").key("private_subnet_ids");
        report.add(&place, broken!(&ELB_LB_005, TOO_FEW, count = count, least = 2));
    }
}

/// Checks the ARNs of a load balancer: their kinds, and the region of the certificate.
fn arns(stack: &Stack, kind: BackendKind, balancer: &LoadBalancer, at: &Path, report: &mut Report) {
    let folder = if kind == BackendKind::Nlb { "net" } else { "app" };
    let mut named = |key: &str, arn: Option<&String>, prefix: &str, noun: &str| {
        let Some(arn) = arn else { return };
        let start = format!("{prefix}/{folder}/");
        let is_one = Arn::of(arn)
            .is_some_and(|arn| arn.service == "elasticloadbalancing" && arn.resource.starts_with(&start));
        if !is_one {
            report.add(&at.key(key), broken!(ELB_LSN_003, "not-an-arn", given = arn.as_str(), kind = noun));
        }
    };
    named("arn", balancer.arn.as_ref(), "loadbalancer", "load balancer");
    if kind == BackendKind::Nlb && balancer.listener.is_some() {
        report.add(&at.key("listener"), broken!(STACK_033, "of-network"));
    } else {
        named("listener", balancer.listener.as_ref(), "listener", "listener");
    }

    let Some(given) = &balancer.certificate else { return };
    match Arn::of(given).filter(|arn| ["acm", "iam"].contains(&arn.service)) {
        None => {
            report.add(&at.key("certificate"), broken!(ELB_LSN_002, "not-an-arn", given = given.as_str()));
        }
        Some(arn) if arn.service == "acm" && arn.region != stack.region => {
            let wanted = stack.region.as_str();
            let broken = broken!(ELB_LSN_002, "other-region", region = arn.region, wanted = wanted);
            report.add(&at.key("certificate"), broken);
        }
        Some(_) => {}
    }
}
