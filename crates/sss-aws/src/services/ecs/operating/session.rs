//! Sessions in containers: ECS Exec.
//!
//! A session needs a task with ECS Exec and an agent in the container that is connected. The agent of a new task
//! takes up to a minute. Everything that prevents a session has a cause in the catalogue, which is found before the
//! session is asked for: AWS's own answer is the same for most of them.

use std::{fmt, time::Duration};

use serde_json::json;
use sss_model::Partition;

use super::{
    service,
    task::{self, Container, Task},
};
use crate::{
    Aws, Error, Result,
    causes::{Diagnosis, Evidence, known},
    error::{Answer, Sent},
    services::ecs::listing,
};

/// The time from the start of a task within which its agent is expected to connect, in milliseconds.
const CONNECTS_WITHIN: i64 = 90_000;
/// The time between two looks at the agent.
const PAUSE: Duration = Duration::from_secs(5);
/// The operation that describes tasks.
const TASKS: &str = "ecs:DescribeTasks";
/// The operation that opens sessions.
const EXECUTE: &str = "ecs:ExecuteCommand";

/// A container in which a command can run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The id of the task.
    pub task: String,
    /// The name of the container.
    pub container: String,
    /// The name of the cluster.
    cluster: String,
    /// The id of the container at run time.
    runtime_id: String,
}

/// An open session, for the Session Manager plugin.
///
/// Its token lets anybody into the container. It is shown nowhere: neither by `Debug` nor in an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    id: String,
    stream_url: String,
    token: String,
    /// The target in the words of the plugin.
    target: String,
    region: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Session {
    /// Returns the id of the session.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the answer of AWS as JSON, which the plugin takes. It contains the token: hand it to the plugin only.
    pub fn response(&self) -> String {
        json!({ "sessionId": self.id, "streamUrl": self.stream_url, "tokenValue": self.token }).to_string()
    }

    /// Returns the arguments of the plugin behind the response: region, operation, profile, parameters and endpoint.
    pub fn arguments(&self, profile: &str) -> [String; 5] {
        let suffix = Partition::of_region(&self.region).dns_suffix;
        [
            self.region.clone(),
            "StartSession".to_owned(),
            profile.to_owned(),
            json!({ "Target": self.target }).to_string(),
            format!("https://ssm.{}.{suffix}", self.region),
        ]
    }
}

/// Waits until a session can be opened in a container of a task, and returns the place.
///
/// # Errors
///
/// The task does not run, has no such container, or ECS Exec is off or its agent not connected
/// ([`Error::is_declined`], with a cause); or a call failed.
pub(crate) async fn ready(aws: &Aws, cluster: &str, mut task: Task, container: &str) -> Result<Place> {
    loop {
        let found = inspected(&task, container)?;
        if !task.exec {
            return Err(switched_off(aws, cluster, &task).await);
        }
        if found.agent.as_deref() == Some("RUNNING") {
            let runtime_id = found.runtime_id.clone().sent(TASKS, "runtimeId")?;
            let (container, cluster) = (container.to_owned(), cluster.to_owned());
            return Ok(Place { task: task.id, container, cluster, runtime_id });
        }

        let age = task.times.started.map(|started| aws.now().as_millis() - started.as_millis());
        let is_starting = found.agent.as_deref() != Some("STOPPED");
        if !(is_starting && age.is_none_or(|age| age < CONNECTS_WITHIN)) {
            return Err(disconnected(aws, &task, found).await);
        }
        tokio::time::sleep(PAUSE).await;
        task = task::one(aws, cluster, &task.id).await?;
    }
}

/// Returns a container of a running task.
fn inspected<'a>(task: &'a Task, name: &str) -> Result<&'a Container> {
    if task.last_status != "RUNNING" {
        return Err(Error::declined(format!("the task {} is {}", task.id, task.last_status))
            .with_hint("`tasks` lists the tasks that run"));
    }
    task.containers.iter().find(|container| container.name == name).ok_or_else(|| {
        let names: Vec<&str> = task.containers.iter().map(|container| container.name.as_str()).collect();
        Error::declined(format!(
            "the task {} has no container `{name}`; it has {}",
            task.id,
            names.join(", ")
        ))
        .with_hint("`-c CONTAINER` chooses a container")
    })
}

