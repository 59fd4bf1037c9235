//! Rules of clusters: keys, the sessions of ECS Exec, and the default strategy.

use validator::ValidationError;

use super::{ECS_CL_002, ECS_CL_003, ECS_SVC_003, broken, judge, logs, service};
use crate::cluster::{Cluster, ExecuteCommand, ExecuteCommandLogging};
use crate::path::Path;
use crate::report::Report;

/// Checks the ARN of a key of a cluster.
///
/// ECS takes the id of a key as well. The permission of the task roles needs the ARN.
pub(crate) fn kms_key(arn: &str) -> Result<(), ValidationError> {
    judge(logs::kms_key(arn).is_ok(), || broken!(ECS_CL_003, "not-a-key"))
}

/// Checks the name of the log group of sessions.
pub(crate) fn log_group(name: &str) -> Result<(), ValidationError> {
    judge(logs::is_group_name(name), || broken!(ECS_CL_002, "not-a-group", name = name))
}

/// Checks the name of the bucket of sessions.
pub(crate) fn bucket(name: &str) -> Result<(), ValidationError> {
    let taken = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
    let holds = (3..=63).contains(&name.len()) && name.bytes().all(taken);
    judge(holds, || broken!(ECS_CL_002, "not-a-bucket", name = name))
}

/// Checks that the logging names its target, and only where ECS uses it.
pub(crate) fn execute_command(wanted: &ExecuteCommand, at: &Path, report: &mut Report) {
    let is_overridden = wanted.logging == ExecuteCommandLogging::Override;
    if is_overridden && wanted.log_group.is_none() && wanted.bucket.is_none() {
        report.add(&at.key("logging"), broken!(ECS_CL_002, "no-target"));
    }

    let targets = [("log_group", wanted.log_group.is_some()), ("bucket", wanted.bucket.is_some())];
    for (key, _) in targets.into_iter().filter(|(_, is_set)| *is_set && !is_overridden) {
        report.add(&at.key(key), broken!(ECS_CL_002, "not-overridden"));
    }

    let parts = [
        ("log_group_encrypted", wanted.log_group_encrypted, wanted.log_group.is_some(), "log_group"),
        ("bucket_encrypted", wanted.bucket_encrypted, wanted.bucket.is_some(), "bucket"),
        ("bucket_prefix", wanted.bucket_prefix.is_some(), wanted.bucket.is_some(), "bucket"),
    ];
    for (key, _, _, whole) in parts.into_iter().filter(|(_, is_set, has_whole, _)| *is_set && !has_whole) {
        report.add(&at.key(key), broken!(ECS_CL_002, "alone", whole = whole));
    }
}

/// Checks the default strategy of a cluster: its shares, and that the cluster offers its providers.
pub(crate) fn default_capacity(cluster: &Cluster, at: &Path, report: &mut Report) {
    for (index, share) in cluster.default_capacity.iter().enumerate() {
        let place = at.index(index);
        report.inspect(share, &place);
        if !cluster.capacity_providers.contains(&share.provider) {
            let broken = broken!(ECS_SVC_003, "not-offered", provider = share.provider.as_str());
            report.add(&place.key("provider"), broken);
        }
    }
    service::capacity(&cluster.default_capacity, at, report);
}
