//! Tasks whose containers do not run as they should.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Health, LastStatus, Stop, Task};
use crate::{
    clock::milliseconds,
    services::ecs::{
        image::{self, BrokenImage},
        rollout, service, task_definition,
    },
    world::World,
};

/// What becomes of a task whose containers have just been started.
pub(super) enum Start {
    /// It runs, in this health.
    Runs(Health),
    /// It runs in this health for so many milliseconds, and stops then.
    Fails(Health, u64, Stop),
    /// It does not come to run.
    Never(Stop),
}

/// Looks at the containers of a task.
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
            Some(BrokenImage::Unhealthy) if is_checked(container) => {
                let patience = patience(&container["healthCheck"]);
                return Start::Fails(Health::Unhealthy, patience, unhealthy());
            }
            Some(BrokenImage::Unhealthy | BrokenImage::Missing) | None => {}
        }
    }
    Start::Runs(health)
}

/// A container has ended by itself, and its task ends with it.
fn exited(container: &Value, code: i32) -> Stop {
    let name = container["name"].as_str().unwrap_or_default().to_owned();
    Stop {
        code: "EssentialContainerExited".to_owned(),
        reason: "Essential container in task exited".to_owned(),
        cause: Some(Cause { container: name, reason: None, exit_code: Some(code) }),
    }
}

fn unhealthy() -> Stop {
    Stop {
        code: "ServiceSchedulerInitiated".to_owned(),
        reason: "Task failed container health checks".to_owned(),
        cause: None,
    }
}

/// How long a health check is failed before its container counts as unhealthy, in milliseconds.
fn patience(check: &Value) -> u64 {
    let seconds = |member: &str, default| check[member].as_u64().unwrap_or(default);
    (seconds("startPeriod", 0) + seconds("interval", 30) * seconds("retries", 3)) * 1_000
}

/// A task does not come to run: it is over at once.
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

/// A task that runs fails now. A circuit breaker counts only tasks that were never healthy.
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
