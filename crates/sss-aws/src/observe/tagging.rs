//! What carries the stack's mark, as the tagging API tells it: a hint to look, never a proof of existence or absence.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, TagFilter};

use crate::{
    Aws, Graph, Result,
    error::Answer,
    tags::{STACK, Tags},
};

/// The largest page.
const PAGE: i32 = 100;
/// Up to this many services one listing fits a page or two; above, listings by type run side by side.
const ONE_LISTING: usize = 30;

/// ARNs and their tags.
pub(crate) struct Tagged(BTreeMap<String, Tags>);

impl Tagged {
    pub(crate) fn tags(&self, arn: &str) -> Option<&Tags> {
        self.0.get(arn)
    }

    /// The ARNs that begin as ARNs of this service and contain this.
    pub(crate) fn arns<'a>(&'a self, service: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(move |arn| {
            let mut fields = arn.splitn(6, ':').skip(2);
            fields.next() == Some(service) && fields.nth(2).is_some_and(|resource| resource.starts_with(part))
        })
    }
}

/// Everything that is marked as the stack's, but for roles and revisions of task definitions.
pub(crate) async fn tagged(aws: &Aws, graph: &Graph) -> Result<Tagged> {
    const LOGS: &[&str] = &["logs:log-group"];
    const CLOUD_MAP: &[&str] = &["servicediscovery:namespace", "servicediscovery:service"];
    const OTHERS: &[&str] = &["ecs:cluster", "ecs:service", "ec2:security-group"];
    let mut found = BTreeMap::new();
    if graph.names("ecs/service").count() <= ONE_LISTING {
        let types = [LOGS, CLOUD_MAP, OTHERS].concat();
        found.extend(listed(aws, graph.stack(), &types).await?);
    } else {
        let stack = graph.stack();
        let (logs, cloud_map, others) = tokio::try_join!(
            listed(aws, stack, LOGS),
            listed(aws, stack, CLOUD_MAP),
            listed(aws, stack, OTHERS)
        )?;
        found.extend(logs.into_iter().chain(cloud_map).chain(others));
    }
    Ok(Tagged(found))
}

async fn listed(aws: &Aws, stack: &str, types: &[&str]) -> Result<Vec<(String, Tags)>> {
    let request = aws.tagging.get_resources().resources_per_page(PAGE);
    let filter = TagFilter::builder().key(STACK).values(stack).build();
    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
    let request = request.tag_filters(filter).set_resource_type_filters(Some(types));
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

fn entry(mapping: &ResourceTagMapping) -> Option<(String, Tags)> {
    let tags = mapping.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    Some((mapping.resource_arn()?.to_owned(), tags.collect()))
}
