//! The autoscaling of one service: a scalable target, its policies, and its scheduled actions.

use std::collections::BTreeMap;

use sss_model::{Scaling, Service as Wanted, Stack, StepPolicy};

use super::{Shared, load_balancing::Way, number, tagged};
use crate::{
    Graph, Id,
    engine::{graph::Handle, kind::Resource},
    services::{
        autoscaling::{
            policy::{self, Range, Requests, ScalingPolicy, Steps, Tracking},
            scalable_target::ScalableTarget,
            scheduled_action::ScheduledAction,
        },
        ecs::service::Service,
    },
};

/// The metrics that a policy of this name tracks. The last one needs the target group of the service.
const METRICS: [(&str, &str); 3] = [
    ("cpu", "ECSServiceAverageCPUUtilization"),
    ("memory", "ECSServiceAverageMemoryUtilization"),
    ("requests", "ALBRequestCountPerTarget"),
];

/// Adds the resources of the autoscaling of a service. A service without it has none.
pub(super) fn add(
    graph: &mut Graph,
    stack: &Stack,
    shared: &Shared,
    wanted: &Wanted,
    way: Option<&Way>,
    service: &Handle<Service>,
) {
    let Some(scaling) = &wanted.scaling else { return };
    let target = graph.add(ScalableTarget {
        name: stack.service_name(&wanted.name),
        cluster: shared.cluster.clone(),
        service: service.clone(),
        min: number(scaling.min),
        max: number(scaling.max),
        scheduled_min: scaling.schedule.iter().filter_map(|action| action.min).map(number).collect(),
        scheduled_max: scaling.schedule.iter().filter_map(|action| action.max).map(number).collect(),
        suspended: scaling.suspended.iter().map(|process| process.as_str().to_owned()).collect(),
        tags: tagged(stack, [&wanted.tags]),
    });

    let name = |own: &str| part(stack, &wanted.name, own);
    for (own, value) in scaling.tracked() {
        let tracking = tracking(scaling, own, value);
        let requests = (own == "requests").then(|| requests(way, service)).flatten();
        let configured = match requests {
            Some(requests) => policy::Wanted::Requests(tracking, requests),
            None => policy::Wanted::Tracking(tracking),
        };
        graph.add(ScalingPolicy { name: name(own), target: target.clone(), wanted: configured });
    }
    for steps in &scaling.steps {
        let configured = policy::Wanted::Steps(normal(steps));
        graph.add(ScalingPolicy { name: name(&steps.name), target: target.clone(), wanted: configured });
    }
    for action in &scaling.schedule {
        graph.add(ScheduledAction {
            name: name(&action.name),
            target: target.clone(),
            schedule: action.at.clone(),
            time_zone: action.time_zone.clone(),
            min: action.min.map(number),
            max: action.max.map(number),
        });
    }
}

/// Returns the ids of the policies and scheduled actions of a service.
pub(crate) fn parts<'a>(
    stack: &'a Stack,
    key: &'a str,
    scaling: &'a Scaling,
) -> impl Iterator<Item = Id> + 'a {
    let tracked = scaling.tracked().map(|(own, _)| own);
    let policies = tracked.chain(scaling.steps.iter().map(|steps| steps.name.as_str()));
    let policies = policies.map(|own| Id::new(ScalingPolicy::KIND, part(stack, key, own)));
    let actions = scaling.schedule.iter().map(|action| action.name.as_str());
    policies.chain(actions.map(|own| Id::new(ScheduledAction::KIND, part(stack, key, own))))
}

/// Returns the logical name of a part: names on AWS are unique in a target only.
fn part(stack: &Stack, key: &str, own: &str) -> String {
    format!("{}/{own}", stack.service_name(key))
}

/// Returns the configuration of a policy that keeps a metric at a value.
fn tracking(scaling: &Scaling, own: &str, value: u32) -> Tracking {
    let metric = BTreeMap::from(METRICS)[own];
    Tracking {
        metric: metric.to_owned(),
        label: None,
        value: value.into(),
        scale_in_cooldown: number(scaling.scale_in_cooldown),
        scale_out_cooldown: number(scaling.scale_out_cooldown),
        scale_in: scaling.scale_in,
    }
}

/// Returns the requests to a service behind a load balancer. The rules of the model ensure that it is behind one.
fn requests(way: Option<&Way>, service: &Handle<Service>) -> Option<Requests> {
    way.map(|way| Requests {
        listener: way.listener.clone(),
        target_group: way.target_group.clone(),
        service: service.clone(),
    })
}

/// Returns a policy with steps in normal form.
fn normal(wanted: &StepPolicy) -> Steps {
    let range = |range: &sss_model::StepAdjustment| Range {
        from: range.from.map(Into::into),
        to: range.to.map(Into::into),
        change: range.change,
    };
    let steps = Steps {
        adjustment: wanted.adjustment.as_str().to_owned(),
        at_least: wanted.at_least.map(number),
        cooldown: number(wanted.cooldown),
        aggregation: wanted.aggregation.as_str().to_owned(),
        ranges: wanted.ranges.iter().map(range).collect(),
    };
    steps.sorted()
}
