//! VPC links, which lead from API Gateway into a VPC.
//!
//! | status | meaning | time |
//! |---|---|---|
//! | PENDING | AWS creates the network interfaces | 150 s after the creation |
//! | AVAILABLE | requests pass | |
//! | FAILED | a test chose it, or a subnet or group has disappeared | |
//! | INACTIVE | 60 days without traffic; the interfaces are released | until it is deleted |
//! | DELETING | AWS removes the interfaces | 120 s |
//!
//! Only the name of a link can change. A link with integrations cannot be deleted. AWS has no VPC links in
//! some availability zones; the model's table has them, and a test can add others. The interfaces hold their
//! security groups for 60 s after the link is gone, or longer by [`Delays`](crate::Delays).
//!
//! Sources: "Work with VPC links for HTTP APIs", in the developer guide; tfp#12195, tfp#10405, tfp#18382 and
//! aws-cdk#13569. The times are assumptions. On AWS the next request activates an INACTIVE link; the sandbox
//! has no traffic, so it stays INACTIVE.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::{is_without_vpc_links, request::Operation};

use super::{
    Event,
    constraint::{bad_request, not_found, quota, required},
    date,
    listing::{self, ListInput},
    render, tag,
};
use crate::{gate, refusal::Refusal, services::ec2, tags::Tags, world::World};

/// The quota of VPC links in a region.
const PER_REGION: usize = 10;
/// The time in milliseconds from the creation until a link is available or has failed.
const PROVISIONING: u64 = 150_000;
/// The time in milliseconds from the call to delete a link until it is gone.
const DELETION: u64 = 120_000;
/// The time in milliseconds for which the interfaces outlast their link.
const INTERFACES_LINGER: u64 = 60_000;
/// The time in milliseconds without traffic after which a link is inactive. No link of the sandbox ever has
/// traffic.
const IDLE: u64 = 60 * 24 * 60 * 60 * 1_000;

/// A VPC link with its network interfaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct VpcLink {
    pub(super) settings: Settings,
    /// The ids of the interfaces, one for each subnet. Empty once they are released.
    interfaces: Vec<String>,
    /// The status message of a link that will fail. `None` for all others.
    #[serde(default)]
    failure: Option<String>,
}

/// A VPC link in the form of AWS's answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    vpc_link_id: String,
    name: String,
    security_group_ids: Vec<String>,
    subnet_ids: Vec<String>,
    vpc_link_status: Status,
    vpc_link_status_message: String,
    /// Always `V2`, which is the version for HTTP APIs.
    vpc_link_version: String,
    created_date: String,
    pub(super) tags: Tags,
}

/// The status of a link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Pending,
    Available,
    Deleting,
    Failed,
    Inactive,
}

impl Settings {
    /// Sets the status and AWS's words about it.
    fn enter(&mut self, status: Status, message: &str) {
        self.vpc_link_status = status;
        message.clone_into(&mut self.vpc_link_status_message);
    }
}

/// The input of a creation and of an update.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LinkInput {
    #[serde(default)]
    vpc_link_id: String,
    name: Option<String>,
    #[serde(default)]
    subnet_ids: Vec<String>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    tags: Option<Tags>,
}

