//! Scaling policies, and the alarms that AWS manages for those that track a target.
//!
//! The alarms are names: the sandbox has no CloudWatch. A policy without scaling in has no alarm for low values,
//! which is an assumption.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::rules::limits::SCALING_POLICIES;

use super::{Key, check_namespace, extend, invalid, named, page::Paging, scaling, seconds, target};
use crate::{gate, input::parse, refusal::Refusal, world::World};

/// A policy. Its name is its key in the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Policy {
    arn: String,
    /// `TargetTrackingScaling` or `StepScaling`.
    pub(super) kind: String,
    /// The configuration of the type, as the request has it.
    pub(super) configuration: Value,
    /// The names of the managed alarms.
    pub(super) alarms: Vec<String>,
    created: u64,
}

impl Policy {
    /// Returns the type of the metric that the policy tracks. `None` for steps and customized metrics.
    pub(super) fn metric(&self) -> Option<&str> {
        self.configuration["PredefinedMetricSpecification"]["PredefinedMetricType"].as_str()
    }

    /// Returns the value at which the policy keeps its metric.
    pub(super) fn value(&self) -> Option<f64> {
        self.configuration["TargetValue"].as_f64().filter(|value| *value > 0.0)
    }

    /// Returns whether the policy never scales in.
    pub(super) fn only_out(&self) -> bool {
        self.configuration["DisableScaleIn"] == true
    }

    /// Returns a cooldown in milliseconds. AWS's default for ECS is 300 s.
    pub(super) fn cooldown(&self, member: &str) -> u64 {
        self.configuration[member].as_u64().unwrap_or(300) * 1_000
    }
}

/// The input of `PutScalingPolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    #[serde(flatten)]
    key: Key,
    #[serde(default)]
    policy_name: String,
    policy_type: Option<String>,
    step_scaling_policy_configuration: Option<Value>,
    target_tracking_scaling_policy_configuration: Option<Value>,
}

/// Carries out `PutScalingPolicy`. It replaces the configuration of a policy that exists, and keeps its ARN.
///
/// # Errors
///
/// Refuses what breaks a rule, unknown targets, predictions, a change without the configuration of its type, a second
/// policy for one metric, and more than 50 policies.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&super::SERVICE, "PutScalingPolicy", input)?;
    let request: Put = parse(input)?;
    let target = target::find_mut(world, &request.key)?.clone();
    let name = request.policy_name;
    let present = target.policies.get(&name);
    let kind = request.policy_type.or(present.map(|policy| policy.kind.clone()));
    let kind = kind.unwrap_or_else(|| "StepScaling".to_owned());
    let configuration = match kind.as_str() {
        "TargetTrackingScaling" => request.target_tracking_scaling_policy_configuration,
        "StepScaling" => request.step_scaling_policy_configuration,
        other => return Err(invalid(format!("Policy type {other} is not supported"))),
    };
    let configuration = configuration
        .ok_or_else(|| invalid(format!("The configuration of policy type {kind} must be specified")))?;
    if kind == "TargetTrackingScaling" {
        refuse_same_metric(&target, &name, &configuration)?;
    }
    if present.is_none() && target.policies.len() >= SCALING_POLICIES {
        return Err(Refusal::new(
            "LimitExceededException",
            "Too many scaling policies for this scalable target",
        ));
    }

    let resource = request.key.resource_id.clone();
    let arn = present.map(|policy| policy.arn.clone());
    let arn =
        arn.unwrap_or_else(|| new_arn(world, "scalingPolicy", &resource, &format!("policyName/{name}")));
    let alarms = alarms(world, &resource, &kind, &configuration, present);
    let created = present.map_or(world.now, |policy| policy.created);
    let policy = Policy { arn: arn.clone(), kind, configuration, alarms, created };
    let answer = json!({ "PolicyARN": arn, "Alarms": rendered_alarms(world, &policy) });
    target::find_mut(world, &request.key)?.policies.insert(name, policy);
    scaling::watch(world, &resource);
    Ok(answer)
}

