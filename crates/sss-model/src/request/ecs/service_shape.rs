//! The shape of `CreateService` of ECS: its members, their types and choices, and those that AWS requires.
//!
//! `task_shape` explains the words of a shape, and lends the logs and the tags. Most members of blue/green deployments,
//! Lattice and gateway connectors have no rule beyond their shape, because no stack uses them. `service` and the
//! modules below it check the values.

use super::task_shape::{LOG_CONFIGURATION, TAG};
use crate::request::shape::{Kind, Shape, TEXTS, choice, list, may, must, named};
use crate::rules::{
    ECS_SVC_001, ECS_SVC_003, ECS_SVC_004, ECS_SVC_005, ECS_SVC_021, ECS_SVC_023, ECS_SVC_031, ECS_SVC_032,
    ECS_SVC_033, ECS_SVC_061, ECS_SVC_062, ECS_SVC_070, PARAM_003,
};
use Kind::{Choice, Document, Flag, Integer, Number, Structure, Text};

/// The members of the request itself.
///
/// `taskDefinition` and `desiredCount` are not required here: that depends on the controller (ECS-SVC-033) and on the
/// scheduling strategy (ECS-SVC-002). The grace period is in seconds.
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

/// The values of members that are on or off.
const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

/// The sources of the tags of tasks (ECS-SVC-061).
const PROPAGATE: &[&str] = &["TASK_DEFINITION", "SERVICE", "NONE"];

/// A load balancer and the port of a container behind it. Both names of load balancers are optional in the API model.
const LOAD_BALANCER: Shape = Shape(&[
    may("targetGroupArn loadBalancerName containerName", Text),
    may("containerPort", Integer),
    may("advancedConfiguration", Structure(&ADVANCED)),
]);

/// The second target group and the rules of listeners for a blue/green deployment.
const ADVANCED: Shape =
    Shape(&[may("alternateTargetGroupArn productionListenerRule testListenerRule roleArn", Text)]);

/// A service of Cloud Map that registers the tasks. `registry` checks which members go together.
const REGISTRY: Shape = Shape(&[may("registryArn containerName", Text), may("port containerPort", Integer)]);

/// A share of a provider of capacity (ECS-SVC-004). Without a value, each of the numbers is 0.
const CAPACITY: Shape = Shape(&[named("capacityProvider", &ECS_SVC_004), may("weight base", Integer)]);

/// The way in which ECS replaces tasks. The bake time is in minutes, and the percentages are of the desired count.
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

/// A circuit breaker, which ends a deployment whose tasks fail (ECS-SVC-031).
const CIRCUIT_BREAKER: Shape = Shape(&[
    must("enable rollback", Flag, &ECS_SVC_031),
    may("resetOnHealthyTask", Flag),
    may("thresholdConfiguration", Structure(&THRESHOLD)),
]);

