//! Networks that a caller sets in place of the one of a new account.
//!
//! A program that looks for the way out of a subnet needs networks of several kinds. Nobody creates them here
//! call by call: a [`Network`] describes one as a whole, and [`Network::named`] has the usual ones.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    group,
    route_table::{self, Table},
};
use crate::world::{PRIVATE_SUBNET_IDS, VPC_ID, World};

/// The range of the VPC.
const RANGE: &str = "10.0.0.0/16";
/// The NAT gateway of a new account.
pub(super) const NAT_GATEWAY_ID: &str = "nat-0a1b2c3d4e5f60000";
/// The security group of the endpoints.
const ENDPOINTS_GROUP_ID: &str = "sg-0a1b2c3d4e5f60443";
/// The services whose endpoints a task on Fargate needs, with S3's gateway.
const ENDPOINTS: [&str; 6] = ["ecr.api", "ecr.dkr", "logs", "s3", "secretsmanager", "ssm"];

/// The network of the account's VPC, for [`Sandbox::set_network`](crate::Sandbox::set_network).
///
/// # Examples
///
/// ```
/// use sss_sandbox::{Network, Sandbox};
///
/// let mut network = Network::named("private+endpoints").expect("a name of a network");
/// network.endpoints.remove("logs");
/// Sandbox::new().set_network(&network);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Network {
    /// The route tables. The first one is the main table of the VPC.
    pub tables: Vec<RouteTable>,
    /// NAT gateways by id.
    pub nat_gateways: BTreeMap<String, NatGateway>,
    /// VPC endpoints by the name of their service, such as `ecr.api`.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// The subnets that differ from those of a new account, by id.
    pub subnets: BTreeMap<String, SubnetFacts>,
    /// Whether Route 53 resolves names in the VPC (`enableDnsSupport`).
    pub dns_support: bool,
    /// Whether the VPC has host names (`enableDnsHostnames`).
    pub dns_hostnames: bool,
    /// Whether the network ACL of the subnets lets no traffic out.
    pub is_closed: bool,
    /// The tenancy of the VPC. With `dedicated`, ECS places no task on Fargate.
    pub tenancy: String,
}

/// A route table of a [`Network`]. Every table leads to the VPC itself, too.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RouteTable {
    /// The subnets that name the table.
    pub subnets: Vec<String>,
    /// The id of a gateway by the range of addresses that leads there.
    pub routes: BTreeMap<String, String>,
    /// The ranges whose gateway is gone.
    pub blackholes: BTreeSet<String>,
}

impl RouteTable {
    /// Returns a table that leads to a gateway from everywhere.
    pub fn leading_to(gateway: &str) -> Self {
        let routes = [("0.0.0.0/0".to_owned(), gateway.to_owned())].into();
        Self { routes, ..Self::default() }
    }

    /// Returns the table of these subnets.
    #[must_use]
    pub fn of(self, subnets: impl IntoIterator<Item = String>) -> Self {
        Self { subnets: subnets.into_iter().collect(), ..self }
    }
}

/// A NAT gateway of a [`Network`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NatGateway {
    /// The state, such as `available` or `failed`.
    pub state: String,
    /// `public` or `private`.
    pub connectivity: String,
    /// The subnet. `None` for a regional gateway.
    pub subnet: Option<String>,
}

impl Default for NatGateway {
    fn default() -> Self {
        let [subnet, ..] = PRIVATE_SUBNET_IDS;
        Self {
            state: "available".to_owned(),
            connectivity: "public".to_owned(),
            subnet: Some(subnet.to_owned()),
        }
    }
}

/// A VPC endpoint of a [`Network`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Endpoint {
    /// Whether it is a gateway in route tables. Otherwise it has an interface in each subnet.
    pub is_gateway: bool,
    /// The state, such as `available` or `pending`.
    pub state: String,
    /// Whether the usual name of the service leads to the interfaces.
    pub private_dns: bool,
    /// The security groups of the interfaces.
    pub groups: Vec<String>,
    /// The subnets of the interfaces.
    pub subnets: Vec<String>,
    /// The route tables of a gateway, by their position in the network.
    pub tables: Vec<usize>,
    /// The policy. `None` for the one that allows everything.
    pub policy: Option<String>,
}

