//! The objects with the stack's mark, as the tagging API lists them.
//!
//! One listing (`GetResources`) shows the tagged objects of many AWS services with their ARNs and tags. Two
//! uses follow from it. It shows objects of the stack under names that the stack no longer has. And it has
//! the tags of log groups and of Cloud Map objects, which the listings of these services lack.
//!
//! # Invariant
//!
//! The listing may be behind: it misses new objects and still has removed ones for some seconds. So it is a
//! hint to look at an object, never a proof of existence or absence. A service believes a tag from here only
//! if it is as desired, and reads every other tag itself. An apply ends when the listing has what it created
//! and tagged ([`lag`](crate::services::lag)), so that the next plan finds objects whose names the stack has changed since.
//!
//! # Facts about AWS
//!
//! - `GetResources` has at most 100 objects on a page. Filters by several tags must all match.
//! - One call takes at most 100 ARNs, or 20 values of one tag.
//! - It does not return IAM roles (`aws/aws-sdk#581`, `cartography#655`, `cartography#1081`).
//! - It may list revisions of task definitions that are deregistered.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_resourcegroupstagging::{
    operation::get_resources::builders::GetResourcesFluentBuilder,
    types::{ResourceTagMapping, TagFilter},
};

use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Id, Kind, Result, World,
    client::pace::{Bounds, Quota, Rate},
    error::Answer,
    grant::{Grant, HERE},
    services::{
        aws_service::{Reading, TagType},
        tag_types,
    },
    tags::{self, CONTENT, Ownership, STACK, Tags, observed, of_state},
};

/// The bounds of the tagging API on calls: 15 per second, with a burst of 15.
///
/// Source: none; AWS documents no quota. Clients of the API found that this works.
pub(crate) const BOUNDS: Bounds = Bounds {
    service: "tag",
    quotas: &[Quota::on_all("Resource Groups Tagging", Rate::new(15, 15.0))],
    throttled: &["ThrottledException", "ThrottlingException"],
};

/// The rights that the listing needs.
pub(crate) const GRANTS: &[Grant] = &[Grant::read(
    "FindByTags",
    &["tag:GetResources"],
    &["*"],
    "Finds the objects with the mark of the stack. The listing takes no resources",
)
.when(&[HERE])];

/// The largest page, in objects.
const PAGE: i32 = 100;

/// ARNs and their tags: all objects with the stack's mark that the listing showed.
pub(crate) struct Tagged(BTreeMap<String, Tags>);

impl Tagged {
    /// Returns the tags of an object as the listing has them, or `None` if it does not list the object.
    ///
    /// `None` does not mean that the object has no mark, because the listing may be behind.
    pub(crate) fn tags(&self, arn: &str) -> Option<&Tags> {
        self.0.get(arn)
    }

    /// Returns the tags of an object if they are as desired, or if the stack has no such object.
    ///
    /// All other tags have to be read from the service itself, because the listing may be behind. Tags that
    /// are as desired need no change, so a wrong answer here could only delay a repair until the next plan.
    pub(crate) fn believed(&self, graph: &Graph, id: &Id, arn: &str) -> Option<&Tags> {
        let tags = self.tags(arn)?;
        is_as_wanted(graph, id, tags).then_some(tags)
    }

    /// Returns the clusters or namespaces of others that hold objects of the stack, as its objects record them.
    pub(crate) fn inside(&self, kind: Kind) -> impl Iterator<Item = String> {
        self.0.values().flat_map(move |tags| tags::inside(tags, kind.name()))
    }

    /// Returns the ARNs of a service whose resources have this prefix.
    ///
    /// An ARN is `arn:partition:service:region:account:resource`. `part` is compared with the start of the
    /// resource, such as `cluster/`.
    pub(crate) fn arns<'a>(&'a self, service: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(move |arn| {
            let mut fields = arn.splitn(6, ':').skip(2);
            fields.next() == Some(service) && fields.nth(2).is_some_and(|resource| resource.starts_with(part))
        })
    }
}

/// Lists the objects with the stack's mark, of the types that the services name.
///
/// A stack whose objects fit on one page takes one call. A larger stack takes one listing for each type that
/// is apart and one for all others, side by side. This lowers the number of calls that wait for one another.
///
/// # Errors
///
/// A call failed or was denied. The observation then fails, because without the listing it cannot find
/// objects under other names.
pub(crate) async fn tagged(cx: &Reading<'_>) -> Result<Tagged> {
    let desired = |of: &TagType| cx.graph.names(of.kind).count();
    let (apart, others): (Vec<&TagType>, Vec<&TagType>) =
        tag_types().partition(|of| of.is_apart && desired(of) > 0);

    let listings = if pages(tag_types().map(desired).sum()) <= 1 {
        vec![tag_types().collect()]
    } else {
        // Side by side, because the pages of one listing come one after the other.
        apart.into_iter().map(|of| vec![of]).chain([others]).collect::<Vec<_>>()
    };
    let listings = listings.into_iter().map(async |types| {
        let names: Vec<&str> = types.into_iter().map(|of| of.name).collect();
        listed(cx.aws, cx.graph.stack(), &names).await
    });
    Ok(Tagged(try_join_all(listings).await?.into_iter().flatten().collect()))
}

