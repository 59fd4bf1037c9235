//! The causes that hold because no text shows another one. They need every read of the service.

use aws_sdk_ecs::types::{Container, HealthStatus, ServiceDeploymentStatus as Status, Task};

use super::{Facts, shown};
use crate::{
    FailedDeployment,
    causes::{Diagnosis, known},
    services::ecs::service::attempts::short,
};

/// The operation that describes deployments.
const DEPLOYMENTS: &str = "ecs:DescribeServiceDeployments";
/// The operation that describes tasks.
const TASKS: &str = "ecs:DescribeTasks";

/// Returns a cause that the tasks of the service narrow.
///
/// ECS starts no further task where the service is known to fail (E12 in place of E6), and where old and new tasks are
/// unhealthy at once, the health check depends on something that they share (E19 in place of K9).
pub(super) fn narrowed(facts: &Facts<'_>, found: Diagnosis) -> Diagnosis {
    let row = facts.row();
    let is_own = |task: &&Task| task.started_by() == Some(&row);
    let began = facts.last.as_ref().and_then(|last| last.created_at());
    let narrow = match found.cause.id {
        "E6" => {
            let mut stopped = facts.stopped.iter().filter(is_own).peekable();
            let has_some = stopped.peek().is_some();
            let none_ran = stopped.all(|task| task.started_at().is_none());
            (has_some && none_ran && !facts.wanted.iter().any(|task| is_own(&task))).then_some("E12")
        }
        "K9" if mixed(&facts.wanted).is_some() => Some("K13"),
        "K9" => {
            let is_old_and_ill = |task: &&Task| {
                let is_recent =
                    task.stopped_at().zip(began).is_some_and(|(at, began)| at.as_nanos() > began.as_nanos());
                let is_ill = task.stopped_reason().is_some_and(|reason| reason.contains("health checks"));
                !is_own(task) && is_recent && is_ill
            };
            facts.stopped.iter().find(is_old_and_ill).map(|_| "E19")
        }
        _ => None,
    };
    match narrow {
        Some(id) => Diagnosis { evidence: found.evidence, ..Diagnosis::of(known(id)) },
        None => found,
    }
}

/// Returns the cause of a task that is unhealthy although none of its containers is: one of them has no health check, and
/// the others pass theirs.
pub(super) fn mixed(tasks: &[Task]) -> Option<Diagnosis> {
    /// AWS's word for a container without a health check.
    const UNKNOWN: &str = "UNKNOWN";
    let word = |health: Option<&HealthStatus>| health.map_or(UNKNOWN, HealthStatus::as_str).to_owned();
    tasks.iter().filter(|task| word(task.health_status()) == "UNHEALTHY").find_map(|task| {
        let of = |container: &Container| word(container.health_status());
        let has = |wanted: &str| task.containers().iter().any(|one| of(one) == wanted);
        let is_mixed = has("HEALTHY") && !has("UNHEALTHY");
        let unknown = task.containers().iter().find(|one| of(one) == UNKNOWN).filter(|_| is_mixed)?;
        let name = unknown.name().unwrap_or_default();
        Some(shown("K13", TASKS, name, "containers.healthStatus", UNKNOWN))
    })
}

/// Returns the unhealthy task without a service, which ECS does not stop.
pub(super) fn alone(tasks: &[Task]) -> Option<Diagnosis> {
    let ill = |task: &&Task| {
        task.last_status() == Some("RUNNING") && task.health_status() == Some(&HealthStatus::Unhealthy)
    };
    tasks.iter().find(ill).map(|task| {
        let id = short(task.task_arn().unwrap_or_default());
        shown("K14", TASKS, &id, "healthStatus", HealthStatus::Unhealthy.as_str())
    })
}

/// Returns the causes that lie in the last deployment. `is_told` is whether a text has shown another one.
pub(super) fn of_deployment(facts: &Facts<'_>, report: &FailedDeployment, is_told: bool) -> Vec<Diagnosis> {
    let name = facts.service.service_name().unwrap_or_default();
    let status = facts.status().map_or("UNKNOWN", Status::as_str);
    let of_status = |id| shown(id, DEPLOYMENTS, name, "status", status);
    let is_forgotten = report.tasks.is_empty();
    match facts.status() {
        Some(Status::Pending | Status::InProgress) => under_way(facts, report, is_told),
        Some(Status::Successful) if !is_told && !facts.is_full() => crashed(facts).into_iter().collect(),
        Some(Status::RollbackFailed) if !is_told && is_forgotten => vec![of_status("E5")],
        _ => Vec::new(),
    }
}

/// Returns the causes of a deployment that is under way.
fn under_way(facts: &Facts<'_>, report: &FailedDeployment, is_told: bool) -> Vec<Diagnosis> {
    let name = facts.service.service_name().unwrap_or_default();
    if let Some(waiting) = waiting(facts) {
        return vec![waiting];
    }
    let breaker = report.circuit_breaker.filter(|breaker| breaker.failed_tasks > 0);
    match breaker {
        Some(breaker) => {
            let count = format!("{} of {}", breaker.failed_tasks, breaker.threshold);
            vec![shown("E7", DEPLOYMENTS, name, "deploymentCircuitBreaker.failureCount", &count)]
        }
        None if is_told || !report.tasks.is_empty() => Vec::new(),
        None => vec![shown("E3", DEPLOYMENTS, name, "status", "IN_PROGRESS")],
    }
}

/// Returns the container that waits for another one, which is not healthy.
fn waiting(facts: &Facts<'_>) -> Option<Diagnosis> {
    let ill = |container: &&Container| container.health_status() == Some(&HealthStatus::Unhealthy);
    let is_pending = |container: &&Container| container.last_status() == Some("PENDING");
    facts.wanted.iter().find_map(|task| {
        let pending = task.containers().iter().find(is_pending)?;
        let ill = task.containers().iter().find(ill)?;
        let name = pending.name().unwrap_or_default();
        let value = format!("UNHEALTHY ({})", ill.name().unwrap_or_default());
        Some(shown("E13", TASKS, name, "containers.healthStatus", &value))
    })
}

/// Returns the cause of tasks that ran for a while and stopped, if they did so by themselves.
fn crashed(facts: &Facts<'_>) -> Option<Diagnosis> {
    let row = facts.row();
    let ran = |task: &&Task| {
        let by_itself = task.stop_code().is_some_and(|code| code.as_str() == "EssentialContainerExited");
        task.started_by() == Some(&row) && task.started_at().is_some() && by_itself
    };
    let task = facts.stopped.iter().find(ran)?;
    let id = short(task.task_arn().unwrap_or_default());
    Some(shown("E10", TASKS, &id, "stoppedReason", task.stopped_reason().unwrap_or_default()))
}
