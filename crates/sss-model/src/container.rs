//! Containers of a task.
//!
//! The main container of a task and the containers beside it have most fields in common. The macro `container!`
//! declares these fields once and adds them to [`Task`](crate::Task) and to [`Container`]; the derives then see two
//! plain structs.
//!
//! Fields follow `ContainerDefinition` of ECS's `RegisterTaskDefinition`, restricted to Fargate: there are no links, no
//! host ports and no privileged containers. `portMappings` have the protocol `tcp`, and the log driver is `awslogs`.

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

/// Declares a struct with the fields that every container has, after its own ones. The main container of a task and the
/// containers beside it are such structs: a field of a container has one home. Types are in brackets, because the
/// derives have to see them token by token.
macro_rules! container {
    (
        $(#[$meta:meta])*
        pub struct $part:ident by $builder:ident {
            $($(#[$attribute:meta])* pub $field:ident: [$($type:tt)+] = $default:expr,)*
        }
    ) => {
        #[derive(
            Clone, Debug, PartialEq, Eq, derive_builder::Builder, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema, validator::Validate,
        )]
        #[builder(pattern = "owned", default, setter(strip_option))]
        #[builder(build_fn(name = "assemble", private, error = "crate::Invalid"), derive(Debug))]
        #[serde(default, deny_unknown_fields)]
        $(#[$meta])*
        #[non_exhaustive]
        pub struct $part {
            $($(#[$attribute])* pub $field: $($type)+,)*
            /// The image: `[registry/]repository[:tag][@digest]`.
            #[builder(setter(into))]
            #[schemars(length(min = 1))]
            #[validate(custom(function = "crate::rules::container::image"))]
            pub image: String,
            /// The arguments, in place of the image's `CMD`.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub command: Vec<String>,
            /// The program, in place of the image's `ENTRYPOINT`.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub entry_point: Vec<String>,
            /// Environment variables. No secrets: everybody who may read the task definition sees them.
            ///
            /// A number or a boolean becomes its text.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[serde(deserialize_with = "crate::spelling::texts")]
            #[schemars(with = "std::collections::BTreeMap<String, crate::spelling::Scalar>")]
            pub environment: std::collections::BTreeMap<String, String>,
            /// Environment variables from SSM parameters and Secrets Manager: variable name and ARN.
            ///
            /// A parameter in the region of the stack may have its name in place of the ARN.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            pub secrets: std::collections::BTreeMap<String, String>,
            /// Options of the log driver `awslogs` by AWS's names, such as `mode` and `max-buffer-size`.
            ///
            /// The stack sets `awslogs-group`, `awslogs-region` and `awslogs-stream-prefix` unless they stand here.
            /// A number or a boolean becomes its text.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[serde(deserialize_with = "crate::spelling::texts")]
            #[schemars(with = "std::collections::BTreeMap<String, crate::spelling::Scalar>")]
            #[schemars(extend("propertyNames" = { "enum": $crate::rules::logging::AWSLOGS }))]
            pub log_options: std::collections::BTreeMap<String, String>,
            /// The command by which ECS checks whether the container is healthy.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub health_check: Option<$crate::container::HealthCheck>,
            /// The containers for which this one waits, by name, each with the state that it must reach.
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            pub depends_on: std::collections::BTreeMap<String, $crate::container::Condition>,
            /// Seconds between the stop signal and the kill, 2 to 120. Default: 30, as ECS sets it.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(range(min = 2, max = 120), extend("x-rule" = $crate::rules::ECS_TD_082.id))]
            #[validate(custom(function = "crate::rules::container::start_or_stop_timeout"))]
            pub stop_timeout: Option<u32>,
        }

        impl Default for $part {
            fn default() -> Self {
                $part {
                    $($field: $default,)*
                    image: String::new(),
                    command: Vec::new(),
                    entry_point: Vec::new(),
                    environment: std::collections::BTreeMap::new(),
                    secrets: std::collections::BTreeMap::new(),
                    log_options: std::collections::BTreeMap::new(),
                    health_check: None,
                    depends_on: std::collections::BTreeMap::new(),
                    stop_timeout: None,
                }
            }
        }

        $crate::builder::setters!($builder {
            lists: command, entry_point;
            pairs: environment, secrets, log_options;
        });

        impl $builder {
            /// Adds a container that must reach a state before this one starts.
            #[must_use]
            pub fn after(mut self, container: impl Into<String>, condition: $crate::container::Condition) -> Self {
                self.depends_on.get_or_insert_default().insert(container.into(), condition);
                self
            }
        }
    };
}
pub(crate) use container;

/// Copies the fields that every container has from one such struct into another one.
macro_rules! with_shared_fields {
    ($part:ident from $from:expr => { $($own:tt)* }) => {{
        let from = $from;
        $part {
            $($own)*
            image: from.image.clone(),
            command: from.command.clone(),
            entry_point: from.entry_point.clone(),
            environment: from.environment.clone(),
            secrets: from.secrets.clone(),
            log_options: from.log_options.clone(),
            health_check: from.health_check.clone(),
            depends_on: from.depends_on.clone(),
            stop_timeout: from.stop_timeout,
        }
    }};
}
pub(crate) use with_shared_fields;

container! {
    /// A container that runs beside the main container of a task.
    ///
    /// ```
    /// use sss_model::{Container, HealthCheck};
    ///
    /// let proxy = Container::builder()
    ///     .name("proxy")
    ///     .image("public.ecr.aws/nginx/nginx:1.27")
    ///     .ports([8443].into())
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
        /// The TCP ports that the container listens on, each once in a task.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schemars(inner(range(min = 1, max = 65535)), extend("x-rule" = rules::ECS_TD_031.id))]
        pub ports: [Vec<u16>] = Vec::new(),
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

built!(Container by ContainerBuilder, HealthCheck by HealthCheckBuilder);

impl Container {
    /// Returns the options of the log driver `awslogs`: those of the container, and the ones that the stack sets in its
    /// place.
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
