//! Services: an ECS service and all objects that it has for itself.
//!
//! A [`Service`] is a [`Task`] of which ECS runs copies, and the way of requests to it: [`Route`]s of the API lead to
//! its [`Backend`], and the backend finds the tasks. Around it are the task role, the log group, the Cloud Map service
//! and the integration. Other services do not use them, so a service can be added or removed alone.
//!
//! - A service with a port has the backend of the stack, unless it has one of its own. Its routes need a port.
//! - A service without a port is a worker: requests do not reach it.
//!
//! Names of the objects follow the scheme of the `naming` module; [`ServiceNames`] overrides them. [`Ignored`] lists
//! the fields that another program changes, such as autoscaling.
//!
//! In a stack file, the keys of the task are beside those of the service. A service may also name a task definition in
//! AWS's JSON, as [`Stack::from_toml_with`](crate::Stack::from_toml_with) describes.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::backend::{Backend, BackendKind};
use crate::builder::{built, forward, setters};
use crate::cluster::CapacityProvider;
use crate::container::{
    Condition, Container, Firelens, HealthCheck, Linux, LogDriver, Mount, Port, RestartPolicy, Ulimit,
    VersionConsistency, VolumeFrom,
};
use crate::deployment::Deployment;
use crate::ignored::Ignored;
use crate::log_group::LogGroup;
use crate::path::Path;
use crate::platform::{OperatingSystemFamily, PidMode, ProxyConfiguration};
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::retention::Retention;
use crate::role::TaskRole;
use crate::route::Route;
use crate::rules;
use crate::scaling::Scaling;
use crate::task::{Task, TaskBuilder};
use crate::task_size::{CpuArchitecture, TaskSize};
use crate::volume::Volume;

pub use words::{TagSource, ZoneRebalancing};

/// An ECS service on Fargate: a [`Task`] of which it runs copies, its Cloud Map service, integration and routes.
///
/// Its builder sets the fields of the task as well.
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
/// assert_eq!(worker.task.port, None);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
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
    /// The task of which the service runs copies. In a file its keys are beside the service's own.
    #[builder(setter(custom), field(ty = "TaskBuilder", build = "self.task.assembled()?"))]
    #[serde(flatten)]
    pub task: Task,
    /// The number of running tasks. Default: one task when the service is created, or the `min` of `scaling`; the stack
    /// then leaves the count to others. With `scaling` it counts only when the service is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647), extend("default" = 1, "x-rule" = rules::ECS_SVC_002.id))]
    #[validate(custom(function = "rules::service::desired_count"))]
    pub desired_count: Option<u32>,
    /// Autoscaling: the bounds of the number of tasks, and what moves it between them. Default: no autoscaling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// The shares of the cluster's capacity providers. Default: all tasks on Fargate at its regular price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub capacity: Vec<CapacityStrategy>,
    /// The way in which new tasks replace old ones.
    pub deployment: Deployment,
    /// Seconds after a task's start in which ECS ignores failed health checks of a load balancer. Only for services
    /// with a load balancer. Default there: the `start_period` of the main container's health check, and at least 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::ECS_SVC_051.id))]
    #[validate(custom(function = "rules::service::grace_period"))]
    pub health_check_grace_period: Option<u32>,
    /// Security groups of others, at most 4, in which the tasks are beside the group of the stack.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4), inner(pattern(r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")))]
    pub security_group_ids: Vec<String>,
    /// The log group: its encryption and class, or one of others. Default: the stack's `log_group`.
    #[serde(skip_serializing_if = "LogGroup::is_plain")]
    pub log_group: LogGroup,
    /// Whether `aws ecs execute-command` runs commands in the containers of new tasks. The task role then gets the
    /// permissions for it. By default the stack leaves the setting to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// Whether ECS tags new tasks with the names of their cluster and service. By default the stack leaves the setting
    /// to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ecs_managed_tags: Option<bool>,
    /// The object whose tags new tasks get. By default the stack leaves the setting to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<TagSource>,
    /// The platform version of Fargate: `LATEST`, `1.4.0` or `1.3.0`. By default the stack leaves the setting to others.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = rules::service::PLATFORM_VERSIONS, "x-rule" = rules::ECS_SVC_040.id))]
    #[validate(custom(function = "rules::service::platform_version"))]
    pub platform_version: Option<String>,
    /// Whether ECS moves tasks between availability zones to balance them. A `maximum_percent` of 100 requires
    /// `DISABLED`. By default the stack leaves the setting to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone_rebalancing: Option<ZoneRebalancing>,
    /// The way from the API to the tasks. Default in a stack file: the one of the stack if there is a port, otherwise no
    /// way. A service that code builds has Cloud Map by default. A file may write the kind alone: `backend = "alb"`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::backend::spelled")]
    #[schemars(with = "Option<crate::backend::Spelled>")]
    pub backend: Option<Backend>,
    /// Milliseconds that the API waits for the service before it answers 504, 50 to 30000. Default 30000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 50, max = 30_000), extend("default" = 30_000, "x-rule" = rules::APIGW_INT_001.id))]
    #[validate(custom(function = "rules::service::integration_timeout"))]
    pub integration_timeout: Option<u32>,
    /// The requests of the API that go to the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Names that differ from the naming scheme.
    #[serde(skip_serializing_if = "ServiceNames::are_derived")]
    pub names: ServiceNames,
    /// Fields that other programs change. The stack's value counts when the service is created; afterwards the live one
    /// stays.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub ignore_changes: BTreeSet<Ignored>,
    /// Tags of all objects that only this service has.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

