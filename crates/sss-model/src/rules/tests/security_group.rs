use crate::fixture::check;
use crate::{Protocol, Rule, SecurityGroup};

/// Checks a rule of ingress; paths are below it.
fn check_rule(rule: Rule, want: &[&str]) {
    let want: Vec<String> =
        want.iter().map(|problem| problem.replacen(' ', " security_group.ingress[0]", 1)).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check(|stack| stack.security_group.ingress = vec![rule], &want);
}

fn rule(protocol: Protocol, from_port: Option<u16>, to_port: Option<u16>) -> Rule {
    Rule { protocol, from_port, to_port, ..Rule::default() }.from("10.0.0.0/16")
}

#[test]
fn ports() {
    check_rule(Rule::tcp_range(0..=65535).from("10.0.0.0/16"), &[]);
    check_rule(Rule::udp(53).from("sg-0a1b2c3d"), &[]);
    check_rule(rule(Protocol::Tcp, Some(2), Some(1)), &["SG-010 .from_port"]);
    check_rule(rule(Protocol::Tcp, Some(1), None), &["SG-010 .to_port"]);
    check_rule(rule(Protocol::Udp, None, Some(1)), &["SG-010 .from_port"]);
    check_rule(rule(Protocol::Udp, None, None), &["SG-010 .port"]);
    check_rule(rule(Protocol::All, Some(0), Some(0)), &[]);
    check_rule(rule(Protocol::Icmp, None, None), &[]);
    check_rule(rule(Protocol::Icmp, Some(252), Some(86)), &[]);
    check_rule(rule(Protocol::Icmpv6, Some(255), Some(255)), &[]);
    check_rule(rule(Protocol::Icmp, Some(256), Some(0)), &["SG-013 .from_port"]);
    check_rule(rule(Protocol::Icmp, Some(0), Some(256)), &["SG-013 .to_port"]);
    check_rule(rule(Protocol::Icmp, Some(8), None), &["SG-013 .to_port"]);
    check_rule(rule(Protocol::Icmp, None, Some(8)), &["SG-013 .from_port"]);
}

#[test]
fn other_sides() {
    let cidr = |cidr: &str, want: &[&str]| check_rule(Rule::tcp(80).from(cidr), want);
    for taken in ["10.1.2.3/32", "100.68.0.18/18", "fd00::1/128"] {
        cidr(taken, &[]);
    }
    for world in ["0.0.0.0/0", "10.0.0.0/0", "::/0"] {
        cidr(world, &["SG-022 .cidrs[0]"]);
        check(|stack| stack.security_group.egress = vec![Rule::all().to(world)], &[]);
    }
    for refused in
        ["10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "::/129", "10.0.0/8", "a/8", "10.0.0.0/", "10.0.0.0/+8"]
    {
        cidr(refused, &["SG-020 .cidrs[0]"]);
    }
    check_rule(Rule::tcp(80).from("sg-xyz"), &["EC2-ID-001 .security_groups[0]"]);
    check_rule(Rule::tcp(80), &["SG-012 "]);
    check_rule(Rule::tcp(80).from("10.0.0.0/16").described("a".repeat(255)), &[]);
    check_rule(Rule::tcp(80).from("10.0.0.0/16").described("a".repeat(256)), &["SG-014 .description"]);
    check_rule(Rule::tcp(80).from("10.0.0.0/16").described("it's"), &["SG-014 .description"]);
}

#[test]
fn rules_stand_once() {
    let ingress =
        |rules: &[Rule], want: &[&str]| check(|stack| stack.security_group.ingress = rules.to_vec(), want);
    let web = || Rule::tcp(80).from("10.0.0.0/16");
    ingress(&[web(), Rule::tcp(81).from("10.0.0.0/16"), Rule::udp(80).from("10.0.0.0/16")], &[]);
    ingress(&[web(), web()], &["SG-021 security_group.ingress[1].cidrs[0]"]);
    ingress(&[web().from("10.0.255.255/16")], &["SG-021 security_group.ingress[0].cidrs[1]"]);
    ingress(&[web(), Rule::tcp(80).from("10.0.0.0/15")], &[]);
    ingress(&[Rule::tcp(80).from("fd00::1/64").from("fd00:0:0:1::1/64")], &[]);
    let same = Rule::tcp(80).from("fd00::1/64").from("fd00::2/64");
    ingress(&[same], &["SG-021 security_group.ingress[0].cidrs[1]"]);
    let group = Rule::tcp(80).from("sg-0a1b2c3d").from("sg-0a1b2c3d");
    ingress(&[group], &["SG-021 security_group.ingress[0].security_groups[1]"]);
    let all = |from_port| Rule { from_port, ..Rule::all().from("::/1") };
    ingress(&[all(None), all(Some(0))], &["SG-021 security_group.ingress[1].cidrs[0]"]);
    let ports = |count: u16| (0..count).map(|port| Rule::tcp(port).from("10.0.0.0/16")).collect::<Vec<_>>();
    ingress(&ports(60), &[]);
    ingress(&ports(61), &["SG-030 security_group.ingress"]);
    let groups = |count: usize| Rule {
        security_groups: (0..count).map(|number| format!("sg-{number:08x}")).collect(),
        ..Rule::tcp(80)
    };
    ingress(&[groups(60)], &[]);
    ingress(&[groups(61)], &["SG-030 security_group.ingress", "SG-030 security_group.ingress"]);
}

#[test]
fn each_family_of_addresses_has_its_own_quota() {
    for (cidr, family) in [("10.0.0.0/16", "IPv4"), ("fd00::/16", "IPv6")] {
        let mut stack = crate::fixture::reference();
        stack.security_group.ingress = (0..61).map(|port| Rule::tcp(port).from(cidr)).collect();
        let problems = stack.problems();
        let message =
            problems.iter().find(|problem| problem.rule == "SG-030").map(|problem| problem.message.as_str());
        assert_eq!(message, Some(format!("makes 61 rules for {family}").as_str()));
    }
}

#[test]
fn descriptions() {
    let described = |text: String| SecurityGroup::builder().description(text).build().is_ok();
    assert!(described("a".repeat(255)) && described("a-z (x) [y] {z}!".into()));
    assert!(!described("a".repeat(256)) && !described(String::new()) && !described("größer".into()));
}
