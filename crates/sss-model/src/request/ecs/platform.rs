//! Operating systems of task definitions.

use super::task::Task;
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;
use crate::rules::{ECS_TD_043, ECS_TD_087, ECS_TD_105, ECS_TD_106, Rule};

/// What Fargate does not run.
const INSTANCES_ONLY: [&str; 3] =
    ["WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_20H2_CORE"];

/// The sizes of Windows tasks on Fargate, in CPU units.
const WINDOWS_CPU: [i64; 3] = [1024, 2048, 4096];

/// A port that Fargate uses itself on Windows.
const RESERVED: i64 = 3150;

pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    if let Some(platform) = task.request.get("runtimePlatform") {
        let system = platform.text("operatingSystemFamily").unwrap_or("LINUX");
        if task.windows && platform.text("cpuArchitecture") == Some("ARM64") {
            report
                .add(&platform.place("cpuArchitecture"), worded(&ECS_TD_105, "Windows runs on X86_64 only"));
        }
        if task.fargate && INSTANCES_ONLY.contains(&system) {
            let message = format!("Fargate does not run `{system}`");
            report.add(&platform.place("operatingSystemFamily"), worded(&ECS_TD_105, message));
        }
    }
    if task.windows {
        windows(task, report);
    } else {
        shared_controls(task, report);
    }
}

fn windows(task: &Task<'_>, report: &mut Report) {
    for container in &task.containers {
        let mut refuse = |member: &str, rule: &'static Rule| {
            if !container.items(member).is_empty() {
                let fix = "take the parameter out, or run on Linux";
                report.add(&container.place(member), worded(rule, "is not for Windows").with_fix(fix));
            }
        };
        refuse("systemControls", &ECS_TD_043);
        refuse("ulimits", &ECS_TD_087);
    }
    if task.fargate {
        windows_on_fargate(task, report);
    }
}

fn windows_on_fargate(task: &Task<'_>, report: &mut Report) {
    if let Some(cpu) = task.cpu().filter(|cpu| !WINDOWS_CPU.contains(cpu)) {
        let message = format!("is {cpu} CPU units, and Windows has 1024, 2048 or 4096");
        report.add(&task.request.place("cpu"), worded(&ECS_TD_106, message));
    }
    let mut refuse = |at: Path| report.add(&at, worded(&ECS_TD_106, "is not for Windows on Fargate"));
    for member in ["pidMode", "ephemeralStorage"].into_iter().filter(|member| task.request.has(member)) {
        refuse(task.request.place(member));
    }
    for volume in task.request.items("volumes") {
        if volume.has("efsVolumeConfiguration") {
            refuse(volume.place("efsVolumeConfiguration"));
        }
    }
    for container in &task.containers {
        if container.has("firelensConfiguration") {
            refuse(container.place("firelensConfiguration"));
        }
        for mapping in container.items("portMappings") {
            if mapping.integer("containerPort") == Some(RESERVED) {
                refuse(mapping.place("containerPort"));
            }
        }
    }
}

/// All containers of a task share its network, in which the last one that starts wins.
fn shared_controls(task: &Task<'_>, report: &mut Report) {
    if task.network_mode() != "awsvpc" {
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
            report.warn(&at, worded(&ECS_TD_043, format!("`{name}` has another value in another container")));
        }
        seen.push((name, value));
    }
}
