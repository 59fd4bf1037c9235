//! ECS on Fargate: clusters, task definitions, and services whose tasks really start, register, drain and stop.

mod cluster;
mod deployment;
mod image;
mod page;
mod rollout;
mod service;
mod strategy;
mod tag;
mod task;
mod task_definition;
mod watched;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::image::BrokenImage;
use self::{
    cluster::Cluster,
    service::Service,
    task::{Stop, Task},
    task_definition::{Family, Status as Revision},
};
pub(crate) use self::{
    image::{break_image, mend_image},
    task_definition::conceal,
    watched::{Ended, Ending, Serving, deployments, ended, serving, wanted},
};
use crate::{
    gate,
    refusal::Refusal,
    tags::Tags,
    world::{self, World},
};

/// What the account holds of this service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    clusters: BTreeMap<String, Cluster>,
    families: BTreeMap<String, Family>,
    services: BTreeMap<String, Service>,
    tasks: BTreeMap<String, Task>,
    #[serde(default)]
    broken_images: BTreeMap<String, BrokenImage>,
}

/// What happens later by itself. Each names its object, which may be gone or another one by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    ClusterForgotten(String),
    ServiceForgotten(String),
    ServiceInactive(String),
    ServiceRetries(String),
    ServiceSettles(String),
    TaskActivates(String),
    ServiceDeploymentBegins(String),
    ServiceDeploymentEnds(String),
    TaskDeregisters(String),
    TaskFails(String, Stop),
    TaskForgotten(String),
    TaskPends(String),
    TaskRuns(String),
    TaskStops(String),
    TaskDefinitionDeleted(String),
}

/// An event is due.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::ClusterForgotten(name) => cluster::forget(world, &name),
        Event::ServiceForgotten(arn) => service::forget(world, &arn),
        Event::ServiceInactive(arn) => service::end(world, &arn),
        Event::ServiceRetries(arn) => rollout::reconcile(world, &arn),
        Event::ServiceSettles(arn) => rollout::settle(world, &arn),
        Event::TaskActivates(arn) => task::activate(world, &arn),
        Event::ServiceDeploymentBegins(arn) => deployment::proceed(world, &arn),
        Event::ServiceDeploymentEnds(arn) => rollout::end_as_requested(world, &arn),
        Event::TaskDeregisters(arn) => task::deregister(world, &arn),
        Event::TaskFails(arn, stop) => task::fail(world, &arn, stop),
        Event::TaskForgotten(arn) => task::forget(world, &arn),
        Event::TaskPends(arn) => task::pend(world, &arn),
        Event::TaskRuns(arn) => task::run(world, &arn),
        Event::TaskStops(arn) => task::end(world, &arn),
        Event::TaskDefinitionDeleted(arn) => task_definition::remove(world, &arn),
    }
}

/// Answers one call.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let referred = if operation == "CreateService" { service::referred(world, input) } else { json!({}) };
    gate::pass_beside(crate::service::Service::Ecs, operation, input, referred)?;
    match operation {
        "CreateCluster" => cluster::create(world, input),
        "CreateService" => service::create(world, input),
        "DeleteCluster" => cluster::delete(world, input),
        "DeleteService" => service::delete(world, input),
        "DeleteTaskDefinitions" => task_definition::delete(world, input),
        "DeregisterTaskDefinition" => task_definition::deregister(world, input),
        "DescribeClusters" => cluster::describe(world, input),
        "DescribeServiceDeployments" => deployment::describe(world, input),
        "DescribeServiceRevisions" => deployment::describe_revisions(world, input),
        "DescribeServices" => service::describe(world, input),
        "DescribeTaskDefinition" => task_definition::describe(world, input),
        "DescribeTasks" => task::describe(world, input),
        "ListClusters" => cluster::list(world, input),
        "ListServiceDeployments" => deployment::list(world, input),
        "ListServices" => service::list(world, input),
        "ListTagsForResource" => tag::list_tags_for_resource(world, input),
        "ListTaskDefinitionFamilies" => task_definition::families(world, input),
        "ListTaskDefinitions" => task_definition::list(world, input),
        "ListTasks" => task::list(world, input),
        "PutClusterCapacityProviders" => cluster::put_capacity_providers(world, input),
        "RegisterTaskDefinition" => task_definition::register(world, input),
        "StopServiceDeployment" => deployment::stop(world, input),
        "TagResource" => tag::tag_resource(world, input),
        "UntagResource" => tag::untag_resource(world, input),
        "UpdateCluster" | "UpdateClusterSettings" => cluster::update(world, input),
        "UpdateService" => service::update(world, input),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// Every object that the tagging API knows.
pub(crate) fn tagged(world: &World) -> Vec<(String, &'static str, Tags)> {
    let clusters = world.ecs.clusters.values().filter(|cluster| cluster.status == cluster::Status::Active);
    let clusters = clusters.map(|cluster| (cluster.arn.clone(), "ecs:cluster", cluster.tags.clone()));
    let services = world.ecs.services.values().filter(|service| service.status != service::Status::Inactive);
    let services = services.map(|service| (service.arn.clone(), "ecs:service", service.tags.clone()));
    let definitions = task_definition::all(&world.ecs).filter(|found| found.status == Revision::Active);
    let definitions = definitions.map(|found| (found.arn.clone(), "ecs:task-definition", found.tags.clone()));
    clusters.chain(services).chain(definitions).collect()
}

/// Adds tags to an object; false when there is none.
pub(crate) fn set_tags(world: &mut World, arn: &str, tags: &Tags) -> bool {
    let Some(there) = tag::tags_of(&mut world.ecs, arn) else {
        return false;
    };
    there.extend(tags.clone());
    true
}

/// Takes tags off an object; false when there is none.
pub(crate) fn remove_tags(world: &mut World, arn: &str, keys: &[String]) -> bool {
    let Some(there) = tag::tags_of(&mut world.ecs, arn) else {
        return false;
    };
    there.retain(|key, _| !keys.contains(key));
    true
}

fn schedule(world: &mut World, after: u64, event: Event) {
    world.schedule(after, world::Event::Ecs(event));
}

/// A time as ECS writes it: seconds since the Unix epoch.
fn seconds(milliseconds: u64) -> Value {
    json!(Duration::from_millis(milliseconds).as_secs_f64())
}

/// An object that a description could not give.
fn failure(arn: &str, reason: &str) -> Value {
    json!({ "arn": arn, "reason": reason })
}

/// The ARN that a name or an ARN stands for.
fn arn_of(world: &World, kind: &str, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { world.arn("ecs", &format!("{kind}/{name}")) }
}

/// The names of clusters.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(allowed)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

#[cfg(test)]
mod tests;
