//! What containers have around their program: logs, mounts, limits, restarts.

use std::collections::BTreeMap;

use sss_model::{
    Capabilities, EfsVolume, Linux, Mount, RestartPolicy, Tmpfs, Ulimit, VersionConsistency, Volume,
    VolumeFrom,
};

use super::Draw;

/// Sets the fields that the main container and the others have in common.
macro_rules! surround {
    ($container:expr, $draw:ident) => {{
        let container = &mut $container;
        container.start_timeout = $draw.maybe(|draw| draw.number(2..=120));
        container.restart_policy = $draw.maybe(restarts);
        container.mounts = mounts($draw);
        container.volumes_from = volumes_from($draw);
        container.environment_files = $draw.values(
            2,
            &["arn:aws:s3:::bucket/a.env"],
            &["s3://bucket/a.env", "", "arn:aws:s3:::bucket"],
        );
        container.repository_credentials = $draw.maybe(|draw| draw.value(&["hub"], &[""]));
        container.user = $draw.maybe(|draw| draw.value(&["1000", ""], &["\u{0}"]));
        container.working_directory = $draw.maybe(|draw| draw.value(&["/srv"], &[""]));
        container.readonly_root_filesystem = $draw.flag();
        container.interactive = $draw.flag();
        container.pseudo_terminal = $draw.flag();
        container.docker_labels =
            $draw.maybe(|_| [("a.b".to_owned(), "日本".to_owned())].into()).unwrap_or_default();
        container.ulimits = ulimits($draw);
        container.system_controls = $draw
            .maybe(|draw| [(draw.value(&["net.core.somaxconn"], &[""]), "1".to_owned())].into())
            .unwrap_or_default();
        container.linux = linux($draw);
        container.version_consistency = consistency($draw);
    }};
}
pub(super) use surround;

/// The volumes of a task: scratch space, which mounts name, and a file system.
pub(super) fn volumes(draw: &mut Draw<'_>) -> BTreeMap<String, Volume> {
    let names = ["scratch", "cache"];
    let mut volumes = BTreeMap::from(names.map(|name| (name.to_owned(), Volume::scratch())));
    let mut efs = EfsVolume::default();
    efs.file_system_id = draw.value(&["fs-0a1b2c3d", "fs-0a1b2c3d4e5f60718"], &[""]);
    efs.transit_encryption = draw.flag();
    if efs.transit_encryption || draw.is_odd() {
        efs.iam = draw.flag();
        efs.transit_encryption_port = draw.maybe(|draw| draw.one(&[2999, 1, u16::MAX]));
        efs.access_point_id = draw.maybe(|_| "fsap-0a1b2c3d".to_owned());
    }
    efs.root_directory = draw.maybe(|draw| draw.value(&["/", ""], &["/a"]));
    if draw.flag() {
        volumes.insert(draw.value(&["files"], &[""]), Volume::efs(efs));
    }
    volumes
}

pub(super) fn mounts(draw: &mut Draw<'_>) -> BTreeMap<String, Mount> {
    let mounts = draw.some(2, |draw, index| {
        let mount = Mount::of(draw.value(&["scratch", "cache"], &["other", ""]));
        let path = if draw.is_odd() { String::new() } else { format!("/mnt/{index}") };
        (path, if draw.flag() { mount.read_only() } else { mount })
    });
    mounts.into_iter().collect()
}

pub(super) fn volumes_from(draw: &mut Draw<'_>) -> BTreeMap<String, VolumeFrom> {
    let from = |draw: &mut Draw<'_>| (draw.value(&["side-0"], &[""]), VolumeFrom::reading());
    if draw.is_odd() { [from(draw)].into() } else { BTreeMap::new() }
}

pub(super) fn restarts(draw: &mut Draw<'_>) -> RestartPolicy {
    let mut policy = RestartPolicy::default();
    policy.enabled = draw.flag();
    policy.restart_attempt_period = draw.maybe(|draw| draw.number(60..=1800));
    policy.ignored_exit_codes = draw.some(3, |draw, _| draw.one(&[0, 1, -1])).into_iter().collect();
    policy
}

pub(super) fn ulimits(draw: &mut Draw<'_>) -> BTreeMap<String, Ulimit> {
    let limit = |draw: &mut Draw<'_>, _| {
        let soft = if draw.is_odd() { -1 } else { draw.one(&[0, 1024]) };
        (draw.value(&["nofile", "core"], &["files"]), Ulimit::of(soft, draw.one(&[1024, 65536])))
    };
    draw.some(2, limit).into_iter().collect()
}

pub(super) fn linux(draw: &mut Draw<'_>) -> Linux {
    let mut linux = Linux::default();
    linux.init_process_enabled = draw.flag();
    linux.capabilities = Capabilities::default();
    linux.capabilities.add = draw.values(1, &["SYS_PTRACE"], &["NET_ADMIN", ""]).into_iter().collect();
    linux.capabilities.drop = draw.values(2, &["ALL", "NET_RAW"], &["CAP_ALL"]).into_iter().collect();
    if draw.flag() {
        let mut tmpfs = Tmpfs::default();
        tmpfs.size = draw.number(1..=64);
        tmpfs.mount_options = draw.values(2, &["noexec", "nosuid"], &[""]).into_iter().collect();
        linux.tmpfs.insert("/run".to_owned(), tmpfs);
    }
    linux
}

pub(super) fn consistency(draw: &mut Draw<'_>) -> VersionConsistency {
    draw.one(&[VersionConsistency::Enabled, VersionConsistency::Disabled])
}
