//! Operations: work that Cloud Map accepts and does later.
//!
//! An operation is SUBMITTED for 1 s, then PENDING, then SUCCESS or FAIL with a reason (tfp#2830). The work
//! changes the account only at the end. A target has one operation at a time: AWS refuses another one with
//! `DuplicateRequest`, and names the one in progress.
//!
//! The record of operations never ends here. On AWS it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Event,
    constraint::required,
    dns::{self, DnsRecord},
    listing::{ListInput, answer, filtered},
    timestamp,
};
use crate::{refusal::Refusal, world::World};

/// The time in milliseconds for which an operation is submitted.
const TAKEN_UP: u64 = 1_000;
/// The time in milliseconds that an operation on a namespace takes.
const NAMESPACE: u64 = 45_000;
/// The time in milliseconds that an operation on records or instances takes.
const RECORDS: u64 = 5_000;

/// An operation, in progress or over. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Operation {
    work: Work,
    status: Status,
    created: u64,
    updated: u64,
    /// The reason of a failure. `None` before the end and after a success.
    failure: Option<Failure>,
}

/// The state of an operation, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Submitted,
    Pending,
    Success,
    Fail,
}

/// The code and the message of a failed operation. The message may be empty, as on AWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Failure {
    code: String,
    message: String,
}

impl Failure {
    fn new(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

/// The change that an operation makes at its end. The objects are named by their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Work {
    CreateNamespace { namespace: String },
    UpdateNamespace { namespace: String, description: Option<String>, ttl: Option<i64> },
    DeleteNamespace { namespace: String },
    UpdateService { service: String, description: Option<String>, records: Vec<DnsRecord> },
    RegisterInstance { service: String, instance: String, attributes: BTreeMap<String, String> },
    DeregisterInstance { service: String, instance: String },
}

impl Work {
    /// Returns AWS's name for the type of the operation.
    fn kind(&self) -> &'static str {
        match self {
            Self::CreateNamespace { .. } => "CREATE_NAMESPACE",
            Self::UpdateNamespace { .. } => "UPDATE_NAMESPACE",
            Self::DeleteNamespace { .. } => "DELETE_NAMESPACE",
            Self::UpdateService { .. } => "UPDATE_SERVICE",
            Self::RegisterInstance { .. } => "REGISTER_INSTANCE",
            Self::DeregisterInstance { .. } => "DEREGISTER_INSTANCE",
        }
    }

    /// Returns the time in milliseconds that the work takes.
    fn duration(&self) -> u64 {
        match self {
            Self::CreateNamespace { .. } | Self::UpdateNamespace { .. } | Self::DeleteNamespace { .. } => {
                NAMESPACE
            }
            Self::UpdateService { .. } | Self::RegisterInstance { .. } | Self::DeregisterInstance { .. } => {
                RECORDS
            }
        }
    }

    /// Returns the ids of the objects that the work changes, by AWS's names for their kinds.
    fn targets(&self) -> BTreeMap<&'static str, &str> {
        match self {
            Self::CreateNamespace { namespace }
            | Self::UpdateNamespace { namespace, .. }
            | Self::DeleteNamespace { namespace } => BTreeMap::from([("NAMESPACE", namespace.as_str())]),
            Self::UpdateService { service, .. } => BTreeMap::from([("SERVICE", service.as_str())]),
            Self::RegisterInstance { service, instance, .. }
            | Self::DeregisterInstance { service, instance } => {
                BTreeMap::from([("SERVICE", service.as_str()), ("INSTANCE", instance.as_str())])
            }
        }
    }

    /// Makes the change.
    ///
    /// # Errors
    ///
    /// Returns the reason of the failure if the object has disappeared, if Route 53 does not accept the name
    /// of a new namespace, or if a namespace in deletion has got a service.
    fn apply(&self, world: &mut World) -> Result<(), Failure> {
        let gone = || Failure::new("INTERNAL_FAILURE", "");
        let state = &mut world.cloudmap;

        match self {
            Self::CreateNamespace { namespace: id } => {
                let namespace = state.namespaces.get_mut(id).ok_or_else(gone)?;
                if dns::is_zone_name(&namespace.name) {
                    namespace.ready = true;
                } else {
                    state.namespaces.remove(id);
                    return Err(Failure::new("CANNOT_CREATE_HOSTED_ZONE", "The domain name is invalid."));
                }
            }
            Self::UpdateNamespace { namespace, description, ttl } => {
                let namespace = state.namespaces.get_mut(namespace).ok_or_else(gone)?;
                namespace.change(description.as_deref(), *ttl);
            }
            Self::DeleteNamespace { namespace } => {
                // A service that was added meanwhile needs the hosted zone. AWS gives no reason either.
                if state.services.values().any(|service| service.namespace == *namespace) {
                    return Err(gone());
                }
                state.namespaces.remove(namespace);
            }
            Self::UpdateService { service, description, records } => {
                let service = state.services.get_mut(service).ok_or_else(gone)?;
                service.change(description.as_deref(), records);
            }
            Self::RegisterInstance { service, instance, attributes } => {
                let service = state.services.get_mut(service).ok_or_else(gone)?;
                service.register(instance, attributes.clone());
            }
            Self::DeregisterInstance { service, instance } => {
                let service = state.services.get_mut(service).ok_or_else(gone)?;
                service.deregister(instance);
            }
        }

        Ok(())
    }
}

