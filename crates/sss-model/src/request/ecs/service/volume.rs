//! Volumes of Amazon EBS that a service creates for its tasks: `volumeConfigurations` (ECS-SVC-090).
//!
//! The task definition declares such a volume with `configuredAtLaunch` and without a configuration; the service adds
//! the size in GiB or a snapshot, and the type. `ecs::volume` checks the declaration.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_SVC_090, UNKNOWN_CHOICE, broken};

/// The types of volumes that EC2 has in November 2026.
const TYPES: [&str; 7] = ["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"];

/// The types of volumes for which `iops` can be set. Only `gp3` has a `throughput`.
const WITH_IOPS: [&str; 3] = ["gp3", "io1", "io2"];

/// Checks the volumes that a service creates.
///
/// With the referred task definition, each is a volume of it that is configured at launch.
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

/// Whether a volume of the task definition has the name and waits for its configuration.
fn is_at_launch(volume: &Node<'_>, name: &str) -> bool {
    volume.text("name") == Some(name) && volume.is_set("configuredAtLaunch")
}

/// Checks one volume of EBS: a size or a snapshot, and only the options of its type.
///
/// The type is `gp3` by default. An unknown type is a warning, because EC2 gets new ones, and its options are not judged.
fn managed(disk: &Node<'_>, report: &mut Report) {
    if !disk.has("sizeInGiB") && !disk.has("snapshotId") {
        disk.lacks("sizeInGiB", &ECS_SVC_090, report);
    }
    // AWS creates a `gp3` if no type is set.
    let Some(kind) = disk.text_or("volumeType", "gp3") else { return };
    if !TYPES.contains(&kind) {
        let broken = broken!(&ECS_SVC_090, UNKNOWN_CHOICE, given = kind, choices = TYPES.to_vec());
        return report.warn(&disk.place("volumeType"), broken);
    }
    let takes = [("throughput", kind == "gp3"), ("iops", WITH_IOPS.contains(&kind))];
    for (member, _) in takes.into_iter().filter(|(member, taken)| !taken && disk.has(member)) {
        report.add(&disk.place(member), broken!(ECS_SVC_090, "wrong-type", kind = kind));
    }
}
