//! The tasks of a stack.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Named, Target};
pub use crate::services::ecs::operating::task::{Container, Task, Times};
use crate::{Aws, Error, Result, services::ecs::operating};

/// The tasks that a reading asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Those that run or are to run.
    #[default]
    Wanted,
    /// Those that stopped or are being stopped. ECS describes them for about an hour.
    Stopped,
    /// Both.
    All,
}

/// A task with the last lines of its containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Inspected {
    /// The task.
    #[serde(flatten)]
    pub task: Task,
    /// The last lines of each container that writes to CloudWatch Logs.
    pub logs: Vec<Tail>,
    /// The reads that failed or were denied, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// The last lines of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Tail {
    /// The name of the container.
    pub container: String,
    /// The lines, oldest first.
    pub lines: Vec<String>,
}

/// Reads the tasks of these services, the newest of each service first.
///
/// # Errors
///
/// A call failed or was denied.
pub async fn tasks(aws: &Aws, target: &Target, services: &[&Named], which: Which) -> Result<Vec<Task>> {
    let place = |task: &Task| services.iter().position(|named| task.service.as_ref() == Some(&named.service));
    placed(aws, target, which, place).await
}

/// Reads the tasks of all services of the stack, and behind them those that no service started, such as those of
/// `RunTask`. The newest of each service comes first.
///
/// It takes as many calls as [`tasks`]. [`Target::has_alone`] tells which tasks without a service are the stack's.
///
/// # Errors
///
/// As [`tasks`].
pub async fn of_stack(aws: &Aws, target: &Target, which: Which) -> Result<Vec<Task>> {
    let place = |task: &Task| {
        let of_service = |named: &Named| task.service.as_ref() == Some(&named.service);
        let alone = || target.has_alone(task).then_some(target.services.len());
        target.services.iter().position(of_service).or_else(alone)
    };
    placed(aws, target, which, place).await
}

/// Reads the tasks that have a place, in the order of their places.
async fn placed(
    aws: &Aws,
    target: &Target,
    which: Which,
    place: impl Fn(&Task) -> Option<usize>,
) -> Result<Vec<Task>> {
    let mut found = Vec::new();
    if which != Which::Stopped {
        found.extend(operating::task::tasks(aws, &target.cluster, true).await?);
    }
    if which != Which::Wanted {
        found.extend(operating::task::tasks(aws, &target.cluster, false).await?);
    }
    found.retain(|task| place(task).is_some());
    found.sort_by_key(|task| (place(task), std::cmp::Reverse(task.times.created), task.id.clone()));
    Ok(found)
}

/// Finds a task of the stack by the beginning of its id.
///
/// # Errors
///
/// No task of the stack has such an id, or several have ([`Error::is_declined`]); or a call failed.
pub async fn find(aws: &Aws, target: &Target, id: &str) -> Result<Task> {
    let all = of_stack(aws, target, Which::All).await?;
    let mut found: Vec<Task> = all.into_iter().filter(|task| task.id.starts_with(id)).collect();
    match (found.len(), found.pop()) {
        (1, Some(task)) => Ok(task),
        (0, _) => Err(Error::declined(format!("the stack has no task {id}"))
            .with_hint("`tasks` lists those that run, `tasks --stopped` those of the last hour")),
        (count, _) => Err(Error::declined(format!("{count} tasks have ids that begin with {id}"))
            .with_hint("write more of the id")),
    }
}

/// Reads a task by the beginning of its id, with the last lines of its containers.
///
/// The lines may show a cause that no other text shows. A read of them that fails is noted, and is no error.
///
/// # Errors
///
/// As [`find`].
pub async fn inspect(aws: &Aws, target: &Target, id: &str) -> Result<Inspected> {
    let mut task = find(aws, target, id).await?;
    let (logs, unread) = match operating::task::tails(aws, &task).await {
        Ok(tails) => (tails, Vec::new()),
        Err(error) => (Vec::new(), vec![error.to_string()]),
    };
    let logs: Vec<Tail> = logs.into_iter().map(|(container, lines)| Tail { container, lines }).collect();

    if !task.is_wanted() {
        let mut end = task.end();
        for container in &mut end.containers {
            let tail = logs.iter().find(|tail| tail.container == container.name);
            container.log = tail.map(|tail| tail.lines.clone()).unwrap_or_default();
        }
        task.cause = end.diagnosis();
    }
    Ok(Inspected { task, logs, unread })
}
