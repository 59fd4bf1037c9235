use serde_json::{Value, json};

use super::table::{Table, each, long};

#[test]
fn security_groups() {
    let group = json!({ "GroupName": "web", "Description": "of the web", "VpcId": "vpc-0a1b2c3d" });
    let group = Table::of("ec2:CreateSecurityGroup", group);
    group.takes("/GroupName", each(["a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*", "sg", "sgx-1", "defaults"]));
    group.takes("/GroupName", long([1, 255]));
    group.breaks("/GroupName", long([256]), &["SG-002 GroupName"]);
    group.breaks("/GroupName", each(["it's", "é", "a\"b", "a\n"]), &["SG-002 GroupName"]);
    group.breaks("/GroupName", each(["sg-a", "sg-", "default", "Default"]), &["SG-003 GroupName"]);
    group.breaks("/GroupName", each([""]), &["SG-001 GroupName"]);
    group.lacks("/GroupName", &["SG-001 GroupName"]);
    group.takes("/Description", long([1, 255]));
    group.breaks("/Description", long([0, 256]), &["SG-004 Description"]);
    group.breaks("/Description", each(["it's", "größer", "a<b"]), &["SG-004 Description"]);
    group.lacks("/Description", &["SG-004 Description"]);
    group.lacks("/VpcId", &[]);
    group.takes("/VpcId", each(["vpc-0a1b2c3d4e5f60718"]));
    for refused in ["vpc-0a1b2c3", "vpc-0a1b2c3d4", "vpc-0A1B2C3D", "0a1b2c3d", "vpc-0a1b2c3g", ""] {
        group.breaks("/VpcId", each([refused]), &["EC2-ID-001 VpcId"]);
    }
}

/// A request with one permission to IPv4 addresses.
fn ingress(protocol: &str, from: Option<i32>, to: Option<i32>) -> Value {
    let mut permission = json!({ "IpProtocol": protocol, "IpRanges": [{ "CidrIp": "10.0.0.0/16" }] });
    for (member, port) in [("FromPort", from), ("ToPort", to)] {
        if let Some(port) = port {
            permission[member] = port.into();
        }
    }
    json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] })
}

fn web() -> Table {
    Table::of("ec2:AuthorizeSecurityGroupIngress", ingress("tcp", Some(80), Some(80)))
}

#[test]
fn protocols_and_ports() {
    let web = web();
    let from = "IpPermissions[0].FromPort";
    let check = |protocol: &str, from: Option<i32>, to: Option<i32>, want: &[&str]| {
        web.from(ingress(protocol, from, to)).is(want);
    };
    for protocol in ["tcp", "TCP", "udp", "6", "17"] {
        check(protocol, Some(0), Some(65535), &[]);
        check(protocol, Some(80), Some(80), &[]);
        check(protocol, Some(-1), Some(-1), &[]);
        check(protocol, Some(81), Some(80), &[&format!("SG-010 {from}")]);
        check(protocol, Some(-1), Some(80), &[&format!("SG-010 {from}")]);
        check(protocol, Some(80), Some(65536), &["SG-010 IpPermissions[0].ToPort"]);
        check(protocol, Some(80), None, &["SG-010 IpPermissions[0].ToPort"]);
        check(protocol, None, Some(80), &[&format!("SG-010 {from}")]);
        check(protocol, None, None, &[&format!("SG-010 {from}")]);
    }
    for protocol in ["-1", "all", "ALL", "0", "50", "255"] {
        check(protocol, None, None, &[]);
        check(protocol, Some(0), Some(0), &[]);
        check(protocol, Some(2), Some(1), &[]);
    }
    for protocol in ["256", "any", "", "-2", "+6", "tcp ", "http"] {
        check(protocol, Some(80), Some(80), &["SG-011 IpPermissions[0].IpProtocol"]);
    }
    web.lacks("/IpPermissions/0/IpProtocol", &["SG-011 IpPermissions[0].IpProtocol"]);
    web.breaks("/IpPermissions/0/IpProtocol", [json!(6)], &["PARAM-002 IpPermissions[0].IpProtocol"]);
    web.breaks("/IpPermissions/0/FromPort", [json!("80")], &["PARAM-002 IpPermissions[0].FromPort"]);
}

