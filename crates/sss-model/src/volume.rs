//! Volumes of a task.
//!
//! A volume is storage that containers mount: scratch space on the disk of the task, a file system of EFS, or a volume
//! of EBS that ECS creates for each task. Fargate has no storage of instances, no Docker volumes and no FSx.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// A volume of a task. Its name is its key. Without a configuration it is scratch space, which is lost with the task.
///
/// ```
/// use sss_model::{EfsVolume, Mount, Task, Volume};
///
/// let efs = EfsVolume::builder().file_system_id("fs-0a1b2c3d").transit_encryption(true).build()?;
/// let task = Task::builder()
///     .image("wordpress:6")
///     .volume("content", Volume::efs(efs))
///     .mount("/var/www/html/wp-content", Mount::of("content"))
///     .build()?;
/// assert!(task.volumes["content"].efs.is_some());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Volume {
    /// The file system of EFS that the volume is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efs: Option<EfsVolume>,
    /// The volume of EBS that ECS creates for each task, and deletes with it. A task has one at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebs: Option<EbsVolume>,
}

impl Volume {
    /// Returns scratch space on the disk of the task.
    #[must_use]
    pub fn scratch() -> Self {
        Volume::default()
    }

    /// Returns a file system of EFS as a volume.
    #[must_use]
    pub fn efs(efs: EfsVolume) -> Self {
        Volume { efs: Some(efs), ..Volume::default() }
    }

    /// Returns a volume of EBS that ECS creates for each task.
    #[must_use]
    pub fn ebs(ebs: EbsVolume) -> Self {
        Volume { ebs: Some(ebs), ..Volume::default() }
    }
}

/// A file system of EFS.
///
/// The security group of the tasks must let them reach the mount targets of the file system on port 2049.
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["file_system_id"]))]
#[non_exhaustive]
pub struct EfsVolume {
    /// The id of the file system, such as `fs-0a1b2c3d4e5f60718`.
    #[builder(setter(into))]
    #[schemars(length(min = 1))]
    pub file_system_id: String,
    /// The folder of the file system that is the root of the volume. Default `/`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory: Option<String>,
    /// The access point, which has its own root directory.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_point_id: Option<String>,
    /// Whether the task role authorizes the access. It requires `transit_encryption`. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub iam: bool,
    /// Whether data in transit is encrypted. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub transit_encryption: bool,
    /// The port of encrypted data, 0 to 65535. Default: EFS chooses one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 65535), extend("x-rule" = rules::ECS_TD_101.id))]
    pub transit_encryption_port: Option<u16>,
}

impl Part for EfsVolume {}

built!(EfsVolume by EfsVolumeBuilder, EbsVolume by EbsVolumeBuilder);

/// A volume of EBS that ECS creates for each task of a service.
///
/// ```
/// use sss_model::EbsVolume;
///
/// let role = "arn:aws:iam::123456789012:role/ecsInfrastructureRole";
/// let disk = EbsVolume::builder().role_arn(role).size_in_gib(100).build()?;
/// assert_eq!(disk.volume_type, None);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["role_arn"]))]
#[non_exhaustive]
pub struct EbsVolume {
    /// The infrastructure role of ECS, which may create the volume: its ARN.
    #[builder(setter(into))]
    #[schemars(length(min = 1))]
    pub role_arn: String,
    /// The size in GiB. A volume of a snapshot has the size of the snapshot by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub size_in_gib: Option<u32>,
    /// The type, such as `gp3`. Default: `gp3`, as AWS sets it.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<String>,
    /// The operations per second, for `gp3`, `io1` and `io2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647))]
    pub iops: Option<u32>,
    /// The throughput in MiB per second, for `gp3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647))]
    pub throughput: Option<u32>,
    /// Whether EBS encrypts the volume. Default: that of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The key of KMS that encrypts the volume.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The snapshot that the volume begins with.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<String>,
    /// The file system. Default: `xfs`, as AWS sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystem_type: Option<FilesystemType>,
}

impl Part for EbsVolume {}

/// A file system on a volume of EBS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FilesystemType {
    /// ext3.
    Ext3,
    /// ext4.
    Ext4,
    /// XFS.
    Xfs,
    /// NTFS, for Windows.
    Ntfs,
}

impl FilesystemType {
    /// Returns the word of AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            FilesystemType::Ext3 => "ext3",
            FilesystemType::Ext4 => "ext4",
            FilesystemType::Xfs => "xfs",
            FilesystemType::Ntfs => "ntfs",
        }
    }
}
