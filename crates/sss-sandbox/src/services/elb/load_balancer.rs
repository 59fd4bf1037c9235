//! Load balancers.
//!
//! A creation is idempotent by name: with the same settings it returns the load balancer, and with others it is
//! refused. That tags are no settings is an assumption. A load balancer answers requests once it is active. Its
//! network interfaces, one in each subnet, hold its security groups.
//!
//! A deletion takes listeners and rules along, and target groups stay. The name and the interfaces linger
//! (cdkd, terraform#3758, tfp#40).

mod change;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use self::change::{delete, set_ip_address_type, set_security_groups, set_subnets};
use super::{
    Event, action, attribute, invalid, invalid_configuration, limit, page::Paging, schedule, tag, target,
};
use crate::{
    clock,
    input::parse,
    refusal::Refusal,
    services::ec2,
    tags::Tags,
    world::{DEFAULT_SECURITY_GROUP_ID, VPC_ID, World},
};

/// A load balancer. Its ARN is its key in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LoadBalancer {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// `internal` or `internet-facing`.
    scheme: String,
    /// The type of its addresses, `ipv4` by default.
    ip_address_type: String,
    /// The name by which clients find it.
    pub(super) dns_name: String,
    /// The ids of its network interfaces, by the id of their subnet.
    pub(super) interfaces: BTreeMap<String, String>,
    /// The zones that it left, and the end of the time for which each is taken.
    leaving: BTreeMap<String, u64>,
    groups: Vec<String>,
    created: u64,
    /// Whether it answers requests.
    pub(super) is_active: bool,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: Tags,
}

/// The type of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Application,
    Network,
}

impl Kind {
    /// Returns the word of requests and answers.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
        }
    }

    /// Returns the part of ARNs.
    pub(super) fn segment(self) -> &'static str {
        match self {
            Self::Application => "app",
            Self::Network => "net",
        }
    }

    /// Returns the type of load balancer for target groups with a protocol.
    pub(super) fn of_protocol(protocol: &str) -> Self {
        if matches!(protocol, "HTTP" | "HTTPS") { Self::Application } else { Self::Network }
    }

    /// Returns the time in milliseconds from the creation until the load balancer is active.
    fn active_after(self) -> u64 {
        match self {
            Self::Application => 120_000,
            Self::Network => 180_000,
        }
    }

    /// Returns the id of the hosted zone in which AWS keeps the DNS names. Those of Tokyo stand for all regions.
    fn hosted_zone(self) -> &'static str {
        match self {
            Self::Application => "Z14GRHDCWA56QT",
            Self::Network => "Z31USIVHYNEOWT",
        }
    }
}

/// The input of `CreateLoadBalancer`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    name: String,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    subnet_mappings: Vec<Mapping>,
    #[serde(default)]
    security_groups: Vec<String>,
    scheme: Option<String>,
    r#type: Option<String>,
    ip_address_type: Option<String>,
    #[serde(default)]
    tags: Vec<tag::Tag>,
}

/// A subnet with addresses, which the sandbox does not assign.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mapping {
    subnet_id: String,
}

