//! Scalable targets: the bounds between which Application Auto Scaling keeps the number of tasks of a service.
//!
//! The object has no name, so it goes by that of its service.
//!
//! # Facts about AWS
//!
//! - `RegisterScalableTarget` creates and changes. It refuses tags for a target that exists, so a creation asks once,
//!   and looks for the target before it asks again.
//! - AWS deletes the target with its service, so a plan that deletes the service has no call for it.
//! - A scheduled action changes the bounds, and they stay so. A bound that an action of the stack sets is therefore as
//!   right as the one that the target begins with.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_applicationautoscaling::{
    operation::register_scalable_target::builders::RegisterScalableTargetFluentBuilder as Register,
    types::{ScalableDimension, ScalableTarget as SdkTarget, ServiceNamespace, SuspendedState},
};
use serde::{Deserialize, Serialize};
use sss_model::{Path, ScalingProcess};

use super::{accepted, listing, resource, short};
use crate::{
    Graph, Id, Result, World,
    engine::{
        graph::{Handle, Refs},
        kind::{Consequences, Found, Immutable, NewName, Object, Resource, Retag, Settling, Way, from_value},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        ecs::{
            cluster::Cluster,
            service::{self, Service},
        },
        lag,
        retag::retag,
        whole::{Change, Whole},
    },
    tags::{Ownership, Tags, marks, observed, of_others, pairs},
};

/// The bounds of the number of tasks of a service.
pub(crate) struct ScalableTarget {
    /// The name of the service.
    pub(crate) name: String,
    pub(crate) cluster: Handle<Cluster>,
    pub(crate) service: Handle<Service>,
    pub(crate) min: i32,
    pub(crate) max: i32,
    /// The minima that scheduled actions set.
    pub(crate) scheduled_min: BTreeSet<i32>,
    /// The maxima that scheduled actions set.
    pub(crate) scheduled_max: BTreeSet<i32>,
    /// The processes that are suspended, by their words in a stack file.
    pub(crate) suspended: BTreeSet<String>,
    pub(crate) tags: Tags,
}

/// The managed part of a scalable target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The ARN of the cluster.
    pub(crate) cluster: String,
    /// The ARN of the service.
    pub(crate) service: String,
    pub(crate) min: i32,
    pub(crate) max: i32,
    /// The processes that are suspended.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub(crate) suspended: BTreeSet<String>,
    pub(crate) tags: Tags,
}

impl State {
    /// Returns the resource id.
    fn resource(&self) -> String {
        resource(short(&self.cluster), short(&self.service))
    }
}

/// The names of a scalable target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) arn: String,
    /// The resource id, by which policies and scheduled actions refer to the target.
    pub(crate) resource: String,
}

const fn fixed(path: Path) -> Immutable {
    Immutable {
        path,
        because: "Application Auto Scaling registers each service of each cluster by itself",
        name: NewName::Same,
        downtime: None,
    }
}

