//! Rules of ECS: clusters and services.

use super::super::{OUT_OF_RANGE, REQUIRED, TOO_FEW, TOO_LONG, TOO_MANY, TOO_SHORT, UNKNOWN_CHOICE, book};
use crate::rules::case::case;

const SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const STRATEGY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";
const DEPLOYMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html";
const AWSVPC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
const CLUSTER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html";
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
    ECS_CL_001 = "ECS-CL-001" Error "A cluster's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the stack's name, or set `names.cluster`", CLUSTER;
    ECS_SVC_001 = "ECS-SVC-001" Error "An ECS service's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the name", SERVICE, [
        REQUIRED,
        case("invalid-name", "`{name}` cannot be the name of an ECS service",
            "use 1 to 255 letters, digits, `-` and `_`"),
    ];
    ECS_SVC_002 = "ECS-SVC-002" Error "A service of replicas has a desired count from 0 to 2147483647.",
        "set the desired count", SERVICE, [
        REQUIRED,
        OUT_OF_RANGE,
    ];
    ECS_SVC_003 = "ECS-SVC-003" Error "A service has a launch type or a strategy of providers that the cluster offers.",
        "take one of the two out, or add the provider to the cluster", SERVICE, [
        UNKNOWN_CHOICE,
        case("listed-twice", "the cluster lists capacity provider `{provider}` more than once",
            "remove one of the two"),
        case("not-offered", "the cluster does not offer capacity provider `{provider}`",
            "add `{provider}` to `cluster.capacity_providers`"),
    ];
    ECS_SVC_004 = "ECS-SVC-004" Error "A capacity strategy has at most 20 different providers of one kind, weights from 0 to 1000 that are not all 0, and one base from 0 to 100000.",
        "correct the strategy", STRATEGY, [
        REQUIRED,
        OUT_OF_RANGE,
        case("too-many", "`{key}` names {count} capacity providers; ECS takes at most 20",
            "keep at most 20 capacity providers"),
        case("named-twice", "`{provider}` is named more than once in the capacity strategy",
            "remove one of the two"),
        case("second-base", "`{key}` is set for more than one capacity provider",
            "keep `{key}` for one capacity provider only"),
        case("no-weight", "`{key}` names one capacity provider and no weight", "set `weight` to 1"),
        case("all-weights-zero", "`{key}` has no weight above 0, so ECS would start no task",
            "set the `weight` of one capacity provider to 1"),
    ];
    ECS_SVC_005 = "ECS-SVC-005" Error "A daemon runs on instances, under the ECS controller, without a desired count.",
        "use `REPLICA`, or take the other parameter out", SERVICE, [UNKNOWN_CHOICE];
    ECS_SVC_006 = "ECS-SVC-006" Error "A service on Fargate runs a task definition for Fargate.",
        "make the task definition fit Fargate, and add FARGATE to `requiresCompatibilities`", SERVICE;
    ECS_SVC_010 = "ECS-SVC-010" Error "A registry of SRV records has a port, or a container and its port.",
        "set `containerName` and `containerPort`", REGISTRY;
    ECS_SVC_011 = "ECS-SVC-011" Error "A registry of A or AAAA records has neither container nor port for tasks with their own network interface.",
        "take `containerName`, `containerPort` and `port` out", REGISTRY;
    ECS_SVC_012 = "ECS-SVC-012" Error "A registry has `port`, or `containerName` with `containerPort`; without `awsvpc` always the latter.",
        "set `containerName` and `containerPort` only", REGISTRY;
    ECS_SVC_013 = "ECS-SVC-013" Error "A registry's container and port are those of the task definition.",
        "correct the container or the port", REGISTRY;
    ECS_SVC_014 = "ECS-SVC-014" Error "A service has one registry, and at most 1000 tasks behind it.", "lower the desired count", DISCOVERY, [
        case("too-many-tasks", "`{key}` is {count}, but Cloud Map registers at most 1000 instances of a service",
            "set `{key}` to 1000 or less"),
    ];
    ECS_SVC_015 = "ECS-SVC-015" Error "A registry is the ARN of a Cloud Map service.",
        "set `registryArn` to an ARN such as `arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-abc`", REGISTRY, [REQUIRED];
    ECS_SVC_020 = "ECS-SVC-020" Error "Tasks in the network mode `awsvpc` have a network configuration, and others none.",
        "set `networkConfiguration.awsvpcConfiguration`", SERVICE;
    ECS_SVC_021 = "ECS-SVC-021" Error "A service runs in 1 to 16 subnets.", "name 1 to 16 subnets", AWSVPC, [REQUIRED, TOO_FEW, TOO_MANY];
    ECS_SVC_022 = "ECS-SVC-022" Error "A service is in at most 5 security groups.",
        "name 1 to 5: without one it is in the VPC's default group", AWSVPC, [TOO_MANY];
    ECS_SVC_023 = "ECS-SVC-023" Error "A public IP address is `ENABLED` or `DISABLED`.", "write one of the two", AWSVPC, [UNKNOWN_CHOICE];
    ECS_SVC_030 = "ECS-SVC-030" Error "The minimum is 0 to 100 per cent, the maximum 100 or more, and not both are 100.",
        "leave room for a deployment: a minimum below 100 or a maximum above 100", DEPLOYMENT, [
        OUT_OF_RANGE,
        case("both-100", "deployments are blocked: the minimum and the maximum percentage are both 100",
            "lower the minimum below 100, or raise the maximum above 100"),
        case("no-room", "deployments of {count} tasks are blocked: a minimum of {least} percent is rounded up to {kept} tasks, and a maximum of {most} percent is rounded down to {running}",
            "lower `minimum_healthy_percent`, or raise `maximum_percent`"),
    ];
    ECS_SVC_031 = "ECS-SVC-031" Error "A circuit breaker says whether it is enabled and rolls back, under the ECS controller.",
        "set `enable` and `rollback`, or take it out", CIRCUIT_BREAKER, [REQUIRED];
    ECS_SVC_032 = "ECS-SVC-032" Error "Deployment alarms have names and say whether they are enabled and roll back, under the ECS controller.",
        "set `alarmNames`, `enable` and `rollback`, or take them out", ALARMS, [REQUIRED];
    ECS_SVC_033 = "ECS-SVC-033" Error "What a service has is for its deployment controller: ECS, CODE_DEPLOY or EXTERNAL.",
        "take the parameter out, or use another controller", CONTROLLER, [REQUIRED, UNKNOWN_CHOICE];
    ECS_SVC_040 = "ECS-SVC-040" Error "A platform version is LATEST, 1.4.0 or 1.3.0, for Windows 1.0.0, and only for Fargate.",
        "write `LATEST`, or leave it out", PLATFORM_VERSION;
    ECS_SVC_041 = "ECS-SVC-041" Error "Fargate places tasks without constraints and strategies.",
        "take `placementConstraints` and `placementStrategy` out", SERVICE;
    ECS_SVC_042 = "ECS-SVC-042" Error "A service on instances has at most 5 placement strategies: `random` without a field, `binpack` by `cpu` or `memory`; `memberOf` has an expression, `distinctInstance` none.",
        "correct the strategy or the constraint", SERVICE;
    ECS_SVC_050 = "ECS-SVC-050" Error "A load balancer leads to a container and its port.",
        "set `targetGroupArn`, `containerName` and `containerPort`", LOAD_BALANCER, [REQUIRED];
    ECS_SVC_051 = "ECS-SVC-051" Error "The grace period is 0 to 2147483647 seconds, and for services behind a load balancer.",
        "take it out", SERVICE, [
        OUT_OF_RANGE,
        case("no-load-balancer", "`{key}` has no effect without a load balancer", "remove `{key}`"),
    ];
    ECS_SVC_052 = "ECS-SVC-052" Error "A load balancer is a target group, or a Classic Load Balancer for instances.",
        "set `targetGroupArn` only", LOAD_BALANCER, [REQUIRED];
    ECS_SVC_053 = "ECS-SVC-053" Error "A load balancer's container and port are those of the task definition.",
        "correct the container or the port", LOAD_BALANCER;
    ECS_SVC_054 = "ECS-SVC-054" Error "A service has at most 5 target groups; several only under the ECS controller and without `role`.",
        "take some out", TARGET_GROUPS;
    ECS_SVC_055 = "ECS-SVC-055" Error "A service's role is for load balancers of tasks without `awsvpc`.",
        "take `role` out: ECS uses its service-linked role", SERVICE;
    ECS_SVC_060 = "ECS-SVC-060" Warning "Commands in containers need a task role and a root file system that can be written.",
        "set `taskRoleArn` and `readonlyRootFilesystem: false`", EXEC;
    ECS_SVC_061 = "ECS-SVC-061" Error "Tags come from `TASK_DEFINITION`, `SERVICE` or `NONE`.", "write one of the three", SERVICE, [UNKNOWN_CHOICE];
    ECS_SVC_062 = "ECS-SVC-062" Error "Rebalancing between zones is for replicas with a maximum above 100 per cent, without a Classic Load Balancer.",
        "write `DISABLED`", REBALANCING, [UNKNOWN_CHOICE];
    ECS_SVC_070 = "ECS-SVC-070" Error "Service Connect says whether it is enabled, and names ports of the task definition with at most one alias each.",
        "correct the service", SERVICE_CONNECT, [REQUIRED, TOO_SHORT, TOO_LONG, TOO_MANY, OUT_OF_RANGE];
    ECS_SVC_080 = "ECS-SVC-080" Error "A client token has at most 36 printable characters without a space.", "shorten it", SERVICE, [TOO_LONG];
    ECS_SVC_090 = "ECS-SVC-090" Error "A volume that a service makes is one of the task definition, has a size or a snapshot, and options that its type has.",
        "correct the volume", SERVICE;
}
