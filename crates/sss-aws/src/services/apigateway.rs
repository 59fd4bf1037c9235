//! API Gateway: HTTP APIs with their parts, VPC links, and custom domain names with their mappings.
//!
//! An HTTP API has stages, authorizers, integrations and routes. They live and die with the API, so the world
//! keeps them as its parts. A VPC link is an object of its own: it connects integrations with the subnets of
//! the VPC.
//!
//! # Facts about AWS
//!
//! - Names of APIs, VPC links, authorizers and integrations are not unique, and no call takes an idempotency
//!   token. So each creation asks once and looks for the object before it asks again
//!   ([`once`](crate::engine::once::once)).
//! - Two writes on one API at the same time are refused with `ConflictException`
//!   (`terraform-provider-aws#18018`, `#40575`). [`turns`] lets one step at a time write to an API.
//! - Updates merge: a member that the call does not name stays. So each kind empties or deletes what the
//!   stack no longer has.
//! - Routes, integrations and authorizers take no tags. They belong to the owner of the API, unless the API
//!   was adopted with them.
//! - All calls of an account share 10 per second with a burst of 40, and AWS does not raise this quota.
//!
//! # Modules
//!
//! Each kind has a file: [`api`], [`stage`], [`authorizer`], [`integration`], [`route`], [`vpc_link`], [`domain_name`],
//! [`api_mapping`]. [`listing`] has the calls that read them, [`domains`] reads domain names, and [`dependents`] the
//! objects of others that use VPC links.

pub(crate) mod api;
pub(crate) mod api_mapping;
pub(crate) mod authorizer;
mod dependents;
pub(crate) mod domain_name;
mod domains;
mod grants;
pub(crate) mod integration;
pub(crate) mod listing;
pub(crate) mod route;
pub(crate) mod stage;
mod turns;
pub(crate) mod vpc_link;

use std::collections::{BTreeMap, HashMap};

use self::{
    api::Api,
    dependents::ApisOfOthers,
    domain_name::DomainName,
    domains::Domain,
    integration::Integration,
    listing::{PAGE, Parts},
    route::Route,
    vpc_link::{VpcLink, zones},
};
use crate::{
    Graph, Id, Kind, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        kind::{Resource, Retag},
        run::Context,
        world::Live,
    },
    grant::Grant,
    secret,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::retag,
        tagging::Tagged,
    },
    tags::{self, Ownership, Tags},
};

/// API Gateway, as far as HTTP APIs go.
///
/// It lists all APIs and VPC links of the region, because API Gateway has no filter for them. Their listings have the
/// tags. The tagging API is needed for domain names that the stack no longer has.
pub(crate) struct ApiGateway;

/// The answers of API Gateway.
///
/// The APIs are kept undecoded until the third round: an integration gets its name from a registry, which
/// Cloud Map reads at the same time.
pub(crate) struct Found {
    /// The APIs that concern the stack, with their parts.
    apis: Vec<Parts>,
    /// The names of all other HTTP APIs, by id. A look for dependents reads their integrations.
    of_others: ApisOfOthers,
    /// The domain names that have a name of the stack or its mark.
    domains: Vec<Domain>,
    /// All VPC links that are not being deleted.
    links: Vec<(Id, Live)>,
    /// The number of VPC links, those included that are being deleted.
    count: u32,
    /// The subnets of a VPC link to create in which API Gateway has no VPC links.
    without_links: zones::WithoutLinks,
}

