//! Load balancers, and the backends of services.

use std::collections::BTreeSet;

use sss_model::{Backend, BackendKind, LoadBalancer, LoadBalancers, Stack, TargetHealthCheck};

use super::Draw;
use super::parts::tags;

const CERTIFICATES: [&str; 2] = [
    "arn:aws:acm:eu-central-1:123456789012:certificate/a",
    "arn:aws:acm:eu-central-1:123456789012:certificate/b",
];
const ODD_ARNS: [&str; 4] = [
    "",
    "a",
    "arn:aws:s3:::a",
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/0123456789abcdef",
];
const GROUPS: [&str; 2] = ["sg-0a1b2c3d", "sg-0a1b2c3d4e5f60718"];

/// The kind of a backend. A load balancer needs the groups of the VPC link, and one for applications needs two subnets.
pub(super) fn kind(draw: &mut Draw<'_>, stack: &Stack) -> BackendKind {
    if stack.network.vpc_link_security_group_ids.is_empty() {
        return BackendKind::CloudMap;
    }
    let subnets: BTreeSet<&String> = stack.network.private_subnet_ids.iter().collect();
    let kinds = [BackendKind::CloudMap, BackendKind::Nlb, BackendKind::Alb];
    draw.one(if subnets.len() > 1 { &kinds } else { &kinds[..2] })
}

/// The backend of a service. An Application Load Balancer needs two subnets.
pub(super) fn backend(draw: &mut Draw<'_>, stack: &Stack) -> Backend {
    match Backend::from(kind(draw, stack)) {
        Backend::CloudMap(mut backend) => {
            backend.ttl = draw.number(0..=2_147_483_647);
            Backend::CloudMap(backend)
        }
        Backend::Alb(mut backend) => {
            backend.health_check = target_health_check(draw);
            backend.deregistration_delay = draw.number(0..=3600);
            backend.slow_start = if draw.flag() { draw.number(30..=900) } else { 0 };
            backend.stickiness = draw.maybe(|draw| draw.number(1..=604_800));
            Backend::Alb(backend)
        }
        Backend::Nlb(mut backend) => {
            backend.health_check = target_health_check(draw);
            backend.deregistration_delay = draw.number(0..=3600);
            Backend::Nlb(backend)
        }
        other => other,
    }
}

fn target_health_check(draw: &mut Draw<'_>) -> TargetHealthCheck {
    let mut check = TargetHealthCheck::default();
    check.path = Some(draw.value(&["/", "/health"], &["", "health"]));
    check.matcher =
        draw.maybe(|draw| draw.value(&["200", "200,204", "200-299"], &["", "2xx", "199", "299-200"]));
    check.interval = draw.number(5..=300);
    check.timeout = if draw.is_odd() { draw.number(2..=120) } else { draw.number(2..=4) };
    check.healthy_threshold = draw.number(2..=10);
    check.unhealthy_threshold = draw.number(2..=10);
    check
}

/// The load balancers of a stack, whether services are behind them or not.
pub(super) fn load_balancers(draw: &mut Draw<'_>) -> LoadBalancers {
    let mut balancers = LoadBalancers::default();
    balancers.alb = load_balancer(draw, "app");
    balancers.nlb = load_balancer(draw, "net");
    balancers
}

/// A load balancer of the stack, or one that exists already. `folder` is the word for its kind in ARNs.
fn load_balancer(draw: &mut Draw<'_>, folder: &str) -> LoadBalancer {
    let mut balancer = LoadBalancer::default();
    balancer.tags = tags(draw);
    let start = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:";
    let names = ["a", "b"].map(|name| format!("{folder}/{name}/0123456789abcdef"));
    match draw.byte() % 4 {
        0 => {}
        1 => {
            balancer.deletion_protection = draw.flag();
            tls(draw, &mut balancer);
        }
        2 => {
            let arns = names.map(|name| format!("{start}loadbalancer/{name}"));
            balancer.arn = Some(draw.value(&arns.each_ref().map(String::as_str), &ODD_ARNS));
            tls(draw, &mut balancer);
        }
        _ => {
            let arns = names.map(|name| format!("{start}listener/{name}/0123456789abcdef"));
            let arn = draw.value(&arns.each_ref().map(String::as_str), &ODD_ARNS);
            // Each service has a listener of its own at a Network Load Balancer.
            balancer.listener = (folder == "app" || draw.is_odd()).then_some(arn);
            balancer.server_name = balancer.listener.is_some().then(|| server_name(draw));
        }
    }
    if balancer.is_given() || draw.is_odd() {
        balancer.security_group_ids = draw.values(2, &GROUPS, &["", "sg-1"]);
        balancer.security_group_ids.push(draw.one(&GROUPS).to_owned());
    }
    balancer
}

/// A certificate with the name in it, or none of both.
fn tls(draw: &mut Draw<'_>, balancer: &mut LoadBalancer) {
    if draw.flag() {
        balancer.certificate = Some(draw.value(&CERTIFICATES, &ODD_ARNS));
        balancer.server_name = Some(server_name(draw));
        let policies = ["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"];
        balancer.ssl_policy = draw.maybe(|draw| draw.value(&policies, &policies));
    }
}

fn server_name(draw: &mut Draw<'_>) -> String {
    draw.text(512, 's')
}
