//! Targets of target groups, their states in time, and the operations on them.
//!
//! A new target is `initial` until its health is known. Behind an Application Load Balancer one passed check makes
//! it healthy, and behind a Network Load Balancer as many as the threshold says; later changes need the thresholds
//! of both. A healthy target is checked again only if its group changes. Checks need a load balancer that is active.
//!
//! A deregistered target drains for the whole deregistration delay, even without requests. That AWS shows it for so
//! long is an assumption. A registration of a draining target begins anew.
//!
//! ECS registers its tasks by [`register`] and [`deregister`], without the quotas on calls.

mod operation;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(super) use self::operation::{deregister_targets, describe, register_targets};
use super::{
    Event, action,
    health::{self, Failure},
    load_balancer::{Kind, LoadBalancer},
    schedule,
    target_group::TargetGroup,
};
use crate::{
    services::{ec2, ecs},
    world::World,
};

/// The time in milliseconds from a registration to the first check, unless the interval is shorter.
const FIRST_CHECK: u64 = 10_000;

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Target {
    /// The private IPv4 address.
    pub(super) address: String,
    pub(super) port: i64,
    /// The zone of a request that registered it. `None` if it named none.
    zone: Option<String>,
    health: Health,
    /// The checks in a row that passed, since the last one that failed.
    passed: u64,
    /// The checks in a row that failed, since the last one that passed.
    failed: u64,
    /// The number of the next check. Earlier events of the target have no effect.
    check: u64,
    /// The number of the drain. `None` while the target is registered.
    drain: Option<u64>,
}

/// The health of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Health {
    /// Not known yet.
    Initial,
    Healthy,
    /// The last check failed for this reason.
    Unhealthy(Failure),
}

/// The state of a registered target, for ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetState {
    /// It gets requests.
    Healthy,
    /// Its health is not known yet, its group belongs to no load balancer, or that has no subnet in its zone.
    Waiting,
    /// It gets no requests, for this reason in words.
    Unhealthy(String),
}

/// Returns the key of a target in its group.
fn key(address: &str, port: i64) -> String {
    format!("{address}:{port}")
}

/// Registers a target. One that is registered already stays as it is.
///
/// An unknown target group is ignored.
pub(crate) fn register(world: &mut World, group: &str, address: &str, port: i64, zone: Option<String>) {
    let key = key(address, port);
    let Some(found) = world.elb.target_groups.get_mut(group) else {
        return;
    };
    if found.targets.get(&key).is_some_and(|target| target.drain.is_none()) {
        return;
    }
    let target = Target {
        address: address.to_owned(),
        port,
        zone,
        health: Health::Initial,
        passed: 0,
        failed: 0,
        check: 0,
        drain: None,
    };
    found.targets.insert(key.clone(), target);
    arm(world, group, &key, FIRST_CHECK);
}

/// Begins to drain a target, and returns the milliseconds for which it drains. Zero if it is not registered.
pub(crate) fn deregister(world: &mut World, group: &str, address: &str, port: i64) -> u64 {
    let number = world.next_number();
    let key = key(address, port);
    let Some(found) = world.elb.target_groups.get_mut(group) else {
        return 0;
    };
    let delay = found.deregistration_delay();
    let Some(target) = found.targets.get_mut(&key).filter(|target| target.drain.is_none()) else {
        return 0;
    };
    target.drain = Some(number);
    schedule(world, delay, Event::TargetGone(group.to_owned(), key, number));
    delay
}

/// Removes a target at the end of its drain, unless it was registered again.
pub(super) fn remove(world: &mut World, group: &str, key: &str, drain: u64) {
    if let Some(found) = world.elb.target_groups.get_mut(group)
        && found.targets.get(key).is_some_and(|target| target.drain == Some(drain))
    {
        found.targets.remove(key);
    }
}

/// Returns the state of a target. `None` if it is not registered.
pub(crate) fn state(world: &World, group: &str, address: &str, port: i64) -> Option<TargetState> {
    let found = world.elb.target_groups.get(group)?;
    let target = found.targets.get(&key(address, port)).filter(|target| target.drain.is_none())?;
    let behind = action::load_balancers_of(world, group);
    let balancer = behind.first().and_then(|arn| world.elb.load_balancers.get(arn));
    Some(match target.health {
        _ if !balancer.is_some_and(|balancer| is_enabled(world, balancer, address)) => TargetState::Waiting,
        Health::Healthy => TargetState::Healthy,
        Health::Initial => TargetState::Waiting,
        Health::Unhealthy(failure) => TargetState::Unhealthy(failure.words()),
    })
}

/// Returns the healthy targets of a group behind a load balancer, as address and port.
pub(super) fn healthy<'a>(
    world: &'a World,
    balancer: &'a LoadBalancer,
    group: &'a TargetGroup,
) -> impl Iterator<Item = (&'a str, i64)> {
    let is_healthy = |target: &&Target| {
        target.drain.is_none()
            && target.health == Health::Healthy
            && is_enabled(world, balancer, &target.address)
    };
    group.targets.values().filter(is_healthy).map(|target| (target.address.as_str(), target.port))
}

/// Returns whether a load balancer has a subnet in the zone of a target. Targets that no task has count as such.
fn is_enabled(world: &World, balancer: &LoadBalancer, address: &str) -> bool {
    let zone = |subnet: &str| ec2::zone(world, subnet).map(str::to_owned);
    let found = ecs::answering(world, address);
    let own = found.and_then(|found| zone(ec2::subnet_of_interface(world, &found.interface)?));
    own.is_none() || balancer.interfaces.keys().any(|subnet| zone(subnet) == own)
}

