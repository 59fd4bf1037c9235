//! Volumes of a task definition, and where containers mount them.

use std::collections::BTreeSet;

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::worded;
use crate::rules::{ECS_TD_100, ECS_TD_101, ECS_TD_102};

/// The configurations of a volume, of which one configured at launch has none.
const CONFIGURATIONS: [&str; 5] = [
    "host",
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "s3filesVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
];

pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    let volumes = task.request.items("volumes");
    let mut names = BTreeSet::new();
    for volume in &volumes {
        if let Some(name) = volume.text("name")
            && !names.insert(name)
        {
            report.add(&volume.place("name"), worded(&ECS_TD_100, format!("`{name}` is declared already")));
        }
        if let Some(efs) = volume.get("efsVolumeConfiguration") {
            file_system(&efs, report);
        }
    }
    for container in &task.containers {
        mounts(task, container, &names, report);
    }
    at_launch(task, &volumes, report);
}

fn mounts(task: &Task<'_>, container: &Node<'_>, volumes: &BTreeSet<&str>, report: &mut Report) {
    for mount in container.items("mountPoints") {
        match mount.text("sourceVolume") {
            Some(name) if !volumes.contains(name) => {
                let message = format!("the task declares no volume `{name}`");
                report.add(&mount.place("sourceVolume"), worded(&ECS_TD_100, message));
            }
            None if !mount.has("sourceVolume") => {
                mount.lacks("sourceVolume", &ECS_TD_100, report);
            }
            _ => {}
        }
    }
    for from in container.items("volumesFrom") {
        if let Some(name) = from.text("sourceContainer")
            && task.container(name).is_none()
        {
            let message = format!("the task has no container `{name}`");
            let fix = "name a container of the task";
            report.add(&from.place("sourceContainer"), worded(&ECS_TD_100, message).with_fix(fix));
        }
    }
}

fn file_system(efs: &Node<'_>, report: &mut Report) {
    let authorization = efs.get("authorizationConfig");
    let point = authorization.as_ref().and_then(|authorization| authorization.text("accessPointId"));
    let by_point = point.is_some_and(|point| !point.is_empty());
    let root = efs.text("rootDirectory").filter(|root| !["", "/"].contains(root));
    if by_point && root.is_some() {
        report.add(
            &efs.place("rootDirectory"),
            worded(&ECS_TD_101, "stands beside an access point, which has its own"),
        );
    }
    let encrypted = efs.text("transitEncryption") == Some("ENABLED");
    let by_iam = authorization.is_some_and(|authorization| authorization.text("iam") == Some("ENABLED"));
    if by_iam && !encrypted {
        report.add(
            &efs.place("transitEncryption"),
            worded(&ECS_TD_101, "is not enabled, and IAM authorization is"),
        );
    } else if by_point && !encrypted {
        report.warn(
            &efs.place("transitEncryption"),
            worded(&ECS_TD_101, "is not enabled, as an access point asks for"),
        );
    }
    if let Some(port) = efs.integer("transitEncryptionPort") {
        let at = efs.place("transitEncryptionPort");
        if !(0..=65535).contains(&port) {
            report.add(&at, worded(&ECS_TD_101, format!("is {port}, and not from 0 to 65535")));
        } else if !encrypted {
            report.add(&at, worded(&ECS_TD_101, "`transitEncryption` is not enabled"));
        }
    }
}

fn at_launch(task: &Task<'_>, volumes: &[Node<'_>], report: &mut Report) {
    let later: Vec<&Node<'_>> = volumes.iter().filter(|volume| volume.is_set("configuredAtLaunch")).collect();
    for volume in later.iter().skip(1) {
        report.add(
            &volume.place("configuredAtLaunch"),
            worded(&ECS_TD_102, "another volume is configured at launch too"),
        );
    }
    for volume in later {
        if let Some(other) = CONFIGURATIONS.iter().find(|other| volume.has(other)) {
            report.add(&volume.place(other), worded(&ECS_TD_102, "stands beside `configuredAtLaunch`"));
        }
        let name = volume.text("name");
        let mut mounts = task.containers.iter().flat_map(|container| container.items("mountPoints"));
        if name.is_some() && !mounts.any(|mount| mount.text("sourceVolume") == name) {
            report
                .add(volume.at(), worded(&ECS_TD_102, "is configured at launch, and no container mounts it"));
        }
    }
}
