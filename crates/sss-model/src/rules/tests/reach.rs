//! Which ports are opened by themselves, and which nobody reaches.

use crate::fixture::reference;
use crate::{Container, Port, Rule, Service, Stack, TransportProtocol};

const LINK: &str = "sg-0a1b2c3d4e5f60000";
const OTHER: &str = "sg-0a1b2c3d4e5f60009";

/// Returns the reference stack with other rules.
fn with(ingress: Option<Vec<Rule>>) -> Stack {
    let mut stack = reference();
    stack.security_group.ingress = ingress;
    stack
}

/// Checks the warnings of a stack on reach: case and path.
#[track_caller]
fn check(stack: &Stack, want: &[&str]) {
    let problems = stack.problems().into_iter();
    let on_reach = problems.filter(|problem| ["SG-040", "APIGW-VL-004"].contains(&problem.rule));
    let shown: Vec<String> = on_reach.map(|problem| format!("{} {}", problem.case, problem.path)).collect();
    assert_eq!(shown, want);
}

fn worker(port: u16) -> Service {
    Service::builder().name("worker").image("worker:1").port(port).build().expect("a service")
}

#[test]
fn ports_of_routes_beyond_the_quota_have_a_fix() {
    let mut stack = with(None);
    let app = stack.services.values().next().expect("a service").clone();
    for number in 0..61_u16 {
        let mut service = app.clone();
        service.name = format!("s{number}");
        service.task.port = Some(8000 + number);
        service.routes = vec![crate::Route { path: format!("/s{number}"), ..crate::Route::default() }];
        stack.services.insert(service.name.clone(), service);
    }
    let problems: Vec<_> = stack.problems().into_iter().filter(|problem| problem.rule == "SG-030").collect();
    let [problem] = problems.as_slice() else { panic!("one warning: {problems:#?}") };
    assert_eq!(problem.severity, crate::Severity::Warning);
    assert!(problem.message.contains("on 62 ports"), "{}", problem.message);
    assert!(problem.fix.contains("the same port"), "{}", problem.fix);
}

#[test]
fn port_of_a_route_is_open_to_the_link() {
    let mut stack = with(None);
    stack.network.vpc_link_security_group_ids = vec![OTHER.into(), LINK.into(), OTHER.into()];
    let second = Service { name: "second".into(), ..stack.services["app"].clone() };
    stack.services.insert("second".into(), second);
    check(&stack, &[]);
    let rules = stack.ingress();
    assert_eq!((rules.len(), rules[0].ports(), rules[0].cidrs.len()), (1, Some((80, 80)), 0));
    assert_eq!(rules[0].security_groups, [LINK, OTHER]);
    stack.services.get_mut("second").expect("the service").task.port = Some(8080);
    let ports: Vec<_> = stack.ingress().iter().filter_map(Rule::ports).collect();
    assert_eq!(ports, [(80, 80), (8080, 8080)]);
}

#[test]
fn rules_of_the_stack_are_complete() {
    let written = vec![Rule::tcp(443).from("10.0.0.0/16")];
    assert_eq!(with(Some(written.clone())).ingress(), written);
    assert_eq!(with(Some(Vec::new())).ingress(), []);
    assert_eq!(reference().ingress().len(), 1);
    check(&reference(), &[]);
}

#[test]
fn rules_for_a_link_of_others_follow_from_it() {
    let mut stack = with(None);
    stack.network.vpc_link_security_group_ids.clear();
    stack.network.existing_vpc_link = Some("a1b2c3".to_owned());
    check(&stack, &[]);
    assert_eq!((stack.ingress(), Vec::from_iter(stack.routed_ports())), (Vec::new(), vec![80]));
    stack.services.insert("worker".into(), worker(9000));
    check(&stack, &["closed-beside-routes services.worker.port"]);
    stack.services.remove("worker");
    stack.security_group.ingress = Some(Vec::new());
    check(&stack, &["closed services.app.port"]);
    stack.security_group.ingress = Some(vec![Rule::tcp(80).from("10.0.0.0/16")]);
    check(&stack, &[]);
}

#[test]
fn port_of_a_worker_is_opened_to_nobody() {
    let mut stack = with(None);
    stack.services.insert("worker".into(), worker(9000));
    assert_eq!(stack.ingress().len(), 1);
    check(&stack, &["closed-beside-routes services.worker.port"]);
    let problem = stack.problems().into_iter().find(|problem| problem.rule == "SG-040").expect("a warning");
    assert!(
        problem.fix.contains("`{ port = 80, security_groups = [\"sg-0a1b2c3d4e5f60000\"] }`"),
        "{}",
        problem.fix
    );

    stack.services.remove("app");
    check(&stack, &["closed services.worker.port"]);
    stack.security_group.ingress = Some(vec![Rule::tcp(9000).from(OTHER)]);
    check(&stack, &[]);
    stack.services.get_mut("worker").expect("the service").task.port = None;
    stack.services.get_mut("worker").expect("the service").backend = None;
    stack.security_group.ingress = None;
    check(&stack, &[]);
}

