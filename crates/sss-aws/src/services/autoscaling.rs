//! Application Auto Scaling: scalable targets, policies and scheduled actions of the stack's services.
//!
//! A service with autoscaling has a *scalable target*, which holds the bounds of its number of tasks. *Policies* and
//! *scheduled actions* are parts of the target: they take no tags, and belong to whom the target belongs.
//!
//! # Facts about AWS
//!
//! - A target has no name of its own: namespace, resource id (`service/CLUSTER/SERVICE`) and dimension identify it.
//!   Names of policies and of scheduled actions are unique in a target.
//! - Each `Register` and `Put` also changes an object that exists. A registration merges members, and takes tags for a
//!   new target only. A policy is replaced whole. An action merges, but a start and an end that are left out are
//!   removed.
//! - A registration moves the count of the service into the bounds at once.
//! - Policies, the alarms that AWS manages for them, and scheduled actions go with their target, and the target goes
//!   with its service (`hako` PR#69, `terraform-provider-aws#10432`, `#14254`).
//! - A call right after the creation of a service or a target may find neither (`terraform-provider-aws` PR#7982).
//! - Listings have no tags. Targets are read by 50 resource ids in a call; policies and actions by one resource id, or
//!   all of the region, in pages of 10 and 50.
//!
//! # Modules
//!
//! Each kind has a file: [`scalable_target`], [`policy`], [`scheduled_action`]. [`listing`] reads what concerns the
//! stack, and [`operating`] what daily operation asks about the autoscaler of a service.

mod grants;
mod listing;
mod operating;
pub(crate) mod policy;
pub(crate) mod scalable_target;
pub(crate) mod scheduled_action;

use std::time::Duration;

pub use self::operating::Autoscaler;
pub(crate) use self::operating::{Activity, Bounds, activities, autoscaler, change};
use self::{listing::Found, scalable_target::ScalableTarget};
use crate::{
    Error, Graph, Id, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        kind::Resource,
        run::Context,
        wait::{Condition, Look, wait},
    },
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        tagging::Tagged,
    },
};

/// Application Auto Scaling.
///
/// A stack without autoscaling makes no call.
pub(crate) struct Autoscaling;

impl AwsService for Autoscaling {
    const NAME: &'static str = "application-autoscaling";
    /// Source: none; AWS documents no quota on calls. The numbers are assumptions.
    const QUOTAS: &'static [Quota] = &[
        Quota::new(
            "Application Auto Scaling reads",
            &[
                "DescribeScalableTargets",
                "DescribeScalingActivities",
                "DescribeScalingPolicies",
                "DescribeScheduledActions",
                "ListTagsForResource",
            ],
            Rate::new(50, 25.0),
        ),
        Quota::new(
            "Application Auto Scaling writes",
            &[
                "DeleteScalingPolicy",
                "DeleteScheduledAction",
                "DeregisterScalableTarget",
                "PutScalingPolicy",
                "PutScheduledAction",
                "RegisterScalableTarget",
                "TagResource",
                "UntagResource",
            ],
            Rate::new(20, 10.0),
        ),
    ];
    const THROTTLED: &'static [&'static str] = &["ThrottlingException"];
    /// Each kind has the rights for itself, so that a stack without autoscaling needs none.
    const GRANTS: &'static [Grant] = &[];
    const TAG_TYPES: &'static [TagType] =
        &[TagType::new("application-autoscaling:scalable-target", ScalableTarget::KIND).apart()];
    type Found = Found;

    /// Reads the targets of the services that scale.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        listing::named(cx).await
    }

    /// Reads the targets with the stack's mark of other services, the tags of all, and the parts of those that may be
    /// ours.
    async fn second_round(cx: &Reading<'_>, found: Found, tagged: &Tagged) -> Result<Found> {
        listing::marked(cx, found, tagged).await
    }

    /// Adds the targets with their parts to the world, which has the services.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        listing::insert(cx.graph, world, &found)
    }

    /// One call for 50 targets, and the listings of the policies and actions of those that exist.
    fn least_reads(graph: &Graph, world: &World) -> usize {
        listing::least_reads(graph, world)
    }
}

/// Returns the id of a service in Application Auto Scaling, from the names of its cluster and of itself.
fn resource(cluster: &str, service: &str) -> String {
    format!("service/{cluster}/{service}")
}

/// Returns the last part of an ARN, or a name as it is.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The moment from which a call finds what earlier calls have created.
const KNOWN: Condition = Condition::new(
    "Application Auto Scaling to know the service",
    Duration::from_secs(5),
    Duration::from_mins(2),
)
.looked_at_once();

/// Returns why a call may succeed later. `None` if it will not.
///
/// The refusal of an unknown service has no code of its own, so its text is compared.
fn not_yet(error: &Error) -> Option<&'static str> {
    if error.has_code("ConcurrentUpdateException") {
        return Some("another change of the autoscaling is under way");
    }
    if error.has_code("ObjectNotFoundException") {
        return Some("Application Auto Scaling does not know the new target yet");
    }
    let is_unknown = error.to_string().contains("ECS service doesn't exist");
    is_unknown.then_some("Application Auto Scaling does not know the new service yet")
}

/// Makes a call, and repeats it while it does not find what it names.
///
/// # Errors
///
/// AWS refused the call for another reason, or for 2 minutes.
async fn accepted<T, Call, Answer>(cx: &Context, id: &Id, call: Call) -> Result<T>
where
    Call: Fn() -> Answer,
    Answer: Future<Output = Result<T>>,
{
    wait(cx, id, &KNOWN, || async {
        match call().await {
            Ok(value) => Ok(Look::Met(value)),
            Err(error) => match not_yet(&error) {
                Some(note) => Ok(Look::Refused(note.to_owned(), error)),
                None => Err(error),
            },
        }
    })
    .await
}