/// Carries out `CreateLoadBalancer`.
///
/// # Errors
///
/// Refuses a name in use with other settings, Gateway Load Balancers, subnets and groups that do not exist, two
/// subnets in one zone, and more than 50 load balancers of a type.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Create = parse(input)?;
    let kind = match request.r#type.as_deref() {
        None | Some("application") => Kind::Application,
        Some("network") => Kind::Network,
        Some(other) => {
            return Err(invalid_configuration(format!("The load balancer type '{other}' is not supported")));
        }
    };
    let subnets = subnets(request.subnets, request.subnet_mappings);
    check_subnets(world, kind, &subnets)?;
    let groups = groups(world, kind, request.security_groups)?;
    let scheme = request.scheme.unwrap_or_else(|| "internet-facing".to_owned());
    let ip_address_type = request.ip_address_type.unwrap_or_else(|| "ipv4".to_owned());

    let present = world.elb.load_balancers.iter().find(|(_, found)| found.name == request.name);
    if let Some((arn, found)) = present {
        let is_same = (found.kind, &found.scheme, &found.ip_address_type, &found.groups)
            == (kind, &scheme, &ip_address_type, &groups)
            && found.interfaces.keys().eq(subnets.iter());
        return if is_same { Ok(one(world, arn)) } else { Err(duplicate(&request.name)) };
    }
    if world.elb.held_names.get(&request.name).is_some_and(|until| world.now < *until) {
        return Err(duplicate(&request.name));
    }
    if world.elb.load_balancers.values().filter(|found| found.kind == kind).count() >= limit::LOAD_BALANCERS {
        let message = format!("The maximum number of {} load balancers has been reached", kind.word());
        return Err(Refusal::new("TooManyLoadBalancers", message));
    }

    let id = world.new_hex(16);
    let name = request.name;
    let arn = world.arn(super::SERVICE.name, &format!("loadbalancer/{}/{name}/{id}", kind.segment()));
    let interfaces = attach(world, &description(kind, &name, &id), subnets, &groups);
    let balancer = LoadBalancer {
        dns_name: dns_name(world, kind, &name, &scheme),
        name,
        kind,
        scheme,
        ip_address_type,
        interfaces,
        leaving: BTreeMap::new(),
        groups,
        created: world.now,
        is_active: false,
        attributes: attribute::of_load_balancer(kind),
        tags: tag::read(request.tags),
    };
    world.elb.held_names.remove(&balancer.name);
    world.elb.load_balancers.insert(arn.clone(), balancer);
    schedule(world, kind.active_after(), Event::LoadBalancerActive(arn.clone()));
    Ok(one(world, &arn))
}

/// Returns the ids of the subnets of a request, in their order.
fn subnets(plain: Vec<String>, mapped: Vec<Mapping>) -> BTreeSet<String> {
    plain.into_iter().chain(mapped.into_iter().map(|mapping| mapping.subnet_id)).collect()
}

/// Refuses subnets that do not exist, two in one zone, and too few zones for the type.
fn check_subnets(world: &World, kind: Kind, subnets: &BTreeSet<String>) -> Result<(), Refusal> {
    if let Some(unknown) = subnets.iter().find(|subnet| !ec2::has_subnet(world, subnet)) {
        return Err(Refusal::new("SubnetNotFound", format!("The subnet ID '{unknown}' does not exist")));
    }
    let zones: BTreeSet<&str> = subnets.iter().filter_map(|subnet| ec2::zone(world, subnet)).collect();
    if zones.len() < subnets.len() {
        return Err(invalid_configuration(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        ));
    }
    if kind == Kind::Application && zones.len() < 2 {
        return Err(invalid("At least two subnets in two different Availability Zones must be specified"));
    }
    Ok(())
}

/// Returns the security groups of a load balancer. An Application Load Balancer without any has the default group of the
/// VPC.
///
/// # Errors
///
/// Refuses groups that do not exist.
fn groups(world: &World, kind: Kind, groups: Vec<String>) -> Result<Vec<String>, Refusal> {
    if groups.iter().any(|group| !ec2::has_security_group(world, group)) {
        return Err(Refusal::new("InvalidSecurityGroup", "One or more security groups are invalid"));
    }
    let is_default = groups.is_empty() && kind == Kind::Application;
    Ok(if is_default { vec![DEFAULT_SECURITY_GROUP_ID.to_owned()] } else { groups })
}

/// Attaches a network interface in each of the subnets, and returns their ids by subnet.
fn attach(
    world: &mut World,
    description: &str,
    subnets: BTreeSet<String>,
    groups: &[String],
) -> BTreeMap<String, String> {
    let attached = subnets.into_iter().map(|subnet| {
        let interface = ec2::attach_interface(world, description, &subnet, groups);
        (subnet, interface)
    });
    attached.collect()
}

/// Returns the description of the network interfaces of a load balancer.
fn description(kind: Kind, name: &str, id: &str) -> String {
    format!("ELB {}/{name}/{id}", kind.segment())
}

/// Returns a new DNS name. The name of an internal Application Load Balancer begins with `internal-`.
fn dns_name(world: &mut World, kind: Kind, name: &str, scheme: &str) -> String {
    let region = world.region.clone();
    match kind {
        Kind::Application => {
            let prefix = if scheme == "internal" { "internal-" } else { "" };
            format!("{prefix}{name}-{}.{region}.elb.amazonaws.com", world.new_id(b"123456789", 10))
        }
        Kind::Network => format!("{name}-{}.elb.{region}.amazonaws.com", world.new_hex(16)),
    }
}

