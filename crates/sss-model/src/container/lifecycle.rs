//! The life of a container within its task: restarts, and the image that a deployment keeps.

use std::collections::BTreeSet;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// The restarts of a container that ends, while its task goes on.
///
/// ```
/// use sss_model::{Container, RestartPolicy};
///
/// let policy = RestartPolicy::builder().restart_attempt_period(60).ignored_exit_codes([0].into()).build()?;
/// let side = Container::builder().name("side").image("side:1").restart_policy(policy).build()?;
/// assert!(side.restart_policy.is_some_and(|policy| policy.enabled));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RestartPolicy {
    /// Whether ECS restarts the container. Default true.
    pub enabled: bool,
    /// The exit codes after which ECS does not restart the container, at most 50.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(length(max = 50), extend("x-rule" = rules::ECS_TD_088.id))]
    pub ignored_exit_codes: BTreeSet<i32>,
    /// Seconds that the container must have run before ECS restarts it, 60 to 1800. Default: 300, as ECS sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 60, max = 1800), extend("x-rule" = rules::ECS_TD_088.id))]
    pub restart_attempt_period: Option<u32>,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        RestartPolicy { enabled: true, ignored_exit_codes: BTreeSet::new(), restart_attempt_period: None }
    }
}

impl Part for RestartPolicy {}

built!(RestartPolicy by RestartPolicyBuilder);

/// Whether ECS resolves the tag of an image once for a deployment.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum VersionConsistency {
    /// All tasks of a deployment run the image that the tag named at its beginning.
    #[default]
    Enabled,
    /// Each task runs the image that the tag names when the task starts.
    Disabled,
}

impl VersionConsistency {
    /// Returns the word of AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            VersionConsistency::Enabled => "enabled",
            VersionConsistency::Disabled => "disabled",
        }
    }

    /// Returns whether it is the default.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_enabled(&self) -> bool {
        matches!(self, VersionConsistency::Enabled)
    }
}
