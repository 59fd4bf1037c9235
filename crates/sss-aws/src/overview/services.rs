//! The running services: the state of each service of a stack.

use std::collections::BTreeMap;

use aws_smithy_types::date_time::{DateTime, Format};
use schemars::JsonSchema;
use serde::Serialize;
use sss_model::Stack;

use super::{Area, Areas};
use crate::{
    Attempt, Id, World,
    causes::Diagnosis,
    engine::{
        kind::{Resource, from_value},
        world::Live,
    },
    services::{
        apigateway::route::Route,
        ecs::{
            service::{self, Run, Service},
            task_definition::{self, TaskDefinition},
        },
    },
    tags::Ownership,
};

/// The state of a service in one word.
///
/// In JSON it is in snake case, such as `rolled_back`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServiceState {
    /// All tasks run, of the last deployment.
    Steady,
    /// A deployment is under way.
    Deploying,
    /// Fewer or more tasks run than ECS wants, without a deployment.
    Scaling,
    /// No task is wanted.
    Stopped,
    /// The last deployment was rolled back. The revision before it runs.
    RolledBack,
    /// The last deployment failed and was not rolled back.
    Failed,
    /// The service does not exist.
    Missing,
    /// A service of this name exists, and the stack does not manage it.
    NotManaged,
}

impl ServiceState {
    /// Returns whether nobody has to look after the service.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Steady | Self::Stopped)
    }
}

/// The running state of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ServiceStatus {
    /// The key of the service in the stack. A service that the stack no longer has goes by its name on AWS.
    pub name: String,
    /// The state.
    pub state: ServiceState,
    /// The image of the main container that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The number of the revision that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// The number of tasks that run.
    pub running: i32,
    /// The number of tasks that ECS keeps running.
    pub desired: i32,
    /// The tasks of the deployment that is under way. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deploying: Option<Rollout>,
    /// The deployment that failed or was rolled back. `None` if the last one succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
    /// The cause for which it does not run as it should. `None` if it does, or if no text of AWS is known.
    ///
    /// An observation has none: [`why`](crate::operate::why::why()) finds it by further reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Diagnosis>,
    /// The reads for the cause that failed or were denied, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<String>,
    /// The time since when it is in this state, in the form `2026-01-31T12:00:00Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The keys of its routes that exist.
    pub routes: Vec<String>,
}

impl ServiceStatus {
    /// Returns whether something failed, so that it is worth to ask why.
    ///
    /// A service that nobody has created yet, or that somebody else owns, has no cause in this sense.
    pub fn has_failed(&self) -> bool {
        match self.state {
            ServiceState::RolledBack | ServiceState::Failed | ServiceState::Scaling => true,
            ServiceState::Deploying => self.deploying.as_ref().is_some_and(|rollout| rollout.failed > 0),
            ServiceState::Steady
            | ServiceState::Stopped
            | ServiceState::Missing
            | ServiceState::NotManaged => false,
        }
    }
}

/// The tasks of a deployment that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Rollout {
    /// The new tasks that run.
    pub running: i32,
    /// The new tasks that failed.
    pub failed: i32,
}

/// A deployment that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Tried {
    /// The number of its revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// The image of its main container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Its status in AWS's words, such as `ROLLBACK_SUCCESSFUL`.
    pub status: String,
    /// Its end in words, as it fits "the deployment …".
    #[serde(skip)]
    pub ending: String,
    /// The reason in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Returns the state of each service of the stack, and of each other one that the stack owns.
pub(crate) fn services(stack: &Stack, world: &World, areas: &Areas) -> Vec<ServiceStatus> {
    let mut routes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, _) in world.of_kind(Route::KIND) {
        if let Area::Service(name) = areas.get(id) {
            routes.entry(name).or_default().push(id.name.clone());
        }
    }

    let wanted =
        stack.services.keys().map(|key| (key.clone(), Id::new(Service::KIND, stack.service_name(key))));
    let wanted: BTreeMap<String, Id> = wanted.collect();
    let is_other = |id: &Id| !wanted.values().any(|wanted| wanted == id);
    let others = world.of_kind(Service::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let others: Vec<(String, Id)> = others
        .filter(|(id, _)| is_other(id))
        .filter_map(|(id, _)| match areas.get(id) {
            Area::Service(name) => Some((name, id.clone())),
            _ => None,
        })
        .collect();

    let all = wanted.iter().map(|(key, id)| (key.clone(), id.clone())).chain(others);
    let status = |(name, id): (String, Id)| {
        let main = stack.container_name(&name);
        let routes = routes.remove(&name).unwrap_or_default();
        let live = world.get(&id);
        let status = live.map_or_else(|| missing(&name), |live| found(&name, &main, &id, live, world));
        ServiceStatus { routes, ..status }
    };
    all.map(status).collect()
}

