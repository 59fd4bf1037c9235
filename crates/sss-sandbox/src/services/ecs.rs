//! ECS on Fargate: clusters, task definitions, and services whose tasks start, register, drain and stop.
//!
//! # Terms
//!
//! - A *task definition* is a family of numbered revisions. A revision never changes after its registration.
//! - A *service* runs a desired number of tasks of one revision in a cluster.
//! - A *specification* has the members of a service whose change starts a deployment, and *options* are its
//!   other members.
//! - A *row* is an entry in the `deployments` of a service's description. The first one is the primary row.
//! - A *service deployment* is an entry in the service's history. It has a status of its own and survives its
//!   row.
//! - A *service revision* is the specification of one deployment.
//!
//! # How the parts work together
//!
//! `service` reads the requests and asks `deployment` for a new row and a new entry of the history. `rollout`
//! compares the tasks with the primary row after each change: it stops superfluous tasks, starts missing ones
//! and decides when a deployment succeeds or fails. `task` moves each task through its states by events, and
//! registers it in Cloud Map and in target groups. No operation waits for its effect; callers poll, as on AWS.
//!
//! # Behaviour of AWS
//!
//! | change | time | evidence |
//! |---|---|---|
//! | a task is PENDING, ACTIVATING, RUNNING | 10 s, 20 s, 40 s after its start | assumption |
//! | a stopping task leaves Cloud Map, and is STOPPED | 5 s, 20 s after the order; behind a load balancer the second after the deregistration delay | assumption |
//! | a service is steady | 10 s after its last task runs | assumption |
//! | ECS tries again after a failed task | 10 s | assumption |
//! | a deleted service is INACTIVE | 45 s | aws-cli#1334, tfp#2283; length: assumption |
//! | descriptions have a stopped task | 1 hour | the reference of `DescribeTasks` |
//! | descriptions have a deleted cluster and an inactive service | 1 hour | assumption |
//!
//! Here and in the modules below, `tfp` is the tracker of hashicorp/terraform-provider-aws. The refusals are
//! those of the API reference, with AWS's words where a thread quotes them.
//!
//! # Left out
//!
//! EC2 and external launch types, daemons, Classic Load Balancers, Service Connect, blue/green deployments, alarms,
//! and interruptions of `FARGATE_SPOT`. Overrides of `RunTask` change nothing, because containers run no commands.

mod access;
mod cluster;
mod container_instance;
mod deployment;
mod image;
mod page;
mod rollout;
mod service;
mod strategy;
mod tag;
mod task;
mod task_definition;
mod told;
mod watched;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::image::{BrokenImage, Talk};
use self::{
    cluster::Cluster,
    service::Service,
    task::{Stop, Task},
    task_definition::{Family, conceal},
};
pub(crate) use self::{
    image::{InRegistry, break_image, in_registry, make_talk, mend_image},
    service::{desired_count, is_deploying, set_desired_count},
    task::target_changed,
    told::{block_sessions, describe_tasks_with, describe_with, make_ill, pause_next, write_event},
    watched::{Ended, Ending, Serving, ServingTasks, answering, deployments, ended, serving, wanted},
};
use crate::{
    gate::{self, Form},
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
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
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: Some(conceal),
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens { asked: "nextToken", given: &["nextToken"], refusal: wrong_token };

/// Quotas on the calls of this service: name of the bucket's calls, burst, and refill for each second.
///
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
    Quota::new(Calls::Any(&["ListContainerInstances"]), 50, 20),
    Quota::new(Calls::Any(&["StopTask"]), 100, 40),
    Quota::new(Calls::Any(&["TagResource", "UntagResource"]), 20, 10),
    Quota::new(Calls::Any(&["ListTagsForResource"]), 50, 20),
];

/// This service's part of the account.
///
/// Deleted objects stay in it for as long as AWS describes them, with a status that says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Clusters by name. A deleted cluster gives its place to a new one of its name.
    clusters: BTreeMap<String, Cluster>,
    /// Families of task definitions by name.
    families: BTreeMap<String, Family>,
    /// Services by ARN, which contains the cluster. A deleted service gives its place to a new one of its
    /// name.
    services: BTreeMap<String, Service>,
    /// Tasks by ARN.
    tasks: BTreeMap<String, Task>,
    /// Faults of images by reference, as a test set them.
    #[serde(default)]
    broken_images: BTreeMap<String, BrokenImage>,
    /// Images whose containers log lines while they run, as a test set them.
    #[serde(default)]
    talking_images: BTreeMap<String, Talk>,
    /// The members of descriptions that other tools or AWS set, by the name of the service.
    #[serde(default)]
    told: BTreeMap<String, Value>,
    /// Members of the descriptions of a service's tasks that no request sets, by the name of the service.
    #[serde(default)]
    told_tasks: BTreeMap<String, Value>,
    /// Whether the agents of ECS Exec have no way to their service, although they are connected.
    #[serde(default)]
    unreachable_sessions: bool,
    /// The services whose next deployment pauses at a hook, with the id of the hook.
    #[serde(default)]
    pauses: BTreeMap<String, String>,
}

