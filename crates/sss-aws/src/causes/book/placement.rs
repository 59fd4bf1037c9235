//! Causes for which ECS cannot place a task, and roles that ECS cannot use.

use super::{
    causes,
    pages::{EVENTS, EXECUTION_ROLE, STOPPED},
};
use crate::causes::Cause;

/// The quotas of Fargate.
const QUOTAS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html";
/// The zones in which Fargate runs.
const ZONES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html";
/// The messages of refused tasks.
const FAILURES: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html";
/// The service-linked role of ECS.
const LINKED: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html";
/// How IAM words a denial.
const DENIALS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html";

pub(super) const PLACEMENT: &[Cause] = causes! {
    Q1 Sure "The account runs as many vCPUs on Fargate as its quota allows", QUOTAS, [
        "raise the quota: `aws service-quotas request-service-quota-increase --service-code fargate \
         --quota-code L-3032A538 --desired-value N`",
        "lower `cpu`, or `maximum_percent` in `deployment`: a deployment needs room for old and new tasks",
    ];
    Q2 Sure "The account runs as many Fargate tasks as its quota allows", QUOTAS, [
        "raise the quota: `aws service-quotas request-service-quota-increase --service-code fargate \
         --quota-code L-3032A538 --desired-value N`",
    ];
    Q3 Sure "One task is larger than the account may run", EVENTS, [
        "lower `cpu` and `memory` of the service, or ask AWS Support for a higher limit",
    ];
    Q4 Sure "Fargate has no capacity for the task at the moment", EVENTS, [
        "add subnets in other availability zones to `private_subnet_ids`",
        "give `FARGATE` a share in `capacity` beside `FARGATE_SPOT`",
    ];
    Q5 Likely "Fargate does not run in the availability zone of the subnet", ZONES, [
        "replace the subnet in `private_subnet_ids` by one in another availability zone",
    ];
    Q6 Sure "The subnet has no free address", EVENTS, [
        "use a larger subnet in `private_subnet_ids`; a deployment needs addresses for old and new tasks",
    ];
    Q7 Likely "The account has as many network interfaces as its quota allows", EVENTS, [
        "raise the quota: `aws service-quotas request-service-quota-increase --service-code vpc \
         --quota-code L-DF5E4CA3 --desired-value N`",
    ];
    Q8 Likely "AWS did not attach the network interface in time; ECS tries again", STOPPED, [
        "wait; open a case at AWS Support if it happens three times in a row",
    ];
    Q9 Likely "AWS did not provide the disk of the task in time; ECS tries again", STOPPED, [
        "wait; open a case at AWS Support if it happens three times in a row",
    ];
    Q10 Likely "AWS limits the calls of ECS; ECS tries again later", EVENTS, [
        "wait for a few minutes",
    ];
    Q11 Sure "The platform version has ended", ZONES, [
        "set `platform_version = \"LATEST\"`",
    ];
    Q12 Sure "The task definition does not fit Fargate", FAILURES, [
        "check `cpu`, `memory` and `cpu_architecture` with `sss-deploy validate`",
    ];
    Q13 Possible "The availability zone does not offer this size or architecture", EVENTS, [
        "add subnets in other availability zones to `private_subnet_ids`",
    ];
    Q14 Possible "The VPC has dedicated tenancy, which Fargate does not support", ZONES, [
        "use a VPC with default tenancy",
    ];
    Q15 Sure "AWS has blocked the account", FAILURES, [
        "open a case at AWS Support",
    ];
};

pub(super) const ROLES: &[Cause] = causes! {
    L1 Sure "ECS cannot assume the role of the task", EVENTS, [
        "allow `ecs-tasks.amazonaws.com` to assume the role in its trust policy",
        "wait for two minutes if the role is new",
    ];
    L2 Likely "The trust policy of the role has a condition that ECS does not meet", EXECUTION_ROLE, [
        "correct `aws:SourceAccount` and `aws:SourceArn` in the trust policy",
    ];
    L3 Sure "The caller may not pass the role to ECS", EXECUTION_ROLE, [
        "allow `iam:PassRole` on the role to the caller",
    ];
    L4 Sure "The service-linked role of ECS does not exist", LINKED, [
        "create it: `aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`",
    ];
    L5 Likely "The task role does not allow a call of the application", DENIALS, [
        "add the action and the resource of the text to `[[services.NAME.task_role.statements]]`",
    ];
    L6 Sure "A service control policy, a permissions boundary or a session policy denies the call", DENIALS, [
        "ask the operator of the account: policies of the role cannot allow it",
    ];
};
