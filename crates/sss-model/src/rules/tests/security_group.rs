use crate::fixture::check;
use crate::{Protocol, Rule, SecurityGroup};

/// Checks a rule of ingress; paths are below it.
fn check_rule(rule: Rule, want: &[&str]) {
    let want: Vec<String> =
        want.iter().map(|problem| problem.replacen(' ', " security_group.ingress[0]", 1)).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check(|stack| stack.security_group.ingress = Some(vec![rule]), &want);
}

fn rule(protocol: Protocol, from_port: Option<i32>, to_port: Option<i32>) -> Rule {
    Rule { protocol, from_port, to_port, ..Rule::default() }.from("10.0.0.0/16")
}

#[test]
fn ports_fit_their_protocol() {
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
    check_rule(rule(Protocol::Tcp, Some(-1), Some(-1)), &[]);
    check_rule(rule(Protocol::Icmp, Some(-1), Some(-1)), &[]);
    check_rule(rule(Protocol::Icmp, Some(3), Some(-1)), &[]);
    check_rule(rule(Protocol::Icmp, Some(-1), Some(3)), &["SG-013 .to_port"]);
    check_rule(rule(Protocol::Icmpv6, Some(-2), Some(0)), &["SG-013 .from_port"]);
    check_rule(rule(Protocol::Number(58), Some(256), Some(0)), &["SG-013 .from_port"]);
    check_rule(rule(Protocol::Number(6), None, None), &["SG-010 .port"]);
    check_rule(rule(Protocol::Number(50), Some(0), Some(65535)), &[]);
    check_rule(rule(Protocol::Number(50), Some(80), Some(80)), &["SG-015 .from_port"]);
    check_rule(rule(Protocol::All, Some(443), Some(443)), &["SG-015 .from_port"]);
}

/// A protocol as EC2 calls it, and the ports that EC2 keeps.
type Traffic<'a> = (&'a str, Option<(i32, i32)>);

/// A rule of ingress as a file writes it: what it lets through, or the problems.
fn check_words(words: &str, want: Result<Traffic<'_>, &str>) {
    let text = format!("{words}\ncidrs = [\"10.9.0.0/16\"]");
    let read = crate::fixture::reference().to_toml() + "\n[[security_group.ingress]]\n" + &text + "\n";
    let read = read.replacen("egress = []\n", "", 1);
    let read = crate::Stack::from_toml(&read);
    match (read, want) {
        (Ok(parsed), Ok((protocol, ports))) => {
            let rule = parsed.stack.security_group.ingress.iter().flatten().last().expect("the rule");
            assert_eq!((rule.protocol.to_string().as_str(), rule.ports()), (protocol, ports), "{words}");
            let again = crate::Stack::from_toml(&parsed.stack.to_toml()).expect("what was written");
            assert_eq!(again.stack, parsed.stack, "{words}");
        }
        (Err(problems), Err(want)) => {
            let problems: Vec<_> =
                problems.iter().filter(|found| found.problem.severity == crate::Severity::Error).collect();
            let found = |problem: &crate::Located| {
                let path = problem.problem.path.name();
                format!("{} {path}: {}", problem.problem.rule, problem.problem.fix)
            };
            assert_eq!(problems.into_iter().map(found).collect::<Vec<_>>(), [want], "{words}");
        }
        (read, want) => panic!("{words}: {read:?}, not {want:?}"),
    }
}

#[test]
fn words_of_a_file_come_into_ec2s_form() {
    let all = Some((-1, -1));
    for (words, protocol, ports) in [
        ("port = 80", "tcp", Some((80, 80))),
        ("protocol = \"TCP\"\nports = \"80-81\"", "tcp", Some((80, 81))),
        ("protocol = 6\nport = 80", "tcp", Some((80, 80))),
        ("protocol = \"17\"\nfrom_port = -1\nto_port = -1", "udp", Some((0, 65535))),
        ("protocol = \"icmp\"", "icmp", all),
        ("protocol = 1\nfrom_port = -1\nto_port = -1", "icmp", all),
        ("protocol = \"icmp\"\nicmp_type = 3", "icmp", Some((3, -1))),
        ("protocol = \"icmp\"\nicmp_type = 8\nicmp_code = 0", "icmp", Some((8, 0))),
        ("protocol = \"icmp\"\nfrom_port = 8\nto_port = 0", "icmp", Some((8, 0))),
        ("protocol = \"icmpv6\"", "icmpv6", all),
        ("protocol = \"58\"\nicmp_type = -1", "icmpv6", all),
        ("protocol = \"-1\"", "-1", None),
        ("protocol = -1\nfrom_port = 0\nto_port = 0", "-1", None),
        ("protocol = \"all\"\nfrom_port = -1\nto_port = -1", "-1", None),
        ("protocol = \"50\"", "50", None),
        ("protocol = 0", "0", None),
    ] {
        check_words(words, Ok((protocol, ports)));
    }
}

#[test]
fn words_that_do_not_fit_a_protocol_are_refused() {
    let types = "write `icmp_type` and `icmp_code`, or neither for every type";
    for (words, problem) in [
        ("protocol = \"tpc\"", "SG-011 protocol: did you mean `tcp`?"),
        (
            "protocol = \"http\"",
            "SG-011 protocol: write `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or a number from 0 to 255",
        ),
        (
            "protocol = 256",
            "SG-011 protocol: write `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or a number from 0 to 255",
        ),
        (
            "protocol = \"\"",
            "SG-011 protocol: write `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or a number from 0 to 255",
        ),
        ("protocol = \"icmp\"\nport = 8", &format!("SG-013 port: {types}")),
        ("protocol = \"icmpv6\"\nports = \"1-2\"", &format!("SG-013 ports: {types}")),
        ("port = 80\nicmp_type = 8", "SG-013 icmp_type: remove `icmp_type`"),
        (
            "protocol = \"icmp\"\nicmp_type = 8\nfrom_port = 8",
            "SG-013 icmp_type: remove `icmp_type` or `from_port`",
        ),
        ("port = 80\nports = \"80-81\"", "SG-010 ports: remove `ports` or `port`"),
        ("port = 80\nto_port = 80", "SG-010 port: remove `port` or `to_port`"),
        ("ports = \"80-81\"\nfrom_port = 80", "SG-010 ports: remove `ports` or `from_port`"),
        ("protocol = \"all\"\nicmp_code = 8", "SG-013 icmp_code: remove `icmp_code`"),
    ] {
        check_words(words, Err(problem));
    }
}

#[test]
fn other_sides_are_ranges_or_groups() {
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
fn equal_rules_are_refused() {
    let ingress = |rules: &[Rule], want: &[&str]| {
        check(|stack| stack.security_group.ingress = Some(rules.to_vec()), want);
    };
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
        stack.security_group.ingress = Some((0..61).map(|port| Rule::tcp(port).from(cidr)).collect());
        let problems = stack.problems();
        let message =
            problems.iter().find(|problem| problem.rule == "SG-030").map(|problem| problem.message.as_str());
        assert_eq!(
            message,
            Some(format!("the security group has 61 rules for {family}; the quota is 60").as_str())
        );
    }
}

#[test]
fn descriptions_have_a_bound_and_a_set() {
    let described = |text: String| SecurityGroup::builder().description(text).build().is_ok();
    assert!(described("a".repeat(255)) && described("a-z (x) [y] {z}!".into()));
    assert!(!described("a".repeat(256)) && !described(String::new()) && !described("größer".into()));
}
