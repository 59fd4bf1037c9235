//! The listings of custom domain names with their mappings.
//!
//! A domain name is read by its name, with two calls: API Gateway lists the domain names of a whole region only. The
//! tagging API names those of the stack that the stack file no longer has. So a stack without domain names makes no
//! call.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::{
    operation::get_domain_name::GetDomainNameOutput, types::ApiMapping as SdkMapping,
};
use futures_util::future::try_join_all;

use super::{
    ApiGateway, api_mapping,
    domain_name::{self, DomainName},
    listing,
};
use crate::{
    Graph, Id, Result, World,
    engine::{dependent::Dependent, kind::Resource, world::Live},
    error::Absent,
    services::{
        apigateway::{api::Api, plain},
        aws_service::{AwsService, Reading},
        tagging::Tagged,
    },
    tags::{Ownership, left_alone},
};

/// A domain name as API Gateway answers it, with its mappings.
pub(super) struct Domain {
    pub(super) domain: GetDomainNameOutput,
    mappings: Vec<SdkMapping>,
}

/// The ARN of a domain name ends with it, behind this path.
const PATH: &str = "/domainnames/";

/// The number of calls that read one domain name.
const CALLS: usize = 2;

/// Reads the domain names that the stack wants, all at the same time.
pub(super) async fn named(cx: &Reading<'_>) -> Result<Vec<Domain>> {
    read_all(cx, cx.graph.names(DomainName::KIND)).await
}

/// Reads the domain names with the stack's mark that have not been read.
pub(super) async fn marked(cx: &Reading<'_>, found: &[Domain], tagged: &Tagged) -> Result<Vec<Domain>> {
    let known: BTreeSet<&str> = found.iter().filter_map(|found| found.domain.domain_name()).collect();
    let wanted: BTreeSet<&str> = cx.graph.names(DomainName::KIND).collect();
    let names = tagged.arns(ApiGateway::NAME, PATH).filter_map(|arn| arn.rsplit('/').next());
    read_all(cx, names.filter(|name| !known.contains(name) && !wanted.contains(name))).await
}

async fn read_all<'a>(cx: &Reading<'_>, names: impl Iterator<Item = &'a str>) -> Result<Vec<Domain>> {
    let found = try_join_all(names.map(|name| read(cx, name))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Reads a domain name and its mappings at the same time. `None` if there is no such domain name.
async fn read(cx: &Reading<'_>, name: &str) -> Result<Option<Domain>> {
    let mappings = async { listing::mappings(cx.aws, name).await.none_if(&["NotFoundException"]) };
    let (domain, mappings) = tokio::try_join!(listing::domain_name(cx.aws, name), mappings)?;
    Ok(domain.map(|domain| Domain { domain, mappings: mappings.unwrap_or_default() }))
}

/// Adds domain names and mappings to the world, which has the APIs.
///
/// A mapping of others in a domain name of the stack is a dependent: its requests would fail without the domain name.
pub(super) fn insert(cx: &Reading<'_>, world: &mut World, found: &[Domain]) -> Result<()> {
    let apis: Vec<String> = world
        .of_kind(Api::KIND)
        .filter(|(_, live)| live.ownership == Ownership::Ours)
        .map(|(_, live)| live.physical.clone())
        .collect();
    let apis: Vec<&str> = apis.iter().map(String::as_str).collect();

    for one in found {
        let (id, live) = domain_name::decode(cx.graph, cx.aws.region(), &one.domain)?;
        let mappings = mappings(cx.graph, one, &id, &live, &apis);
        let (ours, others): (Vec<_>, Vec<_>) =
            mappings.into_iter().partition(|(id, live)| cx.graph.concerns(id, live));
        let others = others.iter().map(|(mapping, live)| {
            let api = live.state["api"].as_str().unwrap_or_default();
            Dependent::new(format!("the mapping {} to the API {api}", mapping.name), &id.name)
        });
        world.others_mut().dependents.extend(others);
        world.extend(ours);
        if cx.graph.concerns(&id, &live) {
            world.insert(id, live);
        }
    }
    Ok(())
}

/// Returns the mappings of a domain name with their owners.
fn mappings(graph: &Graph, found: &Domain, id: &Id, domain: &Live, apis: &[&str]) -> Vec<(Id, Live)> {
    let left_alone = left_alone(&plain(found.domain.tags.clone()));
    let mappings = found.mappings.iter().map(|mapping| {
        let is_left_alone =
            mapping.api_mapping_id().is_some_and(|id| left_alone.iter().any(|left| left == id));
        let target = domain.output["target"].as_str().unwrap_or_default();
        api_mapping::decode((&id.name, target), mapping, |mapping, state| {
            api_mapping::owner(graph, &domain.ownership, apis, is_left_alone, (mapping, state))
        })
    });
    mappings.collect()
}

/// Returns the least number of calls that read the domain names of a world: those with names of the stack.
pub(super) fn least_reads(graph: &Graph) -> usize {
    CALLS * graph.names(DomainName::KIND).count()
}
