//! The listings of API Gateway: all HTTP APIs and VPC links, and the parts of the stack's API in four
//! listings.
//!
//! No listing has a filter, so API Gateway shows the objects of the whole region or of the whole API. Each
//! has a page of 500 objects. This is more than the default quotas on routes and integrations, so each
//! listing of an API takes one call unless AWS has raised them.
//!
//! APIs, stages and VPC links come with their tags. Authorizers, integrations and routes have none:
//! [`insert`] gives them the owner of the API.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::{
    operation::get_domain_name::GetDomainNameOutput,
    types::{
        Api as SdkApi, ApiMapping as SdkMapping, Authorizer as SdkAuthorizer, Integration as SdkIntegration,
        Route as SdkRoute, Stage as SdkStage, VpcLink as SdkVpcLink,
    },
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Id, Result, World,
    engine::world::Live,
    error::{Absent, Answer},
    services::{
        apigateway::{
            api::{self, LeftAlone},
            authorizer,
            dependents::ApisOfOthers,
            integration, route, stage,
        },
        aws_service::Reading,
    },
    tags::Ownership,
};

/// The largest page, in objects. All routes that the quota of an API allows fit in.
///
/// AWS documents no maximum of `MaxResults`. Other clients use 500 for all listings of HTTP APIs.
pub(super) const PAGE: usize = 500;

/// Reads all pages of a listing.
///
/// The SDK has no paginators for these operations. The request is built anew for each page.
macro_rules! pages {
    ($operation:literal, $request:expr) => {{
        let mut items = Vec::new();
        let mut token = None;
        loop {
            let request = $request.max_results(PAGE.to_string()).set_next_token(token);
            let page = request.send().await.of($operation)?;
            items.extend(page.items.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                break items;
            }
        }
    }};
}

/// Lists all HTTP APIs of the region, with CORS and tags.
pub(super) async fn all_apis(aws: &Aws) -> Result<Vec<SdkApi>> {
    Ok(pages!("apigateway:GetApis", aws.apigateway.get_apis()))
}

/// Lists all VPC links of the region, with their status and tags.
pub(crate) async fn vpc_links(aws: &Aws) -> Result<Vec<SdkVpcLink>> {
    Ok(pages!("apigateway:GetVpcLinks", aws.apigateway.get_vpc_links()))
}

/// Lists the authorizers of an API.
pub(super) async fn authorizers(aws: &Aws, api: &str) -> Result<Vec<SdkAuthorizer>> {
    Ok(pages!("apigateway:GetAuthorizers", aws.apigateway.get_authorizers().api_id(api)))
}

/// Lists the integrations of an API.
pub(super) async fn integrations(aws: &Aws, api: &str) -> Result<Vec<SdkIntegration>> {
    Ok(pages!("apigateway:GetIntegrations", aws.apigateway.get_integrations().api_id(api)))
}

/// Lists the routes of an API.
pub(super) async fn routes(aws: &Aws, api: &str) -> Result<Vec<SdkRoute>> {
    Ok(pages!("apigateway:GetRoutes", aws.apigateway.get_routes().api_id(api)))
}

/// Lists the stages of an API.
pub(super) async fn stages(aws: &Aws, api: &str) -> Result<Vec<SdkStage>> {
    Ok(pages!("apigateway:GetStages", aws.apigateway.get_stages().api_id(api)))
}

/// Reads a custom domain name. `None` if the region has none of this name.
pub(super) async fn domain_name(aws: &Aws, name: &str) -> Result<Option<GetDomainNameOutput>> {
    let answer = aws.apigateway.get_domain_name().domain_name(name).send().await;
    answer.of("apigateway:GetDomainName").none_if(&["NotFoundException"])
}

/// Lists the mappings of a custom domain name.
pub(super) async fn mappings(aws: &Aws, domain: &str) -> Result<Vec<SdkMapping>> {
    Ok(pages!("apigateway:GetApiMappings", aws.apigateway.get_api_mappings().domain_name(domain)))
}

/// An API and its parts as API Gateway lists them.
///
/// The API is decoded, the parts are not: the names of integrations follow from the registries in the world.
pub(super) struct Parts {
    api: Id,
    live: Live,
    /// The parts of an adopted API that are not the stack's.
    left_alone: LeftAlone,
    /// The authorizers, undecoded, as all lists below.
    authorizers: Vec<SdkAuthorizer>,
    integrations: Vec<SdkIntegration>,
    routes: Vec<SdkRoute>,
    stages: Vec<SdkStage>,
}

/// Reads the HTTP APIs that concern the stack with their parts, and the names of all others.
///
/// An API concerns the stack if it has the stack's mark, or if it has the desired name and no API has both.
/// The parts of all such APIs are read at the same time.
pub(super) async fn apis(cx: &Reading<'_>) -> Result<(Vec<Parts>, ApisOfOthers)> {
    let all = all_apis(cx.aws).await?.into_iter().map(|api| api::decode(cx.graph, api));
    let all = all.collect::<Result<Vec<_>>>()?;
    let is_ours = |live: &Live| live.ownership == Ownership::Ours;

    let others = all.iter().filter(|(_, live, _)| !is_ours(live));
    let others = others.map(|(id, live, _)| (live.physical.clone(), id.name.clone())).collect();

    // Names are not unique. APIs of others under our names matter only as long as the stack has no API:
    // then they can be adopted.
    let ours: BTreeSet<Id> =
        all.iter().filter(|(_, live, _)| is_ours(live)).map(|(id, ..)| id.clone()).collect();
    let concerning = all
        .into_iter()
        .filter(|(id, live, _)| is_ours(live) || (cx.graph.node(id).is_some() && !ours.contains(id)));
    let parts = concerning.map(|(id, live, left_alone)| parts(cx.aws, id, live, left_alone));
    Ok((try_join_all(parts).await?, ApisOfOthers(others)))
}

/// Reads the four listings of an API at the same time.
async fn parts(aws: &Aws, api: Id, live: Live, left_alone: LeftAlone) -> Result<Parts> {
    let id = &live.physical;
    let (authorizers, integrations, routes, stages) =
        tokio::try_join!(authorizers(aws, id), integrations(aws, id), routes(aws, id), stages(aws, id))?;
    Ok(Parts { api, live, left_alone, authorizers, integrations, routes, stages })
}

/// Adds APIs and their parts to the world. An integration has no name: it has the name of the target that it
/// leads to.
///
/// # Assumptions
///
/// The world has the Cloud Map services and the load balancers already.
pub(super) fn insert(graph: &Graph, world: &mut World, apis: Vec<Parts>) {
    let targets = integration::Targets::of(world);

    for found in apis {
        let api = &found.live.physical;
        let authorizers = found.authorizers.into_iter().map(|found| authorizer::decode(api, found));
        let integrations =
            found.integrations.into_iter().map(|found| integration::decode(api, &targets, found));
        let routes = found.routes.into_iter().map(|found| route::decode(api, found));

        // These take no tags: they belong to the owner of the API.
        let untagged = authorizers.chain(integrations).chain(routes).map(|(id, mut live)| {
            live.ownership = match &found.live.ownership {
                Ownership::Ours if found.left_alone.has(&live.physical) => Ownership::Unmarked,
                ownership => ownership.clone(),
            };
            (id, live)
        });
        let stages = found.stages.into_iter().map(|found| stage::decode(graph, api, found));
        let parts: Vec<_> = untagged.chain(stages).map(|(id, live)| (id, live.part_of(&found.api))).collect();

        world.extend(parts);
        world.insert(found.api, found.live);
    }
}
