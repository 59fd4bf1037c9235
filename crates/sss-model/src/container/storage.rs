//! The volumes that a container sees.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A volume of the task in a container. The path in the container is its key.
///
/// ```
/// use sss_model::{Container, Mount};
///
/// let side = Container::builder().name("side").image("side:1").mount("/data", Mount::of("data")).build()?;
/// assert_eq!(side.mounts["/data"].volume, "data");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Mount {
    /// The name of the volume, which the task has.
    #[schemars(length(min = 1))]
    pub volume: String,
    /// Whether the container can only read it. Default false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

impl Mount {
    /// Returns a mount of a volume that the container can write to.
    #[must_use]
    pub fn of(volume: impl Into<String>) -> Self {
        Mount { volume: volume.into(), read_only: false }
    }

    /// Returns the same mount for reading only.
    #[must_use]
    pub fn read_only(self) -> Self {
        Mount { read_only: true, ..self }
    }
}

/// The mounts of another container. The name of the container is the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct VolumeFrom {
    /// Whether the container can only read them. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

impl VolumeFrom {
    /// Returns the mounts of another container for reading only.
    #[must_use]
    pub fn reading() -> Self {
        VolumeFrom { read_only: true }
    }
}
