//! The shape of `RegisterTaskDefinition`: its members, their types and choices, and those that AWS requires.
//!
//! It follows the API model of AWS, which the SDKs and the AWS CLI share. The CLI refuses an unknown member (PARAM-001)
//! and a value of another type (PARAM-002) before it sends the request. Names and choices are case-sensitive.
//!
//! `must` and `named` take the rule that a missing member breaks. A member of `named` is not blank either. A missing
//! member without a rule of its own breaks PARAM-003. Another word than those of `choice` breaks PARAM-004; `Choice`
//! names the rule that it breaks, which is ECS-TD-112 for most parameters of a task. Integers have 32 bits. `cpu` and
//! `memory` of the task are texts and those of a container integers, as in the API model.
//!
//! A choice is here only if ECS refuses all other words. The numbers have no ranges here: `task` and its neighbours
//! have them, and the rules on members that depend on each other.

use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, TEXTS, choice, list, may, must, named};
use crate::rules::{
    ECS_TD_000, ECS_TD_021, ECS_TD_037, ECS_TD_041, ECS_TD_043, ECS_TD_050, ECS_TD_056, ECS_TD_071,
    ECS_TD_073, ECS_TD_080, ECS_TD_085, ECS_TD_087, ECS_TD_088, ECS_TD_090, ECS_TD_091, ECS_TD_092,
    ECS_TD_100, ECS_TD_101, ECS_TD_103, ECS_TD_105, ECS_TD_107, ECS_TD_110, ECS_TD_112, PARAM_003, TAG_002,
    container,
};
use Kind::{Choice, Flag, Integer, Structure, Text};

/// The members of the request itself.
///
/// Fargate requires more of them: `cpu`, `memory` and `networkMode`. The judge reports those, since instances need
/// none.
pub(crate) const REGISTER_TASK_DEFINITION: Shape = Shape(&[
    must("family", Text, &ECS_TD_000),
    must("containerDefinitions", list(&Structure(&CONTAINER)), &ECS_TD_000),
    may("taskRoleArn executionRoleArn cpu memory", Text),
    may("networkMode", Choice(&ECS_TD_112, &["bridge", "host", "awsvpc", "none"])),
    may("volumes", list(&Structure(&VOLUME))),
    may("placementConstraints", list(&Structure(&PLACEMENT_CONSTRAINT))),
    may("requiresCompatibilities", list(&COMPATIBILITY)),
    may("tags", list(&Structure(&TAG))),
    may("pidMode", Choice(&ECS_TD_041, &["host", "task"])),
    may("ipcMode", Choice(&ECS_TD_112, &["host", "task", "none"])),
    may("proxyConfiguration", Structure(&PROXY)),
    may("inferenceAccelerators", list(&Structure(&ACCELERATOR))),
    may("ephemeralStorage", Structure(&EPHEMERAL_STORAGE)),
    may("runtimePlatform", Structure(&PLATFORM)),
    may("enableFaultInjection", Flag),
    may("trustedExecutionConfiguration", Structure(&TRUSTED_EXECUTION)),
]);

/// The isolation of a task. No rule judges its values beyond the choice.
const TRUSTED_EXECUTION: Shape = Shape(&[
    must("isolationMode", choice(&["SHARED", "ISOLATED_SANDBOX", "CONFIDENTIAL_SANDBOX"]), &PARAM_003),
    may("attestationPolicy", Text),
]);

/// The places where tasks may run (ECS-TD-021). `MANAGED_INSTANCES` and `EXTERNAL` count as instances.
const COMPATIBILITY: Kind = Choice(&ECS_TD_021, &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]);

