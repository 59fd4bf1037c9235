//! `UpdateService`.
//!
//! An update to the current values starts no deployment. AWS documents that for volumes; for the other
//! members it is an assumption. A change of the desired count alone starts or stops tasks of the current
//! revision. An update with a role that ECS cannot assume yet is accepted, and its tasks start only once ECS
//! can assume it.
//!
//! The rules judge the service as it would be after the update. So an update to a maximum of 100 per cent is
//! refused while zone rebalancing is on, which is an assumption.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Specification, Status, answer, resolve, rules, specification::Changes};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{deployment, invalid, rollout, task_definition},
    world::World,
};

/// The input of `UpdateService`, beside the members that a creation shares.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    cluster: Option<String>,
    service: String,
    /// Whether to start a deployment even without a change. The default is `false`.
    #[serde(default)]
    force_new_deployment: bool,
    #[serde(flatten)]
    changes: Changes,
}

/// Changes the members of the request and keeps the others.
///
/// Only a change of the specification, or force, starts a deployment. A request with the current values
/// starts none.
///
/// # Errors
///
/// Refuses services that are not ACTIVE (`ServiceNotActiveException`), unknown task definitions, target
/// groups without a load balancer, a change of capacity providers without force, and specifications that the cluster cannot
/// deploy.
pub(in crate::services::ecs) fn update(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let wanted: Update = input::parse(input)?;
    let arn = resolve(world, wanted.cluster.as_deref(), &wanted.service)?;
    let service = &world.ecs.services[&arn];
    if service.status != Status::Active {
        return Err(Refusal::new("ServiceNotActiveException", "Service was not ACTIVE."));
    }
    let changes = &wanted.changes;
    let mut specification = service.specification().clone();
    if let Some(name) = &changes.task_definition {
        let definition = task_definition::find(world, name).ok_or_else(|| {
            Refusal::new("ClientException", "Unable to find the specified task definition.")
        })?;
        specification.task_definition.clone_from(&definition.arn);
    }
    changes.apply_to(&mut specification);
    if specification.capacity_provider_strategy.is_empty() {
        // An empty strategy returns the service to its launch type.
        specification.launch_type.get_or_insert_with(|| "FARGATE".to_owned());
    }
    rules::check_load_balancers(world, changes)?;
    let mut options = service.options.clone();
    changes.apply_to_options(&mut options);
    let count = changes.desired_count.map_or_else(|| json!(service.desired), |count| json!(count));
    let request = rules::request(&service.name, &count, &specification, &options);
    let is_new = wanted.force_new_deployment || specification != *service.specification();
    if !wanted.force_new_deployment {
        check_capacity(service.specification(), &specification)?;
    }
    if is_new {
        rules::check(world, &service.cluster, &specification, &request)?;
    } else {
        rules::check_request(world, &request)?;
    }

    let desired = changes.desired().unwrap_or(service.desired);
    if let Some(service) = world.ecs.services.get_mut(&arn) {
        service.steady &= service.desired == desired;
        service.desired = desired;
        service.options = options;
    }
    if is_new {
        deployment::start(world, &arn, specification);
    }
    rollout::reconcile(world, &arn);
    Ok(json!({ "service": answer::render(world, &world.ecs.services[&arn], true) }))
}

/// Refuses a change of capacity providers without a forced deployment.
///
/// # Errors
///
/// Returns `InvalidParameterException` in AWS's words.
fn check_capacity(before: &Specification, after: &Specification) -> Result<(), Refusal> {
    if before.capacity_provider_strategy == after.capacity_provider_strategy {
        return Ok(());
    }
    Err(invalid(
        "When switching from launch type to capacity provider strategy on an existing service, or making a change to a \
         capacity provider strategy on a service that is already using one, you must force a new deployment.",
    ))
}
