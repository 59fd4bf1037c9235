//! Application Auto Scaling: scalable targets, their policies and their scheduled actions.
//!
//! Each operation creates an object or changes one that exists. A change may leave out members that a creation needs, so
//! their absence is advice. The rules on plain values are in `rules::scaling`.
//!
//! The service scales resources of many AWS services. The rules on ids and metrics are for those of ECS; of the others,
//! only the shape and the bounds are checked.

mod policy;

use super::bounds::length;
use super::shape::{Kind, Members, Shape, TEXT_BY_KEY, may, must};
use super::tags::{self, Service};
use super::{Node, Referred};
use crate::report::Report;
use crate::rules::scaling::{self, schedule};
use crate::rules::{
    AAS_ACT_001, AAS_ACT_002, AAS_ACT_003, AAS_ACT_004, AAS_ACT_006, AAS_TGT_001, AAS_TGT_004, broken,
};

pub(crate) use policy::{PUT_SCALING_POLICY, policy};

/// The namespace of ECS.
const ECS: &str = "ecs";

/// The services whose resources scale.
const NAMESPACES: [&str; 15] = [
    "appstream",
    "cassandra",
    "comprehend",
    "custom-resource",
    "dynamodb",
    "ec2",
    ECS,
    "elasticache",
    "elasticmapreduce",
    "kafka",
    "lambda",
    "neptune",
    "rds",
    "sagemaker",
    "workspaces",
];

/// The numbers that scale.
const DIMENSIONS: [&str; 24] = [
    "appstream:fleet:DesiredCapacity",
    "cassandra:table:ReadCapacityUnits",
    "cassandra:table:WriteCapacityUnits",
    "comprehend:document-classifier-endpoint:DesiredInferenceUnits",
    "comprehend:entity-recognizer-endpoint:DesiredInferenceUnits",
    "custom-resource:ResourceType:Property",
    "dynamodb:index:ReadCapacityUnits",
    "dynamodb:index:WriteCapacityUnits",
    "dynamodb:table:ReadCapacityUnits",
    "dynamodb:table:WriteCapacityUnits",
    "ec2:spot-fleet-request:TargetCapacity",
    "ecs:service:DesiredCount",
    "elasticache:cache-cluster:Nodes",
    "elasticache:replication-group:NodeGroups",
    "elasticache:replication-group:Replicas",
    "elasticmapreduce:instancegroup:InstanceCount",
    "kafka:broker-storage:VolumeSize",
    "lambda:function:ProvisionedConcurrency",
    "neptune:cluster:ReadReplicaCount",
    "rds:cluster:ReadReplicaCount",
    "sagemaker:inference-component:DesiredCopyCount",
    "sagemaker:variant:DesiredInstanceCount",
    "sagemaker:variant:DesiredProvisionedConcurrency",
    "workspaces:workspacespool:DesiredUserSessions",
];

/// The members that name a target, all required (AAS-TGT-004).
const NAMESPACE: Members = must("ServiceNamespace", Kind::Choice(&AAS_TGT_004, &NAMESPACES), &AAS_TGT_004);
const RESOURCE: Members = must("ResourceId", Kind::Text, &AAS_TGT_004);
const DIMENSION: Members = must("ScalableDimension", Kind::Choice(&AAS_TGT_004, &DIMENSIONS), &AAS_TGT_004);

/// `RegisterScalableTarget`. A new target needs both bounds.
pub(crate) const REGISTER_SCALABLE_TARGET: Shape = Shape(&[
    NAMESPACE,
    RESOURCE,
    DIMENSION,
    may("MinCapacity MaxCapacity", Kind::Integer),
    may("RoleARN", Kind::Text),
    may("SuspendedState", Kind::Structure(&SUSPENDED_STATE)),
    may("Tags", TEXT_BY_KEY),
]);
/// The processes that a target leaves out for now.
const SUSPENDED_STATE: Shape = Shape(&[may(
    "DynamicScalingInSuspended DynamicScalingOutSuspended ScheduledScalingSuspended",
    Kind::Flag,
)]);

/// `PutScheduledAction`: the name is required (AAS-ACT-001). A new action needs a schedule and bounds.
pub(crate) const PUT_SCHEDULED_ACTION: Shape = Shape(&[
    NAMESPACE,
    RESOURCE,
    DIMENSION,
    must("ScheduledActionName", Kind::Text, &AAS_ACT_001),
    may("Schedule Timezone", Kind::Text),
    may("StartTime EndTime", Kind::Time),
    may("ScalableTargetAction", Kind::Structure(&TARGET_ACTION)),
]);
/// The bounds that an action sets.
const TARGET_ACTION: Shape = Shape(&[may("MinCapacity MaxCapacity", Kind::Integer)]);