impl Endpoint {
    /// Returns an endpoint with interfaces in all subnets, which the VPC may reach.
    fn interface() -> Self {
        Self {
            is_gateway: false,
            state: "available".to_owned(),
            private_dns: true,
            groups: vec![ENDPOINTS_GROUP_ID.to_owned()],
            subnets: PRIVATE_SUBNET_IDS.map(str::to_owned).to_vec(),
            tables: Vec::new(),
            policy: None,
        }
    }

    /// Returns a gateway in the main route table.
    fn gateway() -> Self {
        let (groups, subnets) = (Vec::new(), Vec::new());
        Self { is_gateway: true, private_dns: false, groups, subnets, tables: vec![0], ..Self::interface() }
    }
}

/// What differs in a subnet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(default)]
pub struct SubnetFacts {
    /// The id of the availability zone. `None` for the usual one.
    pub zone_id: Option<String>,
    /// The number of free addresses without those that the sandbox takes. `None` for the whole range.
    pub free: Option<usize>,
    /// The account that shares the subnet. `None` for the caller's own.
    pub owner: Option<String>,
    /// Whether the subnet has only IPv6 addresses.
    pub is_ipv6_only: bool,
    /// The mode in which VPC Block Public Access blocks it, such as `block-bidirectional`. `None` is off.
    pub internet_block: Option<String>,
}

impl Network {
    /// Returns a usual network: `private+nat` (the one of a new account), `private+endpoints`, `private+nothing`,
    /// `public` or `transit`. `None` for other names.
    pub fn named(name: &str) -> Option<Self> {
        let nat = (NAT_GATEWAY_ID.to_owned(), NatGateway::default());
        match name {
            "private+nat" => {
                let nat_gateways = [nat].into();
                Some(Self { nat_gateways, ..Self::with(RouteTable::leading_to(NAT_GATEWAY_ID)) })
            }
            "private+endpoints" => {
                let endpoints = ENDPOINTS.map(|service| {
                    let is_gateway = service == "s3";
                    (service.to_owned(), if is_gateway { Endpoint::gateway() } else { Endpoint::interface() })
                });
                Some(Self { endpoints: endpoints.into(), ..Self::with(RouteTable::default()) })
            }
            "private+nothing" => Some(Self::with(RouteTable::default())),
            "public" => Some(Self::with(RouteTable::leading_to("igw-0a1b2c3d4e5f60000"))),
            "transit" => Some(Self::with(RouteTable::leading_to("tgw-0a1b2c3d4e5f60000"))),
            _ => None,
        }
    }

    /// Returns the network with only a main route table.
    fn with(main: RouteTable) -> Self {
        Self {
            tables: vec![main],
            nat_gateways: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            subnets: BTreeMap::new(),
            dns_support: true,
            dns_hostnames: true,
            is_closed: false,
            tenancy: "default".to_owned(),
        }
    }
}

/// Replaces the network of the account's VPC.
pub(crate) fn set_network(world: &mut World, network: &Network) {
    let Network { tables, nat_gateways, endpoints, subnets, is_closed, .. } = network;
    let tables = tables
        .iter()
        .enumerate()
        .map(|(place, table)| (route_table::id(place), Table::of(table, place == 0, RANGE)));
    world.ec2.route_tables = tables.collect();
    world.ec2.nat_gateways.clone_from(nat_gateways);
    world.ec2.endpoints.clone_from(endpoints);
    world.ec2.is_closed = *is_closed;

    for (id, subnet) in &mut world.ec2.subnets {
        subnet.facts = subnets.get(id).cloned().unwrap_or_default();
    }
    if let Some(vpc) = world.ec2.vpcs.get_mut(VPC_ID) {
        vpc.dns = (network.dns_support, network.dns_hostnames);
        vpc.tenancy.clone_from(&network.tenancy);
    }
    if !endpoints.is_empty() {
        let group = group::of_endpoints(VPC_ID, RANGE);
        world.ec2.groups.insert(ENDPOINTS_GROUP_ID.to_owned(), group);
    }
}
