//! Deployments that were given up: read only for services that do not run what is wanted.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision};
use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Id, Result, World,
    engine::{
        diff::{Change, diff},
        held::{Attempt, Tried},
        kind::{Resource, from_value, to_value},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::ecs::{
        read::{capacity, normal, registry},
        service,
        task_definition::TaskDefinition,
    },
    tags::Ownership,
};

/// The most deployments or revisions of services that one call describes.
const BATCH: usize = 20;

/// The ARN of each service's last service deployment.
pub(crate) type LastDeployments = BTreeMap<Id, String>;

/// Notes the last deployment of each service whose state or revision is not as wanted, if it was given up.
pub(crate) async fn note(aws: &Aws, graph: &Graph, world: &mut World, last: LastDeployments) -> Result<()> {
    let asked: BTreeMap<String, Id> =
        last.into_iter().filter(|(id, _)| is_astray(graph, world, id)).map(|(id, arn)| (arn, id)).collect();
    let given_up = given_up(aws, asked.keys().cloned().collect()).await?;
    let brought = brought(aws, given_up.iter().filter_map(target).collect()).await?;
    let attempts = given_up.iter().filter_map(|deployment| {
        let id = asked.get(deployment.service_deployment_arn()?)?;
        let revision = brought
            .iter()
            .find(|revision| revision.service_revision_arn() == target(deployment).as_deref())?;
        Some((id, world.get(id)?, deployment, revision))
    });
    let attempts =
        attempts.map(|(id, live, deployment, revision)| attempt(aws, graph, id, live, deployment, revision));
    for (id, attempt) in try_join_all(attempts).await?.into_iter().flatten() {
        world.note_attempt(&id, &attempt);
    }
    Ok(())
}

/// Whether a service of ours, or the revision that it runs, is not as wanted. One that others have registered is not,
/// unless the stack leaves its image to others.
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

async fn given_up(aws: &Aws, arns: Vec<String>) -> Result<Vec<ServiceDeployment>> {
    let mut found = deployments(aws, &arns).await?;
    found.retain(|found| found.status().is_some_and(is_given_up));
    Ok(found)
}

/// Service deployments by their ARNs, as far as they exist.
pub(crate) async fn deployments(aws: &Aws, arns: &[String]) -> Result<Vec<ServiceDeployment>> {
    let batches = arns.chunks(BATCH).map(async |batch| {
        let request = aws.ecs.describe_service_deployments();
        let request = request.set_service_deployment_arns(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeServiceDeployments")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.service_deployments.unwrap_or_default()).collect())
}

/// Whether AWS has given a deployment up.
pub(crate) fn is_given_up(status: &Status) -> bool {
    !matches!(status, Status::Pending | Status::InProgress | Status::Successful)
}

fn target(deployment: &ServiceDeployment) -> Option<String> {
    deployment.target_service_revision().and_then(|revision| revision.arn()).map(str::to_owned)
}

/// What deployments were to bring.
async fn brought(aws: &Aws, arns: Vec<String>) -> Result<Vec<ServiceRevision>> {
    let batches = arns.chunks(BATCH).map(async |batch| {
        let request = aws.ecs.describe_service_revisions().set_service_revision_arns(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeServiceRevisions")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.service_revisions.unwrap_or_default()).collect())
}

/// The attempt as a plan compares it; none when the revision of the task definition no longer exists.
async fn attempt(
    aws: &Aws,
    graph: &Graph,
    id: &Id,
    live: &Live,
    deployment: &ServiceDeployment,
    revision: &ServiceRevision,
) -> Result<Option<(Id, Attempt)>> {
    let arn = revision.task_definition().sent("ecs:DescribeServiceRevisions", "taskDefinition")?;
    let Some((found, tags)) = super::revision(aws, arn).await.none_if(&["ClientException"])? else {
        return Ok(None);
    };
    let (definition, mut tried) = normal::live(graph, &found, tags)?;
    if let Some(members) = tried.state.as_object_mut() {
        // It was active when it was tried.
        members.remove("status");
    }
    let state: service::State = from_value(&live.state);
    let running = short(&state.task_definition);
    let service =
        Tried { id: id.clone(), state: to_value(&tried_state(state, revision)), output: live.output.clone() };
    let attempt = Attempt {
        status: deployment.status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
        reason: reason(deployment),
        wanted: short(arn),
        running,
        tried: vec![Tried { id: definition, state: tried.state, output: tried.output }, service],
    };
    Ok(Some((id.clone(), attempt)))
}

/// The state that the service would have now.
fn tried_state(live: service::State, revision: &ServiceRevision) -> service::State {
    let mut tried = service::State { deployment: None, ..live };
    revision.task_definition().unwrap_or_default().clone_into(&mut tried.task_definition);
    if let Some(network) = revision.network_configuration().and_then(|network| network.awsvpc_configuration())
    {
        tried.security_groups = network.security_groups().iter().cloned().collect();
        tried.settings.subnets = network.subnets().iter().cloned().collect();
        tried.settings.assign_public_ip = super::is_public(network);
    }
    tried.registry = revision.service_registries().first().map(registry);
    tried.settings.capacity = capacity(revision.capacity_provider_strategy(), revision.launch_type());
    tried
}

/// Why a deployment ended, as far as AWS says so itself.
pub(crate) fn reason(found: &ServiceDeployment) -> Option<String> {
    let rollback = found.rollback().and_then(|rollback| rollback.reason());
    let mut reasons: Vec<&str> = found.status_reason().into_iter().chain(rollback).collect();
    reasons.dedup();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The family and the number in the ARN of a revision.
pub(crate) fn short(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}
