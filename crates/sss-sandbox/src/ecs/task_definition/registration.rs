//! `RegisterTaskDefinition`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Status, TaskDefinition, answer,
    container::{self, Container},
    dependency, logging,
};
use crate::{
    ecs::{
        fargate::{self, Size},
        is_name, tag,
    },
    iam, input,
    refusal::Refusal,
    world::World,
};

/// The members of a task definition that are kept as they come.
const MEMBERS: [&str; 11] = [
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "ephemeralStorage",
    "runtimePlatform",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Registration {
    family: Option<String>,
    pub(super) task_role_arn: Option<String>,
    pub(super) execution_role_arn: Option<String>,
    network_mode: Option<String>,
    #[serde(default)]
    pub(super) container_definitions: Vec<Container>,
    #[serde(default)]
    pub(super) volumes: Vec<Volume>,
    #[serde(default)]
    requires_compatibilities: Vec<String>,
    cpu: Option<String>,
    memory: Option<String>,
    ipc_mode: Option<String>,
    pid_mode: Option<String>,
    #[serde(default)]
    placement_constraints: Vec<Value>,
    ephemeral_storage: Option<EphemeralStorage>,
    runtime_platform: Option<RuntimePlatform>,
    tags: Option<Vec<tag::Tag>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Volume {
    pub(super) name: Option<String>,
    host: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct EphemeralStorage {
    #[serde(rename = "sizeInGiB")]
    size_in_gib: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuntimePlatform {
    cpu_architecture: Option<String>,
    operating_system_family: Option<String>,
}

/// Registers the next revision of a family.
pub(in crate::ecs) fn register(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let mut wanted: Registration = input::parse(input)?;
    let tags = tag::read(wanted.tags.take())?;
    let family = wanted.family.clone().filter(|family| is_name(family)).ok_or_else(|| {
        client(
            "Family contains invalid characters. Only letters, numbers, hyphens and underscores are allowed.",
        )
    })?;
    let is_fargate = wanted.requires_compatibilities.iter().any(|compatibility| compatibility == "FARGATE");
    check_compatibilities(&wanted)?;
    let size = if is_fargate { Some(check_fargate(&wanted)?) } else { None };
    container::check(&wanted, size)?;
    dependency::check(&wanted.container_definitions)?;
    for role in [&wanted.task_role_arn, &wanted.execution_role_arn].into_iter().flatten() {
        if !iam::role_exists(world, role) {
            return Err(client("Role is not valid"));
        }
    }
    let content = content(input, size);
    let number = world.ecs.families.get(&family).map_or(1, |family| family.last + 1);
    let definition = TaskDefinition {
        arn: world.arn("ecs", &format!("task-definition/{family}:{number}")),
        family: family.clone(),
        revision: number,
        status: Status::Active,
        content,
        registered_at: world.now,
        deregistered_at: None,
        delete_requested_at: None,
        tags,
    };
    let mut answer = json!({ "taskDefinition": answer::render(world, &definition) });
    if !definition.tags.is_empty() {
        answer["tags"] = tag::render(&definition.tags);
    }
    let family = world.ecs.families.entry(family).or_default();
    family.last = number;
    family.revisions.insert(number, definition);
    Ok(answer)
}

fn check_compatibilities(wanted: &Registration) -> Result<(), Refusal> {
    let known = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
    if let Some(unknown) =
        wanted.requires_compatibilities.iter().find(|compatibility| !known.contains(&compatibility.as_str()))
    {
        return Err(client(format!("Invalid value '{unknown}' for requiresCompatibilities.")));
    }
    Ok(())
}

/// The rules that hold for tasks on Fargate as a whole.
fn check_fargate(wanted: &Registration) -> Result<Size, Refusal> {
    if wanted.network_mode.as_deref() != Some("awsvpc") {
        return Err(client("Fargate only supports network mode 'awsvpc'."));
    }
    let needs = |what: &str| client(format!("Fargate requires that '{what}' be defined at the task level."));
    let cpu = wanted.cpu.as_deref().ok_or_else(|| needs("cpu"))?;
    let memory = wanted.memory.as_deref().ok_or_else(|| needs("memory"))?;
    let size = fargate::size(cpu, memory)
        .ok_or_else(|| client("No Fargate configuration exists for given values."))?;
    if wanted.ipc_mode.is_some() || !wanted.placement_constraints.is_empty() {
        return Err(client("Fargate does not support ipcMode or placementConstraints."));
    }
    if wanted.pid_mode.as_deref().is_some_and(|mode| mode != "task") {
        return Err(client("Fargate only supports pidMode 'task'."));
    }
    if wanted.ephemeral_storage.as_ref().is_some_and(|storage| !(21..=200).contains(&storage.size_in_gib)) {
        return Err(client("Ephemeral storage size must be between 21 and 200 GiB."));
    }
    let source_path =
        |volume: &Volume| volume.host.as_ref().is_some_and(|host| !host["sourcePath"].is_null());
    if wanted.volumes.iter().any(source_path) {
        return Err(client("Fargate compatible task definitions do not support sourcePath."));
    }
    check_platform(wanted.runtime_platform.as_ref())?;
    logging::check(wanted)?;
    Ok(size)
}

fn check_platform(platform: Option<&RuntimePlatform>) -> Result<(), Refusal> {
    let Some(RuntimePlatform { cpu_architecture, operating_system_family }) = platform else {
        return Ok(());
    };
    let system = operating_system_family.as_deref().unwrap_or("LINUX");
    let windows = ["2019_FULL", "2019_CORE", "2022_FULL", "2022_CORE"];
    let is_windows = system.strip_prefix("WINDOWS_SERVER_").is_some_and(|version| windows.contains(&version));
    let fits = match cpu_architecture.as_deref() {
        None | Some("X86_64") => system == "LINUX" || is_windows,
        Some("ARM64") => system == "LINUX",
        Some(_) => false,
    };
    if fits { Ok(()) } else { Err(client("Invalid runtimePlatform for Fargate.")) }
}

/// What is kept and described of the input.
fn content(input: &Value, size: Option<Size>) -> Map<String, Value> {
    let mut content = Map::from_iter([
        ("volumes".to_owned(), json!([])),
        ("placementConstraints".to_owned(), json!([])),
        ("enableFaultInjection".to_owned(), json!(false)),
    ]);
    let given = MEMBERS.iter().filter_map(|member| Some(((*member).to_owned(), input.get(member)?.clone())));
    content.extend(given.filter(|(_, value)| !value.is_null()));
    let compatibilities = if size.is_some() { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    content.insert("compatibilities".to_owned(), compatibilities);
    for (member, units) in [("cpu", size.map(|size| size.cpu)), ("memory", size.map(|size| size.memory))] {
        let given = units.map(|units| json!(units.to_string())).or_else(|| input.get(member).cloned());
        if let Some(value) = given.filter(|value| !value.is_null()) {
            content.insert(member.to_owned(), value);
        }
    }
    let is_awsvpc = content.get("networkMode").is_some_and(|mode| mode == "awsvpc");
    let containers = input["containerDefinitions"].as_array().into_iter().flatten();
    let containers: Value = containers.map(|definition| container::content(definition, is_awsvpc)).collect();
    content.insert("containerDefinitions".to_owned(), containers);
    content
}

/// The error of nearly all bad task definitions.
pub(super) fn client(message: impl Into<String>) -> Refusal {
    Refusal::new("ClientException", message)
}
