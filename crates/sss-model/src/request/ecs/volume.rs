//! Volumes of a task definition, and their mounts in containers.

use std::collections::BTreeSet;

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_TD_100, ECS_TD_101, ECS_TD_102, broken, out_of_range};

/// The configurations of volumes, of which a volume has one. One that is configured at launch has none of them.
const CONFIGURATIONS: [&str; 5] = [
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
];

/// The port of encryption in transit.
const PORTS: std::ops::RangeInclusive<i64> = 0..=65535;

/// Checks the volumes of a task definition.
pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    let volumes = task.request.items("volumes");
    let mut names = BTreeSet::new();
    for volume in &volumes {
        if let Some(name) = volume.text("name")
            && !names.insert(name)
        {
            report.add(&volume.place("name"), broken!(ECS_TD_100, "declared-twice", name = name));
        }
        if !volume.is_set("configuredAtLaunch") {
            one_kind(volume, report);
        }
        if let Some(efs) = volume.get("efsVolumeConfiguration") {
            file_system(&efs, report);
        }
    }
    let list = task.request.get("volumes");
    let are_known = list.is_none_or(|list| list.value().is_array())
        && volumes.iter().all(|volume| volume.text("name").is_some());
    for container in &task.containers {
        mounts(task, container, &names, are_known, report);
    }
    at_launch(task, &volumes, report);
}

/// Checks the mounts of a container. A mount may be of a volume whose name cannot be read, unless all names are known.
fn mounts(
    task: &Task<'_>,
    container: &Node<'_>,
    volumes: &BTreeSet<&str>,
    are_known: bool,
    report: &mut Report,
) {
    for mount in container.items("mountPoints") {
        match mount.text("sourceVolume") {
            Some(name) if are_known && !volumes.contains(name) && !name.trim().is_empty() => {
                report.add(&mount.place("sourceVolume"), broken!(ECS_TD_100, "unknown-volume", name = name));
            }
            _ => need(&mount, "sourceVolume", report),
        }
        need(&mount, "containerPath", report);
    }

    for from in container.items("volumesFrom") {
        need(&from, "sourceContainer", report);
        if let Some(name) = from.text("sourceContainer").filter(|name| !name.trim().is_empty())
            && task.lacks_container(name)
        {
            let broken = broken!(ECS_TD_100, "unknown-container", name = name);
            report.add(&from.place("sourceContainer"), broken);
        }
    }
}

/// Reports a member of a mount that is absent or blank.
fn need(mount: &Node<'_>, member: &str, report: &mut Report) {
    let is_blank = mount.text(member).is_some_and(|text| text.trim().is_empty());
    if is_blank || !mount.has(member) {
        mount.lacks(member, &ECS_TD_100, report);
    }
}

/// Checks that a volume has one configuration at most. An empty `host` is that of a volume without a configuration.
fn one_kind(volume: &Node<'_>, report: &mut Report) {
    let given: Vec<&str> = CONFIGURATIONS.into_iter().filter(|kind| volume.has(kind)).collect();
    let [first, others @ ..] = given.as_slice() else { return };
    let is_empty = |kind: &str| volume.entries(kind).iter().all(|(_, value)| value.value().is_null());
    for other in others {
        let broken = broken!(ECS_TD_100, "beside", other = *first);
        if *first == "host" && is_empty(first) {
            report.warn(&volume.place(other), broken);
        } else {
            report.add(&volume.place(other), broken);
        }
    }
}

fn file_system(efs: &Node<'_>, report: &mut Report) {
    let authorization = efs.get("authorizationConfig");
    let point = authorization.as_ref().and_then(|authorization| authorization.text("accessPointId"));
    let by_point = point.is_some_and(|point| !point.is_empty());
    let root = efs.text("rootDirectory").filter(|root| !["", "/"].contains(root));
    if by_point && root.is_some() {
        report.add(&efs.place("rootDirectory"), broken!(ECS_TD_101, "beside-access-point"));
    }

    let Some(encryption) = efs.text_or("transitEncryption", "DISABLED") else { return };
    let encrypted = encryption == "ENABLED";
    let by_iam = authorization.is_some_and(|authorization| authorization.text("iam") == Some("ENABLED"));
    if by_iam && !encrypted {
        report.add(&efs.place("transitEncryption"), broken!(ECS_TD_101, "iam-unencrypted"));
    } else if by_point && !encrypted {
        report.warn(&efs.place("transitEncryption"), broken!(ECS_TD_101, "access-point-unencrypted"));
    }

    if let Some(port) = efs.integer("transitEncryptionPort") {
        let at = efs.place("transitEncryptionPort");
        if !PORTS.contains(&port) {
            report.add(&at, out_of_range(&ECS_TD_101, port, &PORTS));
        } else if !encrypted {
            report.add(&at, broken!(ECS_TD_101, "port-unencrypted"));
        }
    }
}

fn at_launch(task: &Task<'_>, volumes: &[Node<'_>], report: &mut Report) {
    let later: Vec<&Node<'_>> = volumes.iter().filter(|volume| volume.is_set("configuredAtLaunch")).collect();
    for volume in later.iter().skip(1) {
        report.add(&volume.place("configuredAtLaunch"), broken!(ECS_TD_102, "second-volume"));
    }

    for volume in later {
        if let Some(other) = CONFIGURATIONS.iter().find(|other| volume.has(other)) {
            let broken = broken!(ECS_TD_102, "beside", other = "configuredAtLaunch");
            report.add(&volume.place(other), broken);
        }
        let Some(name) = volume.text("name") else { continue };
        let mut mounts = task.containers.iter().flat_map(|container| container.items("mountPoints"));
        if !mounts.any(|mount| mount.text("sourceVolume") == Some(name)) {
            report.add(volume.at(), broken!(ECS_TD_102, "not-mounted", name = name));
        }
    }
}
