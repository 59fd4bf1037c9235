//! Route tables: which subnets reach the internet.
//!
//! A new account has one route table, the main one of its VPC. Its subnets have no route to an internet gateway, so they are
//! private; a NAT gateway lets their tasks pull images. No operation creates or changes route tables.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    id,
    page::Paging,
    surroundings::RouteTable,
};
use crate::{
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{VPC_ID, World},
};

/// Returns the id of a route table by its place in the VPC. The first one is the main table.
pub(super) fn id(place: usize) -> String {
    format!("{}0a1b2c3d4e5f6{place:04x}", id::ROUTE_TABLE.prefix)
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Table {
    vpc: String,
    /// Whether it is the table of all subnets of the VPC that no table names.
    is_main: bool,
    /// The subnets that are associated with it by name.
    subnets: Vec<String>,
    /// Targets by the range of addresses that they lead to: `local`, or the id of a gateway.
    routes: BTreeMap<String, String>,
    /// The ranges whose target is gone.
    #[serde(default)]
    blackholes: BTreeSet<String>,
}

impl Table {
    /// Returns the table of a network that a caller describes. The first one is the main table.
    pub(super) fn of(table: &RouteTable, is_main: bool, range: &str) -> Self {
        let local = (range.to_owned(), "local".to_owned());
        Self {
            vpc: VPC_ID.to_owned(),
            is_main,
            subnets: table.subnets.clone(),
            routes: table.routes.clone().into_iter().chain([local]).collect(),
            blackholes: table.blackholes.clone(),
        }
    }
}

/// Returns the table that names a subnet, or else the main one, with its id.
fn table<'world>(world: &'world World, subnet: &str) -> Option<(&'world String, &'world Table)> {
    let tables = || world.ec2.route_tables.iter();
    let own = tables().find(|(_, table)| table.subnets.iter().any(|named| named == subnet));
    own.or_else(|| tables().find(|(_, table)| table.is_main))
}

/// Returns the id of the route table of a subnet.
pub(super) fn of<'world>(world: &'world World, subnet: &str) -> Option<&'world str> {
    table(world, subnet).map(|(id, _)| id.as_str())
}

/// Returns whether no route leads out of the VPC of a subnet.
pub(super) fn leads_nowhere(world: &World, subnet: &str) -> bool {
    table(world, subnet).is_some_and(|(_, table)| table.routes.values().all(|target| target == "local"))
}

/// Returns the route tables of a new account, which accounts saved without any have too.
pub(super) fn of_new_account() -> BTreeMap<String, Table> {
    let routes = [("0.0.0.0/0", "nat-0a1b2c3d4e5f60000"), ("10.0.0.0/16", "local")];
    let routes = routes.map(|(range, target)| (range.to_owned(), target.to_owned())).into();
    let main = Table {
        vpc: VPC_ID.to_owned(),
        is_main: true,
        subnets: Vec::new(),
        routes,
        blackholes: BTreeSet::new(),
    };
    BTreeMap::from([(id(0), main)])
}

/// The input of `DescribeRouteTables`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeRouteTables {
    #[serde(default)]
    route_table_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeRouteTables`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: DescribeRouteTables = parse(input)?;
    id::ROUTE_TABLE.check_all(&input.route_table_id, &world.ec2.route_tables)?;
    let names = ["route-table-id", "vpc-id", "owner-id", "association.main", "association.subnet-id"];
    filter::check_names(&input.filter, &names)?;

    let wanted = world.ec2.route_tables.iter().filter(|(id, table)| {
        let values = |name: &str| match name {
            "route-table-id" => vec![(*id).clone()],
            "vpc-id" => vec![table.vpc.clone()],
            "association.main" => vec![table.is_main.to_string()],
            "association.subnet-id" => table.subnets.clone(),
            _ => vec![world.account.clone()],
        };
        (input.route_table_id.is_empty() || input.route_table_id.contains(id))
            && filter::matches(&input.filter, &Tags::new(), values)
    });
    let items = wanted.map(|(id, table)| (id, rendered(world, id, table)));
    input.paging.answer("routeTableSet", items)
}

/// Returns the description of a route table.
fn rendered(world: &World, id: &str, table: &Table) -> Value {
    let association = |number: usize, subnet: Option<&String>| {
        let mut association = json!({
            "routeTableAssociationId": format!("rtbassoc-{}{number}", id.trim_start_matches("rtb-0")),
            "routeTableId": id,
            "main": subnet.is_none(),
            "associationState": { "state": "associated" },
        });
        if let Some(subnet) = subnet {
            association["subnetId"] = json!(subnet);
        }
        association
    };
    let main = table.is_main.then(|| association(0, None));
    let named = table.subnets.iter().zip(1..).map(|(subnet, number)| association(number, Some(subnet)));
    let associations: Vec<Value> = main.into_iter().chain(named).collect();

    json!({
        "routeTableId": id,
        "vpcId": table.vpc,
        "ownerId": world.account,
        "routeSet": table.routes.iter().map(|route| rendered_route(table, route)).collect::<Vec<_>>(),
        "associationSet": associations,
        "propagatingVgwSet": [],
        "tagSet": [],
    })
}

/// Returns the description of a route. The member of its target depends on the kind of gateway.
fn rendered_route(table: &Table, (range, target): (&String, &String)) -> Value {
    let member = match target.split('-').next() {
        Some("nat") => "natGatewayId",
        Some("tgw") => "transitGatewayId",
        Some("eigw") => "egressOnlyInternetGatewayId",
        Some("pcx") => "vpcPeeringConnectionId",
        Some("eni") => "networkInterfaceId",
        _ => "gatewayId",
    };
    let origin = if target == "local" { "CreateRouteTable" } else { "CreateRoute" };
    let place = match range.split('-').next() {
        Some("pl") => "destinationPrefixListId",
        _ if range.contains(':') => "destinationIpv6CidrBlock",
        _ => "destinationCidrBlock",
    };
    let state = if table.blackholes.contains(range) { "blackhole" } else { "active" };
    json!({ place: range, member: target, "state": state, "origin": origin })
}
