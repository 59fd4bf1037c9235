//! The sizes that Fargate has: pairs of CPU and memory.
//!
//! CPU is in CPU units, of which 1024 are one vCPU, and memory in MiB. Each number of CPU units has its own memory
//! sizes; the table in [`TaskSize::memory_choices`] is that of the ECS developer guide ("Fargate task size"). AWS bills
//! a task by this size, also if its containers use less.
//!
//! A [`Task`](crate::Task) has the two numbers as fields, because a file may be wrong. [`TaskSize`] is a pair that was
//! checked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::path::Path;
use crate::problem::{Invalid, Problem};
use crate::rules::{self, broken};

/// CPU and memory of a task: only pairs that Fargate has.
///
/// CPU is in CPU units (1024 are one vCPU), memory in MiB. In a file they are `cpu` and `memory` of the service.
///
/// ```
/// use sss_model::TaskSize;
///
/// let size = TaskSize::new(1024, 2048)?;
/// assert_eq!((size.cpu(), size.memory()), (1024, 2048));
/// assert!(TaskSize::new(1024, 512).is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Pair", into = "Pair")]
pub struct TaskSize {
    cpu: u32,
    memory: u32,
}

impl TaskSize {
    /// The CPU units that Fargate has.
    ///
    /// In ascending order: from a quarter of a vCPU to 32 vCPU.
    pub const CPU: [u32; 8] = [256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

    /// Returns the size of so many CPU units and MiB.
    ///
    /// # Errors
    ///
    /// Returns the problem ECS-TD-010 if Fargate has no such pair. Its fix lists the sizes that there are.
    pub fn new(cpu: u32, memory: u32) -> Result<Self, Invalid> {
        Pair { cpu, memory }.try_into().map_err(Invalid::from)
    }

    /// Returns the size of ECS's texts for CPU (`1024`, `1 vCPU`) and memory (`2048`, `2 GB`), or `None` if Fargate has
    /// no such pair.
    ///
    /// ```
    /// # use sss_model::TaskSize;
    /// assert_eq!(TaskSize::of_texts(".25 vCPU", "0.5GB"), TaskSize::new(256, 512).ok());
    /// assert_eq!(TaskSize::of_texts("256", "4096"), None);
    /// ```
    pub fn of_texts(cpu: &str, memory: &str) -> Option<Self> {
        let cpu = rules::size::cpu_units(cpu).and_then(|cpu| u32::try_from(cpu).ok())?;
        let memory = rules::size::mebibytes(memory).and_then(|memory| u32::try_from(memory).ok())?;
        Self::new(cpu, memory).ok()
    }

    /// Returns the CPU units: 1024 are one vCPU.
    pub const fn cpu(self) -> u32 {
        self.cpu
    }

    /// Returns the memory in MiB.
    pub const fn memory(self) -> u32 {
        self.memory
    }

    /// Returns the memory sizes in MiB that Fargate has for so many CPU units, or no size if it has no such CPU units.
    ///
    /// ```
    /// use sss_model::TaskSize;
    ///
    /// assert_eq!(TaskSize::memory_choices(256), [512, 1024, 2048]);
    /// assert!(TaskSize::memory_choices(300).is_empty());
    /// ```
    pub fn memory_choices(cpu: u32) -> Vec<u32> {
        let gib = |from: u32, to: u32, step: usize| (from..=to).step_by(step).map(|gib| gib * 1024).collect();
        match cpu {
            256 => vec![512, 1024, 2048],
            512 => gib(1, 4, 1),
            1024 => gib(2, 8, 1),
            2048 => gib(4, 16, 1),
            4096 => gib(8, 30, 1),
            8192 => gib(16, 60, 4),
            16384 => gib(32, 120, 8),
            32768 => vec![61440, 122_880, 249_856],
            _ => Vec::new(),
        }
    }
}

impl Default for TaskSize {
    fn default() -> Self {
        TaskSize { cpu: 256, memory: 512 }
    }
}

/// The pair as a file has it, before it is checked.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Pair {
    /// CPU units of the task: 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768. 1024 are one vCPU. Default 256.
    #[schemars(extend("enum" = TaskSize::CPU))]
    cpu: u32,
    /// Memory of the task in MiB; the possible sizes depend on `cpu`. Default 512.
    #[schemars(range(min = 512, max = 249_856))]
    memory: u32,
}

impl Default for Pair {
    fn default() -> Self {
        TaskSize::default().into()
    }
}

impl From<TaskSize> for Pair {
    fn from(size: TaskSize) -> Self {
        Pair { cpu: size.cpu, memory: size.memory }
    }
}

impl TryFrom<Pair> for TaskSize {
    type Error = Problem;

    fn try_from(Pair { cpu, memory }: Pair) -> Result<Self, Problem> {
        let choices = TaskSize::memory_choices(cpu);
        if choices.contains(&memory) {
            return Ok(TaskSize { cpu, memory });
        }
        let (field, broken) = if choices.is_empty() {
            ("cpu", broken!(rules::ECS_TD_010, "unknown-cpu", cpu = cpu, choices = TaskSize::CPU.to_vec()))
        } else {
            let broken =
                broken!(rules::ECS_TD_010, "unknown-pair", cpu = cpu, memory = memory, choices = choices);
            ("memory", broken)
        };
        Err(Problem::new(&Path::root().key(field), broken))
    }
}

/// The processor that the images are built for.
///
/// ECS starts a task on this architecture, and a container of another one fails with `exec format error`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum CpuArchitecture {
    /// 64-bit x86.
    #[default]
    #[serde(rename = "X86_64")]
    X86_64,
    /// 64-bit ARM (Graviton).
    #[serde(rename = "ARM64")]
    Arm64,
}

impl CpuArchitecture {
    /// Returns the name of the architecture on AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            CpuArchitecture::X86_64 => "X86_64",
            CpuArchitecture::Arm64 => "ARM64",
        }
    }
}
