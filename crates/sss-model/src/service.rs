//! Services: an ECS service and all that is its own.

use std::collections::{BTreeMap, BTreeSet};

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::cluster::CapacityProvider;
use crate::container::{Condition, Container, HealthCheck};
use crate::deployment::Deployment;
use crate::ignored::Ignored;
use crate::path::Path;
use crate::problem::{Invalid, Problem};
use crate::report::{Part, Report, checked};
use crate::retention::Retention;
use crate::role::TaskRole;
use crate::route::Route;
use crate::rules;
use crate::rules::worded;
use crate::task_definition::{self, Taken};
use crate::task_size::{CpuArchitecture, TaskSize};

/// An ECS service on Fargate with its task definition, task role, log group, Cloud Map service, integration and routes.
///
/// Its main container is described by the service's own fields; [`Service::containers`] holds the others.
///
/// ```
/// use sss_model::{Service, TaskSize};
///
/// let worker = Service::builder()
///     .name("mailer")
///     .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/mailer:1.4")
///     .task_size(TaskSize::new(512, 1024)?)
///     .environment([("QUEUE", "mails")])
///     .build()?;
/// assert_eq!(worker.port, None);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["image"]))]
#[non_exhaustive]
pub struct Service {
    /// The name: letters, digits, `-` and `_`. In a file it is the key: `[services.app]`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(skip)]
    #[validate(custom(function = "rules::service::name"))]
    pub name: String,
    /// The image of the main container: `[registry/]repository[:tag][@digest]`.
    #[builder(setter(into))]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::container::image"))]
    pub image: String,
    /// The TCP port that the main container listens on; without it nothing reaches the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535), extend("x-rule" = rules::ECS_TD_031.id))]
    #[validate(custom(function = "rules::container::port"))]
    pub port: Option<u16>,
    /// CPU and memory of a task. Default 256 CPU units and 512 MiB.
    #[serde(flatten)]
    pub task_size: TaskSize,
    /// The processor that the images are built for. Default `X86_64`.
    pub cpu_architecture: CpuArchitecture,
    /// GiB of disk of a task, 21 to 200; Fargate gives 20 when it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 21, max = 200), extend("x-rule" = rules::ECS_TD_103.id))]
    #[validate(custom(function = "rules::service::ephemeral_storage"))]
    pub ephemeral_storage: Option<u32>,
    /// The arguments, in place of the image's `CMD`.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// The program, in place of the image's `ENTRYPOINT`.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    /// Environment variables. No secrets: everybody who may read the task definition sees them.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Environment variables from SSM parameters and Secrets Manager: variable name and ARN.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// How ECS finds out whether the main container works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    /// Which other containers have to be how far before the main container starts, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub depends_on: BTreeMap<String, Condition>,
    /// Seconds between the request to end and the kill, 2 to 120; ECS takes 30 when it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 120), extend("x-rule" = rules::ECS_TD_082.id))]
    #[validate(custom(function = "rules::container::start_or_stop_timeout"))]
    pub stop_timeout: Option<u32>,
    /// Containers that run beside the main one, at most 9.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 9))]
    pub containers: Vec<Container>,
    /// How many tasks run. Default 1.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::ECS_SVC_002.id))]
    #[validate(custom(function = "rules::service::desired_count"))]
    pub desired_count: u32,
    /// How tasks are spread over the cluster's capacity providers. Default none: all on Fargate at its regular price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub capacity: Vec<CapacityStrategy>,
    /// How new tasks replace old ones.
    pub deployment: Deployment,
    /// Seconds after a task's start in which ECS does not act on failed health checks of a load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::ECS_SVC_051.id))]
    #[validate(custom(function = "rules::service::grace_period"))]
    pub health_check_grace_period: Option<u32>,
    /// What stands between the API and the tasks. Default Cloud Map when there is a port, else nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<Backend>,
    /// The role with which the tasks work.
    pub task_role: TaskRole,
    /// Which requests of the API go to the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// How long the log is kept, when it differs from the stack's `log_retention_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_retention_days: Option<Retention>,
    /// Names that differ from the naming scheme.
    #[serde(skip_serializing_if = "ServiceNames::are_derived")]
    pub names: ServiceNames,
    /// What others change. The stack's value is for the creation of the service; afterwards the live one stays.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub ignore_changes: BTreeSet<Ignored>,
    /// Tags of all that is the service's own.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for Service {
    fn default() -> Self {
        Service {
            name: String::new(),
            image: String::new(),
            port: None,
            task_size: TaskSize::default(),
            cpu_architecture: CpuArchitecture::default(),
            ephemeral_storage: None,
            command: Vec::new(),
            entry_point: Vec::new(),
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            health_check: None,
            depends_on: BTreeMap::new(),
            stop_timeout: None,
            containers: Vec::new(),
            desired_count: 1,
            capacity: Vec::new(),
            deployment: Deployment::default(),
            health_check_grace_period: None,
            backend: None,
            task_role: TaskRole::default(),
            routes: Vec::new(),
            log_retention_days: None,
            names: ServiceNames::default(),
            ignore_changes: BTreeSet::new(),
            tags: BTreeMap::new(),
        }
    }
}

