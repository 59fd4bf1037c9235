//! Causes for which an image is not pulled: the stop code is `TaskFailedToStart`, and the pull had begun.

use super::{
    causes,
    pages::{EXECUTION_ROLE, NETWORK},
};
use crate::causes::Cause;

/// The failures of a pull.
const PULL: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html";
/// The endpoints of ECR in a VPC.
const ENDPOINTS: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";
/// The policies of repositories.
const REPOSITORY_POLICY: &str =
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html";
/// The pull-through cache.
const CACHE: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html";
/// The API reference of `BatchGetImage`, with its failure codes.
const FAILURES: &str = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html";

pub(super) const CAUSES: &[Cause] = causes! {
    P1 Sure "The image does not exist in its registry", PULL, [
        "push the image, or set `image` to a tag that `aws ecr describe-images --repository-name NAME` lists",
    ];
    P2 Sure "The repository of the image does not exist in the registry", PULL, [
        "correct account, region and repository in `image`; `aws ecr describe-repositories` lists repositories",
    ];
    P3 Sure "The execution role may not pull images from ECR", EXECUTION_ROLE, [
        "attach the managed policy `AmazonECSTaskExecutionRolePolicy` to the execution role",
    ];
    P4 Likely "The registry denies the image to the execution role", REPOSITORY_POLICY, [
        "allow `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` to the role in the policy of the repository: \
         `aws ecr set-repository-policy`",
    ];
    P5 Sure "The task has no way to the registry of the image", NETWORK, [
        "set `assign_public_ip = true` in `[network]` for subnets with an internet gateway",
        "route the subnets through a NAT gateway",
        "create the VPC endpoints `ecr.api`, `ecr.dkr` and `s3`, and allow port 443 from the tasks",
    ];
    P6 Sure "The task reaches ECR, but not the layers of the image in S3", ENDPOINTS, [
        "add the gateway endpoint of S3 to the route table of the tasks' subnets: \
         `aws ec2 modify-vpc-endpoint --add-route-table-ids ID`",
        "allow egress on port 443 to the prefix list of S3 in the tasks' security group",
    ];
    P7 Sure "The security group of the VPC endpoint does not let the task in", ENDPOINTS, [
        "allow port 443 from the tasks' security group in the security group of the endpoint",
    ];
    P8 Sure "The image has no variant for the CPU architecture of the task", PULL, [
        "build the image for the task: `docker buildx build --platform linux/amd64`",
        "set `cpu_architecture = \"ARM64\"` if the image is for arm64",
    ];
    P9 Sure "The program in the image is for another CPU architecture", PULL, [
        "build the image for the task: `docker buildx build --platform linux/amd64`",
        "set `cpu_architecture = \"ARM64\"` if the image is for arm64",
    ];
    P10 Sure "The registry limits the number of pulls", PULL, [
        "pull through a cache: `aws ecr create-pull-through-cache-rule`",
        "take the image from `public.ecr.aws`, which has most official images",
    ];
    P11 Sure "The registry wants credentials for the image", PULL, [
        "check the name of the image: registries say the same of a repository that does not exist",
        "set `repository_credentials` to the ARN of a secret with user and password",
        "copy a private image into a repository of ECR",
    ];
    P12 Sure "The image is too large for the task's disk", PULL, [
        "set `ephemeral_storage` of the service, in GiB from 21 to 200",
    ];
    P13 Likely "The pull of the image takes too long", PULL, [
        "make the image smaller, or add a SOCI index",
        "check the way to the registry, as for P5",
    ];
    P14 Likely "The task reaches ECR, but not S3 (text of older platform versions)", ENDPOINTS, [
        "add the gateway endpoint of S3 to the route table of the tasks' subnets",
    ];
    P15 Sure "The pull-through cache cannot get the image from its upstream registry", CACHE, [
        "check the credential of the rule: `aws ecr validate-pull-through-cache-rule --ecr-repository-prefix NAME`",
    ];
    P16 Sure "ECR has archived the image", FAILURES, [
        "restore the image: `aws ecr update-image-storage-class`",
    ];
    P17 Likely "ECR may not use the KMS key of the repository", FAILURES, [
        "enable the key, and allow ECR to use it in the policy of the key",
    ];
    P18 Likely "The name of the registry does not resolve in the VPC", NETWORK, [
        "enable DNS in the VPC: `aws ec2 modify-vpc-attribute --vpc-id ID --enable-dns-support`",
        "check the host name in `image`",
    ];
};
