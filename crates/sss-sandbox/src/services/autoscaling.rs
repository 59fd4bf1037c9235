//! Application Auto Scaling for the services of ECS.
//!
//! # Terms
//!
//! - A *scalable target* is the desired count of a service, with a minimum and a maximum.
//! - A *policy* changes the count. One that *tracks a target* keeps a metric at a value; one with *steps* waits for
//!   an alarm of CloudWatch.
//! - A *scheduled action* changes minimum and maximum at times.
//! - An *activity* is the record of a change of the count, or of the reason why none happened.
//!
//! # How the parts work together
//!
//! `target`, `policy` and `schedule` have the objects and their operations. The gate refuses what breaks a rule. A test
//! sets metrics, and `scaling` decides what the policies do about them. `page`, `tag` and `access` have the
//! conventions of all operations.
//!
//! # Behaviour of AWS
//!
//! - Each `Put` and `Register` changes an object that exists, and merges members. The policies, the managed alarms and
//!   the scheduled actions of a target go with it, and the target goes with its service (hako PR#69, tfp#10432).
//! - A registration moves the count into the range at once.
//! - A policy that tracks a target scales out after 3 minutes above the value, and in after 15 minutes below 90 per
//!   cent of it. The first is documented, the second an assumption. Any policy scales out, and all of them together
//!   scale in. While ECS deploys, nothing scales in.
//!
//! # Left out
//!
//! Services other than ECS, predictive scaling, alarms of CloudWatch and so the steps of policies, times of scheduled
//! actions by `cron` or in a time zone, and what the count does to a metric.

mod access;
mod page;
mod policy;
mod scaling;
mod schedule;
mod tag;
mod target;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use self::{scaling::set_metric, target::forget};
use crate::{
    gate::Form,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::Protocol,
    world::{self, World},
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "application-autoscaling",
    cli_name: "application-autoscaling",
    protocol: Protocol::Json("AnyScaleFrontendService"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "InternalServiceException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "NextToken",
    given: &["NextToken"],
    refusal: || Refusal::new("InvalidNextTokenException", "The next token supplied was invalid."),
};

/// Quotas on the calls of this service. AWS does not document them; the numbers are assumptions.
const QUOTAS: &[Quota] = &[
    Quota::new(
        Calls::Any(&[
            "DescribeScalableTargets",
            "DescribeScalingActivities",
            "DescribeScalingPolicies",
            "DescribeScheduledActions",
            "ListTagsForResource",
        ]),
        50,
        25,
    ),
    Quota::new(
        Calls::Any(&[
            "DeleteScalingPolicy",
            "DeleteScheduledAction",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
            "PutScheduledAction",
            "RegisterScalableTarget",
            "TagResource",
            "UntagResource",
        ]),
        20,
        10,
    ),
];

/// The only dimension of a service.
const DIMENSION: &str = "ecs:service:DesiredCount";

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The scalable targets by resource id, `service/CLUSTER/SERVICE`.
    targets: BTreeMap<String, target::ScalableTarget>,
    /// The metrics that a test set, by resource id and then by type, such as `ECSServiceAverageCPUUtilization`.
    metrics: BTreeMap<String, BTreeMap<String, f64>>,
}

/// A later change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The metrics of a resource have been above or below their values for long enough, unless they changed since.
    Evaluated(String, u64),
    /// A scheduled action of a resource is due, unless it changed since.
    ActionDue(String, String, u64),
}

/// Carries out a due event.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Evaluated(resource, round) => scaling::evaluate(world, &resource, round),
        Event::ActionDue(resource, name, round) => schedule::act(world, &resource, &name, round),
    }
}

/// Schedules an event of this service for `after` milliseconds from now.
fn later(world: &mut World, after: u64, event: Event) {
    world.schedule(after, world::Event::Autoscaling(event));
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's refusal, or the one for an operation that the sandbox does not have. A refused call
/// changes no object.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "RegisterScalableTarget" => target::register(world, input),
        "DescribeScalableTargets" => target::describe(world, input),
        "DeregisterScalableTarget" => target::deregister(world, input),
        "PutScalingPolicy" => policy::put(world, input),
        "DescribeScalingPolicies" => policy::describe(world, input),
        "DeleteScalingPolicy" => policy::delete(world, input),
        "PutScheduledAction" => schedule::put(world, input),
        "DescribeScheduledActions" => schedule::describe(world, input),
        "DeleteScheduledAction" => schedule::delete(world, input),
        "DescribeScalingActivities" => scaling::describe(world, input),
        "TagResource" => tag::add(world, input),
        "UntagResource" => tag::remove(world, input),
        "ListTagsForResource" => tag::list(world, input),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// The members that name a scalable target. The dimension may be absent in listings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    #[serde(default)]
    service_namespace: String,
    #[serde(default)]
    resource_id: String,
    scalable_dimension: Option<String>,
}

impl Key {
    /// Refuses other services than ECS, other dimensions, and resource ids of another form.
    fn check(&self) -> Result<(), Refusal> {
        check_namespace(&self.service_namespace)?;
        if self.scalable_dimension.as_deref() != Some(DIMENSION) {
            let given = self.scalable_dimension.as_deref().unwrap_or_default();
            return Err(invalid(format!(
                "Unsupported service namespace, resource type or scalable dimension: ecs, {given}"
            )));
        }
        if self.service().is_none() {
            return Err(invalid(format!("Invalid resource ID: {}", self.resource_id)));
        }
        Ok(())
    }

    /// Returns the cluster and the name of the service.
    fn service(&self) -> Option<(&str, &str)> {
        service(&self.resource_id)
    }

    /// Returns the refusal of a target that does not exist.
    fn not_found(&self) -> Refusal {
        let message = format!(
            "No scalable target registered for service namespace: ecs, resource ID: {}, scalable dimension: {DIMENSION}",
            self.resource_id
        );
        Refusal::new("ObjectNotFoundException", message)
    }
}

/// Returns the cluster and the service of a resource id, `service/CLUSTER/SERVICE`.
fn service(resource: &str) -> Option<(&str, &str)> {
    let (cluster, name) = resource.strip_prefix("service/")?.split_once('/')?;
    (!cluster.is_empty() && !name.is_empty() && !name.contains('/')).then_some((cluster, name))
}

/// Refuses other services than ECS.
fn check_namespace(namespace: &str) -> Result<(), Refusal> {
    if namespace == "ecs" {
        return Ok(());
    }
    Err(invalid(format!("The sandbox scales only services of ECS, not resources of '{namespace}'")))
}

/// Returns the members that name a target, for an answer.
fn named(resource: &str) -> Value {
    json!({ "ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": DIMENSION })
}

/// Returns a time in seconds since the Unix epoch.
fn seconds(milliseconds: u64) -> Value {
    json!(std::time::Duration::from_millis(milliseconds).as_secs_f64())
}

/// Returns the refusal of a value that is not valid.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationException", message)
}

/// Adds the members of an object to another one.
fn extend(object: &mut Value, members: Value) {
    if let (Value::Object(object), Value::Object(members)) = (object, members) {
        object.extend(members);
    }
}

#[cfg(test)]
mod tests;
