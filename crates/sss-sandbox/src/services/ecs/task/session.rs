//! Sessions in containers: ECS Exec.
//!
//! A container of a task with ECS Exec has an agent. It connects some time after the start, if the task role lets it
//! and if it can write to the file system of the container. A session needs a connected agent.
//!
//! Nothing listens at the address of a session. The address has the command, so that a test can stand for both ends.
//!
//! # Evidence
//!
//! The conditions and the refusals are those of "Using ECS Exec" and of threads (aws-cli#6070, #6584); the time until
//! the agent is connected is an assumption in the range that threads report (30 to 60 s).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LastStatus, Task};
use crate::{
    input,
    refusal::Refusal,
    services::{
        ecs::{cluster, invalid, seconds, task_definition},
        iam,
    },
    world::World,
};

/// The time in milliseconds from the start of a container until its agent is connected.
const CONNECTED_AFTER: u64 = 40_000;
/// The action without which the agent cannot connect.
const ACTION: &str = "ssmmessages:OpenControlChannel";
/// The name of the agent.
const AGENT: &str = "ExecuteCommandAgent";

/// The state of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agent {
    /// It starts.
    Pending,
    /// It is connected.
    Running,
    /// It cannot work, for this reason.
    Stopped(&'static str),
}

/// Returns the id under which a session reaches a container.
pub(super) fn runtime_id(task: &Task, container: &Value) -> String {
    let name = container["name"].as_str().unwrap_or_default();
    let number = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{}-{number:010}", task.id())
}

/// Returns the description of the agent of a container.
pub(super) fn agent(world: &World, task: &Task, container: &Value, started: u64) -> Value {
    let mut answer = json!({ "name": AGENT, "lastStartedAt": seconds(started) });
    answer["lastStatus"] = json!(match state(world, task, container) {
        Agent::Pending => "PENDING",
        Agent::Running => "RUNNING",
        Agent::Stopped(_) => "STOPPED",
    });
    if let Agent::Stopped(reason) = state(world, task, container) {
        answer["reason"] = json!(reason);
    }
    answer
}

/// Returns the state of the agent of a container.
fn state(world: &World, task: &Task, container: &Value) -> Agent {
    let definition = task_definition::find(world, &task.definition);
    let role = definition.and_then(|definition| definition.text("taskRoleArn"));
    if container["readonlyRootFilesystem"] == true {
        return Agent::Stopped("Unable to start: the root file system is read-only");
    }
    if !role.is_some_and(|role| iam::allows(world, role, ACTION)) {
        return Agent::Stopped("Received Container Agent error: the agent cannot open a control channel");
    }
    let connects = task.started_at.map(|started| started + CONNECTED_AFTER);
    if task.last_status == LastStatus::Running && connects.is_some_and(|at| at <= world.now) {
        return Agent::Running;
    }
    Agent::Pending
}

/// The input of `ExecuteCommand`.
#[derive(Debug, Deserialize)]
struct Executed {
    cluster: Option<String>,
    task: String,
    container: Option<String>,
    command: String,
    #[serde(default)]
    interactive: bool,
}

/// Carries out `ExecuteCommand`: it opens a session at an address that nobody serves.
///
/// # Errors
///
/// Refuses unknown clusters, tasks and containers, a session that is not interactive, a task without ECS Exec, and
/// an agent that is not connected (`TargetNotConnectedException`).
pub(in crate::services::ecs) fn execute(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let asked: Executed = input::parse(input)?;
    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    if !asked.interactive {
        return Err(invalid("Interactive is the only mode supported currently."));
    }
    let mut tasks = world.ecs.tasks.values();
    let found =
        tasks.find(|task| task.cluster == cluster && (task.arn == asked.task || task.id() == asked.task));
    let Some(task) = found.cloned() else {
        return Err(invalid("The referenced task was not found."));
    };
    let container = container(world, &task, asked.container.as_deref())?;
    if !task.exec || task.last_status != LastStatus::Running {
        return Err(invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute \
             command agent isn't running. Wait and try again or run a new task with execute command enabled and try \
             again.",
        ));
    }
    if state(world, &task, &container) != Agent::Running || world.ecs.unreachable_sessions {
        let message = "The execute command failed due to an internal error. Try again later.";
        return Err(Refusal::new("TargetNotConnectedException", message));
    }

    let session = format!("ecs-execute-command-{}", world.new_alphanumeric(17));
    let (token, number) = (world.new_hex(64), world.new_uuid());
    let command = utf8_percent_encode(&asked.command, NON_ALPHANUMERIC);
    let host = format!("ssmmessages.{}.amazonaws.com", world.region);
    Ok(json!({
        "clusterArn": world.arn("ecs", &format!("cluster/{cluster}")),
        "taskArn": task.arn,
        "containerArn": world.arn("ecs", &format!("container/{cluster}/{}/{number}", task.id())),
        "containerName": container["name"],
        "interactive": true,
        "session": {
            "sessionId": session,
            "streamUrl": format!("wss://{host}/v1/data-channel/{session}?role=publish_subscribe&command={command}"),
            "tokenValue": token,
        },
    }))
}

/// Returns the container of a request, or the only one of the task.
fn container(world: &World, task: &Task, name: Option<&str>) -> Result<Value, Refusal> {
    let definition = task_definition::find(world, &task.definition);
    let all: Vec<&Value> = definition.iter().flat_map(|definition| definition.containers()).collect();
    match (name, all.as_slice()) {
        (None, [only]) => Ok((*only).clone()),
        (None, _) => Err(invalid("A container name must be specified when the task has several containers.")),
        (Some(name), all) => {
            let found = all.iter().find(|container| container["name"] == name);
            found
                .map(|found| (*found).clone())
                .ok_or_else(|| invalid("The container was not found in the task."))
        }
    }
}
