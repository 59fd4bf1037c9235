//! Instances of a service.
//!
//! A registration and a deregistration are operations of 5 s. The attributes must give every record of the
//! service its content: an address for A and AAAA, a name for CNAME, and a port with one of these for SRV.
//! The health is that of the registration, because no operation of the sandbox changes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    constraint::{at_most, invalid, mismatch, required},
    listing::{answer, page},
    operation::{self, Work},
    service,
};
use crate::{refusal::Refusal, world::World};

/// The quota of instances in a service.
const PER_SERVICE: usize = 1_000;

/// The input of calls that name one instance.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InstanceInput {
    service_id: Option<String>,
    instance_id: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

impl InstanceInput {
    /// Returns the ids of the service and of the instance, which need not be registered.
    ///
    /// # Errors
    ///
    /// Refuses unknown services, and instance ids above 64 characters or with other characters than AWS's
    /// pattern has.
    fn names(&self, world: &World) -> Result<(String, String), Refusal> {
        let service = required(self.service_id.as_deref(), "serviceId")?;
        let instance = required(self.instance_id.as_deref(), "instanceId")?;
        at_most(Some(instance), "instanceId", 64)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_/:.@-".contains(&byte);
        if instance.is_empty() || !instance.bytes().all(allowed) {
            return Err(mismatch(instance, "instanceId"));
        }
        Ok((service::find(world, service)?, instance.to_owned()))
    }

    /// Returns the ids of the service and of the registered instance.
    ///
    /// # Errors
    ///
    /// Refuses an instance that is not registered with `InstanceNotFound`.
    fn existing(&self, world: &World) -> Result<(String, String), Refusal> {
        let (service, instance) = self.names(world)?;
        if world.cloudmap.services[&service].instances.contains_key(&instance) {
            Ok((service, instance))
        } else {
            Err(unknown(&instance))
        }
    }
}

/// Returns the refusal of an instance that is not registered.
fn unknown(instance: &str) -> Refusal {
    Refusal::new("InstanceNotFound", format!("Can't find instance with ID: {instance}"))
}

/// Carries out `RegisterInstance`. The operation replaces the attributes of an instance with the same id.
///
/// # Errors
///
/// Refuses unknown services, more than 1,000 instances, attributes that do not fit the records, and an
/// instance with an operation in progress.
pub(super) fn register(world: &mut World, input: InstanceInput) -> Result<Value, Refusal> {
    let (service, instance) = input.names(world)?;
    let attributes = required(input.attributes, "attributes")?;
    let registered = &world.cloudmap.services[&service].instances;
    if registered.len() >= PER_SERVICE && !registered.contains_key(&instance) {
        let message = format!("Limit of instances per service exceeded: {PER_SERVICE}");
        return Err(Refusal::new("ResourceLimitExceeded", message));
    }
    records_can_be_made(&world.cloudmap.services[&service].record_types(), &attributes)?;
    operation::submitted(world, Work::RegisterInstance { service, instance, attributes })
}

/// Refuses attributes that do not give every record of the service its content. An alias gives all of them
/// theirs.
fn records_can_be_made(types: &[String], attributes: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if attributes.contains_key("AWS_ALIAS_DNS_NAME") {
        return Ok(());
    }

    for record_type in types {
        let sources: &[&[&str]] = match record_type.as_str() {
            "A" => &[&["AWS_INSTANCE_IPV4"]],
            "AAAA" => &[&["AWS_INSTANCE_IPV6"]],
            "CNAME" => &[&["AWS_INSTANCE_CNAME"]],
            _ => &[&["AWS_INSTANCE_PORT"], &["AWS_INSTANCE_IPV4", "AWS_INSTANCE_IPV6", "AWS_INSTANCE_CNAME"]],
        };
        for alternatives in sources {
            if !alternatives.iter().any(|name| attributes.contains_key(*name)) {
                let names = alternatives.join(" or ");
                return Err(invalid(format!("The record type {record_type} requires the attribute {names}")));
            }
        }
    }
    Ok(())
}

/// Carries out `DeregisterInstance`.
pub(super) fn deregister(world: &mut World, input: &InstanceInput) -> Result<Value, Refusal> {
    let (service, instance) = input.existing(world)?;
    operation::submitted(world, Work::DeregisterInstance { service, instance })
}

/// Carries out `GetInstance`.
pub(super) fn get(world: &World, input: &InstanceInput) -> Result<Value, Refusal> {
    let (service, instance) = input.existing(world)?;
    let attributes = &world.cloudmap.services[&service].instances[&instance];
    Ok(json!({
        "ResourceOwner": world.account,
        "Instance": { "Id": instance, "Attributes": attributes, "CreatedByAccount": world.account },
    }))
}

/// The input of both listings. Only the one of health status reads `instances`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListInput {
    service_id: Option<String>,
    #[serde(default)]
    instances: Vec<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListInstances`, in the order of the ids.
pub(super) fn list(world: &World, input: ListInput) -> Result<Value, Refusal> {
    let service = service::find(world, &required(input.service_id, "serviceId")?)?;
    let instances = &world.cloudmap.services[&service].instances;
    let page = page(instances, input.max_results, input.next_token.as_deref())?;
    let instances = page
        .items
        .iter()
        .map(|(id, attributes)| json!({ "Id": id, "Attributes": attributes, "CreatedByAccount": world.account }))
        .collect();
    Ok(answer("Instances", instances, page.next))
}

/// Returns the health with which an instance was registered. No operation of the sandbox changes it.
pub(super) fn health_of(attributes: &BTreeMap<String, String>) -> &str {
    attributes.get("AWS_INIT_HEALTH_STATUS").map_or("HEALTHY", String::as_str)
}

/// Returns whether an instance was registered as healthy. That is the default.
pub(super) fn is_healthy(attributes: &BTreeMap<String, String>) -> bool {
    health_of(attributes) == "HEALTHY"
}

/// Returns the port of an instance. `None` if it has none, or one that is not a number.
pub(super) fn port(attributes: &BTreeMap<String, String>) -> Option<i32> {
    attributes.get("AWS_INSTANCE_PORT")?.parse().ok()
}

/// Carries out `GetInstancesHealthStatus`, for the named instances or for all.
///
/// # Errors
///
/// Refuses unknown services and unknown instances.
pub(super) fn health(world: &World, input: ListInput) -> Result<Value, Refusal> {
    let service = service::find(world, &required(input.service_id, "serviceId")?)?;
    let instances = &world.cloudmap.services[&service].instances;
    if let Some(missing) = input.instances.iter().find(|id| !instances.contains_key(*id)) {
        return Err(unknown(missing));
    }

    let page = page(instances, input.max_results, input.next_token.as_deref())?;
    let wanted = |id: &String| input.instances.is_empty() || input.instances.contains(id);
    let status: BTreeMap<&String, &str> = page
        .items
        .iter()
        .filter(|(id, _)| wanted(id))
        .map(|(id, attributes)| (*id, health_of(attributes)))
        .collect();
    let mut answer = json!({ "Status": status });
    if let Some(next) = page.next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}
