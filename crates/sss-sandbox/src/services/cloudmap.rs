//! Cloud Map (`servicediscovery`): private DNS namespaces, their services and instances.
//!
//! # Terms
//!
//! - A *namespace* is a domain name inside a VPC, with a private hosted zone.
//! - A *service* is a name in a namespace. Its *records* are those that Cloud Map creates for each instance.
//! - An *instance* is a backend that is registered in a service, with attributes such as its address and
//!   port.
//! - An *operation* is work that Cloud Map accepts and does later. Callers poll it by its id.
//!
//! # How the parts work together
//!
//! Namespaces and instances change by operations, services by direct calls; only an update of a service is an
//! operation. `operation` keeps the work as a value and applies it at its end, so a change is visible only
//! then. ECS registers its tasks and removes them through the functions of this module, without an operation.
//!
//! # Behaviour of AWS
//!
//! An operation on a namespace takes 45 s, and one on records or instances takes 5 s (tfp#7607, tfp#2830;
//! `tfp` is hashicorp/terraform-provider-aws). The lengths are assumptions.
//!
//! # Left out
//!
//! HTTP and public namespaces, the hosted zone in Route 53, sharing with other accounts, health checks of
//! Route 53, and `UpdateInstanceCustomHealthStatus`.

mod access;
mod attribute;
mod constraint;
mod discovery;
mod dns;
mod instance;
mod listing;
mod namespace;
mod operation;
mod service;
mod tag;
#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "inputs are written out where they are used")]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::{namespace::Namespace, operation::Operation, service::Service};
use crate::{
    gate::{self, Form},
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::Protocol,
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "servicediscovery",
    cli_name: "servicediscovery",
    protocol: Protocol::Json("Route53AutoNaming_v20170314"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "InternalFailure"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "NextToken",
    given: &["NextToken"],
    refusal: || constraint::invalid("The specified NextToken is not valid."),
};

/// AWS documents the quotas of discovery only ("AWS Cloud Map quotas").
///
/// Source of the others: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, a client of AWS's own.
/// `CreatePrivateDnsNamespace` has the rate that `CreateHttpNamespace` has there.
const QUOTAS: &[Quota] = &[
    Quota::slow(Calls::Any(&["ListNamespaces"]), 5, 2),
    Quota::new(Calls::Any(&["ListServices"]), 10, 2),
    Quota::new(Calls::Any(&["GetOperation"]), 200, 100),
    Quota::new(Calls::Any(&["CreateService"]), 50, 5),
    Quota::slow(Calls::Any(&["CreatePrivateDnsNamespace"]), 5, 2),
    Quota::new(Calls::Any(&["RegisterInstance"]), 100, 50),
    Quota::new(Calls::Any(&["DeregisterInstance"]), 100, 50),
    // kubernetes-sigs/external-dns#2505 names the rate but no burst, so the bucket holds the tokens of one second.
    Quota::new(Calls::Any(&["ListInstances"]), 50, 50),
    Quota::new(Calls::Any(&["DiscoverInstances"]), 2_000, 1_000),
    Quota::new(Calls::Any(&["DiscoverInstancesRevision"]), 3_000, 3_000),
];

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Namespaces by id, also those whose creation is not over.
    namespaces: BTreeMap<String, Namespace>,
    /// Services by id, with their instances.
    services: BTreeMap<String, Service>,
    /// Operations by id. They are never removed.
    operations: BTreeMap<String, Operation>,
}

/// A later change of an operation, by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// An operation begins: SUBMITTED becomes PENDING.
    Started { operation: String },
    /// An operation succeeds or fails.
    Finished { operation: String },
}

