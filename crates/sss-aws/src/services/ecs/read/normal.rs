//! A revision of a task definition in normal form: without what AWS fills in, and with what the model does not have.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ecs::types::{
    ContainerDefinition, LinuxParameters, LogConfiguration, NetworkMode, OsFamily,
    TaskDefinition as SdkRevision, TaskDefinitionStatus as Status,
};

use crate::{
    Graph, Id, Result,
    engine::{
        kind::{Found, Resource},
        world::Live,
    },
    error::Sent,
    secret,
    services::ecs::{task_definition as kind, task_definition::TaskDefinition},
    tags::{Tags, observed},
};

const OPERATION: &str = "ecs:DescribeTaskDefinition";

/// A revision with these tags.
pub(super) fn live(graph: &Graph, revision: &SdkRevision, tags: Tags) -> Result<(Id, Live)> {
    let (ownership, tags) = observed(graph.stack(), tags);
    let family = revision.family().sent(OPERATION, "family")?.to_owned();
    let arn = revision.task_definition_arn().sent(OPERATION, "taskDefinitionArn")?.to_owned();
    let architecture = revision.runtime_platform().and_then(|platform| platform.cpu_architecture());
    let state = kind::State {
        cpu: units(revision.cpu().unwrap_or_default(), "vcpu"),
        memory: units(revision.memory().unwrap_or_default(), "gb"),
        execution_role: revision.execution_role_arn().unwrap_or_default().to_owned(),
        task_role: revision.task_role_arn().unwrap_or_default().to_owned(),
        cpu_architecture: architecture
            .map(|architecture| architecture.as_str().to_owned())
            .filter(|name| name != "X86_64"),
        ephemeral_storage: revision
            .ephemeral_storage()
            .map(aws_sdk_ecs::types::EphemeralStorage::size_in_gib),
        containers: revision.container_definitions().iter().map(container).collect(),
        unmanaged: unmanaged(revision),
        status: revision.status().map(Status::as_str).and_then(|status| other(status, "ACTIVE")),
        tags,
    }
    .concealed();
    let output = kind::Output { arn: arn.clone() };
    let found = Found::<TaskDefinition> { physical: arn, name: family.clone(), state, output };
    Ok((Id::new(TaskDefinition::KIND, family), found.into_live(ownership)))
}

/// `.25 vCPU` and `1 GB` are other ways to write `256` and `1024`.
fn units(text: &str, unit: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let number = lower.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
    number.map_or_else(|| text.to_owned(), |number| format!("{}", (number * 1024.0).round()))
}

/// A container in normal form.
fn container(found: &ContainerDefinition) -> (String, kind::Container) {
    let pairs = |pairs: Vec<(Option<&str>, Option<&str>)>| -> BTreeMap<String, String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        pairs.into_iter().map(|(name, value)| (text(name), text(value))).collect()
    };
    let log = found.log_configuration();
    let log_options = log.and_then(|log| log.options());
    let container = kind::Container {
        image: found.image().unwrap_or_default().to_owned(),
        essential: found.essential().unwrap_or(true),
        ports: found
            .port_mappings()
            .iter()
            .filter_map(|port| {
                Some((
                    port.container_port()?,
                    port.protocol().map_or("tcp", |protocol| protocol.as_str()).to_owned(),
                ))
            })
            .collect(),
        cpu: Some(found.cpu()).filter(|cpu| *cpu != 0),
        memory: found.memory(),
        memory_reservation: found.memory_reservation(),
        entry_point: found.entry_point().to_vec(),
        command: found.command().to_vec(),
        environment: pairs(found.environment().iter().map(|pair| (pair.name(), pair.value())).collect()),
        secrets: pairs(
            found.secrets().iter().map(|secret| (Some(secret.name()), Some(secret.value_from()))).collect(),
        ),
        health_check: found.health_check().map(|check| kind::Health {
            command: check.command().to_vec(),
            interval: check.interval().unwrap_or(30),
            timeout: check.timeout().unwrap_or(5),
            retries: check.retries().unwrap_or(3),
            start_period: check.start_period().unwrap_or(0),
        }),
        depends_on: found
            .depends_on()
            .iter()
            .map(|other| (other.container_name().to_owned(), other.condition().as_str().to_owned()))
            .collect(),
        stop_timeout: found.stop_timeout(),
        log_driver: log.map(|log| log.log_driver().as_str().to_owned()),
        log_options: log_options.map(|options| options.clone().into_iter().collect()).unwrap_or_default(),
        unmanaged: unmanaged_of_container(found),
    };
    (found.name().unwrap_or_default().to_owned(), container)
}

