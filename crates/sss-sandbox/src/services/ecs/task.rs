//! Tasks, from start to end.
//!
//! A task passes PROVISIONING, PENDING, ACTIVATING and RUNNING, then DEACTIVATING and STOPPED. Each state
//! begins by an event at a fixed time after the start or after the order to stop. A task that fails to start
//! goes to STOPPED at once.
//!
//! | time | state |
//! |---|---|
//! | 0 s | PROVISIONING, with a network interface |
//! | 10 s | PENDING: ECS pulls the images |
//! | 20 s | ACTIVATING, or STOPPED because an image or a log group is missing |
//! | 40 s | RUNNING, in Cloud Map and in target groups |
//! | 0 s after the order to stop | DEACTIVATING, and draining in target groups |
//! | 5 s after it | no longer in Cloud Map |
//! | 20 s after it, or 20 s after the drain | STOPPED; descriptions have the task for an hour |
//!
//! AWS documents the states ("Amazon ECS task lifecycle") and the reasons ("Amazon ECS stopped tasks error
//! messages", ecs-deploy#195); the times are assumptions. ECS registers tasks at once and removes them while
//! they stop (containers-roadmap#1746).
//!
//! The sandbox skips STOPPING, DEPROVISIONING and the time until the health of a running task is known.
//! `answer` renders descriptions, `launch` starts tasks, `standalone` those without a service, `balance` has load balancers and
//! `registry` Cloud Map, `failure` has the faults of containers and `query`
//! the two reading operations.

mod answer;
mod balance;
mod failure;
mod launch;
mod query;
mod registry;
mod session;
mod standalone;
mod way_out;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::balance::target_changed;
use self::{balance::Balance, failure::Start};
pub(super) use self::{
    balance::fail_if_unhealthy,
    failure::{fail, make_ill},
    launch::{check_roles, launch, launch_problem, write_line},
    query::{describe, list, stop_by_user},
    registry::deregister,
    session::execute,
    standalone::run_task,
};
use super::{
    Event, rollout,
    service::{LoadBalancer, Registry},
};
use crate::{services::ec2, tags::Tags, world::World};

/// The time in milliseconds from a task's creation until it is pending.
const PENDING_AFTER: u64 = 10_000;
/// The time in milliseconds from a task's creation until it is activating.
const ACTIVATING_AFTER: u64 = 20_000;
/// The time in milliseconds from a task's creation until it is running.
const RUNNING_AFTER: u64 = 40_000;

/// The time in milliseconds from the order to stop until a task has left Cloud Map.
const DEREGISTERED_AFTER: u64 = 5_000;
/// The time in milliseconds from the order to stop until a task has stopped.
const STOPPED_AFTER: u64 = 20_000;

/// The time in milliseconds for which a network interface outlasts its task. It keeps its security groups in
/// use.
const INTERFACE_LINGERS: u64 = 20_000;

/// The time in milliseconds for which ECS describes a stopped task.
const FORGOTTEN_AFTER: u64 = 3_600_000;

/// A task. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(super) arn: String,
    /// The name of the cluster.
    pub(super) cluster: String,
    /// The ARN of the service. Empty for a task without one.
    pub(super) service: String,
    /// The group of a task without a service.
    #[serde(default)]
    group: Option<String>,
    /// The number of the service revision, which the task's deployment runs.
    pub(super) revision: String,
    /// The id of the row of the deployment that started the task, or the word of the caller that did.
    deployment: String,
    /// The ARN of the revision of the task definition.
    definition: String,
    launch_type: String,
    /// The first provider of the service's strategy. `None` if the service has a launch type.
    capacity_provider: Option<String>,
    subnet: String,
    /// The place of the subnet in the VPC, which gives the zone.
    zone: usize,
    /// The id of the network interface.
    interface: String,
    /// The id of the interface's attachment to the task.
    attachment: String,
    /// The private IPv4 address.
    address: String,
    pub(super) last_status: LastStatus,
    #[serde(default)]
    health: Health,
    /// Whether ECS Exec was on when the task started.
    #[serde(default)]
    exec: bool,
    pub(super) created_at: u64,
    /// The time at which the containers started. `None` if they never did.
    started_at: Option<u64>,
    /// The time of the order to stop. `None` while the task should run.
    stopping_at: Option<u64>,
    /// The time at which the task stopped. `None` until then.
    stopped_at: Option<u64>,
    /// The reason of the end. `None` while the task should run.
    stop: Option<Stop>,
    /// The digests of the images at the start, by the name of the container.
    #[serde(default)]
    digests: BTreeMap<String, String>,
    /// The registries of the specification at the start. Later changes of the service do not change them.
    registries: Vec<Registry>,
    /// The target groups of the specification at the start.
    #[serde(default)]
    load_balancers: Vec<LoadBalancer>,
    #[serde(default)]
    balance: Balance,
    /// The tags that the service or the task definition passed on, and later ones of callers.
    pub(super) tags: Tags,
}

