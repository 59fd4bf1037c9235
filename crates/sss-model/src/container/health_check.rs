//! Health checks that ECS runs in a container.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// A command that ECS runs in a container. Exit code 0 means that the container is healthy.
///
/// ```
/// use sss_model::HealthCheck;
///
/// let check = HealthCheck::builder().command(["CMD", "/bin/probe"]).interval(10).start_period(30).build()?;
/// assert_eq!((check.timeout, check.retries), (5, 3));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["command"]))]
#[non_exhaustive]
pub struct HealthCheck {
    /// The command: `CMD` and a program with its arguments, or `CMD-SHELL` and a line for the shell.
    #[builder(setter(custom))]
    #[schemars(length(min = 2))]
    pub command: Vec<String>,
    /// Seconds between two checks, 5 to 300. Default 30.
    #[schemars(range(min = 5, max = 300), extend("x-rule" = rules::ECS_TD_086.id))]
    #[validate(custom(function = "rules::container::interval"))]
    pub interval: u32,
    /// Seconds that a check may take, 2 to 60. Default 5.
    #[schemars(range(min = 2, max = 60), extend("x-rule" = rules::ECS_TD_086.id))]
    #[validate(custom(function = "rules::container::timeout"))]
    pub timeout: u32,
    /// The number of checks that have to fail in a row, 1 to 10. Default 3.
    #[schemars(range(min = 1, max = 10), extend("x-rule" = rules::ECS_TD_086.id))]
    #[validate(custom(function = "rules::container::retries"))]
    pub retries: u32,
    /// Seconds after the start in which failed checks do not count, 0 to 300.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 300), extend("x-rule" = rules::ECS_TD_086.id))]
    #[validate(custom(function = "rules::container::start_period"))]
    pub start_period: Option<u32>,
}

impl Default for HealthCheck {
    fn default() -> Self {
        HealthCheck { command: Vec::new(), interval: 30, timeout: 5, retries: 3, start_period: None }
    }
}

built!(HealthCheck by HealthCheckBuilder);
setters!(HealthCheckBuilder { lists: command; });

impl HealthCheck {
    /// Returns a health check by a line for the container's shell, with the default times.
    ///
    /// The image needs a shell at `/bin/sh`. A check without a shell is built with `CMD` and the program.
    ///
    /// ```
    /// use sss_model::HealthCheck;
    ///
    /// let check = HealthCheck::shell("curl -f http://localhost/ || exit 1");
    /// assert_eq!(check.command[0], "CMD-SHELL");
    /// ```
    #[must_use]
    pub fn shell(line: impl Into<String>) -> Self {
        HealthCheck { command: vec!["CMD-SHELL".to_owned(), line.into()], ..HealthCheck::default() }
    }
}

impl Part for HealthCheck {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::container::health_check(self, at, report);
    }
}
