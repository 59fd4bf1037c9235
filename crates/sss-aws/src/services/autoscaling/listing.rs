//! The listings of Application Auto Scaling, and the parts of the targets that concern the stack.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_applicationautoscaling::types::{
    ScalableDimension, ScalableTarget as SdkTarget, ScalingPolicy as SdkPolicy, ScheduledAction as SdkAction,
    ServiceNamespace,
};
use futures_util::future::try_join_all;

use super::{
    Autoscaling, policy, resource,
    scalable_target::{self, ScalableTarget},
    scheduled_action, short,
};
use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        kind::{Resource, from_value},
        world::Live,
    },
    error::Answer,
    services::{
        aws_service::{AwsService, Reading},
        tagging::Tagged,
    },
    tags::{Ownership, Tags, left_alone},
};

/// The most resource ids of one call.
const IDS: usize = 50;

/// The number of targets from which on one listing of the region is read in place of one for each target.
///
/// A listing of the region has a page for each 10 policies of all stacks, one after the other. A few calls side by side
/// are faster than that, and independent of others.
const MANY: usize = 10;

/// The answers of Application Auto Scaling.
#[derive(Default)]
pub(crate) struct Found {
    targets: Vec<SdkTarget>,
    /// The tags of the targets by ARN. Empty until the second round.
    tags: BTreeMap<String, Tags>,
    policies: Vec<SdkPolicy>,
    actions: Vec<SdkAction>,
}

/// Reads the targets of the services that scale. Without any, it makes no call.
pub(super) async fn named(cx: &Reading<'_>) -> Result<Found> {
    let ids: Vec<String> = cx
        .graph
        .resources::<ScalableTarget>()
        .map(|(_, target)| resource(short(&target.cluster.id().name), &target.name))
        .collect();
    Ok(Found { targets: targets(cx.aws, &ids).await?, ..Found::default() })
}

/// Reads the targets with the stack's mark that have not been read, the tags of all, and their parts.
pub(super) async fn marked(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
    let known: BTreeSet<String> =
        found.targets.iter().filter_map(|target| target.scalable_target_arn.clone()).collect();
    let unread: BTreeSet<&str> =
        tagged.arns(Autoscaling::NAME, "scalable-target/").filter(|arn| !known.contains(*arn)).collect();
    if !unread.is_empty() {
        // An ARN does not tell the service of its target.
        let all = all_targets(cx.aws).await?;
        found.targets.extend(
            all.into_iter()
                .filter(|target| target.scalable_target_arn().is_some_and(|arn| unread.contains(arn))),
        );
    }

    let ids: Vec<String> = found.targets.iter().map(|target| target.resource_id().to_owned()).collect();
    let arns = found.targets.iter().filter_map(|target| {
        let arn = target.scalable_target_arn()?;
        let id = Id::new(ScalableTarget::KIND, names(target.resource_id()).1);
        Some((arn, id))
    });
    let tags = arns.map(async |(arn, id)| {
        let tags = match tagged.believed(cx.graph, &id, arn) {
            Some(tags) => tags.clone(),
            None => tags(cx.aws, arn).await?,
        };
        Ok((arn.to_owned(), tags))
    });
    let (tags, policies, actions) =
        tokio::try_join!(try_join_all(tags), policies(cx.aws, &ids), actions(cx.aws, &ids))?;
    found.tags = tags.into_iter().collect();
    (found.policies, found.actions) = (policies, actions);
    Ok(found)
}

/// Returns the cluster and the service of a resource id.
pub(super) fn names(resource: &str) -> (&str, &str) {
    resource.strip_prefix("service/").and_then(|names| names.split_once('/')).unwrap_or(("", resource))
}

/// Reads the targets with these resource ids. Those that do not exist are missing in the answer.
pub(super) async fn targets(aws: &Aws, ids: &[String]) -> Result<Vec<SdkTarget>> {
    let batches = ids.chunks(IDS).map(async |ids| {
        let request = aws.scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
        let request = request.scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
        let answer = request.set_resource_ids(Some(ids.to_vec())).send().await;
        answer.of("application-autoscaling:DescribeScalableTargets")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.scalable_targets.unwrap_or_default()).collect())
}

