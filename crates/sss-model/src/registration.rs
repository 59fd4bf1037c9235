//! A task as the request that registers it, in AWS's own JSON.
//!
//! The engine builds the same request with the SDK's types. This crate has no SDK and writes the members again, for two
//! purposes:
//!
//! - `rules::task_document` measures the containers as ECS keeps them.
//! - [`judge`] lets the rules of requests judge the members of a task, so that a stack and a request are judged by one
//!   code. [`Places`] leads each problem back to the key that its author wrote.
//!
//! Members with ECS's default stay away, as ECS does not keep them.

mod members;
mod places;

use serde_json::{Map, Value, json};

use crate::container::Container;
use crate::path::Path;
use crate::report::Report;
use crate::request::{self, Operation};
use crate::task::Task;
use members::Structure;
use places::Places;

/// The log group and the region in the logs of a task outside a stack, which gives both.
const FROM_STACK: (&str, &str) = ("log-group", "region");

/// Returns a container as the engine registers it.
pub(crate) fn container(container: &Container, log_group: &str, region: &str) -> Value {
    let mut places = Places::default();
    let mut structure = Structure::new(Path::root(), &mut places);
    members::container(container, None, &Path::root(), (log_group, region), &mut structure);
    structure.into_value()
}

/// Checks the members of a task by the rules of the request that registers it.
///
/// The name of the main container follows from the stack. Without it, no rule is checked that needs all names.
pub(crate) fn judge(task: &Task, main: Option<&str>, at: &Path, report: &mut Report) {
    let mut places = Places::default();
    let mut structure = Structure::new(Path::root(), &mut places);
    structure.set("family", json!("task"));
    structure.set("executionRoleArn", json!("arn:aws:iam::123456789012:role/execution"));
    members::task(task, at, &mut structure);

    let mut containers = Vec::new();
    let beside = (0..).map(|index| at.key("containers").index(index));
    let stack_paths = std::iter::once(at.clone()).chain(beside);
    for ((index, one), place) in
        task.all_containers(main.unwrap_or_default()).iter().enumerate().zip(stack_paths)
    {
        let path = Path::root().key("containerDefinitions").index(index);
        let mut inner = structure.inside(path);
        let own_port = task.own_port().filter(|_| index == 0);
        members::container(one, own_port, &place, FROM_STACK, &mut inner);
        let mut value = inner.into_value();
        if one.name.is_empty()
            && let Some(members) = value.as_object_mut()
        {
            members.remove("name");
        }
        containers.push(value);
    }
    structure.set("containerDefinitions", containers.into());

    let request = structure.into_value();
    tell(Operation::EcsRegisterTaskDefinition, &request, &places, at, report);
    if task.volumes.values().any(|volume| volume.ebs.is_some()) {
        judge_launch(task, at, report);
    }
}

/// Checks the volumes that a service creates for its tasks by the rules of the request that creates the service.
fn judge_launch(task: &Task, at: &Path, report: &mut Report) {
    let mut places = Places::default();
    let mut structure = Structure::new(Path::root(), &mut places);
    structure.set("serviceName", json!("service"));
    members::launch(task, at, &mut structure);
    let request = structure.into_value();
    tell(Operation::EcsCreateService, &request, &places, at, report);
}

/// Checks the members of a container alone by the rules of the request that registers its task.
///
/// Another container and a volume whose names cannot be read stand for the rest of the task, so no rule is checked that
/// needs them.
pub(crate) fn judge_container(container: &Container, at: &Path, report: &mut Report) {
    let mut places = Places::default();
    let mut structure = Structure::new(Path::root(), &mut places);
    let mut inner = structure.inside(Path::root().key("containerDefinitions").index(0));
    members::container(container, None, at, FROM_STACK, &mut inner);
    let value = inner.into_value();
    let router =
        if container.firelens.is_some() { json!({}) } else { json!({ "firelensConfiguration": {} }) };
    for (member, value) in [
        ("family", json!("task")),
        ("networkMode", json!("awsvpc")),
        ("requiresCompatibilities", json!(["FARGATE"])),
        ("volumes", json!([{}])),
        ("containerDefinitions", json!([value, router])),
    ] {
        structure.set(member, value);
    }
    let request = structure.into_value();
    tell(Operation::EcsRegisterTaskDefinition, &request, &places, at, report);
}

/// Adds the problems of a request whose places are keys of the stack, unless the report has them already.
///
/// `at` is the part of the stack that became the request. Its problems are the last ones of the report, so that those of
/// other parts need not be looked at.
fn tell(operation: Operation, request: &Value, places: &Places, at: &Path, report: &mut Report) {
    for problem in request::problems(operation, request) {
        let Some(problem) = places.back(problem) else { continue };
        let mut own = report.problems.iter().rev().take_while(|told| told.path.starts_with(at));
        let is_told = own.any(|told| told.rule == problem.rule && told.path == problem.path);
        if !is_told {
            report.problems.push(problem);
        }
    }
}

/// Returns pairs as the list of objects that ECS has for them.
fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>, key: &str, value: &str) -> Value {
    let pair = |(name, text): (&String, &String)| {
        let members = [(key.to_owned(), json!(name)), (value.to_owned(), json!(text))];
        Value::Object(Map::from_iter(members))
    };
    pairs.into_iter().map(pair).collect()
}