/// Follows a change of the subnets of a load balancer: targets in other zones lose their health, and those in new ones
/// are checked.
pub(super) fn follow_zones(world: &mut World, arn: &str) {
    let Some(balancer) = world.elb.load_balancers.get(arn).cloned() else { return };
    for group in action::attached(world) {
        if !action::load_balancers_of(world, &group).contains(arn) {
            continue;
        }
        let targets = world.elb.target_groups.get(&group).into_iter().flat_map(|found| &found.targets);
        let is_out = |target: &Target| !is_enabled(world, &balancer, &target.address);
        let out: BTreeSet<String> =
            targets.filter(|(_, target)| is_out(target)).map(|(key, _)| key.clone()).collect();
        let targets =
            world.elb.target_groups.get_mut(&group).into_iter().flat_map(|found| &mut found.targets);
        for (_, target) in targets.filter(|(key, _)| out.contains(*key)) {
            (target.health, target.passed, target.failed) = (Health::Initial, 0, 0);
        }
        resume(world, &group);
    }
}

/// Follows a change of listeners and rules: groups that are new behind a load balancer begin to check their targets,
/// and targets of groups that no longer are behind one lose their health.
///
/// `before` has the groups behind a load balancer before the change.
pub(super) fn follow(world: &mut World, before: &BTreeSet<String>) {
    let after = action::attached(world);
    for group in after.difference(before) {
        resume(world, group);
    }
    for group in before.difference(&after) {
        let Some(found) = world.elb.target_groups.get_mut(group) else { continue };
        for target in found.targets.values_mut() {
            (target.health, target.passed, target.failed) = (Health::Initial, 0, 0);
        }
    }
}

/// Begins to check the targets of a group whose health is not known, or that are unhealthy.
pub(super) fn resume(world: &mut World, group: &str) {
    arm_each(world, group, |target| target.health != Health::Healthy);
}

/// Begins to check all targets of a group, whose health check has changed.
pub(super) fn recheck(world: &mut World, group: &str) {
    arm_each(world, group, |_| true);
}

/// Schedules the next check of the chosen targets of a group.
fn arm_each(world: &mut World, group: &str, is_chosen: impl Fn(&Target) -> bool) {
    let Some(found) = world.elb.target_groups.get(group) else {
        return;
    };
    let chosen = found.targets.iter().filter(|(_, target)| target.drain.is_none() && is_chosen(target));
    let keys: Vec<String> = chosen.map(|(key, _)| key.clone()).collect();
    for key in keys {
        arm(world, group, &key, FIRST_CHECK);
    }
}

/// Schedules the next check of a target, at the latest after the interval of its group.
fn arm(world: &mut World, group: &str, key: &str, after: u64) {
    let number = world.next_number();
    let Some(found) = world.elb.target_groups.get_mut(group) else {
        return;
    };
    let after = after.min(interval(found));
    if let Some(target) = found.targets.get_mut(key) {
        target.check = number;
        schedule(world, after, Event::TargetChecked(group.to_owned(), key.to_owned(), number));
    }
}

/// Returns the interval between two checks in milliseconds.
fn interval(group: &TargetGroup) -> u64 {
    group.health_check.interval * 1_000
}

/// Checks the health of a target, and schedules the next check unless the health is settled.
///
/// A change of the health is told to ECS. Without an active load balancer nothing happens, and the next change of it
/// begins the checks again.
pub(super) fn check(world: &mut World, arn: &str, key: &str, number: u64) {
    let Some(group) = world.elb.target_groups.get(arn) else {
        return;
    };
    let is_due = |target: &&Target| target.check == number && target.drain.is_none();
    let (Some(target), Some(balancer)) = (group.targets.get(key).filter(is_due), active(world, arn)) else {
        return;
    };
    if !is_enabled(world, balancer, &target.address) {
        return;
    }
    let result = health::probe(world, balancer, group, target);
    let checked = after(target, group, result);
    let is_settled = match checked.health {
        Health::Healthy => result.is_ok(),
        // Nothing listens at the address of a target that no task has.
        Health::Unhealthy(_) => result.is_err() && ecs::answering(world, &target.address).is_none(),
        Health::Initial => false,
    };
    let is_changed = checked.health != target.health;
    let (interval, address) = (interval(group), target.address.clone());

    if let Some(group) = world.elb.target_groups.get_mut(arn) {
        group.targets.insert(key.to_owned(), checked);
    }
    if !is_settled {
        arm(world, arn, key, interval);
    }
    if is_changed {
        ecs::target_changed(world, &address);
    }
}

/// Returns the load balancer of a group, if it is active.
fn active<'world>(world: &'world World, group: &str) -> Option<&'world LoadBalancer> {
    let behind = action::load_balancers_of(world, group);
    behind.first().and_then(|arn| world.elb.load_balancers.get(arn)).filter(|balancer| balancer.is_active)
}

/// Returns a target after a check with this result.
fn after(target: &Target, group: &TargetGroup, result: Result<(), Failure>) -> Target {
    let check = &group.health_check;
    let mut target = target.clone();
    (target.passed, target.failed) =
        if result.is_ok() { (target.passed + 1, 0) } else { (0, target.failed + 1) };
    let is_first = target.health == Health::Initial && group.kind() == Kind::Application;
    let needed = if is_first { 1 } else { check.healthy_threshold };
    match result {
        Ok(()) if target.passed >= needed => target.health = Health::Healthy,
        Err(failure) if target.failed >= check.unhealthy_threshold => {
            target.health = Health::Unhealthy(failure);
        }
        _ => {}
    }
    target
}
