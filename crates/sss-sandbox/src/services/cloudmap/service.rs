//! Services: the names in a namespace under which instances register.
//!
//! Names are unique in a namespace without regard to case. With the `CreatorRequestId` of an earlier
//! creation, a call returns that service. An update without records removes them (tfp#4853, tfp#35559), and
//! keeps the routing policy and the custom health check, for which its requests have no members. A service
//! with instances cannot be deleted.
//!
//! Health checks of Route 53 are left out, because they need public namespaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    constraint::{invalid, required},
    dns::{self, DnsRecord},
    id_of,
    listing::{ListInput, answer, filtered},
    namespace,
    operation::{self, Work},
    tag::{self, Tag},
    timestamp,
};
use crate::{gate, input::parse, refusal::Refusal, tags::Tags, world::World};

/// A service with its instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Service {
    name: String,
    /// The id of the namespace.
    pub(super) namespace: String,
    description: Option<String>,
    /// The routing policy and the records. `None` for a service that callers reach by API only.
    dns: Option<Dns>,
    /// Whether callers report the health of instances.
    custom_health_check: bool,
    created: u64,
    creator_request_id: Option<String>,
    /// The attributes of the instances, by instance id.
    pub(super) instances: BTreeMap<String, BTreeMap<String, String>>,
    /// The number of registrations and deregistrations of instances so far.
    #[serde(default)]
    changes: u64,
    /// The attributes of the service itself, by name.
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: Tags,
}

/// The DNS configuration of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Dns {
    /// `MULTIVALUE`, which is the default, or `WEIGHTED`.
    routing_policy: String,
    records: Vec<DnsRecord>,
}

impl Service {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the types of the records. Empty for a service without records.
    pub(super) fn record_types(&self) -> Vec<String> {
        let records = self.dns.iter().flat_map(|dns| &dns.records);
        records.map(|record| record.record_type.clone()).collect()
    }

    /// Returns whether callers report the health of instances.
    pub(super) fn has_health_check(&self) -> bool {
        self.custom_health_check
    }

    /// Registers an instance, in place of one with the same id.
    pub(super) fn register(&mut self, instance: &str, attributes: BTreeMap<String, String>) {
        self.instances.insert(instance.to_owned(), attributes);
        self.changes += 1;
    }

    /// Removes an instance. Nothing happens if it is not registered.
    pub(super) fn deregister(&mut self, instance: &str) {
        self.changes += u64::from(self.instances.remove(instance).is_some());
    }

    /// Returns the revision of the instances, which increases with each change of them.
    pub(super) fn revision(&self) -> u64 {
        self.created + self.changes
    }

    /// Changes a description and replaces the records.
    ///
    /// A `None` description stays, and an empty one disappears. Without records the service loses its DNS
    /// configuration.
    pub(super) fn change(&mut self, description: Option<&str>, records: &[DnsRecord]) {
        if let Some(description) = description {
            self.description = Some(description.to_owned()).filter(|text| !text.is_empty());
        }
        if records.is_empty() {
            self.dns = None;
        } else if let Some(dns) = &mut self.dns {
            dns.records = records.to_vec();
        } else {
            self.dns = Some(Dns { routing_policy: "MULTIVALUE".to_owned(), records: records.to_vec() });
        }
    }

    /// Returns the members of a service in a listing. The description of a single service also has its namespace.
    fn summary(&self, world: &World, id: &str) -> Value {
        let mut service = json!({
            "Id": id,
            "Arn": arn(world, id),
            "ResourceOwner": world.account,
            "Name": self.name,
            "Type": if self.dns.is_some() { "DNS_HTTP" } else { "HTTP" },
            "InstanceCount": self.instances.len(),
            "CreateDate": timestamp(self.created),
            "CreatedByAccount": world.account,
        });
        if let Some(description) = &self.description {
            service["Description"] = json!(description);
        }

        if let Some(dns) = &self.dns {
            service["DnsConfig"] = json!({ "RoutingPolicy": dns.routing_policy, "DnsRecords": dns.records });
        }
        if self.custom_health_check {
            // The threshold is deprecated. Cloud Map ignores the request and uses 1.
            service["HealthCheckCustomConfig"] = json!({ "FailureThreshold": 1 });
        }
        service
    }

