//! Deployments of services: the rows in the description of a service, and their history.
//!
//! ECS shows a deployment in two places. The *rows* of a service (`deployments`) are the revisions whose
//! tasks may still run; a row disappears when a later deployment is completed. The *history*
//! (`ListServiceDeployments`) keeps an entry for each deployment with its final status. A rollback is a new
//! row, and belongs to the entry that it undoes.
//!
//! A newer deployment stops the earlier one. An entry is PENDING for 1 s, then `IN_PROGRESS`. That a row has
//! the number of its service revision (`ecs-svc/NUMBER`), for rollbacks as well, is an assumption, and so are
//! the words of the reasons.
//!
//! `rollout` decides when a deployment ends. This module writes the result down.

mod hook;
mod query;
mod stop;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use self::{
    hook::proceed_at_hook,
    query::{describe, describe_revisions, list},
    stop::stop,
};
use super::{
    Event, schedule,
    service::{Service, Specification},
    task,
};
use crate::world::World;

/// The time in milliseconds for which a deployment is pending.
const PENDING_FOR: u64 = 1_000;

/// A row among a service's deployments. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deployment {
    /// The id, `ecs-svc/` and the number of the revision.
    pub(super) id: String,
    /// The number of the service revision.
    pub(super) revision: String,
    pub(super) created_at: u64,
    pub(super) updated_at: u64,
    pub(super) rollout: Rollout,
    /// The words of `rolloutStateReason`.
    pub(super) reason: String,
    /// The failed tasks since the last healthy one. The circuit breaker compares it with its threshold.
    pub(super) failed_tasks: u64,
    /// The earliest time of the next attempt after a failure.
    pub(super) resting_until: u64,
}

/// The state of a deployment's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Rollout {
    /// The tasks of the revision have reached a steady state.
    Completed,
    /// The deployment has failed or was stopped. ECS starts no more tasks of it.
    Failed,
    /// ECS replaces tasks.
    InProgress,
}

impl Rollout {
    /// Returns AWS's word for it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::InProgress => "IN_PROGRESS",
        }
    }
}

/// A revision of a service: the specification of one deployment. It never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Revision {
    /// The time of the deployment that began with this revision.
    pub(super) created_at: u64,
    pub(super) specification: Specification,
}

/// An entry in a service's history. A rollback belongs to the entry that it undoes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ServiceDeployment {
    /// The last part of the ARN.
    id: String,
    created_at: u64,
    updated_at: u64,
    /// The time of the final status. `None` while the deployment or its rollback runs.
    finished_at: Option<u64>,
    pub(super) status: Status,
    /// The words of `statusReason`. `None` if the deployment needed no explanation.
    reason: Option<String>,
    /// The revisions that the service ran before, by number.
    sources: Vec<String>,
    /// The revision that the deployment brings, by number. A rollback does not change it.
    pub(super) target: String,
    /// The failed tasks of the target. Unlike the row's count it never decreases.
    pub(super) failures: u64,
    /// The rollback. `None` if ECS has not started one.
    rollback: Option<Rollback>,
    /// The id of the hook at which the deployment waits for an action. `None` if it does not.
    #[serde(default)]
    pub(super) hook: Option<String>,
}

/// The state of an entry in a service's history, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Pending,
    InProgress,
    RollbackFailed,
    RollbackInProgress,
    RollbackRequested,
    RollbackSuccessful,
    StopRequested,
    Stopped,
    Successful,
}

impl Status {
    /// Returns AWS's word for the state.
    fn text(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::RollbackFailed => "ROLLBACK_FAILED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::StopRequested => "STOP_REQUESTED",
            Self::Stopped => "STOPPED",
            Self::Successful => "SUCCESSFUL",
        }
    }

    /// Returns whether the state can still change.
    fn is_running(self) -> bool {
        match self {
            Self::Pending
            | Self::InProgress
            | Self::RollbackRequested
            | Self::RollbackInProgress
            | Self::StopRequested => true,
            Self::RollbackFailed | Self::RollbackSuccessful | Self::Stopped | Self::Successful => false,
        }
    }
}

/// A rollback of an entry: its reason, its start, and the number of the revision to which it returns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rollback {
    reason: String,
    started_at: u64,
    revision: String,
}

/// Starts a deployment of a service. It stops the one in progress.
///
/// The caller reconciles the tasks afterwards.
pub(super) fn start(world: &mut World, service: &str, specification: Specification) {
    let revision = number(world);
    let history_id = world.new_alphanumeric(21);
    let now = world.now;
    conclude(world, service, Status::Stopped, Some("A newer deployment was started."));
    let name = service.rsplit('/').next().unwrap_or_default();
    let hook = world.ecs.pauses.remove(name);
    let Some(service_now) = world.ecs.services.get_mut(service) else {
        return;
    };

    let mut sources: Vec<String> = service_now.deployments.iter().map(|row| row.revision.clone()).collect();
    sources.dedup();
    service_now.revisions.insert(revision.clone(), Revision { created_at: now, specification });
    service_now.history.push(ServiceDeployment {
        id: history_id,
        created_at: now,
        updated_at: now,
        finished_at: None,
        status: Status::Pending,
        reason: None,
        sources,
        target: revision.clone(),
        failures: 0,
        rollback: None,
        hook,
    });
    begin(world, service, revision, None);
    schedule(world, PENDING_FOR, Event::ServiceDeploymentBegins(service.to_owned()));
}