/// Carries out a due event.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Started { operation } => operation::begin(world, &operation),
        Event::Finished { operation } => operation::finish(world, &operation),
    }
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateService" => service::pass(input)?,
        _ => gate::pass(&SERVICE, operation, input)?,
    }

    match operation {
        "CreatePrivateDnsNamespace" => namespace::create(world, parse(input)?),
        "GetNamespace" => namespace::get(world, parse(input)?),
        "ListNamespaces" => namespace::list(world, &parse(input)?),
        "UpdatePrivateDnsNamespace" => namespace::update(world, parse(input)?),
        "DeleteNamespace" => namespace::delete(world, parse(input)?),
        "GetOperation" => operation::get(world, parse(input)?),
        "ListOperations" => operation::list(world, &parse(input)?),
        "CreateService" => service::create(world, parse(input)?),
        "GetService" => service::get(world, parse(input)?),
        "ListServices" => service::list(world, &parse(input)?),
        "UpdateService" => service::update(world, parse(input)?),
        "DeleteService" => service::delete(world, parse(input)?),
        "GetServiceAttributes" => attribute::get(world, parse(input)?),
        "UpdateServiceAttributes" => attribute::update(world, parse(input)?),
        "DeleteServiceAttributes" => attribute::delete(world, parse(input)?),
        "DiscoverInstances" => discovery::discover(world, &parse(input)?),
        "DiscoverInstancesRevision" => discovery::revision(world, &parse(input)?),
        "RegisterInstance" => instance::register(world, parse(input)?),
        "DeregisterInstance" => instance::deregister(world, &parse(input)?),
        "GetInstance" => instance::get(world, &parse(input)?),
        "ListInstances" => instance::list(world, parse(input)?),
        "GetInstancesHealthStatus" => instance::health(world, parse(input)?),
        "TagResource" => tag::tag(world, parse(input)?),
        "UntagResource" => tag::untag(world, parse(input)?),
        "ListTagsForResource" => tag::list(world, parse(input)?),
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}

/// Returns whether an ARN names a service of this account.
pub(crate) fn service_exists(world: &World, arn: &str) -> bool {
    service_id(world, arn).is_some()
}

/// Returns the types of the DNS records that a service creates for each instance, by the service's ARN.
///
/// `None` if the account has no such service. A service without records has an empty list.
pub(crate) fn service_record_types(world: &World, arn: &str) -> Option<Vec<String>> {
    let id = service_id(world, arn)?;
    Some(world.cloudmap.services[&id].record_types())
}

/// Registers an ECS task as an instance of a service, at once.
///
/// ECS needs no operation for it (containers-roadmap#1746). Nothing happens if the service no longer exists.
pub(crate) fn register_instance(
    world: &mut World,
    service_arn: &str,
    instance_id: &str,
    attributes: BTreeMap<String, String>,
) {
    let id = service_id(world, service_arn);
    if let Some(service) = id.and_then(|id| world.cloudmap.services.get_mut(&id)) {
        service.register(instance_id, attributes);
    }
}

/// Removes an ECS task from the instances of a service, at once. Nothing happens if it is not registered.
pub(crate) fn deregister_instance(world: &mut World, service_arn: &str, instance_id: &str) {
    let id = service_id(world, service_arn);
    if let Some(service) = id.and_then(|id| world.cloudmap.services.get_mut(&id)) {
        service.deregister(instance_id);
    }
}

/// A service with its healthy instances: their ids and ports. A port is `None` if the instance has none.
pub(crate) struct Registered {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) instances: Vec<(String, Option<i32>)>,
}

/// Returns the healthy instances of the service with this ARN. `None` if the account has no such service.
pub(crate) fn registered(world: &World, arn: &str) -> Option<Registered> {
    let service = world.cloudmap.services.get(&service_id(world, arn)?)?;
    let namespace = world.cloudmap.namespaces.get(&service.namespace)?.name.clone();
    let healthy = service.instances.iter().filter(|(_, attributes)| instance::is_healthy(attributes));
    let instances = healthy.map(|(id, attributes)| (id.clone(), instance::port(attributes))).collect();
    Some(Registered { name: service.name().to_owned(), namespace, instances })
}

/// Returns an event of this service as one of the account.
fn event(event: Event) -> crate::world::Event {
    crate::world::Event::CloudMap(event)
}

/// Returns the id of an existing service by its ARN.
fn service_id(world: &World, arn: &str) -> Option<String> {
    let id = arn.strip_prefix(&world.arn("servicediscovery", "service/"))?;
    world.cloudmap.services.contains_key(id).then(|| id.to_owned())
}

/// Returns the id in an id or an ARN: the last part of either.
fn id_of(id_or_arn: &str) -> &str {
    id_or_arn.rsplit('/').next().unwrap_or(id_or_arn)
}

/// Returns a time in Cloud Map's form: seconds since the Unix epoch.
fn timestamp(milliseconds: u64) -> Value {
    json!(std::time::Duration::from_millis(milliseconds).as_secs_f64())
}
