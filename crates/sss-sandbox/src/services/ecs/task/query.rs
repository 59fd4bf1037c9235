//! Reading tasks.
//!
//! A task that should stop leaves the listing of running tasks at once and enters that of stopped ones,
//! because the filter is the desired status.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stop, Task, answer};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{cluster, failure, invalid, page, rollout, service},
    world::World,
};

/// The input of `ListTasks`. All filters that are set must fit.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    cluster: Option<String>,
    service_name: Option<String>,
    family: Option<String>,
    desired_status: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListTasks`. By default it lists the tasks that should run.
///
/// # Errors
///
/// Refuses unknown clusters and services, a status other than RUNNING and STOPPED, and page sizes outside 1
/// to 100.
pub(in crate::services::ecs) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    let service = asked.service_name.as_deref();
    let service = service.map(|name| service::resolve(world, Some(&cluster), name)).transpose()?;
    let stopped = match asked.desired_status.as_deref() {
        None | Some("RUNNING") => false,
        Some("STOPPED") => true,
        Some(_) => return Err(invalid("The desired status must be RUNNING or STOPPED.")),
    };

    let listed = world.ecs.tasks.values().filter(|task| {
        let is_of_service = service.as_ref().is_none_or(|service| *service == task.service);
        let is_of_family = asked.family.as_deref().is_none_or(|family| family == family_of(task));
        task.cluster == cluster && is_of_service && is_of_family && task.is_wanted() != stopped
    });
    let arns: Vec<String> = listed.map(|task| task.arn.clone()).collect();
    let limit = page::limit(asked.max_results, 100)?;
    page::answer("taskArns", &arns, page::Order::Ascending, limit, asked.next_token.as_deref())
}

/// Returns the family of a task's definition.
fn family_of(task: &Task) -> &str {
    let name = task.definition.rsplit('/').next().unwrap_or_default();
    name.split(':').next().unwrap_or_default()
}

/// The input of `DescribeTasks`.
#[derive(Debug, Deserialize)]
struct Described {
    cluster: Option<String>,
    tasks: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

/// Carries out `DescribeTasks`. Unknown tasks are in `failures` with the reason `MISSING`.
///
/// # Errors
///
/// Refuses unknown clusters and numbers of tasks outside 1 to 100.
pub(in crate::services::ecs) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Described = input::parse(input)?;
    if !(1..=100).contains(&asked.tasks.len()) {
        return Err(invalid("The number of tasks must be between 1 and 100."));
    }

    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    let with_tags = asked.include.iter().any(|part| part == "TAGS");
    let mut tasks = Vec::new();
    let mut failures = Vec::new();
    for name in asked.tasks {
        let arn =
            if name.starts_with("arn:") { name } else { world.arn("ecs", &format!("task/{cluster}/{name}")) };
        match world.ecs.tasks.get(&arn).filter(|task| task.cluster == cluster) {
            Some(task) => tasks.push(answer::render(world, task, with_tags)),
            None => failures.push(failure(&arn, "MISSING")),
        }
    }
    // AWS promises no order, so the answer does not keep the order of the request.
    tasks.reverse();
    Ok(json!({ "tasks": tasks, "failures": failures }))
}

/// The input of `StopTask`.
#[derive(Debug, Deserialize)]
struct Stopped {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// Carries out `StopTask`. The service of the task starts another one. A task that already stops stays as it is.
///
/// # Errors
///
/// Refuses unknown clusters, unknown tasks, and reasons of more than 255 characters.
pub(in crate::services::ecs) fn stop_by_user(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let asked: Stopped = input::parse(input)?;
    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    if asked.reason.as_ref().is_some_and(|reason| reason.chars().count() > 255) {
        return Err(invalid("Reason is too long."));
    }
    let mut tasks = world.ecs.tasks.values();
    let found =
        tasks.find(|task| task.cluster == cluster && (task.arn == asked.task || task.id() == asked.task));
    let Some(arn) = found.map(|task| task.arn.clone()) else {
        return Err(invalid("The referenced task was not found."));
    };

    super::stop(world, &arn, Stop::by_user(asked.reason));
    let service = world.ecs.tasks[&arn].service.clone();
    rollout::reconcile(world, &service);
    Ok(json!({ "task": answer::render(world, &world.ecs.tasks[&arn], false) }))
}
