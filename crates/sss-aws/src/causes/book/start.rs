//! Causes for which a task does not start before the pull of its images: secrets, registry login and logs.

use super::{
    causes,
    pages::{EXECUTION_ROLE, NETWORK, STOPPED},
};
use crate::causes::Cause;

/// The failures before a container starts.
const START: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html";
/// Secrets in environment variables.
const SECRETS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html";
/// Parameters in environment variables.
const PARAMETERS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html";
/// The log driver of CloudWatch Logs.
const LOGS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html";

pub(super) const CAUSES: &[Cause] = causes! {
    X1 Sure "The task has no way to ECR for the login", NETWORK, [
        "set `assign_public_ip = true` in `[network]` for subnets with an internet gateway",
        "route the subnets through a NAT gateway, or create the VPC endpoints `ecr.api`, `ecr.dkr` and `s3`",
    ];
    X2 Sure "The execution role may not read the secret or parameter", EXECUTION_ROLE, [
        "allow `secretsmanager:GetSecretValue` or `ssm:GetParameters` on it to the execution role, not to the \
         task role",
    ];
    X3 Sure "The secret does not exist in this region", SECRETS, [
        "create the secret, or correct its ARN in `secrets`; `aws secretsmanager list-secrets` prints ARNs",
    ];
    X4 Sure "The secret is scheduled for deletion", SECRETS, [
        "restore it: `aws secretsmanager restore-secret --secret-id ARN`",
    ];
    X5 Sure "The task has no way to Secrets Manager", NETWORK, [
        "create the VPC endpoint `secretsmanager` and allow port 443 from the tasks",
        "route the subnets through a NAT gateway",
    ];
    X6 Sure "The secret does not contain the JSON key", SECRETS, [
        "add the key to the secret, or correct the part after the ARN in `secrets`: `ARN:KEY::`",
    ];
    X7 Sure "The stack asks for a JSON key of a secret whose value is not JSON", SECRETS, [
        "remove the key behind the ARN in `secrets`, or store the value as JSON",
    ];
    X8 Sure "The reference to the secret is malformed", SECRETS, [
        "write `ARN` or `ARN:KEY:STAGE:VERSION` in `secrets`",
    ];
    X9 Sure "The parameter does not exist in Parameter Store", PARAMETERS, [
        "create it: `aws ssm put-parameter --type SecureString --name NAME --value VALUE`",
    ];
    X10 Sure "The task has no way to Parameter Store", NETWORK, [
        "create the VPC endpoint `ssm` and allow port 443 from the tasks",
        "route the subnets through a NAT gateway",
    ];
    X11 Likely "The execution role may not decrypt the secret with its KMS key", EXECUTION_ROLE, [
        "allow `kms:Decrypt` on the key to the execution role, in its policy and in the policy of the key",
    ];
    X12 Sure "The log group of the container does not exist", LOGS, [
        "create it again: run `sss-deploy apply`",
    ];
    X13 Sure "The execution role may not write logs", EXECUTION_ROLE, [
        "attach the managed policy `AmazonECSTaskExecutionRolePolicy` to the execution role",
        "remove `awslogs-create-group`, or allow `logs:CreateLogGroup`, which that policy does not contain",
    ];
    X14 Sure "The task has no way to CloudWatch Logs; the log group itself may exist", START, [
        "create the VPC endpoint `logs` and allow port 443 from the tasks",
        "route the subnets through a NAT gateway",
    ];
    X15 Likely "The log driver of a container does not start", LOGS, [
        "read the inner text, and check `log_options` of the service",
    ];
    X16 Likely "The task cannot mount its EFS volume", START, [
        "allow port 2049 from the tasks in the security group of the mount targets",
    ];
    X17 Likely "The task has no way to the registry (text of older platform versions)", NETWORK, [
        "route the subnets through a NAT gateway, or create the VPC endpoints `ecr.api`, `ecr.dkr` and `s3`",
    ];
    X18 Likely "The log router container does not start", STOPPED, [
        "read the exit code and the log of the log router container",
    ];
    X19 Likely "The task cannot read its environment file from S3", EXECUTION_ROLE, [
        "allow `s3:GetObject` and `s3:GetBucketLocation` on the file to the execution role",
    ];
};