/// Carries out `CreateVpcLink`. The link is PENDING, and already holds its security groups.
///
/// # Errors
///
/// Refuses subnets and security groups that do not exist, subnets in zones without VPC links, and more than
/// 10 links.
pub(super) fn create(world: &mut World, input: LinkInput) -> Result<Value, Refusal> {
    let name = required(input.name, "Name")?;
    let tags = tag::checked(input.tags.unwrap_or_default())?;
    if let Some(subnet) = input.subnet_ids.iter().find(|id| !ec2::has_subnet(world, id)) {
        return Err(bad_request(format!("The subnet ID '{subnet}' does not exist")));
    }
    check_zones(world, &input.subnet_ids)?;
    if let Some(group) = input.security_group_ids.iter().find(|id| !ec2::has_security_group(world, id)) {
        return Err(bad_request(format!("The security group '{group}' does not exist")));
    }
    quota(world.apigateway.vpc_links.len(), PER_REGION, "VPC links for this account")?;

    let id = world.new_alphanumeric(6);
    let interfaces = input
        .subnet_ids
        .iter()
        .map(|subnet| {
            let description = format!("VPC link interface of {id}");
            ec2::attach_interface(world, &description, subnet, &input.security_group_ids)
        })
        .collect();
    let settings = Settings {
        vpc_link_id: id.clone(),
        name,
        // Both are sets, which AWS lists in its own order.
        security_group_ids: input.security_group_ids.into_iter().rev().collect(),
        subnet_ids: input.subnet_ids.into_iter().rev().collect(),
        vpc_link_status: Status::Pending,
        vpc_link_status_message: "VPC link is provisioning ENIs".to_owned(),
        vpc_link_version: "V2".to_owned(),
        created_date: date(world.now),
        tags,
    };

    let answer = render(&settings);
    world.schedule(PROVISIONING, crate::world::Event::ApiGateway(Event::Ready { link: id.clone() }));
    let failure = world.apigateway.next_failure.take();
    world.apigateway.vpc_links.insert(id, VpcLink { settings, interfaces, failure });
    Ok(answer)
}

/// Refuses subnets in availability zones that have no VPC links.
fn check_zones(world: &World, subnets: &[String]) -> Result<(), Refusal> {
    let is_without =
        |zone: &&str| is_without_vpc_links(zone) || world.apigateway.zones_without_links.contains(*zone);
    for subnet in subnets {
        if let Some(zone) = ec2::zone_id(world, subnet).filter(is_without) {
            return Err(bad_request(format!(
                "Subnet '{subnet}' is in Availability Zone '{zone}' where service is not available"
            )));
        }
    }
    Ok(())
}

/// Makes the next VPC link fail with this status message. Links that exist are not affected.
pub(crate) fn fail_next(world: &mut World, message: &str) {
    world.apigateway.next_failure = Some(message.to_owned());
}

/// Refuses new VPC links in an availability zone, by its id. Links that exist are not affected.
pub(crate) fn allow_no_links_in(world: &mut World, zone_id: &str) {
    world.apigateway.zones_without_links.insert(zone_id.to_owned());
}

/// Ends the creation of a link, as AVAILABLE or FAILED.
pub(super) fn become_ready(world: &mut World, id: &str) {
    let Some(VpcLink { settings: link, failure, .. }) = world.apigateway.vpc_links.get(id).cloned() else {
        return;
    };
    if link.vpc_link_status != Status::Pending {
        return;
    }

    let subnets_exist = link.subnet_ids.iter().all(|subnet| ec2::has_subnet(world, subnet));
    let groups_exist = link.security_group_ids.iter().all(|group| ec2::has_security_group(world, group));
    let (status, message) = match &failure {
        Some(message) => (Status::Failed, message.as_str()),
        None if subnets_exist && groups_exist => (Status::Available, "VPC link is ready to route traffic"),
        None => (Status::Failed, "A subnet or security group of the VPC link does not exist"),
    };
    if let Some(link) = world.apigateway.vpc_links.get_mut(id) {
        link.settings.enter(status, message);
    }
    world.schedule(IDLE, crate::world::Event::ApiGateway(Event::Idle { link: id.to_owned() }));
}

/// Makes an available link inactive and releases its interfaces.
pub(super) fn become_inactive(world: &mut World, id: &str) {
    let Some(link) = world.apigateway.vpc_links.get_mut(id) else {
        return;
    };
    if link.settings.vpc_link_status != Status::Available {
        return;
    }
    link.settings.enter(Status::Inactive, "VPC link has been inactive for 60 days");
    release_interfaces(world, id);
}

/// Ends the deletion of a link.
pub(super) fn vanish(world: &mut World, id: &str) {
    release_interfaces(world, id);
    world.apigateway.vpc_links.remove(id);
}

/// Releases the interfaces of a link. They disappear later.
fn release_interfaces(world: &mut World, id: &str) {
    let link = world.apigateway.vpc_links.get_mut(id);
    for interface in link.map(|link| std::mem::take(&mut link.interfaces)).unwrap_or_default() {
        ec2::detach_interface(world, &interface, INTERFACES_LINGER);
    }
}