#[test]
fn port_beside_the_routed_one_needs_a_rule() {
    let udp = Port::builder().port(53).protocol(TransportProtocol::Udp).build().expect("a port");
    let range = Port::builder().range("9000-9002").build().expect("a range");
    let mut stack = with(None);
    let app = stack.services.get_mut("app").expect("the service");
    app.task.ports = vec![80.into(), 8125.into()];
    let side = Container::builder().name("side").image("side:1").ports([udp, range]).build();
    app.task.containers = vec![side.expect("a container")];
    check(&stack, &["ports-closed-beside-routes services.app.ports"]);
    let problem = stack.problems().into_iter().find(|problem| problem.rule == "SG-040").expect("a warning");
    assert!(problem.message.contains("opens `53/udp`, `8125`, `9000-9002`, so"), "{}", problem.message);
    for line in [
        "`{ port = 80, security_groups = [\"sg-0a1b2c3d4e5f60000\"] }`",
        "`{ protocol = \"udp\", port = 53, cidrs = [\"10.0.0.0/16\"] }`",
        "`{ port = 8125, cidrs = [\"10.0.0.0/16\"] }`",
        "`{ ports = \"9000-9002\", cidrs = [\"10.0.0.0/16\"] }`",
    ] {
        assert!(problem.fix.contains(line), "{line}: {}", problem.fix);
    }

    let mut second = stack.services["app"].clone();
    second.name = "second".into();
    stack.services.insert("second".into(), second);
    check(&stack, &["ports-closed-beside-routes services.app.ports"]);
    let written = |rules: Vec<Rule>, want: &[&str]| {
        let mut stack = stack.clone();
        stack.security_group.ingress = Some([vec![Rule::tcp(80).from(LINK)], rules].concat());
        check(&stack, want);
    };
    let most = || {
        vec![Rule::tcp(8125).from(OTHER), Rule::udp(53).from(OTHER), Rule::tcp_range(9000..=9001).from(OTHER)]
    };
    written(most(), &["ports-closed services.app.containers[0].ports"]);
    written([most(), vec![Rule::tcp(9002).from(OTHER)]].concat(), &[]);
    written(vec![Rule::all().from(OTHER)], &[]);
    let mut refused = stack.clone();
    refused.services.values_mut().for_each(|service| service.task.ports.push(8125.into()));
    check(&refused, &[]);
    for service in stack.services.values_mut() {
        service.security_group_ids = vec![OTHER.into()];
    }
    check(&stack, &[]);
}

#[test]
fn rule_that_does_not_open_the_port_is_a_warning() {
    let closed = |rules: Vec<Rule>| check(&with(Some(rules)), &["closed-to-link services.app.port"]);
    closed(Vec::new());
    closed(vec![Rule::tcp(8080).from(LINK)]);
    closed(vec![Rule::udp(80).from(LINK)]);
    closed(vec![Rule::icmp().from("10.0.0.0/16")]);
    closed(vec![Rule::tcp_range(81..=90).from("0.0.0.0/0"), Rule::tcp(79).from(LINK)]);
    let protocol = |text: &str| Rule { protocol: text.parse().expect("a protocol"), ..Rule::all() };
    closed(vec![protocol("50").from(LINK)]);

    let open = |rule: Rule| check(&with(Some(vec![Rule::tcp(22).from(OTHER), rule])), &[]);
    open(Rule::tcp(80).from(LINK));
    open(Rule::tcp(80).from(OTHER).from("10.0.0.0/16"));
    open(Rule::tcp_range(1..=80).from(LINK));
    open(Rule::all().from(LINK));
    open(Rule { from_port: Some(-1), to_port: Some(-1), ..Rule::tcp(1) }.from(LINK));
    open(Rule { protocol: "6".parse().expect("a protocol"), ..Rule::tcp(80) }.from(LINK));
}

#[test]
fn rule_for_another_group_is_a_warning() {
    let mut stack = with(Some(vec![Rule::tcp(80).from(OTHER)]));
    check(&stack, &["other-group services.app.port"]);
    let problem = stack.problems().into_iter().find(|problem| problem.rule == "SG-040").expect("a warning");
    assert_eq!(problem.fix, format!("add `{LINK}` to `security_groups` of a rule for port 80"));
    stack.network.vpc_link_security_group_ids = vec![LINK.into(), OTHER.into()];
    check(&stack, &[]);
}

#[test]
fn link_without_groups_is_one_warning() {
    let mut stack = with(None);
    stack.network.vpc_link_security_group_ids.clear();
    assert_eq!(stack.ingress(), []);
    check(&stack, &["nothing-opened network.vpc_link_security_group_ids"]);
    stack.security_group.ingress = Some(vec![Rule::tcp(80).from("10.0.0.0/16")]);
    check(&stack, &["no-group network.vpc_link_security_group_ids"]);
    stack.security_group.ingress = Some(vec![Rule::tcp(81).from("10.0.0.0/16")]);
    check(&stack, &["no-group network.vpc_link_security_group_ids", "closed services.app.port"]);
}

#[test]
fn services_with_one_port_share_a_warning() {
    let mut stack = with(Some(Vec::new()));
    let second = Service { name: "second".into(), ..stack.services["app"].clone() };
    stack.services.insert("second".into(), second);
    stack.services.insert("worker".into(), worker(80));
    check(&stack, &["closed services.worker.port", "closed-to-link services.app.port"]);
    let problem =
        stack.problems().into_iter().find(|problem| problem.case == "closed-to-link").expect("a warning");
    assert!(problem.message.ends_with("so no request reaches `app`, `second`"), "{}", problem.message);
}

#[test]
fn rule_with_an_error_has_no_second_problem() {
    let stack = with(Some(vec![Rule::tcp(81).from("10.0.0.0")]));
    check(&stack, &[]);
    assert!(stack.problems().iter().any(|problem| problem.rule == "SG-020"));
}

#[test]
fn stack_without_an_api_opens_nothing() {
    let mut stack = with(None);
    stack.api = None;
    assert_eq!(stack.ingress(), []);
}
