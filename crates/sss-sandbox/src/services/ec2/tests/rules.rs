use serde_json::{Value, json};

use super::{check, create, described, refused, tcp, world};
use crate::world::DEFAULT_SECURITY_GROUP_ID;

#[test]
fn rules_are_merged_by_traffic() {
    let mut world = world();
    let id = create(&mut world, "web");
    let answer = check(
        &mut world,
        "AuthorizeSecurityGroupIngress",
        json!({ "GroupId": id, "IpPermissions": [
            tcp("80", &["10.0.7.9/16"]),
            { "IpProtocol": "6", "FromPort": "80", "ToPort": "80",
              "Ipv6Ranges": [{ "CidrIpv6": "2001:DB8::1/32", "Description": "v6" }],
              "PrefixListIds": [{ "PrefixListId": "pl-61a54008" }],
              "Groups": [{ "GroupId": DEFAULT_SECURITY_GROUP_ID }] },
            { "IpProtocol": "-1", "FromPort": "0", "ToPort": "0",
              "IpRanges": [{ "CidrIp": "192.168.0.0/24" }] },
        ] }),
    );

    assert_eq!(answer["return"], true);
    assert_eq!(answer["securityGroupRuleSet"].as_array().map(Vec::len), Some(5));
    assert_eq!(answer["securityGroupRuleSet"][0]["cidrIpv4"], "10.0.0.0/16");
    let expected = json!([
        { "ipProtocol": "-1", "groups": [], "ipRanges": [{ "cidrIp": "192.168.0.0/24" }], "ipv6Ranges": [],
          "prefixListIds": [] },
        { "ipProtocol": "tcp", "fromPort": 80, "toPort": 80,
          "groups": [{ "userId": "123456789012", "groupId": DEFAULT_SECURITY_GROUP_ID }],
          "ipRanges": [{ "cidrIp": "10.0.0.0/16" }],
          "ipv6Ranges": [{ "cidrIpv6": "2001:db8::/32", "description": "v6" }],
          "prefixListIds": [{ "prefixListId": "pl-61a54008" }] },
    ]);
    assert_eq!(described(&mut world, &id)["ipPermissions"], expected);
    let rules = json!({ "Filter": [{ "Name": "group-id", "Value": [id] }] });
    let rules = check(&mut world, "DescribeSecurityGroupRules", rules);
    assert_eq!(rules["securityGroupRuleSet"].as_array().map(Vec::len), Some(6));
}

#[test]
fn invalid_rules_are_refused() {
    let mut world = world();
    let id = create(&mut world, "web");
    let add = |permission: Value| json!({ "GroupId": id, "IpPermissions": [permission] });

    check(&mut world, "AuthorizeSecurityGroupIngress", add(tcp("80", &["10.0.0.0/16"])));
    let ports = |protocol: &str, from: &str, to: &str| {
        let ranges = json!([{ "CidrIp": "10.0.0.0/8" }]);
        json!({ "IpProtocol": protocol, "FromPort": from, "ToPort": to, "IpRanges": ranges })
    };
    let of_group = json!({ "IpProtocol": "-1", "Groups": [{ "GroupId": "sg-0123456789abcdef0" }] });
    let of_list = json!({ "IpProtocol": "-1", "PrefixListIds": [{ "PrefixListId": "pl-00000000" }] });
    let described =
        json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "a'b" }] });
    for (permission, code) in [
        (tcp("80", &["10.0.0.1/16"]), "InvalidPermission.Duplicate"),
        (tcp("81", &["10.0.0.1/16", "10.0.0.2/16"]), "InvalidParameterValue"),
        (tcp("80", &["10.0.0.0"]), "InvalidParameterValue"),
        (tcp("80", &["10.0.0.0/33"]), "InvalidParameterValue"),
        (tcp("80", &["2001:db8::/32"]), "InvalidParameterValue"),
        (tcp("80", &[]), "MissingParameter"),
        (tcp("65536", &["10.0.0.0/8"]), "InvalidParameterValue"),
        (ports("tcp", "90", "80"), "InvalidParameterValue"),
        (ports("icmp", "-1", "0"), "InvalidParameterValue"),
        (ports("smtp", "1", "1"), "InvalidParameterValue"),
        (json!({ "IpProtocol": "tcp", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }), "InvalidParameterValue"),
        (of_group, "InvalidGroup.NotFound"),
        (of_list, "InvalidPrefixListID.NotFound"),
        (described, "InvalidParameterValue"),
    ] {
        let refusal = refused(&mut world, "AuthorizeSecurityGroupIngress", add(permission.clone()));
        assert_eq!(refusal.code, code, "{permission}");
    }
    let refusal = refused(&mut world, "AuthorizeSecurityGroupIngress", add(tcp("80", &["10.0.0.0/16"])));
    let expected =
        "the specified rule \"peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, ALLOW\" already exists";
    assert_eq!(refusal.message, expected);
}

