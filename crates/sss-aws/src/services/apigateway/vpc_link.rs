//! VPC links of HTTP APIs.

pub(crate) mod zones;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_apigatewayv2::types::{VpcLink as SdkVpcLink, VpcLinkStatus};
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        forecast::created,
        graph::Refs,
        kind::{
            Calls, Found, Immutable, Limit, NewName, Object, Obstacle, Pairs, Renamed, Resource, Retag,
            Waits, Way, Write,
        },
        once::{once, send_once},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::apigateway::{self, dependents, is_ours, listing, plain, sdk_tags},
    tags::{self, Tags, observed},
};

/// The VPC link of the stack.
pub(crate) struct VpcLink {
    pub(crate) state: State,
    /// The ids of zones that have VPC links by now, as the stack says.
    pub(crate) zones_with_links: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) subnets: BTreeSet<String>,
    pub(crate) security_groups: BTreeSet<String>,
    /// Whether the creation has failed. API Gateway cannot repair such a link.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) failed: bool,
    /// Whether API Gateway still creates it, because an earlier run did not wait for it. Requests cannot pass it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) pending: bool,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

impl State {
    /// Returns whether a link that works is in the subnets and security groups of the other.
    pub(crate) fn is_in_the_places_of(&self, other: &Self) -> bool {
        !self.failed && self.subnets == other.subnets && self.security_groups == other.security_groups
    }
}

const AVAILABLE: Condition =
    Condition::new("the VPC link to be available", Duration::from_secs(150), Duration::from_mins(10));

const GONE: Condition =
    Condition::new("the deletion of the VPC link", Duration::from_mins(2), Duration::from_mins(15));

const fn fixed(path: &'static str, because: &'static str) -> Immutable {
    Immutable { path, because, name: NewName::Same, downtime: None }
}

/// Returns the link of this name and these places that is ours. One that it replaces is in other places, or failed.
async fn made(cx: &Context, name: &str, want: &State) -> Result<Option<String>> {
    let links = listing::vpc_links(&cx.aws).await?;
    let set = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    let found = links.into_iter().find(|link| {
        link.name() == Some(name)
            && is_ours(cx, link.tags())
            && matches!(link.vpc_link_status(), Some(VpcLinkStatus::Pending | VpcLinkStatus::Available))
            && set(link.subnet_ids()) == want.subnets
            && set(link.security_group_ids()) == want.security_groups
    });
    Ok(found.and_then(|link| link.vpc_link_id))
}

async fn until_available(cx: &Context, id: &Id, link: &str) -> Result<()> {
    wait(cx, id, &AVAILABLE, || async {
        let answer = cx.aws.apigateway.get_vpc_link().vpc_link_id(link).send().await;
        let found = answer.of("apigateway:GetVpcLink")?;
        let said = found.vpc_link_status_message().unwrap_or("AWS gives no reason");
        match found.vpc_link_status() {
            Some(VpcLinkStatus::Available | VpcLinkStatus::Inactive) => Ok(Look::Met(())),
            Some(VpcLinkStatus::Failed) => {
                Err(Error::failed(AVAILABLE.name, format!("{link} failed: {said}")).with_hint(
                    "check the availability zones of its subnets; the next apply replaces the link",
                ))
            }
            status => Ok(Look::Unmet(status.map_or("no status", VpcLinkStatus::as_str).to_owned())),
        }
    })
    .await
}

