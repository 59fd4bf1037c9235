//! HTTP APIs and VPC links by listing all, and what is inside of our API by four listings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_apigatewayv2::types::{
    Api as SdkApi, Authorizer as SdkAuthorizer, Integration as SdkIntegration, Route as SdkRoute,
    Stage as SdkStage, VpcLink as SdkVpcLink, VpcLinkStatus,
};
use futures_util::future::try_join_all;
use serde_json::Value;

use crate::{
    Aws, Graph, Id, Result,
    engine::{
        dependent::{Dependent, Others},
        kind::{Found, Nothing, Resource, from_value},
        world::{Live, World},
    },
    error::{Answer, Sent},
    secret,
    services::{
        apigateway::{
            api::{self, Api},
            authorizer::{self, Authorizer},
            integration::{self, Integration},
            route::{self, Route},
            stage::{self, Stage},
            vpc_link::{self, VpcLink},
        },
        cloudmap::cloudmap_service::{self, CloudMapService},
    },
    tags::{self, Ownership, Tags, observed},
};

/// What one page of API Gateway holds; its quota of routes fits in.
const PAGE: &str = "500";

/// Reads all pages of a listing.
macro_rules! pages {
    ($operation:literal, $request:expr) => {{
        let mut items = Vec::new();
        let mut token = None;
        loop {
            let page = $request.max_results(PAGE).set_next_token(token).send().await.of($operation)?;
            items.extend(page.items.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                break items;
            }
        }
    }};
}

/// Every HTTP API.
pub(crate) async fn listed_apis(aws: &Aws) -> Result<Vec<SdkApi>> {
    Ok(pages!("apigateway:GetApis", aws.apigateway.get_apis()))
}

/// The HTTP APIs that are ours or have a name that the graph wants, with what is inside of them, and the names of all others
/// by their ids.
pub(crate) async fn apis(aws: &Aws, graph: &Graph) -> Result<(Vec<Parts>, BTreeMap<String, String>)> {
    let lives =
        listed_apis(aws).await?.into_iter().map(|api| live_api(graph, api)).collect::<Result<Vec<_>>>()?;
    // Names are not unique. Others of our names matter only as long as we have none: then they can be adopted.
    let ours: BTreeSet<Id> = lives
        .iter()
        .filter(|(_, live)| live.ownership == Ownership::Ours)
        .map(|(id, _)| id.clone())
        .collect();
    let others = lives.iter().filter(|(_, live)| live.ownership != Ownership::Ours);
    let others = others.map(|(id, live)| (live.physical.clone(), id.name.clone())).collect();
    let concerning = lives.into_iter().filter(|(id, live)| {
        live.ownership == Ownership::Ours || (graph.node(id).is_some() && !ours.contains(id))
    });
    Ok((try_join_all(concerning.map(|(id, live)| listed(aws, id, live))).await?, others))
}

fn concerns(graph: &Graph, (id, live): &(Id, Live)) -> bool {
    live.ownership == Ownership::Ours || graph.node(id).is_some()
}

fn plain(tags: Option<std::collections::HashMap<String, String>>) -> Tags {
    tags.unwrap_or_default().into_iter().collect()
}

/// What somebody put there for purposes of their own: a header that is sent along may hold a secret under any name.
fn hidden(values: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    plain(values).into_iter().map(|(name, value)| (name, secret::hidden(&value))).collect()
}

