//! The logs of a container: its log driver, and the log router that other containers send their logs to.

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::problem::Invalid;
use crate::report::Part;

/// A log driver that Fargate has.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum LogDriver {
    /// CloudWatch Logs: the log group of the service, unless an option names another one.
    #[default]
    Awslogs,
    /// Splunk.
    Splunk,
    /// The log router of the task: the container with `firelens`.
    Awsfirelens,
}

impl LogDriver {
    /// Returns the name of the driver on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            LogDriver::Awslogs => "awslogs",
            LogDriver::Splunk => "splunk",
            LogDriver::Awsfirelens => "awsfirelens",
        }
    }

    /// Returns whether the driver is the default one.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_awslogs(&self) -> bool {
        matches!(self, LogDriver::Awslogs)
    }
}

/// The log router that a container is: FireLens of ECS.
///
/// ```
/// use sss_model::{Container, Firelens, FirelensType};
///
/// let firelens = Firelens::builder().router(FirelensType::Fluentbit).build()?;
/// let router = Container::builder().name("log_router").image("fluent-bit:3").firelens(firelens).build()?;
/// assert!(router.firelens.is_some());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned")]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Firelens {
    /// The program of the router.
    #[serde(rename = "type")]
    pub router: FirelensType,
    /// Options of the router by AWS's names, such as `config-file-value`. A number or a boolean becomes its text.
    #[builder(default, setter(custom))]
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "crate::spelling::texts"
    )]
    #[schemars(with = "BTreeMap<String, crate::spelling::Scalar>")]
    pub options: BTreeMap<String, String>,
}

setters!(FirelensBuilder { pairs: options; });
built!(Firelens by FirelensBuilder);

impl Part for Firelens {}

/// The program of a log router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FirelensType {
    /// Fluentd.
    Fluentd,
    /// Fluent Bit.
    Fluentbit,
}

impl FirelensType {
    /// Returns the name of the program on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            FirelensType::Fluentd => "fluentd",
            FirelensType::Fluentbit => "fluentbit",
        }
    }
}
