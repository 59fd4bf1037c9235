//! The members that `CreateService` and `UpdateService` share.
//!
//! The reference of `UpdateService` says for each parameter whether a change starts a deployment. A new task
//! definition, network configuration, registry, load balancer or platform version does. Capacity providers change only with
//! a forced deployment (pipecd PR#6385, `ecs_deploy` PR#74, ecspresso#977). Counts, the deployment
//! configuration, the grace period, rebalancing, ECS Exec and the propagation of tags start none.
//!
//! An update keeps the members that it does not name. Within the deployment configuration that holds for each
//! member too.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::services::ecs::strategy;

/// The members whose change starts a deployment. Capacity providers change only with a forced deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Specification {
    /// The ARN of the revision of the task definition.
    pub(in crate::services::ecs) task_definition: String,
    /// The launch type. `None` if the service has a capacity provider strategy.
    pub(in crate::services::ecs) launch_type: Option<String>,
    /// The strategy. It is empty if the service has a launch type.
    pub(in crate::services::ecs) capacity_provider_strategy: Vec<strategy::Item>,
    /// The platform version, `LATEST` by default.
    pub(in crate::services::ecs) platform_version: String,
    pub(in crate::services::ecs) network: Network,
    pub(in crate::services::ecs) registries: Vec<Registry>,
    #[serde(default)]
    pub(in crate::services::ecs) load_balancers: Vec<LoadBalancer>,
    /// The volumes of EBS that each task gets, as the request has them. The sandbox creates none.
    #[serde(default)]
    pub(in crate::services::ecs) volumes: Vec<Value>,
}

/// The members whose change starts no deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Options {
    pub(in crate::services::ecs) deployment: DeploymentConfiguration,
    /// The grace period in seconds. `None` if no request has set it.
    pub(in crate::services::ecs) health_check_grace_period: Option<u64>,
    pub(in crate::services::ecs) managed_tags: bool,
    /// The source of the tags of new tasks: `SERVICE`, `TASK_DEFINITION` or `NONE`.
    pub(in crate::services::ecs) propagate_tags: String,
    pub(in crate::services::ecs) execute_command: bool,
    /// `ENABLED` or `DISABLED`. It has no effect on the tasks.
    pub(in crate::services::ecs) zone_rebalancing: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deployment: DeploymentConfiguration::default(),
            health_check_grace_period: None,
            managed_tags: false,
            propagate_tags: "NONE".to_owned(),
            execute_command: false,
            zone_rebalancing: "ENABLED".to_owned(),
        }
    }
}

impl Options {
    /// Returns the options of a new service.
    ///
    /// ECS rebalances it between zones, unless the request turns that off or the maximum leaves no room for
    /// another task (terraform-aws-ecs#415, tfp PR#44117).
    pub(super) fn of_new(changes: &Changes) -> Self {
        let mut options = Self::default();
        changes.apply_to_options(&mut options);
        if changes.availability_zone_rebalancing.is_none() && options.deployment.maximum_percent <= 100 {
            "DISABLED".clone_into(&mut options.zone_rebalancing);
        }
        options
    }
}

/// The place of tasks in the VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Network {
    pub(in crate::services::ecs) subnets: Vec<String>,
    /// The groups. An empty list stands for the default group of the VPC.
    #[serde(default)]
    pub(in crate::services::ecs) security_groups: Vec<String>,
    /// `ENABLED` or `DISABLED`. Tasks of the sandbox get no public address in either case.
    #[serde(default = "disabled")]
    pub(in crate::services::ecs) assign_public_ip: String,
}

fn disabled() -> String {
    "DISABLED".to_owned()
}

/// The Cloud Map service in which tasks register.
///
/// The port of the instances is `port` or else `containerPort`.
#[expect(clippy::struct_field_names, reason = "the names are those of the wire")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registry {
    pub(in crate::services::ecs) registry_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::services::ecs) port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::services::ecs) container_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::services::ecs) container_port: Option<i64>,
}

/// The target group in which tasks register, and the port of the container that gets the requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadBalancer {
    #[serde(default)]
    pub(in crate::services::ecs) target_group_arn: String,
    #[serde(default)]
    pub(in crate::services::ecs) container_name: String,
    #[serde(default)]
    pub(in crate::services::ecs) container_port: i64,
}

/// The numbers of tasks during a deployment, and the failures that end it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeploymentConfiguration {
    /// The largest number of tasks during a deployment, in per cent of the desired count. The default is 200.
    pub(in crate::services::ecs) maximum_percent: u64,
    /// The smallest number of tasks during a deployment, in per cent of the desired count. The default is
    /// 100.
    pub(in crate::services::ecs) minimum_healthy_percent: u64,
    pub(in crate::services::ecs) circuit_breaker: CircuitBreaker,
    /// The alarms. They are always quiet: the sandbox has no CloudWatch.
    #[serde(default)]
    pub(in crate::services::ecs) alarms: Option<Alarms>,
    /// The minutes between the last shift of requests and the end of old tasks. `ROLLING` does not use it.
    #[serde(default)]
    pub(in crate::services::ecs) bake_time: u64,
}

/// The alarms that end a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alarms {
    alarm_names: Vec<String>,
    enable: bool,
    rollback: bool,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        let circuit_breaker = CircuitBreaker {
            enable: false,
            rollback: false,
            reset_on_healthy_task: true,
            threshold_configuration: Threshold::default(),
        };
        Self {
            maximum_percent: 200,
            minimum_healthy_percent: 100,
            circuit_breaker,
            alarms: None,
            bake_time: 0,
        }
    }
}

