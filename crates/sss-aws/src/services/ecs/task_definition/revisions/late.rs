//! Revisions that are read while the first changes of an apply are made.
//!
//! ECS describes one revision per call, and twenty per second. So a new image of 300 services would wait 13 seconds
//! before the first registration, only to read what each of them changes.
//!
//! An observation leaves the revisions that no hash proves if nothing else differs from the stack. The world then has
//! them as desired, so its plan shows all other steps. If there is one, everything is read before the first write.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use super::{ByFamily, Running, as_wanted, earlier, read};
use crate::{
    Id, Result, World,
    engine::{
        kind::{Resource, from_value},
        world::{Fact, Live},
    },
    services::{
        aws_service::Reading,
        ecs::{
            service::{Service, attempts},
            task_definition::{State, TaskDefinition},
        },
    },
};

/// The last service deployment of a service whose revision is read later.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::services::ecs) struct LastDeployment(pub(in crate::services::ecs) Option<String>);

impl Fact for LastDeployment {
    const NAME: &'static str = "last_deployment";
}

/// Returns whether revisions may be read later: the stack has the family of each, and only its own services run it.
pub(super) fn can_wait(cx: &Reading<'_>, running: &[Running]) -> bool {
    let families: BTreeSet<&str> = running.iter().map(|running| super::family(&running.arn)).collect();
    cx.leaves
        && families.len() == running.len()
        && running.iter().all(|running| running.of_ours)
        && families.iter().all(|family| cx.graph.node(&Id::new(TaskDefinition::KIND, *family)).is_some())
}

/// Returns running revisions as they are desired, to be read later.
pub(super) fn left(cx: &Reading<'_>, world: &World, unproven: &ByFamily<'_>) -> Vec<(Id, Live)> {
    let left = unproven.iter().filter_map(|(family, running)| {
        let id = Id::new(TaskDefinition::KIND, *family);
        let state: State = from_value(&cx.graph.desired(&id, world)?);
        let (id, live) = as_wanted(id, &running.arn, state);
        Some((id, live.presumed()))
    });
    left.collect()
}

/// Reads at most this number of revisions that were left, and the failed deployments of their services.
///
/// # Errors
///
/// A call failed or was denied.
pub(in crate::services::ecs) async fn read_left(
    cx: &Reading<'_>,
    world: &mut World,
    most: usize,
) -> Result<()> {
    let left = world.unread().filter(|(id, _)| id.kind == TaskDefinition::KIND).take(most);
    let left: Vec<(Id, String)> = left.map(|(id, live)| (id.clone(), live.physical.clone())).collect();
    if left.is_empty() {
        return Ok(());
    }

    let reads = left.iter().map(|(id, arn)| read(cx, world, &id.name, arn));
    let mut found: Vec<(Id, Live)> = try_join_all(reads).await?.into_iter().flatten().collect();
    let earlier = earlier(cx, world, found.iter()).await?;
    found.extend(earlier);

    for (id, _) in &left {
        world.remove(id);
    }
    world.extend(found);

    let ids: BTreeSet<&Id> = left.iter().map(|(id, _)| id).collect();
    let last = last_deployments(cx, world, &ids);
    attempts::note(cx, world, last).await
}

/// Returns the last service deployments of the services that run these revisions.
fn last_deployments(cx: &Reading<'_>, world: &World, revisions: &BTreeSet<&Id>) -> attempts::LastDeployments {
    let services = world.of_kind(Service::KIND);
    let runs = services.filter(|(id, _)| cx.graph.reads(id).iter().any(|read| revisions.contains(read)));
    let last = runs.filter_map(|(id, live)| Some((id.clone(), live.facts.get::<LastDeployment>().0?)));
    last.collect()
}
