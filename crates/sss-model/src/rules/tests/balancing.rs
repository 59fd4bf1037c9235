//! Load balancers and target groups of a stack.

use crate::fixture::{check, check_app};
use crate::{
    AlbBackend, AppProtocol, Backend, BackendKind, LoadBalancer, NlbBackend, Port, Service, Stack,
    TargetHealthCheck,
};

const CERTIFICATE: &str =
    "arn:aws:acm:ap-northeast-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
const BALANCER: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shared/0a1b2c3d4e5f6071";
const LISTENER: &str = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/0a1b2c3d4e5f6071/1a1b2c3d4e5f6071";
const NETWORK: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/net/shared/0a1b2c3d4e5f6071";
const GROUP: &str = "sg-0a1b2c3d4e5f60009";

/// Moves the service of the reference stack behind a load balancer with its defaults.
fn behind(kind: BackendKind) -> impl Fn(&mut Service) {
    move |app| app.backend = Some(Backend::from(kind))
}

#[track_caller]
fn check_alb(change: impl Fn(&mut AlbBackend), want: &[&str]) {
    let mut backend = AlbBackend::default();
    change(&mut backend);
    check_app(|app| app.backend = Some(Backend::Alb(backend)), want);
}

#[track_caller]
fn check_nlb(change: impl Fn(&mut NlbBackend), want: &[&str]) {
    let mut backend = NlbBackend::default();
    change(&mut backend);
    check_app(|app| app.backend = Some(Backend::Nlb(backend)), want);
}

#[track_caller]
fn check_balancer(change: impl Fn(&mut LoadBalancer), want: &[&str]) {
    check(
        |stack| {
            behind(BackendKind::Alb)(stack.services.get_mut("app").unwrap());
            change(&mut stack.load_balancers.alb);
        },
        want,
    );
}

#[test]
fn service_behind_a_load_balancer_needs_no_setting() {
    check_app(behind(BackendKind::Alb), &[]);
    check_app(behind(BackendKind::Nlb), &[]);
    check_app(|app| (behind(BackendKind::Alb)(app), app.health_check_grace_period = Some(90)).1, &[]);
    let portless = |app: &mut Service| {
        behind(BackendKind::Alb)(app);
        app.task.port = None;
    };
    check_app(portless, &["STACK-010 backend"]);
}

#[test]
fn target_group_values_have_their_ranges() {
    let at = "backend.";
    let broken = |rule: &str, key: &str| vec![format!("{rule} {at}{key}")];
    let check_one = |change: fn(&mut AlbBackend), rule: &str, key: &str| {
        let want = broken(rule, key);
        check_alb(change, &want.iter().map(String::as_str).collect::<Vec<_>>());
    };
    check_one(|backend| backend.deregistration_delay = 3601, "ELB-TG-020", "deregistration_delay");
    check_one(|backend| backend.slow_start = 29, "ELB-TG-021", "slow_start");
    check_one(|backend| backend.slow_start = 901, "ELB-TG-021", "slow_start");
    check_one(|backend| backend.stickiness = Some(0), "ELB-TG-022", "stickiness");
    check_one(|backend| backend.health_check.interval = 4, "ELB-TG-011", "health_check.interval");
    check_one(|backend| backend.health_check.timeout = 1, "ELB-TG-012", "health_check.timeout");
    check_one(|backend| backend.health_check.timeout = 10, "ELB-TG-012", "health_check.timeout");
    check_one(
        |backend| backend.health_check.healthy_threshold = 1,
        "ELB-TG-013",
        "health_check.healthy_threshold",
    );
    check_one(
        |backend| backend.health_check.unhealthy_threshold = 11,
        "ELB-TG-013",
        "health_check.unhealthy_threshold",
    );
    check_one(|backend| backend.health_check.path = Some("health".into()), "ELB-TG-010", "health_check.path");
    check_one(
        |backend| backend.health_check.path = Some(format!("/{}", "a".repeat(1024))),
        "ELB-TG-010",
        "health_check.path",
    );
    check_alb(|backend| (backend.slow_start, backend.deregistration_delay) = (30, 0), &[]);
}

#[test]
fn matcher_has_status_codes() {
    let matcher = |codes: &str| {
        TargetHealthCheck::builder()
            .path("/")
            .matcher(codes)
            .build()
            .expect("codes are checked with the backend")
    };
    for codes in ["200", "200,204", "200-299", "200-299,404"] {
        check_alb(|backend| backend.health_check = matcher(codes), &[]);
    }
    for codes in ["", "2xx", "199", "299-200", "200-", "500"] {
        let want = ["ELB-TG-014 backend.health_check.matcher"];
        check_alb(|backend| backend.health_check = matcher(codes), &want);
    }
    check_nlb(|backend| backend.health_check = matcher("500"), &[]);
}

#[test]
fn health_check_asks_a_port_that_speaks_http() {
    let grpc = |app: &mut Service| {
        behind(BackendKind::Alb)(app);
        let mut port = Port::from(80);
        (port.name, port.app_protocol) = (Some("api".into()), Some(AppProtocol::Grpc));
        app.task.ports = vec![port];
    };
    check_app(grpc, &["STACK-032 backend"]);
    check_nlb(
        |backend| backend.health_check.matcher = Some("200".into()),
        &["STACK-032 backend.health_check.matcher"],
    );
}