/// A later change. Each names its object, which may no longer exist by then, or may be a new one of that
/// name.
///
/// The function that carries out an event therefore examines the object's state and times first, and does
/// nothing if they do not fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// An hour has passed since the deletion of the cluster with this name.
    ClusterForgotten(String),
    /// An hour has passed since the service became inactive.
    ServiceForgotten(String),
    /// The service has drained.
    ServiceInactive(String),
    /// The pause after a failed task is over.
    ServiceRetries(String),
    /// The tasks may have run for long enough for a steady state.
    ServiceSettles(String),
    /// The task has pulled its images.
    TaskActivates(String),
    /// The newest service deployment is no longer pending.
    ServiceDeploymentBegins(String),
    /// ECS acts on a `StopServiceDeployment`.
    ServiceDeploymentEnds(String),
    /// The stopping task leaves its registries in Cloud Map.
    TaskDeregisters(String),
    /// The grace period of a task with an unhealthy target is over.
    TaskGraceEnds(String),
    /// A container of the running task exits, or its health check has failed for long enough.
    TaskFails(String, Stop),
    /// An hour has passed since the task stopped.
    TaskForgotten(String),
    /// A container of the running task logs a line, by the container's name and the line's number.
    TaskLogs(String, String, u64),
    /// The task has its network interface.
    TaskPends(String),
    /// The containers of the task have started.
    TaskRuns(String),
    /// The containers of the stopping task have ended.
    TaskStops(String),
    /// The revision in deletion disappears, unless something uses it.
    TaskDefinitionDeleted(String),
}

/// Carries out a due event. Later events of the same object follow from it.
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
        Event::TaskGraceEnds(arn) => task::fail_if_unhealthy(world, &arn),
        Event::TaskForgotten(arn) => task::forget(world, &arn),
        Event::TaskLogs(arn, container, number) => task::write_line(world, &arn, &container, number),
        Event::TaskPends(arn) => task::pend(world, &arn),
        Event::TaskRuns(arn) => task::run(world, &arn),
        Event::TaskStops(arn) => task::end(world, &arn),
        Event::TaskDefinitionDeleted(arn) => task_definition::remove(world, &arn),
    }
}

/// Carries out one operation and returns its answer.
///
/// The rules of the model check the request first. For a new service they also see the task definition and
/// the Cloud Map service to which the request refers, because some rules compare them.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
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
        "ContinueServiceDeployment" => deployment::proceed_at_hook(world, input),
        "DescribeClusters" => cluster::describe(world, input),
        "DescribeServiceDeployments" => deployment::describe(world, input),
        "DescribeServiceRevisions" => deployment::describe_revisions(world, input),
        "DescribeServices" => service::describe(world, input),
        "DescribeTaskDefinition" => task_definition::describe(world, input),
        "DescribeTasks" => task::describe(world, input),
        "ExecuteCommand" => task::execute(world, input),
        "ListClusters" => cluster::list(world, input),
        "ListContainerInstances" => container_instance::list(world, input),
        "ListServiceDeployments" => deployment::list(world, input),
        "ListServices" => service::list(world, input),
        "ListTagsForResource" => tag::list_tags_for_resource(world, input),
        "ListTaskDefinitionFamilies" => task_definition::families(world, input),
        "ListTaskDefinitions" => task_definition::list(world, input),
        "ListTasks" => task::list(world, input),
        "PutClusterCapacityProviders" => cluster::put_capacity_providers(world, input),
        "RegisterTaskDefinition" => task_definition::register(world, input),
        "RunTask" => task::run_task(world, input),
        "StopServiceDeployment" => deployment::stop(world, input),
        "StopTask" => task::stop_by_user(world, input),
        "TagResource" => tag::tag_resource(world, input),
        "UntagResource" => tag::untag_resource(world, input),
        "UpdateCluster" | "UpdateClusterSettings" => cluster::update(world, input),
        "UpdateService" => service::update(world, input),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// Schedules an event of this service for `after` milliseconds from now.
fn schedule(world: &mut World, after: u64, event: Event) {
    world.schedule(after, world::Event::Ecs(event));
}

/// Returns a time in ECS's form: seconds since the Unix epoch.
fn seconds(milliseconds: u64) -> Value {
    json!(Duration::from_millis(milliseconds).as_secs_f64())
}

/// Returns the entry for an object that a description does not have.
///
/// ECS answers such a request with status 200 and lists the missing objects under `failures`.
fn failure(arn: &str, reason: &str) -> Value {
    json!({ "arn": arn, "reason": reason })
}

/// Returns the ARN of an object by its name or its ARN. An ARN stays as it is, even if its type is another
/// one.
fn arn_of(world: &World, kind: &str, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { world.arn("ecs", &format!("{kind}/{name}")) }
}

/// Returns whether a text can be the name of a cluster: 1 to 255 ASCII letters, digits, hyphens and
/// underscores.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(allowed)
}

/// Returns the refusal of a token that no page of the listing has.
fn wrong_token() -> Refusal {
    invalid("Invalid token.")
}

/// Returns the refusal of an invalid parameter, which is ECS's code for most refusals.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

#[cfg(test)]
mod tests;
