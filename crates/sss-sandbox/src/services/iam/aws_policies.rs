//! The documents of AWS's managed policies that allow actions on all resources without a condition.
//!
//! Source: the AWS managed policy reference. Policies with other statements have no document here, so they allow
//! nothing in the sandbox.

use serde_json::json;

/// The names, each with its actions.
const ACTIONS: &[(&str, &[&str])] = &[
    (
        "AWSXRayDaemonWriteAccess",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
    ),
    ("AdministratorAccess", &["*"]),
    (
        "AmazonEC2ContainerRegistryReadOnly",
        &[
            "ecr:GetAuthorizationToken",
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:DescribeRepositories",
            "ecr:ListImages",
            "ecr:DescribeImages",
            "ecr:BatchGetImage",
            "ecr:GetLifecyclePolicy",
            "ecr:GetLifecyclePolicyPreview",
            "ecr:ListTagsForResource",
            "ecr:DescribeImageScanFindings",
        ],
    ),
    (
        "AmazonECSTaskExecutionRolePolicy",
        &[
            "ecr:GetAuthorizationToken",
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "AmazonS3ReadOnlyAccess",
        &["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"],
    ),
    ("AmazonSQSFullAccess", &["sqs:*"]),
    ("AmazonSSMReadOnlyAccess", &["ssm:Describe*", "ssm:Get*", "ssm:List*"]),
];

/// Returns the document of a policy by its name. `None` if the sandbox does not know it.
pub(super) fn document(name: &str) -> Option<String> {
    let (_, actions) = ACTIONS.iter().find(|(known, _)| *known == name)?;
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    Some(json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string())
}
