//! Words of ECS for the settings of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The object whose tags ECS copies to new tasks.
///
/// Running tasks keep their tags until a deployment replaces them.
///
/// ```
/// use sss_model::{Service, TagSource};
///
/// let app = Service::builder().name("app").image("app:1.4").propagate_tags(TagSource::Service).build()?;
/// assert_eq!(app.propagate_tags.map(TagSource::as_str), Some("SERVICE"));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum TagSource {
    /// The tags of the service.
    Service,
    /// The tags of the task definition.
    TaskDefinition,
    /// No tags.
    None,
}

impl TagSource {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            TagSource::Service => "SERVICE",
            TagSource::TaskDefinition => "TASK_DEFINITION",
            TagSource::None => "NONE",
        }
    }
}

/// Whether ECS moves tasks between availability zones to balance them.
///
/// ECS starts a task in the other zone before it stops one, so it needs room above 100 per cent of the desired count.
///
/// ```
/// use sss_model::{Deployment, Service, ZoneRebalancing};
///
/// let recreated = Deployment::builder().minimum_healthy_percent(0).maximum_percent(100).build()?;
/// let app = || Service::builder().name("app").image("app:1.4").deployment(recreated.clone());
/// assert!(app().availability_zone_rebalancing(ZoneRebalancing::Disabled).build().is_ok());
/// assert!(app().availability_zone_rebalancing(ZoneRebalancing::Enabled).build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ZoneRebalancing {
    /// ECS balances the tasks.
    Enabled,
    /// ECS leaves tasks in their zones.
    Disabled,
}

impl ZoneRebalancing {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            ZoneRebalancing::Enabled => "ENABLED",
            ZoneRebalancing::Disabled => "DISABLED",
        }
    }
}