/// Checks a request that registers a scalable target.
///
/// - The target: see [`target_key`].
/// - `MinCapacity` and `MaxCapacity`: 0 to 2147483647, in this order (AAS-TGT-001).
/// - `Tags`: those of most services.
pub(crate) fn target(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    target_key(request, report);
    for member in ["MinCapacity", "MaxCapacity"] {
        request.check_integer(member, scaling::capacity, report);
        if !request.has(member) {
            report.advise(&request.place(member), broken!(AAS_TGT_001, "only-for-change"));
        }
    }
    let bounds = request.integer("MinCapacity").zip(request.integer("MaxCapacity"));
    if let Some((min, max)) = bounds.filter(|(min, max)| min > max) {
        let broken = broken!(AAS_TGT_001, "min-above-max", min = min, max = max);
        report.add(&request.place("MinCapacity"), broken);
    }
    length(request, "RoleARN", 1..=1600, &AAS_TGT_004, report);
    tags::of_map(request, "Tags", Service::Usual, report);
}

/// Checks the members that name a target: the id of a service of ECS, and a dimension of the namespace (AAS-TGT-004).
fn target_key(request: &Node<'_>, report: &mut Report) {
    length(request, "ResourceId", 1..=1600, &AAS_TGT_004, report);
    let Some(namespace) = request.text("ServiceNamespace") else { return };
    if let Some(dimension) = request.text("ScalableDimension")
        && dimension.split(':').next() != Some(namespace)
    {
        let broken = broken!(AAS_TGT_004, "other-dimension", given = dimension, namespace = namespace);
        report.add(&request.place("ScalableDimension"), broken);
    }
    let id = request.text("ResourceId").filter(|id| namespace == ECS && (1..=1600).contains(&id.len()));
    if let Some(id) = id.filter(|id| !is_service(id)) {
        report.add(&request.place("ResourceId"), broken!(AAS_TGT_004, "not-a-service", given = id));
    }
}

/// Returns whether an id is `service/`, the name of a cluster, `/`, and the name of a service.
fn is_service(id: &str) -> bool {
    matches!(id.split('/').collect::<Vec<_>>()[..], ["service", cluster, name] if !cluster.is_empty() && !name.is_empty())
}

/// Checks a request for a scheduled action.
///
/// - The target: see [`target_key`].
/// - `ScheduledActionName`: 1 to 256 characters without `:`, `/` and `|` (AAS-ACT-001).
/// - `Schedule`: `cron`, `rate` or `at` (AAS-ACT-002); `Timezone`: a name of IANA (AAS-ACT-003).
/// - `StartTime` before `EndTime` (AAS-ACT-006), where both are numbers.
/// - `ScalableTargetAction`: a minimum, a maximum, or both in this order (AAS-ACT-004).
pub(crate) fn scheduled_action(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    target_key(request, report);
    request.check_text("ScheduledActionName", &AAS_ACT_001, scaling::action_name, report);
    request.check_text("Schedule", &AAS_ACT_002, schedule::expression, report);
    request.check_text("Timezone", &AAS_ACT_003, schedule::time_zone, report);
    if !request.has("Schedule") {
        report.advise(&request.place("Schedule"), broken!(AAS_ACT_002, "only-for-change"));
    }
    let time = |member: &str| request.value()[member].as_f64();
    if time("StartTime").zip(time("EndTime")).is_some_and(|(start, end)| start >= end) {
        report.add(&request.place("EndTime"), broken!(AAS_ACT_006, "not-after-start"));
    }

    let Some(action) = request.get("ScalableTargetAction") else {
        report.advise(&request.place("ScalableTargetAction"), broken!(AAS_ACT_004, "only-for-change"));
        return;
    };
    let bounds = ["MinCapacity", "MaxCapacity"].map(|member| (member, action.integer(member)));
    for (member, _) in bounds {
        action.check_integer(member, scaling::scheduled_capacity, report);
    }
    // A bound that cannot be read is a problem of the shape, and is no absence.
    if bounds.iter().all(|(member, value)| value.is_some() || !action.has(member)) {
        scaling::scheduled_bounds(bounds, action.at(), report);
    }
}
