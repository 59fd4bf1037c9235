//! ECS on Fargate: clusters, task definitions, and services whose tasks start, register, drain and stop.

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
    task_definition::{Family, conceal},
};
pub(crate) use self::{
    image::{break_image, mend_image},
    watched::{Ended, Ending, Serving, deployments, ended, serving, wanted},
};
use crate::{
    gate::{self, Form},
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    wire::Protocol,
    world::{self, World},
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "ecs",
    cli_name: "ecs",
    protocol: Protocol::Json("AmazonEC2ContainerServiceV20141113"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "ServerException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    one_writer: None,
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: Some(conceal),
};

/// Source: "Request throttling for the Amazon ECS API", in the API reference.
const QUOTAS: &[Quota] = &[
    Quota::new(
        Calls::Any(&[
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ]),
        20,
        1,
    ),
    Quota::new(Calls::Any(&["DescribeClusters", "ListClusters"]), 50, 20),
    Quota::new(Calls::Any(&["RegisterTaskDefinition", "DeregisterTaskDefinition"]), 20, 1),
    Quota::new(Calls::Any(&["DeleteTaskDefinitions"]), 5, 1),
    Quota::new(
        Calls::Any(&["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"]),
        50,
        20,
    ),
    Quota::new(Calls::Any(&["CreateService", "UpdateService", "DeleteService"]), 50, 5),
    Quota::new(Calls::Any(&["DescribeServices", "ListServices"]), 100, 20),
    // The page does not name StopServiceDeployment; it is assumed to share the bucket of its resource.
    Quota::new(
        Calls::Any(&["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"]),
        50,
        20,
    ),
    Quota::new(Calls::Any(&["DescribeServiceRevisions"]), 50, 20),
    Quota::new(Calls::Any(&["DescribeTasks", "ListTasks"]), 100, 20),
    Quota::new(Calls::Any(&["TagResource", "UntagResource"]), 20, 10),
    Quota::new(Calls::Any(&["ListTagsForResource"]), 50, 20),
];

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    clusters: BTreeMap<String, Cluster>,
    families: BTreeMap<String, Family>,
    services: BTreeMap<String, Service>,
    tasks: BTreeMap<String, Task>,
    #[serde(default)]
    broken_images: BTreeMap<String, BrokenImage>,
}

/// A later change. Each names its object, which may no longer exist by then, or may be a new one of that name.
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

/// Carries out a due event.
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

/// Carries out one operation and returns its answer.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let referred = if operation == "CreateService" { service::referred(world, input) } else { json!({}) };
    gate::pass_beside(&SERVICE, operation, input, referred)?;

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

fn schedule(world: &mut World, after: u64, event: Event) {
    world.schedule(after, world::Event::Ecs(event));
}

/// Returns a time in ECS's form: seconds since the Unix epoch.
fn seconds(milliseconds: u64) -> Value {
    json!(Duration::from_millis(milliseconds).as_secs_f64())
}

/// Returns the entry for an object that a description does not have.
fn failure(arn: &str, reason: &str) -> Value {
    json!({ "arn": arn, "reason": reason })
}

/// Returns the ARN of an object by its name or its ARN.
fn arn_of(world: &World, kind: &str, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { world.arn("ecs", &format!("{kind}/{name}")) }
}

/// Returns whether a text can be the name of a cluster.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(allowed)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

#[cfg(test)]
mod tests;
