//! The rollout of a service, from the running tasks to the desired ones.
//!
//! A rolling deployment has two bounds, which follow from the desired count and the deployment configuration.
//! At least the minimum healthy per cent of the tasks run, rounded up, and at most the maximum per cent,
//! rounded down, exist. Within these bounds ECS starts tasks of the primary row and stops those of other
//! revisions.
//!
//! A deployment ends in one of these ways:
//!
//! - Completed: all desired tasks of its revision have run for 10 s and no other task is left.
//! - Failed: the circuit breaker counted too many tasks that failed to start. With `rollback` the service
//!   returns to the revision of its last completed deployment. If that rollback fails too, or no deployment
//!   was ever completed, the entry of the history is `ROLLBACK_FAILED`.
//! - Stopped: a caller stopped it, or started a newer deployment.
//!
//! A rollback is a deployment of the earlier revision and has the same bounds: tasks of the failed revision
//! run on until enough tasks of the earlier one serve. Without a rollback, the failed revision loses the tasks
//! that the minimum does not need.
//!
//! Without a circuit breaker ECS tries again for ever, every 10 s.
//!
//! # Evidence
//!
//! "How the Amazon ECS deployment circuit breaker detects failures" and "Stopping Amazon ECS service
//! deployments", in the developer guide; tfp#20858 and copilot-cli#1180 for services that fail.
//! copilot-cli#4838 shows that a rollback is a new deployment of the earlier revision. That a deployment
//! without a rollback keeps the minimum, the two pauses of 10 s and the words of the reasons are assumptions.

use super::{
    Event,
    deployment::{self, Rollout, Status as Outcome},
    service::{self, Service, Status},
    task::{self, LastStatus, Stop, Task},
};
use crate::world::World;

/// The time in milliseconds from the last task's start until a service is steady.
const STEADY_AFTER: u64 = 10_000;

/// The time in milliseconds from a task that failed to start until the next attempt.
const RETRY_AFTER: u64 = 10_000;

/// The early end of a deployment: its cause, and its reason in the service's events.
struct End {
    by: &'static str,
    why: &'static str,
}

/// The end by the circuit breaker.
const BREAKER: End = End { by: "ECS deployment circuit breaker", why: "tasks failed to start." };

/// The end by `StopServiceDeployment`.
const REQUEST: End = End { by: "ECS deployment stop", why: "the service deployment was stopped by a user." };

impl End {
    /// Returns the reason of the failed row, `cause: reason`.
    fn reason(&self) -> String {
        format!("{}: {}", self.by, self.why)
    }
}

/// Moves a service towards its specification: stops superfluous tasks and starts missing ones.
///
/// Each change that may matter calls it: a request, the start or the end of a task, the end of a pause. It
/// may be called at any time and does nothing if nothing is to do. If ECS cannot assume a role of the task
/// definition, no task starts; the service gets an event, and the attempt counts as a failed task.
pub(super) fn reconcile(world: &mut World, arn: &str) {
    for task in superfluous(world, arn) {
        task::stop(world, &task, Stop::scaled_down());
    }
    let missing = missing(world, arn);
    if missing > 0 {
        match task::launch_problem(world, arn) {
            None => task::launch(world, arn, missing),
            Some(problem) => {
                service::tell(world, arn, &problem);
                let id = world.ecs.services[arn].primary().id.clone();
                task_failed(world, arn, &id);
            }
        }
    }
    await_steadiness(world, arn);
}

/// Returns the service's tasks that should run. Tasks that do not yet run come first, then the newest.
fn wanted_tasks<'a>(world: &'a World, service: &Service) -> Vec<&'a Task> {
    let mut tasks: Vec<&Task> =
        world.ecs.tasks.values().filter(|task| task.service == service.arn && task.is_wanted()).collect();
    tasks.sort_by_key(|task| (task.last_status == LastStatus::Running, std::cmp::Reverse(task.created_at)));
    tasks
}

