//! The options of a deployment that the stack leaves to others until it sets them.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// The failures after which the circuit breaker ends a deployment.
///
/// ```
/// use sss_model::{Deployment, FailureThreshold, ThresholdKind};
///
/// let patient = FailureThreshold::builder().kind(ThresholdKind::Count).value(10).build()?;
/// assert_eq!(Deployment::builder().failure_threshold(patient).build()?.failure_threshold.map(|at| at.value), Some(10));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned")]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FailureThreshold {
    /// The meaning of the value.
    #[serde(rename = "type")]
    pub kind: ThresholdKind,
    /// A number of tasks with `COUNT`, otherwise per cent of the desired count, 1 or more.
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-rule" = rules::ECS_SVC_031.id))]
    #[validate(custom(function = "rules::deployment::failure_threshold"))]
    pub value: u32,
}

impl Part for FailureThreshold {}

/// The meaning of the value of a [`FailureThreshold`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ThresholdKind {
    /// Per cent of the desired count, but at least 3 and at most 200 tasks.
    BoundedPercent,
    /// Per cent of the desired count.
    UnboundedPercent,
    /// A number of tasks.
    Count,
}

impl ThresholdKind {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            ThresholdKind::BoundedPercent => "BOUNDED_PERCENT",
            ThresholdKind::UnboundedPercent => "UNBOUNDED_PERCENT",
            ThresholdKind::Count => "COUNT",
        }
    }
}

/// Alarms of CloudWatch that end a deployment as failed.
///
/// The stack does not create them. ECS watches them during each deployment.
///
/// ```
/// use sss_model::DeploymentAlarms;
///
/// let alarms = DeploymentAlarms::builder().names(["orders-5xx"]).build()?;
/// assert!(alarms.rollback);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["names"]))]
#[non_exhaustive]
pub struct DeploymentAlarms {
    /// The names of the alarms, one or more.
    #[builder(setter(custom))]
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-rule" = rules::ECS_SVC_032.id))]
    pub names: Vec<String>,
    /// Whether ECS then returns to the last deployment that worked. Default true.
    pub rollback: bool,
}

impl Default for DeploymentAlarms {
    fn default() -> Self {
        DeploymentAlarms { names: Vec::new(), rollback: true }
    }
}

impl Part for DeploymentAlarms {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::deployment::alarms(&self.names, &at.key("names"), report);
    }
}

/// The strategy of deployments.
///
/// All strategies but `ROLLING` move requests with a load balancer or Service Connect, which services of a stack do not
/// have. The stack file knows their words to say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum DeploymentStrategy {
    /// New tasks replace old ones step by step.
    #[default]
    Rolling,
    /// Refused: requests move at once, which takes a load balancer.
    BlueGreen,
    /// Refused: requests move in equal parts, which takes a load balancer.
    Linear,
    /// Refused: a few requests move first, which takes a load balancer.
    Canary,
}

impl DeploymentStrategy {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeploymentStrategy::Rolling => "ROLLING",
            DeploymentStrategy::BlueGreen => "BLUE_GREEN",
            DeploymentStrategy::Linear => "LINEAR",
            DeploymentStrategy::Canary => "CANARY",
        }
    }

    /// Returns whether it is the default, which a stack file leaves out.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn is_rolling(&self) -> bool {
        matches!(self, DeploymentStrategy::Rolling)
    }
}

setters!(DeploymentAlarmsBuilder { lists: names; });
built!(FailureThreshold by FailureThresholdBuilder, DeploymentAlarms by DeploymentAlarmsBuilder);
