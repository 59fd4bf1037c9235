//! Private DNS namespaces.
//!
//! A creation is an operation of 45 s. The name is taken in its VPC from the call on, and the namespace is
//! neither readable nor listed before the end. That is an assumption. An unknown VPC and a taken name are
//! refused at once, and a name that Route 53 does not accept makes the operation fail (tfp#7607,
//! cfn-roadmap#580). With the `CreatorRequestId` of an earlier creation, a call returns that one's operation.
//!
//! A namespace with services cannot be deleted. Names are compared as they are written, which is an
//! assumption.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::request::Operation;

use super::{
    constraint::{invalid, required},
    id_of,
    listing::{ListInput, answer, filtered},
    operation::{self, Work},
    tag::{self, Tag},
    timestamp,
};
use crate::{gate, input::parse, refusal::Refusal, services::ec2, tags::Tags, world::World};

/// The quota of namespaces in a region.
const PER_REGION: usize = 50;
/// The TTL in seconds of the SOA record. This is Cloud Map's default.
const SOA_TTL: i64 = 15;

/// A namespace with its private hosted zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Namespace {
    pub(super) name: String,
    /// The id of the VPC.
    vpc: String,
    description: Option<String>,
    /// The TTL of the SOA record, in seconds.
    ttl: i64,
    /// The id of the hosted zone, which the sandbox does not have as an object.
    hosted_zone: String,
    created: u64,
    creator_request_id: Option<String>,
    /// The id of the operation that creates the namespace.
    create_operation: String,
    /// Whether its creation is over. Before that the name is taken, and the namespace cannot be read.
    pub(super) ready: bool,
    pub(super) tags: Tags,
}

impl Namespace {
    /// Changes a description and a TTL. `None` keeps a value, and an empty description removes it.
    pub(super) fn change(&mut self, description: Option<&str>, ttl: Option<i64>) {
        if let Some(description) = description {
            self.description = Some(description.to_owned()).filter(|text| !text.is_empty());
        }
        self.ttl = ttl.unwrap_or(self.ttl);
    }

    /// Returns the description of a namespace, with the present number of its services.
    fn render(&self, world: &World, id: &str) -> Value {
        let services = world.cloudmap.services.values().filter(|service| service.namespace == id).count();
        let mut namespace = json!({
            "Id": id,
            "Arn": arn(world, id),
            "ResourceOwner": world.account,
            "Name": self.name,
            "Type": "DNS_PRIVATE",
            "ServiceCount": services,
            "Properties": {
                "DnsProperties": { "HostedZoneId": self.hosted_zone, "SOA": { "TTL": self.ttl } },
                "HttpProperties": { "HttpName": self.name },
            },
            "CreateDate": timestamp(self.created),
        });

        if let Some(description) = &self.description {
            namespace["Description"] = json!(description);
        }
        namespace
    }
}

/// Returns the ARN of a namespace by its id.
pub(super) fn arn(world: &World, id: &str) -> String {
    world.arn("servicediscovery", &format!("namespace/{id}"))
}

/// Returns the id of a ready namespace by its id or its ARN.
///
/// # Errors
///
/// Refuses unknown namespaces and those in creation with `NamespaceNotFound`.
pub(super) fn find(world: &World, id_or_arn: &str) -> Result<String, Refusal> {
    let id = id_of(id_or_arn);
    match world.cloudmap.namespaces.get(id) {
        Some(namespace) if namespace.ready => Ok(id.to_owned()),
        _ => Err(Refusal::new("NamespaceNotFound", format!("Can't find namespace with ID: {id}"))),
    }
}

/// The input of `CreatePrivateDnsNamespace`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateInput {
    name: Option<String>,
    vpc: Option<String>,
    description: Option<String>,
    creator_request_id: Option<String>,
    properties: Option<Properties>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The properties on the wire. Only the TTL of the SOA record is in them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    dns_properties: DnsProperties,
}

#[derive(Deserialize)]
struct DnsProperties {
    #[serde(rename = "SOA")]
    soa: Soa,
}

#[derive(Deserialize)]
struct Soa {
    #[serde(rename = "TTL")]
    ttl: i64,
}

/// Returns the TTL in properties.
fn soa_ttl(properties: Option<Properties>) -> Option<i64> {
    properties.map(|properties| properties.dns_properties.soa.ttl)
}