/// A container. `cpu` is in CPU units, the two sizes of memory in MiB, and the two timeouts in seconds.
///
/// `essential` is `true` by default. The API model lists the name and the image as optional, but ECS refuses a
/// container without them.
const CONTAINER: Shape = Shape(&[
    must("name", Text, &ECS_TD_071),
    must("image", Text, &ECS_TD_110),
    may("hostname user workingDirectory", Text),
    may("cpu memory memoryReservation startTimeout stopTimeout", Integer),
    may("essential disableNetworking privileged readonlyRootFilesystem interactive pseudoTerminal", Flag),
    may("links dnsServers dnsSearchDomains dockerSecurityOptions credentialSpecs", TEXTS),
    may("entryPoint command", Kind::Words(&ECS_TD_073)),
    may("dockerLabels", TEXT_BY_KEY),
    may("repositoryCredentials", Structure(&REPOSITORY_CREDENTIALS)),
    may("portMappings", list(&Structure(&PORT_MAPPING))),
    may("restartPolicy", Structure(&RESTART_POLICY)),
    may("environment", list(&Structure(&VARIABLE))),
    may("environmentFiles", list(&Structure(&ENVIRONMENT_FILE))),
    may("mountPoints", list(&Structure(&MOUNT_POINT))),
    may("volumesFrom", list(&Structure(&VOLUME_FROM))),
    may("linuxParameters", Structure(&LINUX_PARAMETERS)),
    may("secrets", list(&Structure(&SECRET))),
    may("dependsOn", list(&Structure(&DEPENDENCY))),
    may("versionConsistency", Choice(&ECS_TD_112, &["enabled", "disabled"])),
    may("extraHosts", list(&Structure(&HOST_ENTRY))),
    may("ulimits", list(&Structure(&ULIMIT))),
    may("logConfiguration", Structure(&LOG_CONFIGURATION)),
    may("healthCheck", Structure(&HEALTH_CHECK)),
    may("systemControls", list(&Structure(&SYSTEM_CONTROL))),
    may("resourceRequirements", list(&Structure(&RESOURCE_REQUIREMENT))),
    may("firelensConfiguration", Structure(&FIRELENS)),
]);

/// The secret with which ECS pulls from a private registry, by its ARN.
const REPOSITORY_CREDENTIALS: Shape = Shape(&[named("credentialsParameter", &PARAM_003)]);

/// A port mapping. The port itself has rules in `ports`.
///
/// The protocol is no choice here: AWS may treat other words as `tcp` (ECS-TD-032).
const PORT_MAPPING: Shape = Shape(&[
    may("containerPort hostPort", Integer),
    may("protocol name containerPortRange", Text),
    may("appProtocol", Choice(&ECS_TD_037, &["http", "http2", "grpc"])),
]);

/// The restarts of one container within its task (ECS-TD-088). `restartAttemptPeriod` is in seconds.
const RESTART_POLICY: Shape = Shape(&[
    must("enabled", Flag, &ECS_TD_088),
    may("ignoredExitCodes", list(&Integer)),
    may("restartAttemptPeriod", Integer),
]);

/// A variable in plain text. Without `value` it is empty to the rules.
const VARIABLE: Shape = Shape(&[named("name", &ECS_TD_091), may("value", Text)]);

/// A file of variables, which is an object in S3 by its ARN (ECS-TD-090).
const ENVIRONMENT_FILE: Shape =
    Shape(&[must("value", Text, &ECS_TD_090), must("type", Choice(&ECS_TD_090, &["s3"]), &ECS_TD_090)]);

/// A mount of a volume. The API model requires neither member; `volume` reports them by ECS-TD-100.
const MOUNT_POINT: Shape = Shape(&[may("sourceVolume containerPath", Text), may("readOnly", Flag)]);

/// The mounts of another container of the task, which this one gets too.
const VOLUME_FROM: Shape = Shape(&[may("sourceContainer", Text), may("readOnly", Flag)]);

/// Parameters of the Linux kernel. `sharedMemorySize` and `maxSwap` are in MiB, `swappiness` is a number from 0 to 100.
///
/// Fargate refuses most of them (ECS-TD-040), and capabilities have ECS-TD-045.
const LINUX_PARAMETERS: Shape = Shape(&[
    may("capabilities", Structure(&Shape(&[may("add drop", TEXTS)]))),
    may("devices", list(&Structure(&DEVICE))),
    may("initProcessEnabled", Flag),
    may("sharedMemorySize maxSwap swappiness", Integer),
    may("tmpfs", list(&Structure(&TMPFS))),
]);

