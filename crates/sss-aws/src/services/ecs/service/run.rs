//! The facts that ECS tells about the tasks and the deployment of a service, beside its state.

use aws_sdk_ecs::types::{Deployment, Service as SdkService};
use aws_smithy_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::engine::world::Fact;

/// The tasks of a service and its primary deployment, when it was observed.
///
/// A plan does not need it; people who look at a stack do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// The number of tasks that run, of all deployments.
    pub(crate) running: i32,
    /// The number of tasks that ECS keeps running.
    pub(crate) desired: i32,
    /// The number of running tasks of the primary deployment.
    pub(crate) new: i32,
    /// The number of tasks of the primary deployment that failed.
    pub(crate) failed: i32,
    /// The reason that ECS gives for the state of the primary deployment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// The second since the Unix epoch in which the primary deployment began.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) began: Option<i64>,
    /// The second in which it changed last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) changed: Option<i64>,
}

impl Fact for Run {
    const NAME: &'static str = "run";
}

impl Run {
    /// Returns what an answer of `DescribeServices` tells.
    pub(super) fn of(found: &SdkService) -> Self {
        let primary = found.deployments().iter().find(|row| row.status() == Some("PRIMARY"));
        Self {
            running: found.running_count(),
            desired: found.desired_count(),
            new: primary.map_or(0, Deployment::running_count),
            failed: primary.map_or(0, Deployment::failed_tasks),
            reason: primary.and_then(|row| row.rollout_state_reason()).map(str::to_owned),
            began: primary.and_then(|row| row.created_at()).map(DateTime::secs),
            changed: primary.and_then(|row| row.updated_at()).map(DateTime::secs),
        }
    }
}