/// Returns the status of a service that does not exist.
fn missing(name: &str) -> ServiceStatus {
    ServiceStatus {
        name: name.to_owned(),
        state: ServiceState::Missing,
        image: None,
        revision: None,
        running: 0,
        desired: 0,
        deploying: None,
        tried: None,
        cause: None,
        not_checked: Vec::new(),
        since: None,
        routes: Vec::new(),
    }
}

/// Returns the status of a service that exists. `main` is the name of its main container.
fn found(name: &str, main: &str, id: &Id, live: &Live, world: &World) -> ServiceStatus {
    let run: Run = live.facts.get();
    let state: service::State = from_value(&live.state);
    let tried = world.attempt(id).map(|attempt| tried(attempt, main));
    let condition = state_of(live, &state, &run, tried.as_ref());

    let is_on_its_way = condition == ServiceState::Deploying;
    let since = if is_on_its_way { run.began } else { run.changed.or(run.began) };
    ServiceStatus {
        image: image(world, &state.task_definition, main),
        revision: number(&state.task_definition),
        running: run.running,
        desired: run.desired,
        deploying: is_on_its_way.then_some(Rollout { running: run.new, failed: run.failed }),
        tried,
        since: since.and_then(|second| DateTime::from_secs(second).fmt(Format::DateTime).ok()),
        state: condition,
        ..missing(name)
    }
}

/// Returns the state in one word.
fn state_of(live: &Live, state: &service::State, run: &Run, tried: Option<&Tried>) -> ServiceState {
    if live.ownership != Ownership::Ours {
        return ServiceState::NotManaged;
    }
    match (tried, state.deployment.as_deref()) {
        (_, Some("IN_PROGRESS")) => ServiceState::Deploying,
        (Some(tried), _) if tried.status.starts_with("ROLLBACK_SUCC") => ServiceState::RolledBack,
        (Some(_), _) | (None, Some(_)) => ServiceState::Failed,
        (None, None) if run.desired == 0 && run.running == 0 => ServiceState::Stopped,
        (None, None) if run.running != run.desired => ServiceState::Scaling,
        (None, None) => ServiceState::Steady,
    }
}

/// Returns a deployment that did not come to its end.
fn tried(attempt: &Attempt, main: &str) -> Tried {
    let definition = attempt.tried.iter().find(|tried| tried.id.kind == TaskDefinition::KIND);
    let image = definition.and_then(|tried| image_of(&from_value(&tried.state), main));
    Tried {
        revision: number(&attempt.wanted),
        image,
        status: attempt.status.clone(),
        ending: attempt.ending().to_owned(),
        reason: attempt.reason.clone(),
    }
}

/// Returns the image of the main container in a revision.
fn image(world: &World, revision: &str, main: &str) -> Option<String> {
    let family = revision.rsplit('/').next()?.rsplit_once(':')?.0;
    let all = world.all(&Id::new(TaskDefinition::KIND, family));
    let live = all.iter().find(|live| live.physical == revision)?;
    image_of(&from_value(&live.state), main)
}

/// Returns the image of the main container, or the only one.
fn image_of(state: &task_definition::State, main: &str) -> Option<String> {
    let only = || state.containers.values().next().filter(|_| state.containers.len() == 1);
    state.containers.get(main).or_else(only).map(|container| container.image.clone())
}

/// Returns the number of a revision, from its ARN or its short form.
fn number(revision: &str) -> Option<u32> {
    revision.rsplit(':').next()?.parse().ok()
}
