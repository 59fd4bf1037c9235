//! Rules of ECS: tasks.
//!
//! The sources are the pages of ECS's reference on `RegisterTaskDefinition` and the structures of a task (volumes,
//! storage, platform, proxy, system controls), and the guides to the sizes of Fargate, platform versions, Windows, the
//! roles of a task, and quotas.
//!
//! Many rules hold on Fargate only, and a request that lists `FARGATE` among its compatibilities has to keep them even
//! if it lists others too. The checks are in `rules/task.rs`, `rules/task_document.rs`, `task_size.rs` and
//! `request/ecs`.

use super::super::{BESIDE, OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_MANY, UNKNOWN_CHOICE, WRONG_TYPE, book};
use super::UNKNOWN_CONTAINER;
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
    ECS_TD_000 = "ECS-TD-000" Error "A task definition has a family and containers.", TASK, [REQUIRED];
    ECS_TD_010 = "ECS-TD-010" Error "CPU and memory of a task are a pair that Fargate has.", SIZES, [
        case("unknown-cpu", "Fargate has no task of {cpu} CPU units", "set `{key}` to one of {choices}"),
        case("unknown-pair", "Fargate has no task of {cpu} CPU units and {memory} MiB",
            "set `{key}` to one of {choices}, or choose other CPU units"),
        case("not-a-size", "`{key}` must be a number, or a number with `{unit}`, not `{given}`",
            "write `{key}` as in `1024` or `1 {unit}`"),
    ];
    ECS_TD_011 = "ECS-TD-011" Error "A Fargate task has CPU and memory at task level.", SIZES, [
        REQUIRED.with_message("`{key}` is required on Fargate").with_fix("set `{key}` of the task"),
    ];
    ECS_TD_012 = "ECS-TD-012" Error "A task of 32 vCPU has 61440, 122880 or 249856 MiB.", SIZES, [
        case("unknown-pair", "Fargate has no task of {cpu} CPU units and {memory} MiB",
            "set `{key}` to one of {choices}, or choose other CPU units"),
    ];
    ECS_TD_013 = "ECS-TD-013" Error "Tasks of 8 vCPU and more need Linux and platform version 1.4.0.", PLATFORM_VERSION, [
        case("too-old", "platform version {version} is too old for a task of {cpu} CPU units",
            "set `{key}` to `LATEST`"),
    ];
    ECS_TD_020 = "ECS-TD-020" Error "The network mode of a Fargate task is `awsvpc`.", FARGATE, [
        REQUIRED.with_message("`{key}` is required on Fargate: without it, ECS takes `bridge`")
            .with_fix("set `{key}` to `awsvpc`"),
        case("wrong-mode", "`{key}` must be `awsvpc` on Fargate, not `{given}`", "set `{key}` to `awsvpc`"),
    ];
    ECS_TD_021 = "ECS-TD-021" Error "Compatibilities are EC2, FARGATE, EXTERNAL and MANAGED_INSTANCES.", TASK, [UNKNOWN_CHOICE];
    ECS_TD_030 = "ECS-TD-030" Error "In the network modes `awsvpc` and `host` a host port is the container port.", PORT, [
        case("differs", "`{key}` must be {port} like the container port in the network mode `{mode}`, not {host}",
            "set `{key}` to {port}, or remove `{key}`"),
    ];
    ECS_TD_040 = "ECS-TD-040" Error "A Fargate task has no parameter that needs an instance.", FARGATE, [
        case("not-on-fargate", "Fargate does not support `{key}`", "remove `{key}`"),
        case("resource", "Fargate has no resources of type `{kind}`", "remove `{key}`"),
        case("not-in-awsvpc", "the network mode `awsvpc` does not support `{key}`", "remove `{key}`"),
        case("perhaps-not-in-awsvpc", "ECS may refuse `{key}` in the network mode `awsvpc`", "remove `{key}`"),
    ];
    ECS_TD_041 = "ECS-TD-041" Error "The process namespace of a Fargate task is `task`, on Linux.", TASK, [
        UNKNOWN_CHOICE,
        case("host", "`{key}` cannot be `host` on Fargate", "set `{key}` to `task`, or remove `{key}`"),
    ];
    ECS_TD_043 = "ECS-TD-043" Error "System controls are for Linux; those of the network are the same in all containers of a task.", SYSTEM_CONTROL, [
        REQUIRED,
        case("on-windows", "Windows does not support `{key}`", "remove `{key}`, or run the task on Linux"),
        case("differs", "`{name}` has different values in containers of the task, which share one network",
            "write one value of `{name}` in all containers"),
    ];
    ECS_TD_060 = "ECS-TD-060" Error "A task that pulls from ECR, writes to CloudWatch Logs or takes secrets has an execution role.", EXECUTION_ROLE, [
        case("secrets", "`{key}` is required: a container takes secrets",
            "set `{key}` to the ARN of a role that may read the secrets"),
        case("container-logs", "`{key}` is required: a container writes to CloudWatch Logs",
            "set `{key}` to the ARN of a role that may write the logs"),
        case("private-image", "`{key}` is required: the image of a container is in a private ECR repository",
            "set `{key}` to the ARN of a role that may read the repository"),
        case("registry-credentials", "`{key}` is required: a container has credentials for its registry",
            "set `{key}` to the ARN of a role that may read the credentials"),
    ];
    ECS_TD_061 = "ECS-TD-061" Error "A task's role is the ARN of an IAM role.", TASK_ROLE, [
        case("name", "`{role}` is the name of a role, and ECS may need its ARN",
            "write an ARN such as `arn:aws:iam::123456789012:role/orders`"),
        case("not-an-arn", "`{role}` is not the ARN of a role",
            "write an ARN such as `arn:aws:iam::123456789012:role/orders`"),
    ];
    ECS_TD_070 = "ECS-TD-070" Error "A task has 1 to 10 containers.", TASK, [
        TOO_FEW,
        TOO_MANY.with_message("the task has {count} containers; ECS takes at most {most}")
            .with_fix("keep at most {most} containers, the main one included"),
    ];
    ECS_TD_072 = "ECS-TD-072" Error "A family's name holds 1 to 255 letters, digits, `-` and `_`.", TASK, [
        case("invalid-name", "`{name}` cannot be the name of a family of task definitions",
            "use 1 to 255 letters, digits, `-` and `_`"),
    ];
    ECS_TD_073 = "ECS-TD-073" Error "A command and an entry point are lists of strings.", CONTAINER, [
        WRONG_TYPE.with_fix("write {wanted} for `{key}`, as in `[\"sh\", \"-c\", \"ls\"]`"),
    ];
    ECS_TD_074 = "ECS-TD-074" Error "A task has an essential container.", CONTAINER, [
        case("none", "no container of the task is essential", "set `essential` of one container to `true`"),
    ];
    ECS_TD_075 = "ECS-TD-075" Error "The CPU units of all containers fit into the task's.", CONTAINER, [
        OUT_OF_RANGE,
        case("above-task", "the containers ask for {sum} CPU units together, but the task has {task}",
            "raise `cpu` of the task, or lower `cpu` of the containers"),
    ];
    ECS_TD_076 = "ECS-TD-076" Error "The memory of each container fits into the task's.", CONTAINER, [
        case("above-task", "`{key}` is {size} MiB, but the task has {task} MiB",
            "lower `{key}` to {task} or less, or raise `memory` of the task"),
    ];
    ECS_TD_100 = "ECS-TD-100" Error "A volume has a name of its own and one configuration at most; mounts have a path and name what the task has.", VOLUME, [
        REQUIRED,
        BESIDE.with_message("a volume has one configuration, but `{key}` and `{other}` are both set"),
        UNKNOWN_CONTAINER,
        case("declared-twice", "the task declares volume `{name}` more than once", "rename one of the two volumes"),
        case("unknown-volume", "the task declares no volume `{name}`",
            "add `{name}` to `volumes`, or write the name of a volume of the task"),
    ];
    ECS_TD_101 = "ECS-TD-101" Error "An EFS volume names its file system, and encrypts data in transit if it has IAM authorization or a port.", EFS, [
        REQUIRED,
        UNKNOWN_CHOICE,
        OUT_OF_RANGE,
        case("beside-access-point", "`{key}` cannot be combined with an access point, which has its own",
            "remove `{key}`"),
        case("iam-unencrypted", "`{key}` must be on if IAM authorization is", "set `{key}` to `true`")
            .in_request("set `{key}` to `ENABLED`"),
        case("access-point-unencrypted", "`{key}` is off, but an access point may require it",
            "set `{key}` to `true`").in_request("set `{key}` to `ENABLED`"),
        case("port-unencrypted", "`{key}` requires encryption in transit",
            "set `transit_encryption` to `true`, or remove `{key}`")
            .in_request("set `transitEncryption` to `ENABLED`, or remove `{key}`"),
    ];
    ECS_TD_102 = "ECS-TD-102" Error "One volume may be configured at launch; it is mounted and has no other configuration.", VOLUME, [
        BESIDE,
        case("second-volume", "more than one volume of the task is configured at launch",
            "keep `{key}` for one volume only"),
        case("not-mounted", "volume `{name}` is configured at launch, but no container mounts it",
            "add a mount point of `{name}` to a container"),
    ];
    ECS_TD_103 = "ECS-TD-103" Error "The disk of a Fargate task is 21 to 200 GiB.", STORAGE, [
        REQUIRED,
        OUT_OF_RANGE.with_fix("set `{key}` to a number from {least} to {most}, or remove it to get 20 GiB"),
        case("fargate-only", "`{key}` is for tasks on Fargate only",
            "remove `{key}`, or add `FARGATE` to `requiresCompatibilities`"),
    ];
    ECS_TD_105 = "ECS-TD-105" Error "Fargate runs Linux, or Windows Server 2019 and later on X86_64.", PLATFORM, [
        UNKNOWN_CHOICE,
        case("windows-on-arm", "`{key}` must be `X86_64` for Windows, not `ARM64`", "set `{key}` to `X86_64`"),
        case("instances-only", "Fargate does not run `{system}`",
            "choose another system for `{key}`, such as `WINDOWS_SERVER_2022_CORE`"),
    ];
    ECS_TD_106 = "ECS-TD-106" Error "A Windows task on Fargate has 1, 2 or 4 vCPU and no parameter that is for Linux only.", WINDOWS, [
        case("unknown-cpu", "a Windows task on Fargate has 1024, 2048 or 4096 CPU units, not {cpu}",
            "set `{key}` to 1024, 2048 or 4096"),
        case("linux-only", "Windows on Fargate does not support `{key}`",
            "remove `{key}`, or run the task on Linux"),
        case("reserved-port", "Windows on Fargate uses port {port} itself", "set `{key}` to another port"),
    ];
    ECS_TD_107 = "ECS-TD-107" Error "A proxy is a container of the task in the network mode `awsvpc`, with its ports and the traffic that it ignores.", PROXY, [
        REQUIRED,
        UNKNOWN_CHOICE,
        UNKNOWN_CONTAINER,
        case("wrong-mode", "`{key}` requires the network mode `awsvpc`",
            "set `networkMode` to `awsvpc`, or remove `{key}`"),
        case("no-property", "the proxy has no property `{name}`", "add `{name}` to `{key}`"),
        case("app-mesh-ended", "AWS ended App Mesh on 2026-09-30, so the proxy gets no configuration from it", "remove `{key}`"),
        case("nothing-ignored", "the proxy has neither `IgnoredUID` nor `IgnoredGID`",
            "add `IgnoredUID` or `IgnoredGID` to `{key}`"),
    ];
    ECS_TD_114 = "ECS-TD-114" Error "The containers of a task definition have at most 65536 bytes as JSON.", QUOTAS, [
        case("too-large", "the containers of the task have {bytes} bytes as JSON; ECS takes at most {most}",
            "move large values out of `environment` and `command`, for instance into the image or an object in S3"),
        case("nearly-too-large", "the containers of the task have {bytes} bytes as JSON; ECS takes at most {most}, and may count other parameters too",
            "move large values out of `environment` and `command`, for instance into the image or an object in S3"),
    ];
}
