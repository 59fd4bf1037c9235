//! The VPC and the subnets of a new account.
//!
//! A new account has one VPC, which is not the default VPC, with three private subnets in different zones. No
//! operation creates or changes them, except for their tags.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    address,
    filter::{self, Filter},
    id,
    page::Paging,
    surroundings::SubnetFacts,
    tag,
};
use crate::{
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{PRIVATE_SUBNET_IDS, VPC_ID, World},
};

/// The letter, the number in the id, and the range of each zone, in the order of the subnets.
const ZONES: [(&str, u8, &str); 3] =
    [("a", 4, "10.0.0.0/20"), ("c", 1, "10.0.16.0/20"), ("d", 2, "10.0.32.0/20")];

/// A VPC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Vpc {
    cidr: String,
    /// Whether requests without a VPC mean this one.
    pub(super) is_default: bool,
    /// Whether Route 53 resolves names in the VPC, and whether it gives host names.
    #[serde(default = "dns_of_new_account")]
    pub(super) dns: (bool, bool),
    /// The tenancy of instances.
    #[serde(default = "usual_tenancy")]
    pub(super) tenancy: String,
    pub(super) tags: Tags,
}

/// Returns the tenancy of a new VPC.
fn usual_tenancy() -> String {
    "default".to_owned()
}

/// Returns the attributes of DNS that private namespaces need.
fn dns_of_new_account() -> (bool, bool) {
    (true, true)
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Subnet {
    pub(super) vpc: String,
    pub(super) cidr: String,
    /// The name of the availability zone, such as `ap-northeast-1a`.
    pub(super) zone: String,
    /// The id of the availability zone, such as `apne1-az4`, unless a caller set another one. Unlike the name it
    /// means the same zone in all accounts.
    zone_id: String,
    /// What a caller set otherwise.
    #[serde(default)]
    pub(super) facts: SubnetFacts,
    pub(super) tags: Tags,
}

impl Subnet {
    /// Returns the id of the availability zone.
    pub(super) fn zone_id(&self) -> &str {
        self.facts.zone_id.as_ref().unwrap_or(&self.zone_id)
    }
}

/// Returns the VPCs of a new account.
pub(super) fn vpcs() -> BTreeMap<String, Vpc> {
    let vpc = Vpc {
        cidr: "10.0.0.0/16".to_owned(),
        is_default: false,
        dns: (true, true),
        tenancy: usual_tenancy(),
        tags: Tags::new(),
    };
    BTreeMap::from([(VPC_ID.to_owned(), vpc)])
}

/// Returns the subnets of a new account in a region.
pub(super) fn subnets(region: &str) -> BTreeMap<String, Subnet> {
    let subnet = |(letter, number, cidr): (&str, u8, &str)| Subnet {
        vpc: VPC_ID.to_owned(),
        cidr: cidr.to_owned(),
        zone: format!("{region}{letter}"),
        zone_id: format!("{}-az{number}", zone_prefix(region)),
        facts: SubnetFacts::default(),
        tags: Tags::new(),
    };
    PRIVATE_SUBNET_IDS.iter().zip(ZONES).map(|(id, zone)| ((*id).to_owned(), subnet(zone))).collect()
}

/// Returns the abbreviation of a region in the ids of its zones: `apne1` for `ap-northeast-1`.
fn zone_prefix(region: &str) -> String {
    let mut parts = region.split('-');
    let mut prefix = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part {
            "gov" => prefix.push('g'),
            "northeast" => prefix.push_str("ne"),
            "northwest" => prefix.push_str("nw"),
            "southeast" => prefix.push_str("se"),
            "southwest" => prefix.push_str("sw"),
            _ => prefix.extend(part.chars().next()),
        }
    }
    prefix
}

