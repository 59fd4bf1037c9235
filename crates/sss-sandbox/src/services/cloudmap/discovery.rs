//! The discovery of instances by the names of their namespace and service.
//!
//! AWS returns the instances in a random order, and the sandbox in the order of their ids. A request without a health
//! status gets the healthy instances. The revision of a service counts its registrations and deregistrations.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    constraint::{out_of_range, required},
    instance,
    service::Service,
};
use crate::{refusal::Refusal, world::World};

/// The number of instances in an answer to a request without one.
const DEFAULT: usize = 100;
/// The largest number of instances in an answer.
const MAXIMUM: usize = 1_000;

/// The input of both operations. The one of the revision reads only the names.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    namespace_name: Option<String>,
    service_name: Option<String>,
    max_results: Option<i64>,
    #[serde(default)]
    query_parameters: BTreeMap<String, String>,
    #[serde(default)]
    optional_parameters: BTreeMap<String, String>,
    health_status: Option<String>,
}

impl Input {
    /// Returns the service with the names of the request.
    ///
    /// # Errors
    ///
    /// Refuses unknown namespaces and services by their names.
    fn service<'a>(&self, world: &'a World) -> Result<&'a Service, Refusal> {
        let namespace = required(self.namespace_name.as_deref(), "namespaceName")?;
        let name = required(self.service_name.as_deref(), "serviceName")?;
        let state = &world.cloudmap;

        let found = state.namespaces.iter().find(|(_, known)| known.ready && known.name == namespace);
        let (id, _) = found.ok_or_else(|| {
            Refusal::new("NamespaceNotFound", format!("Can't find namespace with name: {namespace}"))
        })?;
        let mut services = state.services.values().filter(|service| service.namespace == *id);
        services
            .find(|service| service.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| Refusal::new("ServiceNotFound", format!("Can't find service with name: {name}")))
    }

    /// Returns the largest number of instances in the answer.
    fn limit(&self) -> Result<usize, Refusal> {
        let Some(asked) = self.max_results else { return Ok(DEFAULT) };
        let limit = usize::try_from(asked).ok().filter(|limit| (1..=MAXIMUM).contains(limit));
        limit.ok_or_else(|| out_of_range(asked, "maxResults"))
    }
}

/// An instance of a service: its id and its attributes.
type Found<'a> = (&'a String, &'a BTreeMap<String, String>);

/// Carries out `DiscoverInstances`.
///
/// # Errors
///
/// Refuses unknown names, unknown health statuses, and numbers of instances outside 1 to 1,000.
pub(super) fn discover(world: &World, input: &Input) -> Result<Value, Refusal> {
    let service = input.service(world)?;
    let limit = input.limit()?;
    let matching = service.instances.iter().filter(|(_, given)| has_all(given, &input.query_parameters));
    let matching = of_health(service, matching.collect(), input.health_status.as_deref())?;
    let preferred: Vec<Found<'_>> =
        matching.iter().copied().filter(|(_, given)| has_all(given, &input.optional_parameters)).collect();
    let found = if preferred.is_empty() { matching } else { preferred };

    let rendered = |(id, attributes): Found<'_>| {
        json!({
            "InstanceId": id,
            "NamespaceName": input.namespace_name,
            "ServiceName": service.name(),
            "HealthStatus": if service.has_health_check() { instance::health_of(attributes) } else { "UNKNOWN" },
            "Attributes": attributes,
        })
    };
    let instances: Vec<Value> = found.into_iter().take(limit).map(rendered).collect();
    Ok(json!({ "Instances": instances, "InstancesRevision": service.revision() }))
}

/// Carries out `DiscoverInstancesRevision`.
///
/// # Errors
///
/// Refuses unknown names.
pub(super) fn revision(world: &World, input: &Input) -> Result<Value, Refusal> {
    Ok(json!({ "InstancesRevision": input.service(world)?.revision() }))
}

/// Returns whether attributes have all of these values.
fn has_all(attributes: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(name, value)| attributes.get(name) == Some(value))
}

/// Returns the instances with a health. A service without a health check returns all of them.
fn of_health<'a>(
    service: &Service,
    instances: Vec<Found<'a>>,
    status: Option<&str>,
) -> Result<Vec<Found<'a>>, Refusal> {
    let (healthy, unhealthy): (Vec<_>, Vec<_>) =
        instances.iter().copied().partition(|(_, attributes)| instance::is_healthy(attributes));
    let chosen = match status {
        Some("UNHEALTHY") => unhealthy,
        Some("ALL") => instances.clone(),
        Some("HEALTHY_OR_ELSE_ALL") if healthy.is_empty() => instances.clone(),
        None | Some("HEALTHY" | "HEALTHY_OR_ELSE_ALL") => healthy,
        Some(other) => return Err(out_of_range(other, "healthStatus")),
    };
    Ok(if service.has_health_check() { chosen } else { instances })
}
