//! Networks in place of that of a new account.

use serde_json::json;

use super::{check, refused, world};
use crate::{
    services::ec2::{Network, RouteTable, set_network},
    world::{PRIVATE_SUBNET_IDS, VPC_ID},
};

fn named(name: &str) -> Network {
    Network::named(name).expect("a name of a network")
}

#[test]
fn new_account_has_the_network_with_nat() {
    let mut other = world();
    set_network(&mut other, &named("private+nat"));
    assert_eq!(other, world());
}

#[test]
fn endpoints_have_the_names_of_their_services() {
    let mut world = world();
    set_network(&mut world, &named("private+endpoints"));
    let filter = json!({ "Filter": [{ "Name": "vpc-id", "Value": [VPC_ID] }] });
    let answer = check(&mut world, "DescribeVpcEndpoints", filter);
    let endpoints = answer["vpcEndpointSet"].as_array().expect("endpoints");
    let find = |name: &str| {
        let found = endpoints.iter().find(|endpoint| endpoint["serviceName"] == name);
        found.unwrap_or_else(|| panic!("{name}: {answer}"))
    };
    let s3 = find("com.amazonaws.ap-northeast-1.s3");
    assert_eq!(
        (s3["vpcEndpointType"].as_str(), s3["routeTableIdSet"][0].as_str()),
        (Some("Gateway"), Some("rtb-0a1b2c3d4e5f60000"))
    );
    let api = find("com.amazonaws.ap-northeast-1.ecr.api");
    assert_eq!(
        (&api["privateDnsEnabled"], &api["groupSet"][0]["groupName"]),
        (&json!(true), &json!("endpoints"))
    );
    let unknown = json!({ "VpcEndpointId": ["vpce-0a1b2c3d4e5f60000"] });
    assert_eq!(refused(&mut world, "DescribeVpcEndpoints", unknown).code, "InvalidVpcEndpointId.NotFound");
}

#[test]
fn regional_gateway_is_in_no_subnet() {
    let mut world = world();
    let mut network = named("private+nat");
    for gateway in network.nat_gateways.values_mut() {
        gateway.subnet = None;
    }
    set_network(&mut world, &network);
    let answer = check(&mut world, "DescribeNatGateways", json!({}));
    let gateway = &answer["natGatewaySet"][0];
    assert_eq!((gateway["availabilityMode"].as_str(), gateway.get("subnetId")), (Some("regional"), None));
}

#[test]
fn route_without_its_gateway_is_a_blackhole() {
    let mut world = world();
    let mut network = named("private+nat");
    let mut own = RouteTable::leading_to("nat-0a1b2c3d4e5f60001").of([PRIVATE_SUBNET_IDS[0].to_owned()]);
    own.blackholes.insert("0.0.0.0/0".to_owned());
    network.tables.push(own);
    set_network(&mut world, &network);
    let filter = json!({ "Filter": [{ "Name": "association.subnet-id", "Value": [PRIVATE_SUBNET_IDS[0]] }] });
    let answer = check(&mut world, "DescribeRouteTables", filter);
    assert_eq!(answer["routeTableSet"][0]["routeSet"][0]["state"], "blackhole");
}

#[test]
fn subnets_and_dns_differ_as_set() {
    let mut world = world();
    let mut network = named("public");
    network.dns_hostnames = false;
    network.is_closed = true;
    let subnet = network.subnets.entry(PRIVATE_SUBNET_IDS[0].to_owned()).or_default();
    (subnet.free, subnet.zone_id) = (Some(3), Some("apne1-az3".to_owned()));
    set_network(&mut world, &network);

    let subnets = check(&mut world, "DescribeSubnets", json!({}));
    let first = &subnets["subnetSet"][0];
    assert_eq!(
        (first["availableIpAddressCount"].as_u64(), &first["availabilityZoneId"]),
        (Some(3), &json!("apne1-az3"))
    );
    let asked = |attribute: &str| json!({ "VpcId": VPC_ID, "Attribute": attribute });
    let names = check(&mut world, "DescribeVpcAttribute", asked("enableDnsHostnames"));
    assert_eq!(names["enableDnsHostnames"]["value"], false);
    refused(&mut world, "DescribeVpcAttribute", asked("enableColour"));
    let acls = check(&mut world, "DescribeNetworkAcls", json!({}));
    assert_eq!(acls["networkAclSet"][0]["entrySet"][0]["ruleAction"], "deny");
}