impl Resource for VpcLink {
    const NAME: &'static str = "apigatewayv2/vpc-link";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("subnets", "API Gateway cannot change the subnets of a VPC link"),
        fixed("security_groups", "API Gateway cannot change the security groups of a VPC link"),
        fixed("failed", "API Gateway cannot repair a VPC link that failed"),
    ];
    const RENAMED: Option<Renamed> = Some(Renamed { member: "name", pairs: Pairs::Any, gap: None });
    const WAITS: Waits = Waits {
        made: Some(&AVAILABLE),
        removed: Some(&GONE),
        look: ("apigateway:GetVpcLink", 1),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const CREATE: &'static str = "apigateway:CreateVpcLink";
    const LIMITS: &'static [Limit] = &[Limit {
        name: "VPC links of a region",
        at_most: 10.0,
        used: |_, world, plan| f64::from(world.counted(VpcLink::KIND)) + created(plan, VpcLink::KIND),
    }];
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.state.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// API Gateway has no VPC links in some availability zones.
    fn obstacle(desired: &State, world: &World) -> Option<Obstacle> {
        zones::obstacle(desired, world)
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.apigateway.create_vpc_link().name(name);
        let request = request
            .set_subnet_ids(Some(want.subnets.iter().cloned().collect()))
            .set_security_group_ids(Some(want.security_groups.iter().cloned().collect()))
            .set_tags(Some(sdk_tags(&want.tags)));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            answer.vpc_link_id.sent(Self::CREATE, "vpcLinkId")
        };
        let link = once(cx, id, make, || made(cx, name, want)).await?;
        until_available(cx, id, &link).await?;
        Ok(Output { id: link })
    }

    fn awaited(live: &State, _want: &State, _forced: bool) -> Option<&'static Condition> {
        live.pending.then_some(&AVAILABLE)
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            // The name is all that API Gateway can change.
            Way::Change(live, want) => {
                let rename = (live.name != want.name).then_some(Change::Rename(&want.name));
                rename.into_iter().chain(live.pending.then_some(Change::Await)).collect()
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        let link = &on.output.id;
        match write {
            Change::Rename(name) => {
                let request = cx.aws.apigateway.update_vpc_link().vpc_link_id(link).name(name);
                request.send().await.of(RENAME).map(drop)
            }
            Change::Await => until_available(cx, on.id, link).await,
            Change::Delete => delete(cx, on.id, link).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        apigateway::retag(cx, &format!("/vpclinks/{}", found.output.id), change).await
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::integrations(aws, world, removed).await
    }
}

const RENAME: &str = "apigateway:UpdateVpcLink";
const DELETE: &str = "apigateway:DeleteVpcLink";

/// A write on a VPC link.
pub(crate) enum Change<'a> {
    Rename(&'a str),
    /// Waits until API Gateway has created the link.
    Await,
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Rename(_) => &[RENAME],
            Self::Await => &[],
            Self::Delete => &[DELETE],
        }
    }
}

async fn delete(cx: &Context, id: &Id, link: &str) -> Result<()> {
    // API Gateway deletes one link in 30 s at most. A repeated call does no harm.
    let remove = || async {
        let answer = cx.aws.apigateway.delete_vpc_link().vpc_link_id(link).send().await;
        answer.of(DELETE).none_if(&["NotFoundException"]).map(drop)
    };
    once(cx, id, remove, || async { Ok(None) }).await?;

    wait(cx, id, &GONE, || async {
        let answer = cx.aws.apigateway.get_vpc_link().vpc_link_id(link).send().await;
        let found = answer.of("apigateway:GetVpcLink").none_if(&["NotFoundException"])?;
        let Some(found) = found else {
            return Ok(Look::Met(()));
        };
        Ok(Look::Unmet(found.vpc_link_status().map_or("no status", VpcLinkStatus::as_str).to_owned()))
    })
    .await
}

/// Returns whether a link is not being deleted.
pub(super) fn is_there(link: &SdkVpcLink) -> bool {
    link.vpc_link_status != Some(VpcLinkStatus::Deleting)
}

/// Decodes a link as API Gateway lists it.
pub(super) fn decode(graph: &Graph, found: SdkVpcLink) -> Result<(Id, Live)> {
    const OPERATION: &str = "apigateway:GetVpcLinks";
    let name = found.name.sent(OPERATION, "name")?;
    let all = plain(found.tags);
    let of_others = tags::of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let status = found.vpc_link_status.sent(OPERATION, "vpcLinkStatus")?;

    let state = State {
        name: name.clone(),
        subnets: found.subnet_ids.unwrap_or_default().into_iter().collect(),
        security_groups: found.security_group_ids.unwrap_or_default().into_iter().collect(),
        failed: status == VpcLinkStatus::Failed,
        pending: status == VpcLinkStatus::Pending,
        tags,
    };
    let output = Output { id: found.vpc_link_id.sent(OPERATION, "vpcLinkId")? };
    let id = Id::new(VpcLink::KIND, name.clone());
    let live = Found::<VpcLink> { physical: output.id.clone(), name, state, output }.into_live(ownership);
    Ok((id, live.with_status(status.as_str()).with_tags_of_others(&of_others)))
}
