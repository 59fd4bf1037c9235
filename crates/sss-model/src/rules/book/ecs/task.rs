//! Rules of ECS: tasks.

use super::super::{OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_MANY, UNKNOWN_CHOICE, WRONG_TYPE, book};
use crate::rules::case::case;

const TASK: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CONTAINER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
const SIZES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";
const FARGATE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";
const PORT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
const SYSTEM_CONTROL: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html";
const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const TASK_ROLE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";
const PROXY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ProxyConfiguration.html";
const VOLUME: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html";
const EFS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html";
const PLATFORM: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html";
const WINDOWS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows-considerations.html";
const PLATFORM_VERSION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html";

book! {
    ECS_TD_000 = "ECS-TD-000" Error "A task definition has a family and containers.",
        "set it", TASK, [REQUIRED];
    ECS_TD_010 = "ECS-TD-010" Error "CPU and memory of a task are a pair that Fargate has.",
        "choose a pair of the table", SIZES;
    ECS_TD_011 = "ECS-TD-011" Error "A Fargate task has CPU and memory at task level.",
        "set `cpu` and `memory` of the task", SIZES;
    ECS_TD_012 = "ECS-TD-012" Error "A task of 32 vCPU has 61440, 122880 or 249856 MiB.",
        "choose one of the three", SIZES;
    ECS_TD_013 = "ECS-TD-013" Error "Tasks of 8 vCPU and more need Linux and platform version 1.4.0.",
        "use platform version `LATEST`", PLATFORM_VERSION;
    ECS_TD_020 = "ECS-TD-020" Error "The network mode of a Fargate task is `awsvpc`.",
        "set `networkMode` to `awsvpc`", FARGATE;
    ECS_TD_021 = "ECS-TD-021" Error "Compatibilities are EC2, FARGATE, EXTERNAL and MANAGED_INSTANCES.",
        "write one of these words", TASK, [UNKNOWN_CHOICE];
    ECS_TD_030 = "ECS-TD-030" Error "In the network modes `awsvpc` and `host` a host port is the container port.",
        "leave `hostPort` out", PORT;
    ECS_TD_040 = "ECS-TD-040" Error "A Fargate task has no parameter that needs an instance.",
        "take the parameter out", FARGATE;
    ECS_TD_041 = "ECS-TD-041" Error "The process namespace of a Fargate task is `task`, on Linux.",
        "write `task`, or leave `pidMode` out", TASK, [UNKNOWN_CHOICE];
    ECS_TD_043 = "ECS-TD-043" Error "System controls are for Linux; those of the network are the same in all containers of a task.",
        "give the containers the same values", SYSTEM_CONTROL;
    ECS_TD_060 = "ECS-TD-060" Error "A task that pulls from ECR, writes to CloudWatch Logs or takes secrets has an execution role.",
        "set `executionRoleArn`", EXECUTION_ROLE;
    ECS_TD_061 = "ECS-TD-061" Error "A task's role is the ARN of an IAM role.",
        "write an ARN such as `arn:aws:iam::123456789012:role/orders`", TASK_ROLE;
    ECS_TD_070 = "ECS-TD-070" Error "A task has 1 to 10 containers.", "put some of them into another service", TASK, [
        TOO_FEW,
        TOO_MANY.with_message("the task has {count} containers; ECS takes at most {most}")
            .with_fix("keep at most {most} containers, the main one included"),
    ];
    ECS_TD_072 = "ECS-TD-072" Error "A family's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the name, or set `names.family`", TASK, [
        case("invalid-name", "`{name}` cannot be the name of a family of task definitions",
            "use 1 to 255 letters, digits, `-` and `_`"),
    ];
    ECS_TD_073 = "ECS-TD-073" Error "A command and an entry point are lists of strings.",
        "write for instance `[\"sh\", \"-c\", \"ls\"]`", CONTAINER, [WRONG_TYPE];
    ECS_TD_074 = "ECS-TD-074" Error "A task has an essential container.", "make one of the containers essential", CONTAINER;
    ECS_TD_075 = "ECS-TD-075" Error "The CPU units of all containers fit into the task's.",
        "give the task more `cpu`, or the containers less", CONTAINER, [
        OUT_OF_RANGE,
        case("above-task", "the containers ask for {sum} CPU units together, but the task has {task}",
            "raise `cpu` of the task, or lower `cpu` of the containers"),
    ];
    ECS_TD_076 = "ECS-TD-076" Error "The memory of each container fits into the task's.",
        "give the task more `memory`, or the container less", CONTAINER, [
        case("above-task", "`{key}` is {size} MiB, but the task has {task} MiB",
            "lower `{key}` to {task} or less, or raise `memory` of the task"),
    ];
    ECS_TD_100 = "ECS-TD-100" Error "Volumes have different names, and mounts name what the task has.",
        "declare the volume, or correct its name", VOLUME, [REQUIRED];
    ECS_TD_101 = "ECS-TD-101" Error "An EFS volume names its file system, and encrypts in transit what IAM or a port ask for.",
        "set `fileSystemId`, enable `transitEncryption`, and leave `rootDirectory` to the access point", EFS, [REQUIRED, UNKNOWN_CHOICE];
    ECS_TD_102 = "ECS-TD-102" Error "One volume may be configured at launch; it is mounted and has no other configuration.",
        "correct the volume", VOLUME;
    ECS_TD_103 = "ECS-TD-103" Error "The disk of a Fargate task is 21 to 200 GiB.", "choose 21 to 200, or leave it out for 20", STORAGE, [
        REQUIRED,
        OUT_OF_RANGE.with_fix("set `{key}` to a number from {least} to {most}, or remove it to get 20 GiB"),
    ];
    ECS_TD_105 = "ECS-TD-105" Error "Fargate runs Linux, or Windows Server 2019 and later on X86_64.",
        "choose another platform", PLATFORM, [UNKNOWN_CHOICE];
    ECS_TD_106 = "ECS-TD-106" Error "A Windows task on Fargate has 1, 2 or 4 vCPU and nothing that only Linux has.",
        "take the parameter out, or run on Linux", WINDOWS;
    ECS_TD_107 = "ECS-TD-107" Error "A proxy is a container of the task in the network mode `awsvpc`, with its ports and whom to ignore.",
        "set `ProxyIngressPort`, `ProxyEgressPort`, `AppPorts`, `EgressIgnoredIPs`, and `IgnoredUID` or `IgnoredGID`", PROXY, [REQUIRED, UNKNOWN_CHOICE];
    ECS_TD_114 = "ECS-TD-114" Error "The containers of a task definition have at most 65536 bytes as JSON.",
        "move large values out of `environment` and `command`, for instance into the image or an object in S3", QUOTAS;
}