/// The input of `DescribeVpcs`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeVpcs {
    #[serde(default)]
    vpc_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeVpcs`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe_vpcs(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: DescribeVpcs = parse(input)?;
    id::VPC.check_all(&input.vpc_id, &world.ec2.vpcs)?;
    let names = [
        "vpc-id",
        "cidr",
        "cidr-block-association.cidr-block",
        "is-default",
        "isDefault",
        "state",
        "owner-id",
    ];
    filter::check_names(&input.filter, &names)?;

    let wanted = world.ec2.vpcs.iter().filter(|(id, vpc)| {
        let values = |name: &str| match name {
            "vpc-id" => vec![(*id).clone()],
            "is-default" | "isDefault" => vec![vpc.is_default.to_string()],
            "state" => vec!["available".to_owned()],
            "owner-id" => vec![world.account.clone()],
            _ => vec![vpc.cidr.clone()],
        };
        (input.vpc_id.is_empty() || input.vpc_id.contains(id))
            && filter::matches(&input.filter, &vpc.tags, values)
    });
    input.paging.answer("vpcSet", wanted.map(|(id, vpc)| (id, rendered_vpc(world, id, vpc))))
}

/// Returns the description of a VPC.
fn rendered_vpc(world: &World, id: &str, vpc: &Vpc) -> Value {
    json!({
        "vpcId": id,
        "ownerId": world.account,
        "state": "available",
        "cidrBlock": vpc.cidr,
        "cidrBlockAssociationSet": [{
            "associationId": format!("vpc-cidr-assoc-{}", id.trim_start_matches(id::VPC.prefix)),
            "cidrBlock": vpc.cidr,
            "cidrBlockState": { "state": "associated" },
        }],
        "dhcpOptionsId": "default",
        "instanceTenancy": vpc.tenancy,
        "isDefault": vpc.is_default,
        "tagSet": tag::rendered(&vpc.tags),
    })
}

/// The input of `DescribeVpcAttribute`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeAttribute {
    vpc_id: Option<String>,
    attribute: Option<String>,
}

/// Carries out `DescribeVpcAttribute`, for the two attributes of DNS.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and other attributes.
pub(super) fn describe_attribute(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: DescribeAttribute = parse(input)?;
    let id = super::required(input.vpc_id, "vpcId")?;
    id::VPC.check(&id, &world.ec2.vpcs)?;
    let attribute = super::required(input.attribute, "attribute")?;
    let (support, names) = world.ec2.vpcs[&id].dns;
    let value = match attribute.as_str() {
        "enableDnsSupport" => support,
        "enableDnsHostnames" => names,
        _ => {
            let message =
                format!("Value ({attribute}) for parameter attribute is invalid. Unknown VPC attribute");
            return Err(super::invalid_value(message));
        }
    };
    Ok(json!({ "vpcId": id, attribute: { "value": value } }))
}

/// The input of `DescribeSubnets`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeSubnets {
    #[serde(default)]
    subnet_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeSubnets`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe_subnets(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: DescribeSubnets = parse(input)?;
    id::SUBNET.check_all(&input.subnet_id, &world.ec2.subnets)?;

    let names = [
        "subnet-id",
        "vpc-id",
        "availability-zone",
        "availabilityZone",
        "availability-zone-id",
        "availabilityZoneId",
        "cidr-block",
        "cidr",
        "cidrBlock",
        "state",
        "owner-id",
        "default-for-az",
    ];
    filter::check_names(&input.filter, &names)?;

    let wanted = world.ec2.subnets.iter().filter(|(id, subnet)| {
        let values = |name: &str| match name {
            "subnet-id" => vec![(*id).clone()],
            "vpc-id" => vec![subnet.vpc.clone()],
            "availability-zone" | "availabilityZone" => vec![subnet.zone.clone()],
            "availability-zone-id" | "availabilityZoneId" => vec![subnet.zone_id().to_owned()],
            "state" => vec!["available".to_owned()],
            "owner-id" => vec![world.account.clone()],
            "default-for-az" => vec!["false".to_owned()],
            _ => vec![subnet.cidr.clone()],
        };
        (input.subnet_id.is_empty() || input.subnet_id.contains(id))
            && filter::matches(&input.filter, &subnet.tags, values)
    });
    let items = wanted.map(|(id, subnet)| (id, rendered_subnet(world, id, subnet)));
    input.paging.answer("subnetSet", items)
}

