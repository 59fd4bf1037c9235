//! The registries of a service: the Cloud Map service and the target groups in which ECS registers its tasks.
//!
//! A service usually has one of them. While it moves from one to another it has both, so that its tasks are found on the
//! old way until requests take the new one.

use aws_sdk_ecs::types::{LoadBalancer as SdkLoadBalancer, ServiceRegistry};
use serde::{Deserialize, Serialize};

use super::State;
use crate::{
    engine::graph::{Handle, Refs},
    services::elb::{listener::Listener, rule::ListenerRule, target_group::TargetGroup},
};

/// The target group in which a service registers its tasks.
pub(crate) struct Target {
    pub(crate) group: Handle<TargetGroup>,
    /// The object that leads to the target group: ECS refuses a service whose target group nothing leads to. `None`
    /// where one of others does.
    pub(crate) way: Option<TargetWay>,
    pub(crate) container: String,
    pub(crate) port: i32,
}

/// The object that leads to a target group.
#[derive(Clone)]
pub(crate) enum TargetWay {
    /// The listener of the service at a Network Load Balancer.
    Listener(Handle<Listener>),
    /// The rule of the service at an Application Load Balancer.
    Rule(Handle<ListenerRule>),
}

/// The registry of the tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Registry {
    /// The ARN of the Cloud Map service.
    pub(crate) service: String,
    /// The container whose address ECS registers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) container: Option<String>,
    /// The port that ECS registers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) port: Option<i32>,
}

/// A target group of the tasks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    /// The ARN of the target group.
    pub(crate) target_group: String,
    /// The container whose address ECS registers.
    pub(crate) container: String,
    /// The port that ECS registers.
    pub(crate) port: i32,
}

impl State {
    /// Returns the container and the port that ECS registers. `None` for a service that registers nowhere.
    fn registered(&self) -> Option<(String, i32)> {
        let of_balancer = self.load_balancers.first().map(|one| (one.container.clone(), one.port));
        let of_registry = || self.registry.as_ref().and_then(|one| one.container.clone().zip(one.port));
        of_balancer.or_else(of_registry)
    }
}

impl Target {
    /// Returns the desired target group. It reads the way to it as well, so that the way exists before.
    pub(super) fn desired(&self, refs: &Refs<'_>) -> LoadBalancer {
        match &self.way {
            Some(TargetWay::Listener(listener)) => drop(refs.get(listener)),
            Some(TargetWay::Rule(rule)) => drop(refs.get(rule)),
            None => {}
        }
        LoadBalancer {
            target_group: refs.get(&self.group).arn,
            container: self.container.clone(),
            port: self.port,
        }
    }
}

/// Returns a state with the live and the desired registries. `None` if none of the live ones goes.
pub(super) fn widened(live: &State, want: &State) -> Option<State> {
    let (container, port) = want.registered()?;
    // The security group of the tasks opens the new port to the new backend only.
    if live.registered().is_some_and(|(_, former)| former != port) {
        return None;
    }
    let kept = |balancer: &&LoadBalancer| {
        want.load_balancers.iter().all(|other| other.target_group != balancer.target_group)
    };
    let kept: Vec<LoadBalancer> = live
        .load_balancers
        .iter()
        .filter(kept)
        .map(|balancer| LoadBalancer { container: container.clone(), port, ..balancer.clone() })
        .collect();
    let registry = live.registry.as_ref().filter(|_| want.registry.is_none());
    if kept.is_empty() && registry.is_none() {
        return None;
    }

    let mut both = want.clone();
    both.load_balancers.extend(kept);
    both.load_balancers.sort();
    if let Some(registry) = registry {
        let service = registry.service.clone();
        both.registry = Some(Registry { service, container: Some(container), port: Some(port) });
    }
    // A load balancer that is to go still checks the new tasks.
    let grace_period = &mut both.settings.health_check_grace_period;
    *grace_period = (*grace_period).max(live.settings.health_check_grace_period);
    Some(both)
}

/// Returns the registry in the form of the client. An empty list removes the registry of a service.
pub(super) fn registries(want: &State) -> Vec<ServiceRegistry> {
    let registry = |registry: &Registry| {
        ServiceRegistry::builder()
            .registry_arn(&registry.service)
            .set_container_name(registry.container.clone())
            .set_container_port(registry.port)
            .build()
    };
    want.registry.iter().map(registry).collect()
}

/// Returns the target groups in the form of the client. An empty list removes all of a service.
pub(super) fn load_balancers(want: &State) -> Vec<SdkLoadBalancer> {
    let one = |balancer: &LoadBalancer| {
        SdkLoadBalancer::builder()
            .target_group_arn(&balancer.target_group)
            .container_name(&balancer.container)
            .container_port(balancer.port)
            .build()
    };
    want.load_balancers.iter().map(one).collect()
}

/// Decodes the registry of a service. A registry of A records has a `port`, one of SRV records a
/// `containerPort`.
pub(super) fn registry(found: &ServiceRegistry) -> Registry {
    Registry {
        service: found.registry_arn().unwrap_or_default().to_owned(),
        container: found.container_name().map(str::to_owned),
        port: found.container_port().or(found.port()),
    }
}

/// Decodes the target groups of a service, by ARN.
pub(super) fn balancers(found: &[SdkLoadBalancer]) -> Vec<LoadBalancer> {
    let one = |found: &SdkLoadBalancer| LoadBalancer {
        target_group: found.target_group_arn().unwrap_or_default().to_owned(),
        container: found.container_name().unwrap_or_default().to_owned(),
        port: found.container_port().unwrap_or_default(),
    };
    let mut all: Vec<LoadBalancer> = found.iter().map(one).collect();
    all.sort();
    all
}
