//! `CreateService`.
//!
//! A repeated creation with the client token of the first one returns the service as it is now. Without a
//! token, or with another one, the name of an ACTIVE or DRAINING service is refused (tfp#605,
//! spinnaker#5476). A service with a role that ECS cannot assume yet is refused (terraform#2869,
//! faas-fargate#13).
//!
//! A service without a launch type and without a strategy gets the strategy of its cluster. The account has
//! no container instances, so the launch type EC2 is refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Options, Service, Specification, Status, answer, rules,
    specification::{Changes, Network},
};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{cluster, deployment, invalid, rollout, strategy, tag, task, task_definition},
    world::World,
};

/// The input of `CreateService`, beside the members that an update shares.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Creation {
    cluster: Option<String>,
    service_name: String,
    client_token: Option<String>,
    launch_type: Option<String>,
    scheduling_strategy: Option<String>,
    deployment_controller: Option<Controller>,
    tags: Option<Vec<tag::Tag>>,
    #[serde(flatten)]
    changes: Changes,
}

/// The deployment controller on the wire.
#[derive(Debug, Deserialize)]
struct Controller {
    #[serde(rename = "type")]
    kind: String,
}

/// Creates a service and starts its first deployment.
///
/// # Errors
///
/// Refuses a taken name, and services that the sandbox or their cluster cannot run: a daemon, another
/// deployment controller, unknown task definitions, subnets, groups or registries, target groups without a load
/// balancer, and roles that ECS cannot assume yet.
pub(in crate::services::ecs) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let mut wanted: Creation = input::parse(input)?;
    let cluster = cluster::resolve(world, wanted.cluster.as_deref())?;
    let name = wanted.service_name.clone();
    let arn = super::arn(world, &cluster, &name);
    if let Some(there) = world.ecs.services.get(&arn) {
        match there.status {
            Status::Active if wanted.client_token.is_some() && there.client_token == wanted.client_token => {
                return Ok(json!({ "service": answer::render(world, there, true) }));
            }
            Status::Active => return Err(invalid("Creation of service was not idempotent.")),
            Status::Draining => return Err(invalid("Unable to Start a service that is still Draining.")),
            Status::Inactive => {}
        }
    }

    let tags = tag::read(wanted.tags.take())?;
    check_kind(&wanted)?;
    let specification = specification(world, &cluster, &wanted)?;
    rules::check_load_balancers(world, &wanted.changes)?;
    task::check_roles(world, &specification.task_definition)?;
    let options = Options::of_new(&wanted.changes);
    let request = rules::request(&name, &json!(wanted.changes.desired_count), &specification, &options);
    rules::check(world, &cluster, &specification, &request)?;
    let service = Service {
        arn: arn.clone(),
        name,
        cluster,
        status: Status::Active,
        desired: wanted.changes.desired().unwrap_or_default(),
        options,
        tags,
        client_token: wanted.client_token,
        created_at: world.now,
        ended_at: None,
        deployments: Vec::new(),
        history: Vec::new(),
        revisions: BTreeMap::new(),
        completed: None,
        steady: false,
        settling: false,
        events: Vec::new(),
    };

    world.ecs.services.insert(arn.clone(), service);
    deployment::start(world, &arn, specification);
    rollout::reconcile(world, &arn);
    Ok(json!({ "service": answer::render(world, &world.ecs.services[&arn], true) }))
}

/// Refuses kinds of services that Fargate does not have.
fn check_kind(wanted: &Creation) -> Result<(), Refusal> {
    if wanted.scheduling_strategy.as_deref().is_some_and(|strategy| strategy != "REPLICA") {
        return Err(invalid("The daemon scheduling strategy is not supported on Fargate."));
    }
    if wanted.deployment_controller.as_ref().is_some_and(|controller| controller.kind != "ECS") {
        return Err(invalid("The deployment controller must be ECS."));
    }
    Ok(())
}

/// Returns the specification of a request, with AWS's defaults.
///
/// # Errors
///
/// Refuses unknown task definitions and a launch type other than FARGATE.
fn specification(world: &World, cluster: &str, wanted: &Creation) -> Result<Specification, Refusal> {
    let changes = &wanted.changes;
    let task_definition = changes.task_definition.as_ref();
    let task_definition = task_definition.and_then(|name| task_definition::find(world, name));
    let task_definition = task_definition
        .ok_or_else(|| Refusal::new("ClientException", "Unable to find the specified task definition."))?;
    let mut specification = Specification {
        task_definition: task_definition.arn.clone(),
        launch_type: wanted.launch_type.clone(),
        capacity_provider_strategy: Vec::new(),
        platform_version: "LATEST".to_owned(),
        network: Network {
            subnets: Vec::new(),
            security_groups: Vec::new(),
            assign_public_ip: "DISABLED".to_owned(),
        },
        registries: Vec::new(),
        load_balancers: Vec::new(),
        volumes: Vec::new(),
    };

    changes.apply_to(&mut specification);
    if specification.launch_type.is_none() && specification.capacity_provider_strategy.is_empty() {
        specification.capacity_provider_strategy = default_strategy(world, cluster)?;
    }
    if specification.launch_type.as_deref().is_some_and(|launch_type| launch_type != "FARGATE") {
        return Err(invalid("The account has no container instances; the launch type must be FARGATE."));
    }
    Ok(specification)
}

/// Returns the cluster's strategy, for a service without a launch type and a strategy.
///
/// # Errors
///
/// Refuses the request if the cluster has none, because ECS would then use EC2.
fn default_strategy(world: &World, cluster: &str) -> Result<Vec<strategy::Item>, Refusal> {
    let default = cluster::active(world, cluster).map(|cluster| cluster.default_strategy.clone());
    default
        .filter(|items| !items.is_empty())
        .ok_or_else(|| invalid("The account has no container instances; the launch type must be FARGATE."))
}