/// Accepts work and returns the id of its operation. A target has one operation at a time.
///
/// # Errors
///
/// Refuses work on a target with an operation in progress with `DuplicateRequest`.
pub(super) fn submit(world: &mut World, work: Work) -> Result<String, Refusal> {
    let running = world.cloudmap.operations.iter().find(|(_, operation)| {
        matches!(operation.status, Status::Submitted | Status::Pending)
            && operation.work.targets() == work.targets()
    });
    if let Some((id, _)) = running {
        return Err(Refusal::new(
            "DuplicateRequest",
            format!("Another operation is already in progress: {id}"),
        ));
    }

    let id = format!("{}-{}", world.new_alphanumeric(32), world.new_alphanumeric(8));
    world.schedule(TAKEN_UP, super::event(Event::Started { operation: id.clone() }));
    world.schedule(work.duration(), super::event(Event::Finished { operation: id.clone() }));
    let operation =
        Operation { work, status: Status::Submitted, created: world.now, updated: world.now, failure: None };
    world.cloudmap.operations.insert(id.clone(), operation);
    Ok(id)
}

/// Returns the answer of calls that start an operation.
pub(super) fn submitted(world: &mut World, work: Work) -> Result<Value, Refusal> {
    Ok(json!({ "OperationId": submit(world, work)? }))
}

/// Moves an operation to pending.
pub(super) fn begin(world: &mut World, id: &str) {
    let now = world.now;
    if let Some(operation) = world.cloudmap.operations.get_mut(id) {
        operation.status = Status::Pending;
        operation.updated = now;
    }
}

/// Applies the work of an operation and records the result.
pub(super) fn finish(world: &mut World, id: &str) {
    let Some(work) = world.cloudmap.operations.get(id).map(|operation| operation.work.clone()) else {
        return;
    };
    let failure = work.apply(world).err();
    let now = world.now;
    if let Some(operation) = world.cloudmap.operations.get_mut(id) {
        operation.status = if failure.is_some() { Status::Fail } else { Status::Success };
        operation.failure = failure;
        operation.updated = now;
    }
}

/// The input of `GetOperation`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetInput {
    operation_id: Option<String>,
}

/// Carries out `GetOperation`.
///
/// # Errors
///
/// Refuses unknown operations with `OperationNotFound`.
pub(super) fn get(world: &World, input: GetInput) -> Result<Value, Refusal> {
    let id = required(input.operation_id, "operationId")?;
    let operation = world
        .cloudmap
        .operations
        .get(&id)
        .ok_or_else(|| Refusal::new("OperationNotFound", format!("Operation not found: {id}")))?;
    let mut answer = json!({
        "Id": id,
        "OwnerAccount": world.account,
        "Type": operation.work.kind(),
        "Status": operation.status,
        "CreateDate": timestamp(operation.created),
        "UpdateDate": timestamp(operation.updated),
        "Targets": operation.work.targets(),
    });

    if let Some(failure) = &operation.failure {
        answer["ErrorCode"] = json!(failure.code);
        answer["ErrorMessage"] = json!(failure.message);
    }
    Ok(json!({ "Operation": answer }))
}

/// Carries out `ListOperations`, with filters by namespace, service, status and type.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let state = &world.cloudmap;
    let names = ["NAMESPACE_ID", "SERVICE_ID", "STATUS", "TYPE"];
    let page = filtered(&state.operations, input, &names, |_, operation, name| {
        let target = |name: &str| operation.work.targets().get(name).map_or("", |id| id).to_owned();
        match name {
            "NAMESPACE_ID" => target("NAMESPACE"),
            "SERVICE_ID" => target("SERVICE"),
            "STATUS" => json!(operation.status).as_str().unwrap_or_default().to_owned(),
            _ => operation.work.kind().to_owned(),
        }
    })?;
    let operations: Vec<Value> =
        page.items.iter().map(|(id, operation)| json!({ "Id": id, "Status": operation.status })).collect();
    Ok(answer("Operations", operations, page.next))
}
