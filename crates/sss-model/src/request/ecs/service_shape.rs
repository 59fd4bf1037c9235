//! The shape of `CreateService` of ECS.

use super::task_shape::{LOG_CONFIGURATION, TAG};
use crate::request::shape::{Kind, Shape, TEXTS, choice, list, may, must, named};
use crate::rules::{
    ECS_SVC_001, ECS_SVC_003, ECS_SVC_004, ECS_SVC_005, ECS_SVC_021, ECS_SVC_023, ECS_SVC_031, ECS_SVC_032,
    ECS_SVC_033, ECS_SVC_061, ECS_SVC_062, ECS_SVC_070, PARAM_003,
};
use Kind::{Choice, Document, Flag, Integer, Number, Structure, Text};

pub(crate) const CREATE_SERVICE: Shape = Shape(&[
    must("serviceName", Text, &ECS_SVC_001),
    may("cluster taskDefinition clientToken platformVersion role", Text),
    may("availabilityZoneRebalancing", Choice(&ECS_SVC_062, SWITCH)),
    may("loadBalancers", list(&Structure(&LOAD_BALANCER))),
    may("serviceRegistries", list(&Structure(&REGISTRY))),
    may("desiredCount healthCheckGracePeriodSeconds", Integer),
    may("launchType", Choice(&ECS_SVC_003, &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"])),
    may("capacityProviderStrategy", list(&Structure(&CAPACITY))),
    may("deploymentConfiguration", Structure(&DEPLOYMENT)),
    may("placementConstraints", list(&Structure(&PLACEMENT_CONSTRAINT))),
    may("placementStrategy", list(&Structure(&PLACEMENT_STRATEGY))),
    may("networkConfiguration", Structure(&Shape(&[may("awsvpcConfiguration", Structure(&AWSVPC))]))),
    may("schedulingStrategy", Choice(&ECS_SVC_005, &["REPLICA", "DAEMON"])),
    may("deploymentController", Structure(&CONTROLLER)),
    may("tags", list(&Structure(&TAG))),
    may("enableECSManagedTags enableExecuteCommand", Flag),
    may("propagateTags", Choice(&ECS_SVC_061, PROPAGATE)),
    may("serviceConnectConfiguration", Structure(&SERVICE_CONNECT)),
    may("volumeConfigurations", list(&Structure(&VOLUME))),
    may("vpcLatticeConfigurations", list(&Structure(&LATTICE))),
    may("gatewayConnectors", list(&Structure(&GATEWAY_CONNECTOR))),
    may("monitoring", Structure(&Shape(&[may("metricConfigurations", list(&Structure(&METRIC)))]))),
]);

const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

const PROPAGATE: &[&str] = &["TASK_DEFINITION", "SERVICE", "NONE"];

const LOAD_BALANCER: Shape = Shape(&[
    may("targetGroupArn loadBalancerName containerName", Text),
    may("containerPort", Integer),
    may("advancedConfiguration", Structure(&ADVANCED)),
]);

const ADVANCED: Shape =
    Shape(&[may("alternateTargetGroupArn productionListenerRule testListenerRule roleArn", Text)]);

const REGISTRY: Shape = Shape(&[may("registryArn containerName", Text), may("port containerPort", Integer)]);

const CAPACITY: Shape = Shape(&[named("capacityProvider", &ECS_SVC_004), may("weight base", Integer)]);

const DEPLOYMENT: Shape = Shape(&[
    may("deploymentCircuitBreaker", Structure(&CIRCUIT_BREAKER)),
    may("maximumPercent minimumHealthyPercent bakeTimeInMinutes", Integer),
    may("alarms", Structure(&ALARMS)),
    may("strategy", choice(&["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"])),
    may("lifecycleHooks", list(&Structure(&HOOK))),
    may("linearConfiguration", Structure(&LINEAR)),
    may("canaryConfiguration", Structure(&CANARY)),
    may("earlySuccessCriteria", Structure(&EARLY_SUCCESS)),
]);

const CIRCUIT_BREAKER: Shape = Shape(&[
    must("enable rollback", Flag, &ECS_SVC_031),
    may("resetOnHealthyTask", Flag),
    may("thresholdConfiguration", Structure(&THRESHOLD)),
]);

const THRESHOLD: Shape = Shape(&[
    must("type", choice(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]), &PARAM_003),
    must("value", Integer, &PARAM_003),
]);

const ALARMS: Shape = Shape(&[
    must("alarmNames", list(&Kind::Name(&ECS_SVC_032)), &ECS_SVC_032),
    must("enable rollback", Flag, &ECS_SVC_032),
]);

const HOOK: Shape = Shape(&[
    may("targetType", choice(&["AWS_LAMBDA", "PAUSE"])),
    may("hookTargetArn roleArn", Text),
    may("lifecycleStages", list(&choice(STAGES))),
    may("hookDetails", Document),
    may("timeoutConfiguration", Structure(&HOOK_TIMEOUT)),
]);

const STAGES: &[&str] = &[
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

const HOOK_TIMEOUT: Shape =
    Shape(&[may("timeoutInMinutes", Integer), may("action", choice(&["CONTINUE", "ROLLBACK"]))]);

const LINEAR: Shape = Shape(&[may("stepPercent", Number), may("stepBakeTimeInMinutes", Integer)]);

const CANARY: Shape = Shape(&[may("canaryPercent", Number), may("canaryBakeTimeInMinutes", Integer)]);

const EARLY_SUCCESS: Shape = Shape(&[
    must("enable", Flag, &PARAM_003),
    may("healthyPercent", Integer),
    may("sourceServiceRevisionCleanup", choice(&["BLOCKING", "DEFERRED"])),
]);

const PLACEMENT_CONSTRAINT: Shape =
    Shape(&[may("type", choice(&["distinctInstance", "memberOf"])), may("expression", Text)]);

const PLACEMENT_STRATEGY: Shape =
    Shape(&[may("type", choice(&["random", "spread", "binpack"])), may("field", Text)]);

const AWSVPC: Shape = Shape(&[
    must("subnets", TEXTS, &ECS_SVC_021),
    may("securityGroups", TEXTS),
    may("assignPublicIp", Choice(&ECS_SVC_023, SWITCH)),
]);

const CONTROLLER: Shape =
    Shape(&[must("type", Choice(&ECS_SVC_033, &["ECS", "CODE_DEPLOY", "EXTERNAL"]), &ECS_SVC_033)]);

const SERVICE_CONNECT: Shape = Shape(&[
    must("enabled", Flag, &ECS_SVC_070),
    may("namespace", Text),
    may("services", list(&Structure(&CONNECT_SERVICE))),
    may("logConfiguration", Structure(&LOG_CONFIGURATION)),
    may("accessLogConfiguration", Structure(&CONNECT_ACCESS_LOG)),
    may("containerConfigurations", list(&Structure(&Shape(&[may("logLevel", choice(&["debug", "info"]))])))),
]);

const CONNECT_ACCESS_LOG: Shape = Shape(&[
    must("format", choice(&["TEXT", "JSON"]), &PARAM_003),
    may("includeQueryParameters", choice(SWITCH)),
]);

const CONNECT_SERVICE: Shape = Shape(&[
    named("portName", &ECS_SVC_070),
    may("discoveryName", Text),
    may("clientAliases", list(&Structure(&ALIAS))),
    may("ingressPortOverride", Integer),
    may("timeout", Structure(&Shape(&[may("idleTimeoutSeconds perRequestTimeoutSeconds", Integer)]))),
    may("tls", Structure(&TLS)),
]);

const ALIAS: Shape = Shape(&[
    must("port", Integer, &ECS_SVC_070),
    may("dnsName", Text),
    may("testTrafficRules", Structure(&TEST_TRAFFIC)),
]);

const TEST_TRAFFIC: Shape = Shape(&[must("header", Structure(&TEST_HEADER), &PARAM_003)]);

const TEST_HEADER: Shape =
    Shape(&[named("name", &PARAM_003), may("value", Structure(&Shape(&[named("exact", &PARAM_003)])))]);

const TLS: Shape = Shape(&[
    must("issuerCertificateAuthority", Structure(&Shape(&[may("awsPcaAuthorityArn", Text)])), &PARAM_003),
    may("kmsKey roleArn", Text),
]);

const VOLUME: Shape = Shape(&[named("name", &PARAM_003), may("managedEBSVolume", Structure(&EBS_VOLUME))]);

const EBS_VOLUME: Shape = Shape(&[
    named("roleArn", &PARAM_003),
    may("encrypted", Flag),
    may("kmsKeyId volumeType snapshotId", Text),
    may("sizeInGiB volumeInitializationRate iops throughput", Integer),
    may("tagSpecifications", list(&Structure(&EBS_TAGS))),
    may("filesystemType", choice(&["ext3", "ext4", "xfs", "ntfs"])),
]);

const EBS_TAGS: Shape = Shape(&[
    must("resourceType", choice(&["volume"]), &PARAM_003),
    may("tags", list(&Structure(&TAG))),
    may("propagateTags", choice(PROPAGATE)),
]);

const LATTICE: Shape = Shape(&[
    named("roleArn targetGroupArn portName", &PARAM_003),
    may("advancedConfiguration", Structure(&ADVANCED)),
]);

const GATEWAY_CONNECTOR: Shape = Shape(&[
    named("portName", &PARAM_003),
    may("healthCheck", Structure(&GATEWAY_HEALTH_CHECK)),
    may("deregistrationDelay", Structure(&Shape(&[may("timeoutSeconds", Integer)]))),
    may("filters", Structure(&Shape(&[may("accessTypes", list(&choice(&["PUBLIC", "PRIVATE"])))]))),
]);

const GATEWAY_HEALTH_CHECK: Shape = Shape(&[
    may("healthCheckProtocol", choice(&["HTTP", "HTTPS"])),
    may("healthCheckPath", Text),
    may("healthCheckPort healthCheckTimeoutSeconds healthCheckIntervalSeconds", Integer),
    may("healthyThresholdCount unhealthyThresholdCount", Integer),
    may("matcher", Structure(&Shape(&[may("httpCode grpcCode", Text)]))),
]);

const METRIC: Shape = Shape(&[
    must("metricNames", list(&Kind::Name(&PARAM_003)), &PARAM_003),
    must("resolutionSeconds", Integer, &PARAM_003),
]);
