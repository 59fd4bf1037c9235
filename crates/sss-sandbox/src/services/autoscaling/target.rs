//! Scalable targets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Key, check_namespace, extend, invalid, named,
    page::Paging,
    policy::Policy,
    scaling::{self, Activity},
    schedule::ScheduledAction,
    seconds,
};
use crate::{gate, input::parse, refusal::Refusal, services::ecs, tags::Tags, world::World};

/// A scalable target. Its resource id is its key in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ScalableTarget {
    /// The last part of the ARN.
    pub(super) id: String,
    pub(super) min: u64,
    pub(super) max: u64,
    pub(super) suspended: Suspended,
    created: u64,
    pub(super) tags: Tags,
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) actions: BTreeMap<String, ScheduledAction>,
    /// The activities, newest first.
    pub(super) activities: Vec<Activity>,
    /// The number of the evaluation that counts. Earlier events have no effect.
    pub(super) round: u64,
    /// The time of the last growth by a policy. Zero before the first one.
    pub(super) grown_at: u64,
    /// The time of the last shrinking by a policy. Zero before the first one.
    pub(super) shrunk_at: u64,
}

/// The processes that a target leaves out for now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the wire")]
pub(super) struct Suspended {
    #[serde(default)]
    pub(super) dynamic_scaling_in_suspended: bool,
    #[serde(default)]
    pub(super) dynamic_scaling_out_suspended: bool,
    #[serde(default)]
    pub(super) scheduled_scaling_suspended: bool,
}

impl ScalableTarget {
    /// Returns the ARN.
    pub(super) fn arn(&self, world: &World) -> String {
        world.arn(super::SERVICE.name, &format!("scalable-target/{}", self.id))
    }

    /// Returns a count within the range.
    pub(super) fn within(&self, count: u64) -> u64 {
        count.clamp(self.min, self.max.max(self.min))
    }
}

/// The input of `RegisterScalableTarget`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Register {
    #[serde(flatten)]
    key: Key,
    min_capacity: Option<i64>,
    max_capacity: Option<i64>,
    suspended_state: Option<Suspended>,
    #[serde(default)]
    tags: Tags,
}

/// Carries out `RegisterScalableTarget`. For a registered target it changes the members of the request. The count
/// moves into the range at once.
///
/// # Errors
///
/// Refuses what breaks a rule, services that are not ACTIVE, a new target without both bounds, bounds that are exchanged
/// by the change of one, and tags for a registered target.
pub(super) fn register(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&super::SERVICE, "RegisterScalableTarget", input)?;
    let Register { key, min_capacity, max_capacity, suspended_state, tags } = parse(input)?;
    key.check()?;
    let desired = key.service().and_then(|(cluster, name)| ecs::desired_count(world, cluster, name));
    if desired.is_none() {
        return Err(invalid(format!("ECS service doesn't exist: {}", key.resource_id)));
    }
    let present = world.autoscaling.targets.get(&key.resource_id);
    if present.is_some() && !tags.is_empty() {
        return Err(invalid("Tags cannot be specified for an existing scalable target; use TagResource"));
    }
    let min = bound(min_capacity, present.map(|target| target.min), "Minimum")?;
    let max = bound(max_capacity, present.map(|target| target.max), "Maximum")?;
    if min > max {
        return Err(invalid("Maximum capacity cannot be less than minimum capacity"));
    }

    let suspended = suspended_state.or(present.map(|target| target.suspended)).unwrap_or_default();
    let target = match present.cloned() {
        Some(present) => ScalableTarget { min, max, suspended, ..present },
        None => ScalableTarget {
            id: world.new_hex(32),
            min,
            max,
            suspended,
            created: world.now,
            tags,
            policies: BTreeMap::new(),
            actions: BTreeMap::new(),
            activities: Vec::new(),
            round: 0,
            grown_at: 0,
            shrunk_at: 0,
        },
    };
    let arn = target.arn(world);
    world.autoscaling.targets.insert(key.resource_id.clone(), target);
    scaling::keep_in_range(world, &key.resource_id);
    scaling::watch(world, &key.resource_id);
    Ok(json!({ "ScalableTargetARN": arn }))
}

/// Returns a bound of a request, or the present one.
fn bound(given: Option<i64>, present: Option<u64>, noun: &str) -> Result<u64, Refusal> {
    match given {
        None => {
            present.ok_or_else(|| invalid(format!("{noun} capacity is required to register a new target")))
        }
        Some(count) => u64::try_from(count)
            .map_err(|_| invalid(format!("{noun} capacity must be greater than or equal to 0"))),
    }
}

/// The input of `DescribeScalableTargets`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    service_namespace: String,
    #[serde(default)]
    resource_ids: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeScalableTargets`, in the order of the resource ids. Unknown ids are left out.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    check_namespace(&request.service_namespace)?;
    if request.resource_ids.len() > 50 {
        return Err(invalid("The maximum number of resource IDs is 50"));
    }
    let targets = world.autoscaling.targets.iter();
    let wanted =
        targets.filter(|(id, _)| request.resource_ids.is_empty() || request.resource_ids.contains(id));
    let items = wanted.map(|(id, target)| (id.clone(), rendered(world, id, target)));
    request.paging.answer("ScalableTargets", 50, items)
}

/// Returns the description of a target.
fn rendered(world: &World, resource: &str, target: &ScalableTarget) -> Value {
    let role = "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/\
                AWSServiceRoleForApplicationAutoScaling_ECSService";
    let mut answer = named(resource);
    extend(
        &mut answer,
        json!({
            "MinCapacity": target.min,
            "MaxCapacity": target.max,
            "RoleARN": world.global_arn("iam", role),
            "CreationTime": seconds(target.created),
            "SuspendedState": target.suspended,
            "ScalableTargetARN": target.arn(world),
        }),
    );
    answer
}

/// Returns the target of a request.
///
/// # Errors
///
/// Refuses other services than ECS, and unknown targets with `ObjectNotFoundException`.
pub(super) fn find_mut<'world>(
    world: &'world mut World,
    key: &Key,
) -> Result<&'world mut ScalableTarget, Refusal> {
    key.check()?;
    world.autoscaling.targets.get_mut(&key.resource_id).ok_or_else(|| key.not_found())
}

/// Carries out `DeregisterScalableTarget`. Its policies, their alarms and its scheduled actions go with it.
///
/// # Errors
///
/// Refuses unknown targets.
pub(super) fn deregister(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let key: Key = parse(input)?;
    find_mut(world, &key)?;
    world.autoscaling.targets.remove(&key.resource_id);
    Ok(json!({}))
}

/// Forgets the target of a service that is deleted, as ECS does.
pub(crate) fn forget(world: &mut World, cluster: &str, service: &str) {
    let resource = format!("service/{cluster}/{service}");
    world.autoscaling.targets.remove(&resource);
    world.autoscaling.metrics.remove(&resource);
}
