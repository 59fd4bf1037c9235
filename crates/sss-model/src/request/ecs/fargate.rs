//! What Fargate asks of a task definition, and what it does not have.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::worded;
use crate::rules::{ECS_TD_010, ECS_TD_011, ECS_TD_012, ECS_TD_020, ECS_TD_040, ECS_TD_041, ECS_TD_056};
use crate::task_size::TaskSize;

pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    size(task, report);
    let request = &task.request;
    match request.text("networkMode") {
        Some("awsvpc") => {}
        Some(mode) => report.add(&request.place("networkMode"), worded(&ECS_TD_020, format!("is `{mode}`"))),
        None => {
            report.add(
                &request.place("networkMode"),
                worded(&ECS_TD_020, "is required: without it, it is `bridge`"),
            );
        }
    }
    if request.text("pidMode") == Some("host") {
        report.add(&request.place("pidMode"), worded(&ECS_TD_041, "is `host`"));
    }
    let mut refuse = |node: &Node<'_>| report.add(node.at(), worded(&ECS_TD_040, "Fargate does not have it"));
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

/// What the network mode `awsvpc` does not have, on instances: on Fargate there is more, which is judged above.
pub(super) fn awsvpc_on_instances(task: &Task<'_>, report: &mut Report) {
    for container in &task.containers {
        for member in ["links", "extraHosts"] {
            if container.get(member).is_some_and(|list| filled(&list)) {
                report.add(
                    &container.place(member),
                    worded(&ECS_TD_040, "is not for the network mode `awsvpc`"),
                );
            }
        }
        if container.text("hostname").is_some_and(|name| !name.is_empty()) {
            report.add(
                &container.place("hostname"),
                worded(&ECS_TD_040, "is not for the network mode `awsvpc`"),
            );
        }
        for member in ["dnsServers", "dnsSearchDomains"] {
            if container.get(member).is_some_and(|list| filled(&list)) {
                report.warn(
                    &container.place(member),
                    worded(&ECS_TD_040, "may not be for the network mode `awsvpc`"),
                );
            }
        }
    }
}

fn size(task: &Task<'_>, report: &mut Report) {
    for member in ["cpu", "memory"] {
        if !task.request.has(member) {
            report.add(
                &task.request.place(member),
                worded(&ECS_TD_011, "is required on Fargate").with_fix(format!("set `{member}`")),
            );
        }
    }
    // What cannot be read has been reported.
    let (Some(cpu), Some(memory)) = (task.cpu(), task.memory()) else { return };
    let choices = u32::try_from(cpu).map(TaskSize::memory_choices).unwrap_or_default();
    if choices.is_empty() {
        let message = format!("Fargate has no task of {cpu} CPU units");
        report.add(&task.request.place("cpu"), worded(&ECS_TD_010, message));
    } else if !choices.iter().any(|choice| i64::from(*choice) == memory) {
        let rule = if cpu == 32768 { &ECS_TD_012 } else { &ECS_TD_010 };
        let message = format!("Fargate has no task of {cpu} CPU units and {memory} MiB");
        report.add(&task.request.place("memory"), worded(rule, message));
    }
}

fn filled(node: &Node<'_>) -> bool {
    !node.elements().is_empty()
}

fn unsupported(container: &Node<'_>, report: &mut Report) {
    let mut refuse = |node: &Node<'_>| report.add(node.at(), worded(&ECS_TD_040, "Fargate does not have it"));
    for member in ["links", "dnsServers", "dockerSecurityOptions", "extraHosts"] {
        container.get(member).filter(filled).iter().for_each(&mut refuse);
    }
    for member in ["privileged", "disableNetworking"].into_iter().filter(|member| container.is_set(member)) {
        container.get(member).iter().for_each(&mut refuse);
    }
    container.get("hostname").filter(|name| name.as_text() != Some("")).iter().for_each(&mut refuse);
    for requirement in container.items("resourceRequirements") {
        if ["GPU", "InferenceAccelerator"].map(Some).contains(&requirement.text("type")) {
            refuse(&requirement);
        }
    }
    if let Some(linux) = container.get("linuxParameters") {
        linux.get("devices").filter(filled).iter().for_each(&mut refuse);
        for member in ["maxSwap", "swappiness", "sharedMemorySize"] {
            linux.get(member).iter().for_each(&mut refuse);
        }
    }
    if container.get("dnsSearchDomains").is_some_and(|domains| filled(&domains)) {
        report.warn(
            &container.place("dnsSearchDomains"),
            worded(&ECS_TD_040, "may not be for the network mode `awsvpc`"),
        );
    }
    let router = container.get("firelensConfiguration");
    for (option, value) in router.map(|router| router.entries("options")).unwrap_or_default() {
        if option == "config-file-type" && value.as_text() == Some("s3") {
            let message = "is `s3`, and Fargate takes `file` only";
            report.add(value.at(), worded(&ECS_TD_056, message).with_fix("write `file`"));
        }
    }
}