impl Resource for ScalableTarget {
    const NAME: &'static str = "application-autoscaling/scalable-target";
    const CONSEQUENCES: Option<Consequences<Self>> = Some(consequences);
    const IMMUTABLE: &'static [Immutable] =
        &[fixed(Path::literal("cluster")), fixed(Path::literal("service"))];
    const TAGGING: Option<[&'static str; 2]> = Some(TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = REGISTER;
    const GRANTS: &'static [Grant] = super::grants::TARGET;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})"), resource: format!("(id of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            cluster: refs.get(&self.cluster).arn,
            service: refs.get(&self.service).arn,
            min: self.min,
            max: self.max,
            suspended: self.suspended.clone(),
            tags: self.tags.clone(),
        }
    }

    /// Registers the target with its tags.
    ///
    /// After a lost answer, the target of the service with the stack's mark is the one.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let make = || async {
            let tags: HashMap<_, _> = want.tags.clone().into_iter().collect();
            let request = register(cx, None, want).set_tags(Some(tags));
            let made = send_once!(aws_sdk_applicationautoscaling, request).await.of(REGISTER)?;
            made.scalable_target_arn.sent(REGISTER, "ScalableTargetARN")
        };
        let arn = accepted(cx, id, || once(cx, id, make, || made(cx, want))).await?;
        Ok(Output { arn, resource: want.resource() })
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A target that no longer exists counts as deregistered: it goes with its service.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { live, want } => {
                let call = || async { register(cx, Some(live), want).send().await.of(REGISTER).map(drop) };
                accepted(cx, on.id, call).await
            }
            Change::Delete(_) => {
                let request = cx.aws.scaling.deregister_scalable_target();
                let request = request
                    .service_namespace(ServiceNamespace::Ecs)
                    .resource_id(&on.output.resource)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
                request.send().await.of(DEREGISTER).none_if(&["ObjectNotFoundException"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        let tags = |tags: &Tags| tags.clone().into_iter().collect::<HashMap<_, _>>();
        let (untag, tag) = (cx.aws.scaling.untag_resource(), cx.aws.scaling.tag_resource());
        retag!(untag, tag, TAGGING, &found.output.arn, change, tags)
    }

    /// Only the listing of tags has the tags, and targets of services that no longer scale.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

/// Returns what AWS does with the tasks because of the step: it moves the count into the bounds at once. A service
/// without tasks that always keeps some has them from its own step.
fn consequences(way: &Way<'_, State>, wanted: Option<&ScalableTarget>, world: &World) -> Vec<String> {
    let least = wanted.map_or(0, |target| target.scheduled_min.iter().copied().fold(target.min, i32::min));
    let moves = |live, want| moves(live, want, count(want, world).filter(|count| *count > 0 || least == 0));
    match way {
        Way::Make(want) => moves(None, want),
        Way::Change(live, want) => moves(Some(live), want),
        Way::Remove(live) => stays(live, world),
    }
}

impl Whole for ScalableTarget {
    const UPDATE: &'static str = REGISTER;
    const DELETE: &'static str = DEREGISTER;
}

const REGISTER: &str = "application-autoscaling:RegisterScalableTarget";
const DEREGISTER: &str = "application-autoscaling:DeregisterScalableTarget";
/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["application-autoscaling:TagResource", "application-autoscaling:UntagResource"];

/// Returns the registration of a target with the members that differ. It merges, so the others stay.
///
/// The live bounds may be those of a scheduled action, although the state has the ones that the stack begins with.
fn register(cx: &Context, live: Option<&State>, want: &State) -> Register {
    let is_suspended = |process: ScalingProcess| want.suspended.contains(process.as_str());
    let suspended = SuspendedState::builder()
        .dynamic_scaling_in_suspended(is_suspended(ScalingProcess::ScaleIn))
        .dynamic_scaling_out_suspended(is_suspended(ScalingProcess::ScaleOut))
        .scheduled_scaling_suspended(is_suspended(ScalingProcess::Schedule))
        .build();
    cx.aws
        .scaling
        .register_scalable_target()
        .service_namespace(ServiceNamespace::Ecs)
        .resource_id(want.resource())
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .set_min_capacity(live.is_none_or(|live| live.min != want.min).then_some(want.min))
        .set_max_capacity(live.is_none_or(|live| live.max != want.max).then_some(want.max))
        .set_suspended_state(live.is_none_or(|live| live.suspended != want.suspended).then_some(suspended))
}

/// Returns the ARN of the target of a service, if it is ours.
async fn made(cx: &Context, want: &State) -> Result<Option<String>> {
    let found = listing::targets(&cx.aws, &[want.resource()]).await?;
    let Some(arn) = found.into_iter().find_map(|found| found.scalable_target_arn) else { return Ok(None) };
    let tags = listing::tags(&cx.aws, &arn).await?;
    Ok(marks(&cx.stack, pairs(&tags)).then_some(arn))
}

/// Returns the number of tasks that the service of a target should run now. `None` for a new service.
fn count(state: &State, world: &World) -> Option<i32> {
    let (_, live) = of_arn(&state.service, world)?;
    Some(from_value::<service::State>(&live.state).settings.desired_count)
}

/// Returns the service with this ARN.
fn of_arn<'w>(arn: &str, world: &'w World) -> Option<(&'w Id, &'w Live)> {
    let mut services = world.of_kind(Service::KIND);
    services.find(|(_, live)| from_value::<service::Output>(&live.output).arn == arn)
}

/// Returns how new bounds move the present count, and that the service may run no task.
fn moves(live: Option<&State>, want: &State, count: Option<i32>) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(count) = count {
        if count < want.min {
            let (missing, min) = (want.min - count, want.min);
            all.push(format!(
                "AWS starts {missing} more {} at once: {count} of at least {min} are wanted now",
                tasks(missing)
            ));
        } else if count > want.max {
            let (surplus, max) = (count - want.max, want.max);
            all.push(format!(
                "AWS stops {surplus} {} at once: {count} are wanted now, and {max} at most stay",
                tasks(surplus)
            ));
        }
    }
    if want.min == 0 && live.is_none_or(|live| live.min != 0) {
        all.push("the service may scale in until no task runs".to_owned());
    }
    all
}

