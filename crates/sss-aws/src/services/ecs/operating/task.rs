//! Tasks, as people read them: states, times, containers, and why a task stopped.

use aws_sdk_ecs::types::{
    Attachment, Container as SdkContainer, DesiredStatus, HealthStatus, ManagedAgentName, Task as SdkTask,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::moment;
use crate::{
    Aws, Moment, Result, StoppedContainer, StoppedTask,
    causes::Diagnosis,
    error::{Answer, Sent},
    services::ecs::{
        listing,
        service::{attempts::short, diagnosis},
    },
};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Task {
    /// The last part of its ARN.
    pub id: String,
    /// The name of its ECS service. `None` for a task that no service started, as `RunTask` does.
    pub service: Option<String>,
    /// The revision of its task definition, such as `mz-dev-site:7`.
    pub revision: String,
    /// The deployment that started it, such as `ecs-svc/123`, or the word of the caller that did.
    pub deployment: Option<String>,
    /// AWS's word for its state.
    pub last_status: String,
    /// AWS's word for the state that it is to have: `RUNNING` or `STOPPED`.
    pub desired_status: String,
    /// AWS's word for its health.
    pub health: String,
    /// The availability zone.
    pub zone: Option<String>,
    /// The private address.
    pub address: Option<String>,
    /// The times of its phases, as far as they are over.
    #[serde(flatten)]
    pub times: Times,
    /// AWS's word for the cause of its end, such as `TaskFailedToStart`.
    pub stop_code: Option<String>,
    /// The reason of its end, in AWS's words.
    pub reason: Option<String>,
    /// Whether ECS Exec is on.
    pub exec: bool,
    /// Its containers.
    pub containers: Vec<Container>,
    /// The cause of its end. `None` while it runs, and for an end without a failure or with unknown texts.
    pub cause: Option<Diagnosis>,
}

/// The times of a task. A phase that has not come has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Times {
    /// ECS accepted the task.
    pub created: Option<Moment>,
    /// The pull of the images began.
    pub pull_started: Option<Moment>,
    /// The pull of the images ended.
    pub pull_stopped: Option<Moment>,
    /// The containers began.
    pub started: Option<Moment>,
    /// ECS was told to stop the task.
    pub stopping: Option<Moment>,
    /// The containers ended.
    pub execution_stopped: Option<Moment>,
    /// The task was gone.
    pub stopped: Option<Moment>,
}

/// A container of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Container {
    /// The name.
    pub name: String,
    /// AWS's word for its state.
    pub status: String,
    /// AWS's word for its health.
    pub health: String,
    /// The exit code. `None` while it runs, and if it never ran.
    pub exit_code: Option<i32>,
    /// The reason of its end, in AWS's words.
    pub reason: Option<String>,
    /// The image as the task definition names it.
    pub image: Option<String>,
    /// The digest of the image that it runs.
    pub digest: Option<String>,
    /// The id under which a session reaches it.
    #[serde(skip)]
    pub runtime_id: Option<String>,
    /// The state of the agent of ECS Exec in it. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The reason of that state, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_reason: Option<String>,
}

impl Task {
    /// Returns whether the task is to run.
    pub fn is_wanted(&self) -> bool {
        self.desired_status == "RUNNING"
    }

    /// Returns the family of its task definition.
    pub fn family(&self) -> &str {
        self.revision.split_once(':').map_or(self.revision.as_str(), |(family, _)| family)
    }

    /// Returns the texts of its end, for the recogniser.
    pub(crate) fn end(&self) -> StoppedTask {
        let container = |container: &Container| StoppedContainer {
            name: container.name.clone(),
            exit_code: container.exit_code,
            reason: container.reason.clone(),
            log: Vec::new(),
        };
        StoppedTask {
            id: self.id.clone(),
            code: self.stop_code.clone(),
            reason: self.reason.clone(),
            containers: self.containers.iter().map(container).collect(),
            ..StoppedTask::default()
        }
    }
}

/// Reads the tasks of a cluster: those that are to run, or those that are not.
///
/// ECS describes a stopped task for about an hour.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn tasks(aws: &Aws, cluster: &str, wanted: bool) -> Result<Vec<Task>> {
    let desired = if wanted { DesiredStatus::Running } else { DesiredStatus::Stopped };
    let found = listing::tasks(aws, cluster, desired).await?;
    Ok(found.iter().map(task).collect())
}

