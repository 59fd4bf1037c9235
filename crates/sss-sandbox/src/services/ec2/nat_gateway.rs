//! NAT gateways: the way from private subnets to the internet.
//!
//! A new account has one. A regional gateway is in no subnet. No operation creates or changes them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    id,
    page::Paging,
    surroundings::{NAT_GATEWAY_ID, NatGateway},
};
use crate::{
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{VPC_ID, World},
};

/// Returns the NAT gateways of a new account, which accounts saved without any have too.
pub(super) fn of_new_account() -> BTreeMap<String, NatGateway> {
    BTreeMap::from([(NAT_GATEWAY_ID.to_owned(), NatGateway::default())])
}

/// The input of `DescribeNatGateways`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    nat_gateway_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeNatGateways`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    id::NAT_GATEWAY.check_all(&input.nat_gateway_id, &world.ec2.nat_gateways)?;
    filter::check_names(&input.filter, &["nat-gateway-id", "vpc-id", "subnet-id", "state"])?;

    let wanted = world.ec2.nat_gateways.iter().filter(|(id, gateway)| {
        let values = |name: &str| match name {
            "nat-gateway-id" => vec![(*id).clone()],
            "vpc-id" => vec![VPC_ID.to_owned()],
            "subnet-id" => gateway.subnet.clone().into_iter().collect(),
            _ => vec![gateway.state.clone()],
        };
        (input.nat_gateway_id.is_empty() || input.nat_gateway_id.contains(id))
            && filter::matches(&input.filter, &Tags::new(), values)
    });
    let items = wanted.map(|(id, gateway)| (id, rendered(id, gateway)));
    input.paging.answer("natGatewaySet", items)
}

/// Returns the description of a NAT gateway.
fn rendered(id: &str, gateway: &NatGateway) -> Value {
    let mut answer = json!({
        "natGatewayId": id,
        "vpcId": VPC_ID,
        "state": gateway.state,
        "connectivityType": gateway.connectivity,
        "availabilityMode": if gateway.subnet.is_some() { "zonal" } else { "regional" },
        "natGatewayAddressSet": [],
        "tagSet": [],
    });
    if let Some(subnet) = &gateway.subnet {
        answer["subnetId"] = json!(subnet);
    }
    answer
}
