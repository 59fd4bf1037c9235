//! Policies: reasons to change the number of tasks of a service.
//!
//! A policy that *tracks* a metric keeps it at a value, by alarms that AWS manages. A policy with *steps* waits for an
//! alarm of others, which names the policy's ARN among its actions.
//!
//! # Facts about AWS
//!
//! - `PutScalingPolicy` creates and replaces a policy by its name, and keeps its ARN. The type may change, too.
//! - A target has one policy for each metric.
//! - The metric of requests has a label: the ends of the ARNs of load balancer and target group. Another target group
//!   is another label (`hako` PR#47, `aws-cdk#1837`).

mod configuration;

use aws_sdk_applicationautoscaling::types::{
    PolicyType, ScalableDimension, ScalingPolicy as SdkPolicy, ServiceNamespace,
};
use serde::{Deserialize, Serialize};
use sss_model::Path;

pub(crate) use self::configuration::{Range, Steps, Tracking};
use super::{accepted, listing, scalable_target::ScalableTarget};
use crate::{
    Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Object, Part, Resource, Way},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        ecs::service::Service,
        elb::{Place, listener::Listener, target_group::TargetGroup},
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// A policy of a target.
pub(crate) struct ScalingPolicy {
    /// The logical name: the name of the service, a slash, and the name on AWS.
    pub(crate) name: String,
    pub(crate) target: Handle<ScalableTarget>,
    pub(crate) wanted: Wanted,
}

/// The configuration of a policy.
pub(crate) enum Wanted {
    /// Keeps a metric of the service at a value.
    Tracking(Tracking),
    /// Keeps the requests of a target group at a value for each task.
    Requests(Tracking, Requests),
    /// Changes the count when an alarm asks for it.
    Steps(Steps),
}

/// The requests that a policy counts.
pub(crate) struct Requests {
    /// The listener, which tells the load balancer.
    pub(crate) listener: Place<Listener>,
    pub(crate) target_group: Handle<TargetGroup>,
    /// The service. AWS takes a target group only once a service is registered in it.
    pub(crate) service: Handle<Service>,
}

/// The managed part of a policy. One that others have given another type has neither configuration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The resource id of the target.
    pub(crate) target: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) tracking: Option<Tracking>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) steps: Option<Steps>,
}

/// The ARN of a policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. Alarms of others refer to it.
    pub(crate) arn: String,
}

/// The paths that another target changes.
pub(super) const PARTS: &[Immutable] = &[Immutable {
    path: Path::literal("target"),
    because: "Application Auto Scaling cannot move it to another target",
    name: NewName::Same,
    downtime: None,
}];

impl Resource for ScalingPolicy {
    const NAME: &'static str = "application-autoscaling/scaling-policy";
    const IMMUTABLE: &'static [Immutable] = PARTS;
    const PART: Part = Part::Alone;
    const CREATE: &'static str = PUT;
    const GRANTS: &'static [Grant] = super::grants::POLICY;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let (tracking, steps) = match &self.wanted {
            Wanted::Tracking(tracking) => (Some(tracking.clone()), None),
            Wanted::Requests(tracking, requests) => {
                // The read of the service is for the order.
                refs.get(&requests.service);
                let listener = requests.listener.arn(refs, |output| output.arn);
                let label = configuration::label(&listener, &refs.get(&requests.target_group).arn);
                (Some(Tracking { label: Some(label), ..tracking.clone() }), None)
            }
            Wanted::Steps(steps) => (None, Some(steps.clone())),
        };
        State { target: refs.get(&self.target).resource, tracking, steps }
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        put(cx, id, name, want).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A policy that no longer exists counts as deleted: it goes with its target.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => put(cx, on.id, on.name, want).await.map(drop),
            Change::Delete(live) => {
                let request = cx.aws.scaling.delete_scaling_policy();
                let request = request
                    .service_namespace(ServiceNamespace::Ecs)
                    .resource_id(&live.target)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                    .policy_name(own_name(on.name));
                request.send().await.of(DELETE).none_if(&["ObjectNotFoundException"]).map(drop)
            }
        }
    }
}

impl Whole for ScalingPolicy {
    const UPDATE: &'static str = PUT;
    const DELETE: &'static str = DELETE;
}

const PUT: &str = "application-autoscaling:PutScalingPolicy";
const DELETE: &str = "application-autoscaling:DeleteScalingPolicy";

/// Returns the name of a part on AWS, without the name of its service in front.
pub(super) fn own_name(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, own)| own)
}

/// Creates a policy, or replaces its configuration.
async fn put(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
    let request = cx
        .aws
        .scaling
        .put_scaling_policy()
        .service_namespace(ServiceNamespace::Ecs)
        .resource_id(&want.target)
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .policy_name(own_name(name));
    let request = match &want.steps {
        Some(steps) => {
            request.policy_type(PolicyType::StepScaling).step_scaling_policy_configuration(steps.encode())
        }
        None => request
            .policy_type(PolicyType::TargetTrackingScaling)
            .set_target_tracking_scaling_policy_configuration(want.tracking.as_ref().map(Tracking::encode)),
    };
    let answer = accepted(cx, id, || async { request.clone().send().await.of(PUT) }).await?;
    Ok(Output { arn: Some(answer.policy_arn).sent(PUT, "PolicyARN")? })
}

/// Returns the part of an ARN by which Application Auto Scaling tells policies and scheduled actions apart.
///
/// An ARN has the names of the target and of the part as well, and is too long for a list of several.
pub(super) fn physical(arn: &str) -> String {
    arn.split(':').nth(6).unwrap_or(arn).to_owned()
}

/// Decodes a policy. Its owner follows from its target.
pub(super) fn decode(found: &SdkPolicy) -> (Id, Live) {
    let (_, service) = listing::names(found.resource_id());
    let name = format!("{service}/{}", found.policy_name());
    let state = State {
        target: found.resource_id().to_owned(),
        tracking: found.target_tracking_scaling_policy_configuration().map(configuration::tracking),
        steps: found.step_scaling_policy_configuration().map(configuration::steps),
    };
    let output = Output { arn: found.policy_arn().to_owned() };
    let live =
        Found::<ScalingPolicy> { physical: physical(found.policy_arn()), name: name.clone(), state, output };
    (Id::new(ScalingPolicy::KIND, name), live.into_live(Ownership::Unmarked))
}