/// Returns that the present count stays when autoscaling ends and its service does not.
fn stays(live: &State, world: &World) -> Vec<String> {
    let count = count(live, world);
    count.map(|count| format!("the service keeps the {count} {} of now", tasks(count))).into_iter().collect()
}

/// Returns a live bound. One that a scheduled action sets counts as the one that the stack begins with.
fn bound(found: i32, wanted: Option<(i32, &BTreeSet<i32>)>) -> i32 {
    wanted.filter(|(_, scheduled)| scheduled.contains(&found)).map_or(found, |(wanted, _)| wanted)
}

fn tasks(count: i32) -> &'static str {
    if count == 1 { "task" } else { "tasks" }
}

/// Decodes a target with its tags. One that is ours is a part of its service, if the world has that.
///
/// # Errors
///
/// The answer lacks the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, world: &World, found: &SdkTarget, all: Tags) -> Result<(Id, Live)> {
    const OPERATION: &str = "application-autoscaling:DescribeScalableTargets";
    let arn = found.scalable_target_arn().sent(OPERATION, "ScalableTargetARN")?.to_owned();
    let (cluster, name) = listing::names(found.resource_id());
    let others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let service = world.of_kind(Service::KIND).find_map(|(id, live)| {
        let state: service::State = from_value(&live.state);
        let is_one = live.name == name && short(&state.cluster) == cluster;
        is_one.then(|| (id, state.cluster, from_value::<service::Output>(&live.output).arn))
    });

    let is_suspended =
        |of: fn(&SuspendedState) -> Option<bool>| found.suspended_state().and_then(of) == Some(true);
    let suspended = [
        (ScalingProcess::ScaleIn, is_suspended(SuspendedState::dynamic_scaling_in_suspended)),
        (ScalingProcess::ScaleOut, is_suspended(SuspendedState::dynamic_scaling_out_suspended)),
        (ScalingProcess::Schedule, is_suspended(SuspendedState::scheduled_scaling_suspended)),
    ];
    let suspended = suspended.into_iter().filter(|(_, is_suspended)| *is_suspended);
    let id = Id::new(ScalableTarget::KIND, name);
    let wanted = graph.resource::<ScalableTarget>(&id);
    let state = State {
        cluster: service.as_ref().map_or_else(|| cluster.to_owned(), |(_, cluster, _)| cluster.clone()),
        service: service.as_ref().map_or_else(|| found.resource_id().to_owned(), |(_, _, arn)| arn.clone()),
        min: bound(found.min_capacity(), wanted.map(|wanted| (wanted.min, &wanted.scheduled_min))),
        max: bound(found.max_capacity(), wanted.map(|wanted| (wanted.max, &wanted.scheduled_max))),
        suspended: suspended.map(|(process, _)| process.as_str().to_owned()).collect(),
        tags,
    };
    let output = Output { arn: arn.clone(), resource: found.resource_id().to_owned() };

    let is_ours = ownership == Ownership::Ours;
    let live = Found::<ScalableTarget> { physical: arn, name: name.to_owned(), state, output };
    let live = live.into_live(ownership).with_tags_of_others(&others);
    Ok(match service.filter(|_| is_ours) {
        Some((service, ..)) => (id, live.part_of(service)),
        None => (id, live),
    })
}
