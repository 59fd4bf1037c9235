//! The volumes of a task definition, as those of a stack.

use serde_json::{Map, Value, json};

use super::members::Members;
use crate::report::Report;

/// Takes the volumes by name. A volume that is configured at launch is one of EBS, whose configuration stands in the
/// stack file: without it, the keys that a stack requires are missing. A volume without a configuration, and one with an empty `host`, is scratch space.
pub(super) fn take(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    members.keyed("volumes", "name", report, |_, members, report| {
        let mut volume = Map::new();
        if let Some(efs) = members.inside("efsVolumeConfiguration") {
            volume.insert("efs".to_owned(), file_system(efs, report));
        }
        if let Some(host) = members.inside("host") {
            host.finish(report);
        }
        if members.take("configuredAtLaunch").is_some() {
            // The stack file has the configuration, which the service gives at launch.
            volume.insert("ebs".to_owned(), json!({}));
        }
        volume.into()
    })
}

fn file_system(mut efs: Members<'_>, report: &mut Report) -> Value {
    let mut taken = Map::new();
    let same = [
        ("fileSystemId", "file_system_id"),
        ("rootDirectory", "root_directory"),
        ("transitEncryptionPort", "transit_encryption_port"),
    ];
    efs.same(&same, &mut taken);
    if switch(&mut efs, "transitEncryption") {
        taken.insert("transit_encryption".to_owned(), json!(true));
    }
    if let Some(mut authorization) = efs.inside("authorizationConfig") {
        authorization.same(&[("accessPointId", "access_point_id")], &mut taken);
        if switch(&mut authorization, "iam") {
            taken.insert("iam".to_owned(), json!(true));
        }
        authorization.finish(report);
    }
    efs.finish(report);
    taken.into()
}

/// Takes a member that is `ENABLED` or `DISABLED`, the default.
fn switch(members: &mut Members<'_>, name: &str) -> bool {
    members.take(name).is_some_and(|value| value == "ENABLED")
}