/// What a revision has that the model does not, so that it is seen and taken out. What AWS fills in by itself is none of
/// it.
fn unmanaged(found: &SdkRevision) -> BTreeMap<String, String> {
    let family = found.runtime_platform().and_then(|platform| platform.operating_system_family());
    present([
        ("volumes", listed(found.volumes())),
        ("placementConstraints", listed(found.placement_constraints())),
        ("inferenceAccelerators", listed(found.inference_accelerators())),
        ("networkMode", found.network_mode().map(NetworkMode::as_str).and_then(|mode| other(mode, "awsvpc"))),
        ("operatingSystemFamily", family.map(OsFamily::as_str).and_then(|family| other(family, "LINUX"))),
        ("pidMode", found.pid_mode().map(|mode| mode.as_str().to_owned())),
        ("ipcMode", found.ipc_mode().map(|mode| mode.as_str().to_owned())),
        ("proxyConfiguration", found.proxy_configuration().map(|proxy| format!("{proxy:?}"))),
        ("enableFaultInjection", on(found.enable_fault_injection())),
    ])
}

fn unmanaged_of_container(found: &ContainerDefinition) -> BTreeMap<String, String> {
    let ranges: Vec<_> =
        found.port_mappings().iter().filter_map(|port| port.container_port_range()).collect();
    let linux = found.linux_parameters().filter(|parameters| says_something(parameters));
    let restart = found.restart_policy().filter(|policy| policy.enabled());
    let secret_options = found.log_configuration().map(LogConfiguration::secret_options).unwrap_or_default();
    present([
        ("containerPortRange", listed(&ranges)),
        ("mountPoints", listed(found.mount_points())),
        ("volumesFrom", listed(found.volumes_from())),
        ("environmentFiles", listed(found.environment_files())),
        ("secretOptions", listed(secret_options)),
        ("ulimits", listed(found.ulimits())),
        ("systemControls", listed(found.system_controls())),
        ("resourceRequirements", listed(found.resource_requirements())),
        ("links", listed(found.links())),
        ("dnsServers", listed(found.dns_servers())),
        ("dnsSearchDomains", listed(found.dns_search_domains())),
        ("dockerSecurityOptions", listed(found.docker_security_options())),
        ("extraHosts", listed(found.extra_hosts())),
        ("credentialSpecs", listed(found.credential_specs())),
        ("repositoryCredentials", found.repository_credentials().map(|from| format!("{from:?}"))),
        ("firelensConfiguration", found.firelens_configuration().map(|firelens| format!("{firelens:?}"))),
        ("restartPolicy", restart.map(|policy| format!("{policy:?}"))),
        ("linuxParameters", linux.map(|parameters| format!("{parameters:?}"))),
        ("hostname", found.hostname().map(str::to_owned)),
        ("user", found.user().map(str::to_owned)),
        ("workingDirectory", found.working_directory().map(str::to_owned)),
        ("startTimeout", found.start_timeout().map(|seconds| seconds.to_string())),
        ("privileged", on(found.privileged())),
        ("readonlyRootFilesystem", on(found.readonly_root_filesystem())),
        ("interactive", on(found.interactive())),
        ("pseudoTerminal", on(found.pseudo_terminal())),
        ("disableNetworking", on(found.disable_networking())),
        ("dockerLabels", found.docker_labels().filter(|labels| !labels.is_empty()).map(labels)),
    ])
}

fn listed<T: std::fmt::Debug>(items: &[T]) -> Option<String> {
    (!items.is_empty()).then(|| format!("{items:?}"))
}

fn on(switch: Option<bool>) -> Option<String> {
    switch.filter(|on| *on).map(|on| on.to_string())
}

fn other(found: &str, usual: &str) -> Option<String> {
    (found != usual).then(|| found.to_owned())
}

/// Whether Linux parameters are more than what AWS makes of none.
fn says_something(found: &LinuxParameters) -> bool {
    let capabilities =
        found.capabilities().is_some_and(|all| !all.add().is_empty() || !all.drop().is_empty());
    let numbers = [found.shared_memory_size(), found.max_swap(), found.swappiness()];
    capabilities
        || !found.devices().is_empty()
        || !found.tmpfs().is_empty()
        || found.init_process_enabled() == Some(true)
        || numbers.iter().flatten().any(|number| *number != 0)
}

/// Labels in one order, and without the values of those that look secret.
fn labels(found: &HashMap<String, String>) -> String {
    let mut labels: BTreeMap<_, _> = found.clone().into_iter().collect();
    secret::conceal(&mut labels);
    format!("{labels:?}")
}

fn present<const N: usize>(parts: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