/// The circuit breaker, which ends a deployment after too many failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CircuitBreaker {
    /// Whether the breaker counts. The default of a service is `false`.
    pub(in crate::services::ecs) enable: bool,
    /// Whether the service returns to its last completed deployment.
    pub(in crate::services::ecs) rollback: bool,
    /// Whether a healthy task sets the count back to zero. The default is `true`.
    #[serde(default = "yes")]
    pub(in crate::services::ecs) reset_on_healthy_task: bool,
    #[serde(default)]
    pub(in crate::services::ecs) threshold_configuration: Threshold,
}

fn yes() -> bool {
    true
}

/// The number of failures that ends a deployment.
///
/// The default is half of the desired count, and at least 3 and at most 200 failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Threshold {
    /// `BOUNDED_PERCENT`, `UNBOUNDED_PERCENT` or `COUNT`.
    #[serde(rename = "type")]
    pub(in crate::services::ecs) kind: String,
    /// A percentage of the desired count, or a number of tasks with `COUNT`.
    pub(in crate::services::ecs) value: u64,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { kind: "BOUNDED_PERCENT".to_owned(), value: 50 }
    }
}

impl Threshold {
    /// Returns the number of failed tasks that ends the deployment of a service of this size. It is 1 or
    /// more, and fits the integers of AWS's answers.
    pub(in crate::services::ecs) fn failures(&self, desired: u64) -> u64 {
        let share = desired.saturating_mul(self.value).div_ceil(100).min(u64::from(i32::MAX.unsigned_abs()));
        match self.kind.as_str() {
            "COUNT" => self.value.max(1),
            "UNBOUNDED_PERCENT" => share.max(1),
            _ => share.clamp(3, 200),
        }
    }
}

/// The members that a request changes. The other members keep their values.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes {
    pub(super) task_definition: Option<String>,
    pub(super) capacity_provider_strategy: Option<Vec<strategy::Item>>,
    platform_version: Option<String>,
    pub(super) network_configuration: Option<NetworkConfiguration>,
    pub(super) service_registries: Option<Vec<Registry>>,
    volume_configurations: Option<Vec<Value>>,
    pub(super) load_balancers: Option<Vec<LoadBalancer>>,
    pub(super) desired_count: Option<i64>,
    deployment_configuration: Option<DeploymentChanges>,
    health_check_grace_period_seconds: Option<u64>,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: Option<bool>,
    propagate_tags: Option<String>,
    enable_execute_command: Option<bool>,
    availability_zone_rebalancing: Option<String>,
}

/// The network configuration on the wire. Fargate has the mode `awsvpc` only.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::services::ecs) struct NetworkConfiguration {
    pub(in crate::services::ecs) awsvpc_configuration: Network,
}

/// The changed members of the deployment configuration. `None` keeps a member.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeploymentChanges {
    maximum_percent: Option<u64>,
    minimum_healthy_percent: Option<u64>,
    deployment_circuit_breaker: Option<CircuitBreaker>,
    alarms: Option<Alarms>,
    bake_time_in_minutes: Option<u64>,
}

impl Changes {
    /// Returns the desired count, if the request has it. A negative count, which the rules refuse, has none.
    pub(super) fn desired(&self) -> Option<u64> {
        self.desired_count.and_then(|count| u64::try_from(count).ok())
    }

    /// Changes a specification. The caller resolves the task definition.
    ///
    /// A strategy replaces the launch type. An empty strategy removes the current one and sets no launch
    /// type.
    pub(super) fn apply_to(&self, specification: &mut Specification) {
        if let Some(strategy) = &self.capacity_provider_strategy {
            specification.capacity_provider_strategy.clone_from(strategy);
            if !strategy.is_empty() {
                specification.launch_type = None;
            }
        }
        if let Some(version) = &self.platform_version {
            specification.platform_version.clone_from(version);
        }
        if let Some(network) = &self.network_configuration {
            specification.network.clone_from(&network.awsvpc_configuration);
        }
        if let Some(registries) = &self.service_registries {
            specification.registries.clone_from(registries);
        }
        replace(&mut specification.load_balancers, self.load_balancers.as_ref());
        replace(&mut specification.volumes, self.volume_configurations.as_ref());
    }

    /// Changes options. The circuit breaker is replaced as a whole.
    pub(super) fn apply_to_options(&self, options: &mut Options) {
        if let Some(deployment) = &self.deployment_configuration {
            let current = &mut options.deployment;
            replace(&mut current.maximum_percent, deployment.maximum_percent.as_ref());
            replace(&mut current.minimum_healthy_percent, deployment.minimum_healthy_percent.as_ref());
            replace(&mut current.circuit_breaker, deployment.deployment_circuit_breaker.as_ref());
            replace(&mut current.bake_time, deployment.bake_time_in_minutes.as_ref());
            if deployment.alarms.is_some() {
                current.alarms.clone_from(&deployment.alarms);
            }
        }
        if self.health_check_grace_period_seconds.is_some() {
            options.health_check_grace_period = self.health_check_grace_period_seconds;
        }
        replace(&mut options.managed_tags, self.enable_ecs_managed_tags.as_ref());
        replace(&mut options.propagate_tags, self.propagate_tags.as_ref());
        replace(&mut options.execute_command, self.enable_execute_command.as_ref());
        replace(&mut options.zone_rebalancing, self.availability_zone_rebalancing.as_ref());
    }
}

/// Replaces a value if the request has a new one.
fn replace<T: Clone>(current: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        current.clone_from(new);
    }
}
