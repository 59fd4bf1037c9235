//! Containers of task definitions: the normal form, and the encoding and decoding of each field.
//!
//! The normal form is the same for a desired and a live container:
//!
//! - Lists in which the order has no meaning are maps: ports, variables, secrets, dependencies, mounts, limits.
//! - A default of AWS and an absent member are the same. A health check has its times filled in, and `cpu` 0,
//!   `hostPort` and protocol `tcp` do not show.
//! - An empty list and an absent one are the same. The order of command and entry point has a meaning, so
//!   these stay lists.
//!
//! Structures that are the same in a stack have the types of the model. The modules below have the others, and the
//! encoding and decoding of each group of members.
//!
//! Source: `container_definitions.go` of Terraform's provider and `diff.go` of ecspresso, which have the same
//! rules.

mod around;
mod logging;
mod ports;
mod restarts;
mod storage;
mod unmanaged;

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    ContainerCondition, ContainerDefinition, ContainerDependency, HealthCheck, KeyValuePair,
    LogConfiguration, Secret,
};
use serde::{Deserialize, Serialize};
use sss_model::{Linux, Mount, Ulimit, VolumeFrom};

pub(crate) use self::{
    logging::Router,
    ports::{Mapping, PortName, normal as normal_ports},
    restarts::Restarts,
};

/// A container in normal form, without the members that AWS fills in itself.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of ECS that is on or off")]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Container {
    /// The image with its tag or digest.
    pub(crate) image: String,
    /// Whether the task stops when the container stops. `true` by default.
    pub(crate) essential: bool,
    /// The protocol by container port or by range of ports. On Fargate the port of the host is the same.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) ports: BTreeMap<String, String>,
    /// The names of ports, by their keys in `ports`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) port_names: BTreeMap<String, PortName>,
    /// The share of the container in CPU units. `None` and 0 set no share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu: Option<i32>,
    /// The most memory in MiB; ECS kills a container that takes more. `None` is the memory of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<i32>,
    /// The memory in MiB that is kept for the container. `None` reserves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory_reservation: Option<i32>,
    /// The entry point. Empty for that of the image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) entry_point: Vec<String>,
    /// The command. Empty for that of the image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) command: Vec<String>,
    /// The environment variables by name. Values that look secret are digests in a live state.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
    /// The ARNs of secrets and parameters, by the variable that gets their value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) secrets: BTreeMap<String, String>,
    /// The health check of ECS. `None` for a container whose health ECS does not check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) health_check: Option<Health>,
    /// The condition of each container that has to come first, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) depends_on: BTreeMap<String, String>,
    /// The time in seconds between the signal to end and the kill. `None` is 30 on Fargate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop_timeout: Option<i32>,
    /// The log driver. Every container of a stack has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_driver: Option<String>,
    /// The options of the log driver, for `awslogs` the group, the region and the prefix of streams.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) log_options: BTreeMap<String, String>,
    /// The ARNs of secrets and parameters, by the option of the log driver that gets their value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) log_secret_options: BTreeMap<String, String>,
    /// The log router that the container is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) firelens: Option<Router>,
    /// The time in seconds after which containers that wait for this one give up. `None` is AWS's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_timeout: Option<i32>,
    /// The restarts of the container. `None` if ECS restarts it never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) restart_policy: Option<Restarts>,
    /// The volumes that the container sees, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) mounts: BTreeMap<String, Mount>,
    /// The containers whose mounts this one has too, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) volumes_from: BTreeMap<String, VolumeFrom>,
    /// The ARNs of files of variables, in the order in which ECS reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) environment_files: Vec<String>,
    /// The secret with the credentials of a private registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository_credentials: Option<String>,
    /// The user that runs the program. `None` is that of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// The folder in which the program starts. `None` is that of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) working_directory: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) readonly_root_filesystem: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) interactive: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pseudo_terminal: bool,
    /// Labels of Docker. Values that look secret are digests in a live state.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) docker_labels: BTreeMap<String, String>,
    /// Limits of resources by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) ulimits: BTreeMap<String, Ulimit>,
    /// Parameters of the kernel by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) system_controls: BTreeMap<String, String>,
    /// Parameters of Linux.
    #[serde(skip_serializing_if = "Linux::is_plain")]
    pub(crate) linux: Linux,
    /// `disabled`, or `None` for `enabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_consistency: Option<String>,
    /// The members that the model does not have, as text by their names on AWS. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) unmanaged: BTreeMap<String, String>,
}

/// A health check. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Health {
    /// The command, with `CMD` or `CMD-SHELL` as its first word.
    pub(crate) command: Vec<String>,
    /// The time between two checks. AWS's default is 30.
    pub(crate) interval: i32,
    /// The time after which a check has failed. AWS's default is 5.
    pub(crate) timeout: i32,
    /// The number of failures after which the container is unhealthy. AWS's default is 3.
    pub(crate) retries: i32,
    /// The time after the start in which failures do not count. AWS's default is 0.
    pub(crate) start_period: i32,
}

