//! The objects that all services share: the ECS cluster and the private DNS namespace.
//!
//! A stack has one cluster, also without services, and one namespace if Cloud Map registers one of its services. The
//! [`Cluster`] offers capacity providers, of which each service takes its own mix. The [`Namespace`] is a private DNS
//! namespace of Cloud Map in the VPC; Cloud Map creates a Route 53 hosted zone for it.

mod exec;

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;
use crate::service::CapacityStrategy;

pub use exec::{
    ContainerInsights, ExecuteCommand, ExecuteCommandBuilder, ExecuteCommandLogging, ManagedStorage,
    ManagedStorageBuilder,
};

/// The ECS cluster.
///
/// ```
/// use sss_model::{CapacityProvider, Cluster};
///
/// let cluster = Cluster::builder()
///     .capacity_providers(vec![CapacityProvider::Fargate, CapacityProvider::FargateSpot])
///     .build()?;
/// assert_eq!(Cluster::default().capacity_providers, [CapacityProvider::Fargate]);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Cluster {
    /// The name or the ARN of a cluster of others, in which the services run. Nothing else of the table is then set: the
    /// stack does not change the cluster.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::existing::cluster"))]
    pub existing: Option<String>,
    /// The capacity providers that services may use. Default `["FARGATE"]`.
    pub capacity_providers: Vec<CapacityProvider>,
    /// The shares of the providers for tasks and services that name none, such as tasks that people start by hand. By
    /// default the stack leaves them to others; its own services have strategies of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub default_capacity: Vec<CapacityStrategy>,
    /// The metrics of Container Insights. By default the stack leaves the setting to others.
    #[builder(setter(strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_insights: Option<ContainerInsights>,
    /// The encryption and the logs of sessions of ECS Exec. By default the stack leaves them to others.
    #[builder(setter(strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_command: Option<ExecuteCommand>,
    /// The keys that encrypt the storage of tasks. By default the stack leaves them to others.
    #[builder(setter(strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_storage: Option<ManagedStorage>,
    /// Tags of the cluster.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            existing: None,
            capacity_providers: vec![CapacityProvider::Fargate],
            default_capacity: Vec::new(),
            container_insights: None,
            execute_command: None,
            managed_storage: None,
            tags: BTreeMap::new(),
        }
    }
}

setters!(ClusterBuilder { pairs: tags; });
built!(Cluster by ClusterBuilder);

impl Part for Cluster {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::tags::inspect(&self.tags, at, report);
        rules::service::providers(&self.capacity_providers, at, report);
        rules::cluster::default_capacity(self, &at.key("default_capacity"), report);
        if let Some(wanted) = &self.execute_command {
            report.inspect(wanted, &at.key("execute_command"));
        }
        if let Some(wanted) = &self.managed_storage {
            report.inspect(wanted, &at.key("managed_storage"));
        }
    }
}

/// The kind of Fargate capacity on which tasks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum CapacityProvider {
    /// Fargate at its regular price.
    #[serde(rename = "FARGATE")]
    Fargate,
    /// Spare capacity at a lower price. AWS may stop a task two minutes after a warning.
    #[serde(rename = "FARGATE_SPOT")]
    FargateSpot,
}

impl CapacityProvider {
    /// Returns the name of the provider on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            CapacityProvider::Fargate => "FARGATE",
            CapacityProvider::FargateSpot => "FARGATE_SPOT",
        }
    }
}

/// The private DNS namespace in which the services find each other.
///
/// ```
/// let namespace = sss_model::Namespace::builder().description("the shop").tags([("team", "web")]).build()?;
/// assert_eq!(namespace.tags["team"], "web");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Namespace {
    /// The id, the ARN or the name of a private namespace of others, in which the services are registered. Nothing else
    /// of the table is then set: the stack does not change the namespace.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::existing::namespace"))]
    pub existing: Option<String>,
    /// A description, at most 1024 characters.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    #[validate(custom(function = "rules::cloud_map::description"))]
    pub description: Option<String>,
    /// Tags of the namespace.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

setters!(NamespaceBuilder { pairs: tags; });
built!(Namespace by NamespaceBuilder);

impl Namespace {
    /// Returns whether nothing is set, so that a stack file leaves the namespace out.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Namespace::default()
    }
}

impl Part for Namespace {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::tags::inspect(&self.tags, at, report);
    }
}
