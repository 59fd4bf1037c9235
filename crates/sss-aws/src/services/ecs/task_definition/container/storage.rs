//! The volumes that a container sees, and its parameters of Linux.

use aws_sdk_ecs::types::{
    ContainerDefinition, KernelCapabilities, LinuxParameters, MountPoint, Tmpfs, VolumeFrom as SdkVolumeFrom,
    builders::ContainerDefinitionBuilder,
};
use sss_model::{Linux, Mount, VolumeFrom};

use super::{Container, some};

/// Adds the members to a definition.
pub(super) fn encode(
    container: &Container,
    definition: ContainerDefinitionBuilder,
) -> ContainerDefinitionBuilder {
    let mounts = container.mounts.iter().map(|(path, mount)| {
        let point = MountPoint::builder().source_volume(&mount.volume).container_path(path);
        point.read_only(mount.read_only).build()
    });
    let from = container.volumes_from.iter().map(|(name, from)| {
        SdkVolumeFrom::builder().source_container(name).read_only(from.read_only).build()
    });
    let linux = (!container.linux.is_plain()).then(|| parameters(&container.linux));
    definition.set_mount_points(some(mounts)).set_volumes_from(some(from)).set_linux_parameters(linux)
}

fn parameters(linux: &Linux) -> LinuxParameters {
    let tmpfs = linux.tmpfs.iter().map(|(path, tmpfs)| {
        let size = i32::try_from(tmpfs.size).expect("a number within AWS's range");
        let file_system = Tmpfs::builder().container_path(path).size(size);
        let options = some(tmpfs.mount_options.iter().cloned());
        file_system.set_mount_options(options).build().expect("a file system with path and size")
    });
    let capabilities = KernelCapabilities::builder()
        .set_add(some(linux.capabilities.add.iter().cloned()))
        .set_drop(some(linux.capabilities.drop.iter().cloned()))
        .build();
    let has_capabilities = !capabilities.add().is_empty() || !capabilities.drop().is_empty();
    LinuxParameters::builder()
        .init_process_enabled(linux.init_process_enabled)
        .set_capabilities(has_capabilities.then_some(capabilities))
        .set_tmpfs(some(tmpfs))
        .build()
}

/// Reads the members of a live container.
pub(super) fn decode(found: &ContainerDefinition, container: &mut Container) {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    for point in found.mount_points() {
        let mut mount = Mount::of(text(point.source_volume()));
        mount.read_only = point.read_only() == Some(true);
        container.mounts.insert(text(point.container_path()), mount);
    }
    for other in found.volumes_from() {
        let mut from = VolumeFrom::default();
        from.read_only = other.read_only() == Some(true);
        container.volumes_from.insert(text(other.source_container()), from);
    }

    let Some(parameters) = found.linux_parameters() else { return };
    let linux = &mut container.linux;
    linux.init_process_enabled = parameters.init_process_enabled() == Some(true);
    if let Some(capabilities) = parameters.capabilities() {
        linux.capabilities.add = capabilities.add().iter().cloned().collect();
        linux.capabilities.drop = capabilities.drop().iter().cloned().collect();
    }
    for found in parameters.tmpfs() {
        let mut tmpfs = sss_model::Tmpfs::default();
        tmpfs.size = u32::try_from(found.size()).unwrap_or_default();
        tmpfs.mount_options = found.mount_options().iter().cloned().collect();
        linux.tmpfs.insert(found.container_path().to_owned(), tmpfs);
    }
}
