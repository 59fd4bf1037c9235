//! The fields that every container has.
//!
//! The macro [`container!`] declares them once, for the main container of a task and for the containers beside it.

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
            /// The ports that the container listens on: numbers of TCP ports, or tables for names, protocols and ranges.
            ///
            /// Each port is used once in a task.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "Vec::is_empty", with = "crate::container::port::words")]
            #[schemars(with = "Vec<crate::container::port::PortWords>", extend("x-rule" = $crate::rules::ECS_TD_031.id))]
            pub ports: Vec<$crate::container::Port>,
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
            /// The log driver. Default `awslogs`, which writes to the log group of the service.
            #[serde(skip_serializing_if = "crate::container::LogDriver::is_awslogs")]
            pub log_driver: $crate::container::LogDriver,
            /// Options of the log driver by AWS's names, such as `mode` and `max-buffer-size`.
            ///
            /// For `awslogs` the stack sets `awslogs-group`, `awslogs-region` and `awslogs-stream-prefix` unless they
            /// stand here. A number or a boolean becomes its text.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[serde(deserialize_with = "crate::spelling::texts")]
            #[schemars(with = "std::collections::BTreeMap<String, crate::spelling::Scalar>")]
            pub log_options: std::collections::BTreeMap<String, String>,
            /// Options of the log driver from SSM parameters and Secrets Manager: option and ARN.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            pub log_secret_options: std::collections::BTreeMap<String, String>,
            /// The log router that the container is. Containers with the log driver `awsfirelens` send their logs to it.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub firelens: Option<$crate::container::Firelens>,
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
            /// Seconds that the container may take until the containers that wait for it give up, 2 to 120.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(range(min = 2, max = 120), extend("x-rule" = $crate::rules::ECS_TD_082.id))]
            #[validate(custom(function = "crate::rules::container::start_or_stop_timeout"))]
            pub start_timeout: Option<u32>,
            /// The restarts of the container within its task. Default: ECS restarts no container.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub restart_policy: Option<$crate::container::RestartPolicy>,
            /// The volumes of the task that the container sees, by the path in the container.
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            pub mounts: std::collections::BTreeMap<String, $crate::container::Mount>,
            /// The containers whose mounts this one has too, by name.
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            pub volumes_from: std::collections::BTreeMap<String, $crate::container::VolumeFrom>,
            /// Files of environment variables in S3: the ARNs of objects whose names end with `.env`, at most 10.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "Vec::is_empty")]
            #[schemars(length(max = 10), extend("x-rule" = $crate::rules::ECS_TD_090.id))]
            pub environment_files: Vec<String>,
            /// The secret of Secrets Manager with the user name and the password of a private registry, by ARN or name.
            #[builder(setter(into))]
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(length(min = 1))]
            pub repository_credentials: Option<String>,
            /// The user that runs the program, such as `1000:1000`. Default: that of the image.
            #[builder(setter(into))]
            #[serde(skip_serializing_if = "Option::is_none")]
            pub user: Option<String>,
            /// The folder in which the program starts. Default: that of the image.
            #[builder(setter(into))]
            #[serde(skip_serializing_if = "Option::is_none")]
            pub working_directory: Option<String>,
            /// Whether the container can only read its root file system. Default false.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub readonly_root_filesystem: bool,
            /// Whether the standard input of the program stays open. Default false.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub interactive: bool,
            /// Whether the program has a terminal. Default false.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub pseudo_terminal: bool,
            /// Labels of Docker, which agents in the task can read. A number or a boolean becomes its text.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[serde(deserialize_with = "crate::spelling::texts")]
            #[schemars(with = "std::collections::BTreeMap<String, crate::spelling::Scalar>")]
            pub docker_labels: std::collections::BTreeMap<String, String>,
            /// Limits of resources, by the name that ECS has for them, such as `nofile`.
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[schemars(extend("propertyNames" = { "enum": $crate::rules::container::ULIMITS }))]
            pub ulimits: std::collections::BTreeMap<String, $crate::container::Ulimit>,
            /// Parameters of the kernel, such as `net.core.somaxconn`. A number becomes its text.
            #[builder(setter(custom))]
            #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
            #[serde(deserialize_with = "crate::spelling::texts")]
            #[schemars(with = "std::collections::BTreeMap<String, crate::spelling::Scalar>")]
            pub system_controls: std::collections::BTreeMap<String, String>,
            /// The parameters of Linux that Fargate has: an init process, capabilities, and file systems in memory.
            #[serde(skip_serializing_if = "crate::container::Linux::is_plain")]
            pub linux: $crate::container::Linux,
            /// Whether ECS runs the image that the tag named when the deployment began. Default `enabled`.
            #[serde(skip_serializing_if = "crate::container::VersionConsistency::is_enabled")]
            pub version_consistency: $crate::container::VersionConsistency,
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
                    ports: Vec::new(),
                    log_driver: $crate::container::LogDriver::default(),
                    log_secret_options: std::collections::BTreeMap::new(),
                    firelens: None,
                    start_timeout: None,
                    restart_policy: None,
                    mounts: std::collections::BTreeMap::new(),
                    volumes_from: std::collections::BTreeMap::new(),
                    environment_files: Vec::new(),
                    repository_credentials: None,
                    user: None,
                    working_directory: None,
                    readonly_root_filesystem: false,
                    interactive: false,
                    pseudo_terminal: false,
                    docker_labels: std::collections::BTreeMap::new(),
                    ulimits: std::collections::BTreeMap::new(),
                    system_controls: std::collections::BTreeMap::new(),
                    linux: $crate::container::Linux::default(),
                    version_consistency: $crate::container::VersionConsistency::default(),
                }
            }
        }

        $crate::builder::setters!($builder {
            lists: command, entry_point, environment_files;
            pairs: environment, secrets, log_options, log_secret_options, docker_labels, system_controls;
        });

        impl $builder {
            /// Sets `ports` as a whole: numbers of TCP ports, or [`Port`]($crate::Port)s.
            #[must_use]
            pub fn ports<I>(mut self, ports: I) -> Self
            where
                I: IntoIterator,
                I::Item: Into<$crate::Port>,
            {
                self.ports = Some(ports.into_iter().map(Into::into).collect());
                self
            }

            /// Lets the container see a volume of the task at a path.
            #[must_use]
            pub fn mount(mut self, path: impl Into<String>, mount: $crate::Mount) -> Self {
                self.mounts.get_or_insert_default().insert(path.into(), mount);
                self
            }

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
            ports: from.ports.clone(),
            log_driver: from.log_driver,
            log_secret_options: from.log_secret_options.clone(),
            firelens: from.firelens.clone(),
            start_timeout: from.start_timeout,
            restart_policy: from.restart_policy.clone(),
            mounts: from.mounts.clone(),
            volumes_from: from.volumes_from.clone(),
            environment_files: from.environment_files.clone(),
            repository_credentials: from.repository_credentials.clone(),
            user: from.user.clone(),
            working_directory: from.working_directory.clone(),
            readonly_root_filesystem: from.readonly_root_filesystem,
            interactive: from.interactive,
            pseudo_terminal: from.pseudo_terminal,
            docker_labels: from.docker_labels.clone(),
            ulimits: from.ulimits.clone(),
            system_controls: from.system_controls.clone(),
            linux: from.linux.clone(),
            version_consistency: from.version_consistency,
        }
    }};
}
pub(crate) use with_shared_fields;
