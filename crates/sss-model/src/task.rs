//! Tasks: containers that run together.
//!
//! A [`Task`] has one main container, whose fields are its own, and others in [`Task::containers`]. The containers
//! share one network interface, so each port is used once in a task. They also share the task's CPU and memory, whose
//! pairs are those of [`TaskSize`].
//!
//! The name of the main container follows from the stack ([`Stack::container_name`](crate::Stack::container_name)). A
//! task alone does not know it, so rules on that name are checked in the stack only.
//!
//! Each container writes its log to the log group of the service, with the container's name as the prefix of the
//! stream, unless it has another log driver. Volumes belong to the task; containers mount them.

use std::collections::BTreeMap;

use crate::builder::{built, setters};
use crate::container::{Container, Port, container, with_shared_fields};
use crate::path::Path;
use crate::platform::{OperatingSystemFamily, PidMode, ProxyConfiguration};
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::retention::Retention;
use crate::role::TaskRole;
use crate::rules;
use crate::task_size::{CpuArchitecture, TaskSize};
use crate::volume::Volume;

container! {
    /// A task on Fargate: its main container, the containers beside it, their size, their role and their log.
    ///
    /// A service runs copies of a task. The fields of every container are those of the main one; [`Task::containers`]
    /// holds the others.
    ///
    /// ```
    /// use sss_model::{Task, TaskSize};
    ///
    /// let report = Task::builder()
    ///     .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1.4")
    ///     .task_size(TaskSize::new(512, 1024)?)
    ///     .command(["report", "--daily"])
    ///     .build()?;
    /// assert_eq!((report.cpu, report.memory), (512, 1024));
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[schemars(extend("required" = ["image"]))]
    pub struct Task by TaskBuilder {
        /// The TCP port of the main container to which requests come. Without it no request reaches the task.
        ///
        /// The main container listens on it, beside the `ports` that it has.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 65535), extend("x-rule" = rules::ECS_TD_031.id))]
        #[validate(custom(function = "rules::container::port"))]
        pub port: [Option<u16>] = None,
        /// CPU units of the task: 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768. 1024 are one vCPU. Default 256.
        ///
        /// A file may write a number of vCPU: `"0.5 vCPU"` is 512.
        #[serde(deserialize_with = "crate::spelling::cpu")]
        #[schemars(with = "crate::spelling::Cpu")]
        pub cpu: [u32] = TaskSize::default().cpu(),
        /// Memory of the task in MiB; the possible sizes depend on `cpu`. Default 512.
        ///
        /// A file may write a number of GB: `"1 GB"` is 1024.
        #[serde(deserialize_with = "crate::spelling::memory")]
        #[schemars(with = "crate::spelling::Memory")]
        pub memory: [u32] = TaskSize::default().memory(),
        /// The processor that the images are built for. Default `X86_64`.
        pub cpu_architecture: [CpuArchitecture] = CpuArchitecture::default(),
        /// The operating system that the images are built for. Default `LINUX`.
        #[serde(skip_serializing_if = "OperatingSystemFamily::is_linux")]
        pub operating_system_family: [OperatingSystemFamily] = OperatingSystemFamily::default(),
        /// The processes that the containers see. Default: each container sees its own.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub pid_mode: [Option<PidMode>] = None,
        /// Storage that containers mount, by name.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        pub volumes: [BTreeMap<String, Volume>] = BTreeMap::new(),
        /// Whether tasks take faults from AWS Fault Injection Service. Default false.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        pub enable_fault_injection: [bool] = false,
        /// The proxy of App Mesh, which AWS has ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub proxy_configuration: [Option<ProxyConfiguration>] = None,
        /// Disk of a task in GiB, 21 to 200. Default: Fargate's 20 GiB.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 21, max = 200), extend("x-rule" = rules::ECS_TD_103.id))]
        #[validate(custom(function = "rules::task::ephemeral_storage"))]
        pub ephemeral_storage: [Option<u32>] = None,
        /// Containers that run beside the main one, at most 9.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schemars(length(max = 9))]
        pub containers: [Vec<Container>] = Vec::new(),
        /// The role with which the task works.
        pub task_role: [TaskRole] = TaskRole::default(),
        /// Days for which the log group keeps its events. Default: the stack's `log_retention_days`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub log_retention_days: [Option<Retention>] = None,
    }
}

setters!(TaskBuilder { adds: container -> containers: Container; });

impl TaskBuilder {
    /// Sets `cpu` and `memory` to a size that Fargate has.
    ///
    /// A [`TaskSize`] is valid by itself. `cpu` and `memory` set the numbers one by one, and `build` checks the pair.
    ///
    /// ```
    /// use sss_model::{Task, TaskSize};
    ///
    /// let task = Task::builder().image("report:1.4").task_size(TaskSize::new(1024, 2048)?).build()?;
    /// assert_eq!(task.memory, 2048);
    /// assert!(Task::builder().image("report:1.4").cpu(1024).memory(512).build().is_err());
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[must_use]
    pub fn task_size(self, size: TaskSize) -> Self {
        self.cpu(size.cpu()).memory(size.memory())
    }

    /// Adds a volume under its name.
    #[must_use]
    pub fn volume(mut self, name: impl Into<String>, volume: Volume) -> Self {
        self.volumes.get_or_insert_default().insert(name.into(), volume);
        self
    }

    /// Returns the task without checks: it is a part of a service, which is checked as a whole.
    pub(crate) fn assembled(self) -> Result<Task, Invalid> {
        self.assemble()
    }
}

impl Task {
    /// Returns all containers of the task: the main container under the given name
    /// ([`Stack::container_name`](crate::Stack::container_name) has it), then the others.
    ///
    /// Use it where all containers are treated alike, as in a task definition. The main container is essential, listens
    /// on [`Task::port`] and [`Task::ports`], and has no CPU or memory of its own: it takes its share of the task's.
    ///
    /// ```
    /// use sss_model::{Container, Task};
    ///
    /// let task = Task::builder()
    ///     .image("orders:1.4")
    ///     .port(8080)
    ///     .container(Container::builder().name("proxy").image("proxy:2").build()?)
    ///     .build()?;
    /// let containers = task.all_containers("shop-orders");
    /// assert_eq!((containers[0].name.as_str(), containers[0].ports.as_slice()), ("shop-orders", [8080.into()].as_slice()));
    /// assert_eq!(containers[1].name, "proxy");
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn all_containers(&self, main: impl Into<String>) -> Vec<Container> {
        let mut main = with_shared_fields!(Container from self => {
            name: main.into(),
            essential: true,
            cpu: None,
            memory: None,
            memory_reservation: None,
        });
        main.ports.splice(..0, self.own_port().map(Port::from));
        std::iter::once(main).chain(self.containers.iter().cloned()).collect()
    }
}

impl Task {
    /// Returns the log options of each container, the main one first, or `None` for one with another driver than
    /// `awslogs`.
    pub(crate) fn awslogs_options(&self) -> impl Iterator<Item = Option<&BTreeMap<String, String>>> {
        let beside = self.containers.iter().map(|container| (&container.log_driver, &container.log_options));
        let all = std::iter::once((&self.log_driver, &self.log_options)).chain(beside);
        all.map(|(driver, options)| driver.is_awslogs().then_some(options))
    }

    /// Returns the port to which requests come, unless it is one of the `ports` of the main container too.
    pub(crate) fn own_port(&self) -> Option<u16> {
        self.port.filter(|port| !self.ports.iter().any(|mapping| mapping.opens(*port)))
    }
}

impl Part for Task {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::task::inspect(self, None, at, report);
    }
}

built!(Task by TaskBuilder);
