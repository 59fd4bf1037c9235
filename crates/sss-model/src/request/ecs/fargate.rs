//! Rules of Fargate on task definitions: required and unsupported parameters.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_TD_010, ECS_TD_011, ECS_TD_012, ECS_TD_020, ECS_TD_040, ECS_TD_041, broken};
use crate::task_size::TaskSize;

/// The CPU units of the largest tasks, whose memory has a rule of its own.
const LARGEST: i64 = 32768;

/// Checks a task definition for Fargate.
pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    size(task, report);
    let request = &task.request;
    match request.text("networkMode") {
        Some("awsvpc") => {}
        Some(mode) => {
            report.add(&request.place("networkMode"), broken!(ECS_TD_020, "wrong-mode", given = mode));
        }
        None => request.lacks("networkMode", &ECS_TD_020, report),
    }
    if request.text("pidMode") == Some("host") {
        report.add(&request.place("pidMode"), broken!(ECS_TD_041, "host"));
    }

    let mut refuse = |node: &Node<'_>| report.add(node.at(), broken!(ECS_TD_040, "not-on-fargate"));
    request.get("ipcMode").iter().for_each(&mut refuse);
    for member in ["placementConstraints", "inferenceAccelerators"] {
        request.get(member).filter(filled).iter().for_each(&mut refuse);
    }
    for volume in request.items("volumes") {
        let kinds = ["dockerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"];
        kinds.into_iter().filter_map(|kind| volume.get(kind)).for_each(|kind| refuse(&kind));
        volume.get("host").and_then(|host| host.get("sourcePath")).iter().for_each(&mut refuse);
    }
    for container in &task.containers {
        unsupported(container, report);
    }
}

/// Checks a task definition in the network mode `awsvpc` for instances. Fargate supports less: [`inspect`] checks that.
pub(super) fn awsvpc_on_instances(task: &Task<'_>, report: &mut Report) {
    for container in &task.containers {
        for member in ["links", "extraHosts"] {
            if container.get(member).is_some_and(|list| filled(&list)) {
                report.add(&container.place(member), broken!(ECS_TD_040, "not-in-awsvpc"));
            }
        }
        if container.text("hostname").is_some_and(|name| !name.is_empty()) {
            report.add(&container.place("hostname"), broken!(ECS_TD_040, "not-in-awsvpc"));
        }
        for member in ["dnsServers", "dnsSearchDomains"] {
            if container.get(member).is_some_and(|list| filled(&list)) {
                report.warn(&container.place(member), broken!(ECS_TD_040, "perhaps-not-in-awsvpc"));
            }
        }
    }
}

fn size(task: &Task<'_>, report: &mut Report) {
    for member in ["cpu", "memory"] {
        if !task.request.has(member) {
            task.request.lacks(member, &ECS_TD_011, report);
        }
    }

    // A size that cannot be read is a problem already.
    let (Some(cpu), Some(memory)) = (task.cpu(), task.memory()) else { return };
    let choices = u32::try_from(cpu).map(TaskSize::memory_choices).unwrap_or_default();
    if choices.is_empty() {
        let broken = broken!(ECS_TD_010, "unknown-cpu", cpu = cpu, choices = TaskSize::CPU.to_vec());
        report.add(&task.request.place("cpu"), broken);
    } else if !choices.iter().any(|choice| i64::from(*choice) == memory) {
        let broken = if cpu == LARGEST {
            broken!(ECS_TD_012, "unknown-pair", cpu = cpu, memory = memory, choices = choices)
        } else {
            broken!(ECS_TD_010, "unknown-pair", cpu = cpu, memory = memory, choices = choices)
        };
        report.add(&task.request.place("memory"), broken);
    }
}

fn filled(node: &Node<'_>) -> bool {
    !node.elements().is_empty()
}

fn unsupported(container: &Node<'_>, report: &mut Report) {
    let mut refuse = |node: &Node<'_>| report.add(node.at(), broken!(ECS_TD_040, "not-on-fargate"));
    for member in ["links", "dnsServers", "dockerSecurityOptions", "extraHosts"] {
        container.get(member).filter(filled).iter().for_each(&mut refuse);
    }
    for member in ["privileged", "disableNetworking"].into_iter().filter(|member| container.is_set(member)) {
        container.get(member).iter().for_each(&mut refuse);
    }
    container.get("hostname").filter(|name| name.as_text() != Some("")).iter().for_each(&mut refuse);

    for requirement in container.items("resourceRequirements") {
        let kind = requirement.text("type").filter(|kind| ["GPU", "InferenceAccelerator"].contains(kind));
        if let Some(kind) = kind {
            report.add(requirement.at(), broken!(ECS_TD_040, "resource", kind = kind));
        }
    }
    if let Some(linux) = container.get("linuxParameters") {
        unsupported_of_linux(&linux, report);
    }
    if container.get("dnsSearchDomains").is_some_and(|domains| filled(&domains)) {
        report.warn(&container.place("dnsSearchDomains"), broken!(ECS_TD_040, "perhaps-not-in-awsvpc"));
    }
}

fn unsupported_of_linux(linux: &Node<'_>, report: &mut Report) {
    let mut refuse = |node: &Node<'_>| report.add(node.at(), broken!(ECS_TD_040, "not-on-fargate"));
    linux.get("devices").filter(filled).iter().for_each(&mut refuse);
    for member in ["maxSwap", "swappiness", "sharedMemorySize"] {
        linux.get(member).iter().for_each(&mut refuse);
    }
}