setters!(ServiceBuilder {
    lists: security_group_ids;
    pairs: tags;
    adds: route -> routes: Route;
});

/// Sets the fields of the task.
///
/// They are the setters of [`TaskBuilder`], so a service needs no builder of its task beside its own.
impl ServiceBuilder {
    forward!(task: image(impl Into<String>), port(u16), task_size(TaskSize), cpu(u32), memory(u32));
    forward!(task: cpu_architecture(CpuArchitecture), ephemeral_storage(u32), health_check(HealthCheck));
    forward!(task: depends_on(BTreeMap<String, Condition>), stop_timeout(u32), containers(Vec<Container>));
    forward!(task: container(Container), task_role(TaskRole), log_retention_days(Retention));
    forward!(task: lists command, entry_point, environment_files);
    forward!(task: pairs environment, secrets, log_options, log_secret_options, docker_labels, system_controls);
    forward!(task: log_driver(LogDriver), firelens(Firelens), start_timeout(u32), restart_policy(RestartPolicy));
    forward!(task: mounts(BTreeMap<String, Mount>), volumes_from(BTreeMap<String, VolumeFrom>));
    forward!(task: volumes(BTreeMap<String, Volume>), repository_credentials(impl Into<String>));
    forward!(task: user(impl Into<String>), working_directory(impl Into<String>), interactive(bool));
    forward!(task: readonly_root_filesystem(bool), pseudo_terminal(bool), linux(Linux));
    forward!(task: ulimits(BTreeMap<String, Ulimit>), version_consistency(VersionConsistency));
    forward!(task: operating_system_family(OperatingSystemFamily), pid_mode(PidMode));
    forward!(task: enable_fault_injection(bool), proxy_configuration(ProxyConfiguration));