/// A device of the instance. Fargate has none.
const DEVICE: Shape = Shape(&[
    named("hostPath", &PARAM_003),
    may("containerPath", Text),
    may("permissions", list(&Choice(&ECS_TD_112, &["read", "write", "mknod"]))),
]);

/// A file system in memory. `size` is in MiB.
const TMPFS: Shape = Shape(&[
    named("containerPath", &PARAM_003),
    must("size", Integer, &PARAM_003),
    may("mountOptions", TEXTS),
]);

/// A variable, or an option of a log driver, whose value ECS reads from Secrets Manager or SSM (ECS-TD-092).
const SECRET: Shape = Shape(&[named("name valueFrom", &ECS_TD_092)]);

/// A container for which another one waits, and the condition that it must reach (ECS-TD-080).
const DEPENDENCY: Shape = Shape(&[
    named("containerName", &ECS_TD_080),
    must("condition", Choice(&ECS_TD_080, &["START", "COMPLETE", "SUCCESS", "HEALTHY"]), &ECS_TD_080),
]);

/// A line of `/etc/hosts` in the container. Fargate and `awsvpc` refuse it (ECS-TD-040).
const HOST_ENTRY: Shape = Shape(&[named("hostname ipAddress", &PARAM_003)]);

/// A limit of a resource (ECS-TD-087). Both numbers are required, and -1 is no limit.
const ULIMIT: Shape = Shape(&[
    must("name", Choice(&ECS_TD_087, container::ULIMITS), &ECS_TD_087),
    must("softLimit hardLimit", Integer, &ECS_TD_087),
]);

/// The logs of a container, or of Service Connect in a service. `rules::logging` checks the options.
pub(super) const LOG_CONFIGURATION: Shape = Shape(&[
    must("logDriver", Choice(&ECS_TD_050, LOG_DRIVERS), &ECS_TD_050),
    may("options", TEXT_BY_KEY),
    may("secretOptions", list(&Structure(&SECRET))),
]);

/// The log drivers of ECS. Fargate has `awslogs`, `splunk` and `awsfirelens` (ECS-TD-050).
const LOG_DRIVERS: &[&str] =
    &["json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"];

/// A health check of Docker (ECS-TD-085, ECS-TD-086). All times are in seconds.
const HEALTH_CHECK: Shape =
    Shape(&[must("command", TEXTS, &ECS_TD_085), may("interval timeout retries startPeriod", Integer)]);

/// A parameter of the kernel, such as `net.core.somaxconn` (ECS-TD-043).
const SYSTEM_CONTROL: Shape = Shape(&[named("namespace value", &ECS_TD_043)]);

/// A device that a container needs. `value` is a text: the number of GPUs, `ALL`, or the name of an accelerator.
const RESOURCE_REQUIREMENT: Shape = Shape(&[
    must("type", Choice(&ECS_TD_112, &["GPU", "InferenceAccelerator", "NeuronDevice"]), &PARAM_003),
    may("value", Text),
    may("sharingStrategy", Kind::Map(&Kind::Document)),
]);

/// A log router (ECS-TD-056).
const FIRELENS: Shape = Shape(&[
    must("type", Choice(&ECS_TD_056, &["fluentd", "fluentbit"]), &ECS_TD_056),
    may("options", TEXT_BY_KEY),
]);

/// A volume (ECS-TD-100). It has one configuration at most, which `volume` checks.
const VOLUME: Shape = Shape(&[
    named("name", &ECS_TD_100),
    may("host", Structure(&Shape(&[may("sourcePath", Text)]))),
    may("dockerVolumeConfiguration", Structure(&DOCKER_VOLUME)),
    may("efsVolumeConfiguration", Structure(&EFS_VOLUME)),
    may("s3filesVolumeConfiguration", Structure(&S3_FILES_VOLUME)),
    may("fsxWindowsFileServerVolumeConfiguration", Structure(&FSX_VOLUME)),
    may("configuredAtLaunch", Flag),
]);

