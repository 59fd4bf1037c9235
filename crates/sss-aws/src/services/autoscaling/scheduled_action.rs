//! Scheduled actions: changes of the bounds of a target at times.
//!
//! # Facts about AWS
//!
//! - `PutScheduledAction` creates and changes an action by its name. It merges, so each call names all members. A start
//!   and an end are removed by leaving them out.
//! - An action without a time zone is in UTC.

use aws_sdk_applicationautoscaling::types::{
    ScalableDimension, ScalableTargetAction, ScheduledAction as SdkAction, ServiceNamespace,
};
use serde::{Deserialize, Serialize};

use super::{
    accepted, listing,
    policy::{PARTS, own_name, physical},
    scalable_target::ScalableTarget,
};
use crate::{
    Id, Moment, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, Nothing, Object, Part, Resource, Way},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer},
    grant::Grant,
    services::whole::{Change, Whole},
    tags::Ownership,
};

/// The time zone of actions that name none.
const UTC: &str = "UTC";

/// A scheduled action of a target.
pub(crate) struct ScheduledAction {
    /// The logical name: the name of the service, a slash, and the name on AWS.
    pub(crate) name: String,
    pub(crate) target: Handle<ScalableTarget>,
    /// The times, such as `rate(2 hours)`.
    pub(crate) schedule: String,
    /// The time zone by its name of IANA. `None` for UTC.
    pub(crate) time_zone: Option<String>,
    /// The new minimum. `None` if it stays.
    pub(crate) min: Option<i32>,
    /// The new maximum. `None` if it stays.
    pub(crate) max: Option<i32>,
}

/// The managed part of a scheduled action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The resource id of the target.
    pub(crate) target: String,
    pub(crate) schedule: String,
    pub(crate) time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) min: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) max: Option<i32>,
    /// The time from which on it happens, in ISO 8601. Never desired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) start: Option<String>,
    /// The time until which it happens, in ISO 8601. Never desired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) end: Option<String>,
}

impl Resource for ScheduledAction {
    const NAME: &'static str = "application-autoscaling/scheduled-action";
    const IMMUTABLE: &'static [Immutable] = PARTS;
    const PART: Part = Part::Alone;
    const CREATE: &'static str = PUT;
    const GRANTS: &'static [Grant] = super::grants::ACTION;
    type State = State;
    type Output = Nothing;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(_id: &Id) -> Nothing {
        Nothing {}
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            target: refs.get(&self.target).resource,
            schedule: self.schedule.clone(),
            time_zone: normal(self.time_zone.as_deref()),
            min: self.min,
            max: self.max,
            start: None,
            end: None,
        }
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Nothing> {
        put(cx, id, name, want).await.map(|()| Nothing {})
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. An action that no longer exists counts as deleted: it goes with its target.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => put(cx, on.id, on.name, want).await,
            Change::Delete(live) => {
                let request = cx.aws.scaling.delete_scheduled_action();
                let request = request
                    .service_namespace(ServiceNamespace::Ecs)
                    .resource_id(&live.target)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                    .scheduled_action_name(own_name(on.name));
                request.send().await.of(DELETE).none_if(&["ObjectNotFoundException"]).map(drop)
            }
        }
    }
}

impl Whole for ScheduledAction {
    const UPDATE: &'static str = PUT;
    const DELETE: &'static str = DELETE;
}

const PUT: &str = "application-autoscaling:PutScheduledAction";
const DELETE: &str = "application-autoscaling:DeleteScheduledAction";

/// Creates an action, or sets all its members.
async fn put(cx: &Context, id: &Id, name: &str, want: &State) -> Result<()> {
    let bounds =
        ScalableTargetAction::builder().set_min_capacity(want.min).set_max_capacity(want.max).build();
    let request = cx
        .aws
        .scaling
        .put_scheduled_action()
        .service_namespace(ServiceNamespace::Ecs)
        .resource_id(&want.target)
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .scheduled_action_name(own_name(name))
        .schedule(&want.schedule)
        .timezone(&want.time_zone)
        .scalable_target_action(bounds);
    accepted(cx, id, || async { request.clone().send().await.of(PUT).map(drop) }).await
}

/// Returns a time zone in normal form: UTC has one name.
fn normal(zone: Option<&str>) -> String {
    match zone {
        None | Some("Etc/UTC") => UTC.to_owned(),
        Some(zone) => zone.to_owned(),
    }
}

/// Decodes a scheduled action. Its owner follows from its target.
pub(super) fn decode(found: &SdkAction) -> (Id, Live) {
    let (_, service) = listing::names(found.resource_id());
    let name = format!("{service}/{}", found.scheduled_action_name());
    let bounds = found.scalable_target_action();
    let time = |time: &aws_smithy_types::DateTime| Moment::from(time).to_string();
    let state = State {
        target: found.resource_id().to_owned(),
        schedule: found.schedule().to_owned(),
        time_zone: normal(found.timezone()),
        min: bounds.and_then(ScalableTargetAction::min_capacity),
        max: bounds.and_then(ScalableTargetAction::max_capacity),
        start: found.start_time().map(time),
        end: found.end_time().map(time),
    };
    let physical = physical(found.scheduled_action_arn());
    let live = Found::<ScheduledAction> { physical, name: name.clone(), state, output: Nothing {} };
    (Id::new(ScheduledAction::KIND, name), live.into_live(Ownership::Unmarked))
}
