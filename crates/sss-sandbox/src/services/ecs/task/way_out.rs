//! The way of a task to what it needs before it starts: registries, logs and secrets.
//!
//! A subnet without a route out of its VPC needs VPC endpoints. Those of interfaces have security groups, and S3's is in
//! route tables.

use serde_json::Value;

use super::Task;
use crate::{
    services::{ec2, ecs::image},
    world::World,
};

/// Returns the reason why a container cannot start, in ECS's words, if the task has no way to something that it needs.
///
/// ECS reads secrets before it asks for logs, and pulls layers at the end.
pub(super) fn problem(world: &World, task: &Task, container: &Value) -> Option<String> {
    if !ec2::leads_nowhere(world, &task.subnet) {
        return None;
    }
    let image = container["image"].as_str().unwrap_or_default();
    let is_of_ecr = image.split('/').next().is_some_and(|host| host.contains(".dkr.ecr."));
    let lacks = |service: &str| !ec2::serves(world, service, &task.subnet, &task.interface);
    if !is_of_ecr || lacks("ecr.api") {
        return Some(unreached(world, image));
    }

    let secrets = container["secrets"].as_array().into_iter().flatten();
    let values: Vec<&str> = secrets.filter_map(|secret| secret["valueFrom"].as_str()).collect();
    let is_secret = |value: &&&str| value.contains(":secretsmanager:");
    let needs = [
        (values.iter().any(|value| is_secret(&value)), "secretsmanager", "no-way-to-secrets"),
        (values.iter().any(|value| !is_secret(&value)), "ssm", "no-way-to-parameters"),
        (container["logConfiguration"]["logDriver"] == "awslogs", "logs", "no-way-to-logs"),
        (true, "ecr.dkr", "pull-timeout"),
        (true, "s3", "no-way-to-layers"),
    ];
    let (_, _, words) = needs.into_iter().find(|(is_needed, service, _)| *is_needed && lacks(service))?;
    image::words(words, image)
}

/// Returns ECS's words for an image of whose registry no packet comes back. A private repository of ECR needs a login
/// first.
fn unreached(world: &World, image: &str) -> String {
    let host = image.split('/').next().unwrap_or_default();
    if host.contains(".dkr.ecr.") {
        return format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
             unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request \
             failed caused by: Post \"https://api.ecr.{}.amazonaws.com/\": dial tcp 52.119.1.1:443: i/o timeout",
            world.region
        );
    }
    format!(
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}: failed \
         to do request: Head \"https://{host}\": dial tcp 54.1.1.1:443: i/o timeout"
    )
}
