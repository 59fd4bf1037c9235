//! Rules of Fargate on task definitions: required and unsupported parameters.
//!
//! ECS runs a Fargate task on a machine that the account never sees. It therefore refuses members that configure an
//! instance (ECS-TD-040), and requires a size (ECS-TD-010 to ECS-TD-012) and the network mode `awsvpc` (ECS-TD-020).
//!
//! A refused member is a problem only if it asks for something. An empty list, an empty `hostname` and a flag that is
//! `false` ask for nothing. `ipcMode` is refused with any value, even `none`.
//!
//! Some members are refused because of `awsvpc` and not because of Fargate. `awsvpc_on_instances` checks those for
//! instances. Capabilities, log drivers and timeouts of Fargate are in `container`, Windows is in `platform`.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_TD_010, ECS_TD_011, ECS_TD_012, ECS_TD_020, ECS_TD_040, ECS_TD_041, broken};
use crate::task_size::TaskSize;

/// The CPU units of the largest tasks (32 vCPU), whose memory has a rule of its own.
///
/// ECS-TD-012 allows three sizes without a step between them: 61440, 122880 and 249856 MiB.
const LARGEST: i64 = 32768;

/// Checks a task definition for Fargate.
///
/// Call it if `FARGATE` is among the compatibilities, alone or with others. `pidMode` may be `task` and not `host`
/// (ECS-TD-041). A volume with an empty `host` is scratch space and is valid; `sourcePath` needs an instance.
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
///
/// ECS refuses `links`, `extraHosts` and `hostname` in this mode (ECS-TD-040). `dnsServers` and `dnsSearchDomains` are
/// a warning, because ECS may accept them.
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

/// Checks that the task has CPU and memory (ECS-TD-011), and that Fargate has the pair (ECS-TD-010, ECS-TD-012).
///
/// ECS answers an unknown pair with "No Fargate configuration exists for given values". The problem of an unknown pair
/// is at `memory` and lists the sizes in MiB that go with the CPU units.
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

/// Returns whether a list has an element. An empty list asks for nothing, so it is no problem.
fn filled(node: &Node<'_>) -> bool {
    !node.elements().is_empty()
}

/// Reports the members of a container that Fargate refuses (ECS-TD-040).
///
/// `dnsSearchDomains` is a warning: the documentation of 2023 excludes it in `awsvpc`, and the current one excludes
/// only Windows. Of the resources, `GPU` and `InferenceAccelerator` are refused. Another type is left to ECS or to the
/// shape.
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

/// Reports the members of `linuxParameters` that Fargate refuses: devices, swap and the size of shared memory.
///
/// `tmpfs` is valid: Fargate supports it (`containers-roadmap#736`), although the documentation of 2023 says that it
/// does not.
fn unsupported_of_linux(linux: &Node<'_>, report: &mut Report) {
    let mut refuse = |node: &Node<'_>| report.add(node.at(), broken!(ECS_TD_040, "not-on-fargate"));
    linux.get("devices").filter(filled).iter().for_each(&mut refuse);
    for member in ["maxSwap", "swappiness", "sharedMemorySize"] {
        linux.get(member).iter().for_each(&mut refuse);
    }
}