    /// Sets `ports` as a whole: numbers of TCP ports, or [`Port`]s.
    #[must_use]
    pub fn ports<I>(mut self, ports: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Port>,
    {
        self.task = self.task.ports(ports);
        self
    }

    /// Adds a volume of the task under its name.
    #[must_use]
    pub fn volume(mut self, name: impl Into<String>, volume: Volume) -> Self {
        self.task = self.task.volume(name, volume);
        self
    }

    /// Lets the main container see a volume of the task at a path.
    #[must_use]
    pub fn mount(mut self, path: impl Into<String>, mount: Mount) -> Self {
        self.task = self.task.mount(path, mount);
        self
    }

    /// Adds a container that must have got so far before the main container starts.
    ///
    /// Several calls add several containers. [`Condition`] says which state of the container ECS waits for.
    ///
    /// ```
    /// use sss_model::{Condition, Container, Service};
    ///
    /// let orders = Service::builder()
    ///     .name("orders")
    ///     .image("orders:1.4")
    ///     .container(Container::builder().name("migrate").image("orders:1.4").essential(false).build()?)
    ///     .after("migrate", Condition::Success)
    ///     .build()?;
    /// assert_eq!(orders.task.depends_on["migrate"], Condition::Success);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[must_use]
    pub fn after(mut self, container: impl Into<String>, condition: Condition) -> Self {
        self.task = self.task.after(container, condition);
        self
    }
}

impl Service {
    /// Returns the number of tasks with which the service is created: `desired_count` within the bounds of `scaling`, or
    /// its `min`, or 1.
    ///
    /// ```
    /// use sss_model::{Scaling, Service};
    ///
    /// let app = Service::builder().name("app").image("app:1.4");
    /// assert_eq!(app.scaling(Scaling::builder().min(2).max(4).build()?).build()?.first_count(), 2);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn first_count(&self) -> u32 {
        match &self.scaling {
            // AWS moves another count into the bounds at once.
            Some(scaling) => self.desired_count.unwrap_or(scaling.min).max(scaling.min).min(scaling.max),
            None => self.desired_count.unwrap_or(1),
        }
    }

    /// Returns the largest number of tasks that the stack lets the service run, without those of deployments.
    pub fn most_tasks(&self) -> u32 {
        let most = self.scaling.as_ref().map(|scaling| scaling.max);
        most.unwrap_or_default().max(self.first_count())
    }
}

impl Part for Service {
    /// Gives a service with a port Cloud Map, unless its stack has given it another backend before.
    fn settle(&mut self) {
        if self.task.port.is_some() {
            self.backend.get_or_insert_with(|| Backend::from(BackendKind::CloudMap));
        }
    }

    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::service::inspect(self, at, report);
    }
}

/// A share of a service's tasks for one capacity provider.
///
/// ```
/// use sss_model::{CapacityProvider, CapacityStrategy};
///
/// let regular = CapacityStrategy::builder().provider(CapacityProvider::Fargate).base(2).weight(1).build()?;
/// let spot = CapacityStrategy::builder().provider(CapacityProvider::FargateSpot).weight(3).build()?;
/// assert_eq!((regular.base, spot.base), (2, 0));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
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
    /// The number of tasks that run here before the weights count, 0 to 100000. Only one provider may have a base.
    /// Default 0.
    #[builder(default)]
    #[serde(default)]
    #[schemars(range(max = 100_000), extend("x-rule" = rules::ECS_SVC_004.id))]
    #[validate(custom(function = "rules::service::base"))]
    pub base: u32,
}

impl Part for CapacityStrategy {}

/// Names that differ from the naming scheme. An object without a name here has the name of the scheme.
///
/// ```
/// use sss_model::{Service, ServiceNames};
///
/// let names = ServiceNames::builder().family("site").build()?;
/// let app = Service::builder().name("app").image("app:1.4").names(names).build()?;
/// assert_eq!(app.names.family.as_deref(), Some("site"));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
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
    /// The inline policy of the task role that lets ECS Exec open its channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec_policy: Option<String>,
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
    /// The target group of a load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_group: Option<String>,
}

impl ServiceNames {
    fn are_derived(&self) -> bool {
        *self == ServiceNames::default()
    }
}

impl Part for ServiceNames {}

built!(
    Service by ServiceBuilder,
    CapacityStrategy by CapacityStrategyBuilder,
    ServiceNames by ServiceNamesBuilder,
);
