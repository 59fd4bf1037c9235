//! The part of a service's state that refers to no other resource.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::volumes::Volumes;
use crate::tags::Tags;

/// The settings of a service beside its references.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of ECS that is on or off")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The number of tasks.
    pub(crate) desired_count: i32,
    /// The shares of capacity providers, by their names.
    pub(crate) capacity: BTreeMap<String, Capacity>,
    /// The ids of the subnets of its tasks.
    pub(crate) subnets: BTreeSet<String>,
    /// Whether tasks have a public address. Without one, tasks need a NAT gateway or endpoints to pull
    /// images.
    pub(crate) assign_public_ip: bool,
    /// Whether ECS ends a deployment whose tasks fail.
    pub(crate) circuit_breaker: bool,
    /// Whether ECS then returns to the last completed revision.
    pub(crate) rollback: bool,
    /// The least healthy tasks during a deployment, in per cent of the desired count.
    pub(crate) minimum_healthy_percent: i32,
    /// The most tasks during a deployment, in per cent of the desired count.
    pub(crate) maximum_percent: i32,
    /// `ENABLED` or `DISABLED`. `None` where the maximum is 100 per cent, which
    /// leaves no choice.
    ///
    /// AWS changed the default of new services (`terraform-provider-aws#43238`). A plan takes the live value
    /// over, so the default makes no difference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) availability_zone_rebalancing: Option<String>,
    /// The time in seconds after its start in which failed health checks of a task do not count. `None` is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) health_check_grace_period: Option<i32>,
    /// Whether ECS Exec runs commands in new tasks.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) enable_execute_command: bool,
    /// Whether ECS tags new tasks with their cluster and service.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) enable_ecs_managed_tags: bool,
    /// The object whose tags new tasks get: `SERVICE` or `TASK_DEFINITION`. `None` is `NONE`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) propagate_tags: Option<String>,
    /// The platform version. `None` is `LATEST`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) platform_version: Option<String>,
    /// The failures after which the circuit breaker ends a deployment. `None` is 50 bounded per cent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) failure_threshold: Option<Threshold>,
    /// Whether a healthy task sets the failures back to 0. `None` is `true`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reset_on_healthy_task: Option<bool>,
    /// The alarms that end a deployment. `None` without any, and if they are off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) alarms: Option<Alarms>,
    /// The minutes for which old tasks stay after requests have moved. `None` is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) bake_time_minutes: Option<i32>,
    /// The volumes of EBS that ECS creates for each task.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) volumes: Volumes,
    pub(crate) tags: Tags,
}

impl Settings {
    /// Returns the settings in normal form: a value that is AWS's default is left out.
    pub(crate) fn without_defaults(mut self) -> Self {
        self.propagate_tags.take_if(|source| source == "NONE");
        self.platform_version.take_if(|version| version == "LATEST");
        self.failure_threshold.take_if(|threshold| *threshold == Threshold::default());
        self.reset_on_healthy_task.take_if(|resets| *resets);
        self.bake_time_minutes.take_if(|minutes| *minutes == 0);
        self
    }
}

/// The failures after which the circuit breaker ends a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Threshold {
    /// `BOUNDED_PERCENT`, `UNBOUNDED_PERCENT` or `COUNT`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// A number of tasks with `COUNT`, otherwise per cent of the desired count.
    pub(crate) value: i32,
}

/// AWS's default: half of the desired count, at least 3 and at most 200 tasks.
impl Default for Threshold {
    fn default() -> Self {
        Self { kind: "BOUNDED_PERCENT".to_owned(), value: 50 }
    }
}

/// The alarms of CloudWatch that end a deployment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alarms {
    /// Their names, as a set.
    pub(crate) names: BTreeSet<String>,
    /// Whether ECS then returns to the last completed revision.
    pub(crate) rollback: bool,
}

/// The share of a capacity provider. Only `FARGATE` is the same as the launch type FARGATE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Capacity {
    /// The share of tasks beyond all bases, relative to the other weights.
    pub(crate) weight: i32,
    /// The number of tasks that run on this provider first.
    pub(crate) base: i32,
}
