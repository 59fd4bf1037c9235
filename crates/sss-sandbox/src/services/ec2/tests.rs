use serde_json::{Value, json};

use super::{
    SERVICE, attach_interface, detach_interface, has_security_group, has_subnet, has_vpc, private_address,
    tag::{objects, tags_of_arn},
};
use crate::{
    refusal::Refusal,
    service::TaggedObject,
    tags::Tags,
    world::{DEFAULT_SECURITY_GROUP_ID, PRIVATE_SUBNET_IDS, VPC_ID, World},
};

mod rules;
mod surroundings;

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

/// Returns the answer to a valid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn check(world: &mut World, operation: &str, input: Value) -> Value {
    SERVICE
        .call(world, operation, &input)
        .unwrap_or_else(|refusal| panic!("{operation} was refused: {refusal:?}"))
}

/// Returns the refusal of an invalid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn refused(world: &mut World, operation: &str, input: Value) -> Refusal {
    match SERVICE.call(world, operation, &input) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{operation} was taken: {answer}"),
    }
}

fn create(world: &mut World, name: &str) -> String {
    let input = json!({ "GroupName": name, "GroupDescription": "for tests", "VpcId": VPC_ID });
    let answer = check(world, "CreateSecurityGroup", input);
    answer["groupId"].as_str().expect("an id").to_owned()
}

fn described(world: &mut World, id: &str) -> Value {
    check(world, "DescribeSecurityGroups", json!({ "GroupId": [id] }))["securityGroupInfo"][0].clone()
}

fn tcp(port: &str, cidrs: &[&str]) -> Value {
    let ranges: Vec<Value> = cidrs.iter().map(|cidr| json!({ "CidrIp": cidr })).collect();
    json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges })
}

#[test]
fn new_group_allows_all_outbound_traffic() {
    let mut world = world();
    let made = check(
        &mut world,
        "CreateSecurityGroup",
        json!({
            "GroupName": "web", "GroupDescription": "for the web", "VpcId": VPC_ID,
            "TagSpecification": [
                { "ResourceType": "security-group", "Tag": [{ "Key": "Name", "Value": "w" }] },
            ],
        }),
    );
    let id = made["groupId"].as_str().expect("an id").to_owned();
    let group = described(&mut world, &id);

    assert_eq!(group["groupName"], "web");
    assert_eq!(group["groupDescription"], "for the web");
    assert_eq!(group["tagSet"], json!([{ "key": "Name", "value": "w" }]));
    assert_eq!(group["ipPermissions"], json!([]));
    let all = json!([{
        "ipProtocol": "-1", "groups": [], "ipRanges": [{ "cidrIp": "0.0.0.0/0" }], "ipv6Ranges": [],
        "prefixListIds": [],
    }]);
    assert_eq!(group["ipPermissionsEgress"], all);
}

#[test]
fn invalid_groups_are_refused() {
    let mut world = world();
    create(&mut world, "web");
    let base = json!({ "GroupName": "new", "GroupDescription": "text", "VpcId": VPC_ID });
    let wrong_type = json!([{ "ResourceType": "vpc", "Tag": [{ "Key": "a", "Value": "b" }] }]);
    let reserved = json!([{ "ResourceType": "security-group", "Tag": [{ "Key": "aws:a", "Value": "b" }] }]);

    for (member, value, code) in [
        ("GroupName", json!("WEB"), "InvalidGroup.Duplicate"),
        ("GroupName", json!("default"), "InvalidParameterValue"),
        ("GroupName", json!("sg-web"), "InvalidParameterValue"),
        ("GroupName", json!("x".repeat(256)), "InvalidParameterValue"),
        ("GroupName", Value::Null, "MissingParameter"),
        ("GroupDescription", Value::Null, "MissingParameter"),
        ("GroupDescription", json!("it's"), "InvalidParameterValue"),
        ("VpcId", json!("vpc-00000000"), "InvalidVpcID.NotFound"),
        ("VpcId", json!("vpc"), "InvalidVpcID.Malformed"),
        ("VpcId", Value::Null, "VPCIdNotSpecified"),
        ("TagSpecification", wrong_type, "InvalidParameterValue"),
        ("TagSpecification", reserved, "InvalidParameterValue"),
    ] {
        let mut input = base.clone();
        input[member] = value;
        assert_eq!(refused(&mut world, "CreateSecurityGroup", input.clone()).code, code, "{input}");
    }
    let mut dry = base;
    dry["DryRun"] = json!("true");
    assert_eq!(refused(&mut world, "CreateSecurityGroup", dry).code, "DryRunOperation");
    let all = check(&mut world, "DescribeSecurityGroups", json!({}));
    assert_eq!(all["securityGroupInfo"].as_array().map(Vec::len), Some(2));
}