#[test]
fn types_and_codes() {
    let web = web();
    let check = |protocol: &str, kind: Option<i32>, code: Option<i32>, want: &[&str]| {
        web.from(ingress(protocol, kind, code)).is(want);
    };
    for protocol in ["icmp", "ICMPv6", "1", "58"] {
        check(protocol, Some(-1), Some(-1), &[]);
        check(protocol, Some(255), Some(255), &[]);
        check(protocol, Some(252), Some(86), &[]);
        check(protocol, Some(8), Some(-1), &[]);
        check(protocol, Some(-1), Some(0), &["SG-013 IpPermissions[0].ToPort"]);
        check(protocol, Some(-2), Some(0), &["SG-013 IpPermissions[0].FromPort"]);
        check(protocol, Some(256), Some(0), &["SG-013 IpPermissions[0].FromPort"]);
        check(protocol, Some(8), Some(256), &["SG-013 IpPermissions[0].ToPort"]);
        check(protocol, Some(8), Some(-2), &["SG-013 IpPermissions[0].ToPort"]);
        check(protocol, Some(8), None, &["SG-013 IpPermissions[0].ToPort"]);
        check(protocol, None, Some(8), &["SG-013 IpPermissions[0].FromPort"]);
    }
    for protocol in ["icmp", "1"] {
        check(protocol, None, None, &["SG-013 IpPermissions[0].FromPort"]);
    }
    for protocol in ["icmpv6", "58"] {
        check(protocol, None, None, &[]);
    }
}

