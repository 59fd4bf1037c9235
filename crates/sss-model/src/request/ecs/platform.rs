//! Operating systems of task definitions: `runtimePlatform`, and the members that depend on it.
//!
//! Without `runtimePlatform` a task runs on Linux. Fargate runs Linux, and Windows Server 2019 and later (ECS-TD-105).
//! A Windows task lacks parameters of the Linux kernel everywhere (ECS-TD-043, ECS-TD-087), and has more limits on
//! Fargate (ECS-TD-106). The list of known systems is in the shape.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_TD_043, ECS_TD_087, ECS_TD_105, ECS_TD_106, broken};

/// The operating systems that Fargate does not run (ECS-TD-105). ECS knows them, and runs them on instances.
const INSTANCES_ONLY: [&str; 3] =
    ["WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_20H2_CORE"];

/// The sizes of Windows tasks on Fargate, in CPU units: 1, 2 and 4 vCPU (ECS-TD-106).
const WINDOWS_CPU: [i64; 3] = [1024, 2048, 4096];

/// The container port that Fargate uses itself on Windows (ECS-TD-106).
const RESERVED: i64 = 3150;

/// Checks the operating system of a task definition, and the parameters that it does not support.
///
/// `ARM64` is for Linux only, on instances too (ECS-TD-105).
pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    if let Some(platform) = task.request.get("runtimePlatform") {
        let system = platform.text("operatingSystemFamily").unwrap_or("LINUX");
        if task.windows && platform.text("cpuArchitecture") == Some("ARM64") {
            report.add(&platform.place("cpuArchitecture"), broken!(ECS_TD_105, "windows-on-arm"));
        }
        if task.fargate && INSTANCES_ONLY.contains(&system) {
            let broken = broken!(ECS_TD_105, "instances-only", system = system);
            report.add(&platform.place("operatingSystemFamily"), broken);
        }
    }

    if task.windows {
        windows(task, report);
    } else {
        shared_controls(task, report);
    }
}

/// Reports `systemControls` and `ulimits` of a Windows task, which are parameters of Linux. Empty lists are valid.
fn windows(task: &Task<'_>, report: &mut Report) {
    for container in &task.containers {
        if !container.items("systemControls").is_empty() {
            report.add(&container.place("systemControls"), broken!(ECS_TD_043, "on-windows"));
        }
        if !container.items("ulimits").is_empty() {
            report.add(&container.place("ulimits"), broken!(ECS_TD_087, "on-windows"));
        }
    }
    if task.fargate {
        windows_on_fargate(task, report);
    }
}

/// Checks a Windows task for Fargate (ECS-TD-106): its size, and the members that Fargate supports on Linux only.
///
/// Those are `pidMode`, `ephemeralStorage`, EFS volumes and log routers. A size that Fargate has on no system breaks
/// ECS-TD-010 as well. Ranges of ports that hold the reserved port are not checked.
fn windows_on_fargate(task: &Task<'_>, report: &mut Report) {
    if let Some(cpu) = task.cpu().filter(|cpu| !WINDOWS_CPU.contains(cpu)) {
        report.add(&task.request.place("cpu"), broken!(ECS_TD_106, "unknown-cpu", cpu = cpu));
    }

    let mut refuse = |node: &Node<'_>, member: &str| {
        if node.has(member) {
            report.add(&node.place(member), broken!(ECS_TD_106, "linux-only"));
        }
    };
    for member in ["pidMode", "ephemeralStorage"] {
        refuse(&task.request, member);
    }
    for volume in task.request.items("volumes") {
        refuse(&volume, "efsVolumeConfiguration");
    }

    for container in &task.containers {
        if container.has("firelensConfiguration") {
            report.add(&container.place("firelensConfiguration"), broken!(ECS_TD_106, "linux-only"));
        }
        for mapping in container.items("portMappings") {
            if mapping.integer("containerPort") == Some(RESERVED) {
                let broken = broken!(ECS_TD_106, "reserved-port", port = RESERVED);
                report.add(&mapping.place("containerPort"), broken);
            }
        }
    }
}

/// Warns of system controls that differ (ECS-TD-043).
///
/// In `awsvpc` all containers of a task share its network, and the last one that starts sets the value of each `net.*`
/// control for all of them. ECS accepts the request, so this is a warning. Other controls belong to one container.
fn shared_controls(task: &Task<'_>, report: &mut Report) {
    if task.network_mode() != Some("awsvpc") {
        return;
    }
    let controls = task.containers.iter().flat_map(|container| container.items("systemControls"));
    let network = controls.filter_map(|control| {
        let name = control.text("namespace").filter(|name| name.starts_with("net."))?;
        Some((name, control.text("value")?, control.at().clone()))
    });
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (name, value, at) in network {
        if seen.iter().any(|(other, different)| *other == name && *different != value) {
            report.warn(&at, broken!(ECS_TD_043, "differs", name = name));
        }
        seen.push((name, value));
    }
}