/// The state of a task. ECS calls it the last known status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LastStatus {
    /// ECS attaches the network interface.
    Provisioning,
    /// ECS pulls the images.
    Pending,
    /// The containers start.
    Activating,
    /// The containers run, and the task is in Cloud Map if it is not unhealthy.
    Running,
    /// ECS stops the task. It leaves Cloud Map, and still counts as running.
    Deactivating,
    /// The containers have ended.
    Stopped,
}

/// The health of a task by the health checks of its containers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Health {
    /// No container has a health check.
    #[default]
    Unknown,
    /// All health checks pass.
    Healthy,
    /// A health check never passes.
    Unhealthy,
}

/// The reason why a task stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    /// ECS's stop code, such as `EssentialContainerExited`.
    code: String,
    /// ECS's words, as `stoppedReason` has them.
    reason: String,
    /// The container that caused the stop, if one did.
    cause: Option<Cause>,
}

/// The part of a container in the stop of its task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cause {
    /// The name of the container.
    container: String,
    /// The reason in the description of the container. `None` if it just exited.
    reason: Option<String>,
    /// The exit code. `None` if the container never started.
    exit_code: Option<i32>,
}

impl Stop {
    /// Returns the reason of a task that a caller stops.
    pub(super) fn by_user(reason: Option<String>) -> Self {
        let reason = reason.unwrap_or_else(|| "Task stopped by user".to_owned());
        Self { code: "UserInitiated".to_owned(), reason, cause: None }
    }

    /// Returns the reason of a task that its service no longer needs.
    pub(super) fn scaled_down() -> Self {
        Self {
            code: "ServiceSchedulerInitiated".to_owned(),
            reason: "Scaling activity initiated by deployment".to_owned(),
            cause: None,
        }
    }
}

impl Task {
    /// Returns the last part of the ARN, which is also the id of the instance in Cloud Map.
    pub(super) fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the id of the task's network interface.
    pub(super) fn interface(&self) -> &str {
        &self.interface
    }

    /// Returns the private IPv4 address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the ARN of the revision of the task definition.
    pub(super) fn definition(&self) -> &str {
        &self.definition
    }

    /// Returns whether the containers run, also while ECS stops the task.
    pub(super) fn is_reachable(&self) -> bool {
        matches!(self.last_status, LastStatus::Running | LastStatus::Deactivating)
            && self.started_at.is_some()
    }

    /// Returns whether the task counts as healthy in a deployment: it serves, and all of its targets are healthy.
    pub(super) fn is_healthy(&self) -> bool {
        self.serves() && self.balance != Balance::Waiting
    }

    /// Returns whether the task runs and is not unhealthy by its own health checks.
    pub(super) fn serves(&self) -> bool {
        self.last_status == LastStatus::Running && self.health != Health::Unhealthy
    }

    /// Returns whether a failure or a person stopped the task, rather than its service.
    pub(super) fn has_failed(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop != Stop::scaled_down())
    }

    /// Returns whether the task should run, whether or not it already does. ECS calls this the desired
    /// status.
    pub(super) fn is_wanted(&self) -> bool {
        !matches!(self.last_status, LastStatus::Deactivating | LastStatus::Stopped)
    }
}

/// Returns how many of the chosen tasks are starting, and how many run. Stopping tasks still count as
/// running.
pub(super) fn counts(world: &World, is_chosen: impl Fn(&Task) -> bool) -> (usize, usize) {
    let mut counts = (0, 0);
    for task in world.ecs.tasks.values().filter(|task| is_chosen(task)) {
        match task.last_status {
            LastStatus::Provisioning | LastStatus::Pending | LastStatus::Activating => counts.0 += 1,
            LastStatus::Running | LastStatus::Deactivating => counts.1 += 1,
            LastStatus::Stopped => {}
        }
    }
    counts
}

/// Returns whether a task runs this revision of a task definition, by the revision's ARN. Stopped tasks do
/// not count.
pub(super) fn uses(world: &World, definition: &str) -> bool {
    let mut tasks = world.ecs.tasks.values();
    tasks.any(|task| task.definition == definition && task.last_status != LastStatus::Stopped)
}

/// Moves a task to its next state. Returns `false` if it is in another state than `from`.
fn step(world: &mut World, arn: &str, from: LastStatus, to: LastStatus) -> bool {
    let task = world.ecs.tasks.get_mut(arn).filter(|task| task.last_status == from);
    task.map(|task| task.last_status = to).is_some()
}

