//! API Gateway: HTTP APIs with their parts, and VPC links.

pub(crate) mod api;
pub(crate) mod authorizer;
mod dependents;
pub(crate) mod integration;
mod listing;
pub(crate) mod route;
pub(crate) mod stage;
mod turns;
pub(crate) mod vpc_link;

use std::collections::{BTreeMap, HashMap};

use self::{
    api::Api,
    dependents::ApisOfOthers,
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
    secret,
    services::{
        aws_service::{AwsService, Reading},
        retag::retag,
    },
    tags::{self, Ownership, Tags},
};

/// API Gateway, as far as HTTP APIs go.
pub(crate) struct ApiGateway;

/// The answers of API Gateway.
pub(crate) struct Found {
    /// The APIs that concern the stack, with their parts.
    apis: Vec<Parts>,
    of_others: ApisOfOthers,
    /// All VPC links that are not being deleted.
    links: Vec<(Id, Live)>,
    /// The number of VPC links, those included that are being deleted.
    count: u32,
    without_links: zones::WithoutLinks,
}

impl AwsService for ApiGateway {
    const NAME: &'static str = "apigateway";
    /// Source: "Amazon API Gateway quotas", in the developer guide.
    const QUOTAS: &'static [Quota] = &[
        Quota::on_all("API Gateway", Rate::new(40, 10.0)),
        Quota::new("API Gateway CreateVpcLink", &["CreateVpcLink"], Rate::new(1, 1.0 / 15.0)),
        Quota::new("API Gateway DeleteVpcLink", &["DeleteVpcLink"], Rate::new(1, 1.0 / 30.0)),
    ];
    const THROTTLED: &'static [&'static str] = &["TooManyRequestsException"];
    type Found = Found;

    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        let ((apis, of_others), (links, count, without_links)) =
            tokio::try_join!(listing::apis(cx), links(cx))?;
        Ok(Found { apis, of_others, links, count, without_links })
    }

    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        world.note(&found.without_links);
        world.note(&found.of_others);
        world.note_count(VpcLink::KIND, found.count);

        let of_others = found.links.iter().filter(|(_, live)| live.ownership != Ownership::Ours);
        let dependents: Vec<_> = of_others.flat_map(dependents::groups_of).collect();
        world.others_mut().dependents.extend(dependents);
        world.extend(found.links.into_iter().filter(|(id, live)| cx.graph.concerns(id, live)));

        listing::insert(cx.graph, world, found.apis);
        Ok(())
    }

    fn least_reads(_graph: &Graph, world: &World) -> usize {
        let pages = |count: usize| count.div_ceil(PAGE).max(1);
        let parts = |kind: Kind, api: &Id| {
            world.of_kind(kind).filter(|(_, live)| live.parent.as_ref() == Some(api)).count()
        };
        // Authorizers and stages take one page each.
        let inside = |api: &Id| 2 + pages(parts(Route::KIND, api)) + pages(parts(Integration::KIND, api));
        // APIs and VPC links are listed whole.
        2 + world.of_kind(Api::KIND).map(|(api, _)| inside(api)).sum::<usize>()
    }
}

/// Reads all VPC links, and then the zones of a link that is to be created.
async fn links(cx: &Reading<'_>) -> Result<(Vec<(Id, Live)>, u32, zones::WithoutLinks)> {
    let all = listing::vpc_links(cx.aws).await?;
    let count = u32::try_from(all.len()).unwrap_or(u32::MAX);

    let there = all.into_iter().filter(vpc_link::is_there);
    let links = there.map(|link| vpc_link::decode(cx.graph, link)).collect::<Result<Vec<_>>>()?;
    let zones = zones::without_links(cx, &links).await?;
    Ok((links, count, zones))
}

/// The calls that set and remove tags.
const TAGGING: [&str; 2] = ["apigateway:TagResource", "apigateway:UntagResource"];

/// Changes the tags of an object that API Gateway names by a path.
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

fn plain(tags: Option<HashMap<String, String>>) -> Tags {
    tags.unwrap_or_default().into_iter().collect()
}

/// Returns values that others have set without their text: a header that is sent along may hold a secret under any name.
fn hidden(values: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    plain(values).into_iter().map(|(name, value)| (name, secret::hidden(&value))).collect()
}

/// Returns whether an object that API Gateway lists with these tags is the stack's.
fn is_ours(cx: &Context, tags: Option<&HashMap<String, String>>) -> bool {
    let tags = tags.into_iter().flatten();
    tags::marks(&cx.stack, tags.map(|(key, value)| (key.as_str(), value.as_str())))
}
