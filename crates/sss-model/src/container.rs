//! Containers of a task.
//!
//! The main container of a task and the containers beside it have most fields in common. The macro `container!`
//! declares these fields once and adds them to [`Task`](crate::Task) and to [`Container`]; the derives then see two
//! plain structs.
//!
//! Fields follow `ContainerDefinition` of ECS's `RegisterTaskDefinition`, restricted to Fargate: there are no links, no
//! host ports, no devices and no privileged containers. The modules below have the structures inside a container.

mod fields;
mod health_check;
mod lifecycle;
mod linux;
mod logging;
pub(crate) mod port;
mod storage;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::builder::{built, setters};
use crate::path::Path;
use crate::report::{Part, Report};
use crate::rules;

pub(crate) use fields::{container, with_shared_fields};
pub use health_check::{HealthCheck, HealthCheckBuilder};
pub use lifecycle::{RestartPolicy, RestartPolicyBuilder, VersionConsistency};
pub use linux::{Capabilities, Linux, LinuxBuilder, Tmpfs, TmpfsBuilder, Ulimit};
pub use logging::{Firelens, FirelensBuilder, FirelensType, LogDriver};
pub use port::{AppProtocol, Port, PortBuilder, TransportProtocol};
pub use storage::{Mount, VolumeFrom};

container! {
    /// A container that runs beside the main container of a task.
    ///
    /// ```
    /// use sss_model::{Container, HealthCheck};
    ///
    /// let proxy = Container::builder()
    ///     .name("proxy")
    ///     .image("public.ecr.aws/nginx/nginx:1.27")
    ///     .ports([8443])
    ///     .health_check(HealthCheck::shell("curl -f http://localhost/ || exit 1"))
    ///     .memory_reservation(64)
    ///     .build()?;
    /// assert!(proxy.essential);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[schemars(extend("required" = ["name", "image"]))]
    pub struct Container by ContainerBuilder {
        /// The name, unique in the task: 1 to 255 letters, digits, `-` and `_`.
        #[builder(setter(into))]
        #[schemars(pattern("^[A-Za-z0-9_-]{1,255}$"))]
        #[validate(custom(function = "rules::container::name"))]
        pub name: [String] = String::new(),
        /// Whether the task ends when the container ends. Default true.
        pub essential: [bool] = true,
        /// CPU units of the task that ECS guarantees to the container.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cpu: [Option<u32>] = None,
        /// MiB of memory above which ECS kills the container, at least 6.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 6), extend("x-rule" = rules::ECS_TD_078.id))]
        #[validate(custom(function = "rules::container::memory"))]
        pub memory: [Option<u32>] = None,
        /// MiB of memory that ECS keeps for the container; at most `memory`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 6), extend("x-rule" = rules::ECS_TD_078.id))]
        #[validate(custom(function = "rules::container::memory"))]
        pub memory_reservation: [Option<u32>] = None,
    }
}

built!(Container by ContainerBuilder);

impl Container {
    /// Returns the options of the log driver: those of the container, and for `awslogs` the ones that the stack sets in
    /// its place.
    ///
    /// ```
    /// use sss_model::Container;
    ///
    /// let side = Container::builder().name("side").image("side:1").log_options([("mode", "blocking")]).build()?;
    /// let options = side.log_options("/orders", "eu-west-1");
    /// assert_eq!((options["mode"].as_str(), options["awslogs-stream-prefix"].as_str()), ("blocking", "side"));
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn log_options(&self, group: &str, region: &str) -> BTreeMap<String, String> {
        if !self.log_driver.is_awslogs() {
            return self.log_options.clone();
        }
        let set = [
            ("awslogs-group", group),
            ("awslogs-region", region),
            ("awslogs-stream-prefix", self.name.as_str()),
        ];
        let set = set.map(|(option, value)| (option.to_owned(), value.to_owned()));
        let own = self.log_options.iter().map(|(option, value)| (option.clone(), value.clone()));
        set.into_iter().chain(own).collect()
    }
}

impl Part for Container {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::container::inspect(self, at, report);
    }
}

/// The state of another container for which a container waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Condition {
    /// It has started.
    Start,
    /// It has ended; it must not be essential.
    Complete,
    /// It has ended with exit code 0; it must not be essential.
    Success,
    /// Its health check has passed; it must have one.
    Healthy,
}

impl Condition {
    /// Returns the name of the condition on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            Condition::Start => "START",
            Condition::Complete => "COMPLETE",
            Condition::Success => "SUCCESS",
            Condition::Healthy => "HEALTHY",
        }
    }
}
