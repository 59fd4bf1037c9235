//! `StopServiceDeployment`.
//!
//! ROLLBACK, the default, returns the service to its last completed revision. ABORT ends the deployment and
//! keeps the tasks of earlier revisions. Both take effect after 5 s; until then the entry is
//! `ROLLBACK_REQUESTED` or `STOP_REQUESTED`.
//!
//! Source: "Stopping Amazon ECS service deployments", in the developer guide. The delay and the state of the
//! service after ABORT are assumptions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Status, arn};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{Event, invalid, schedule},
    world::World,
};

/// The time in milliseconds from the request until ECS acts on it.
const HEARD_AFTER: u64 = 5_000;

/// The input of `StopServiceDeployment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stop {
    service_deployment_arn: String,
    stop_type: Option<String>,
}

/// Requests the end of a deployment in progress. A second request changes nothing.
///
/// # Errors
///
/// Refuses unknown deployments (`ServiceDeploymentNotFoundException`), those that have ended
/// (`ConflictException`), and unknown types of stops.
pub(in crate::services::ecs) fn stop(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Stop { service_deployment_arn: asked, stop_type } = input::parse(input)?;
    let requested = match stop_type.as_deref() {
        None | Some("ROLLBACK") => Status::RollbackRequested,
        Some("ABORT") => Status::StopRequested,
        Some(_) => return Err(invalid("The stop type must be ABORT or ROLLBACK.")),
    };

    let found = world.ecs.services.values().find_map(|service| {
        let entry = service.history.iter().find(|entry| arn(world, service, entry) == asked)?;
        Some((service.arn.clone(), entry.status))
    });
    let (service, status) = found.ok_or_else(|| {
        let message = "The service deployment ARN does not exist. Verify the ARN and try again.";
        Refusal::new("ServiceDeploymentNotFoundException", message)
    })?;
    if !status.is_running() {
        let message = format!("The service deployment cannot be stopped: it is {}.", status.text());
        return Err(Refusal::new("ConflictException", message));
    }
    if matches!(status, Status::Pending | Status::InProgress) {
        super::set_status(world, &service, requested);
        schedule(world, HEARD_AFTER, Event::ServiceDeploymentEnds(service));
    }
    Ok(json!({ "serviceDeploymentArn": asked }))
}
