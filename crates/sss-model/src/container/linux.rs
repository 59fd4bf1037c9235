//! Parameters of Linux and limits of resources, as far as Fargate has them.
//!
//! Fargate runs containers on machines that no account sees. It refuses devices, swap and the size of shared memory, and
//! adds one capability only. The rules are ECS-TD-040 and ECS-TD-045.

use std::collections::{BTreeMap, BTreeSet};

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::problem::Invalid;
use crate::report::Part;

/// The parameters of Linux of a container.
///
/// ```
/// use sss_model::{Capabilities, Container, Linux};
///
/// let linux = Linux::builder()
///     .init_process_enabled(true)
///     .capabilities(Capabilities::dropping(["ALL"]))
///     .build()?;
/// let side = Container::builder().name("side").image("side:1").linux(linux).build()?;
/// assert!(side.linux.init_process_enabled);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Linux {
    /// Whether an init process reaps processes and forwards signals. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub init_process_enabled: bool,
    /// The capabilities beyond those of Docker, and those that the container gives up.
    #[serde(skip_serializing_if = "Capabilities::are_usual")]
    pub capabilities: Capabilities,
    /// File systems in memory, by the path in the container.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tmpfs: BTreeMap<String, Tmpfs>,
}

impl Linux {
    /// Returns whether no parameter is set.
    pub fn is_plain(&self) -> bool {
        *self == Linux::default()
    }
}

impl Part for Linux {}

/// Capabilities of Linux that a container adds and drops.
///
/// ```
/// use sss_model::Capabilities;
///
/// let capabilities = Capabilities::dropping(["ALL"]).adding(["SYS_PTRACE"]);
/// assert_eq!((capabilities.add.len(), capabilities.drop.len()), (1, 1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Capabilities {
    /// The capabilities that the container adds. Fargate has `SYS_PTRACE` only.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub add: BTreeSet<String>,
    /// The capabilities that the container drops, such as `NET_RAW`, or `ALL`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub drop: BTreeSet<String>,
}

impl Capabilities {
    /// Returns the usual capabilities without some of them.
    #[must_use]
    pub fn dropping(names: impl IntoIterator<Item: Into<String>>) -> Self {
        Capabilities { add: BTreeSet::new(), drop: names.into_iter().map(Into::into).collect() }
    }

    /// Returns the same capabilities and these.
    #[must_use]
    pub fn adding(mut self, names: impl IntoIterator<Item: Into<String>>) -> Self {
        self.add.extend(names.into_iter().map(Into::into));
        self
    }

    fn are_usual(&self) -> bool {
        *self == Capabilities::default()
    }
}

/// A file system in memory. The path in the container is its key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tmpfs {
    /// The most memory that it takes, in MiB.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub size: u32,
    /// The options of the mount, such as `noexec`.
    #[builder(setter(custom))]
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub mount_options: BTreeSet<String>,
}

setters!(TmpfsBuilder { lists: mount_options; });

impl Part for Tmpfs {}

built!(Linux by LinuxBuilder, Tmpfs by TmpfsBuilder);

/// A limit of a resource. -1 is no limit; the unit follows from the name of the limit.
///
/// ```
/// use sss_model::Ulimit;
///
/// assert_eq!(Ulimit::of(1024, 65536).hard_limit, 65536);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ulimit {
    /// The limit that a process starts with. It is not above the hard limit.
    pub soft_limit: i32,
    /// The limit up to which a process may raise its own.
    pub hard_limit: i32,
}

impl Ulimit {
    /// Returns a limit.
    #[must_use]
    pub fn of(soft_limit: i32, hard_limit: i32) -> Self {
        Ulimit { soft_limit, hard_limit }
    }
}