/// Refuses an integration with a link that AWS does not accept.
///
/// # Errors
///
/// Refuses unknown links and those in deletion. Links in all other states are accepted, also PENDING ones, unless the
/// account refuses them.
pub(super) fn check_usable(world: &World, id: &str) -> Result<(), Refusal> {
    match world.apigateway.vpc_links.get(id) {
        Some(link)
            if link.settings.vpc_link_status == Status::Pending && world.apigateway.refuses_pending_links =>
        {
            Err(bad_request(format!("VPC link '{id}' is not available")))
        }
        Some(link) if link.settings.vpc_link_status != Status::Deleting => Ok(()),
        _ => Err(bad_request(format!("Invalid connection ID specified. VPC link '{id}' does not exist"))),
    }
}

/// Returns the name and the interfaces of an available link, or the reason why requests cannot pass it.
pub(super) fn open(world: &World, id: &str) -> Result<(String, Vec<String>), String> {
    let link = world.apigateway.vpc_links.get(id).ok_or("which does not exist")?;
    match link.settings.vpc_link_status {
        Status::Available => Ok((link.settings.name.clone(), link.interfaces.clone())),
        status => Err(format!("which is {status:?}")),
    }
}

/// The input of calls that need only the link's id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    vpc_link_id: String,
}

/// Returns a link by its id, or a refusal.
fn find_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut VpcLink, Refusal> {
    let link = world.apigateway.vpc_links.get_mut(id);
    link.ok_or_else(|| not_found(format!("Invalid Vpc Link identifier specified {id}")))
}

/// Carries out `GetVpcLink`.
pub(super) fn get(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(render(&find_mut(world, &input.vpc_link_id)?.settings))
}

/// Carries out `GetVpcLinks`, in the order of the ids.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let links = world.apigateway.vpc_links.iter();
    listing::page(&links.map(|(id, link)| (id.clone(), &link.settings)).collect(), input)
}

/// Carries out `UpdateVpcLink`. Only the name can change.
///
/// The sandbox accepts it in every status of the link. That AWS does, except while it deletes the link, is an
/// assumption.
pub(super) fn update(world: &mut World, input: LinkInput) -> Result<Value, Refusal> {
    let link = find_mut(world, &input.vpc_link_id)?;
    if let Some(name) = input.name {
        gate::pass_member(Operation::ApiGatewayCreateVpcLink, "Name", &json!(name))?;
        link.settings.name = name;
    }
    Ok(render(&link.settings))
}

/// Carries out `DeleteVpcLink`. A second call during the deletion changes nothing.
///
/// # Errors
///
/// Refuses a link with integrations, and names each use as method and route.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    let id = &input.vpc_link_id;
    find_mut(world, id)?;
    let users = users(world, id);
    if !users.is_empty() {
        return Err(bad_request(format!(
            "Cannot delete vpc link. Vpc link '{id}', is referenced in [{}] in format of [Method:Resource].",
            users.join(", ")
        )));
    }
    let link = find_mut(world, id)?;
    if link.settings.vpc_link_status != Status::Deleting {
        link.settings.enter(Status::Deleting, "VPC link is deleting ENIs");
        world.schedule(DELETION, crate::world::Event::ApiGateway(Event::Gone { link: id.clone() }));
    }
    Ok(json!({}))
}

/// Returns the uses of a link, each as method and route. An integration without routes stands for itself.
fn users(world: &World, link: &str) -> Vec<String> {
    let mut users = Vec::new();
    for api in world.apigateway.apis.values() {
        let through = |connection: Option<&String>| connection.is_some_and(|id| id == link);
        for (id, integration) in &api.integrations {
            if !through(integration.connection_id.as_ref()) {
                continue;
            }
            let method = integration.integration_method.as_deref().unwrap_or("ANY");
            let routes = api.routes.iter().filter(|(_, route)| route.integration_id() == Some(id));
            let before = users.len();
            users.extend(routes.map(|(route, _)| format!("{method}:{route}")));
            if users.len() == before {
                users.push(format!("{method}:{id}"));
            }
        }
    }

    users
}