/// Returns the description of a subnet, with the present number of free addresses.
fn rendered_subnet(world: &World, id: &str, subnet: &Subnet) -> Value {
    let taken = world.ec2.interfaces.values().filter(|interface| interface.subnet == id).count();
    let free = subnet.facts.free.unwrap_or_else(|| address::usable(&subnet.cidr).len()).saturating_sub(taken);

    json!({
        "subnetId": id,
        "subnetArn": world.arn("ec2", &format!("subnet/{id}")),
        "vpcId": subnet.vpc,
        "ownerId": subnet.facts.owner.as_ref().unwrap_or(&world.account),
        "state": "available",
        "cidrBlock": subnet.cidr,
        "availableIpAddressCount": free,
        "ipv6Native": subnet.facts.is_ipv6_only,
        "blockPublicAccessStates": {
            "internetGatewayBlockMode": subnet.facts.internet_block.as_deref().unwrap_or("off"),
        },
        "availabilityZone": subnet.zone,
        "availabilityZoneId": subnet.zone_id(),
        "defaultForAz": false,
        "mapPublicIpOnLaunch": false,
        "assignIpv6AddressOnCreation": false,
        "ipv6CidrBlockAssociationSet": [],
        "tagSet": tag::rendered(&subnet.tags),
    })
}

/// The input of `DescribeAvailabilityZones`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeZones {
    #[serde(default)]
    zone_name: Vec<String>,
    #[serde(default)]
    zone_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
}

/// Carries out `DescribeAvailabilityZones`. The zones are those of the subnets.
///
/// # Errors
///
/// Refuses unknown names, ids and filters.
pub(super) fn describe_zones(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: DescribeZones = parse(input)?;
    filter::check_names(&input.filter, &["zone-name", "zone-id", "region-name", "state", "zone-type"])?;
    let zones: BTreeSet<(&str, &str)> =
        world.ec2.subnets.values().map(|subnet| (subnet.zone.as_str(), subnet.zone_id())).collect();
    if let Some(unknown) = input.zone_name.iter().find(|name| zones.iter().all(|(zone, _)| zone != name)) {
        return Err(super::invalid_value(format!("Invalid availability zone: [{unknown}]")));
    }
    if let Some(unknown) = input.zone_id.iter().find(|id| zones.iter().all(|(_, zone)| zone != id)) {
        return Err(super::invalid_value(format!("Invalid availability zone-id: [{unknown}]")));
    }

    let wanted = zones.into_iter().filter(|(zone, zone_id)| {
        let values = |name: &str| match name {
            "zone-name" => vec![(*zone).to_owned()],
            "zone-id" => vec![(*zone_id).to_owned()],
            "region-name" => vec![world.region.clone()],
            "zone-type" => vec!["availability-zone".to_owned()],
            _ => vec!["available".to_owned()],
        };
        (input.zone_name.is_empty() || input.zone_name.iter().any(|name| name == zone))
            && (input.zone_id.is_empty() || input.zone_id.iter().any(|id| id == zone_id))
            && filter::matches(&input.filter, &Tags::new(), values)
    });
    let items: Vec<Value> = wanted
        .map(|(zone, zone_id)| {
            json!({
                "zoneName": zone,
                "zoneId": zone_id,
                "zoneState": "available",
                "zoneType": "availability-zone",
                "regionName": world.region,
                "groupName": format!("{}-zg-1", world.region),
                "networkBorderGroup": world.region,
                "optInStatus": "opt-in-not-required",
                "messageSet": [],
            })
        })
        .collect();

    Ok(json!({ "availabilityZoneInfo": items }))
}
