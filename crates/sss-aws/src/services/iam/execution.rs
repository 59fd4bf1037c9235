//! AWS's managed policy for execution roles. Source: the AWS managed policy reference.

use serde_json::{Value, json};

/// The name at the end of the policy's ARN.
const NAME: &str = "/AmazonECSTaskExecutionRolePolicy";

/// The actions that it allows on all resources.
const ACTIONS: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// Returns whether an ARN is that of the policy, in any partition.
pub(crate) fn is_policy(arn: &str) -> bool {
    arn.ends_with(NAME)
}

/// Returns the statement of the policy.
pub(crate) fn statement() -> Value {
    json!({ "Effect": "Allow", "Action": ACTIONS, "Resource": ["*"] })
}