/// Returns the superfluous tasks of a service, as ARNs.
///
/// Those are all tasks of a service that drains or is scaled to zero. In a deployment they are the new tasks
/// above the desired count, and the old tasks that the minimum no longer needs because new ones serve. A
/// failed deployment keeps the old tasks, and loses those of its own that the minimum does not need.
fn superfluous(world: &World, arn: &str) -> Vec<String> {
    let Some(service) = world.ecs.services.get(arn) else {
        return Vec::new();
    };
    let tasks = wanted_tasks(world, service);
    let arns = |tasks: Vec<&Task>| tasks.into_iter().map(|task| task.arn.clone()).collect::<Vec<_>>();
    if service.status != Status::Active || service.desired == 0 {
        return arns(tasks);
    }

    let primary = service.primary();
    let (new, old): (Vec<&Task>, Vec<&Task>) =
        tasks.into_iter().partition(|task| task.revision == primary.revision);
    let (least, _) = service.bounds();
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    let serving = |tasks: &[&Task]| tasks.iter().filter(|task| task.is_healthy()).count();
    let above = |tasks: Vec<&Task>, kept: usize| {
        let surplus = tasks.len().saturating_sub(kept);
        arns(tasks.into_iter().take(surplus).collect())
    };

    if primary.rollout == Rollout::Failed {
        // No new task replaces the old ones.
        let kept = least.saturating_sub(serving(&old));
        return above(new, kept);
    }
    let desired = usize::try_from(service.desired).unwrap_or(usize::MAX);
    let least_old = least.saturating_sub(serving(&new).min(desired));
    [above(new, desired), above(old, least_old)].concat()
}

/// Returns the number of tasks that a service should start now. It is zero during the pause after a failure.
fn missing(world: &World, arn: &str) -> u64 {
    let Some(service) = world.ecs.services.get(arn) else {
        return 0;
    };
    let primary = service.primary();
    let is_paused = service.history.last().is_some_and(|entry| entry.hook.is_some());
    let is_waiting = is_paused || primary.rollout == Rollout::Failed || world.now < primary.resting_until;
    if service.status != Status::Active || is_waiting {
        return 0;
    }
    let tasks = wanted_tasks(world, service);
    let new = tasks.iter().filter(|task| task.revision == primary.revision).count() as u64;
    let (_, greatest) = service.bounds();
    service.desired.saturating_sub(new).min(greatest.saturating_sub(tasks.len() as u64))
}

/// Returns whether a service runs exactly its specification and no task of it is stopping.
fn runs_as_desired(world: &World, service: &Service) -> bool {
    let revision = &service.primary().revision;
    let mut there = world
        .ecs
        .tasks
        .values()
        .filter(|task| task.service == service.arn && task.last_status != LastStatus::Stopped);
    let running = wanted_tasks(world, service).len() as u64 == service.desired;
    running && there.all(|task| task.is_wanted() && task.is_healthy() && task.revision == *revision)
}

/// Schedules the check for a steady state once a service runs as desired. A service of zero tasks is steady
/// at once.
fn await_steadiness(world: &mut World, arn: &str) {
    let Some(service) = world.ecs.services.get(arn) else {
        return;
    };

    let is_due = service.status == Status::Active
        && !service.steady
        && service.primary().rollout != Rollout::Failed
        && runs_as_desired(world, service);
    if !is_due {
        return;
    }
    if service.desired == 0 {
        complete(world, arn);
    } else if !service.settling
        && let Some(service) = world.ecs.services.get_mut(arn)
    {
        service.settling = true;
        super::schedule(world, STEADY_AFTER, Event::ServiceSettles(arn.to_owned()));
    }
}

/// Marks a service as steady if all of its tasks still run.
///
/// Otherwise nothing happens; the next change of a task schedules the check again.
pub(super) fn settle(world: &mut World, arn: &str) {
    let Some(service) = world.ecs.services.get_mut(arn) else {
        return;
    };
    service.settling = false;
    let service = &world.ecs.services[arn];
    let holds = service.status == Status::Active && !service.steady && runs_as_desired(world, service);
    if holds && service.primary().rollout != Rollout::Failed {
        complete(world, arn);
    }
}

