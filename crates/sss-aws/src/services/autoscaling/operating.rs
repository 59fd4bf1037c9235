//! The autoscalers of services for daily operation: their bounds, and what they did.
//!
//! The stack, or somebody else, may have registered one for a service, and whoever sets the count has to know its
//! bounds.

use aws_sdk_applicationautoscaling::types::{
    NotScaledReason, ScalableDimension, ScalableTarget, ScalingActivity, ScalingActivityStatusCode as Status,
    ServiceNamespace, SuspendedState,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::resource;
use crate::{Aws, Moment, Result, error::Answer};

/// The most activities of one answer.
const ACTIVITIES: i32 = 50;

/// An autoscaler of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Autoscaler {
    /// The fewest tasks to which it scales in.
    pub min: u32,
    /// The most tasks to which it scales out.
    pub max: u32,
    /// Whether all its scaling is suspended.
    pub is_suspended: bool,
}

/// A change of an autoscaler. `None` leaves a member as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    pub(crate) suspended: Option<bool>,
}

impl Bounds {
    /// Returns whether it changes something.
    pub(crate) fn is_some(self) -> bool {
        self != Self::default()
    }

    /// Returns an autoscaler after the change.
    pub(crate) fn of(self, live: Autoscaler) -> Autoscaler {
        Autoscaler {
            min: self.min.unwrap_or(live.min),
            max: self.max.unwrap_or(live.max),
            is_suspended: self.suspended.unwrap_or(live.is_suspended),
        }
    }
}

/// An activity of an autoscaler.
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) time: Moment,
    /// The words of AWS: what it did, and why.
    pub(crate) text: String,
    pub(crate) has_failed: bool,
    /// Whether it left the count as it was.
    pub(crate) has_not_scaled: bool,
}

/// Reads the autoscaler of a service. `None` if nobody registered one.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn autoscaler(aws: &Aws, cluster: &str, service: &str) -> Result<Option<Autoscaler>> {
    let request = aws.scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
    let request = request.resource_ids(resource(cluster, service));
    let answer = request.scalable_dimension(ScalableDimension::EcsServiceDesiredCount).send().await;
    let answer = answer.of("application-autoscaling:DescribeScalableTargets")?;
    Ok(answer.scalable_targets().first().map(decode))
}

/// Returns the autoscaler that an answer describes.
fn decode(found: &ScalableTarget) -> Autoscaler {
    let count = |count: i32| u32::try_from(count).unwrap_or_default();
    let is_suspended = found.suspended_state().is_some_and(|state| {
        let kinds = [
            state.dynamic_scaling_in_suspended(),
            state.dynamic_scaling_out_suspended(),
            state.scheduled_scaling_suspended(),
        ];
        kinds.iter().all(|kind| *kind == Some(true))
    });
    Autoscaler { min: count(found.min_capacity()), max: count(found.max_capacity()), is_suspended }
}

/// Changes the registered autoscaler of a service. AWS moves the count between the bounds at once.
///
/// # Errors
///
/// The call failed or was denied, or the bounds contradict each other.
pub(crate) async fn change(aws: &Aws, cluster: &str, service: &str, bounds: Bounds) -> Result<()> {
    let number = |count: Option<u32>| count.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
    let state = bounds.suspended.map(|is_suspended| {
        SuspendedState::builder()
            .dynamic_scaling_in_suspended(is_suspended)
            .dynamic_scaling_out_suspended(is_suspended)
            .scheduled_scaling_suspended(is_suspended)
            .build()
    });
    let request = aws.scaling.register_scalable_target().service_namespace(ServiceNamespace::Ecs);
    let request = request
        .resource_id(resource(cluster, service))
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .set_min_capacity(number(bounds.min))
        .set_max_capacity(number(bounds.max))
        .set_suspended_state(state);
    request.send().await.of("application-autoscaling:RegisterScalableTarget").map(drop)
}

/// Reads the last activities of the autoscaler of a service, the newest first.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn activities(aws: &Aws, cluster: &str, service: &str) -> Result<Vec<Activity>> {
    let request = aws.scaling.describe_scaling_activities().service_namespace(ServiceNamespace::Ecs);
    let request = request.resource_id(resource(cluster, service)).max_results(ACTIVITIES);
    let request = request.scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
    let answer = request.include_not_scaled_activities(true).send().await;
    let answer = answer.of("application-autoscaling:DescribeScalingActivities")?;
    Ok(answer.scaling_activities().iter().map(activity).collect())
}

/// Returns the activity that an answer describes.
fn activity(found: &ScalingActivity) -> Activity {
    let reasons = found.not_scaled_reasons();
    let codes: Vec<&str> = reasons.iter().map(NotScaledReason::code).collect();
    let mut text = found.description().to_owned();
    for part in [found.status_message().unwrap_or_default(), found.cause(), &codes.join(", ")] {
        if !part.is_empty() {
            text = format!("{}: {part}", text.trim_end_matches('.'));
        }
    }
    Activity {
        id: found.activity_id().to_owned(),
        time: Moment::from(found.start_time()),
        text,
        has_failed: matches!(found.status_code(), Status::Failed | Status::Unfulfilled),
        has_not_scaled: !reasons.is_empty(),
    }
}
