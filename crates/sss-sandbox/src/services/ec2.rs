//! The part of EC2 that a stack uses: security groups, subnets, network interfaces.
//!
//! # Terms
//!
//! - A *security group* has rules and members. Its members are network interfaces.
//! - A *rule* allows one kind of traffic in one direction for one *peer*: an address range, a prefix list or
//!   a group.
//! - A *permission* is the form in which requests name rules: one kind of traffic for several peers.
//! - A *network interface* connects a task, a VPC link or a load balancer to a subnet. The services create and remove them
//!   here.
//!
//! # How the parts work together
//!
//! `group` has the groups and `authorization` the operations on their rules. `permission` reads rules from
//! requests, in the form that EC2 keeps, and `rule` writes them into answers. `network` has the VPC of a new
//! account with three private subnets in different zones, and `route_table`, `nat_gateway`, `endpoint` and
//! `network_acl` have the ways out of them. `surroundings` has other networks, which a caller sets. `interface`
//! is also called by the services whose objects have interfaces, and `reach` by watches and health checks. `id`, `filter` and `page` have the conventions of all operations.
//!
//! # Behaviour of AWS
//!
//! - Names of groups are unique in a VPC, without regard to case. A new group allows all outbound traffic.
//! - A group in a rule of another group or on a network interface cannot be deleted (tfp#3414, tfp#37046;
//!   `tfp` is hashicorp/terraform-provider-aws).
//! - Interfaces outlast their tasks and VPC links. Threads report up to 20 minutes (alchemy#937);
//!   [`Delays`](crate::Delays) sets the time.
//! - `DryRun` checks a request completely and changes nothing.
//!
//! # Left out
//!
//! Creating VPCs, subnets, route tables, gateways and endpoints, classic groups, quotas of groups in a VPC,
//! `ModifySecurityGroupRules`, and the attachments of interfaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    gate::{self, Form, Texts},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::{Envelope, Protocol, Query},
    world::{DEFAULT_SECURITY_GROUP_ID, VPC_ID, World},
};

mod access;
mod address;
mod authorization;
mod endpoint;
mod filter;
mod group;
mod id;
mod interface;
mod nat_gateway;
mod network;
mod network_acl;
mod page;
mod permission;
mod quota;
mod reach;
mod route_table;
mod rule;
mod surroundings;
mod tag;

pub(crate) use interface::{
    attach as attach_interface, detach as detach_interface, private_address, regroup as regroup_interface,
    subnet as subnet_of_interface,
};
pub(crate) use reach::connects;
pub(crate) use surroundings::set_network;
pub use surroundings::{Endpoint, NatGateway, Network, RouteTable, SubnetFacts};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "ec2",
    cli_name: "ec2",
    protocol: Protocol::Query(Query {
        version: "2016-11-15",
        namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
        envelope: Envelope::Ec2,
    }),
    form: Form::Text(TEXTS),
    scope: Scope::Region,
    quotas: quota::QUOTAS,
    troubles: Troubles {
        throttled: Trouble { status: 503, code: "RequestLimitExceeded", message: "Request limit exceeded." },
        failed: Trouble::failed(500, "InternalError"),
        denied: Trouble {
            status: 403,
            code: "UnauthorizedOperation",
            message: "You are not authorized to perform this operation. ",
        },
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: Some(furnish),
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "NextToken",
    given: &["nextToken"],
    refusal: || {
        Refusal::new("InvalidPaginationToken", "The specified pagination token is not valid or is expired.")
    },
};

/// The members of requests whose text stands for something else. All values of the Query protocol are text.
const TEXTS: Texts = Texts {
    names: &[
        ("GroupDescription", "Description"),
        ("Groups", "UserIdGroupPairs"),
        ("Tag", "Tags"),
        ("TagSpecification", "TagSpecifications"),
    ],
    integers: &["FromPort", "ToPort"],
    flags: &["DryRun"],
    lists: &["Tags"],
    verbatim: &[],
};

/// This service's part of the account, by id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// VPCs. No operation creates one.
    vpcs: BTreeMap<String, network::Vpc>,
    /// Subnets. No operation creates one.
    subnets: BTreeMap<String, network::Subnet>,
    /// Route tables. No operation creates one.
    #[serde(default = "route_table::of_new_account")]
    route_tables: BTreeMap<String, route_table::Table>,
    /// NAT gateways. No operation creates one.
    #[serde(default = "nat_gateway::of_new_account")]
    nat_gateways: BTreeMap<String, NatGateway>,
    /// VPC endpoints. No operation creates one.
    #[serde(default)]
    endpoints: BTreeMap<String, Endpoint>,
    /// Whether the network ACL of the subnets lets no traffic out.
    #[serde(default)]
    is_closed: bool,
    /// Security groups, with their rules.
    groups: BTreeMap<String, group::Group>,
    /// Network interfaces, also those that were released and still linger.
    interfaces: BTreeMap<String, interface::Interface>,
}

/// Adds the VPC of a new account, with its subnets and its default security group.
fn furnish(world: &mut World) {
    let group = group::default_group(&world.account, VPC_ID, DEFAULT_SECURITY_GROUP_ID);
    world.ec2.vpcs = network::vpcs();
    world.ec2.subnets = network::subnets(&world.region);
    world.ec2.route_tables = route_table::of_new_account();
    world.ec2.nat_gateways = nat_gateway::of_new_account();
    world.ec2.groups.insert(DEFAULT_SECURITY_GROUP_ID.to_owned(), group);
}