/// Reads a task by its id.
///
/// # Errors
///
/// The call failed or was denied, or ECS no longer describes the task.
pub(crate) async fn one(aws: &Aws, cluster: &str, id: &str) -> Result<Task> {
    const OPERATION: &str = "ecs:DescribeTasks";
    let answer = aws.ecs.describe_tasks().cluster(cluster).tasks(id).send().await.of(OPERATION)?;
    answer.tasks().first().map(task).sent(OPERATION, "task")
}

/// Decodes a task.
fn task(found: &SdkTask) -> Task {
    let detail = |wanted: &str| {
        let mut details = found.attachments().iter().flat_map(Attachment::details);
        details.find(|detail| detail.name() == Some(wanted))?.value().map(str::to_owned)
    };
    let mut decoded = Task {
        id: short(found.task_arn().unwrap_or_default()),
        service: found.group().and_then(|group| group.strip_prefix("service:")).map(str::to_owned),
        revision: short(found.task_definition_arn().unwrap_or_default()),
        deployment: found.started_by().map(str::to_owned),
        last_status: found.last_status().unwrap_or("UNKNOWN").to_owned(),
        desired_status: found.desired_status().unwrap_or("UNKNOWN").to_owned(),
        health: health(found.health_status()),
        zone: found.availability_zone().map(str::to_owned),
        address: detail("privateIPv4Address"),
        times: times(found),
        stop_code: found.stop_code().map(|code| code.as_str().to_owned()),
        reason: found.stopped_reason().map(str::to_owned),
        exec: found.enable_execute_command(),
        containers: found.containers().iter().map(container).collect(),
        cause: None,
    };
    if !decoded.is_wanted() {
        decoded.cause = decoded.end().diagnosis();
    }
    decoded
}

/// Decodes the times of a task.
fn times(found: &SdkTask) -> Times {
    Times {
        created: moment(found.created_at()),
        pull_started: moment(found.pull_started_at()),
        pull_stopped: moment(found.pull_stopped_at()),
        started: moment(found.started_at()),
        stopping: moment(found.stopping_at()),
        execution_stopped: moment(found.execution_stopped_at()),
        stopped: moment(found.stopped_at()),
    }
}

/// Decodes a container.
fn container(found: &SdkContainer) -> Container {
    let mut agents = found.managed_agents().iter();
    let agent = agents.find(|agent| agent.name() == Some(&ManagedAgentName::ExecuteCommandAgent));
    Container {
        name: found.name().unwrap_or_default().to_owned(),
        status: found.last_status().unwrap_or("UNKNOWN").to_owned(),
        health: health(found.health_status()),
        exit_code: found.exit_code(),
        reason: found.reason().map(str::to_owned),
        image: found.image().map(str::to_owned),
        digest: found.image_digest().map(str::to_owned),
        runtime_id: found.runtime_id().map(str::to_owned),
        agent: agent.and_then(|agent| agent.last_status()).map(str::to_owned),
        agent_reason: agent.and_then(|agent| agent.reason()).map(str::to_owned),
    }
}

/// Returns AWS's word for a health.
fn health(found: Option<&HealthStatus>) -> String {
    found.map_or("UNKNOWN", HealthStatus::as_str).to_owned()
}

/// Reads the last lines of each container of a task that writes to CloudWatch Logs, by container.
///
/// # Errors
///
/// A call failed or was denied, or the revision no longer exists.
pub(crate) async fn tails(aws: &Aws, task: &Task) -> Result<Vec<(String, Vec<String>)>> {
    let (revision, _) = listing::revision(aws, &task.revision).await?;
    let mut tails = Vec::new();
    for definition in revision.container_definitions() {
        let Some((group, stream)) = diagnosis::stream(definition, &task.id) else { continue };
        let lines = diagnosis::last_lines(aws, &group, &stream).await?;
        tails.push((definition.name().unwrap_or_default().to_owned(), lines));
    }
    Ok(tails)
}

/// Returns whether a container of a revision declares a health check.
///
/// # Errors
///
/// The call failed or was denied, or the revision no longer exists.
pub(crate) async fn declares_check(aws: &Aws, revision: &str, container: &str) -> Result<bool> {
    let (revision, _) = listing::revision(aws, revision).await?;
    let mut definitions = revision.container_definitions().iter();
    let definition = definitions.find(|definition| definition.name() == Some(container));
    Ok(definition.is_some_and(|definition| definition.health_check().is_some()))
}

/// Returns whether a task has stopped. One that ECS no longer describes has.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn has_stopped(aws: &Aws, cluster: &str, id: &str) -> Result<bool> {
    let answer = aws.ecs.describe_tasks().cluster(cluster).tasks(id).send().await.of("ecs:DescribeTasks")?;
    Ok(answer.tasks().first().is_none_or(|task| task.last_status() == Some("STOPPED")))
}