    /// Returns the description of a single service, with its namespace.
    fn render(&self, world: &World, id: &str) -> Value {
        let mut service = self.summary(world, id);
        service["NamespaceId"] = json!(self.namespace);
        if self.dns.is_some() {
            service["DnsConfig"]["NamespaceId"] = json!(self.namespace);
        }
        if let Some(request) = &self.creator_request_id {
            service["CreatorRequestId"] = json!(request);
        }
        service
    }
}

/// Returns the ARN of a service by its id.
pub(super) fn arn(world: &World, id: &str) -> String {
    world.arn("servicediscovery", &format!("service/{id}"))
}

/// Returns the id of a service by its id or its ARN.
///
/// # Errors
///
/// Refuses unknown services with `ServiceNotFound`.
pub(super) fn find(world: &World, id_or_arn: &str) -> Result<String, Refusal> {
    let id = id_of(id_or_arn);
    if world.cloudmap.services.contains_key(id) { Ok(id.to_owned()) } else { Err(unknown(id)) }
}

/// Returns a service for a change, by its id.
///
/// # Errors
///
/// Refuses unknown services with `ServiceNotFound`.
pub(super) fn find_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Service, Refusal> {
    world.cloudmap.services.get_mut(id).ok_or_else(|| unknown(id))
}

/// Returns the refusal of an unknown service.
fn unknown(id: &str) -> Refusal {
    Refusal::new("ServiceNotFound", format!("Can't find service with ID: {id}"))
}

/// The input of `CreateService`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateInput {
    name: Option<String>,
    namespace_id: Option<String>,
    description: Option<String>,
    creator_request_id: Option<String>,
    dns_config: Option<DnsConfig>,
    health_check_custom_config: Option<Value>,
    #[serde(rename = "Type")]
    service_type: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// The DNS configuration on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DnsConfig {
    namespace_id: Option<String>,
    routing_policy: Option<String>,
    dns_records: Vec<DnsRecord>,
}

/// Refuses a request for a service that breaks a rule. All namespaces of the sandbox are private.
pub(super) fn pass(request: &Value) -> Result<(), Refusal> {
    let referred = json!({ "servicediscovery:CreatePrivateDnsNamespace": {} });
    gate::pass_beside(&super::SERVICE, "CreateService", request, referred)
}

/// Carries out `CreateService`.
///
/// # Errors
///
/// Refuses unknown namespaces, a taken name (`ServiceAlreadyExists`), and combinations of records that Cloud
/// Map does not accept.
pub(super) fn create(world: &mut World, input: CreateInput) -> Result<Value, Refusal> {
    let name = required(input.name, "name")?;
    let tags = tag::checked(input.tags)?;
    let within = input.dns_config.as_ref().and_then(|dns| dns.namespace_id.clone());
    let namespace = namespace_of(input.namespace_id, within)?;
    let dns = input.dns_config.map(read_dns).transpose()?;
    if input.service_type.is_some() && dns.is_some() {
        return Err(invalid("A service of type HTTP cannot have a DnsConfig"));
    }

    let service = Service {
        name,
        namespace: namespace::find(world, &namespace)?,
        description: input.description.filter(|text| !text.is_empty()),
        dns,
        custom_health_check: input.health_check_custom_config.is_some(),
        created: world.now,
        creator_request_id: input.creator_request_id,
        instances: BTreeMap::new(),
        changes: 0,
        attributes: BTreeMap::new(),
        tags,
    };
    let id = if let Some(id) = existing(world, &service)? {
        id
    } else {
        let id = format!("srv-{}", world.new_alphanumeric(16));
        world.cloudmap.services.insert(id.clone(), service);
        id
    };
    Ok(json!({ "Service": world.cloudmap.services[&id].render(world, &id) }))
}

/// Returns the namespace of a request. Older requests name it in the DNS configuration.
fn namespace_of(outer: Option<String>, inner: Option<String>) -> Result<String, Refusal> {
    match (outer, inner) {
        (Some(outer), Some(inner)) if id_of(&outer) != id_of(&inner) => {
            Err(invalid("The namespace ID of the service and of its DnsConfig must be the same"))
        }
        (outer, inner) => required(outer.or(inner), "namespaceId"),
    }
}

