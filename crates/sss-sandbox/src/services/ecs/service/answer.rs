//! The description of a service.
//!
//! An INACTIVE service has no rows and no current deployment. A description shows one specification three
//! times: in the service, in its rows and in its revisions.

use serde_json::{Map, Value, json};

use super::{Options, Service, Specification, Status};
use crate::{
    services::ecs::{
        deployment::{self, Deployment},
        seconds, tag, task,
    },
    world::World,
};

/// Returns the description of a service. `with_tags` is for requests that include the tags.
pub(super) fn render(world: &World, service: &Service, with_tags: bool) -> Value {
    let (pending, running) = task::counts(world, |task| task.service == service.arn);
    let is_over = service.status == Status::Inactive;
    let deployments = service.deployments.iter().filter(|_| !is_over);
    let events = service.events.iter();

    let mut answer = json!({
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": world.arn("ecs", &format!("cluster/{}", service.cluster)),
        "loadBalancers": service.specification().load_balancers,
        "serviceRegistries": service.specification().registries,
        "status": match service.status {
            Status::Active => "ACTIVE",
            Status::Draining => "DRAINING",
            Status::Inactive => "INACTIVE",
        },
        "desiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "deployments": deployments.map(|row| render_deployment(world, service, row)).collect::<Value>(),
        "roleArn": world.global_arn("iam", "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        "events": events.map(|event| json!({
            "id": event.id, "createdAt": seconds(event.created_at), "message": event.text,
        })).collect::<Value>(),
        "createdAt": seconds(service.created_at),
        "createdBy": world.caller_arn(),
        "placementConstraints": [],
        "placementStrategy": [],
        "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" },
    });
    let mut parts = render_specification(service.specification());
    parts.extend(render_options(&service.options));
    if with_tags && !service.tags.is_empty() {
        parts.insert("tags".to_owned(), tag::render(&service.tags));
    }

    if let Some(current) = service.history.last().filter(|_| !is_over) {
        parts.insert("currentServiceDeployment".to_owned(), json!(deployment::arn(world, service, current)));
        let revisions = deployment::current_revisions(world, service);
        parts.insert("currentServiceRevisions".to_owned(), revisions);
    }
    if let Value::Object(answer) = &mut answer {
        answer.extend(parts);
        let told = world.ecs.told.get(&service.name).and_then(Value::as_object);
        answer.extend(told.cloned().unwrap_or_default());
    }
    answer
}

/// Returns the members that deployments and revisions have too.
///
/// A specification has either a launch type or a capacity provider strategy.
pub(in crate::services::ecs) fn render_specification(specification: &Specification) -> Map<String, Value> {
    let mut members = Map::from_iter([
        ("taskDefinition".to_owned(), json!(specification.task_definition)),
        ("platformVersion".to_owned(), json!(specification.platform_version)),
        ("platformFamily".to_owned(), json!("Linux")),
        ("networkConfiguration".to_owned(), json!({ "awsvpcConfiguration": specification.network })),
    ]);
    if let Some(launch_type) = &specification.launch_type {
        members.insert("launchType".to_owned(), json!(launch_type));
    } else {
        let strategy = json!(specification.capacity_provider_strategy);
        members.insert("capacityProviderStrategy".to_owned(), strategy);
    }
    members
}

/// Returns the members whose change starts no deployment.
pub(super) fn render_options(options: &Options) -> Map<String, Value> {
    let mut members = Map::from_iter([
        ("deploymentConfiguration".to_owned(), deployment_configuration(options)),
        ("enableECSManagedTags".to_owned(), json!(options.managed_tags)),
        ("propagateTags".to_owned(), json!(options.propagate_tags)),
        ("enableExecuteCommand".to_owned(), json!(options.execute_command)),
        ("availabilityZoneRebalancing".to_owned(), json!(options.zone_rebalancing)),
    ]);
    if let Some(period) = options.health_check_grace_period {
        members.insert("healthCheckGracePeriodSeconds".to_owned(), json!(period));
    }
    members
}

/// Returns the deployment configuration, with AWS's defaults. The strategy is always ROLLING, and alarms are there
/// once a request has named some.
pub(in crate::services::ecs) fn deployment_configuration(options: &Options) -> Value {
    let mut configuration = json!({
        "deploymentCircuitBreaker": options.deployment.circuit_breaker,
        "maximumPercent": options.deployment.maximum_percent,
        "minimumHealthyPercent": options.deployment.minimum_healthy_percent,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": options.deployment.bake_time,
    });
    if let Some(alarms) = &options.deployment.alarms {
        configuration["alarms"] = json!(alarms);
    }
    configuration
}

/// Returns a row. Only the primary row has a desired count.
fn render_deployment(world: &World, service: &Service, deployment: &Deployment) -> Value {
    let of_revision = |task: &task::Task| task.service == service.arn && task.revision == deployment.revision;
    let (pending, running) = task::counts(world, of_revision);
    let is_primary = deployment.id == service.primary().id;
    let specification = &service.revisions[&deployment.revision].specification;
    let mut members = render_specification(specification);
    let own = json!({
        "id": deployment.id,
        "status": if is_primary { "PRIMARY" } else { "ACTIVE" },
        "desiredCount": if is_primary { service.desired } else { 0 },
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": deployment.failed_tasks,
        "createdAt": seconds(deployment.created_at),
        "updatedAt": seconds(deployment.updated_at),
        "rolloutState": deployment.rollout.text(),
        "rolloutStateReason": deployment.reason,
        "volumeConfigurations": specification.volumes,
    });

    if let Value::Object(own) = own {
        members.extend(own);
    }
    Value::Object(members)
}
