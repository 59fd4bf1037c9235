//! What carries the stack's mark, as the tagging API tells it: a hint to look, never a proof of existence or absence.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_resourcegroupstagging::{
    operation::get_resources::builders::GetResourcesFluentBuilder,
    types::{ResourceTagMapping, TagFilter},
};

use crate::client::pace::{Quota, Rate};
use crate::{
    Aws, Graph, Id, Result,
    engine::{kind::Resource, world::World},
    error::Answer,
    services::{
        cloudmap::{cloudmap_service::CloudMapService, namespace::Namespace},
        ec2::security_group::SecurityGroup,
        ecs::cluster::Cluster,
        logs::log_group::LogGroup,
    },
    tags::{CONTENT, Ownership, STACK, Tags, observed, of_state},
};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["ThrottledException", "ThrottlingException"];

/// The quotas on calls. Source: no documentation: clients of the tagging API found that this works.
pub(crate) const QUOTAS: &[Quota] = &[Quota::on_all("Resource Groups Tagging", Rate::new(15, 15.0))];

/// The largest page.
const PAGE: i32 = 100;
/// ARNs and their tags.
pub(crate) struct Tagged(BTreeMap<String, Tags>);

impl Tagged {
    pub(crate) fn tags(&self, arn: &str) -> Option<&Tags> {
        self.0.get(arn)
    }

    /// The tags of an object, where they are as the graph wants them or it wants no such object. The listing may be behind, so
    /// whatever else it says is to be asked from the service itself.
    pub(crate) fn believed(&self, graph: &Graph, id: &Id, arn: &str) -> Option<&Tags> {
        let tags = self.tags(arn)?;
        is_as_wanted(graph, id, tags).then_some(tags)
    }

    /// The ARNs that begin as ARNs of this service and contain this.
    pub(crate) fn arns<'a>(&'a self, service: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(move |arn| {
            let mut fields = arn.splitn(6, ':').skip(2);
            fields.next() == Some(service) && fields.nth(2).is_some_and(|resource| resource.starts_with(part))
        })
    }
}

/// What is marked as the stack's of those kinds whose own listings have no tags, or do not show what else there is.
pub(crate) async fn tagged(aws: &Aws, graph: &Graph) -> Result<Tagged> {
    const REGISTRIES: &[&str] = &["servicediscovery:service"];
    const OTHERS: &[&str] =
        &["logs:log-group", "servicediscovery:namespace", "ecs:cluster", "ec2:security-group"];
    let stack = graph.stack();
    if fits_a_page(graph) {
        return Ok(Tagged(listed(aws, stack, &[REGISTRIES, OTHERS].concat()).await?.into_iter().collect()));
    }
    // Side by side, because the pages of one listing come one after the other.
    let (registries, others) = tokio::try_join!(listed(aws, stack, REGISTRIES), listed(aws, stack, OTHERS))?;
    Ok(Tagged(registries.into_iter().chain(others).collect()))
}

/// How many pages those have that are there.
pub(crate) fn least_pages(world: &World) -> usize {
    let of = |kind| world.of_kind(kind).filter(|(_, live)| live.ownership == Ownership::Ours).count();
    let others = [LogGroup::KIND, Namespace::KIND, Cluster::KIND, SecurityGroup::KIND].map(of);
    let all = of(CloudMapService::KIND) + others.into_iter().sum::<usize>();
    all.div_ceil(PAGE.unsigned_abs() as usize).max(1)
}

/// Whether an object with these tags has those that the graph wants, if it wants the object.
pub(crate) fn is_as_wanted(graph: &Graph, id: &Id, tags: &Tags) -> bool {
    let Some(node) = graph.node(id) else { return true };
    let (ownership, tags) = observed(graph.stack(), tags.clone());
    ownership == Ownership::Ours && tags == of_state(&node.desired(&|_| None))
}

fn fits_a_page(graph: &Graph) -> bool {
    let of = |kind| graph.names(kind).count();
    let wanted = [CloudMapService::KIND, LogGroup::KIND, Namespace::KIND, Cluster::KIND, SecurityGroup::KIND];
    wanted.into_iter().map(of).sum::<usize>() <= PAGE.unsigned_abs() as usize
}

async fn listed(aws: &Aws, stack: &str, types: &[&str]) -> Result<Vec<(String, Tags)>> {
    let request = aws.tagging.get_resources().resources_per_page(PAGE);
    let filter = TagFilter::builder().key(STACK).values(stack).build();
    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
    let request = request.tag_filters(filter).set_resource_type_filters(Some(types));
    pages(request).await
}

/// All pages of a listing.
async fn pages(request: GetResourcesFluentBuilder) -> Result<Vec<(String, Tags)>> {
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("tag:GetResources")?;
        found.extend(page.resource_tag_mapping_list().iter().filter_map(entry));
    }
    Ok(found)
}

/// The tags of these ARNs, a hundred at a time.
pub(crate) async fn of_arns(aws: &Aws, arns: &[String]) -> Result<BTreeMap<String, Tags>> {
    let batches = arns.chunks(100).map(async |batch| {
        let request = aws.tagging.get_resources().set_resource_arn_list(Some(batch.to_vec()));
        request.send().await.of("tag:GetResources")
    });
    let mut found = BTreeMap::new();
    for answer in futures_util::future::try_join_all(batches).await? {
        found.extend(answer.resource_tag_mapping_list().iter().filter_map(entry));
    }
    Ok(found)
}

/// The ARNs of the revisions of task definitions that are ours. Those that were deregistered may be among them.
pub(crate) async fn revisions(aws: &Aws, graph: &Graph) -> Result<BTreeSet<String>> {
    let found = listed(aws, graph.stack(), &["ecs:task-definition"]).await?;
    Ok(found.into_iter().map(|(arn, _)| arn).collect())
}

/// The revisions of task definitions of ours that have one of these contents, with their tags.
pub(crate) async fn of_contents(
    aws: &Aws,
    graph: &Graph,
    contents: &[String],
) -> Result<BTreeMap<String, Tags>> {
    /// The most values that one filter takes.
    const VALUES: usize = 20;
    let batches = contents.chunks(VALUES).map(async |batch| {
        let ours = TagFilter::builder().key(STACK).values(graph.stack()).build();
        let same = TagFilter::builder().key(CONTENT).set_values(Some(batch.to_vec())).build();
        let request =
            aws.tagging.get_resources().resources_per_page(PAGE).tag_filters(ours).tag_filters(same);
        pages(request.resource_type_filters("ecs:task-definition")).await
    });
    Ok(futures_util::future::try_join_all(batches).await?.into_iter().flatten().collect())
}

fn entry(mapping: &ResourceTagMapping) -> Option<(String, Tags)> {
    let tags = mapping.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    Some((mapping.resource_arn()?.to_owned(), tags.collect()))
}
