//! Network interfaces, which other services attach to subnets.
//!
//! A task has one interface; a VPC link and a load balancer have one in each of their subnets. An interface keeps its security
//! groups in use until it disappears, which is some time after its task, link or load balancer (alchemy#937
//! reports 20 minutes). Their attachments are left out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Event, address,
    filter::{self, Filter},
    id,
    page::Paging,
    tag,
};
use crate::{
    clock::milliseconds,
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{self, World},
};

/// A network interface of another service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Interface {
    /// The ARN of a task's attachment, or the text of a VPC link or of a load balancer.
    description: String,
    /// The id of the subnet.
    pub(super) subnet: String,
    /// The ids of the security groups.
    pub(super) groups: Vec<String>,
    status: Status,
    /// `None` if the subnet has no free address.
    private_address: Option<String>,
    pub(super) tags: Tags,
}

impl Interface {
    /// Returns the private IPv4 address.
    pub(super) fn address(&self) -> Option<&str> {
        self.private_address.as_deref()
    }
}

/// The state of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    /// Its user has released it, and it disappears later.
    Available,
    /// A task, a VPC link or a load balancer uses it.
    InUse,
}

impl Status {
    /// Returns EC2's word for the state.
    fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::InUse => "in-use",
        }
    }
}

/// Attaches an interface of another service to a subnet and returns its id.
///
/// The interface gets the lowest free address of the subnet.
pub(crate) fn attach(world: &mut World, description: &str, subnet: &str, groups: &[String]) -> String {
    let id = format!("{}{}", id::INTERFACE.prefix, world.new_hex(17));
    let interface = Interface {
        description: description.to_owned(),
        subnet: subnet.to_owned(),
        groups: groups.to_vec(),
        status: Status::InUse,
        private_address: free_address(world, subnet),
        tags: Tags::new(),
    };
    world.ec2.interfaces.insert(id.clone(), interface);
    id
}

/// Releases an interface. It keeps its security groups for at least `linger` milliseconds and then
/// disappears.
///
/// The time is longer if the delays of the account say so. An unknown id is ignored.
pub(crate) fn detach(world: &mut World, id: &str, linger: u64) {
    let linger = linger.max(milliseconds(world.delays.interfaces_gone));
    if let Some(interface) = world.ec2.interfaces.get_mut(id) {
        interface.status = Status::Available;
        world.schedule(linger, world::Event::Ec2(Event::InterfaceGone(id.to_owned())));
    }
}

/// Replaces the security groups of an interface. An unknown id is ignored.
pub(crate) fn regroup(world: &mut World, id: &str, groups: &[String]) {
    if let Some(interface) = world.ec2.interfaces.get_mut(id) {
        interface.groups = groups.to_vec();
    }
}

/// Returns the private IPv4 address of an interface.
pub(crate) fn private_address(world: &World, id: &str) -> Option<String> {
    world.ec2.interfaces.get(id)?.private_address.clone()
}

/// Returns the subnet of an interface. `None` for an unknown one.
pub(crate) fn subnet<'a>(world: &'a World, id: &str) -> Option<&'a str> {
    world.ec2.interfaces.get(id).map(|interface| interface.subnet.as_str())
}

/// Returns the lowest address of a subnet that no interface has. `None` if the subnet is full or unknown.
fn free_address(world: &World, subnet: &str) -> Option<String> {
    let cidr = &world.ec2.subnets.get(subnet)?.cidr;
    let interfaces = world.ec2.interfaces.values();
    let taken: BTreeSet<&str> =
        interfaces.filter_map(|interface| interface.private_address.as_deref()).collect();
    let mut addresses = address::usable(cidr).into_iter().map(|address| address.to_string());
    addresses.find(|address| !taken.contains(address.as_str()))
}

/// The input of `DescribeNetworkInterfaces`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    network_interface_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeNetworkInterfaces`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, unknown filters, and page sizes outside 5 to 1,000.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    id::INTERFACE.check_all(&input.network_interface_id, &world.ec2.interfaces)?;
    let names = [
        "network-interface-id",
        "group-id",
        "group-name",
        "subnet-id",
        "vpc-id",
        "status",
        "description",
        "availability-zone",
        "private-ip-address",
        "addresses.private-ip-address",
        "requester-managed",
        "interface-type",
        "owner-id",
    ];
    filter::check_names(&input.filter, &names)?;

    let wanted = world.ec2.interfaces.iter().filter(|(id, interface)| {
        (input.network_interface_id.is_empty() || input.network_interface_id.contains(id))
            && filter::matches(&input.filter, &interface.tags, |name| attribute(world, id, interface, name))
    });
    let items = wanted.map(|(id, interface)| (id, rendered(world, id, interface)));
    input.paging.answer("networkInterfaceSet", items)
}

/// Returns the values of an interface for a filter.
fn attribute(world: &World, id: &str, interface: &Interface, name: &str) -> Vec<String> {
    let subnet = world.ec2.subnets.get(&interface.subnet);

    match name {
        "network-interface-id" => vec![id.to_owned()],
        "group-id" => interface.groups.clone(),
        "group-name" => {
            let groups = interface.groups.iter().filter_map(|group| world.ec2.groups.get(group));
            groups.map(|group| group.name.clone()).collect()
        }
        "subnet-id" => vec![interface.subnet.clone()],
        "vpc-id" => subnet.map(|subnet| subnet.vpc.clone()).into_iter().collect(),
        "status" => vec![interface.status.name().to_owned()],
        "description" => vec![interface.description.clone()],
        "availability-zone" => subnet.map(|subnet| subnet.zone.clone()).into_iter().collect(),
        "requester-managed" => vec!["true".to_owned()],
        "interface-type" => vec!["interface".to_owned()],
        "owner-id" => vec![world.account.clone()],
        _ => interface.private_address.iter().cloned().collect(),
    }
}

/// Returns the description of an interface.
fn rendered(world: &World, id: &str, interface: &Interface) -> Value {
    let subnet = world.ec2.subnets.get(&interface.subnet);
    let groups: Vec<Value> = interface
        .groups
        .iter()
        .filter_map(|id| {
            world.ec2.groups.get(id).map(|group| json!({ "groupId": id, "groupName": group.name }))
        })
        .collect();
    let mut answer = json!({
        "networkInterfaceId": id,
        "subnetId": interface.subnet,
        "description": interface.description,
        "ownerId": world.account,
        "requesterManaged": true,
        "sourceDestCheck": true,
        "interfaceType": "interface",
        "status": interface.status.name(),
        "groupSet": groups,
        "tagSet": tag::rendered(&interface.tags),
    });
    if let Some(subnet) = subnet {
        answer["vpcId"] = json!(subnet.vpc);
        answer["availabilityZone"] = json!(subnet.zone);
        answer["availabilityZoneId"] = json!(subnet.zone_id());
    }

    if let Some(address) = &interface.private_address {
        answer["privateIpAddress"] = json!(address);
        answer["privateIpAddressesSet"] = json!([{ "privateIpAddress": address, "primary": true }]);
    }
    answer
}
