//! The causes that the description of a service itself shows.

use aws_sdk_ecs::types::{
    DeploymentController, DeploymentControllerType, DeploymentLifecycleHookStatus as HookStatus,
    ResourceManagementType, Service, ServiceDeployment,
};

use super::{Facts, shown};
use crate::causes::Diagnosis;

/// The operation that describes services.
const SERVICES: &str = "ecs:DescribeServices";
/// The operation that describes deployments.
const DEPLOYMENTS: &str = "ecs:DescribeServiceDeployments";

/// Returns the cause of a service that does not exist, or is being deleted.
pub(super) fn gone(found: Option<&Service>) -> Diagnosis {
    let (name, status) = match found {
        Some(service) => (service.service_name(), service.status()),
        None => (None, None),
    };
    shown("E2", SERVICES, name.unwrap_or_default(), "status", status.unwrap_or("MISSING"))
}

/// Returns the causes that lie in the service: others control it, or it wants no task.
pub(super) fn of_service(service: &Service) -> Vec<Diagnosis> {
    let name = service.service_name().unwrap_or_default();
    let controller = service.deployment_controller().map(DeploymentController::r#type);
    let other = controller.filter(|controller| **controller != DeploymentControllerType::Ecs);
    let other = other
        .map(|controller| shown("E14", SERVICES, name, "deploymentController.type", controller.as_str()));
    let managed = service.resource_management_type().filter(|by| **by == ResourceManagementType::Ecs);
    let managed = managed.map(|by| shown("E23", SERVICES, name, "resourceManagementType", by.as_str()));
    let none = (service.desired_count() == 0).then(|| shown("E1", SERVICES, name, "desiredCount", "0"));
    other.into_iter().chain(managed).chain(none).collect()
}

/// Returns the hook at which the last deployment is paused.
pub(super) fn paused(facts: &Facts<'_>) -> Option<Diagnosis> {
    let mut hooks = facts.last.iter().flat_map(ServiceDeployment::lifecycle_hook_details);
    let hook = hooks.find(|hook| hook.status() == Some(&HookStatus::AwaitingAction))?;
    let id = hook.hook_id().unwrap_or_default();
    Some(shown("E9", DEPLOYMENTS, id, "lifecycleHookDetails.status", HookStatus::AwaitingAction.as_str()))
}
