//! Encoding and decoding of a revision.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder as Request,
    types::{
        Compatibility, CpuArchitecture, EphemeralStorage, NetworkMode, OsFamily, PidMode, RuntimePlatform,
        TaskDefinition as SdkRevision, TaskDefinitionStatus as Status,
    },
};

use super::{
    Output, State, TaskDefinition,
    container::{self, listed, present},
    volume,
};
use crate::{
    Graph, Id, Result,
    engine::{
        kind::{Found, Resource},
        world::Live,
    },
    error::Sent,
    tags::{Tags, observed},
};

/// Adds the content of a revision to a registration. A value that equals AWS's default is left out.
pub(super) fn encode(request: Request, want: &State) -> Request {
    let volumes: Vec<_> = want.volumes.iter().map(|(name, of)| volume::encode(name, of)).collect();
    let storage = want.ephemeral_storage.map(|size| EphemeralStorage::builder().size_in_gib(size).build());
    let containers = want.containers.iter().map(|(name, container)| container.encode(name)).collect();
    request
        .network_mode(NetworkMode::Awsvpc)
        .requires_compatibilities(Compatibility::Fargate)
        .cpu(&want.cpu)
        .memory(&want.memory)
        .execution_role_arn(&want.execution_role)
        .task_role_arn(&want.task_role)
        .set_runtime_platform(platform(want))
        .set_ephemeral_storage(storage)
        .set_volumes((!volumes.is_empty()).then_some(volumes))
        .set_pid_mode(want.pid_mode.as_deref().map(PidMode::from))
        .set_enable_fault_injection(want.enable_fault_injection.then_some(true))
        .set_proxy_configuration(want.proxy_configuration.as_ref().map(volume::encode_proxy))
        .set_container_definitions(Some(containers))
}

/// Returns the platform, or `None` for Linux on `X86_64`.
fn platform(want: &State) -> Option<RuntimePlatform> {
    let (family, architecture) = (want.operating_system_family.as_deref(), want.cpu_architecture.as_deref());
    (family.is_some() || architecture.is_some()).then(|| {
        RuntimePlatform::builder()
            .operating_system_family(family.map_or(OsFamily::Linux, OsFamily::from))
            .cpu_architecture(architecture.map_or(CpuArchitecture::X8664, CpuArchitecture::from))
            .build()
    })
}

/// Decodes a revision with these tags, without the members that AWS fills in itself.
///
/// # Errors
///
/// The answer lacks the family or the ARN, which AWS always sends.
pub(in crate::services::ecs) fn decode(
    graph: &Graph,
    revision: &SdkRevision,
    tags: Tags,
) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeTaskDefinition";
    let (ownership, tags) = observed(graph.stack(), tags);
    let family = revision.family().sent(OPERATION, "family")?.to_owned();
    let arn = revision.task_definition_arn().sent(OPERATION, "taskDefinitionArn")?.to_owned();
    let platform = revision.runtime_platform();
    let architecture = platform.and_then(|platform| platform.cpu_architecture());
    let family_of_system = platform.and_then(|platform| platform.operating_system_family());
    let pid_mode = revision.pid_mode().map(PidMode::as_str).filter(|mode| *mode == "task");
    let (volumes, other_volumes) = volume::decode(revision.volumes());

    let state = State {
        cpu: units(revision.cpu().unwrap_or_default(), "vcpu"),
        memory: units(revision.memory().unwrap_or_default(), "gb"),
        execution_role: revision.execution_role_arn().unwrap_or_default().to_owned(),
        task_role: revision.task_role_arn().unwrap_or_default().to_owned(),
        cpu_architecture: architecture
            .map(|architecture| architecture.as_str().to_owned())
            .filter(|name| name != "X86_64"),
        operating_system_family: family_of_system
            .map(OsFamily::as_str)
            .and_then(|family| other(family, "LINUX")),
        pid_mode: pid_mode.map(str::to_owned),
        volumes,
        enable_fault_injection: revision.enable_fault_injection() == Some(true),
        proxy_configuration: revision.proxy_configuration().map(volume::decode_proxy),
        ephemeral_storage: revision.ephemeral_storage().map(EphemeralStorage::size_in_gib),
        containers: revision.container_definitions().iter().map(container::decode).collect(),
        unmanaged: unmanaged(revision, other_volumes),
        status: revision.status().map(Status::as_str).and_then(|status| other(status, "ACTIVE")),
        tags,
    }
    .concealed();
    let output = Output { arn: arn.clone() };
    let found = Found::<TaskDefinition> { physical: arn, name: family.clone(), state, output };
    Ok((Id::new(TaskDefinition::KIND, family), found.into_live(ownership)))
}

/// Returns CPU or memory as a number: `.25 vCPU` and `1 GB` are other spellings of `256` and `1024`.
fn units(text: &str, unit: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let number = lower.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
    number.map_or_else(|| text.to_owned(), |number| format!("{}", (number * 1024.0).round()))
}

/// Returns the members that the model does not have, so that a plan shows and removes them. Members that AWS
/// fills in itself are not among them.
fn unmanaged(found: &SdkRevision, volumes: Option<String>) -> BTreeMap<String, String> {
    let pid_mode = found.pid_mode().map(PidMode::as_str);
    present([
        ("volumes", volumes),
        ("placementConstraints", listed(found.placement_constraints())),
        ("inferenceAccelerators", listed(found.inference_accelerators())),
        ("networkMode", found.network_mode().map(NetworkMode::as_str).and_then(|mode| other(mode, "awsvpc"))),
        ("pidMode", pid_mode.and_then(|mode| other(mode, "task"))),
        ("ipcMode", found.ipc_mode().map(|mode| mode.as_str().to_owned())),
    ])
}

/// Returns a value that differs from the usual one.
fn other(found: &str, usual: &str) -> Option<String> {
    (found != usual).then(|| found.to_owned())
}
