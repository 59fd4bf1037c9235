//! Attributes of services.
//!
//! Each service has at most 30 attributes, which callers set and read. They have no effect. An update sets the
//! attributes of the request and keeps the others.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    constraint::{at_most, invalid, required},
    service,
};
use crate::{refusal::Refusal, world::World};

/// The largest number of attributes of a service, and of those in a request.
const MAXIMUM: usize = 30;
/// The longest name of an attribute, in characters.
const LONGEST_NAME: usize = 255;
/// The longest value of an attribute, in characters.
const LONGEST_VALUE: usize = 1024;

/// The input of `GetServiceAttributes`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetInput {
    service_id: Option<String>,
}

/// Carries out `GetServiceAttributes`.
///
/// # Errors
///
/// Refuses unknown services.
pub(super) fn get(world: &World, input: GetInput) -> Result<Value, Refusal> {
    let id = service::find(world, &required(input.service_id, "serviceId")?)?;
    Ok(json!({ "ServiceAttributes": {
        "ServiceArn": service::arn(world, &id),
        "ResourceOwner": world.account,
        "Attributes": world.cloudmap.services[&id].attributes,
    } }))
}

/// The input of `UpdateServiceAttributes`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateInput {
    service_id: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

/// Carries out `UpdateServiceAttributes`, which takes effect at once.
///
/// # Errors
///
/// Refuses unknown services, a request without attributes or with more than 30, names and values that are too long, and
/// more than 30 attributes in total (`ServiceAttributesLimitExceededException`).
pub(super) fn update(world: &mut World, input: UpdateInput) -> Result<Value, Refusal> {
    let id = service::find(world, &required(input.service_id, "serviceId")?)?;
    let attributes = required(input.attributes, "attributes")?;
    check_number(attributes.len())?;
    for (name, value) in &attributes {
        at_most(Some(name), "attributes.map-key", LONGEST_NAME)?;
        at_most(Some(value), "attributes.map-value", LONGEST_VALUE)?;
    }

    let mut all = world.cloudmap.services[&id].attributes.clone();
    all.extend(attributes);
    if all.len() > MAXIMUM {
        let message =
            format!("The attribute can't be added to the service because the limit of {MAXIMUM} is exceeded");
        return Err(Refusal::new("ServiceAttributesLimitExceededException", message));
    }
    service::find_mut(world, &id)?.attributes = all;
    Ok(json!({}))
}

/// The input of `DeleteServiceAttributes`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteInput {
    service_id: Option<String>,
    attributes: Option<Vec<String>>,
}

/// Carries out `DeleteServiceAttributes`. Names that the service does not have are ignored.
///
/// # Errors
///
/// Refuses unknown services, and a request without names or with more than 30.
pub(super) fn delete(world: &mut World, input: DeleteInput) -> Result<Value, Refusal> {
    let id = service::find(world, &required(input.service_id, "serviceId")?)?;
    let names = required(input.attributes, "attributes")?;
    check_number(names.len())?;
    service::find_mut(world, &id)?.attributes.retain(|name, _| !names.contains(name));
    Ok(json!({}))
}

/// Refuses a number of attributes outside 1 to 30.
fn check_number(number: usize) -> Result<(), Refusal> {
    let bound = match number {
        0 => "greater than or equal to 1".to_owned(),
        number if number > MAXIMUM => format!("less than or equal to {MAXIMUM}"),
        _ => return Ok(()),
    };
    Err(invalid(format!(
        "1 validation error detected: Value at 'attributes' failed to satisfy constraint: \
         Member must have length {bound}"
    )))
}
