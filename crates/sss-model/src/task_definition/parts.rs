//! The structures inside a container of a task definition, as those of a stack.
//!
//! Lists of structures with a name become maps by that name. Members that Fargate refuses have no place in a stack, and
//! `Members::finish` reports them by name.

use serde_json::{Map, Value, json};

use super::members::Members;
use crate::report::Report;

/// Takes the members that every container of a stack has beyond its program and its variables.
pub(super) fn take(members: &mut Members<'_>, container: &mut Map<String, Value>, report: &mut Report) {
    let same = [
        ("startTimeout", "start_timeout"),
        ("user", "user"),
        ("workingDirectory", "working_directory"),
        ("readonlyRootFilesystem", "readonly_root_filesystem"),
        ("interactive", "interactive"),
        ("pseudoTerminal", "pseudo_terminal"),
        ("dockerLabels", "docker_labels"),
        ("versionConsistency", "version_consistency"),
    ];
    members.same(&same, container);

    let mut add =
        |key: &str, value: Option<Value>| container.extend(value.map(|value| (key.to_owned(), value)));
    add(
        "mounts",
        members.keyed("mountPoints", "containerPath", report, |_, members, _| {
            let mut mount = Map::from_iter([("volume".to_owned(), json!(""))]);
            members.same(&[("sourceVolume", "volume"), ("readOnly", "read_only")], &mut mount);
            mount.into()
        }),
    );
    add(
        "volumes_from",
        members.keyed("volumesFrom", "sourceContainer", report, |_, members, _| {
            let mut from = Map::new();
            members.same(&[("readOnly", "read_only")], &mut from);
            from.into()
        }),
    );
    add(
        "ulimits",
        members.keyed("ulimits", "name", report, |limit, members, _| {
            // A limit of 0 says something.
            members.take("softLimit");
            members.take("hardLimit");
            json!({ "soft_limit": limit["softLimit"], "hard_limit": limit["hardLimit"] })
        }),
    );
    let controls = members.pairs("systemControls", "namespace", "value", report);
    add("system_controls", (!controls.is_empty()).then(|| controls.into()));
    add("environment_files", files(members, report));
    add("repository_credentials", credentials(members, report));
    add("restart_policy", restarts(members, report));
    add("firelens", router(members, report));
    add("linux", linux(members, report));
}

/// Takes the files of variables. The shape has checked that they are in S3.
fn files(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let at = members.place("environmentFiles");
    let files = members.take("environmentFiles").and_then(Value::as_array)?;
    let mut sources = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let mut members = Members::new(file, at.index(index));
        members.take("type");
        sources.push(members.take("value").cloned().unwrap_or_default());
        members.finish(report);
    }
    Some(sources.into())
}

fn credentials(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let mut credentials = members.inside("repositoryCredentials")?;
    let secret = credentials.take("credentialsParameter").cloned();
    credentials.finish(report);
    secret
}

fn restarts(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let mut policy = members.inside("restartPolicy")?;
    // `enabled` is required, and `false` says something beside the other members.
    let enabled = policy.take("enabled").is_some();
    let mut taken = Map::from_iter([("enabled".to_owned(), json!(enabled))]);
    let same =
        [("ignoredExitCodes", "ignored_exit_codes"), ("restartAttemptPeriod", "restart_attempt_period")];
    policy.same(&same, &mut taken);
    policy.finish(report);
    Some(taken.into())
}

fn router(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let mut router = members.inside("firelensConfiguration")?;
    let mut taken = Map::new();
    router.same(&[("type", "type"), ("options", "options")], &mut taken);
    router.finish(report);
    Some(taken.into())
}

fn linux(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let mut linux = members.inside("linuxParameters")?;
    let mut taken = Map::new();
    linux.same(&[("initProcessEnabled", "init_process_enabled")], &mut taken);
    if let Some(mut capabilities) = linux.inside("capabilities") {
        let mut lists = Map::new();
        capabilities.same(&[("add", "add"), ("drop", "drop")], &mut lists);
        capabilities.finish(report);
        taken.insert("capabilities".to_owned(), lists.into());
    }
    let tmpfs = linux.keyed("tmpfs", "containerPath", report, |tmpfs, members, _| {
        members.take("size");
        let mut taken = Map::from_iter([("size".to_owned(), tmpfs["size"].clone())]);
        members.same(&[("mountOptions", "mount_options")], &mut taken);
        taken.into()
    });
    taken.extend(tmpfs.map(|tmpfs| ("tmpfs".to_owned(), tmpfs)));
    linux.finish(report);
    (!taken.is_empty()).then(|| taken.into())
}