impl Container {
    /// Returns the container in the form of the client.
    pub(super) fn encode(&self, name: &str) -> ContainerDefinition {
        let environment = self
            .environment
            .iter()
            .map(|(name, value)| KeyValuePair::builder().name(name).value(value).build());
        let secrets = self.secrets.iter().map(|(name, from)| {
            Secret::builder().name(name).value_from(from).build().expect("a secret with name and source")
        });
        let depends_on = self.depends_on.iter().map(|(container, condition)| {
            let dependency = ContainerDependency::builder().container_name(container);
            let condition = ContainerCondition::from(condition.as_str());
            dependency.condition(condition).build().expect("a dependency with container and condition")
        });

        let definition = ContainerDefinition::builder()
            .name(name)
            .image(&self.image)
            .essential(self.essential)
            .set_port_mappings(some(ports::encode(&self.ports, &self.port_names)))
            .cpu(self.cpu.unwrap_or(0))
            .set_memory(self.memory)
            .set_memory_reservation(self.memory_reservation)
            .set_entry_point(some(self.entry_point.iter().cloned()))
            .set_command(some(self.command.iter().cloned()))
            .set_environment(some(environment))
            .set_secrets(some(secrets))
            .set_health_check(self.health_check.as_ref().map(Health::encode))
            .set_depends_on(some(depends_on))
            .set_stop_timeout(self.stop_timeout)
            .set_log_configuration(logging::encode(self))
            .set_firelens_configuration(self.firelens.as_ref().map(Router::encode))
            .set_start_timeout(self.start_timeout)
            .set_restart_policy(self.restart_policy.as_ref().map(Restarts::encode));
        around::encode(self, storage::encode(self, definition)).build()
    }
}

impl Health {
    /// Returns the health check in the form of the client. A start period of 0 is left out.
    fn encode(&self) -> HealthCheck {
        let check = HealthCheck::builder().set_command(Some(self.command.clone()));
        let check = check.interval(self.interval).timeout(self.timeout).retries(self.retries);
        let check = check.set_start_period((self.start_period != 0).then_some(self.start_period));
        check.build().expect("a health check with a command")
    }
}

/// Returns the items, or `None` without items.
fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

/// Decodes a container with its name.
///
/// Absent members get AWS's defaults, as the module says.
pub(super) fn decode(found: &ContainerDefinition) -> (String, Container) {
    let pairs = |pairs: Vec<(Option<&str>, Option<&str>)>| -> BTreeMap<String, String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        pairs.into_iter().map(|(name, value)| (text(name), text(value))).collect()
    };
    let log = found.log_configuration();
    let log_options = log.and_then(|log| log.options());
    let log_secrets = log.map(LogConfiguration::secret_options).unwrap_or_default();
    let (ports, port_names) = ports::normal(found.port_mappings().iter().filter_map(ports::decode));

    let mut container = Container {
        image: found.image().unwrap_or_default().to_owned(),
        essential: found.essential().unwrap_or(true),
        ports,
        port_names,
        cpu: Some(found.cpu()).filter(|cpu| *cpu != 0),
        memory: found.memory(),
        memory_reservation: found.memory_reservation(),
        entry_point: found.entry_point().to_vec(),
        command: found.command().to_vec(),
        environment: pairs(found.environment().iter().map(|pair| (pair.name(), pair.value())).collect()),
        secrets: pairs(
            found.secrets().iter().map(|secret| (Some(secret.name()), Some(secret.value_from()))).collect(),
        ),
        health_check: found.health_check().map(|check| Health {
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
        log_secret_options: pairs(
            log_secrets.iter().map(|secret| (Some(secret.name()), Some(secret.value_from()))).collect(),
        ),
        firelens: found.firelens_configuration().map(Router::decode),
        start_timeout: found.start_timeout(),
        restart_policy: found.restart_policy().and_then(Restarts::decode),
        unmanaged: unmanaged::of(found),
        ..Container::default()
    };
    storage::decode(found, &mut container);
    around::decode(found, &mut container);

    (found.name().unwrap_or_default().to_owned(), container)
}

/// Returns items as text, or `None` without items.
pub(super) fn listed<T: std::fmt::Debug>(items: &[T]) -> Option<String> {
    (!items.is_empty()).then(|| format!("{items:?}"))
}

/// Returns a switch that is on as text, or `None` for one that is off.
pub(super) fn on(switch: Option<bool>) -> Option<String> {
    switch.filter(|on| *on).map(|on| on.to_string())
}

/// Returns the members that are present, by name.
pub(super) fn present<const N: usize>(parts: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