#[test]
fn groups_are_found_by_ids_and_filters() {
    let mut world = world();
    let ids: Vec<String> = (0..6).map(|number| create(&mut world, &format!("web-{number}"))).collect();
    let tags = json!({ "ResourceId": [ids[0], ids[1]], "Tag": [{ "Key": "Owner", "Value": "a" }] });

    check(&mut world, "CreateTags", tags);
    let mut count = |filter: Value| {
        let answer = check(&mut world, "DescribeSecurityGroups", json!({ "Filter": filter }));
        answer["securityGroupInfo"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count(json!([{ "Name": "vpc-id", "Value": [VPC_ID] }])), 7);
    assert_eq!(count(json!([{ "Name": "group-name", "Value": ["web-1", "default"] }])), 2);
    assert_eq!(count(json!([{ "Name": "group-name", "Value": ["web-?"] }])), 6);
    assert_eq!(count(json!([{ "Name": "group-id", "Value": [ids[3]] }])), 1);
    assert_eq!(count(json!([{ "Name": "tag:Owner", "Value": ["a"] }])), 2);
    assert_eq!(count(json!([{ "Name": "tag:Owner", "Value": ["b"] }])), 0);
    assert_eq!(
        count(
            json!([{ "Name": "tag-key", "Value": ["Own*"] }, { "Name": "group-name", "Value": ["web-0"] }])
        ),
        1
    );
    for (input, code) in [
        (json!({ "GroupId": ["sg-0123456789abcdef0"] }), "InvalidGroup.NotFound"),
        (json!({ "GroupId": ["sg-xyz"] }), "InvalidGroupId.Malformed"),
        (json!({ "GroupId": [ids[0]], "MaxResults": "5" }), "InvalidParameterCombination"),
        (json!({ "MaxResults": "4" }), "InvalidParameterValue"),
        (json!({ "MaxResults": "1001" }), "InvalidParameterValue"),
        (json!({ "NextToken": "x" }), "InvalidPaginationToken"),
        (json!({ "Filter": [{ "Name": "colour", "Value": ["red"] }] }), "InvalidParameterValue"),
    ] {
        assert_eq!(refused(&mut world, "DescribeSecurityGroups", input.clone()).code, code, "{input}");
    }
}

#[test]
fn listings_come_in_pages() {
    let mut world = world();
    for number in 0..6 {
        create(&mut world, &format!("web-{number}"));
    }
    let first = check(&mut world, "DescribeSecurityGroups", json!({ "MaxResults": "5" }));
    assert_eq!(first["securityGroupInfo"].as_array().map(Vec::len), Some(5));
    let next = json!({ "MaxResults": "5", "NextToken": first["nextToken"] });
    let second = check(&mut world, "DescribeSecurityGroups", next);
    assert_eq!(second["securityGroupInfo"].as_array().map(Vec::len), Some(2));
    assert_eq!(second.get("nextToken"), None);
}

#[test]
fn group_in_use_cannot_be_deleted() {
    let mut world = world();
    let id = create(&mut world, "web");
    let other = create(&mut world, "other");
    let delete = json!({ "GroupId": id });
    let of_group = json!({ "GroupId": other, "IpPermissions": [
        { "IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "Groups": [{ "GroupId": id }] },
    ] });

    check(&mut world, "AuthorizeSecurityGroupIngress", of_group.clone());
    assert_eq!(refused(&mut world, "DeleteSecurityGroup", delete.clone()).code, "DependencyViolation");
    check(&mut world, "RevokeSecurityGroupIngress", of_group);
    let subnet = PRIVATE_SUBNET_IDS[0];
    let interface = attach_interface(&mut world, "a task", subnet, std::slice::from_ref(&id));
    assert_eq!(private_address(&world, &interface).as_deref(), Some("10.0.0.4"));
    let filter = json!({ "Filter": [{ "Name": "group-id", "Value": [id] }] });
    let found = check(&mut world, "DescribeNetworkInterfaces", filter.clone());
    assert_eq!(found["networkInterfaceSet"][0]["networkInterfaceId"], interface);
    assert_eq!(found["networkInterfaceSet"][0]["status"], "in-use");
    let left = check(&mut world, "DescribeSubnets", json!({ "SubnetId": [subnet] }));
    assert_eq!(left["subnetSet"][0]["availableIpAddressCount"], 4090);
    detach_interface(&mut world, &interface, 20_000);
    world.advance(19_999);
    assert_eq!(refused(&mut world, "DeleteSecurityGroup", delete.clone()).code, "DependencyViolation");
    world.advance(20_000);
    check(&mut world, "DeleteSecurityGroup", delete.clone());
    assert_eq!(refused(&mut world, "DeleteSecurityGroup", delete).code, "InvalidGroup.NotFound");
    let found = check(&mut world, "DescribeNetworkInterfaces", filter);
    assert_eq!(found["networkInterfaceSet"], json!([]));
    let default = json!({ "GroupId": DEFAULT_SECURITY_GROUP_ID });
    assert_eq!(refused(&mut world, "DeleteSecurityGroup", default).code, "CannotDelete");
}

#[test]
fn new_account_has_a_network() {
    let mut world = world();
    assert!(has_vpc(&world, VPC_ID) && has_security_group(&world, DEFAULT_SECURITY_GROUP_ID));
    assert!(PRIVATE_SUBNET_IDS.iter().all(|id| has_subnet(&world, id)));
    assert!(!has_subnet(&world, "subnet-00000000"));
    let vpcs = check(&mut world, "DescribeVpcs", json!({ "VpcId": [VPC_ID] }));

    assert_eq!(vpcs["vpcSet"][0]["cidrBlock"], "10.0.0.0/16");
    let filter = json!({ "Filter": [{ "Name": "availability-zone-id", "Value": ["apne1-az1"] }] });
    let subnets = check(&mut world, "DescribeSubnets", filter);
    assert_eq!(subnets["subnetSet"][0]["subnetId"], PRIVATE_SUBNET_IDS[1]);
    assert_eq!(subnets["subnetSet"][0]["availabilityZone"], "ap-northeast-1c");
    assert_eq!(subnets["subnetSet"].as_array().map(Vec::len), Some(1));
    let unknown = json!({ "SubnetId": ["subnet-00000000"] });
    assert_eq!(refused(&mut world, "DescribeSubnets", unknown).code, "InvalidSubnetID.NotFound");
    let zones = check(&mut world, "DescribeAvailabilityZones", json!({}));
    assert_eq!(zones["availabilityZoneInfo"].as_array().map(Vec::len), Some(3));
    let mut elsewhere = World::new("123456789012", "us-east-1", 0);
    let zones = check(&mut elsewhere, "DescribeAvailabilityZones", json!({}));
    assert_eq!(zones["availabilityZoneInfo"][0]["zoneId"], "use1-az4");
}

#[test]
fn tags_are_added_and_removed() {
    let mut world = world();
    let id = create(&mut world, "web");
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let tags = json!({ "ResourceId": [id], "Tag": [tag("a", "1"), tag("b", "2"), tag("c", "3")] });

    check(&mut world, "CreateTags", tags);
    let unwanted = json!({ "ResourceId": [id], "Tag": [{ "Key": "a" }, tag("b", "9")] });
    check(&mut world, "DeleteTags", unwanted);
    let left = json!([{ "key": "b", "value": "2" }, { "key": "c", "value": "3" }]);
    assert_eq!(described(&mut world, &id)["tagSet"], left);
    let many: Vec<Value> = (0..49).map(|number| tag(&format!("k{number}"), "")).collect();
    for (input, code) in [
        (json!({ "ResourceId": [id], "Tag": many }), "TagLimitExceeded"),
        (json!({ "ResourceId": [id], "Tag": [tag("x", "1"), tag("x", "2")] }), "InvalidParameterValue"),
        (json!({ "ResourceId": ["sg-00000000"], "Tag": [tag("x", "1")] }), "InvalidGroup.NotFound"),
        (json!({ "ResourceId": ["x"], "Tag": [tag("x", "1")] }), "InvalidID"),
        (json!({ "ResourceId": [id] }), "MissingParameter"),
    ] {
        assert_eq!(refused(&mut world, "CreateTags", input.clone()).code, code, "{input}");
    }
    check(&mut world, "DeleteTags", json!({ "ResourceId": [id] }));
    assert_eq!(described(&mut world, &id)["tagSet"], json!([]));
}

#[test]
fn tagging_api_knows_security_groups() {
    let mut world = world();
    let id = create(&mut world, "web");
    let arn = format!("arn:aws:ec2:ap-northeast-1:123456789012:security-group/{id}");
    let tags = Tags::from([("Owner".to_owned(), "a".to_owned())]);
    tags_of_arn(&mut world, &arn).expect("the group is there").clone_from(&tags);
    let object = TaggedObject { arn: arn.clone(), resource_type: "ec2:security-group", tags };
    assert_eq!(objects(&world), [object]);
    tags_of_arn(&mut world, &arn).expect("the group is there").clear();
    assert_eq!(objects(&world), []);
    for other in [arn.replace("security-group", "vpc"), arn.replace(&id, "sg-0")] {
        assert_eq!(tags_of_arn(&mut world, &other), None, "{other}");
    }
}

#[test]
fn saved_network_loads_unchanged() {
    let mut world = world();
    let id = create(&mut world, "web");
    let permission = tcp("80", &["10.0.0.0/16"]);
    let input = json!({ "GroupId": id, "IpPermissions": [permission] });
    check(&mut world, "AuthorizeSecurityGroupIngress", input);
    let interface = attach_interface(&mut world, "a task", PRIVATE_SUBNET_IDS[0], &[id]);
    detach_interface(&mut world, &interface, 1);
    let file = serde_json::to_string(&world).expect("a world can be written");
    assert_eq!(serde_json::from_str::<World>(&file).expect("a world can be read"), world);
}
