//! Volumes of Amazon EBS that a service makes for its tasks.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::ECS_SVC_090;
use crate::rules::worded;

/// The types of volumes whose operations per second can be chosen.
const WITH_IOPS: [&str; 3] = ["gp3", "io1", "io2"];

pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    for volume in service.request.items("volumeConfigurations") {
        if let Some(task) = &service.task
            && let Some(name) = volume.text("name")
            && !task.request.items("volumes").iter().any(|known| is_at_launch(known, name))
        {
            let message = format!("the task definition has no volume `{name}` with `configuredAtLaunch`");
            report.add(&volume.place("name"), worded(&ECS_SVC_090, message));
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
        report.add(
            &disk.place("sizeInGiB"),
            worded(&ECS_SVC_090, "is required without `snapshotId`").with_fix("set `sizeInGiB`"),
        );
    }
    // AWS makes a `gp3` where no type is given.
    let kind = disk.text("volumeType").unwrap_or("gp3");
    let takes = [("throughput", kind == "gp3"), ("iops", WITH_IOPS.contains(&kind))];
    for (member, _) in takes.into_iter().filter(|(member, taken)| !taken && disk.has(member)) {
        report
            .add(&disk.place(member), worded(&ECS_SVC_090, format!("is not for a volume of type `{kind}`")));
    }
}
