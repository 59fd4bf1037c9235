//! Causes in a service and its deployments.

use super::{
    causes,
    pages::{EVENTS, STOPPED},
};
use crate::causes::Cause;

/// The circuit breaker.
const BREAKER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html";
/// The description of a service.
const SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html";
/// The history of deployments.
const DEPLOYMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html";
/// Replaced tasks.
const MAINTENANCE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-maintenance.html";

pub(super) const CAUSES: &[Cause] = causes! {
    E1 Sure "The desired count of the service is 0", SERVICE, [
        "start tasks: `sss-deploy scale SERVICE=1`",
    ];
    E2 Sure "The service is deleted or being deleted", SERVICE, [
        "create it again: `sss-deploy apply`",
    ];
    E3 Sure "A deployment is under way", DEPLOYMENT, [
        "wait for it: `sss-deploy wait SERVICE --until deployed`",
    ];
    E4 Sure "ECS rolled the deployment back, because its tasks failed", BREAKER, [
        "read the reason of its tasks: `sss-deploy tasks SERVICE --stopped`",
    ];
    E5 Sure "The deployment failed, and ECS had nothing to roll back to", BREAKER, [
        "correct the reason of its tasks, then run `sss-deploy apply --retry`",
    ];
    E6 Likely "Tasks of the service start and fail again and again", EVENTS, [
        "read the reason of its tasks: `sss-deploy tasks SERVICE --stopped`",
    ];
    E7 Sure "The circuit breaker waits for as many failed tasks as its threshold", BREAKER, [
        "wait, or end the deployment: `sss-deploy abort SERVICE`",
    ];
    E8 Sure "The percentages of the deployment leave no room to stop or start a task", EVENTS, [
        "set `maximum_percent = 200` or `minimum_healthy_percent = 0` in `deployment`",
    ];
    E9 Sure "The deployment is paused at a lifecycle hook", DEPLOYMENT, [
        "continue it: `sss-deploy continue SERVICE`",
        "end it: `sss-deploy abort SERVICE`",
    ];
    E10 Sure "Tasks of the service run for a while and stop by themselves", STOPPED, [
        "read the reason of its tasks: `sss-deploy tasks SERVICE --stopped`",
    ];
    E11 Sure "The deployment counts as successful while tasks of the former revision run", DEPLOYMENT, [
        "wait for it: `sss-deploy wait SERVICE --until stable`",
    ];
    E12 Likely "ECS waits before it starts the next task, because many failed", EVENTS, [
        "correct the reason of its tasks, then start a new deployment: `sss-deploy restart SERVICE`",
    ];
    E13 Likely "A container waits for another one to become healthy", STOPPED, [
        "declare a `health_check` for the container that `depends_on` names",
    ];
    E14 Sure "Another tool controls the deployments of the service", SERVICE, [
        "use that tool: `deploymentController` of the service is not ECS",
    ];
    E15 Sure "AWS took the Spot capacity of the task back", STOPPED, [
        "give `FARGATE` a `base` in `capacity` beside `FARGATE_SPOT`",
    ];
    E16 Likely "AWS retires the host of the task; ECS replaces the task", MAINTENANCE, [
        "set `desired_count` to 2 or more, so that one task remains",
    ];
    E17 Sure "AWS replaces the task, because its infrastructure is unhealthy", MAINTENANCE, [
        "set `desired_count` to 2 or more, so that one task remains",
    ];
    E18 Likely "ECS moves tasks to balance availability zones", EVENTS, [
        "set `desired_count` to 2 or more, and `minimum_healthy_percent = 100`",
    ];
    E19 Likely "Old and new tasks became unhealthy at once", EVENTS, [
        "let the health check test the container itself and no shared backend",
    ];
    E20 Sure "The service runs the former revision", DEPLOYMENT, [
        "read its last deployments: `sss-deploy history SERVICE`",
        "deploy again: `sss-deploy apply --retry`",
    ];
    E21 Sure "The tag of the image was pushed again after the deployment", DEPLOYMENT, [
        "start tasks with the new image: `sss-deploy restart SERVICE`",
    ];
    E22 Sure "The stack sets the count that an autoscaler changes", SERVICE, [
        "add `ignore_changes = [\"desired_count\"]` to the service",
    ];
    E23 Sure "ECS itself manages the service", SERVICE, [
        "use the tool that created it: `resourceManagementType` of the service is ECS",
    ];
};