/// Moves a task to pending: it has its interface and pulls its images.
pub(super) fn pend(world: &mut World, arn: &str) {
    step(world, arn, LastStatus::Provisioning, LastStatus::Pending);
}

/// Moves a task to activating: it has its images and starts its containers, unless one of them cannot start.
///
/// A missing image or log group stops the task here, before it counts as started.
pub(super) fn activate(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn).filter(|task| task.last_status == LastStatus::Pending) else {
        return;
    };
    match launch::start_problem(world, task) {
        None => drop(step(world, arn, LastStatus::Pending, LastStatus::Activating)),
        Some(stop) => failure::fail_to_start(world, arn, stop),
    }
}

/// Moves a task to running, if its containers run. The task registers in Cloud Map and counts.
///
/// It writes the first log lines, also those of a container that exits at once.
pub(super) fn run(world: &mut World, arn: &str) {
    let now = world.now;
    let activating = world.ecs.tasks.get_mut(arn).filter(|task| task.last_status == LastStatus::Activating);
    let Some(task) = activating else {
        return;
    };
    task.started_at = Some(now);
    let mut task = task.clone();
    launch::write_logs(world, &task);
    task.health = match failure::of_start(world, &task) {
        Start::Never(stop) => return failure::fail_to_start(world, arn, stop),
        Start::Waits => {
            task.health = Health::Unhealthy;
            task.started_at = None;
            world.ecs.tasks.insert(arn.to_owned(), task);
            return;
        }
        Start::Runs(health) => health,
        // Nobody stops an unhealthy task without a service.
        Start::Fails(Health::Unhealthy, ..) if task.service.is_empty() => Health::Unhealthy,
        Start::Fails(health, after, stop) => {
            super::schedule(world, after, Event::TaskFails(arn.to_owned(), stop));
            health
        }
    };

    task.last_status = LastStatus::Running;
    if !task.load_balancers.is_empty() {
        task.balance = Balance::Waiting;
    }
    world.ecs.tasks.insert(arn.to_owned(), task.clone());
    balance::register(world, &task);
    if task.serves() {
        registry::register(world, &task);
    }
    if task.is_healthy() {
        count_as_healthy(world, &task);
    }
    rollout::reconcile(world, &task.service);
}

/// Resets the count of the circuit breaker for the deployment of a healthy task.
///
/// The breaker keeps its count if the service's configuration has `resetOnHealthyTask` as `false`.
fn count_as_healthy(world: &mut World, task: &Task) {
    if let Some(service) = world.ecs.services.get_mut(&task.service)
        && service.options.deployment.circuit_breaker.reset_on_healthy_task
        && let Some(row) = service.deployments.iter_mut().find(|row| row.id == task.deployment)
    {
        row.failed_tasks = 0;
    }
}

/// Starts to stop a task. A task that already stops keeps its earlier reason.
///
/// The containers end after the targets of the task have drained.
pub(super) fn stop(world: &mut World, arn: &str, why: Stop) {
    let now = world.now;
    let Some(task) = world.ecs.tasks.get_mut(arn).filter(|task| task.is_wanted()) else {
        return;
    };
    let is_registered = task.last_status == LastStatus::Running;
    task.last_status = LastStatus::Deactivating;
    task.stopping_at = Some(now);
    task.stop = Some(why);
    let task = task.clone();
    let drain = balance::deregister(world, &task);
    if is_registered {
        super::schedule(world, DEREGISTERED_AFTER, Event::TaskDeregisters(arn.to_owned()));
    }
    super::schedule(world, drain + STOPPED_AFTER, Event::TaskStops(arn.to_owned()));
}

/// Stops a task and releases its network interface. The service may then start another task.
pub(super) fn end(world: &mut World, arn: &str) {
    let now = world.now;
    let Some(task) = world.ecs.tasks.get_mut(arn) else {
        return;
    };
    if task.last_status != LastStatus::Deactivating {
        return;
    }
    task.last_status = LastStatus::Stopped;
    task.stopped_at = Some(now);
    let (interface, service) = (task.interface.clone(), task.service.clone());
    ec2::detach_interface(world, &interface, INTERFACE_LINGERS);
    super::schedule(world, FORGOTTEN_AFTER, Event::TaskForgotten(arn.to_owned()));
    rollout::reconcile(world, &service);
}

/// Forgets a stopped task. Descriptions no longer have it.
pub(super) fn forget(world: &mut World, arn: &str) {
    world.ecs.tasks.remove(arn);
}