/// A volume of Docker, for instances only.
const DOCKER_VOLUME: Shape = Shape(&[
    may("scope", Choice(&ECS_TD_112, &["task", "shared"])),
    may("autoprovision", Flag),
    may("driver", Text),
    may("driverOpts labels", TEXT_BY_KEY),
]);

/// A member of EFS that is on or off. Both are `DISABLED` by default.
const SWITCH: Kind = Choice(&ECS_TD_101, &["ENABLED", "DISABLED"]);

/// A file system of EFS (ECS-TD-101).
const EFS_VOLUME: Shape = Shape(&[
    named("fileSystemId", &ECS_TD_101),
    may("rootDirectory", Text),
    may("transitEncryption", SWITCH),
    may("transitEncryptionPort", Integer),
    may("authorizationConfig", Structure(&Shape(&[may("accessPointId", Text), may("iam", SWITCH)]))),
]);

/// A file system of S3 Files. No rule judges its values beyond the required ARN.
const S3_FILES_VOLUME: Shape = Shape(&[
    named("fileSystemArn", &PARAM_003),
    may("rootDirectory accessPointArn", Text),
    may("transitEncryptionPort", Integer),
]);

/// A file system of FSx for Windows File Server, for instances only.
const FSX_VOLUME: Shape = Shape(&[
    named("fileSystemId rootDirectory", &PARAM_003),
    must("authorizationConfig", Structure(&FSX_AUTHORIZATION), &PARAM_003),
]);

/// The credentials for FSx, and the domain of Active Directory in which they are valid.
const FSX_AUTHORIZATION: Shape = Shape(&[named("credentialsParameter domain", &PARAM_003)]);

/// A constraint on the instances of a task. Fargate refuses it (ECS-TD-040).
const PLACEMENT_CONSTRAINT: Shape =
    Shape(&[may("type", Choice(&ECS_TD_112, &["memberOf"])), may("expression", Text)]);

/// A tag. `request::tags` checks how many tags there are, and their characters.
pub(super) const TAG: Shape = Shape(&[must("key", Text, &TAG_002), may("value", Text)]);

/// The proxy of App Mesh (ECS-TD-107). `APPMESH` is the only type.
const PROXY: Shape = Shape(&[
    may("type", Choice(&ECS_TD_107, &["APPMESH"])),
    named("containerName", &ECS_TD_107),
    may("properties", list(&Structure(&PROPERTY))),
]);

/// A property of the proxy, such as `ProxyIngressPort`. All values are texts.
const PROPERTY: Shape = Shape(&[named("name", &ECS_TD_107), may("value", Text)]);

/// An accelerator of Elastic Inference, for instances only.
const ACCELERATOR: Shape = Shape(&[named("deviceName deviceType", &PARAM_003)]);

/// The disk of a Fargate task, in GiB (ECS-TD-103).
const EPHEMERAL_STORAGE: Shape = Shape(&[must("sizeInGiB", Integer, &ECS_TD_103)]);

/// The processor and the operating system, `LINUX` by default (ECS-TD-105).
const PLATFORM: Shape = Shape(&[
    may("cpuArchitecture", Choice(&ECS_TD_105, &["X86_64", "ARM64"])),
    may("operatingSystemFamily", Choice(&ECS_TD_105, SYSTEMS)),
]);

/// The operating systems that ECS knows. Fargate does not run all of them: see `platform`.
const SYSTEMS: &[&str] = &[
    "LINUX",
    "WINDOWS_SERVER_2004_CORE",
    "WINDOWS_SERVER_2016_FULL",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
    "WINDOWS_SERVER_2025_CORE",
    "WINDOWS_SERVER_2025_FULL",
    "WINDOWS_SERVER_20H2_CORE",
];
