//! Rules of ECS.

use super::book;

const TASK: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CONTAINER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
const HEALTH: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html";
const SIZES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";
const SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const STRATEGY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";
const DEPLOYMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html";
const AWSVPC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
const CLUSTER: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html";
const FARGATE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";
const PORT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
const CAPABILITIES: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html";
const SYSTEM_CONTROL: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html";
const LOG: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";
const AWSLOGS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html";
const FIRELENS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FirelensConfiguration.html";
const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const TASK_ROLE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";
const DEPENDENCY: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html";
const ULIMIT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html";
const RESTART: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html";
const ENVIRONMENT_FILE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EnvironmentFile.html";
const SECRET: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html";
const REFERENCE: &str = "https://pkg.go.dev/github.com/distribution/reference";
const PROXY: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ProxyConfiguration.html";
const VOLUME: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html";
const EFS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html";
const PLATFORM: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html";
const WINDOWS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows-considerations.html";
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
const QUOTAS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html";
const SERVICE_CONNECT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html";

book! {
    ECS_CL_001 = "ECS-CL-001" Error "A cluster's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the stack's name, or set `names.cluster`", CLUSTER;
    ECS_TD_000 = "ECS-TD-000" Error "A task definition has a family and containers.",
        "set it", TASK;
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
        "write one of these words", TASK;
    ECS_TD_030 = "ECS-TD-030" Error "In the network modes `awsvpc` and `host` a host port is the container port.",
        "leave `hostPort` out", PORT;
    ECS_TD_031 = "ECS-TD-031" Error "A container port is a number from 1 to 65535.", "choose a port in that range", PORT;
    ECS_TD_032 = "ECS-TD-032" Warning "The protocol of a port is `tcp` or `udp`.",
        "write `tcp` or `udp`: ECS may take other words for `tcp`", PORT;
    ECS_TD_033 = "ECS-TD-033" Error "A port is used once in a task, whose containers share one network interface.",
        "give one of the containers another port", PORT;
    ECS_TD_034 = "ECS-TD-034" Error "A range of ports is `first-last` from 1 to 65535, stands alone, and a container has at most 100.",
        "write for instance `8000-8010`, without `containerPort` and `hostPort`", PORT;
    ECS_TD_035 = "ECS-TD-035" Error "A port's name has 1 to 64 lower-case letters, digits, `_` and `-`, and does not begin with `-`.",
        "choose another name", PORT;
    ECS_TD_036 = "ECS-TD-036" Error "The names of ports are unique in a task definition.", "rename one of them", PORT;
    ECS_TD_037 = "ECS-TD-037" Error "A port's application protocol is `http`, `http2` or `grpc`, and the port has a name.",
        "write one of the three, and set `name`", PORT;
    ECS_TD_040 = "ECS-TD-040" Error "A Fargate task has no parameter that needs an instance.",
        "take the parameter out", FARGATE;
    ECS_TD_041 = "ECS-TD-041" Error "The process namespace of a Fargate task is `task`, on Linux.",
        "write `task`, or leave `pidMode` out", TASK;
    ECS_TD_043 = "ECS-TD-043" Error "System controls are for Linux; those of the network are the same in all containers of a task.",
        "give the containers the same values", SYSTEM_CONTROL;
    ECS_TD_045 = "ECS-TD-045" Error "A capability is one that Linux has; Fargate adds only `SYS_PTRACE`.",
        "take the capability out", CAPABILITIES;
    ECS_TD_050 = "ECS-TD-050" Error "The log driver of a Fargate container is `awslogs`, `splunk` or `awsfirelens`.",
        "choose one of the three", LOG;
    ECS_TD_051 = "ECS-TD-051" Error "The log driver `awslogs` has the options `awslogs-group` and `awslogs-region`.",
        "set both options", AWSLOGS;
    ECS_TD_052 = "ECS-TD-052" Error "The log driver `awslogs` has the option `awslogs-stream-prefix` on Fargate.",
        "set `awslogs-stream-prefix`", AWSLOGS;
    ECS_TD_053 = "ECS-TD-053" Error "The log driver `awslogs` has only options that it knows; `awslogs-create-group` is `true` or absent.",
        "take the option out", AWSLOGS;
    ECS_TD_054 = "ECS-TD-054" Error "A log driver's `mode` is `blocking` or `non-blocking`, its `max-buffer-size` a number with `b`, `k`, `m` or `g`.",
        "write for instance `non-blocking` and `10m`", LOG;
    ECS_TD_055 = "ECS-TD-055" Error "The log driver `splunk` has the options `splunk-url` and `splunk-token`.",
        "set both options; the token may come from `secretOptions`", LOG;
    ECS_TD_056 = "ECS-TD-056" Error "The log driver `awsfirelens` needs one container of the task that routes logs.",
        "give one container a `firelensConfiguration`", FIRELENS;
    ECS_TD_060 = "ECS-TD-060" Error "A task that pulls from ECR, writes to CloudWatch Logs or takes secrets has an execution role.",
        "set `executionRoleArn`", EXECUTION_ROLE;
    ECS_TD_061 = "ECS-TD-061" Error "A task's role is the ARN of an IAM role.",
        "write an ARN such as `arn:aws:iam::123456789012:role/orders`", TASK_ROLE;
    ECS_TD_070 = "ECS-TD-070" Error "A task has 1 to 10 containers.", "put some of them into another service", TASK;
    ECS_TD_071 = "ECS-TD-071" Error "A container's name holds 1 to 255 letters, digits, `-` and `_`, and is unique in the task.",
        "choose another name", CONTAINER;
    ECS_TD_072 = "ECS-TD-072" Error "A family's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the name, or set `names.family`", TASK;
    ECS_TD_073 = "ECS-TD-073" Error "A command and an entry point are lists of strings.",
        "write for instance `[\"sh\", \"-c\", \"ls\"]`", CONTAINER;
    ECS_TD_074 = "ECS-TD-074" Error "A task has an essential container.", "make one of the containers essential", CONTAINER;
    ECS_TD_075 = "ECS-TD-075" Error "The CPU units of all containers fit into the task's.",
        "give the task more `cpu`, or the containers less", CONTAINER;
    ECS_TD_076 = "ECS-TD-076" Error "The memory of each container fits into the task's.",
        "give the task more `memory`, or the container less", CONTAINER;
    ECS_TD_077 = "ECS-TD-077" Error "A container's memory reservation is not above its memory.",
        "lower the reservation", CONTAINER;
    ECS_TD_078 = "ECS-TD-078" Error "A container has at least 6 MiB, or 4 before Docker 20.10.", "give it 6 MiB or more", CONTAINER;
    ECS_TD_079 = "ECS-TD-079" Error "A container has memory or a reservation of it, unless the task has memory.",
        "set `memory` of the container, or of the task", CONTAINER;
    ECS_TD_080 = "ECS-TD-080" Error "A container waits for a container of the task that can get so far.",
        "name another container of the task, or another condition", DEPENDENCY;
    ECS_TD_081 = "ECS-TD-081" Error "Containers do not wait for each other in a circle.",
        "take one of the dependencies out", DEPENDENCY;
    ECS_TD_082 = "ECS-TD-082" Error "Start and stop timeouts are 2 to 120 seconds on Fargate.", "choose 2 to 120", CONTAINER;
    ECS_TD_085 = "ECS-TD-085" Error "A health check's command is `CMD` or `CMD-SHELL` and what it runs.",
        "write for instance `[\"CMD-SHELL\", \"curl -f http://localhost/\"]`", HEALTH;
    ECS_TD_086 = "ECS-TD-086" Error "A health check's interval is 5 to 300 s, its timeout 2 to 60 s, its retries 1 to 10, its start period 0 to 300 s.",
        "choose a value in that range", HEALTH;
    ECS_TD_087 = "ECS-TD-087" Error "A resource limit has a known name, and its soft limit is not above its hard one.",
        "correct the limit", ULIMIT;
    ECS_TD_088 = "ECS-TD-088" Error "A restart policy says whether it is enabled, waits 60 to 1800 seconds, and ignores at most 50 exit codes.",
        "correct the policy", RESTART;
    ECS_TD_090 = "ECS-TD-090" Error "A container has at most 10 environment files, each the ARN of an object of S3.",
        "write an ARN such as `arn:aws:s3:::bucket/orders.env`", ENVIRONMENT_FILE;
    ECS_TD_091 = "ECS-TD-091" Error "A variable stands once, in `environment` or in `secrets`.",
        "take one of the two out", CONTAINER;
    ECS_TD_092 = "ECS-TD-092" Error "A secret is the ARN of a Secrets Manager secret, or of an SSM parameter.",
        "write the ARN; the value itself has no place here", SECRET;
    ECS_TD_093 = "ECS-TD-093" Warning "A variable whose name promises a secret comes from `secrets`.",
        "put the value into Secrets Manager or SSM, and its ARN into `secrets`", SECRET;
    ECS_TD_100 = "ECS-TD-100" Error "Volumes have different names, and mounts name what the task has.",
        "declare the volume, or correct its name", VOLUME;
    ECS_TD_101 = "ECS-TD-101" Error "An EFS volume names its file system, and encrypts in transit what IAM or a port ask for.",
        "set `fileSystemId`, enable `transitEncryption`, and leave `rootDirectory` to the access point", EFS;
    ECS_TD_102 = "ECS-TD-102" Error "One volume may be configured at launch; it is mounted and has no other configuration.",
        "correct the volume", VOLUME;
    ECS_TD_103 = "ECS-TD-103" Error "The disk of a Fargate task is 21 to 200 GiB.", "choose 21 to 200, or leave it out for 20", STORAGE;
    ECS_TD_105 = "ECS-TD-105" Error "Fargate runs Linux, or Windows Server 2019 and later on X86_64.",
        "choose another platform", PLATFORM;
    ECS_TD_106 = "ECS-TD-106" Error "A Windows task on Fargate has 1, 2 or 4 vCPU and nothing that only Linux has.",
        "take the parameter out, or run on Linux", WINDOWS;
    ECS_TD_107 = "ECS-TD-107" Error "A proxy is a container of the task in the network mode `awsvpc`, with its ports and whom to ignore.",
        "set `ProxyIngressPort`, `ProxyEgressPort`, `AppPorts`, `EgressIgnoredIPs`, and `IgnoredUID` or `IgnoredGID`", PROXY;
    ECS_TD_110 = "ECS-TD-110" Error "An image is `[registry/]repository[:tag][@sha256:digest]`, its repository in lower case.",
        "correct the image", REFERENCE;
    ECS_TD_111 = "ECS-TD-111" Error "An image, without its digest, has at most 255 characters.", "shorten it", CONTAINER;
    ECS_TD_112 = "ECS-TD-112" Error "A parameter of a task with choices is one of them, in upper and lower case as ECS writes it.",
        "write one of the choices", TASK;
    ECS_TD_113 = "ECS-TD-113" Warning "An image has another tag than `latest`, so that a task can start again as it was.",
        "write a tag that does not move, or a digest", CONTAINER;
    ECS_TD_114 = "ECS-TD-114" Error "The containers of a task definition have at most 65536 bytes as JSON.",
        "move large values out of `environment` and `command`, for instance into the image or an object in S3", QUOTAS;
    ECS_SVC_001 = "ECS-SVC-001" Error "An ECS service's name holds 1 to 255 letters, digits, `-` and `_`.",
        "shorten the name", SERVICE;
    ECS_SVC_002 = "ECS-SVC-002" Error "A service of replicas has a desired count from 0 to 2147483647.",
        "set the desired count", SERVICE;
    ECS_SVC_003 = "ECS-SVC-003" Error "A service has a launch type or a strategy of providers that the cluster offers.",
        "take one of the two out, or add the provider to the cluster", SERVICE;
    ECS_SVC_004 = "ECS-SVC-004" Error "A capacity strategy has at most 20 different providers of one kind, weights from 0 to 1000 that are not all 0, and one base from 0 to 100000.",
        "correct the strategy", STRATEGY;
    ECS_SVC_005 = "ECS-SVC-005" Error "A daemon runs on instances, under the ECS controller, without a desired count.",
        "use `REPLICA`, or take the other parameter out", SERVICE;
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
    ECS_SVC_014 = "ECS-SVC-014" Error "A service has one registry, and at most 1000 tasks behind it.", "lower the desired count", DISCOVERY;
    ECS_SVC_015 = "ECS-SVC-015" Error "A registry is the ARN of a Cloud Map service.",
        "set `registryArn` to an ARN such as `arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-abc`", REGISTRY;
    ECS_SVC_020 = "ECS-SVC-020" Error "Tasks in the network mode `awsvpc` have a network configuration, and others none.",
        "set `networkConfiguration.awsvpcConfiguration`", SERVICE;
    ECS_SVC_021 = "ECS-SVC-021" Error "A service runs in 1 to 16 subnets.", "name 1 to 16 subnets", AWSVPC;
    ECS_SVC_022 = "ECS-SVC-022" Error "A service is in at most 5 security groups.",
        "name 1 to 5: without one it is in the VPC's default group", AWSVPC;
    ECS_SVC_023 = "ECS-SVC-023" Error "A public IP address is `ENABLED` or `DISABLED`.", "write one of the two", AWSVPC;
    ECS_SVC_030 = "ECS-SVC-030" Error "The minimum is 0 to 100 per cent, the maximum 100 or more, and not both are 100.",
        "leave room for a deployment: a minimum below 100 or a maximum above 100", DEPLOYMENT;
    ECS_SVC_031 = "ECS-SVC-031" Error "A circuit breaker says whether it is enabled and rolls back, under the ECS controller.",
        "set `enable` and `rollback`, or take it out", CIRCUIT_BREAKER;
    ECS_SVC_032 = "ECS-SVC-032" Error "Deployment alarms have names and say whether they are enabled and roll back, under the ECS controller.",
        "set `alarmNames`, `enable` and `rollback`, or take them out", ALARMS;
    ECS_SVC_033 = "ECS-SVC-033" Error "What a service has is for its deployment controller: ECS, CODE_DEPLOY or EXTERNAL.",
        "take the parameter out, or use another controller", CONTROLLER;
    ECS_SVC_040 = "ECS-SVC-040" Error "A platform version is LATEST, 1.4.0 or 1.3.0, for Windows 1.0.0, and only for Fargate.",
        "write `LATEST`, or leave it out", PLATFORM_VERSION;
    ECS_SVC_041 = "ECS-SVC-041" Error "Fargate places tasks without constraints and strategies.",
        "take `placementConstraints` and `placementStrategy` out", SERVICE;
    ECS_SVC_042 = "ECS-SVC-042" Error "A service on instances has at most 5 placement strategies: `random` without a field, `binpack` by `cpu` or `memory`; `memberOf` has an expression, `distinctInstance` none.",
        "correct the strategy or the constraint", SERVICE;
    ECS_SVC_050 = "ECS-SVC-050" Error "A load balancer leads to a container and its port.",
        "set `targetGroupArn`, `containerName` and `containerPort`", LOAD_BALANCER;
    ECS_SVC_051 = "ECS-SVC-051" Error "The grace period is 0 to 2147483647 seconds, and for services behind a load balancer.",
        "take it out", SERVICE;
    ECS_SVC_052 = "ECS-SVC-052" Error "A load balancer is a target group, or a Classic Load Balancer for instances.",
        "set `targetGroupArn` only", LOAD_BALANCER;
    ECS_SVC_053 = "ECS-SVC-053" Error "A load balancer's container and port are those of the task definition.",
        "correct the container or the port", LOAD_BALANCER;
    ECS_SVC_054 = "ECS-SVC-054" Error "A service has at most 5 target groups; several only under the ECS controller and without `role`.",
        "take some out", TARGET_GROUPS;
    ECS_SVC_055 = "ECS-SVC-055" Error "A service's role is for load balancers of tasks without `awsvpc`.",
        "take `role` out: ECS uses its service-linked role", SERVICE;
    ECS_SVC_060 = "ECS-SVC-060" Warning "Commands in containers need a task role and a root file system that can be written.",
        "set `taskRoleArn` and `readonlyRootFilesystem: false`", EXEC;
    ECS_SVC_061 = "ECS-SVC-061" Error "Tags come from `TASK_DEFINITION`, `SERVICE` or `NONE`.", "write one of the three", SERVICE;
    ECS_SVC_062 = "ECS-SVC-062" Error "Rebalancing between zones is for replicas with a maximum above 100 per cent, without a Classic Load Balancer.",
        "write `DISABLED`", REBALANCING;
    ECS_SVC_070 = "ECS-SVC-070" Error "Service Connect says whether it is enabled, and names ports of the task definition with at most one alias each.",
        "correct the service", SERVICE_CONNECT;
    ECS_SVC_080 = "ECS-SVC-080" Error "A client token has at most 36 printable characters without a space.", "shorten it", SERVICE;
    ECS_SVC_090 = "ECS-SVC-090" Error "A volume that a service makes is one of the task definition, has a size or a snapshot, and options that its type has.",
        "correct the volume", SERVICE;
}