/// Returns the error of a task without ECS Exec. The service tells whether the task is only older than the setting.
async fn switched_off(aws: &Aws, cluster: &str, task: &Task) -> Error {
    let evidence = Evidence {
        operation: TASKS,
        object: task.id.clone(),
        field: "enableExecuteCommand",
        value: "false".to_owned(),
    };
    let name = task.service.as_deref().unwrap_or_default();
    let is_on = service(aws, cluster, name).await.is_ok_and(|service| service.enable_execute_command());
    let found = Diagnosis::of(known(if is_on { "Z9" } else { "Z1" })).shown_by(evidence);
    Error::declined(format!("the task {} takes no commands", task.id)).with_cause(found)
}

/// Returns the error of a container whose agent is not connected, with what may prevent it.
async fn disconnected(aws: &Aws, task: &Task, container: &Container) -> Error {
    let evidence = |operation, field, value: &str| Evidence {
        operation,
        object: container.name.clone(),
        field,
        value: value.to_owned(),
    };
    let state = container.agent.as_deref().unwrap_or("absent");
    let mut found = Diagnosis::of(known("Z2")).shown_by(evidence(TASKS, "managedAgents.lastStatus", state));
    if let Some(reason) = &container.agent_reason {
        found = found.shown_by(evidence(TASKS, "managedAgents.reason", reason));
    }
    // The definition is a help. Without it the cause is the same.
    if let Ok((revision, _)) = listing::revision(aws, &task.revision).await {
        let mut definitions = revision.container_definitions().iter();
        let own = definitions.find(|definition| definition.name() == Some(&container.name));
        if own.is_some_and(|own| own.readonly_root_filesystem() == Some(true)) {
            let operation = "ecs:DescribeTaskDefinition";
            found = found.shown_by(evidence(operation, "readonlyRootFilesystem", "true"));
        }
    }
    Error::declined(format!("the container {} takes no commands", container.name)).with_cause(found)
}

/// Opens a session that runs a command in a container.
///
/// # Errors
///
/// The call failed or was denied, with a cause where the answer shows one.
pub(crate) async fn open(aws: &Aws, place: &Place, command: &str) -> Result<Session> {
    let Place { cluster, task, container, runtime_id } = place;
    let request = aws.ecs.execute_command().cluster(cluster).task(task).container(container);
    let answer = request.command(command).interactive(true).send().await.of(EXECUTE);
    let answer = answer.map_err(|error| unreachable(error, place))?;
    let session = answer.session.sent(EXECUTE, "session")?;
    Ok(Session {
        id: session.session_id.sent(EXECUTE, "sessionId")?,
        stream_url: session.stream_url.sent(EXECUTE, "streamUrl")?,
        token: session.token_value.sent(EXECUTE, "tokenValue")?,
        target: format!("ecs:{cluster}_{task}_{runtime_id}"),
        region: aws.region().to_owned(),
    })
}

/// Adds the cause of an agent that says it is connected and is not reached: the task has no way to the service.
fn unreachable(error: Error, place: &Place) -> Error {
    if !error.has_code("TargetNotConnectedException") {
        return error;
    }
    let (object, value) = (place.task.clone(), error.answer());
    let evidence = Evidence { operation: EXECUTE, object, field: "message", value };
    error.with_cause(Diagnosis::of(known("Z8")).shown_by(evidence))
}

/// Ends a session that nobody uses.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn close(aws: &Aws, session: &Session) -> Result<()> {
    let request = aws.ssm.terminate_session().session_id(&session.id);
    request.send().await.of("ssm:TerminateSession").map(drop)
}
