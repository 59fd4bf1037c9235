//! The shape of `RegisterTaskDefinition`.

use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, TEXTS, choice, list, may, must, named};
use crate::rules::{
    ECS_TD_000, ECS_TD_021, ECS_TD_037, ECS_TD_041, ECS_TD_043, ECS_TD_050, ECS_TD_056, ECS_TD_071,
    ECS_TD_073, ECS_TD_080, ECS_TD_085, ECS_TD_087, ECS_TD_088, ECS_TD_090, ECS_TD_091, ECS_TD_092,
    ECS_TD_100, ECS_TD_101, ECS_TD_103, ECS_TD_105, ECS_TD_107, ECS_TD_110, ECS_TD_112, PARAM_003, TAG_002,
};
use Kind::{Choice, Flag, Integer, Structure, Text};

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

const TRUSTED_EXECUTION: Shape = Shape(&[
    must("isolationMode", choice(&["SHARED", "ISOLATED_SANDBOX", "CONFIDENTIAL_SANDBOX"]), &PARAM_003),
    may("attestationPolicy", Text),
]);

const COMPATIBILITY: Kind = Choice(&ECS_TD_021, &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]);

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

const REPOSITORY_CREDENTIALS: Shape = Shape(&[named("credentialsParameter", &PARAM_003)]);

/// The protocol is no choice here: AWS may take other words for `tcp`.
const PORT_MAPPING: Shape = Shape(&[
    may("containerPort hostPort", Integer),
    may("protocol name containerPortRange", Text),
    may("appProtocol", Choice(&ECS_TD_037, &["http", "http2", "grpc"])),
]);

const RESTART_POLICY: Shape = Shape(&[
    must("enabled", Flag, &ECS_TD_088),
    may("ignoredExitCodes", list(&Integer)),
    may("restartAttemptPeriod", Integer),
]);

const VARIABLE: Shape = Shape(&[named("name", &ECS_TD_091), may("value", Text)]);

const ENVIRONMENT_FILE: Shape =
    Shape(&[must("value", Text, &ECS_TD_090), must("type", Choice(&ECS_TD_090, &["s3"]), &ECS_TD_090)]);

const MOUNT_POINT: Shape = Shape(&[may("sourceVolume containerPath", Text), may("readOnly", Flag)]);

const VOLUME_FROM: Shape = Shape(&[may("sourceContainer", Text), may("readOnly", Flag)]);

const LINUX_PARAMETERS: Shape = Shape(&[
    may("capabilities", Structure(&Shape(&[may("add drop", TEXTS)]))),
    may("devices", list(&Structure(&DEVICE))),
    may("initProcessEnabled", Flag),
    may("sharedMemorySize maxSwap swappiness", Integer),
    may("tmpfs", list(&Structure(&TMPFS))),
]);

const DEVICE: Shape = Shape(&[
    named("hostPath", &PARAM_003),
    may("containerPath", Text),
    may("permissions", list(&Choice(&ECS_TD_112, &["read", "write", "mknod"]))),
]);

const TMPFS: Shape = Shape(&[
    named("containerPath", &PARAM_003),
    must("size", Integer, &PARAM_003),
    may("mountOptions", TEXTS),
]);

const SECRET: Shape = Shape(&[named("name valueFrom", &ECS_TD_092)]);

const DEPENDENCY: Shape = Shape(&[
    named("containerName", &ECS_TD_080),
    must("condition", Choice(&ECS_TD_080, &["START", "COMPLETE", "SUCCESS", "HEALTHY"]), &ECS_TD_080),
]);

const HOST_ENTRY: Shape = Shape(&[named("hostname ipAddress", &PARAM_003)]);

const ULIMIT: Shape = Shape(&[
    must("name", Choice(&ECS_TD_087, ULIMITS), &ECS_TD_087),
    must("softLimit hardLimit", Integer, &ECS_TD_087),
]);

const ULIMITS: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