#[test]
fn group_has_at_most_60_rules_of_a_family() {
    let mut world = world();
    let id = create(&mut world, "web");
    let add = |permission: Value| json!({ "GroupId": id, "IpPermissions": [permission] });
    let cidrs: Vec<String> = (0..61).map(|number| format!("10.{number}.0.0/24")).collect();
    let cidrs: Vec<&str> = cidrs.iter().map(String::as_str).collect();
    let authorize = "AuthorizeSecurityGroupIngress";
    let exceeded = "RulesPerSecurityGroupLimitExceeded";

    assert_eq!(refused(&mut world, authorize, add(tcp("80", &cidrs))).code, exceeded);
    check(&mut world, authorize, add(tcp("80", &cidrs[..60])));
    assert_eq!(refused(&mut world, authorize, add(tcp("80", &cidrs[60..]))).code, exceeded);
    let ipv6 = json!({ "IpProtocol": "icmpv6", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] });
    check(&mut world, authorize, add(ipv6));
    let deny = json!({
        "IpProtocol": "icmp", "FromPort": "252", "ToPort": "86", "IpRanges": [{ "CidrIp": "10.0.0.0/8" }],
    });
    check(&mut world, "AuthorizeSecurityGroupEgress", add(deny));

    crate::services::servicequotas::set(&mut world, "vpc", "L-0EA8095F", 61.0);
    check(&mut world, authorize, add(tcp("80", &cidrs[60..])));
}

#[test]
fn ports_of_minus_one_are_all_ports() {
    let mut world = world();
    let id = create(&mut world, "web");
    let all = json!({ "GroupId": id, "IpPermissions": [tcp("-1", &["10.0.0.0/8"])] });
    let made = check(&mut world, "AuthorizeSecurityGroupIngress", all);
    let rule = &made["securityGroupRuleSet"][0];
    assert_eq!((&rule["fromPort"], &rule["toPort"]), (&json!(0), &json!(65_535)));
}

#[test]
fn rules_are_revoked_by_content_or_by_id() {
    let mut world = world();
    let id = create(&mut world, "web");
    let flat = json!({
        "GroupId": id, "IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "CidrIp": "10.0.0.0/16",
    });
    let added = check(&mut world, "AuthorizeSecurityGroupIngress", flat.clone());
    let rule = added["securityGroupRuleSet"][0]["securityGroupRuleId"].clone();
    let by_id = json!({ "GroupId": id, "SecurityGroupRuleId": [rule] });
    let wrong_way = refused(&mut world, "RevokeSecurityGroupEgress", by_id.clone());

    assert_eq!(wrong_way.code, "InvalidSecurityGroupRuleId.NotFound");
    let revoked = check(&mut world, "RevokeSecurityGroupIngress", by_id);
    assert_eq!(revoked["revokedSecurityGroupRuleSet"][0]["cidrIpv4"], "10.0.0.0/16");
    assert_eq!(refused(&mut world, "RevokeSecurityGroupIngress", flat).code, "InvalidPermission.NotFound");
    let unknown = json!({ "GroupId": id, "IpPermissions": [tcp("80", &["10.0.0.0"])] });
    assert_eq!(refused(&mut world, "RevokeSecurityGroupIngress", unknown).code, "InvalidParameterValue");
    let all = json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
    let all = json!({ "GroupId": id, "IpPermissions": [all] });
    assert_eq!(check(&mut world, "RevokeSecurityGroupEgress", all)["return"], true);
    assert_eq!(described(&mut world, &id)["ipPermissionsEgress"], json!([]));
}

#[test]
fn protocol_all_is_kept_as_minus_one() {
    let mut world = world();
    let id = create(&mut world, "web");
    let request = |protocol: &str| {
        let permission = json!({ "IpProtocol": protocol, "IpRanges": [{ "CidrIp": "192.168.0.0/24" }] });
        json!({ "GroupId": id, "IpPermissions": [permission] })
    };
    check(&mut world, "AuthorizeSecurityGroupIngress", request("all"));
    assert_eq!(described(&mut world, &id)["ipPermissions"][0]["ipProtocol"], "-1");
    let again = refused(&mut world, "AuthorizeSecurityGroupIngress", request("-1"));
    assert_eq!(again.code, "InvalidPermission.Duplicate");
}
