//! The volumes of EBS that ECS creates for each task of a service.
//!
//! The task definition only says that a volume is configured at launch; the service has the configuration. ECS
//! describes it with each deployment, and not with the service itself.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    ServiceManagedEbsVolumeConfiguration as Managed, ServiceVolumeConfiguration, TaskFilesystemType,
};
use serde_json::json;
use sss_model::{EbsVolume, Volume};

/// The volumes by name, in normal form.
pub(crate) type Volumes = BTreeMap<String, EbsVolume>;

/// Returns the volumes of a task that the service configures.
pub(crate) fn of(volumes: &BTreeMap<String, Volume>) -> Volumes {
    let at_launch = volumes.iter().filter_map(|(name, volume)| Some((name.clone(), volume.ebs.clone()?)));
    at_launch.map(|(name, disk)| (name, normal(disk))).collect()
}

/// Returns a volume without AWS's defaults: the type `gp3` and the file system `xfs`.
fn normal(mut disk: EbsVolume) -> EbsVolume {
    disk.volume_type.take_if(|kind| kind == "gp3");
    disk.filesystem_type.take_if(|kind| kind.as_str() == "xfs");
    disk
}

/// Returns the volumes in the form of the client. An empty list removes those of a service.
pub(super) fn encode(volumes: &Volumes) -> Vec<ServiceVolumeConfiguration> {
    let volume = |(name, disk): (&String, &EbsVolume)| {
        let configuration =
            ServiceVolumeConfiguration::builder().name(name).managed_ebs_volume(managed(disk));
        configuration.build().expect("a volume with a name")
    };
    volumes.iter().map(volume).collect()
}

fn managed(disk: &EbsVolume) -> Managed {
    let number = |value: u32| i32::try_from(value).expect("a number within AWS's range");
    let file_system = disk.filesystem_type.map(|kind| TaskFilesystemType::from(kind.as_str()));
    Managed::builder()
        .role_arn(&disk.role_arn)
        .set_size_in_gib(disk.size_in_gib.map(number))
        .set_volume_type(disk.volume_type.clone())
        .set_iops(disk.iops.map(number))
        .set_throughput(disk.throughput.map(number))
        .set_encrypted(disk.encrypted)
        .set_kms_key_id(disk.kms_key_id.clone())
        .set_snapshot_id(disk.snapshot_id.clone())
        .set_filesystem_type(file_system)
        .build()
        .expect("a volume with a role")
}

/// Decodes the volumes of a deployment.
pub(super) fn decode(found: &[ServiceVolumeConfiguration]) -> Volumes {
    let disk = |found: &Managed| {
        let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
        let mut disk = EbsVolume::default();
        found.role_arn().clone_into(&mut disk.role_arn);
        disk.size_in_gib = number(found.size_in_gib());
        disk.volume_type = found.volume_type().map(str::to_owned);
        disk.iops = number(found.iops());
        disk.throughput = number(found.throughput());
        disk.encrypted = found.encrypted();
        disk.kms_key_id = found.kms_key_id().map(str::to_owned);
        disk.snapshot_id = found.snapshot_id().map(str::to_owned);
        let word = found.filesystem_type().map(TaskFilesystemType::as_str);
        disk.filesystem_type = word.and_then(|word| serde_json::from_value(json!(word)).ok());
        normal(disk)
    };
    let volume = |found: &ServiceVolumeConfiguration| {
        (found.name().to_owned(), found.managed_ebs_volume().map(disk).unwrap_or_default())
    };
    found.iter().map(volume).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volumes(disk: &serde_json::Value) -> Volumes {
        let disk: EbsVolume = serde_json::from_value(disk.clone()).expect("a volume");
        of(&BTreeMap::from([("disk".to_owned(), Volume::ebs(disk))]))
    }

    #[test]
    fn default_of_aws_and_absent_member_are_the_same() {
        let plain = volumes(&json!({ "role_arn": "r", "size_in_gib": 20 }));
        let spelled_out =
            json!({ "role_arn": "r", "size_in_gib": 20, "volume_type": "gp3", "filesystem_type": "xfs" });
        assert_eq!(volumes(&spelled_out), plain);
        assert_ne!(volumes(&json!({ "role_arn": "r", "size_in_gib": 20, "volume_type": "io2" })), plain);
    }

    #[test]
    fn volume_is_read_as_it_is_written() {
        let all = volumes(&json!({
            "role_arn": "r", "size_in_gib": 20, "volume_type": "io2", "iops": 3000, "throughput": 125,
            "encrypted": false, "kms_key_id": "k", "snapshot_id": "s", "filesystem_type": "ext4",
        }));
        assert_eq!(decode(&encode(&all)), all);
    }
}
