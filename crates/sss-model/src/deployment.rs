//! How new tasks of a service replace old ones.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// How new tasks replace old ones.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Deployment {
    /// Whether ECS gives a deployment up when its tasks keep failing. Default true.
    pub circuit_breaker: bool,
    /// Whether ECS then goes back to the last deployment that worked. Default true.
    pub rollback: bool,
    /// Per cent of the desired count that keep running, 0 to 100. Default 100.
    #[schemars(range(max = 100), extend("x-rule" = rules::ECS_SVC_030.id))]
    #[validate(custom(function = "rules::service::minimum_healthy_percent"))]
    pub minimum_healthy_percent: u32,
    /// Per cent of the desired count that may run at the same time, 100 or more. Default 200.
    #[schemars(range(min = 100), extend("x-rule" = rules::ECS_SVC_030.id))]
    #[validate(custom(function = "rules::service::maximum_percent"))]
    pub maximum_percent: u32,
    /// Whether every update of the service replaces its tasks, as Terraform's `force_new_deployment` does. Default false: only
    /// an update that needs new tasks replaces them.
    pub force_new_deployment: bool,
}

impl Default for Deployment {
    fn default() -> Self {
        Deployment {
            circuit_breaker: true,
            rollback: true,
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            force_new_deployment: false,
        }
    }
}

impl Part for Deployment {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::service::deployment(self, at, report);
    }
}

built!(Deployment by DeploymentBuilder);
