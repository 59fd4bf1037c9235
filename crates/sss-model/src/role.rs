//! The IAM roles: one with which ECS starts tasks, one per service with which its tasks work.

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::policy::Statement;
use crate::problem::{Invalid, Part, Place, Report};
use crate::rules;

/// The AWS-managed policy that lets ECS pull images from ECR and write logs.
pub const TASK_EXECUTION_POLICY: &str =
    "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

/// The role with which ECS starts tasks. Its trust policy names `ecs-tasks.amazonaws.com`.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExecutionRole {
    /// The path of the role. Default `/`.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::iam::path"))]
    pub path: String,
    /// ARNs of managed policies, at most 25. Default [`TASK_EXECUTION_POLICY`].
    #[builder(setter(custom))]
    pub managed_policies: Vec<String>,
    /// The statements of the inline policy; without statements there is none. Other inline policies are removed.
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
            path: "/".to_owned(),
            managed_policies: vec![TASK_EXECUTION_POLICY.to_owned()],
            statements: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

setters!(ExecutionRoleBuilder {
    lists: managed_policies;
    pairs: tags;
    adds: statement -> statements: Statement;
});

impl Part for ExecutionRole {
    fn inspect(&self, at: &Place, report: &mut Report) {
        rules::iam::role(&self.managed_policies, &self.statements, &self.tags, at, report);
    }
}

/// The role with which the tasks of one service work. Its trust policy names `ecs-tasks.amazonaws.com`.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskRole {
    /// The path of the role. Default `/`.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::iam::path"))]
    pub path: String,
    /// ARNs of managed policies, at most 25.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// The statements of the inline policy; without statements there is none. Other inline policies are removed.
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
            path: "/".to_owned(),
            managed_policies: Vec::new(),
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
    fn inspect(&self, at: &Place, report: &mut Report) {
        rules::iam::role(&self.managed_policies, &self.statements, &self.tags, at, report);
    }
}