#[test]
fn alb_needs_two_subnets() {
    let one = |stack: &mut Stack| {
        stack.network.private_subnet_ids.truncate(1);
        behind(BackendKind::Alb)(stack.services.get_mut("app").unwrap());
    };
    let at = "network.private_subnet_ids";
    check(one, &[&format!("STACK-013 {at}"), &format!("ELB-LB-005 {at}")]);
    let given = |stack: &mut Stack| {
        one(stack);
        stack.load_balancers.alb.listener = Some(LISTENER.into());
        stack.load_balancers.alb.security_group_ids = vec![GROUP.into()];
    };
    check(given, &[&format!("STACK-013 {at}")]);
}

#[test]
fn certificate_is_of_the_region_and_has_a_name() {
    let with = |arn: &'static str| {
        move |balancer: &mut LoadBalancer| {
            balancer.certificate = Some(arn.into());
            balancer.server_name = Some("shop.example.com".into());
        }
    };
    let at = "load_balancers.alb";
    check_balancer(with(CERTIFICATE), &[]);
    let other = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
    check_balancer(with(other), &[&format!("ELB-LSN-002 {at}.certificate")]);
    check_balancer(with("certificate"), &[&format!("ELB-LSN-002 {at}.certificate")]);
    check_balancer(
        |one| one.certificate = Some(CERTIFICATE.into()),
        &[&format!("STACK-031 {at}.certificate")],
    );
    check_balancer(
        |one| one.server_name = Some("a.example.com".into()),
        &[&format!("STACK-031 {at}.server_name")],
    );
    let long = |one: &mut LoadBalancer| {
        with(CERTIFICATE)(one);
        one.server_name = Some("a".repeat(513));
    };
    check_balancer(long, &[&format!("APIGW-INT-040 {at}.server_name")]);
}

#[test]
fn given_load_balancer_keeps_its_settings() {
    let at = "load_balancers.alb";
    let given = |arn: &'static str| {
        move |one: &mut LoadBalancer| {
            one.arn = Some(arn.into());
            one.security_group_ids = vec![GROUP.into()];
        }
    };
    check_balancer(given(BALANCER), &[]);
    check_balancer(given(NETWORK), &[&format!("ELB-LSN-003 {at}.arn")]);
    check_balancer(given("shared"), &[&format!("ELB-LSN-003 {at}.arn")]);
    let both = |one: &mut LoadBalancer| {
        given(BALANCER)(one);
        one.listener = Some(LISTENER.into());
    };
    check_balancer(both, &[&format!("STACK-033 {at}.listener")]);
    let protected = |one: &mut LoadBalancer| {
        given(BALANCER)(one);
        one.deletion_protection = true;
    };
    check_balancer(protected, &[&format!("STACK-033 {at}.deletion_protection")]);
    let groupless = |one: &mut LoadBalancer| one.arn = Some(BALANCER.into());
    check_balancer(groupless, &[&format!("STACK-033 {at}.security_group_ids")]);
    let idle = |one: &mut LoadBalancer| one.security_group_ids = vec![GROUP.into()];
    check_balancer(idle, &[&format!("STACK-033 {at}.security_group_ids")]);
    let network = |stack: &mut Stack| {
        behind(BackendKind::Nlb)(stack.services.get_mut("app").unwrap());
        stack.load_balancers.nlb.listener = Some(LISTENER.into());
        stack.load_balancers.nlb.security_group_ids = vec![GROUP.into()];
    };
    check(network, &["STACK-033 load_balancers.nlb.listener"]);
}

#[test]
fn given_load_balancer_carries_100_services() {
    let with = |count: usize| {
        move |stack: &mut Stack| {
            behind(BackendKind::Alb)(stack.services.get_mut("app").unwrap());
            stack.load_balancers.alb.listener = Some(LISTENER.into());
            stack.load_balancers.alb.security_group_ids = vec![GROUP.into()];
            // A moving tag in many places is another warning.
            stack.services.get_mut("app").unwrap().task.image = "a:1".to_owned();
            let app = stack.services["app"].clone();
            for number in 1..count {
                let name = format!("s{number}");
                let service = Service { name: name.clone(), routes: Vec::new(), ..app.clone() };
                stack.services.insert(name, service);
            }
        }
    };
    check(with(100), &[]);
    check(with(101), &["STACK-030 load_balancers.alb.listener"]);
}

#[test]
fn names_fit_elastic_load_balancing() {
    let named = |stack: &mut Stack, alb: &str, group: &str| {
        let app = stack.services.get_mut("app").unwrap();
        behind(BackendKind::Alb)(app);
        app.names.target_group = Some(group.into());
        stack.names.alb = Some(alb.into());
    };
    check(|stack| named(stack, "shop", "orders"), &[]);
    check(|stack| named(stack, "internal-shop", "orders"), &["ELB-LB-002 names.alb"]);
    let want = ["ELB-LB-001 names.alb", "ELB-TG-001 services.app.names.target_group"];
    check(|stack| named(stack, "a_b", &"a".repeat(33)), &want);
}

#[test]
fn load_balancer_lets_in_a_link_with_groups() {
    let without_groups = |kind: BackendKind| {
        move |stack: &mut Stack| {
            behind(kind)(stack.services.get_mut("app").unwrap());
            stack.network.vpc_link_security_group_ids.clear();
            stack.silence.insert("APIGW-VL-004".to_owned(), "only the load balancer matters here".to_owned());
        }
    };
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        check(without_groups(kind), &["STACK-034 network.vpc_link_security_group_ids"]);
        let unrouted = |stack: &mut Stack| {
            without_groups(kind)(stack);
            stack.services.values_mut().for_each(|service| service.routes.clear());
        };
        check(unrouted, &[]);
    }
}