/// Moves a pending deployment to in progress. A newer one that is not due stays pending.
pub(super) fn proceed(world: &mut World, service: &str) {
    let now = world.now;
    let last = world.ecs.services.get(service).and_then(|service| service.history.last());
    let is_due =
        |entry: &ServiceDeployment| entry.status == Status::Pending && entry.created_at + PENDING_FOR <= now;
    if last.is_some_and(is_due) {
        set_status(world, service, Status::InProgress);
    }
}

/// Sets the status of the newest entry in a service's history.
fn set_status(world: &mut World, service: &str, status: Status) {
    let now = world.now;
    let service = world.ecs.services.get_mut(service);
    if let Some(entry) = service.and_then(|service| service.history.last_mut()) {
        entry.status = status;
        entry.updated_at = now;
    }
}

/// Adds a primary row for a revision. The row has the revision's number.
fn begin(world: &mut World, service: &str, revision: String, reason: Option<String>) {
    let id = format!("ecs-svc/{revision}");
    let now = world.now;
    let Some(service) = world.ecs.services.get_mut(service) else {
        return;
    };

    let reason = reason.unwrap_or_else(|| format!("ECS deployment {id} in progress."));
    let row = Deployment {
        id,
        revision,
        created_at: now,
        updated_at: now,
        rollout: Rollout::InProgress,
        reason,
        failed_tasks: 0,
        resting_until: 0,
    };
    service.deployments.insert(0, row);
    service.steady = false;
}

/// Returns a service to a revision that was completed before.
///
/// `by` is the cause for the reason of the row, and `why` the reason of the entry. The caller reconciles the
/// tasks afterwards.
pub(super) fn roll_back(world: &mut World, service: &str, revision: &str, by: &str, why: &str) {
    let now = world.now;
    let Some(found) = world.ecs.services.get_mut(service) else {
        return;
    };

    let before = found.deployments.iter().find(|row| row.revision == revision).map(|row| row.id.clone());
    // The tasks of that revision become tasks of the new primary row.
    found.deployments.retain(|row| row.revision != revision);
    if let Some(current) = found.history.last_mut() {
        current.status = Status::RollbackInProgress;
        current.updated_at = now;
        current.reason = Some(why.to_owned());
        current.rollback =
            Some(Rollback { reason: why.to_owned(), started_at: now, revision: revision.to_owned() });
    }
    let before = before.unwrap_or_else(|| "of the last completed revision".to_owned());
    let reason = format!("{by}: rolling back to deploymentId {before}.");
    begin(world, service, revision.to_owned(), Some(reason));
}

/// Ends the entry in progress in a service's history, if it has one. Entries with a final status stay as they
/// are.
pub(super) fn conclude(world: &mut World, service: &str, status: Status, reason: Option<&str>) {
    let now = world.now;
    let service = world.ecs.services.get_mut(service);
    let current = service.and_then(|service| service.history.last_mut());
    if let Some(current) = current.filter(|current| current.status.is_running()) {
        current.status = status;
        current.updated_at = now;
        current.finished_at = Some(now);
        if let Some(reason) = reason {
            current.reason = Some(reason.to_owned());
        }
    }
}

/// Returns a new number in the form of ECS's deployments and revisions: 19 digits, of which the first is not
/// 0.
fn number(world: &mut World) -> String {
    let first = world.new_id(b"123456789", 1);
    first + &world.new_id(b"0123456789", 18)
}

/// Returns the ARN of an entry in a service's history.
pub(super) fn arn(world: &World, service: &Service, deployment: &ServiceDeployment) -> String {
    let path = format!("service-deployment/{}/{}/{}", service.cluster, service.name, deployment.id);
    world.arn("ecs", &path)
}

/// Returns the ARN of a revision of a service.
fn revision_arn(world: &World, service: &Service, revision: &str) -> String {
    world.arn("ecs", &format!("service-revision/{}/{}/{revision}", service.cluster, service.name))
}

/// Returns the revisions that a service runs, with the numbers of their tasks.
pub(super) fn current_revisions(world: &World, service: &Service) -> Value {
    service.deployments.iter().map(|row| summary(world, service, &row.revision)).collect()
}

/// Returns a revision with the numbers of its tasks. Only the primary one has requested tasks.
fn summary(world: &World, service: &Service, revision: &str) -> Value {
    let (pending, running) =
        task::counts(world, |task| task.service == service.arn && task.revision == revision);
    let requested = if service.primary().revision == revision { service.desired } else { 0 };
    json!({
        "arn": revision_arn(world, service, revision),
        "requestedTaskCount": requested,
        "runningTaskCount": running,
        "pendingTaskCount": pending,
    })
}