/// The failed tasks at which the circuit breaker ends a deployment.
const THRESHOLD: Shape = Shape(&[
    must("type", choice(&["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]), &PARAM_003),
    must("value", Integer, &PARAM_003),
]);

/// Alarms of CloudWatch that end a deployment (ECS-SVC-032). A name in the list is not blank.
const ALARMS: Shape = Shape(&[
    must("alarmNames", list(&Kind::Name(&ECS_SVC_032)), &ECS_SVC_032),
    must("enable rollback", Flag, &ECS_SVC_032),
]);

/// A hook of a deployment: a function of Lambda, or a pause, at stages of its life.
const HOOK: Shape = Shape(&[
    may("targetType", choice(&["AWS_LAMBDA", "PAUSE"])),
    may("hookTargetArn roleArn", Text),
    may("lifecycleStages", list(&choice(STAGES))),
    may("hookDetails", Document),
    may("timeoutConfiguration", Structure(&HOOK_TIMEOUT)),
]);

/// The stages of a deployment at which a hook may run, in their order.
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

/// The minutes that a hook may take, and the action after them.
const HOOK_TIMEOUT: Shape =
    Shape(&[may("timeoutInMinutes", Integer), may("action", choice(&["CONTINUE", "ROLLBACK"]))]);

/// The steps of a linear deployment: a percentage of the requests, and minutes between the steps.
const LINEAR: Shape = Shape(&[may("stepPercent", Number), may("stepBakeTimeInMinutes", Integer)]);

/// The first step of a canary deployment: a percentage of the requests, and the minutes before the rest follows.
const CANARY: Shape = Shape(&[may("canaryPercent", Number), may("canaryBakeTimeInMinutes", Integer)]);

/// The conditions under which a rolling deployment is successful before all its tasks are healthy.
const EARLY_SUCCESS: Shape = Shape(&[
    must("enable", Flag, &PARAM_003),
    may("healthyPercent", Integer),
    may("sourceServiceRevisionCleanup", choice(&["BLOCKING", "DEFERRED"])),
]);

/// A constraint on instances (ECS-SVC-042). Its types are `distinctInstance` and `memberOf`.
const PLACEMENT_CONSTRAINT: Shape =
    Shape(&[may("type", choice(&["distinctInstance", "memberOf"])), may("expression", Text)]);

/// The choice among instances (ECS-SVC-042).
const PLACEMENT_STRATEGY: Shape =
    Shape(&[may("type", choice(&["random", "spread", "binpack"])), may("field", Text)]);

/// The network of the tasks (ECS-SVC-021 to ECS-SVC-023). `assignPublicIp` is `DISABLED` by default.
const AWSVPC: Shape = Shape(&[
    must("subnets", TEXTS, &ECS_SVC_021),
    may("securityGroups", TEXTS),
    may("assignPublicIp", Choice(&ECS_SVC_023, SWITCH)),
]);

/// The deployment controller, `ECS` by default (ECS-SVC-033).
const CONTROLLER: Shape =
    Shape(&[must("type", Choice(&ECS_SVC_033, &["ECS", "CODE_DEPLOY", "EXTERNAL"]), &ECS_SVC_033)]);

/// Service Connect (ECS-SVC-070). Without `namespace` the cluster's default is valid.
const SERVICE_CONNECT: Shape = Shape(&[
    must("enabled", Flag, &ECS_SVC_070),
    may("namespace", Text),
    may("services", list(&Structure(&CONNECT_SERVICE))),
    may("logConfiguration", Structure(&LOG_CONFIGURATION)),
    may("accessLogConfiguration", Structure(&CONNECT_ACCESS_LOG)),
    may("containerConfigurations", list(&Structure(&Shape(&[may("logLevel", choice(&["debug", "info"]))])))),
]);

/// The access log of the proxy of Service Connect.
const CONNECT_ACCESS_LOG: Shape = Shape(&[
    must("format", choice(&["TEXT", "JSON"]), &PARAM_003),
    may("includeQueryParameters", choice(SWITCH)),
]);

/// A port of the task definition under a name of Service Connect. The timeouts are in seconds.
const CONNECT_SERVICE: Shape = Shape(&[
    named("portName", &ECS_SVC_070),
    may("discoveryName", Text),
    may("clientAliases", list(&Structure(&ALIAS))),
    may("ingressPortOverride", Integer),
    may("timeout", Structure(&Shape(&[may("idleTimeoutSeconds perRequestTimeoutSeconds", Integer)]))),
    may("tls", Structure(&TLS)),
]);

/// The name and the port that clients use. Its port is required and its name is not.
const ALIAS: Shape = Shape(&[
    must("port", Integer, &ECS_SVC_070),
    may("dnsName", Text),
    may("testTrafficRules", Structure(&TEST_TRAFFIC)),
]);

/// The header by which Service Connect knows requests of a test during a blue/green deployment.
const TEST_TRAFFIC: Shape = Shape(&[must("header", Structure(&TEST_HEADER), &PARAM_003)]);

/// The name of the header, and the value that it must have.
const TEST_HEADER: Shape =
    Shape(&[named("name", &PARAM_003), may("value", Structure(&Shape(&[named("exact", &PARAM_003)])))]);

/// The encryption between proxies of Service Connect, with certificates of a private authority.
const TLS: Shape = Shape(&[
    must("issuerCertificateAuthority", Structure(&Shape(&[may("awsPcaAuthorityArn", Text)])), &PARAM_003),
    may("kmsKey roleArn", Text),
]);

/// The configuration of a volume of the task definition that is configured at launch (ECS-SVC-090).
const VOLUME: Shape = Shape(&[named("name", &PARAM_003), may("managedEBSVolume", Structure(&EBS_VOLUME))]);

/// A volume of EBS. `volumeInitializationRate` and `throughput` are in MiB per second.
///
/// `volumeType` is a text in the API model and no choice; `service/volume.rs` judges it.
const EBS_VOLUME: Shape = Shape(&[
    named("roleArn", &PARAM_003),
    may("encrypted", Flag),
    may("kmsKeyId volumeType snapshotId", Text),
    may("sizeInGiB volumeInitializationRate iops throughput", Integer),
    may("tagSpecifications", list(&Structure(&EBS_TAGS))),
    may("filesystemType", choice(&["ext3", "ext4", "xfs", "ntfs"])),
]);

/// The tags of a volume of EBS.
const EBS_TAGS: Shape = Shape(&[
    must("resourceType", choice(&["volume"]), &PARAM_003),
    may("tags", list(&Structure(&TAG))),
    may("propagateTags", choice(PROPAGATE)),
]);

/// A target group of VPC Lattice, with the named port behind it.
const LATTICE: Shape = Shape(&[
    named("roleArn targetGroupArn portName", &PARAM_003),
    may("advancedConfiguration", Structure(&ADVANCED)),
]);

/// A connector of a gateway to a named port.
const GATEWAY_CONNECTOR: Shape = Shape(&[
    named("portName", &PARAM_003),
    may("healthCheck", Structure(&GATEWAY_HEALTH_CHECK)),
    may("deregistrationDelay", Structure(&Shape(&[may("timeoutSeconds", Integer)]))),
    may("filters", Structure(&Shape(&[may("accessTypes", list(&choice(&["PUBLIC", "PRIVATE"])))]))),
]);

/// The health check of a gateway connector. The timeout and the interval are in seconds.
const GATEWAY_HEALTH_CHECK: Shape = Shape(&[
    may("healthCheckProtocol", choice(&["HTTP", "HTTPS"])),
    may("healthCheckPath", Text),
    may("healthCheckPort healthCheckTimeoutSeconds healthCheckIntervalSeconds", Integer),
    may("healthyThresholdCount unhealthyThresholdCount", Integer),
    may("matcher", Structure(&Shape(&[may("httpCode grpcCode", Text)]))),
]);

/// Metrics of a service, and the seconds between two values of them.
const METRIC: Shape = Shape(&[
    must("metricNames", list(&Kind::Name(&PARAM_003)), &PARAM_003),
    must("resolutionSeconds", Integer, &PARAM_003),
]);
