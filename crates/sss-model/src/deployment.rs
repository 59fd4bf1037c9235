//! The way in which new tasks of a service replace old ones.
//!
//! ECS starts a *deployment* when the task definition or another field that needs new tasks changes. It keeps the
//! running tasks between two bounds, both in per cent of the desired count: the minimum is rounded up and the maximum
//! down to whole tasks. With 100 and 200 per cent, ECS can start all new tasks beside the old ones, and stops none
//! before a new one runs. The *circuit breaker* ends a deployment whose tasks keep failing, and `rollback` then
//! restores the last one that was completed.
//!
//! Percentages that leave no room for a new task block each deployment; rule ECS-SVC-030 reports them.
//!
//! The options without a default ([`FailureThreshold`], [`DeploymentAlarms`], the bake time) are left to others until
//! the stack sets them.

mod options;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

pub use options::{
    DeploymentAlarms, DeploymentAlarmsBuilder, DeploymentStrategy, FailureThreshold, FailureThresholdBuilder,
    ThresholdKind,
};

/// The way in which new tasks replace old ones.
///
/// ```
/// use sss_model::Deployment;
///
/// let careful = Deployment::builder().maximum_percent(150).build()?;
/// assert!(careful.circuit_breaker && careful.rollback);
/// assert!(Deployment::builder().maximum_percent(100).build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Deployment {
    /// Whether ECS ends a deployment as failed when its tasks keep failing. Default true.
    pub circuit_breaker: bool,
    /// Whether ECS returns to the last deployment that worked after a failed one. Default true.
    pub rollback: bool,
    /// The failures after which the circuit breaker ends a deployment. By default the stack leaves it to others; AWS's
    /// own default is half of the desired count, at least 3 and at most 200 tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<FailureThreshold>,
    /// Whether a healthy task sets the count of failures back to 0. By default the stack leaves it to others; AWS's own
    /// default is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_on_healthy_task: Option<bool>,
    /// The alarms that end a deployment. By default the stack leaves them to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarms: Option<DeploymentAlarms>,
    /// The strategy. Services of a stack can have `ROLLING` only, which is the default.
    #[serde(skip_serializing_if = "DeploymentStrategy::is_rolling")]
    pub strategy: DeploymentStrategy,
    /// Minutes, 0 to 1440, for which old tasks stay after requests have moved to new ones. `ROLLING` does not use it. By
    /// default the stack leaves it to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1440), extend("x-rule" = rules::ECS_SVC_034.id))]
    #[validate(custom(function = "rules::deployment::bake_time"))]
    pub bake_time_minutes: Option<u32>,
    /// Per cent of the desired count that keep running, 0 to 100. Default 100.
    #[schemars(range(max = 100), extend("x-rule" = rules::ECS_SVC_030.id))]
    #[validate(custom(function = "rules::deployment::minimum_healthy_percent"))]
    pub minimum_healthy_percent: u32,
    /// Per cent of the desired count that may run at the same time, 100 or more. Default 200.
    #[schemars(range(min = 100), extend("x-rule" = rules::ECS_SVC_030.id))]
    #[validate(custom(function = "rules::deployment::maximum_percent"))]
    pub maximum_percent: u32,
    /// Whether every update of the service replaces its tasks, as Terraform's `force_new_deployment` does. Default
    /// false: only an update that needs new tasks replaces them.
    pub force_new_deployment: bool,
}

impl Default for Deployment {
    fn default() -> Self {
        Deployment {
            circuit_breaker: true,
            rollback: true,
            failure_threshold: None,
            reset_on_healthy_task: None,
            alarms: None,
            strategy: DeploymentStrategy::Rolling,
            bake_time_minutes: None,
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            force_new_deployment: false,
        }
    }
}

impl Part for Deployment {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::deployment::inspect(self, at, report);
    }
}

built!(Deployment by DeploymentBuilder);