setters!(ServiceBuilder {
    lists: command, entry_point;
    pairs: environment, secrets, tags;
    adds: container -> containers: Container, route -> routes: Route;
});

impl Service {
    /// A service from a task definition in AWS's own JSON: the request of `RegisterTaskDefinition`, or what
    /// `DescribeTaskDefinition` answers. Beside it, what of the task definition the stack sees to by itself.
    ///
    /// The main container is the one called like the service, else the first.
    ///
    /// ```
    /// use sss_model::Service;
    ///
    /// let request = serde_json::json!({
    ///     "family": "mailer", "cpu": "512", "memory": "1024", "networkMode": "awsvpc",
    ///     "executionRoleArn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
    ///     "containerDefinitions": [{ "name": "mailer", "image": "mailer:1.4", "command": ["work"] }]
    /// });
    /// let (mailer, left_out) = Service::from_task_definition("mailer", &request)?;
    /// assert_eq!(mailer.names.family.as_deref(), Some("mailer"));
    /// assert_eq!(left_out[0].path, "executionRoleArn");
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] holds what a stack has no place for, or all that the rules find in the service.
    pub fn from_task_definition(
        name: impl Into<String>,
        request: &serde_json::Value,
    ) -> Result<(Self, Vec<Problem>), Invalid> {
        let name = name.into();
        let Taken { mut keys, problems } = task_definition::take(request.clone(), &name);
        Invalid::unless_fine(problems.clone())?;
        keys.insert("name".to_owned(), name.into());
        let service = serde_json::from_value(keys.into())
            .map_err(|error| Problem::new(&Path::root(), worded(&rules::FILE_003, error.to_string())))?;
        Ok((checked(service)?, problems))
    }

    /// All containers of the task: the main container under the given name
    /// ([`Stack::container_name`](crate::Stack::container_name) has it), then the others.
    pub fn all_containers(&self, main: impl Into<String>) -> Vec<Container> {
        let main = Container {
            name: main.into(),
            image: self.image.clone(),
            essential: true,
            ports: self.port.into_iter().collect(),
            cpu: None,
            memory: None,
            memory_reservation: None,
            command: self.command.clone(),
            entry_point: self.entry_point.clone(),
            environment: self.environment.clone(),
            secrets: self.secrets.clone(),
            health_check: self.health_check.clone(),
            depends_on: self.depends_on.clone(),
            stop_timeout: self.stop_timeout,
        };
        std::iter::once(main).chain(self.containers.iter().cloned()).collect()
    }
}

impl ServiceBuilder {
    /// Adds a container that has to be so far before the main container starts.
    #[must_use]
    pub fn after(mut self, container: impl Into<String>, condition: Condition) -> Self {
        self.depends_on.get_or_insert_default().insert(container.into(), condition);
        self
    }
}

impl Part for Service {
    fn settle(&mut self) {
        if self.port.is_some() {
            self.backend.get_or_insert_with(|| Backend::CloudMap(CloudMapBackend::default()));
        }
    }

    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::service::inspect(self, at, report);
    }
}

/// What stands between the API and the tasks of a service: the place where load balancers will stand too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Backend {
    /// A Cloud Map service with SRV records, which tell address and port of each task.
    CloudMap(CloudMapBackend),
}

/// A Cloud Map service.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CloudMapBackend {
    /// Seconds for which resolvers may keep an answer, 0 to 2147483647. Default 10: a task that is gone is
    /// forgotten soon.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::CM_SVC_012.id))]
    #[validate(custom(function = "rules::cloud_map::ttl"))]
    pub ttl: u32,
}

impl Default for CloudMapBackend {
    fn default() -> Self {
        CloudMapBackend { ttl: 10 }
    }
}

impl Part for CloudMapBackend {}

/// A share of a service's tasks for one capacity provider.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned")]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CapacityStrategy {
    /// The capacity provider, which the cluster must offer.
    pub provider: CapacityProvider,
    /// The share of the tasks above the base, relative to the other weights, 0 to 1000. Default 0.
    #[builder(default)]
    #[serde(default)]
    #[schemars(range(max = 1000), extend("x-rule" = rules::ECS_SVC_004.id))]
    #[validate(custom(function = "rules::service::weight"))]
    pub weight: u32,
    /// How many tasks run here before the weights count, 0 to 100000; one provider at most has one. Default 0.
    #[builder(default)]
    #[serde(default)]
    #[schemars(range(max = 100_000), extend("x-rule" = rules::ECS_SVC_004.id))]
    #[validate(custom(function = "rules::service::base"))]
    pub base: u32,
}

impl Part for CapacityStrategy {}

/// Names that differ from the naming scheme; what is not set follows the scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(into, strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ServiceNames {
    /// The ECS service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The task role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role: Option<String>,
    /// The inline policy of the task role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_policy: Option<String>,
    /// The log group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
    /// The family of the task definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The main container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The Cloud Map service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_map: Option<String>,
}

impl ServiceNames {
    fn are_derived(&self) -> bool {
        *self == ServiceNames::default()
    }
}

impl Part for ServiceNames {}

built!(
    Service by ServiceBuilder,
    CloudMapBackend by CloudMapBackendBuilder,
    CapacityStrategy by CapacityStrategyBuilder,
    ServiceNames by ServiceNamesBuilder,
);