/// Returns the refusal of a name in use.
fn duplicate(name: &str) -> Refusal {
    let message = format!("A load balancer with the same name '{name}' exists, but with different settings");
    Refusal::new("DuplicateLoadBalancerName", message)
}

/// Returns a load balancer by its ARN.
///
/// # Errors
///
/// Refuses unknown ones with `LoadBalancerNotFound`.
pub(super) fn find<'world>(world: &'world World, arn: Option<&str>) -> Result<&'world LoadBalancer, Refusal> {
    world.elb.load_balancers.get(arn.unwrap_or_default()).ok_or_else(not_found)
}

/// Returns a load balancer by its ARN, for a change.
///
/// # Errors
///
/// Refuses unknown ones with `LoadBalancerNotFound`.
pub(super) fn find_mut<'world>(
    world: &'world mut World,
    arn: Option<&str>,
) -> Result<&'world mut LoadBalancer, Refusal> {
    world.elb.load_balancers.get_mut(arn.unwrap_or_default()).ok_or_else(not_found)
}

/// Returns the refusal of an unknown load balancer.
fn not_found() -> Refusal {
    Refusal::new("LoadBalancerNotFound", "One or more load balancers not found")
}

/// Makes a load balancer active. Its target groups begin to check their targets.
pub(super) fn activate(world: &mut World, arn: &str) {
    let Some(balancer) = world.elb.load_balancers.get_mut(arn) else {
        return;
    };
    balancer.is_active = true;
    for group in action::target_groups_behind(world, arn) {
        target::resume(world, &group);
    }
}

/// Returns the answer with one load balancer.
fn one(world: &World, arn: &str) -> Value {
    json!({ "LoadBalancers": [rendered(world, arn, &world.elb.load_balancers[arn])] })
}

/// Returns the description of a load balancer.
fn rendered(world: &World, arn: &str, balancer: &LoadBalancer) -> Value {
    json!({
        "LoadBalancerArn": arn,
        "DNSName": balancer.dns_name,
        "CanonicalHostedZoneId": balancer.kind.hosted_zone(),
        "CreatedTime": clock::date_time(balancer.created),
        "LoadBalancerName": balancer.name,
        "Scheme": balancer.scheme,
        "VpcId": VPC_ID,
        "State": { "Code": if balancer.is_active { "active" } else { "provisioning" } },
        "Type": balancer.kind.word(),
        "AvailabilityZones": zones(world, balancer),
        "SecurityGroups": balancer.groups,
        "IpAddressType": balancer.ip_address_type,
    })
}

/// Returns the zones of a load balancer with their subnets.
fn zones(world: &World, balancer: &LoadBalancer) -> Value {
    let zone = |subnet: &String| {
        json!({
            "ZoneName": ec2::zone(world, subnet), "SubnetId": subnet, "LoadBalancerAddresses": [],
        })
    };
    balancer.interfaces.keys().map(zone).collect()
}

/// The input of `DescribeLoadBalancers`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    load_balancer_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeLoadBalancers`, in the order of the ARNs.
///
/// # Errors
///
/// Refuses a request with an unknown ARN or name, and one with both.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    let balancers = &world.elb.load_balancers;
    if !request.load_balancer_arns.is_empty() && !request.names.is_empty() {
        return Err(invalid(
            "Load balancer ARNs and load balancer names cannot be specified at the same time",
        ));
    }
    if request.load_balancer_arns.iter().any(|arn| !balancers.contains_key(arn)) {
        return Err(not_found());
    }
    let is_known = |name: &String| balancers.values().any(|balancer| balancer.name == *name);
    let unknown: Vec<&str> =
        request.names.iter().filter(|name| !is_known(name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        let message = format!("Load balancers '[{}]' not found", unknown.join(", "));
        return Err(Refusal::new("LoadBalancerNotFound", message));
    }

    let wanted = balancers.iter().filter(|(arn, balancer)| {
        (request.load_balancer_arns.is_empty() || request.load_balancer_arns.contains(arn))
            && (request.names.is_empty() || request.names.contains(&balancer.name))
    });
    let items = wanted.map(|(arn, balancer)| (arn, rendered(world, arn, balancer)));
    request.paging.answer("LoadBalancers", items)
}