/// A later change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A released network interface disappears.
    InterfaceGone(String),
}

/// Carries out a due event.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::InterfaceGone(id) => {
            world.ec2.interfaces.remove(&id);
        }
    }
}

/// Carries out one operation and returns its answer.
///
/// With `DryRun` it carries the operation out on a copy of the account.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object. A dry run that would succeed is refused with
/// `DryRunOperation` and status 412, as on AWS.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    if input.get("DryRun").and_then(Value::as_str) == Some("true") {
        answer(&mut world.clone(), operation, input)?;
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(Refusal::with_status(412, "DryRunOperation", message));
    }
    answer(world, operation, input)
}

/// Carries out one operation without regard to `DryRun`.
fn answer(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&SERVICE, operation, input)?;

    match operation {
        "CreateSecurityGroup" => group::create(world, input),
        "DescribeSecurityGroups" => group::describe(world, input),
        "DeleteSecurityGroup" => group::delete(world, input),
        "AuthorizeSecurityGroupIngress" => authorization::authorize(world, rule::Direction::Ingress, input),
        "AuthorizeSecurityGroupEgress" => authorization::authorize(world, rule::Direction::Egress, input),
        "RevokeSecurityGroupIngress" => authorization::revoke(world, rule::Direction::Ingress, input),
        "RevokeSecurityGroupEgress" => authorization::revoke(world, rule::Direction::Egress, input),
        "UpdateSecurityGroupRuleDescriptionsIngress" => {
            authorization::describe_otherwise(world, rule::Direction::Ingress, input)
        }
        "UpdateSecurityGroupRuleDescriptionsEgress" => {
            authorization::describe_otherwise(world, rule::Direction::Egress, input)
        }
        "DescribeSecurityGroupRules" => authorization::describe(world, input),
        "CreateTags" => tag::create(world, input),
        "DeleteTags" => tag::delete(world, input),
        "DescribeVpcs" => network::describe_vpcs(world, input),
        "DescribeSubnets" => network::describe_subnets(world, input),
        "DescribeVpcAttribute" => network::describe_attribute(world, input),
        "DescribeRouteTables" => route_table::describe(world, input),
        "DescribeNatGateways" => nat_gateway::describe(world, input),
        "DescribeVpcEndpoints" => endpoint::describe(world, input),
        "DescribeNetworkAcls" => network_acl::describe(world, input),
        "DescribeAvailabilityZones" => network::describe_zones(world, input),
        "DescribeNetworkInterfaces" => interface::describe(world, input),
        _ => {
            let message = format!("The action {operation} is not valid for this web service.");
            Err(Refusal::new("InvalidAction", message))
        }
    }
}

/// Returns whether the account has a VPC with this id.
pub(crate) fn has_vpc(world: &World, id: &str) -> bool {
    world.ec2.vpcs.contains_key(id)
}

/// Returns whether no route leads out of the VPC of a subnet.
pub(crate) fn leads_nowhere(world: &World, subnet: &str) -> bool {
    route_table::leads_nowhere(world, subnet)
}

/// Returns whether an endpoint serves a service, such as `ecr.api`, to an interface in a subnet.
///
/// A gateway is in the route table of the subnet; an interface has private DNS and admits the other one at port 443.
pub(crate) fn serves(world: &World, service: &str, subnet: &str, interface: &str) -> bool {
    let Some(endpoint) = world.ec2.endpoints.get(service).filter(|found| found.state == "available") else {
        return false;
    };
    if endpoint.is_gateway {
        let table = route_table::of(world, subnet);
        return endpoint.tables.iter().any(|place| table == Some(route_table::id(*place).as_str()));
    }
    endpoint.private_dns && reach::admits(world, &endpoint.groups, interface, 443)
}

/// Returns whether a subnet is in a VPC with dedicated tenancy.
pub(crate) fn is_dedicated(world: &World, subnet: &str) -> bool {
    let vpc = world.ec2.subnets.get(subnet).and_then(|subnet| world.ec2.vpcs.get(&subnet.vpc));
    vpc.is_some_and(|vpc| vpc.tenancy == "dedicated")
}

/// Returns whether the account has a subnet with this id.
pub(crate) fn has_subnet(world: &World, id: &str) -> bool {
    world.ec2.subnets.contains_key(id)
}

/// Returns the name of a subnet's availability zone, such as `ap-northeast-1a`. `None` for an unknown subnet.
pub(crate) fn zone<'a>(world: &'a World, subnet: &str) -> Option<&'a str> {
    world.ec2.subnets.get(subnet).map(|subnet| subnet.zone.as_str())
}

/// Returns the id of a subnet's availability zone, such as `apne1-az4`. `None` for an unknown subnet.
pub(crate) fn zone_id<'a>(world: &'a World, subnet: &str) -> Option<&'a str> {
    world.ec2.subnets.get(subnet).map(network::Subnet::zone_id)
}

/// Returns whether the account has a security group with this id.
pub(crate) fn has_security_group(world: &World, id: &str) -> bool {
    world.ec2.groups.contains_key(id)
}

/// Returns the refusal of an invalid value.
fn invalid_value(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterValue", message)
}

/// Returns the value of a required member. An empty text counts as missing.
fn required(value: Option<String>, parameter: &str) -> Result<String, Refusal> {
    let given = value.filter(|value| !value.is_empty());
    given.ok_or_else(|| {
        Refusal::new("MissingParameter", format!("The request must contain the parameter {parameter}"))
    })
}

#[cfg(test)]
mod tests;
