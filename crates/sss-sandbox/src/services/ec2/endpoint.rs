//! VPC endpoints: the way from subnets to services of AWS without the internet.
//!
//! An account has at most one endpoint for a service, so its id follows from the service. No operation creates
//! or changes them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    id,
    page::Paging,
    route_table,
    surroundings::Endpoint,
};
use crate::{
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{VPC_ID, World},
};

/// The policy of an endpoint that allows everything.
const FULL_ACCESS: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The input of `DescribeVpcEndpoints`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    vpc_endpoint_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeVpcEndpoints`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let endpoints = world.ec2.endpoints.iter();
    let endpoints: BTreeMap<String, (String, &Endpoint)> = endpoints
        .map(|(service, endpoint)| (id(service), (service_name(world, service), endpoint)))
        .collect();
    id::ENDPOINT.check_all(&input.vpc_endpoint_id, &endpoints)?;
    let names = ["vpc-endpoint-id", "vpc-id", "service-name", "vpc-endpoint-state", "vpc-endpoint-type"];
    filter::check_names(&input.filter, &names)?;

    let wanted = endpoints.iter().filter(|(id, (service, endpoint))| {
        let values = |name: &str| match name {
            "vpc-endpoint-id" => vec![(*id).clone()],
            "vpc-id" => vec![VPC_ID.to_owned()],
            "service-name" => vec![service.clone()],
            "vpc-endpoint-state" => vec![endpoint.state.clone()],
            _ => vec![kind(endpoint).to_owned()],
        };
        (input.vpc_endpoint_id.is_empty() || input.vpc_endpoint_id.contains(id))
            && filter::matches(&input.filter, &Tags::new(), values)
    });
    let items = wanted.map(|(id, (service, endpoint))| (id, rendered(world, (id, service), endpoint)));
    input.paging.answer("vpcEndpointSet", items)
}

/// Returns the description of an endpoint.
fn rendered(world: &World, (id, service): (&str, &str), endpoint: &Endpoint) -> Value {
    let groups = endpoint.groups.iter().map(|group| {
        let name = world.ec2.groups.get(group).map(|group| group.name.clone());
        json!({ "groupId": group, "groupName": name.unwrap_or_default() })
    });
    let tables = endpoint.tables.iter().map(|place| route_table::id(*place));
    json!({
        "vpcEndpointId": id,
        "vpcEndpointType": kind(endpoint),
        "vpcId": VPC_ID,
        "ownerId": world.account,
        "serviceName": service,
        "state": endpoint.state,
        "policyDocument": endpoint.policy.as_deref().unwrap_or(FULL_ACCESS),
        "routeTableIdSet": tables.collect::<Vec<_>>(),
        "subnetIdSet": endpoint.subnets,
        "groupSet": groups.collect::<Vec<_>>(),
        "privateDnsEnabled": endpoint.private_dns,
        "requesterManaged": false,
        "networkInterfaceIdSet": [],
        "dnsEntrySet": [],
        "tagSet": [],
    })
}

/// Returns the type of an endpoint on the wire.
fn kind(endpoint: &Endpoint) -> &'static str {
    if endpoint.is_gateway { "Gateway" } else { "Interface" }
}

/// Returns the whole name of a service in this region.
fn service_name(world: &World, service: &str) -> String {
    let suffix = world.partition().endpoint("", "");
    let reversed: Vec<&str> = suffix.trim_matches('.').rsplit('.').collect();
    format!("{}.{}.{service}", reversed.join("."), world.region)
}

/// Returns the id of a service's endpoint.
fn id(service: &str) -> String {
    let digits = service.bytes().fold(0_u64, |digits, byte| digits.wrapping_mul(31) + u64::from(byte));
    format!("{}{:017x}", id::ENDPOINT.prefix, digits)
}
