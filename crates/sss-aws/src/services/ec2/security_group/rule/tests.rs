use crate::services::ec2::security_group::rule::*;

#[test]
fn host_bits_are_cleared() {
    for (given, kept) in [
        ("100.68.0.18/18", "100.68.0.0/18"),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("10.1.2.3/32", "10.1.2.3/32"),
        ("1.2.3.4/0", "0.0.0.0/0"),
        ("2001:DB8::1/32", "2001:db8::/32"),
        ("::1/0", "::/0"),
        ("pl-1", "pl-1"),
    ] {
        assert_eq!(canonical(given), kept);
    }
}

#[test]
fn permission_with_several_peers_becomes_rules() {
    let permission = IpPermission::builder()
        .ip_protocol("tcp")
        .from_port(80)
        .to_port(80)
        .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/16").build())
        .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-1").description("api").build())
        .build();
    let rules = rules(&[permission]);
    assert_eq!(rules.keys().collect::<Vec<_>>(), ["tcp 80-80 10.0.0.0/16", "tcp 80-80 sg-1"]);
    assert_eq!(rules["tcp 80-80 sg-1"].description.as_deref(), Some("api"));
}

#[test]
fn rule_is_named_by_its_traffic() {
    let check = |protocol: &str, from: Option<i32>, to: Option<i32>, key: &str| {
        let permission = IpPermission::builder().ip_protocol(protocol).set_from_port(from).set_to_port(to);
        let range = IpRange::builder().cidr_ip("10.0.0.0/16").build();
        let rules = rules(&[permission.ip_ranges(range).build()]);
        assert_eq!(rules.keys().collect::<Vec<_>>(), [&format!("{key} 10.0.0.0/16")]);
    };
    check("6", Some(0), Some(65535), "tcp 0-65535");
    check("icmp", Some(-1), Some(-1), "icmp");
    check("icmpv6", None, None, "icmpv6");
    check("58", Some(128), Some(-1), "icmpv6 128");
    check("icmp", Some(8), Some(0), "icmp 8/0");
    check("50", Some(7), Some(7), "50");
    check("-1", None, None, "all");
}