impl AwsService for ApiGateway {
    const NAME: &'static str = "apigateway";
    /// Source: "Amazon API Gateway quotas", in the developer guide.
    ///
    /// The quotas on VPC links and domain names count on top of the one on all calls. One link is created in 15 seconds
    /// and one deleted in 30. One domain name is created, changed and deleted in 30 seconds.
    const QUOTAS: &'static [Quota] = &[
        Quota::on_all("API Gateway", Rate::new(40, 10.0)),
        Quota::new("API Gateway CreateVpcLink", &["CreateVpcLink"], Rate::new(1, 1.0 / 15.0)),
        Quota::new("API Gateway DeleteVpcLink", &["DeleteVpcLink"], Rate::new(1, 1.0 / 30.0)),
        Quota::new("API Gateway CreateDomainName", &["CreateDomainName"], Rate::new(1, 1.0 / 30.0)),
        Quota::new("API Gateway UpdateDomainName", &["UpdateDomainName"], Rate::new(1, 1.0 / 30.0)),
        Quota::new("API Gateway DeleteDomainName", &["DeleteDomainName"], Rate::new(1, 1.0 / 30.0)),
    ];
    const THROTTLED: &'static [&'static str] = &["TooManyRequestsException"];
    const GRANTS: &'static [Grant] = grants::ALL;
    const TAG_TYPES: &'static [TagType] = &[TagType::new("apigateway:domainnames", DomainName::KIND)];
    type Found = Found;

    /// Reads APIs with their parts beside VPC links and the domain names of the stack.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        let ((apis, of_others), domains, (links, count, without_links)) =
            tokio::try_join!(listing::apis(cx), domains::named(cx), links(cx))?;
        Ok(Found { apis, of_others, domains, links, count, without_links })
    }

    /// Reads the domain names with the stack's mark that the stack no longer has.
    async fn second_round(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
        let others = domains::marked(cx, &found.domains, tagged).await?;
        found.domains.extend(others);
        Ok(found)
    }

    /// Notes the facts and the dependents, and adds VPC links and APIs with their parts to the world.
    ///
    /// Cloud Map comes before API Gateway in the list of services, so the world has the registries that give
    /// integrations their names.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        world.note(&found.without_links);
        world.note(&found.of_others);
        world.note_count(VpcLink::KIND, found.count);

        let of_others = found.links.iter().filter(|(_, live)| live.ownership != Ownership::Ours);
        let dependents: Vec<_> = of_others.flat_map(dependents::groups_of).collect();
        world.others_mut().dependents.extend(dependents);
        for (id, live) in &found.links {
            world.note_neighbour(id, live, vpc_link::subnets_of(live));
        }
        world.extend(found.links.into_iter().filter(|(id, live)| cx.graph.concerns(id, live)));

        listing::insert(cx.graph, world, found.apis);
        domains::insert(cx, world, &found.domains)
    }

    /// One call for all APIs, one for all VPC links, four listings inside each API of the world, and two calls for each
    /// domain name.
    fn least_reads(graph: &Graph, world: &World) -> usize {
        let pages = |count: usize| count.div_ceil(PAGE).max(1);
        let parts = |kind: Kind, api: &Id| {
            world.of_kind(kind).filter(|(_, live)| live.parent.as_ref() == Some(api)).count()
        };
        // Authorizers and stages take one page each.
        let inside = |api: &Id| 2 + pages(parts(Route::KIND, api)) + pages(parts(Integration::KIND, api));
        // APIs and VPC links are listed whole.
        let subnets = graph.references(VpcLink::KIND).count();
        let apis: usize = world.of_kind(Api::KIND).map(|(api, _)| inside(api)).sum();
        2 + subnets + apis + domains::least_reads(graph)
    }
}

/// Reads all VPC links, and then the zones of a link that is to be created and the VPC of one that is used.
///
/// The number counts links that are being deleted as well, because AWS's quota counts them.
async fn links(cx: &Reading<'_>) -> Result<(Vec<(Id, Live)>, u32, zones::WithoutLinks)> {
    let all = listing::vpc_links(cx.aws).await?;
    let count = u32::try_from(all.len()).unwrap_or(u32::MAX);

    let there = all.into_iter().filter(vpc_link::is_there);
    let mut links = there.map(|link| vpc_link::decode(cx.graph, link)).collect::<Result<Vec<_>>>()?;
    zones::note_vpcs(cx, &mut links).await?;
    let zones = zones::without_links(cx, &links).await?;
    Ok((links, count, zones))
}

/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["apigateway:TagResource", "apigateway:UntagResource"];

/// Changes the tags of an object that API Gateway names by a path, such as `/apis/a1b2`.
///
/// Only APIs, stages, domain names and VPC links take tags.
async fn retag(cx: &Context, path: &str, change: Retag) -> Result<()> {
    // The ARNs of API Gateway have no account.
    let arn = format!("{}::{path}", cx.arn_prefix(ApiGateway::NAME));
    retag!(
        cx.aws.apigateway.untag_resource(),
        cx.aws.apigateway.tag_resource(),
        TAGGING,
        &arn,
        change,
        sdk_tags
    )
}

fn sdk_tags(tags: &Tags) -> HashMap<String, String> {
    tags.clone().into_iter().collect()
}

/// Returns tags or other pairs in one order. `None`, which AWS sends in place of an empty map, is empty.
fn plain(tags: Option<HashMap<String, String>>) -> Tags {
    tags.unwrap_or_default().into_iter().collect()
}

/// Returns values that others have set without their text: a header that is sent along may hold a secret
/// under any name.
///
/// A digest stands for each value, so a plan still sees a change.
fn hidden(values: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    plain(values).into_iter().map(|(name, value)| (name, secret::hidden(&value))).collect()
}

/// Returns whether an object that API Gateway lists with these tags is the stack's.
///
/// Creations use it to find the object of a call whose answer was lost.
fn is_ours(cx: &Context, tags: Option<&HashMap<String, String>>) -> bool {
    let tags = tags.into_iter().flatten();
    tags::marks(&cx.stack, tags.map(|(key, value)| (key.as_str(), value.as_str())))
}
