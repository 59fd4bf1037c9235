//! Rules of ECS: clusters and services.
//!
//! The sources are the pages of ECS's reference on `CreateService` and `CreateCluster`, with one page for each
//! structure of a service (capacity provider strategy, deployment configuration, network, registry, load balancer,
//! Service Connect), and the guides to service discovery, platform versions, ECS Exec and the balance of tasks between
//! availability zones.
//!
//! The groups are `ECS-CL` for clusters and `ECS-SVC` for services. A stack uses a part of what ECS offers, so many of
//! these rules are for requests only. The checks are in `rules/service.rs`, `rules/reference.rs` and `request/ecs`.

use super::super::{
    BESIDE, NEAR_CHOICE, OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book,
};
use super::{UNKNOWN_CONTAINER, UNKNOWN_PORT, WRONG_CONTROLLER};
use crate::rules::case::case;

const SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const STRATEGY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";
const PROVIDER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html";
const DEPLOYMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html";
const AWSVPC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
const CLUSTER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html";
const CLUSTER_KEYS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedStorageConfiguration.html";
const EXEC_LOGGING: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html";
const REGISTRY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRegistry.html";
const DISCOVERY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html";
const CIRCUIT_BREAKER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html";
const ALARMS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html";
const CONTROLLER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentController.html";
const PLATFORM_VERSION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html";
const LOAD_BALANCER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html";
const TARGET_GROUPS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html";
const EXEC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html";
const REBALANCING: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html";
const SERVICE_CONNECT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html";

