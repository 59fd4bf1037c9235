//! Deployments that ECS gave up. They are read only for services that do not run the desired revision.
//!
//! A deployment that was rolled back would fail again. So a plan must know it: if the last deployment of a
//! service was to bring just what the stack wants, the plan holds the service back until somebody changes the
//! stack or asks for a retry. An [`Attempt`](crate::engine::held::Attempt) in the world is this knowledge.
//!
//! The ARN of the last service deployment comes with `DescribeServices`. Its end takes one call for twenty
//! services, its service revision another, and its revision of the task definition one call each.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision};
use futures_util::future::try_join_all;

use crate::{
    Graph, Id, Result, World,
    engine::{
        diff::{Change, diff},
        held::{Attempt, Tried},
        kind::{Resource, from_value, to_value},
        world::Live,
    },
    error::{Absent, Sent},
    services::{
        aws_service::Reading,
        ecs::{
            listing,
            service::{State, encoding::decode_revision},
            task_definition::{self, TaskDefinition},
        },
    },
    tags::Ownership,
};

/// The ARN of each service's last service deployment.
///
/// That `currentServiceDeployment` is the newest one, also after a rollback, is an assumption.
pub(in crate::services::ecs) type LastDeployments = BTreeMap<Id, String>;

/// Notes the last deployment of each service that is not as desired, if ECS gave it up.
///
/// If all services are as desired, this makes no call.
///
/// # Errors
///
/// A call failed or was denied.
pub(in crate::services::ecs) async fn note(
    cx: &Reading<'_>,
    world: &mut World,
    last: LastDeployments,
) -> Result<()> {
    let asked = last.into_iter().filter(|(id, _)| is_astray(cx.graph, world, id));
    let asked: BTreeMap<String, Id> = asked.map(|(id, arn)| (arn, id)).collect();
    let arns: Vec<String> = asked.keys().cloned().collect();
    let mut given_up = listing::deployments(cx.aws, &arns).await?;
    given_up.retain(|found| found.status().is_some_and(is_given_up));

    let targets: Vec<String> = given_up.iter().filter_map(target).collect();
    let brought = listing::service_revisions(cx.aws, &targets).await?;
    let attempts = given_up.iter().filter_map(|deployment| {
        let id = asked.get(deployment.service_deployment_arn()?)?;
        let target = target(deployment);
        let revision =
            brought.iter().find(|revision| revision.service_revision_arn() == target.as_deref())?;
        Some((id, world.get(id)?, deployment, revision))
    });
    let attempts =
        attempts.map(|(id, live, deployment, revision)| attempt(cx, id, live, deployment, revision));

    for (id, attempt) in try_join_all(attempts).await?.into_iter().flatten() {
        world.note_attempt(id, attempt);
    }
    Ok(())
}

/// Returns whether a service of ours, or the revision that it runs, is not as desired.
///
/// A revision of others is not as desired, unless the stack leaves its image to others. Tags do not count.
fn is_astray(graph: &Graph, world: &World, id: &Id) -> bool {
    let differs = |id: &Id| {
        let both = world.get(id).zip(graph.node(id)).zip(graph.desired(id, world));
        both.is_some_and(|((live, node), desired)| {
            let desired = node.desired_over(&live.state, &desired);
            let is_foreign = live.ownership != Ownership::Ours && !node.is_shared();
            is_foreign || !diff(&live.state, &desired).iter().all(Change::is_of_tags)
        })
    };
    let is_ours = world.get(id).is_some_and(|live| live.ownership == Ownership::Ours);
    let mut revisions = graph.reads(id).iter().filter(|read| read.kind == TaskDefinition::KIND);
    is_ours && (differs(id) || revisions.any(differs))
}

/// Returns whether ECS has given a deployment up: it failed, was stopped or rolled back, or ECS is about to
/// do so.
pub(super) fn is_given_up(status: &Status) -> bool {
    !matches!(status, Status::Pending | Status::InProgress | Status::Successful)
}

/// Returns the ARN of the service revision that a service deployment was to bring.
fn target(deployment: &ServiceDeployment) -> Option<String> {
    deployment.target_service_revision().and_then(|revision| revision.arn()).map(str::to_owned)
}

/// Returns the attempt as a plan compares it, or `None` if the revision of the task definition no longer
/// exists.
///
/// A service revision has no count and no percentages. The attempt takes these from the live service, so they
/// make no difference between attempt and desired state.
async fn attempt(
    cx: &Reading<'_>,
    id: &Id,
    live: &Live,
    deployment: &ServiceDeployment,
    revision: &ServiceRevision,
) -> Result<Option<(Id, Attempt)>> {
    let arn = revision.task_definition().sent("ecs:DescribeServiceRevisions", "taskDefinition")?;
    let Some((found, tags)) = listing::revision(cx.aws, arn).await.none_if(&["ClientException"])? else {
        return Ok(None);
    };

    let (definition, mut tried) = task_definition::decode(cx.graph, &found, tags)?;
    if let Some(members) = tried.state.as_object_mut() {
        // The revision was active when ECS tried it.
        members.remove("status");
    }

    let state: State = from_value(&live.state);
    let running = short(&state.task_definition);
    let service = Tried {
        id: id.clone(),
        state: to_value(&decode_revision(state, revision)),
        output: live.output.clone(),
    };

    let attempt = Attempt {
        ending: deployment.status().map_or("failed", ending).to_owned(),
        status: deployment.status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
        reason: reason(deployment),
        wanted: short(arn),
        running,
        tried: vec![Tried { id: definition, state: tried.state, output: tried.output }, service],
    };
    Ok(Some((id.clone(), attempt)))
}

/// Returns the reason why a deployment ended, where ECS reports one. The reason of a rollback follows, if it
/// is another one.
pub(in crate::services::ecs) fn reason(found: &ServiceDeployment) -> Option<String> {
    let rollback = found.rollback().and_then(|rollback| rollback.reason());
    let mut reasons: Vec<&str> = found.status_reason().into_iter().chain(rollback).collect();
    reasons.dedup();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// Returns the family and the number in the ARN of a revision, such as `shop-orders:3`.
///
/// It serves other ARNs as well: it returns the text behind the last slash.
pub(in crate::services::ecs) fn short(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}

/// Returns how a deployment ended, as it fits "the last deployment …".
fn ending(status: &Status) -> &'static str {
    match status {
        Status::RollbackSuccessful => "was rolled back",
        Status::RollbackRequested | Status::RollbackInProgress => "is being rolled back",
        Status::Stopped => "was stopped",
        Status::StopRequested => "is being stopped",
        _ => "failed",
    }
}
