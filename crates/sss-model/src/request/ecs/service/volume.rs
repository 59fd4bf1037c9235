//! Volumes of Amazon EBS that a service creates for its tasks.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_SVC_090, broken};

/// The types of volumes for which `iops` can be set.
const WITH_IOPS: [&str; 3] = ["gp3", "io1", "io2"];

/// Checks the volumes that a service creates.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    for volume in service.request.items("volumeConfigurations") {
        if let Some(task) = &service.task
            && let Some(name) = volume.text("name")
            && !task.request.items("volumes").iter().any(|known| is_at_launch(known, name))
        {
            report.add(&volume.place("name"), broken!(ECS_SVC_090, "unknown-volume", name = name));
        }
        if let Some(disk) = volume.get("managedEBSVolume") {
            managed(&disk, report);
        }
    }
}

fn is_at_launch(volume: &Node<'_>, name: &str) -> bool {
    volume.text("name") == Some(name) && volume.is_set("configuredAtLaunch")
}

fn managed(disk: &Node<'_>, report: &mut Report) {
    if !disk.has("sizeInGiB") && !disk.has("snapshotId") {
        disk.lacks("sizeInGiB", &ECS_SVC_090, report);
    }
    // AWS creates a `gp3` if no type is set.
    let Some(kind) = disk.text_or("volumeType", "gp3") else { return };
    let takes = [("throughput", kind == "gp3"), ("iops", WITH_IOPS.contains(&kind))];
    for (member, _) in takes.into_iter().filter(|(member, taken)| !taken && disk.has(member)) {
        report.add(&disk.place(member), broken!(ECS_SVC_090, "wrong-type", kind = kind));
    }
}