/// Marks a service as steady and its deployment in progress as completed.
///
/// The revision becomes the one to which a later deployment can roll back. The older rows disappear. A change
/// of the desired count alone has no deployment in progress, so only the event about the steady state
/// appears.
fn complete(world: &mut World, arn: &str) {
    let now = world.now;
    let Some(service) = world.ecs.services.get_mut(arn) else {
        return;
    };

    service.steady = true;
    service.deployments.truncate(1);
    let primary = &mut service.deployments[0];
    let id = primary.id.clone();
    if primary.rollout == Rollout::InProgress {
        primary.rollout = Rollout::Completed;
        primary.reason = format!("ECS deployment {id} completed.");
        primary.updated_at = now;
        service.completed = Some(primary.revision.clone());
        let is_rollback =
            service.history.last().is_some_and(|entry| entry.status == Outcome::RollbackInProgress);
        let outcome = if is_rollback { Outcome::RollbackSuccessful } else { Outcome::Successful };
        deployment::conclude(world, arn, outcome, None);
        service::tell(world, arn, &format!("(deployment {id}) deployment completed."));
    }
    service::tell(world, arn, "has reached a steady state.");
}

/// Counts a task of a deployment that failed to start.
///
/// `deployment` is the id of the task's row. The count of the row can return to zero when a task becomes
/// healthy, and the count of the history's entry cannot. The next attempt follows after a pause, unless the
/// circuit breaker ends the deployment.
pub(super) fn task_failed(world: &mut World, arn: &str, deployment: &str) {
    let now = world.now;
    let Some(service) = world.ecs.services.get_mut(arn) else {
        return;
    };

    let rows = &mut service.deployments;
    if let Some(row) = rows.iter_mut().find(|row| row.id == deployment && row.rollout == Rollout::InProgress)
    {
        row.failed_tasks += 1;
        row.updated_at = now;
        row.resting_until = now + RETRY_AFTER;
        if let Some(entry) = service.history.last_mut().filter(|entry| entry.target == row.revision) {
            entry.failures += 1;
        }
    }
    super::schedule(world, RETRY_AFTER, Event::ServiceRetries(arn.to_owned()));
    let service = &world.ecs.services[arn];
    if is_to_be_given_up(service) {
        let rolls_back = service.options.deployment.circuit_breaker.rollback;
        give_up(world, arn, &BREAKER, rolls_back);
    }
}

/// Returns whether the circuit breaker ends the primary deployment now.
fn is_to_be_given_up(service: &Service) -> bool {
    let breaker = &service.options.deployment.circuit_breaker;
    let primary = service.primary();
    breaker.enable
        && primary.rollout == Rollout::InProgress
        && primary.failed_tasks >= breaker.threshold_configuration.failures(service.desired)
}

/// Carries out an earlier `StopServiceDeployment`, unless the deployment ended in between.
pub(super) fn end_as_requested(world: &mut World, arn: &str) {
    let current = world.ecs.services.get(arn).and_then(|service| service.history.last());
    match current.map(|current| current.status) {
        Some(Outcome::RollbackRequested) => give_up(world, arn, &REQUEST, true),
        Some(Outcome::StopRequested) => give_up(world, arn, &REQUEST, false),
        _ => {}
    }
}

/// Rolls the primary deployment back, because a caller chose that at a hook.
pub(super) fn roll_back_by_request(world: &mut World, arn: &str) {
    give_up(world, arn, &REQUEST, true);
}

/// Ends the primary deployment. With `rolls_back` the service returns to the last completed one.
///
/// A deployment whose own revision is the last completed one cannot roll back.
fn give_up(world: &mut World, arn: &str, end: &End, rolls_back: bool) {
    let now = world.now;
    let Some(service) = world.ecs.services.get_mut(arn) else {
        return;
    };

    let completed = service.completed.clone();
    let primary = &mut service.deployments[0];
    primary.rollout = Rollout::Failed;
    primary.reason = end.reason();
    primary.updated_at = now;
    let id = primary.id.clone();
    let completed = completed.filter(|revision| *revision != primary.revision);
    service::tell(world, arn, &format!("(deployment {id}) deployment failed: {}", end.why));
    match completed.filter(|_| rolls_back) {
        Some(revision) => {
            deployment::roll_back(world, arn, &revision, end.by, &end.reason());
            let back = world.ecs.services[arn].primary().id.clone();
            service::tell(world, arn, &format!("rolling back to deployment {back}."));
        }
        None if rolls_back => {
            let reason = "No rollback candidate was found to run the rollback.";
            deployment::conclude(world, arn, Outcome::RollbackFailed, Some(reason));
        }
        None => deployment::conclude(world, arn, Outcome::Stopped, Some(&end.reason())),
    }
    reconcile(world, arn);
}
