//! The IAM roles: one with which ECS starts tasks, and one for the tasks of each service.
//!
//! ECS assumes the [`ExecutionRole`] before the containers run: it pulls images, reads secrets and writes logs. The
//! stack has one. The containers work with the [`TaskRole`] of their service, and AWS calls of their code need its
//! permissions.
//!
//! Both have managed policies by ARN, an inline policy from statements, and an optional permissions boundary. The
//! execution role has a second inline policy, which allows reading exactly the secrets that the services refer to. The
//! quota of IAM on the length of inline policies counts both (rule IAM-POL-012).
//!
//! `ecs-tasks.amazonaws.com` may assume both roles; see [`TASK_PRINCIPAL`](crate::TASK_PRINCIPAL).

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::policy::Statement;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// The path and name of the AWS-managed policy that lets ECS pull images from ECR and write logs.
///
/// Its ARN differs by partition: [`Partition::managed_policy`](crate::Partition::managed_policy) has it.
///
/// It does not allow reading secrets. The stack adds an inline policy for them.
pub const TASK_EXECUTION_POLICY: &str = "service-role/AmazonECSTaskExecutionRolePolicy";

/// The role with which ECS starts tasks. Its trust policy names `ecs-tasks.amazonaws.com`.
///
/// ```
/// use sss_model::{ExecutionRole, Statement};
///
/// let role = ExecutionRole::builder()
///     .statement(Statement::allow(["kms:Decrypt"], ["arn:aws:kms:eu-central-1:123456789012:key/a1b2"]))
///     .build()?;
/// assert_eq!(role.managed_policies, None);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExecutionRole {
    /// The name or the ARN of a role of others. Nothing else of the table is then set: the stack does not change the role,
    /// and its owner gives it the permissions.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::existing::role"))]
    pub existing: Option<String>,
    /// The path of the role. Default `/`.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::iam::path"))]
    pub path: String,
    /// ARNs of managed policies, at most 25. Default: AWS's policy `AmazonECSTaskExecutionRolePolicy`, as the partition
    /// of the region names it.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_policies: Option<Vec<String>>,
    /// The ARN of the policy that bounds the permissions of the role. By default a boundary that others have set stays,
    /// also if the role is replaced.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048), extend("x-rule" = rules::IAM_ROLE_005.id))]
    #[validate(custom(function = "rules::iam::boundary"))]
    pub permissions_boundary: Option<String>,
    /// The statements of the inline policy. Without statements the role has no such policy. Other inline policies are
    /// removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Tags of the role.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for ExecutionRole {
    fn default() -> Self {
        ExecutionRole {
            existing: None,
            path: "/".to_owned(),
            managed_policies: None,
            permissions_boundary: None,
            statements: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

setters!(ExecutionRoleBuilder {
    pairs: tags;
    adds: statement -> statements: Statement;
});

impl ExecutionRoleBuilder {
    /// Sets `managed_policies` as a whole. An empty list means that the role has no managed policy, not even the
    /// default one.
    #[must_use]
    pub fn managed_policies<I>(mut self, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.managed_policies = Some(Some(values.into_iter().map(Into::into).collect()));
        self
    }
}

impl Part for ExecutionRole {
    fn inspect(&self, at: &Path, report: &mut Report) {
        let managed_policies = self.managed_policies.as_deref().unwrap_or_default();
        rules::iam::role(managed_policies, &self.statements, &self.tags, at, report);
    }
}

/// The role of the tasks of one service. Its trust policy names `ecs-tasks.amazonaws.com`.
///
/// ```
/// use sss_model::{Statement, TaskRole};
///
/// let role = TaskRole::builder()
///     .managed_policies(["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
///     .statement(Statement::allow(["sqs:SendMessage"], ["arn:aws:sqs:eu-central-1:123456789012:orders"]))
///     .build()?;
/// assert_eq!(role.path, "/");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskRole {
    /// The name or the ARN of a role of others. Nothing else of the table is then set: the stack does not change the role,
    /// and its owner gives it the permissions.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    #[validate(custom(function = "rules::existing::role"))]
    pub existing: Option<String>,
    /// The path of the role. Default `/`.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::iam::path"))]
    pub path: String,
    /// ARNs of managed policies, at most 25.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// The ARN of the policy that bounds the permissions of the role. By default a boundary that others have set stays,
    /// also if the role is replaced.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048), extend("x-rule" = rules::IAM_ROLE_005.id))]
    #[validate(custom(function = "rules::iam::boundary"))]
    pub permissions_boundary: Option<String>,
    /// The statements of the inline policy. Without statements the role has no such policy. Other inline policies are
    /// removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Tags of the role.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for TaskRole {
    fn default() -> Self {
        TaskRole {
            existing: None,
            path: "/".to_owned(),
            managed_policies: Vec::new(),
            permissions_boundary: None,
            statements: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

setters!(TaskRoleBuilder {
    lists: managed_policies;
    pairs: tags;
    adds: statement -> statements: Statement;
});
built!(ExecutionRole by ExecutionRoleBuilder, TaskRole by TaskRoleBuilder);

impl Part for TaskRole {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::iam::role(&self.managed_policies, &self.statements, &self.tags, at, report);
    }
}