fn live_api(graph: &Graph, found: SdkApi) -> Result<(Id, Live)> {
    const OPERATION: &str = "apigateway:GetApis";
    let name = found.name.sent(OPERATION, "name")?;
    let all = plain(found.tags);
    let left_alone = tags::left_alone(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let set = |list: Option<Vec<String>>| list.unwrap_or_default().into_iter().collect::<BTreeSet<_>>();
    // Headers are compared without case.
    let headers =
        |list: Option<Vec<String>>| set(list).iter().map(|name| name.to_ascii_lowercase()).collect();
    let cors = found.cors_configuration.map(|cors| api::Cors {
        allow_origins: set(cors.allow_origins),
        allow_methods: set(cors.allow_methods),
        allow_headers: headers(cors.allow_headers),
        expose_headers: headers(cors.expose_headers),
        allow_credentials: cors.allow_credentials.unwrap_or(false),
        max_age: cors.max_age.filter(|seconds| *seconds != 0),
    });
    let state = api::State {
        name: name.clone(),
        description: found.description.filter(|text| !text.is_empty()),
        cors,
        disable_execute_api_endpoint: found.disable_execute_api_endpoint.unwrap_or(false),
        tags,
    };
    let output = api::Output {
        id: found.api_id.sent(OPERATION, "apiId")?,
        endpoint: found.api_endpoint.sent(OPERATION, "apiEndpoint")?,
    };
    let id = Id::new(Api::KIND, name.clone());
    let live = Found::<Api> { physical: output.id.clone(), name, state, output }.into_live(ownership);
    Ok((id, live.leaving_alone(left_alone)))
}

/// Every VPC link.
pub(crate) async fn listed_vpc_links(aws: &Aws) -> Result<Vec<SdkVpcLink>> {
    Ok(pages!("apigateway:GetVpcLinks", aws.apigateway.get_vpc_links()))
}

/// The VPC links of an account.
pub(crate) struct VpcLinks {
    /// Those that are ours or have a name that the graph wants.
    pub(crate) lives: Vec<(Id, Live)>,
    /// How many there are of anybody.
    pub(crate) count: u32,
    /// Those of others, with the security groups that they use.
    pub(crate) others: Others,
}

/// Every VPC link, as far as it concerns the graph's stack.
pub(crate) async fn vpc_links(aws: &Aws, graph: &Graph) -> Result<VpcLinks> {
    let all = listed_vpc_links(aws).await?;
    let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let there = all.into_iter().filter(|link| link.vpc_link_status != Some(VpcLinkStatus::Deleting));
    let lives = there.map(|link| live_vpc_link(graph, link)).collect::<Result<Vec<_>>>()?;
    let others = lives.iter().filter(|(_, live)| live.ownership != Ownership::Ours).flat_map(|(id, live)| {
        let groups = live.state["security_groups"].as_array().into_iter().flatten().filter_map(Value::as_str);
        groups.map(|group| Dependent::new(format!("VPC link {} ({})", id.name, live.physical), group))
    });
    let others = Others { dependents: others.collect(), ..Others::default() };
    Ok(VpcLinks { lives: lives.into_iter().filter(|found| concerns(graph, found)).collect(), count, others })
}

fn live_vpc_link(graph: &Graph, found: SdkVpcLink) -> Result<(Id, Live)> {
    const OPERATION: &str = "apigateway:GetVpcLinks";
    let name = found.name.sent(OPERATION, "name")?;
    let all = plain(found.tags);
    let of_others = tags::of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let status = found.vpc_link_status.sent(OPERATION, "vpcLinkStatus")?;
    let state = vpc_link::State {
        name: name.clone(),
        subnets: found.subnet_ids.unwrap_or_default().into_iter().collect(),
        security_groups: found.security_group_ids.unwrap_or_default().into_iter().collect(),
        failed: status == VpcLinkStatus::Failed,
        pending: status == VpcLinkStatus::Pending,
        tags,
    };
    let output = vpc_link::Output { id: found.vpc_link_id.sent(OPERATION, "vpcLinkId")? };
    let id = Id::new(VpcLink::KIND, name.clone());
    let live = Found::<VpcLink> { physical: output.id.clone(), name, state, output }.into_live(ownership);
    Ok((id, live.with_status(status.as_str()).with_tags_of_others(&of_others)))
}

/// An API and what is inside of it, as listed.
pub(crate) struct Parts {
    api: Id,
    live: Live,
    authorizers: Vec<SdkAuthorizer>,
    integrations: Vec<SdkIntegration>,
    routes: Vec<SdkRoute>,
    stages: Vec<SdkStage>,
}

async fn listed(aws: &Aws, id: Id, live: Live) -> Result<Parts> {
    let api = &live.physical;
    let (authorizers, integrations, routes, stages) =
        tokio::try_join!(authorizers(aws, api), integrations(aws, api), routes(aws, api), stages(aws, api))?;
    Ok(Parts { api: id, live, authorizers, integrations, routes, stages })
}

/// Every one of an API's authorizers.
pub(crate) async fn authorizers(aws: &Aws, api: &str) -> Result<Vec<SdkAuthorizer>> {
    Ok(pages!("apigateway:GetAuthorizers", aws.apigateway.get_authorizers().api_id(api)))
}

/// Every one of an API's integrations.
pub(crate) async fn integrations(aws: &Aws, api: &str) -> Result<Vec<SdkIntegration>> {
    Ok(pages!("apigateway:GetIntegrations", aws.apigateway.get_integrations().api_id(api)))
}

/// Every one of an API's routes.
pub(crate) async fn routes(aws: &Aws, api: &str) -> Result<Vec<SdkRoute>> {
    Ok(pages!("apigateway:GetRoutes", aws.apigateway.get_routes().api_id(api)))
}

/// Every one of an API's stages.
pub(crate) async fn stages(aws: &Aws, api: &str) -> Result<Vec<SdkStage>> {
    Ok(pages!("apigateway:GetStages", aws.apigateway.get_stages().api_id(api)))
}

/// Puts APIs and their parts into the world. An integration has no name: it is named after the registry that it uses.
pub(crate) fn insert(graph: &Graph, world: &mut World, parts: Vec<Parts>) {
    let registries: BTreeMap<String, String> = world
        .of_kind(CloudMapService::KIND)
        .map(|(id, live)| (from_value::<cloudmap_service::Output>(&live.output).arn, id.name.clone()))
        .collect();
    for part in parts {
        let owner = |physical: &str| match &part.live.ownership {
            Ownership::Ours if part.live.leaves_alone(physical) => Ownership::Unmarked,
            ownership => ownership.clone(),
        };
        let api = &part.live.physical;
        let authorizers = part.authorizers.into_iter().map(|found| live_authorizer(api, found));
        let integrations =
            part.integrations.into_iter().map(|found| live_integration(api, &registries, found));
        let routes = part.routes.into_iter().map(|found| live_route(api, found));
        let untagged = authorizers.chain(integrations).chain(routes).map(|(id, mut live)| {
            live.ownership = owner(&live.physical);
            (id, live)
        });
        let stages = part.stages.into_iter().map(|found| live_stage(graph, api, found));
        let found: Vec<_> = untagged.chain(stages).map(|(id, live)| (id, live.part_of(&part.api))).collect();
        world.extend(found);
        world.insert(part.api, part.live);
    }
}

fn live_authorizer(api: &str, found: SdkAuthorizer) -> (Id, Live) {
    let jwt = found.jwt_configuration;
    let name = found.name.unwrap_or_default();
    let state = authorizer::State {
        name: name.clone(),
        api: api.to_owned(),
        kind: found.authorizer_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        issuer: jwt.as_ref().and_then(|jwt| jwt.issuer.clone()).unwrap_or_default(),
        audience: jwt.and_then(|jwt| jwt.audience).unwrap_or_default().into_iter().collect(),
        identity_source: found.identity_source.unwrap_or_default().join(","),
    };
    let physical = found.authorizer_id.unwrap_or_default();
    let id = Id::new(Authorizer::KIND, name.clone());
    let output = authorizer::Output { id: physical.clone() };
    (id, Found::<Authorizer> { physical, name, state, output }.into_live(Ownership::Unmarked))
}

fn live_integration(api: &str, registries: &BTreeMap<String, String>, found: SdkIntegration) -> (Id, Live) {
    let physical = found.integration_id.unwrap_or_default();
    let uri = found.integration_uri.unwrap_or_default();
    let response_parameters = found.response_parameters.unwrap_or_default().into_iter();
    let name = registries.get(&uri).cloned().unwrap_or_else(|| physical.clone());
    let state = integration::State {
        api: api.to_owned(),
        kind: found.integration_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        method: found.integration_method.unwrap_or_default(),
        uri,
        connection_type: found.connection_type.map_or("INTERNET".to_owned(), |kind| kind.as_str().to_owned()),
        connection: found.connection_id.unwrap_or_default(),
        payload_format_version: found.payload_format_version.unwrap_or_else(|| "1.0".to_owned()),
        timeout: found.timeout_in_millis.unwrap_or(30_000),
        request_parameters: hidden(found.request_parameters),
        response_parameters: response_parameters
            .map(|(status, changes)| (status, hidden(Some(changes))))
            .collect(),
    };
    let id = Id::new(Integration::KIND, name.clone());
    let output = integration::Output { id: physical.clone() };
    (id, Found::<Integration> { physical, name, state, output }.into_live(Ownership::Unmarked))
}

fn live_route(api: &str, found: SdkRoute) -> (Id, Live) {
    let key = found.route_key.unwrap_or_default();
    let physical = found.route_id.unwrap_or_default();
    let target = found.target.unwrap_or_default();
    let state = route::State {
        key: key.clone(),
        api: api.to_owned(),
        integration: target.strip_prefix("integrations/").unwrap_or(&target).to_owned(),
        authorization: found.authorization_type.map_or("NONE".to_owned(), |kind| kind.as_str().to_owned()),
        authorizer: found.authorizer_id.filter(|id| !id.is_empty()),
        scopes: found.authorization_scopes.unwrap_or_default().into_iter().collect(),
    };
    let id = Id::new(Route::KIND, key.clone());
    let output = route::Output { id: physical.clone() };
    (id, Found::<Route> { physical, name: key, state, output }.into_live(Ownership::Unmarked))
}

fn live_stage(graph: &Graph, api: &str, found: SdkStage) -> (Id, Live) {
    let name = found.stage_name.unwrap_or_default();
    let (ownership, tags) = observed(graph.stack(), plain(found.tags));
    let access_log = found.access_log_settings.map(|log| stage::AccessLog {
        destination: log.destination_arn.unwrap_or_default().trim_end_matches(":*").to_owned(),
        format: log.format.unwrap_or_default(),
    });
    let auto_deploy = found.auto_deploy.unwrap_or(false);
    let variables = hidden(found.stage_variables);
    let state = stage::State { api: api.to_owned(), auto_deploy, access_log, variables, tags };
    let id = Id::new(Stage::KIND, name.clone());
    (id, Found::<Stage> { physical: name.clone(), name, state, output: Nothing {} }.into_live(ownership))
}
