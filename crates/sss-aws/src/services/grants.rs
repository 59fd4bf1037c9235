//! The rights that the checks before the first write and daily operation need, of services that a stack does not manage.

use crate::grant::{Grant, HERE};

/// The rights of all stacks.
pub(super) const CHECKS: &[Grant] = &[
    Grant::read(
        "VerifyNetwork",
        &[
            "ec2:DescribeRouteTables",
            "ec2:DescribeNatGateways",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeVpcAttribute",
        ],
        &["*"],
        "`verify` checks the way out of the subnets. These calls take no resources",
    )
    .when(&[HERE]),
    Grant::read(
        "VerifyImages",
        &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        &["ecr:*:*:repository/*"],
        "`verify` checks that the images of ECR exist and fit the processor, also in registries of other accounts",
    ),
    Grant::read(
        "VerifySecrets",
        &["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
        &["{secret}"],
        "`verify` checks that the secrets exist, and who may read them. It never reads a value",
    ),
    Grant::read(
        "VerifyCaller",
        &["iam:GetRole", "iam:SimulatePrincipalPolicy"],
        &["iam::{account}:user/*", "iam::{account}:role/*"],
        "`verify` checks that the caller may pass the roles, and that an execution role of others may pull and log",
    ),
    Grant::read(
        "VerifyRoles",
        &["iam:ListRoles", "iam:SimulateCustomPolicy"],
        &["*"],
        "`verify` checks the service-linked roles and the execution role. These calls take no resources",
    ),
    Grant::read(
        "VerifyAccount",
        &[
            "ecr:DescribePullThroughCacheRules",
            "logs:DescribeResourcePolicies",
            "servicequotas:GetServiceQuota",
            "ssm:DescribeParameters",
        ],
        &["*"],
        "`verify` checks quotas, parameters, caches of registries and the policies of log groups",
    )
    .when(&[HERE]),
    Grant::read(
        "ReadAutoscalers",
        &[
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalingActivities",
        ],
        &["*"],
        "`scale` and `events` read the autoscalers that somebody registered. These calls take no resources",
    )
    .when(&[HERE]),
    Grant::deploy(
        "ChangeAutoscalers",
        &["application-autoscaling:RegisterScalableTarget"],
        &["application-autoscaling:{region}:{account}:scalable-target/*"],
        "Registers the scalable targets of the stack, and `scale` changes those that others registered. Their ids are random",
    ),
];