/// Carries out `CreatePrivateDnsNamespace`, and returns the id of its operation.
///
/// # Errors
///
/// Refuses a taken name (`NamespaceAlreadyExists`), unknown VPCs, more than 50 namespaces, and the request id
/// of another creation (`DuplicateRequest`).
pub(super) fn create(world: &mut World, input: CreateInput) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    let vpc = required(input.vpc, "vpc")?;
    let tags = tag::checked(input.tags)?;
    let ttl = soa_ttl(input.properties).unwrap_or(SOA_TTL);
    if let Some(answer) = repeated(world, input.creator_request_id.as_deref(), &name, &vpc) {
        return answer;
    }

    let taken = world.cloudmap.namespaces.iter().find(|(_, other)| other.vpc == vpc && other.name == name);
    if let Some((id, _)) = taken {
        let message = format!("Namespace {name} with ID {id} already exists in the VPC {vpc}");
        return Err(Refusal::new("NamespaceAlreadyExists", message));
    }
    if !ec2::has_vpc(world, &vpc) {
        return Err(invalid(format!("The VPC {vpc} does not exist in the Region {}", world.region)));
    }
    if world.cloudmap.namespaces.len() >= PER_REGION {
        let message = format!("Limit of namespaces per Region exceeded: {PER_REGION}");
        return Err(Refusal::new("ResourceLimitExceeded", message));
    }

    let id = format!("ns-{}", world.new_alphanumeric(16));
    let create_operation = operation::submit(world, Work::CreateNamespace { namespace: id.clone() })?;
    let namespace = Namespace {
        name,
        vpc,
        description: input.description.filter(|text| !text.is_empty()),
        ttl,
        hosted_zone: format!("Z{}", world.new_id(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 20)),
        created: world.now,
        creator_request_id: input.creator_request_id,
        create_operation: create_operation.clone(),
        ready: false,
        tags,
    };
    world.cloudmap.namespaces.insert(id, namespace);
    Ok(json!({ "OperationId": create_operation }))
}

/// Returns the answer to an earlier request with the same `CreatorRequestId`. `None` if there was no such
/// request.
fn repeated(world: &World, request: Option<&str>, name: &str, vpc: &str) -> Option<Result<Value, Refusal>> {
    let request = request?;
    let known = |namespace: &&Namespace| namespace.creator_request_id.as_deref() == Some(request);
    let namespace = world.cloudmap.namespaces.values().find(known)?;
    let operation = &namespace.create_operation;
    if namespace.name == name && namespace.vpc == vpc {
        return Some(Ok(json!({ "OperationId": operation })));
    }
    let message = format!("The creator request ID {request} was used for another request: {operation}");
    Some(Err(Refusal::new("DuplicateRequest", message)))
}

/// The input of calls that need only the namespace's id.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IdInput {
    id: Option<String>,
}

/// Carries out `GetNamespace`.
pub(super) fn get(world: &World, input: IdInput) -> Result<Value, Refusal> {
    let id = find(world, &required(input.id, "id")?)?;
    let namespace = &world.cloudmap.namespaces[&id];
    let mut answer = namespace.render(world, &id);
    if let Some(request) = &namespace.creator_request_id {
        answer["CreatorRequestId"] = json!(request);
    }
    Ok(json!({ "Namespace": answer }))
}

/// Carries out `ListNamespaces`. Namespaces in creation are not listed.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let names = ["TYPE", "NAME", "HTTP_NAME", "RESOURCE_OWNER"];
    let page = filtered(&world.cloudmap.namespaces, input, &names, |_, namespace, name| match name {
        "TYPE" => "DNS_PRIVATE".to_owned(),
        "RESOURCE_OWNER" => "SELF".to_owned(),
        _ => namespace.name.clone(),
    })?;
    let ready = page.items.iter().filter(|(_, namespace)| namespace.ready);
    let namespaces: Vec<Value> = ready.map(|(id, namespace)| namespace.render(world, id)).collect();
    Ok(answer("Namespaces", namespaces, page.next))
}

/// The input of `UpdatePrivateDnsNamespace`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateInput {
    id: Option<String>,
    namespace: Option<Change>,
}

/// The changed members. `None` keeps a member.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    description: Option<String>,
    properties: Option<Value>,
}

/// Carries out `UpdatePrivateDnsNamespace`, and returns the id of its operation.
pub(super) fn update(world: &mut World, input: UpdateInput) -> Result<Value, Refusal> {
    let namespace = find(world, &required(input.id, "id")?)?;
    let change = required(input.namespace, "namespace")?;
    let create = Operation::CloudMapCreatePrivateDnsNamespace;
    gate::pass_member(create, "Description", &json!(change.description.as_deref().unwrap_or_default()))?;
    let mut ttl = None;
    if let Some(properties) = change.properties {
        gate::pass_member(create, "Properties", &properties)?;
        ttl = soa_ttl(parse(&properties)?);
    }
    operation::submitted(world, Work::UpdateNamespace { namespace, description: change.description, ttl })
}

/// Carries out `DeleteNamespace`, and returns the id of its operation.
///
/// # Errors
///
/// Refuses a namespace with services with `ResourceInUse`. A service that appears during the operation makes
/// it fail.
pub(super) fn delete(world: &mut World, input: IdInput) -> Result<Value, Refusal> {
    let namespace = find(world, &required(input.id, "id")?)?;
    if world.cloudmap.services.values().any(|service| service.namespace == namespace) {
        return Err(Refusal::new(
            "ResourceInUse",
            "Namespace contains services; delete the services before deleting the namespace",
        ));
    }
    operation::submitted(world, Work::DeleteNamespace { namespace })
}
