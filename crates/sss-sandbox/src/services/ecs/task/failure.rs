//! Failures of containers.
//!
//! Every container runs for ever, unless its image is broken ([`BrokenImage`](crate::BrokenImage)). The
//! circuit breaker counts tasks that never run and tasks that never are healthy. It does not count a
//! container that exits after it ran, so ECS restarts such a container for ever (containers-roadmap#1247).

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Health, LastStatus, Stop, Task};
use crate::{
    clock::milliseconds,
    services::ecs::{
        image::{self, BrokenImage},
        rollout, service,
        task_definition::{self, TaskDefinition},
    },
    world::World,
};

/// The result of a start of a task's containers.
pub(super) enum Start {
    /// The task runs with this health.
    Runs(Health),
    /// The task runs with this health and stops after so many milliseconds, for this reason.
    Fails(Health, u64, Stop),
    /// The task never runs.
    Never(Stop),
    /// A container waits for another one to become healthy, which it never does. ECS ends such a task after hours,
    /// which the sandbox does not.
    Waits,
}

/// Returns the result of a start of a task's containers.
///
/// The first broken container in the order of the definition decides. A task without a health check has an
/// unknown health; a task with one is healthy at once.
pub(super) fn of_start(world: &World, task: &Task) -> Start {
    let Some(definition) = task_definition::find(world, &task.definition) else {
        return Start::Runs(Health::Unknown);
    };

    let is_checked = |container: &Value| container["healthCheck"].is_object();
    let health = if definition.containers().any(is_checked) { Health::Healthy } else { Health::Unknown };
    for container in definition.containers() {
        match container["image"].as_str().and_then(|image| image::trouble(world, image)) {
            Some(BrokenImage::Exits { code, after: Duration::ZERO, .. }) => {
                return Start::Never(exited(container, code));
            }
            Some(BrokenImage::Exits { code, after, .. }) => {
                return Start::Fails(health, milliseconds(after), exited(container, code));
            }
            Some(BrokenImage::Unhealthy | BrokenImage::Ill { .. })
                if is_checked(container) && is_awaited(definition, container) =>
            {
                return Start::Waits;
            }
            Some(BrokenImage::Unhealthy | BrokenImage::Ill { .. }) if is_checked(container) => {
                let patience = patience(&container["healthCheck"]);
                return Start::Fails(Health::Unhealthy, patience, unhealthy());
            }
            Some(BrokenImage::Ends { code, reason, container: words, exit_code: Some(exit_code) }) => {
                let name = container["name"].as_str().unwrap_or_default().to_owned();
                let cause = Cause { container: name, reason: words, exit_code: Some(exit_code) };
                return Start::Never(Stop { code, reason, cause: Some(cause) });
            }
            Some(
                BrokenImage::Unhealthy
                | BrokenImage::Answers { .. }
                | BrokenImage::Ill { .. }
                | BrokenImage::Missing
                | BrokenImage::Ends { .. }
                | BrokenImage::Unplaceable { .. },
            )
            | None => {}
        }
    }
    Start::Runs(health)
}

/// Returns whether another container starts only once this one is healthy.
fn is_awaited(definition: &TaskDefinition, container: &Value) -> bool {
    let awaits = |other: &Value| {
        let conditions = other["dependsOn"].as_array().into_iter().flatten();
        conditions
            .into_iter()
            .any(|one| one["containerName"] == container["name"] && one["condition"] == "HEALTHY")
    };
    definition.containers().any(awaits)
}

/// Returns the reason of a task that stops because a container exited. All containers count as essential
/// here.
fn exited(container: &Value, code: i32) -> Stop {
    let name = container["name"].as_str().unwrap_or_default().to_owned();
    Stop {
        code: "EssentialContainerExited".to_owned(),
        reason: "Essential container in task exited".to_owned(),
        cause: Some(Cause { container: name, reason: None, exit_code: Some(code) }),
    }
}

/// Returns the reason of a task that stops because of its health checks.
fn unhealthy() -> Stop {
    Stop {
        code: "ServiceSchedulerInitiated".to_owned(),
        reason: "Task failed container health checks".to_owned(),
        cause: None,
    }
}

/// Returns the time, in milliseconds, after which a failing health check makes its container unhealthy.
///
/// It is the start period and one interval for each retry, in seconds in the definition. The defaults are
/// AWS's: 0 s, 30 s and 3 retries.
fn patience(check: &Value) -> u64 {
    let seconds = |member: &str, default| check[member].as_u64().unwrap_or(default);
    (seconds("startPeriod", 0) + seconds("interval", 30) * seconds("retries", 3)) * 1_000
}

/// Stops a task that cannot start. It skips the 20 s of stopping, and its deployment counts it as failed.
pub(super) fn fail_to_start(world: &mut World, arn: &str, stop: Stop) {
    let now = world.now;
    let Some(task) = world.ecs.tasks.get_mut(arn) else {
        return;
    };
    task.stop = Some(stop);
    task.stopping_at = Some(now);
    task.last_status = LastStatus::Deactivating;
    let (service, deployment) = (task.service.clone(), task.deployment.clone());
    rollout::task_failed(world, &service, &deployment);
    super::end(world, arn);
}

/// Stops a running task. The circuit breaker counts it only if it was never healthy.
///
/// A task that no longer runs at the time of the event stays as it is.
pub(in crate::services::ecs) fn fail(world: &mut World, arn: &str, stop: Stop) {
    let running = world.ecs.tasks.get(arn).filter(|task| task.last_status == LastStatus::Running);
    let Some(task) = running.cloned() else {
        return;
    };
    super::stop(world, arn, stop);
    if task.health == Health::Unhealthy {
        service::tell(world, &task.service, &format!("(task {}) failed container health checks.", task.id()));
        rollout::task_failed(world, &task.service, &task.deployment);
    }
}

/// Makes all running tasks of a service fail their health checks, whatever their images are.
pub(in crate::services::ecs) fn make_ill(world: &mut World, service: &str) {
    let running = world.ecs.tasks.values().filter(|task| {
        let name = task.service.rsplit('/').next();
        name == Some(service) && task.last_status == LastStatus::Running
    });
    let arns: Vec<String> = running.map(|task| task.arn.clone()).collect();
    for arn in arns {
        if let Some(task) = world.ecs.tasks.get_mut(&arn) {
            task.health = Health::Unhealthy;
        }
        fail(world, &arn, unhealthy());
    }
}
