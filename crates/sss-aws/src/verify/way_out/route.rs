//! The default route of a subnet.

use aws_sdk_ec2::types::{Route, RouteTable, Subnet};

use super::super::{subject::Subject, unread};
use crate::services::ec2::surroundings::Surroundings;

/// Where the traffic of a subnet leaves.
pub(super) enum Exit {
    /// To the internet, by this route.
    Internet(String),
    /// To somewhere that cannot be seen, by this route.
    Elsewhere(String),
    /// It does not leave, for this reason.
    Nowhere(String),
}

/// Returns where the traffic of a subnet leaves.
///
/// # Errors
///
/// Returns the reason why nothing can be said: a read that failed, a shared subnet, one without IPv4.
pub(super) fn exit(id: &str, subject: &Subject<'_>, network: &Surroundings) -> Result<Exit, String> {
    let subnets = network.subnets.as_ref().map_err(unread)?;
    let subnet = subnets.iter().find(|subnet| subnet.subnet_id() == Some(id));
    let subnet = subnet.ok_or_else(|| format!("the subnet {id} was not found"))?;
    if subnet.ipv6_native() == Some(true) {
        return Err(format!("{id} has only IPv6 addresses"));
    }
    let table = table(id, network)?.ok_or_else(|| {
        let owner = subnet.owner_id().unwrap_or("another account");
        format!("no route table of {id} is visible, which the account {owner} shares")
    })?;

    let name = table.route_table_id().unwrap_or_default();
    let Some(route) = default_route(table) else {
        let others = table.routes().iter().any(is_wide);
        return Ok(if others {
            Exit::Elsewhere(format!("{name} has routes for parts of the internet"))
        } else {
            Exit::Nowhere(format!("{name} has no route to the internet"))
        });
    };
    leads(id, name, route, (subnet, subject), network)
}

/// Returns the route table of a subnet: the one that names it, or else the main one. `None` if neither is visible.
///
/// # Errors
///
/// Returns the reason of a read that failed.
pub(super) fn table<'a>(id: &str, network: &'a Surroundings) -> Result<Option<&'a RouteTable>, String> {
    let tables = network.tables.as_ref().map_err(unread)?;
    let names = |table: &&RouteTable| table.associations().iter().any(|one| one.subnet_id() == Some(id));
    let is_main = |table: &&RouteTable| table.associations().iter().any(|one| one.main() == Some(true));
    Ok(tables.iter().find(names).or_else(|| tables.iter().find(is_main)))
}

/// Returns the route for all addresses.
fn default_route(table: &RouteTable) -> Option<&Route> {
    table.routes().iter().find(|route| route.destination_cidr_block() == Some("0.0.0.0/0"))
}

/// Returns whether a route is for a large part of the internet.
fn is_wide(route: &Route) -> bool {
    let bits = route.destination_cidr_block().and_then(|range| range.rsplit_once('/')?.1.parse::<u8>().ok());
    bits.is_some_and(|bits| bits < 8) && route.gateway_id() != Some("local")
}

/// Returns where the default route of a subnet leads.
fn leads(
    id: &str,
    table: &str,
    route: &Route,
    (subnet, subject): (&Subnet, &Subject<'_>),
    network: &Surroundings,
) -> Result<Exit, String> {
    let target = target(route);
    let text = format!("{table}: 0.0.0.0/0 leads to {target}");
    if route.state().is_some_and(|state| state.as_str() == "blackhole") {
        return Ok(Exit::Nowhere(format!(
            "the route of {table} to the internet leads to {target}, which is gone"
        )));
    }
    let block = subnet.block_public_access_states().and_then(|states| states.internet_gateway_block_mode());
    let is_blocked = block.is_some_and(|mode| mode.as_str() != "off");

    if target.starts_with("nat-") {
        let gateways = network.nat_gateways.as_ref().map_err(unread)?;
        let gateway = gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(&*target));
        let Some(gateway) = gateway else { return Ok(Exit::Elsewhere(text)) };
        let state = gateway.state().map_or("unknown", |state| state.as_str());
        if gateway.connectivity_type().is_some_and(|kind| kind.as_str() == "private") {
            return Ok(Exit::Elsewhere(text));
        }
        return match state {
            "available" if is_blocked => Ok(blocked(id)),
            "available" => Ok(Exit::Internet(text)),
            "pending" => Err(format!("the NAT gateway {target} is pending")),
            _ => Ok(Exit::Nowhere(format!("the NAT gateway {target} of {table} is {state}"))),
        };
    }
    if target.starts_with("igw-") {
        let in_subnet = subject.services.iter().filter(|need| need.service.settings.subnets.contains(id));
        let is_public = in_subnet.into_iter().all(|need| need.service.settings.assign_public_ip);
        return Ok(match (is_blocked, is_public) {
            (true, _) => blocked(id),
            (false, true) => Exit::Internet(text),
            (false, false) => Exit::Nowhere(format!(
                "{id} leads to an internet gateway, and its tasks have no public address (`assign_public_ip`)"
            )),
        });
    }
    Ok(Exit::Elsewhere(text))
}

/// Returns the exit of a subnet that VPC Block Public Access closes.
fn blocked(id: &str) -> Exit {
    Exit::Nowhere(format!("VPC Block Public Access keeps {id} from the internet"))
}

/// Returns the id of the target of a route.
fn target(route: &Route) -> String {
    let targets = [
        route.nat_gateway_id(),
        route.gateway_id(),
        route.transit_gateway_id(),
        route.vpc_peering_connection_id(),
        route.network_interface_id(),
        route.instance_id(),
        route.carrier_gateway_id(),
        route.local_gateway_id(),
        route.core_network_arn(),
    ];
    targets.into_iter().flatten().next().unwrap_or("another target").to_owned()
}
