//! Settings of a cluster that are left to others until the stack sets them.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::partition::Partition;
use crate::path::Path;
use crate::policy::Statement;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// The metrics that CloudWatch collects of a cluster.
///
/// ```
/// use sss_model::{Cluster, ContainerInsights};
///
/// let cluster = Cluster::builder().container_insights(ContainerInsights::Enhanced).build()?;
/// assert_eq!(cluster.container_insights.map(ContainerInsights::as_str), Some("enhanced"));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ContainerInsights {
    /// No metrics beside those of the services.
    Disabled,
    /// Metrics of clusters, services and tasks.
    Enabled,
    /// Metrics of containers as well.
    Enhanced,
}

impl ContainerInsights {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            ContainerInsights::Disabled => "disabled",
            ContainerInsights::Enabled => "enabled",
            ContainerInsights::Enhanced => "enhanced",
        }
    }
}

/// The encryption and the logs of sessions of ECS Exec.
///
/// The task roles of services with `enable_execute_command = true` get the permissions for it.
///
/// ```
/// use sss_model::{ExecuteCommand, ExecuteCommandLogging};
///
/// let logged = ExecuteCommand::builder().logging(ExecuteCommandLogging::Override).log_group("/shop/exec");
/// assert!(logged.build().is_ok());
/// assert!(ExecuteCommand::builder().logging(ExecuteCommandLogging::Override).build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExecuteCommand {
    /// The logs of sessions. Default `DEFAULT`.
    pub logging: ExecuteCommandLogging,
    /// The ARN of the KMS key that encrypts the data between the client and the container.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-rule" = rules::ECS_CL_003.id))]
    #[validate(custom(function = "rules::cluster::kms_key"))]
    pub kms_key_id: Option<String>,
    /// The name of the log group of sessions, with the logging `OVERRIDE`. The stack does not create it.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512), extend("x-rule" = rules::ECS_CL_002.id))]
    #[validate(custom(function = "rules::cluster::log_group"))]
    pub log_group: Option<String>,
    /// Whether sessions are refused unless the log group is encrypted. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub log_group_encrypted: bool,
    /// The name of the S3 bucket of sessions, with the logging `OVERRIDE`. The stack does not create it.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 63), extend("x-rule" = rules::ECS_CL_002.id))]
    #[validate(custom(function = "rules::cluster::bucket"))]
    pub bucket: Option<String>,
    /// The folder in the bucket.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub bucket_prefix: Option<String>,
    /// Whether sessions are refused unless the bucket is encrypted. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bucket_encrypted: bool,
}

impl ExecuteCommand {
    /// Returns the statements with which a task encrypts and logs sessions.
    pub(crate) fn statements(&self, partition: &Partition, region: &str) -> Vec<Statement> {
        let mut statements = Vec::new();
        if let Some(key) = &self.kms_key_id {
            statements.push(Statement::allow(["kms:Decrypt"], [key]));
        }
        if let Some(group) = &self.log_group {
            let group = partition.arn("logs", region, "*", &format!("log-group:{group}:*"));
            let actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
            statements.push(Statement::allow(["logs:DescribeLogGroups"], ["*"]));
            statements.push(Statement::allow(actions, [group]));
        }
        if let Some(bucket) = &self.bucket {
            let bucket = partition.arn("s3", "", "", bucket);
            statements.push(Statement::allow(["s3:GetBucketLocation"], ["*"]));
            statements.push(Statement::allow(["s3:PutObject"], [format!("{bucket}/*")]));
            statements.push(Statement::allow(["s3:GetEncryptionConfiguration"], [bucket]));
        }
        statements
    }
}

impl Part for ExecuteCommand {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::cluster::execute_command(self, at, report);
    }
}

/// The logs of sessions of ECS Exec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ExecuteCommandLogging {
    /// The log group of the container.
    #[default]
    Default,
    /// No logs.
    None,
    /// The log group or the bucket that the cluster names.
    Override,
}

impl ExecuteCommandLogging {
    /// Returns the word of ECS.
    pub const fn as_str(self) -> &'static str {
        match self {
            ExecuteCommandLogging::Default => "DEFAULT",
            ExecuteCommandLogging::None => "NONE",
            ExecuteCommandLogging::Override => "OVERRIDE",
        }
    }
}

built!(ExecuteCommand by ExecuteCommandBuilder);

/// The keys that encrypt the storage of new tasks in the cluster.
///
/// ```
/// use sss_model::ManagedStorage;
///
/// let key = "arn:aws:kms:eu-west-1:123456789012:key/a1b2";
/// let storage = ManagedStorage::builder().fargate_ephemeral_storage_kms_key_id(key).build()?;
/// assert_eq!(storage.fargate_ephemeral_storage_kms_key_id.as_deref(), Some(key));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(into, strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ManagedStorage {
    /// The ARN of the KMS key that encrypts the ephemeral storage of tasks on Fargate. Default: a key of AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-rule" = rules::ECS_CL_003.id))]
    #[validate(custom(function = "rules::cluster::kms_key"))]
    pub fargate_ephemeral_storage_kms_key_id: Option<String>,
    /// The ARN of the KMS key that encrypts volumes that ECS creates for tasks. Default: a key of AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-rule" = rules::ECS_CL_003.id))]
    #[validate(custom(function = "rules::cluster::kms_key"))]
    pub kms_key_id: Option<String>,
}

impl Part for ManagedStorage {}

built!(ManagedStorage by ManagedStorageBuilder);
