//! Deployments that are paused at a lifecycle hook.
//!
//! A deployment with a hook of the type PAUSE starts no task until a caller continues it or rolls it back. The stage
//! at which it pauses is always the one before new tasks start.

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn;
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{invalid, rollout},
    world::World,
};

/// The input of `ContinueServiceDeployment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Continued {
    service_deployment_arn: String,
    hook_id: String,
    action: Option<String>,
}

/// Carries out `ContinueServiceDeployment`. The action `ROLLBACK` returns to the last completed revision.
///
/// # Errors
///
/// Refuses unknown deployments, and those that do not wait at this hook. The words are assumptions.
pub(in crate::services::ecs) fn proceed_at_hook(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let asked: Continued = input::parse(input)?;
    let found = world.ecs.services.values().find_map(|service| {
        let mut entries = service.history.iter();
        let entry = entries.find(|entry| arn(world, service, entry) == asked.service_deployment_arn)?;
        Some((service.arn.clone(), entry.hook.clone()))
    });
    let Some((service, hook)) = found else {
        let message = "The service deployment ARN does not exist. Verify the ARN and try again.";
        return Err(Refusal::new("ServiceDeploymentNotFoundException", message));
    };
    if hook.as_ref() != Some(&asked.hook_id) {
        return Err(invalid("The service deployment does not wait at this lifecycle hook."));
    }

    if let Some(entry) = world.ecs.services.get_mut(&service).and_then(|service| service.history.last_mut()) {
        entry.hook = None;
    }
    match asked.action.as_deref() {
        None | Some("CONTINUE") => rollout::reconcile(world, &service),
        Some("ROLLBACK") => rollout::roll_back_by_request(world, &service),
        Some(_) => return Err(invalid("The action must be CONTINUE or ROLLBACK.")),
    }
    Ok(json!({ "serviceDeploymentArn": asked.service_deployment_arn }))
}
