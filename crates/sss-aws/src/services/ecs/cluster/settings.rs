//! The settings of a cluster in the types of the SDK: Container Insights, the sessions of ECS Exec, and the keys of
//! storage.

use aws_sdk_ecs::types::{
    Cluster as SdkCluster, ClusterConfiguration, ClusterSetting, ClusterSettingName,
    ExecuteCommandConfiguration, ExecuteCommandLogConfiguration, ExecuteCommandLogging,
    ManagedStorageConfiguration,
};
use serde::{Deserialize, Serialize};

use crate::{Result, engine::run::Context, error::Answer, services::ecs::cluster::State};

/// The encryption and the logs of sessions of ECS Exec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sessions {
    /// `DEFAULT`, `NONE` or `OVERRIDE`.
    pub(crate) logging: String,
    /// The ARN of the key that encrypts the data between the client and the container.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) kms_key: Option<String>,
    /// The log group of sessions, with `OVERRIDE`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) log_group: Option<String>,
    /// Whether sessions need an encrypted log group.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) log_group_encrypted: bool,
    /// The bucket of sessions, with `OVERRIDE`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) bucket: Option<String>,
    /// The folder in the bucket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) bucket_prefix: Option<String>,
    /// Whether sessions need an encrypted bucket.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) bucket_encrypted: bool,
}

impl Sessions {
    /// Returns AWS's default: the log group of the container, and no key.
    fn default_of_aws() -> Self {
        Self {
            logging: ExecuteCommandLogging::Default.as_str().to_owned(),
            kms_key: None,
            log_group: None,
            log_group_encrypted: false,
            bucket: None,
            bucket_prefix: None,
            bucket_encrypted: false,
        }
    }

    /// Returns whether it is AWS's default, which a state leaves out.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default_of_aws()
    }
}

/// The ARNs of the keys that encrypt the storage of tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Storage {
    /// The key of the ephemeral storage on Fargate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ephemeral: Option<String>,
    /// The key of volumes that ECS creates for tasks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) volumes: Option<String>,
}

pub(super) const UPDATE: &str = "ecs:UpdateCluster";

/// Calls `UpdateCluster` with all settings. A setting that is left out of the state gets AWS's default.
pub(super) async fn update(cx: &Context, name: &str, want: &State) -> Result<()> {
    let sessions = want.execute_command.clone().unwrap_or_else(Sessions::default_of_aws);
    let want = &State { execute_command: Some(sessions), ..want.clone() };
    let request = cx.aws.ecs.update_cluster().cluster(name).set_configuration(configuration(want));
    let word = want.container_insights.as_deref().unwrap_or("disabled");
    request.settings(insights(word)).send().await.of(UPDATE).map(drop)
}

/// Returns Container Insights in the form of the client.
pub(super) fn insights(word: &str) -> ClusterSetting {
    ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value(word).build()
}

/// Returns the configuration of a state in the form of the client. `None` if the state has AWS's defaults.
pub(super) fn configuration(want: &State) -> Option<ClusterConfiguration> {
    let exec = want.execute_command.as_ref().map(exec);
    let storage = want.managed_storage.as_ref().map(|storage| {
        ManagedStorageConfiguration::builder()
            .set_fargate_ephemeral_storage_kms_key_id(storage.ephemeral.clone())
            .set_kms_key_id(storage.volumes.clone())
            .build()
    });
    let is_default = exec.is_none() && storage.is_none();
    let configuration = ClusterConfiguration::builder()
        .set_execute_command_configuration(exec)
        .set_managed_storage_configuration(storage)
        .build();
    (!is_default).then_some(configuration)
}

/// Returns the sessions of ECS Exec in the form of the client.
fn exec(sessions: &Sessions) -> ExecuteCommandConfiguration {
    let has_target = sessions.log_group.is_some() || sessions.bucket.is_some();
    let logs = ExecuteCommandLogConfiguration::builder()
        .set_cloud_watch_log_group_name(sessions.log_group.clone())
        .cloud_watch_encryption_enabled(sessions.log_group_encrypted)
        .set_s3_bucket_name(sessions.bucket.clone())
        .set_s3_key_prefix(sessions.bucket_prefix.clone())
        .s3_encryption_enabled(sessions.bucket_encrypted)
        .build();
    ExecuteCommandConfiguration::builder()
        .set_kms_key_id(sessions.kms_key.clone())
        .logging(ExecuteCommandLogging::from(sessions.logging.as_str()))
        .set_log_configuration(has_target.then_some(logs))
        .build()
}

/// Decodes Container Insights. `None` is `disabled`.
pub(super) fn insights_of(found: &SdkCluster) -> Option<String> {
    let mut settings = found.settings().iter();
    let setting = settings.find(|setting| setting.name() == Some(&ClusterSettingName::ContainerInsights))?;
    setting.value().filter(|word| *word != "disabled").map(str::to_owned)
}

/// Returns a text of an answer. `None` for an empty one.
fn text(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Decodes the keys of storage. `None` are the keys of AWS.
pub(super) fn storage_of(found: &SdkCluster) -> Option<Storage> {
    let keys = found.configuration()?.managed_storage_configuration()?;
    let storage = Storage {
        ephemeral: text(keys.fargate_ephemeral_storage_kms_key_id()),
        volumes: text(keys.kms_key_id()),
    };
    Some(storage).filter(|storage| *storage != Storage::default())
}

/// Decodes the sessions of ECS Exec. `None` is AWS's default.
pub(super) fn sessions_of(found: &SdkCluster) -> Option<Sessions> {
    let exec = found.configuration()?.execute_command_configuration()?;
    let logs = exec.log_configuration();
    let sessions = Sessions {
        logging: exec.logging().unwrap_or(&ExecuteCommandLogging::Default).as_str().to_owned(),
        kms_key: text(exec.kms_key_id()),
        log_group: text(logs.and_then(ExecuteCommandLogConfiguration::cloud_watch_log_group_name)),
        log_group_encrypted: logs.is_some_and(ExecuteCommandLogConfiguration::cloud_watch_encryption_enabled),
        bucket: text(logs.and_then(ExecuteCommandLogConfiguration::s3_bucket_name)),
        bucket_prefix: text(logs.and_then(ExecuteCommandLogConfiguration::s3_key_prefix)),
        bucket_encrypted: logs.is_some_and(ExecuteCommandLogConfiguration::s3_encryption_enabled),
    };
    Some(sessions).filter(|sessions| !sessions.is_default())
}