book! {
    ECS_CL_001 = "ECS-CL-001" Error "A cluster's name holds 1 to 255 letters, digits, `-` and `_`.", CLUSTER, [
        case("invalid-name", "`{name}` cannot be the name of a cluster",
            "set `names.cluster` to 1 to 255 letters, digits, `-` and `_`"),
    ];
    ECS_CL_002 = "ECS-CL-002" Error "Sessions of ECS Exec go to a log group or a bucket with the logging OVERRIDE, and only then.", EXEC_LOGGING, [
        case("not-a-group", "`{name}` cannot be the name of a log group",
            "use 1 to 512 letters, digits and `.-_/#`"),
        case("not-a-bucket", "`{name}` cannot be the name of a bucket",
            "use 3 to 63 lower-case letters, digits, `.` and `-`"),
        case("no-target", "`{key}` is `OVERRIDE`, but neither `log_group` nor `bucket` is set",
            "set `log_group` or `bucket`"),
        case("not-overridden", "`{key}` is only used with `logging = \"OVERRIDE\"`",
            "write `logging = \"OVERRIDE\"`, or remove `{key}`"),
        case("alone", "`{key}` has no effect without `{whole}`", "set `{whole}`, or remove `{key}`"),
    ];
    ECS_CL_003 = "ECS-CL-003" Error "A stack names the keys of a cluster by their ARNs, of at most 256 characters.", CLUSTER_KEYS, [
        case("not-a-key", "`{key}` must be the ARN of a KMS key",
            "write an ARN such as `arn:aws:kms:eu-west-1:123456789012:key/<id>`"),
    ];
    ECS_SVC_001 = "ECS-SVC-001" Error "An ECS service's name holds 1 to 255 letters, digits, `-` and `_`.", SERVICE, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of an ECS service",
            "use 1 to 255 letters, digits, `-` and `_`"),
    ];
    ECS_SVC_002 = "ECS-SVC-002" Error "A service of replicas has a desired count from 0 to 2147483647.", SERVICE, [
        REQUIRED,
        OUT_OF_RANGE,
    ];
    ECS_SVC_003 = "ECS-SVC-003" Error "A service has a launch type or a strategy of providers that the cluster offers.", SERVICE, [
        UNKNOWN_CHOICE,
        BESIDE,
        case("listed-twice", "the cluster lists capacity provider `{provider}` more than once",
            "remove one of the two"),
        case("not-offered", "the cluster does not offer capacity provider `{provider}`",
            "add `{provider}` to `cluster.capacity_providers`"),
    ];
    ECS_SVC_004 = "ECS-SVC-004" Error "A capacity strategy has at most 20 different providers of one kind, weights from 0 to 1000 that are not all 0, and one base from 0 to 100000.", STRATEGY, [
        REQUIRED,
        OUT_OF_RANGE,
        case("too-many", "`{key}` names {count} capacity providers; ECS takes at most 20",
            "keep at most 20 capacity providers"),
        case("named-twice", "`{provider}` is named more than once in the capacity strategy",
            "remove one of the two"),
        case("second-base", "`{key}` is set for more than one capacity provider",
            "keep `{key}` for one capacity provider only"),
        case("no-weight", "`{key}` names one capacity provider and no weight", "set `weight` to 1"),
        case("mixed", "`{provider}` is not a capacity provider of Fargate, but another one of the strategy is",
            "keep capacity providers of one kind"),
        case("all-weights-zero", "`{key}` has no weight above 0, so ECS would start no task",
            "set the `weight` of one capacity provider to 1"),
    ];
    ECS_SVC_005 = "ECS-SVC-005" Error "A daemon runs on instances, with the deployment controller ECS and without a desired count.", SERVICE, [
        UNKNOWN_CHOICE,
        case("counted", "`{key}` cannot be set for a daemon, which runs one task on each instance", "remove `{key}`"),
        case("placed", "`{key}` cannot be set for a daemon, which runs on every instance", "remove `{key}`"),
        case("on-fargate", "`{key}` cannot be `DAEMON` on Fargate, which has no instances",
            "set `{key}` to `REPLICA`"),
        case("wrong-controller", "`{key}` cannot be `DAEMON` with the deployment controller `{controller}`",
            "set `{key}` to `REPLICA`, or use the deployment controller `ECS`"),
    ];
    ECS_SVC_006 = "ECS-SVC-006" Error "A service on Fargate runs a task definition for Fargate.", SERVICE, [
        case("log-driver", "the task definition has a log driver that Fargate does not have",
            "use `awslogs`, `splunk` or `awsfirelens` in the task definition"),
        case("silent", "the task definition does not say that it is for Fargate",
            "add `FARGATE` to `requiresCompatibilities` of the task definition"),
        case("not-for-fargate", "the task definition is not for Fargate",
            "set the network mode `awsvpc`, `cpu` and `memory` of the task, and add `FARGATE` to `requiresCompatibilities`"),
    ];
    ECS_SVC_007 = "ECS-SVC-007" Error "A service names its task definition as `family`, as `family:revision`, or by its ARN.", SERVICE, [
        REQUIRED,
        case("not-a-reference", "`{key}` must be the family of a task definition, perhaps with `:` and a revision, or its ARN",
            "write `{key}` as in `orders` or `orders:3`"),
        case("not-a-revision", "the revision of a task definition is a number above 0, not `{revision}`",
            "write `{family}` for the latest revision, or a number as in `{family}:3`"),
        case("other-arn", "`{given}` is not the ARN of a task definition",
            "write an ARN such as `arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:3`"),
    ];
    ECS_SVC_008 = "ECS-SVC-008" Error "A service names its cluster by 1 to 255 letters, digits, `-` and `_`, or by its ARN.", SERVICE, [
        REQUIRED.with_fix("set `{key}` to the name of a cluster, or remove `{key}` to use the cluster `default`"),
        case("invalid-name", "`{given}` cannot be the name of a cluster",
            "use 1 to 255 letters, digits, `-` and `_`"),
        case("other-arn", "`{given}` is not the ARN of a cluster",
            "write an ARN such as `arn:aws:ecs:eu-west-1:123456789012:cluster/shop`"),
    ];
    ECS_SVC_009 = "ECS-SVC-009" Error "A capacity provider is `FARGATE`, `FARGATE_SPOT`, or one of the account by a name that does not begin with `aws`, `ecs` or `fargate`, or by its ARN.", PROVIDER, [
        case("invalid-name", "`{given}` cannot be the name of a capacity provider",
            "use 1 to 255 letters, digits, `-` and `_`"),
        case("reserved", "no capacity provider of an account can be called `{given}`: AWS reserves names that begin with `aws`, `ecs` and `fargate`",
            "write `FARGATE`, `FARGATE_SPOT`, or the name of a capacity provider of the account"),
        case("other-arn", "`{given}` is not the ARN of a capacity provider",
            "write an ARN such as `arn:aws:ecs:eu-west-1:123456789012:capacity-provider/shop`"),
    ];
    ECS_SVC_010 = "ECS-SVC-010" Error "A registry of SRV records has a port, or a container and its port.", REGISTRY, [
        OUT_OF_RANGE,
    ];
    ECS_SVC_011 = "ECS-SVC-011" Error "A registry of A or AAAA records has neither container nor port for tasks with their own network interface.", REGISTRY, [
        case("not-for-addresses", "`{key}` cannot be set for a registry of A or AAAA records", "remove `{key}`"),
    ];
    ECS_SVC_012 = "ECS-SVC-012" Error "A registry has `port`, or `containerName` with `containerPort`; without `awsvpc` always the latter.", REGISTRY, [
        case("both", "`{key}` cannot be combined with `containerName` and `containerPort`", "remove `{key}`"),
        case("incomplete", "`{key}` is required beside `{other}`", "set `{key}`"),
        case("no-container", "`{key}` is required in the network mode `{mode}`",
            "set `containerName` and `containerPort`"),
        case("no-port", "a registry of SRV records requires a port", "set `containerName` and `containerPort`"),
    ];
    ECS_SVC_013 = "ECS-SVC-013" Error "A registry's container and port are those of the task definition.", REGISTRY, [
        UNKNOWN_CONTAINER,
        UNKNOWN_PORT,
    ];
    ECS_SVC_014 = "ECS-SVC-014" Error "A service has one registry, and at most 1000 tasks behind it.", DISCOVERY, [
        case("too-many-tasks", "`{key}` is {count}, but Cloud Map registers at most 1000 instances of a service",
            "set `{key}` to 1000 or less"),
        case("second-registry", "ECS takes one registry for a service, so `{key}` is one too many",
            "remove `{key}`"),
    ];
    ECS_SVC_015 = "ECS-SVC-015" Error "A registry is the ARN of a Cloud Map service.", REGISTRY, [
        REQUIRED,
        case("not-an-arn", "`{given}` is not the ARN of a Cloud Map service",
            "set `{key}` to an ARN such as `arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-abc`"),
    ];
    ECS_SVC_020 = "ECS-SVC-020" Error "Tasks in the network mode `awsvpc` have a network configuration, and others none.", SERVICE, [
        REQUIRED.with_message("`{key}` is required for tasks in the network mode `awsvpc`")
            .with_fix("set `awsvpcConfiguration` of `{key}`"),
        case("wrong-mode", "`{key}` is not for tasks in the network mode `{mode}`", "remove `{key}`"),
    ];
    ECS_SVC_021 = "ECS-SVC-021" Error "A service runs in 1 to 16 subnets.", AWSVPC, [REQUIRED, TOO_FEW, TOO_MANY];
    ECS_SVC_022 = "ECS-SVC-022" Error "A service is in at most 5 security groups.", AWSVPC, [
        TOO_MANY,
        case("default-group", "`{key}` names no group, so the tasks are in the default group of the VPC",
            "add a security group to `{key}`"),
    ];
    ECS_SVC_023 = "ECS-SVC-023" Error "A public IP address is `ENABLED` or `DISABLED`.", AWSVPC, [UNKNOWN_CHOICE];
    ECS_SVC_030 = "ECS-SVC-030" Error "The minimum is 0 to 100 percent, the maximum 100 or more, and not both are 100.", DEPLOYMENT, [
        OUT_OF_RANGE,
        case("both-100", "deployments are blocked: the minimum and the maximum percentage are both 100",
            "lower the minimum below 100, or raise the maximum above 100"),
        case("default-100", "`{key}` is 100, and so is the minimum percentage unless it is set: deployments are blocked",
            "set `minimumHealthyPercent` to 99 or less, or raise `{key}` above 100"),
        case("daemon", "`{key}` must be at most 100 for a daemon, not {given}", "set `{key}` to 100"),
        case("no-room", "deployments of {count} tasks are blocked: a minimum of {least} percent is rounded up to {kept} tasks, and a maximum of {most} percent is rounded down to {running}",
            "lower `minimum_healthy_percent`, or raise `maximum_percent`"),
    ];
    ECS_SVC_031 = "ECS-SVC-031" Error "A circuit breaker sets `enable` and `rollback`, has a threshold of 1 or more, and needs the deployment controller ECS.", CIRCUIT_BREAKER, [
        REQUIRED,
        OUT_OF_RANGE,
        WRONG_CONTROLLER,
    ];
    ECS_SVC_032 = "ECS-SVC-032" Error "Deployment alarms set `alarmNames`, `enable` and `rollback`, and need the deployment controller ECS.", ALARMS, [
        REQUIRED,
        WRONG_CONTROLLER,
    ];
    ECS_SVC_033 = "ECS-SVC-033" Error "A deployment controller is ECS, CODE_DEPLOY or EXTERNAL, and a service has only parameters for its controller.", CONTROLLER, [
        REQUIRED,
        UNKNOWN_CHOICE,
        WRONG_CONTROLLER,
        case("no-target-group", "the deployment controller `CODE_DEPLOY` requires a target group in `{key}`",
            "add a target group to `{key}`, or use another deployment controller"),
    ];
    ECS_SVC_034 = "ECS-SVC-034" Error "A bake time is 0 to 1440 minutes, and a strategy other than ROLLING needs a load balancer or Service Connect.", DEPLOYMENT, [
        OUT_OF_RANGE,
        case("no-load-balancer", "`{strategy}` moves requests with a load balancer or Service Connect, and a service of a stack has neither: API Gateway finds its tasks through Cloud Map",
            "write `{key} = \"ROLLING\"`; `alarms` and `rollback` end a bad deployment there as well"),
        case("rolling", "`{key}` has no effect with the strategy `ROLLING`", "remove `{key}`"),
    ];
    ECS_SVC_040 = "ECS-SVC-040" Error "A platform version is LATEST, 1.4.0 or 1.3.0, for Windows 1.0.0, and only for Fargate.", PLATFORM_VERSION, [
        NEAR_CHOICE,
        UNKNOWN_CHOICE,
        case("wrong-launch-type", "`{key}` is not for the launch type `{launch}`", "remove `{key}`"),
        case("on-instances", "`{key}` is not for capacity providers of instances", "remove `{key}`"),
    ];
    ECS_SVC_041 = "ECS-SVC-041" Error "Fargate places tasks without constraints and strategies.", SERVICE, [
        case("on-fargate", "`{key}` cannot be set on Fargate, which has no instances", "remove `{key}`"),
    ];
    ECS_SVC_042 = "ECS-SVC-042" Error "A service on instances has at most 5 placement strategies: `random` without a field, `binpack` by `cpu` or `memory`; `memberOf` has an expression, `distinctInstance` none.", SERVICE, [
        REQUIRED.with_message("the constraint `memberOf` requires `{key}`"),
        TOO_MANY,
        case("field-of-random", "`{key}` cannot be set for the strategy `random`", "remove `{key}`"),
        case("field-of-binpack", "`{key}` of the strategy `binpack` must be `cpu` or `memory`, not `{given}`",
            "write `cpu` or `memory` for `{key}`"),
        case("distinct-instance", "`{key}` cannot be set for the constraint `distinctInstance`", "remove `{key}`"),
    ];
    ECS_SVC_050 = "ECS-SVC-050" Error "A load balancer leads to a container and its port.", LOAD_BALANCER, [
        REQUIRED,
        case("not-an-arn", "`{given}` is not the ARN of a target group",
            "set `{key}` to an ARN such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/orders/0a1b2c3d4e5f6071`"),
    ];
    ECS_SVC_051 = "ECS-SVC-051" Error "The grace period is 0 to 2147483647 seconds, and for services behind a load balancer.", SERVICE, [
        OUT_OF_RANGE,
        case("no-load-balancer", "`{key}` has no effect without a load balancer", "remove `{key}`"),
    ];
    ECS_SVC_052 = "ECS-SVC-052" Error "A load balancer is a target group, or a Classic Load Balancer for instances.", LOAD_BALANCER, [
        REQUIRED,
        BESIDE.with_fix("remove `{key}`: `{other}` is enough"),
        case("on-fargate", "`{key}` is a Classic Load Balancer, which Fargate does not support",
            "replace `{key}` by `targetGroupArn`"),
    ];
    ECS_SVC_053 = "ECS-SVC-053" Error "A load balancer's container and port are those of the task definition.", LOAD_BALANCER, [
        UNKNOWN_CONTAINER,
        UNKNOWN_PORT,
    ];
    ECS_SVC_054 = "ECS-SVC-054" Error "A service has at most 5 target groups; several need the deployment controller ECS and no `role`.", TARGET_GROUPS, [
        TOO_MANY,
        case("several", "several target groups require the deployment controller `ECS`",
            "keep one target group, or use the deployment controller `ECS`"),
        case("role", "`{key}` cannot be set for a service with several target groups",
            "remove `{key}`: ECS uses its service-linked role"),
    ];
    ECS_SVC_055 = "ECS-SVC-055" Error "A service's role is for load balancers of tasks without `awsvpc`.", SERVICE, [
        case("awsvpc", "`{key}` cannot be set for tasks in the network mode `awsvpc`",
            "remove `{key}`: ECS uses its service-linked role"),
        case("no-load-balancer", "`{key}` cannot be set without a load balancer",
            "remove `{key}`: ECS uses its service-linked role"),
    ];
    ECS_SVC_060 = "ECS-SVC-060" Warning "Commands in containers need a task role and a root file system that can be written.", EXEC, [
        case("no-task-role", "commands in containers need a task role, and the task definition has none",
            "set `taskRoleArn` of the task definition"),
        case("read-only", "commands cannot write to the root file system of container `{name}`",
            "set `readonlyRootFilesystem` of `{name}` to `false`"),
        case("no-init-process", "container `{name}` has no init process that ends the processes of a command",
            "set `linuxParameters.initProcessEnabled` of `{name}` to `true`"),
    ];
    ECS_SVC_061 = "ECS-SVC-061" Error "Tags come from `TASK_DEFINITION`, `SERVICE` or `NONE`.", SERVICE, [UNKNOWN_CHOICE];
    ECS_SVC_062 = "ECS-SVC-062" Error "Rebalancing between zones is for replicas with a maximum above 100 percent, without a Classic Load Balancer.", REBALANCING, [
        UNKNOWN_CHOICE,
        case("daemon", "`{key}` cannot be `ENABLED` for a daemon", "set `{key}` to `DISABLED`"),
        case("classic", "`{key}` cannot be `ENABLED` for a service behind a Classic Load Balancer",
            "set `{key}` to `DISABLED`"),
        case("maximum", "`{key}` requires a `maximumPercent` above 100, not {most}",
            "set `{key}` to `DISABLED`, or raise `maximumPercent`"),
        case("no-room", "`{key}` requires a `maximum_percent` above 100, not {most}: ECS starts a task in the other zone before it stops one",
            "set `{key}` to `DISABLED`, or raise `deployment.maximum_percent`"),
    ];
    ECS_SVC_070 = "ECS-SVC-070" Error "Service Connect sets `enabled`, and names ports of the task definition with at most one alias each.", SERVICE_CONNECT, [
        REQUIRED,
        TOO_SHORT,
        TOO_LONG,
        TOO_MANY,
        OUT_OF_RANGE,
        case("unknown-port", "the task definition has no port called `{name}`",
            "write the name of a port of the task definition for `{key}`"),
        case("invalid-name", "`{name}` cannot be a DNS name of Service Connect",
            "use lower-case letters, digits, `_` and `-`, the first of them no `-`; `dnsName` may have `.` too"),
        case("upper-case", "`{name}` has upper-case letters, which ECS may refuse", "write `{key}` in lower case"),
    ];
    ECS_SVC_080 = "ECS-SVC-080" Error "A client token has at most 36 printable characters without a space.", SERVICE, [
        TOO_LONG,
        case("invalid-characters", "`{key}` has a space, or characters that are not printable ASCII",
            "remove all other characters from `{key}`"),
    ];
    ECS_SVC_090 = "ECS-SVC-090" Error "A volume that a service creates is one of the task definition, has a size or a snapshot, and only options of its type.", SERVICE, [
        UNKNOWN_CHOICE,
        REQUIRED.with_message("`{key}` is required without `snapshotId`").with_fix("set `{key}` or `snapshotId`"),
        case("unknown-volume", "the task definition has no volume `{name}` with `configuredAtLaunch`",
            "add `{name}` to `volumes` of the task definition, with `configuredAtLaunch`"),
        case("wrong-type", "`{key}` cannot be set for a volume of type `{kind}`",
            "remove `{key}`, or choose another `volumeType`"),
    ];
    ECS_SVC_091 = "ECS-SVC-091" Error "An ARN in a service is that of an object of the kind to which its parameter refers.", SERVICE, [
        case("other-object", "`{given}` is not the ARN of {noun}", "set `{key}` to an ARN such as `{example}`"),
    ];
}
