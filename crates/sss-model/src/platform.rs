//! The platform of a task: its operating system, its process namespace, and the proxy of its network traffic.

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::problem::Invalid;
use crate::report::Part;

/// An operating system that Fargate runs.
///
/// A Windows task has 1, 2 or 4 vCPU, the processor `X86_64`, and no parameter of Linux (ECS-TD-106).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum OperatingSystemFamily {
    /// Linux.
    #[default]
    Linux,
    /// Windows Server 2019 without its desktop.
    #[serde(rename = "WINDOWS_SERVER_2019_CORE")]
    WindowsServer2019Core,
    /// Windows Server 2019.
    #[serde(rename = "WINDOWS_SERVER_2019_FULL")]
    WindowsServer2019Full,
    /// Windows Server 2022 without its desktop.
    #[serde(rename = "WINDOWS_SERVER_2022_CORE")]
    WindowsServer2022Core,
    /// Windows Server 2022.
    #[serde(rename = "WINDOWS_SERVER_2022_FULL")]
    WindowsServer2022Full,
    /// Windows Server 2025 without its desktop.
    #[serde(rename = "WINDOWS_SERVER_2025_CORE")]
    WindowsServer2025Core,
    /// Windows Server 2025.
    #[serde(rename = "WINDOWS_SERVER_2025_FULL")]
    WindowsServer2025Full,
}

impl OperatingSystemFamily {
    /// Returns the name of the operating system on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            OperatingSystemFamily::Linux => "LINUX",
            OperatingSystemFamily::WindowsServer2019Core => "WINDOWS_SERVER_2019_CORE",
            OperatingSystemFamily::WindowsServer2019Full => "WINDOWS_SERVER_2019_FULL",
            OperatingSystemFamily::WindowsServer2022Core => "WINDOWS_SERVER_2022_CORE",
            OperatingSystemFamily::WindowsServer2022Full => "WINDOWS_SERVER_2022_FULL",
            OperatingSystemFamily::WindowsServer2025Core => "WINDOWS_SERVER_2025_CORE",
            OperatingSystemFamily::WindowsServer2025Full => "WINDOWS_SERVER_2025_FULL",
        }
    }

    /// Returns whether it is Linux, the default.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_linux(&self) -> bool {
        matches!(self, OperatingSystemFamily::Linux)
    }
}

/// The processes that the containers of a task see. Fargate has no `host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PidMode {
    /// All containers see the processes of one another.
    Task,
}

impl PidMode {
    /// Returns the word of AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            PidMode::Task => "task",
        }
    }
}

/// The proxy of App Mesh in a task.
///
/// AWS ended App Mesh on 2026-09-30; Service Connect takes its place. The proxy still starts, so it is a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["container_name"]))]
#[non_exhaustive]
pub struct ProxyConfiguration {
    /// The container of the task that is the proxy.
    #[builder(setter(into))]
    #[schemars(length(min = 1))]
    pub container_name: String,
    /// The properties of the proxy by AWS's names, such as `AppPorts`. A number becomes its text.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "crate::spelling::texts")]
    #[schemars(with = "BTreeMap<String, crate::spelling::Scalar>")]
    pub properties: BTreeMap<String, String>,
}

setters!(ProxyConfigurationBuilder { pairs: properties; });
built!(ProxyConfiguration by ProxyConfigurationBuilder);

impl Part for ProxyConfiguration {}
