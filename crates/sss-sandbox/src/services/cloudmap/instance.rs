//! Instances of a service.

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

const PER_SERVICE: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InstanceInput {
    service_id: Option<String>,
    instance_id: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

impl InstanceInput {
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
    fn existing(&self, world: &World) -> Result<(String, String), Refusal> {
        let (service, instance) = self.names(world)?;
        if world.cloudmap.services[&service].instances.contains_key(&instance) {
            Ok((service, instance))
        } else {
            Err(unknown(&instance))
        }
    }
}

fn unknown(instance: &str) -> Refusal {
    Refusal::new("InstanceNotFound", format!("Can't find instance with ID: {instance}"))
}

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

/// Refuses attributes that do not give every record of the service its content.
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

pub(super) fn deregister(world: &mut World, input: &InstanceInput) -> Result<Value, Refusal> {
    let (service, instance) = input.existing(world)?;
    operation::submitted(world, Work::DeregisterInstance { service, instance })
}

pub(super) fn get(world: &World, input: &InstanceInput) -> Result<Value, Refusal> {
    let (service, instance) = input.existing(world)?;
    let attributes = &world.cloudmap.services[&service].instances[&instance];
    Ok(json!({
        "ResourceOwner": world.account,
        "Instance": { "Id": instance, "Attributes": attributes, "CreatedByAccount": world.account },
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListInput {
    service_id: Option<String>,
    #[serde(default)]
    instances: Vec<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

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
fn health_of(attributes: &BTreeMap<String, String>) -> &str {
    attributes.get("AWS_INIT_HEALTH_STATUS").map_or("HEALTHY", String::as_str)
}

pub(super) fn is_healthy(attributes: &BTreeMap<String, String>) -> bool {
    health_of(attributes) == "HEALTHY"
}

pub(super) fn port(attributes: &BTreeMap<String, String>) -> Option<i32> {
    attributes.get("AWS_INSTANCE_PORT")?.parse().ok()
}

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
