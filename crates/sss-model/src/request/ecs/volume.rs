//! Volumes of a task definition, and their mounts in containers.
//!
//! `volumes` declares each volume by name with at most one configuration: a path of the host, Docker, EFS, S3 Files or
//! FSx. A volume without a configuration is scratch space of the task. `mountPoints` of a container refers to a volume
//! by name (ECS-TD-100); EFS has rules of its own (ECS-TD-101).
//!
//! A volume with `configuredAtLaunch` gets its configuration from the service, as a volume of EBS (ECS-TD-102).
//! `service::volume` checks the other side of it.

use std::collections::BTreeSet;

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_TD_100, ECS_TD_101, ECS_TD_102, broken, out_of_range};

/// The configurations of volumes, of which a volume has one. A volume that is configured at launch has none of them.
const CONFIGURATIONS: [&str; 5] = [
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
];

/// The numbers that are valid for `transitEncryptionPort` of EFS (ECS-TD-101).
const PORTS: std::ops::RangeInclusive<i64> = 0..=65535;

/// Checks the volumes of a task definition: names that differ, one configuration each, EFS, mounts, and the volume of
/// the launch.
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

/// Checks the mounts of a container (ECS-TD-100): each has a volume of the task and a path in the container.
///
/// ECS answers a name that the task does not declare with "Unknown volume". A mount may be of a volume whose name
/// cannot be read, so an unknown name is a problem only while all names are known.
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

/// Reports a member of a mount that is absent or blank (ECS-TD-100).
///
/// The API model requires neither member, so the shape does not report them.
fn need(mount: &Node<'_>, member: &str, report: &mut Report) {
    let is_blank = mount.text(member).is_some_and(|text| text.trim().is_empty());
    if is_blank || !mount.has(member) {
        mount.lacks(member, &ECS_TD_100, report);
    }
}

/// Checks that a volume has one configuration at most (ECS-TD-100).
///
/// The problem is at the second one and names the first. Beside an empty `host` it is a warning, since an empty `host`
/// says the same as no configuration.
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

/// Checks a file system of EFS (ECS-TD-101). Encryption in transit is `DISABLED` by default.
///
/// - An access point has its own root, so `rootDirectory` beside it is absent, empty or `/`.
/// - IAM authorization requires encryption in transit. An access point without it is a warning.
/// - `transitEncryptionPort` is 0 to 65535, and requires encryption in transit.
///
/// If `transitEncryption` cannot be read, the rules that need it are not checked.
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

/// Checks volumes that get their configuration at launch (ECS-TD-102).
///
/// A task has at most one of them. It has no configuration beside the flag, and a container mounts it. A volume without
/// a name is not searched among the mounts.
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