/// Reads a DNS configuration and adds the default policy.
fn read_dns(config: DnsConfig) -> Result<Dns, Refusal> {
    dns::check(&config.dns_records)?;
    let routing_policy = config.routing_policy.unwrap_or_else(|| "MULTIVALUE".to_owned());
    Ok(Dns { routing_policy, records: config.dns_records })
}

/// Returns the service that the same request created before. `None` if the name is free.
///
/// # Errors
///
/// Refuses the name of another service, without regard to case.
fn existing(world: &World, new: &Service) -> Result<Option<String>, Refusal> {
    let taken = world.cloudmap.services.iter().find(|(_, service)| {
        service.namespace == new.namespace && service.name.eq_ignore_ascii_case(&new.name)
    });
    let Some((id, service)) = taken else {
        return Ok(None);
    };
    let same_request = new.creator_request_id.is_some()
        && service.creator_request_id == new.creator_request_id
        && service.name == new.name;
    if same_request {
        return Ok(Some(id.clone()));
    }
    let message =
        format!("Service already exists: {} in namespace {} has the ID {id}", new.name, new.namespace);
    Err(Refusal::new("ServiceAlreadyExists", message))
}

/// The input of calls that need only the service's id.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IdInput {
    id: Option<String>,
}

/// Carries out `GetService`.
pub(super) fn get(world: &World, input: IdInput) -> Result<Value, Refusal> {
    let id = find(world, &required(input.id, "id")?)?;
    Ok(json!({ "Service": world.cloudmap.services[&id].render(world, &id) }))
}

/// Carries out `ListServices`, with filters by namespace and owner.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let names = ["NAMESPACE_ID", "RESOURCE_OWNER"];
    let page = filtered(&world.cloudmap.services, input, &names, |_, service, name| match name {
        "NAMESPACE_ID" => service.namespace.clone(),
        _ => "SELF".to_owned(),
    })?;
    let services: Vec<Value> = page.items.iter().map(|(id, service)| service.summary(world, id)).collect();
    Ok(answer("Services", services, page.next))
}

/// The input of `UpdateService`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateInput {
    id: Option<String>,
    service: Option<Change>,
}

/// The changed members. A missing DNS configuration removes the records.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    description: Option<String>,
    dns_config: Option<Value>,
    health_check_config: Option<Value>,
}

/// Carries out `UpdateService`. It deletes records that the request does not name.
///
/// Requests have no member for the routing policy and the custom health check, which keep their values. The
/// rules judge the service as it would be after the update.
pub(super) fn update(world: &mut World, input: UpdateInput) -> Result<Value, Refusal> {
    let service = find(world, &required(input.id, "id")?)?;
    let change = required(input.service, "service")?;
    let known = &world.cloudmap.services[&service];
    let dns = change.dns_config.filter(|config| config["DnsRecords"] != json!([]));
    let dns = dns.map(|mut config| {
        if let (Some(dns), Some(members)) = (&known.dns, config.as_object_mut()) {
            members.insert("RoutingPolicy".to_owned(), json!(dns.routing_policy));
        }
        config
    });

    pass(&json!({
        "Name": known.name,
        "NamespaceId": known.namespace,
        "Description": change.description,
        "DnsConfig": dns,
        "HealthCheckConfig": change.health_check_config,
    }))?;
    let records = dns.map(|config| parse::<DnsConfig>(&config)).transpose()?;
    let records = records.map(|config| config.dns_records).unwrap_or_default();
    dns::check(&records)?;
    operation::submitted(world, Work::UpdateService { service, description: change.description, records })
}

/// Carries out `DeleteService`, which takes effect at once.
///
/// # Errors
///
/// Refuses a service with instances with `ResourceInUse`.
pub(super) fn delete(world: &mut World, input: IdInput) -> Result<Value, Refusal> {
    let id = find(world, &required(input.id, "id")?)?;
    if !world.cloudmap.services[&id].instances.is_empty() {
        return Err(Refusal::new(
            "ResourceInUse",
            "Service contains registered instances; delete the instances before deleting the service",
        ));
    }
    world.cloudmap.services.remove(&id);
    Ok(json!({}))
}
