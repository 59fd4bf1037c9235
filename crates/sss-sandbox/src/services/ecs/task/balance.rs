//! Tasks behind load balancers.
//!
//! ECS registers a task in the target groups of its service when the task runs, and a task counts as healthy once
//! all of its targets are. A task with an unhealthy target is stopped, after the grace period of the service.
//! Before a task ends, ECS deregisters it and waits until its targets have drained; only then the containers get
//! their signal ("Amazon ECS task lifecycle", in the developer guide).

use serde::{Deserialize, Serialize};

use super::{LastStatus, Stop, Task, answer};
use crate::{
    services::{
        ecs::{self, Event, rollout, service},
        elb::{self, TargetState},
    },
    world::World,
};

/// The health of a task by its targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Balance {
    /// The service has no target groups.
    #[default]
    Unused,
    /// The health of a target is not known, or a target is unhealthy.
    Waiting,
    /// All targets are healthy.
    Healthy,
}

/// Registers a running task in its target groups.
pub(super) fn register(world: &mut World, task: &Task) {
    let zone = answer::zone(world, task);
    for balancer in &task.load_balancers {
        let (group, port) = (&balancer.target_group_arn, balancer.container_port);
        elb::register(world, group, &task.address, port, Some(zone.clone()));
    }
}

/// Deregisters a stopping task, and returns the milliseconds until all of its targets have drained.
pub(super) fn deregister(world: &mut World, task: &Task) -> u64 {
    let drains = task.load_balancers.iter().map(|balancer| {
        elb::deregister(world, &balancer.target_group_arn, &task.address, balancer.container_port)
    });
    drains.max().unwrap_or_default()
}

/// Follows a change of the health of a target with an address.
///
/// A healthy task counts in the deployment of its service. An unhealthy one fails.
pub(crate) fn target_changed(world: &mut World, address: &str) {
    let mut tasks = world.ecs.tasks.values();
    let found = tasks.find(|task| task.last_status == LastStatus::Running && task.address == address);
    let Some(task) = found.cloned() else {
        return;
    };
    let balance = if states(world, &task).iter().all(|(_, state)| *state == TargetState::Healthy) {
        Balance::Healthy
    } else {
        Balance::Waiting
    };
    if let Some(task) = world.ecs.tasks.get_mut(&task.arn) {
        task.balance = balance;
    }

    if balance == Balance::Healthy {
        super::count_as_healthy(world, &task);
    }
    rollout::reconcile(world, &task.service);
    fail_if_unhealthy(world, &task.arn);
}

/// Returns the states of a task's targets with their groups. A target that is not registered waits.
fn states(world: &World, task: &Task) -> Vec<(String, TargetState)> {
    let state = |group: &str, port| elb::target_state(world, group, &task.address, port);
    let balancers = task.load_balancers.iter();
    balancers
        .map(|balancer| {
            let group = &balancer.target_group_arn;
            (group.clone(), state(group, balancer.container_port).unwrap_or(TargetState::Waiting))
        })
        .collect()
}

/// Stops a running task with an unhealthy target, and counts it as failed.
///
/// Within the grace period of the service it looks again at the end of the period.
pub(in crate::services::ecs) fn fail_if_unhealthy(world: &mut World, arn: &str) {
    let running = world.ecs.tasks.get(arn).filter(|task| task.last_status == LastStatus::Running);
    let Some(task) = running.cloned() else {
        return;
    };
    let unhealthy = states(world, &task).into_iter().find_map(|(group, state)| match state {
        TargetState::Unhealthy(words) => Some((group, words)),
        _ => None,
    });
    let (Some((group, words)), Some(found)) = (unhealthy, world.ecs.services.get(&task.service)) else {
        return;
    };
    let grace = found.options.health_check_grace_period.unwrap_or_default() * 1_000;
    let patient_until = task.started_at.unwrap_or_default() + grace;
    if world.now < patient_until {
        let rest = patient_until - world.now;
        return ecs::schedule(world, rest, Event::TaskGraceEnds(arn.to_owned()));
    }

    let stop = Stop {
        code: "ServiceSchedulerInitiated".to_owned(),
        reason: format!("Task failed ELB health checks in (target-group {group})"),
        cause: None,
    };
    let port = task.load_balancers.iter().find(|of| of.target_group_arn == group).map(|of| of.container_port);
    let event = format!(
        "(task {}) (port {}) is unhealthy in (target-group {group}) due to (reason {words}).",
        task.id(),
        port.unwrap_or_default()
    );
    service::tell(world, &task.service, &event);
    super::stop(world, arn, stop);
    rollout::task_failed(world, &task.service, &task.deployment);
    rollout::reconcile(world, &task.service);
}