/// Returns the least number of calls that the listing takes for the objects of a world.
///
/// An empty stack takes one call.
pub(crate) fn least_reads(world: &World) -> usize {
    let of = |kind| world.of_kind(kind).filter(|(_, live)| live.ownership == Ownership::Ours).count();
    pages(tag_types().map(|types| of(types.kind)).sum()).max(1)
}

/// Returns the number of pages that so many objects take.
fn pages(objects: usize) -> usize {
    objects.div_ceil(PAGE.unsigned_abs() as usize)
}

/// Returns whether the tags of an object are as desired, if the stack has the object.
///
/// It is `true` for an object that the stack does not have. The comparison covers the tags that the stack
/// sets, and ownership. References in the desired state are not resolved, because tags contain none.
pub(crate) fn is_as_wanted(graph: &Graph, id: &Id, tags: &Tags) -> bool {
    let Some(node) = graph.node(id) else { return true };
    let (ownership, tags) = observed(graph.stack(), tags.clone());
    ownership == Ownership::Ours && tags == of_state(&node.desired(&|_| None))
}

/// Lists the ARNs and tags of all objects of these types that have the mark of a stack.
async fn listed(aws: &Aws, stack: &str, types: &[&str]) -> Result<Vec<(String, Tags)>> {
    let request = aws.tagging.get_resources().resources_per_page(PAGE);
    let filter = TagFilter::builder().key(STACK).values(stack).build();
    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
    let request = request.tag_filters(filter).set_resource_type_filters(Some(types));
    all_pages(request).await
}

/// Reads all pages of a listing, one after the other.
async fn all_pages(request: GetResourcesFluentBuilder) -> Result<Vec<(String, Tags)>> {
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("tag:GetResources")?;
        found.extend(page.resource_tag_mapping_list().iter().filter_map(entry));
    }
    Ok(found)
}

/// Reads the tags of these ARNs, a hundred in a call.
///
/// ARNs that the tagging API does not know are missing in the answer. Without ARNs this makes no call.
pub(crate) async fn of_arns(aws: &Aws, arns: &[String]) -> Result<BTreeMap<String, Tags>> {
    let batches = arns.chunks(100).map(async |batch| {
        let request = aws.tagging.get_resources().set_resource_arn_list(Some(batch.to_vec()));
        request.send().await.of("tag:GetResources")
    });
    let mut found = BTreeMap::new();
    for answer in try_join_all(batches).await? {
        found.extend(answer.resource_tag_mapping_list().iter().filter_map(entry));
    }
    Ok(found)
}

/// Lists the ARNs of the revisions of task definitions that are ours. Deregistered ones may be among them.
///
/// Use it where only the mark can tell which families belong to the stack. A caller that needs active
/// revisions asks ECS for their status.
pub(crate) async fn revisions(cx: &Reading<'_>) -> Result<BTreeSet<String>> {
    let found = listed(cx.aws, cx.graph.stack(), &["ecs:task-definition"]).await?;
    Ok(found.into_iter().map(|(arn, _)| arn).collect())
}

/// Lists the revisions of task definitions of ours that have one of these contents, with their tags.
///
/// `contents` are hashes, as the tag `sss:content` of each revision has them. A change that goes back to an
/// earlier image finds its revision here, and registers nothing. Without contents this makes no call.
pub(crate) async fn of_contents(cx: &Reading<'_>, contents: &[String]) -> Result<BTreeMap<String, Tags>> {
    /// The most values that one filter takes.
    const VALUES: usize = 20;
    let batches = contents.chunks(VALUES).map(async |batch| {
        let ours = TagFilter::builder().key(STACK).values(cx.graph.stack()).build();
        let same = TagFilter::builder().key(CONTENT).set_values(Some(batch.to_vec())).build();
        let request =
            cx.aws.tagging.get_resources().resources_per_page(PAGE).tag_filters(ours).tag_filters(same);
        all_pages(request.resource_type_filters("ecs:task-definition")).await
    });
    Ok(try_join_all(batches).await?.into_iter().flatten().collect())
}

/// Returns the ARN and the tags of one entry, or `None` for an entry without an ARN.
fn entry(mapping: &ResourceTagMapping) -> Option<(String, Tags)> {
    let tags = mapping.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    Some((mapping.resource_arn()?.to_owned(), tags.collect()))
}