#[test]
fn other_sides() {
    let web = web();
    let cidr = "/IpPermissions/0/IpRanges/0/CidrIp";
    web.takes(cidr, each(["10.0.0.1/32", "100.68.0.18/18", "1.2.3.4/0"].into_iter().take(2)));
    for refused in ["10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "10.0.0/8", "::/0", "", "a/8", "10.0.0.0/-1"] {
        web.breaks(cidr, each([refused]), &["SG-020 IpPermissions[0].IpRanges[0].CidrIp"]);
    }
    web.breaks(
        cidr,
        each(["0.0.0.0/0", "1.2.3.4/0"]),
        &["warning SG-022 IpPermissions[0].IpRanges[0].CidrIp"],
    );
    let side = |sides: Value| {
        let mut permission = json!({ "IpProtocol": "-1" });
        permission.as_object_mut().unwrap().append(&mut sides.as_object().unwrap().clone());
        web.from(json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] }))
    };
    side(json!({ "Ipv6Ranges": [{ "CidrIpv6": "fd00::1/128" }] })).is(&[]);
    let world = side(json!({ "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }));
    world.is(&["warning SG-022 IpPermissions[0].Ipv6Ranges[0].CidrIpv6"]);
    for refused in ["10.0.0.0/8", "::/129", "::1"] {
        let refused = side(json!({ "Ipv6Ranges": [{ "CidrIpv6": refused }] }));
        refused.is(&["SG-020 IpPermissions[0].Ipv6Ranges[0].CidrIpv6"]);
    }
    side(json!({ "UserIdGroupPairs": [{ "GroupId": "sg-0a1b2c3d", "UserId": "123456789012" }] })).is(&[]);
    side(json!({ "UserIdGroupPairs": [{ "GroupName": "web" }] })).is(&[]);
    let group = side(json!({ "UserIdGroupPairs": [{ "GroupId": "sg-xyz" }] }));
    group.is(&["EC2-ID-001 IpPermissions[0].UserIdGroupPairs[0].GroupId"]);
    let nobody = side(json!({ "UserIdGroupPairs": [{ "UserId": "123456789012" }] }));
    nobody.is(&["SG-012 IpPermissions[0].UserIdGroupPairs[0].GroupId"]);
    side(json!({ "PrefixListIds": [{ "PrefixListId": "pl-63a5400a" }] })).is(&[]);
    side(json!({})).is(&["SG-012 IpPermissions[0]"]);
    side(json!({ "IpRanges": [] })).is(&["SG-012 IpPermissions[0]"]);
    side(json!({ "IpRanges": [{}] })).is(&["SG-020 IpPermissions[0].IpRanges[0].CidrIp"]);
    side(json!({ "IpRanges": [{ "CidrIp": 1 }] })).is(&["PARAM-002 IpPermissions[0].IpRanges[0].CidrIp"]);
    let prefix_list = "IpPermissions[0].PrefixListIds[0].PrefixListId";
    side(json!({ "PrefixListIds": [{}] })).is(&[&format!("SG-012 {prefix_list}")]);
    side(json!({ "PrefixListIds": [{ "PrefixListId": 1 }] })).is(&[&format!("PARAM-002 {prefix_list}")]);
    let description = "/IpPermissions/0/IpRanges/0/Description";
    web.takes(description, each(["", "a-z (x) [y] {z}!"]));
    web.takes(description, long([255]));
    web.breaks(description, long([256]), &["SG-014 IpPermissions[0].IpRanges[0].Description"]);
    web.breaks(description, each(["it's", "é"]), &["SG-014 IpPermissions[0].IpRanges[0].Description"]);
}

#[test]
fn every_protocol_has_two_spellings() {
    let permission = |protocol: &str, list: &str| json!({ "IpProtocol": protocol, "PrefixListIds": [{ "PrefixListId": list }] });
    let request = |permissions: Value| json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": permissions });
    let web = web();
    web.from(request(json!([permission("all", "pl-63a5400a"), permission("-1", "pl-63a5400b")]))).is(&[]);
    let twice = web.from(request(json!([permission("All", "pl-63a5400a"), permission("-1", "pl-63a5400a")])));
    twice.is(&["SG-021 IpPermissions[1].PrefixListIds[0].PrefixListId"]);
}

#[test]
fn rules_of_a_request() {
    let web = web();
    let ranges = |cidrs: &[&str]| [cidrs.iter().map(|cidr| json!({ "CidrIp": cidr })).collect::<Value>()];
    let place = "/IpPermissions/0/IpRanges";
    web.takes(place, ranges(&["10.0.0.0/16", "10.1.0.0/16", "10.0.0.0/15"]));
    let twice = ranges(&["10.0.0.0/16", "10.0.255.255/16"]);
    web.breaks(place, twice, &["SG-021 IpPermissions[0].IpRanges[1].CidrIp"]);
    let many = |count: usize| -> [Value; 1] {
        [(0..count).map(|number| json!({ "CidrIp": format!("10.0.{number}.0/24") })).collect()]
    };
    web.takes(place, many(60));
    web.breaks(place, many(61), &["warning SG-030 IpPermissions"]);
    let many_v6 = |count: usize| -> [Value; 1] {
        [(0..count).map(|number| json!({ "CidrIpv6": format!("fd00:{number}::/32") })).collect()]
    };
    web.takes("/IpPermissions/0/Ipv6Ranges", many_v6(60));
    web.breaks("/IpPermissions/0/Ipv6Ranges", many_v6(61), &["warning SG-030 IpPermissions"]);
    let both = |first: (&str, i32), second: (&str, i32)| {
        let permission =
            |(protocol, port)| ingress(protocol, Some(port), Some(port))["IpPermissions"][0].clone();
        let permissions = json!([permission(first), permission(second)]);
        web.from(json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": permissions }))
    };
    let again = ["SG-021 IpPermissions[1].IpRanges[0].CidrIp"];
    both(("tcp", 80), ("udp", 80)).is(&[]);
    both(("tcp", 80), ("tcp", 81)).is(&[]);
    both(("tcp", 80), ("6", 80)).is(&again);
    both(("icmp", 8), ("1", 8)).is(&again);
    both(("-1", 80), ("-1", 81)).is(&again);
    both(("50", 80), ("50", 81)).is(&again);
}

#[test]
fn requests_without_permissions() {
    let web = web();
    let flat = web.from(json!({ "GroupName": "a", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1,
        "CidrIp": "10.0.0.0/8" }));
    flat.is(&[]);
    flat.breaks("/CidrIp", each(["10.0.0.0"]), &["SG-020 CidrIp"]);
    flat.breaks("/CidrIp", each(["0.0.0.0/0"]), &["warning SG-022 CidrIp"]);
    flat.lacks("/CidrIp", &["SG-012"]);
    flat.lacks("/IpProtocol", &["SG-011 IpProtocol"]);
    flat.breaks("/SourceSecurityGroupName", each(["b"]), &["SG-012 CidrIp"]);
    flat.breaks("/FromPort", [json!(2)], &["SG-010 FromPort"]);
    web.from(json!({ "GroupName": "a", "SourceSecurityGroupName": "b" })).is(&[]);
    web.lacks("/GroupId", &["PARAM-003 GroupId"]);
    web.breaks("/GroupId", each(["sg-1"]), &["EC2-ID-001 GroupId"]);
    web.lacks("/IpPermissions", &["SG-012 IpPermissions"]);
    let out = Table::of("ec2:AuthorizeSecurityGroupEgress", ingress("-1", None, None));
    out.takes("/IpPermissions/0/IpRanges/0/CidrIp", each(["0.0.0.0/0"]));
    out.lacks("/GroupId", &["EC2-ID-001 GroupId"]);
    out.lacks("/IpPermissions/0/IpProtocol", &["SG-011 IpPermissions[0].IpProtocol"]);
}