pub(super) const LOG_CONFIGURATION: Shape = Shape(&[
    must("logDriver", Choice(&ECS_TD_050, LOG_DRIVERS), &ECS_TD_050),
    may("options", TEXT_BY_KEY),
    may("secretOptions", list(&Structure(&SECRET))),
]);

const LOG_DRIVERS: &[&str] =
    &["json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"];

const HEALTH_CHECK: Shape =
    Shape(&[must("command", TEXTS, &ECS_TD_085), may("interval timeout retries startPeriod", Integer)]);

const SYSTEM_CONTROL: Shape = Shape(&[named("namespace value", &ECS_TD_043)]);

const RESOURCE_REQUIREMENT: Shape = Shape(&[
    must("type", Choice(&ECS_TD_112, &["GPU", "InferenceAccelerator", "NeuronDevice"]), &PARAM_003),
    may("value", Text),
    may("sharingStrategy", Kind::Map(&Kind::Document)),
]);

const FIRELENS: Shape = Shape(&[
    must("type", Choice(&ECS_TD_056, &["fluentd", "fluentbit"]), &ECS_TD_056),
    may("options", TEXT_BY_KEY),
]);

const VOLUME: Shape = Shape(&[
    named("name", &ECS_TD_100),
    may("host", Structure(&Shape(&[may("sourcePath", Text)]))),
    may("dockerVolumeConfiguration", Structure(&DOCKER_VOLUME)),
    may("efsVolumeConfiguration", Structure(&EFS_VOLUME)),
    may("s3filesVolumeConfiguration", Structure(&S3_FILES_VOLUME)),
    may("fsxWindowsFileServerVolumeConfiguration", Structure(&FSX_VOLUME)),
    may("configuredAtLaunch", Flag),
]);

const DOCKER_VOLUME: Shape = Shape(&[
    may("scope", Choice(&ECS_TD_112, &["task", "shared"])),
    may("autoprovision", Flag),
    may("driver", Text),
    may("driverOpts labels", TEXT_BY_KEY),
]);

const SWITCH: Kind = Choice(&ECS_TD_101, &["ENABLED", "DISABLED"]);

const EFS_VOLUME: Shape = Shape(&[
    named("fileSystemId", &ECS_TD_101),
    may("rootDirectory", Text),
    may("transitEncryption", SWITCH),
    may("transitEncryptionPort", Integer),
    may("authorizationConfig", Structure(&Shape(&[may("accessPointId", Text), may("iam", SWITCH)]))),
]);

const S3_FILES_VOLUME: Shape = Shape(&[
    named("fileSystemArn", &PARAM_003),
    may("rootDirectory accessPointArn", Text),
    may("transitEncryptionPort", Integer),
]);

const FSX_VOLUME: Shape = Shape(&[
    named("fileSystemId rootDirectory", &PARAM_003),
    must("authorizationConfig", Structure(&FSX_AUTHORIZATION), &PARAM_003),
]);

const FSX_AUTHORIZATION: Shape = Shape(&[named("credentialsParameter domain", &PARAM_003)]);

const PLACEMENT_CONSTRAINT: Shape =
    Shape(&[may("type", Choice(&ECS_TD_112, &["memberOf"])), may("expression", Text)]);

pub(super) const TAG: Shape = Shape(&[must("key", Text, &TAG_002), may("value", Text)]);

const PROXY: Shape = Shape(&[
    may("type", Choice(&ECS_TD_107, &["APPMESH"])),
    named("containerName", &ECS_TD_107),
    may("properties", list(&Structure(&PROPERTY))),
]);

const PROPERTY: Shape = Shape(&[named("name", &ECS_TD_107), may("value", Text)]);

const ACCELERATOR: Shape = Shape(&[named("deviceName deviceType", &PARAM_003)]);

const EPHEMERAL_STORAGE: Shape = Shape(&[must("sizeInGiB", Integer, &ECS_TD_103)]);

const PLATFORM: Shape = Shape(&[
    may("cpuArchitecture", Choice(&ECS_TD_105, &["X86_64", "ARM64"])),
    may("operatingSystemFamily", Choice(&ECS_TD_105, SYSTEMS)),
]);

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