/// Refuses a second policy for one metric (tfp#41179).
fn refuse_same_metric(
    target: &target::ScalableTarget,
    name: &str,
    configuration: &Value,
) -> Result<(), Refusal> {
    let has_same = |other: &Value| {
        ["PredefinedMetricSpecification", "CustomizedMetricSpecification"]
            .iter()
            .all(|member| other[member] == configuration[member])
    };
    let mut others = target.policies.iter().filter(|(other, _)| *other != name);
    if others.any(|(_, policy)| policy.kind == "TargetTrackingScaling" && has_same(&policy.configuration)) {
        return Err(invalid(
            "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        ));
    }
    Ok(())
}

/// Returns a new ARN of a policy or a scheduled action. Both have the namespace of EC2 Auto Scaling.
pub(super) fn new_arn(world: &mut World, kind: &str, resource: &str, last: &str) -> String {
    let id = world.new_uuid();
    world.arn("autoscaling", &format!("{kind}:{id}:resource/ecs/{resource}:{last}"))
}

/// Returns the names of the alarms of a policy. They stay the same while it tracks a target.
fn alarms(
    world: &mut World,
    resource: &str,
    kind: &str,
    configuration: &Value,
    present: Option<&Policy>,
) -> Vec<String> {
    if kind != "TargetTrackingScaling" {
        return Vec::new();
    }
    let levels: &[&str] = if configuration["DisableScaleIn"] == true { &["High"] } else { &["High", "Low"] };
    if let Some(present) = present.filter(|policy| policy.alarms.len() == levels.len()) {
        return present.alarms.clone();
    }
    levels
        .iter()
        .map(|level| format!("TargetTracking-{resource}-Alarm{level}-{}", world.new_uuid()))
        .collect()
}

/// Returns the alarms of a policy in the form of the answers.
fn rendered_alarms(world: &World, policy: &Policy) -> Value {
    let alarm = |name: &String| json!({ "AlarmName": name, "AlarmARN": world.arn("cloudwatch", &format!("alarm:{name}")) });
    policy.alarms.iter().map(alarm).collect()
}

/// The input of `DescribeScalingPolicies`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    service_namespace: String,
    resource_id: Option<String>,
    #[serde(default)]
    policy_names: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeScalingPolicies`, in the order of the resource ids and then of the names.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    check_namespace(&request.service_namespace)?;
    let targets = world.autoscaling.targets.iter();
    let wanted = targets.filter(|(id, _)| request.resource_id.as_ref().is_none_or(|wanted| wanted == *id));
    let policies = wanted
        .flat_map(|(id, target)| target.policies.iter().map(move |(name, policy)| (id, name, policy)))
        .filter(|(_, name, _)| request.policy_names.is_empty() || request.policy_names.contains(name));
    let items =
        policies.map(|(id, name, policy)| (format!("{id}/{name}"), rendered(world, id, name, policy)));
    request.paging.answer("ScalingPolicies", 10, items)
}

/// Returns the description of a policy.
fn rendered(world: &World, resource: &str, name: &str, policy: &Policy) -> Value {
    let member = format!("{}PolicyConfiguration", policy.kind);
    let mut answer = named(resource);
    extend(
        &mut answer,
        json!({
            "PolicyARN": policy.arn,
            "PolicyName": name,
            "PolicyType": policy.kind,
            member: policy.configuration,
            "Alarms": rendered_alarms(world, policy),
            "CreationTime": seconds(policy.created),
        }),
    );
    answer
}

/// The input of `DeleteScalingPolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    #[serde(flatten)]
    key: Key,
    #[serde(default)]
    policy_name: String,
}

/// Carries out `DeleteScalingPolicy`. The managed alarms go with it.
///
/// # Errors
///
/// Refuses unknown targets and policies.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Delete { key, policy_name } = parse(input)?;
    let target = target::find_mut(world, &key)?;
    if target.policies.remove(&policy_name).is_none() {
        let message = format!(
            "No scaling policy found for resource ID: {}, policy name: {policy_name}",
            key.resource_id
        );
        return Err(Refusal::new("ObjectNotFoundException", message));
    }
    scaling::watch(world, &key.resource_id);
    Ok(json!({}))
}