/// Lists the targets of all services of the region.
async fn all_targets(aws: &Aws) -> Result<Vec<SdkTarget>> {
    let request = aws.scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("application-autoscaling:DescribeScalableTargets")?;
        found.extend(page.scalable_targets.unwrap_or_default());
    }
    Ok(found)
}

/// Reads the tags of a target.
pub(super) async fn tags(aws: &Aws, arn: &str) -> Result<Tags> {
    let answer = aws.scaling.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("application-autoscaling:ListTagsForResource")?;
    Ok(answer.tags.unwrap_or_default().into_iter().collect())
}

/// Returns the resource ids to ask for one by one, or `None` for a listing of the region.
fn asked(ids: &[String]) -> Vec<Option<String>> {
    if ids.len() < MANY { ids.iter().cloned().map(Some).collect() } else { vec![None] }
}

/// Reads the policies of these targets, and perhaps those of others.
async fn policies(aws: &Aws, ids: &[String]) -> Result<Vec<SdkPolicy>> {
    let listings = asked(ids).into_iter().map(async |id| {
        let request = aws.scaling.describe_scaling_policies().service_namespace(ServiceNamespace::Ecs);
        let mut pages = request.set_resource_id(id).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of("application-autoscaling:DescribeScalingPolicies")?;
            found.extend(page.scaling_policies.unwrap_or_default());
        }
        Ok::<_, Error>(found)
    });
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// Reads the scheduled actions of these targets, and perhaps those of others.
async fn actions(aws: &Aws, ids: &[String]) -> Result<Vec<SdkAction>> {
    let listings = asked(ids).into_iter().map(async |id| {
        let request = aws.scaling.describe_scheduled_actions().service_namespace(ServiceNamespace::Ecs);
        let mut pages = request.set_resource_id(id).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of("application-autoscaling:DescribeScheduledActions")?;
            found.extend(page.scheduled_actions.unwrap_or_default());
        }
        Ok::<_, Error>(found)
    });
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// Adds the targets that concern the stack to the world, each with its policies and scheduled actions.
pub(super) fn insert(graph: &Graph, world: &mut World, found: &Found) -> Result<()> {
    for target in &found.targets {
        let all =
            target.scalable_target_arn().and_then(|arn| found.tags.get(arn)).cloned().unwrap_or_default();
        let foreign = left_alone(&all);
        let (id, live) = scalable_target::decode(graph, world, target, all)?;
        if !graph.concerns(&id, &live) {
            continue;
        }

        let resource = target.resource_id();
        let policies = found.policies.iter().filter(|policy| policy.resource_id() == resource);
        let actions = found.actions.iter().filter(|action| action.resource_id() == resource);
        let parts = policies.map(policy::decode).chain(actions.map(scheduled_action::decode));
        // They take no tags: they belong to the owner of the target.
        let parts: Vec<_> = parts
            .map(|(part, mut live_part): (Id, Live)| {
                live_part.ownership = match &live.ownership {
                    Ownership::Ours if foreign.contains(&live_part.physical) => Ownership::Unmarked,
                    ownership => ownership.clone(),
                };
                (part, live_part.part_of(&id))
            })
            .collect();
        world.extend(parts);
        world.insert(id, live);
    }
    Ok(())
}

/// Returns the least number of calls that a world takes.
pub(super) fn least_reads(graph: &Graph, world: &World) -> usize {
    let wanted = graph.names(ScalableTarget::KIND).count();
    let resources = world
        .of_kind(ScalableTarget::KIND)
        .map(|(_, live)| from_value::<scalable_target::Output>(&live.output).resource);
    let found = asked(&resources.collect::<Vec<_>>());
    let listings = if found.len() == 1 && found[0].is_none() {
        let policies = world.of_kind(policy::ScalingPolicy::KIND).count().div_ceil(10).max(1);
        policies + world.of_kind(scheduled_action::ScheduledAction::KIND).count().div_ceil(50).max(1)
    } else {
        2 * found.len()
    };
    wanted.div_ceil(IDS) + listings
}
