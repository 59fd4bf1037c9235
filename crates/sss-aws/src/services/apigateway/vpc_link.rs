//! VPC links of HTTP APIs.
//!
//! A VPC link puts network interfaces of API Gateway into subnets of the VPC, so that integrations reach
//! private tasks. It is the slowest object of a stack: it takes minutes to create and minutes to delete.
//!
//! # Facts about AWS
//!
//! - Only the name changes in place. Other subnets or security groups take another link. Names are not
//!   unique, so the new link has the same name and exists beside the old one.
//! - A link is PENDING, then AVAILABLE or FAILED. FAILED carries a message and cannot be repaired, so a plan
//!   replaces such a link.
//! - A link without traffic for 60 days is INACTIVE. It still belongs to the stack: the first request
//!   activates it again.
//! - `DeleteVpcLink` is refused while integrations use the link. After it, the link is DELETING for minutes.
//! - A region has 10 links by default, those included that are being deleted. AWS takes one creation in 15
//!   seconds and one deletion in 30.
//! - Some availability zones have no VPC links (`aws-cdk#13569`). [`zones`] finds them before a creation.
//!
//! # Waits
//!
//! A creation waits 10 minutes at most for AVAILABLE, and 150 seconds usually. A deletion waits 15 minutes at
//! most, and 2 minutes usually. The usual times are assumptions: they feed the forecast and the order, and no
//! wait relies on them.

pub(crate) mod zones;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_apigatewayv2::types::{VpcLink as SdkVpcLink, VpcLinkStatus};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        forecast::created,
        graph::Refs,
        kind::{
            Calls, Found, Immutable, Limit, NewName, Object, Obstructs, Pairs, Renamed, Resource, Retag,
            Waits, Way, Write, from_value,
        },
        once::{once, send_once},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::apigateway::{self, dependents, is_ours, listing, plain, sdk_tags},
    tags::{self, Ownership, Tags, observed},
};

/// The VPC link of the stack.
pub(crate) struct VpcLink {
    pub(crate) state: State,
    /// The ids of zones that have VPC links by now, as the stack says.
    pub(crate) zones_with_links: Vec<String>,
}

/// The managed part of a VPC link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The name. API Gateway can change it in place.
    pub(crate) name: String,
    /// The ids of the subnets, as a set. API Gateway cannot change them.
    pub(crate) subnets: BTreeSet<String>,
    /// The ids of the security groups of its network interfaces, as a set. API Gateway cannot change them.
    pub(crate) security_groups: BTreeSet<String>,
    /// Whether the creation has failed. API Gateway cannot repair such a link. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) failed: bool,
    /// Whether API Gateway still creates it, because an earlier run did not wait for it. Requests cannot pass
    /// it yet. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) pending: bool,
    pub(crate) tags: Tags,
}

/// The id that API Gateway gives a VPC link. Integrations name it as their connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id, unique in the region.
    pub(crate) id: String,
    /// The ids of the security groups from which a link of others sends requests. Those of the stack's own link are in
    /// the stack file.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub(crate) security_groups: BTreeSet<String>,
}

impl Output {
    /// Returns the output of a link of the stack.
    fn own(id: String) -> Self {
        Self { id, security_groups: BTreeSet::new() }
    }
}

impl State {
    /// Returns whether a link that works is in the subnets and security groups of the other.
    pub(crate) fn is_in_the_places_of(&self, other: &Self) -> bool {
        !self.failed && self.subnets == other.subnets && self.security_groups == other.security_groups
    }
}

/// The end of a creation.
const AVAILABLE: Condition =
    Condition::new("the VPC link to be available", Duration::from_secs(150), Duration::from_mins(10));

/// The end of a deletion.
const GONE: Condition =
    Condition::new("the deletion of the VPC link", Duration::from_mins(2), Duration::from_mins(15));

/// Returns the fact that a member cannot change. The new link has the same name, and integrations move to it
/// before the old one goes.
const fn fixed(path: &'static str, because: &'static str) -> Immutable {
    Immutable { path: Path::literal(path), because, name: NewName::Same, downtime: None }
}

/// Returns the link of this name and these places that is ours. One that it replaces is in other places, or
/// failed.
///
/// A link that is FAILED, INACTIVE or being deleted is not the one that a lost call created.
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

/// Waits until requests can pass a link.
///
/// # Errors
///
/// The link failed, with AWS's message; or the deadline of [`AVAILABLE`] passed.
async fn until_available(cx: &Context, id: &Id, link: &str, condition: &Condition) -> Result<()> {
    wait(cx, id, condition, || async {
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

/// Waits until requests can pass the link of this name or id.
///
/// # Errors
///
/// The account has no such link ([`Error::is_declined`]), the link failed, or the deadline passed.
pub(crate) async fn available(cx: &Context, named: &str, deadline: Duration) -> Result<()> {
    let links = listing::vpc_links(&cx.aws).await?;
    let is_named = |link: &&SdkVpcLink| link.name() == Some(named) || link.vpc_link_id() == Some(named);
    let has_failed = |link: &&SdkVpcLink| link.vpc_link_status() == Some(&VpcLinkStatus::Failed);
    // Beside a link that failed, another one of the same name takes its place.
    let found = links.iter().filter(|link| is_there(link)).filter(is_named).min_by_key(has_failed);
    let Some(link) = found.and_then(|link| link.vpc_link_id()) else {
        return Err(Error::declined(format!("the account has no VPC link {named}"))
            .with_hint("`apply` creates the VPC link of the stack"));
    };
    let condition = AVAILABLE.within(deadline).looked_at_once();
    until_available(cx, &Id::new(VpcLink::KIND, named.to_owned()), link, &condition).await
}

impl Resource for VpcLink {
    const NAME: &'static str = "apigatewayv2/vpc-link";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("subnets", "API Gateway cannot change the subnets of a VPC link"),
        fixed("security_groups", "API Gateway cannot change the security groups of a VPC link"),
        fixed("failed", "API Gateway cannot repair a VPC link that failed"),
    ];
    const RENAMED: Option<Renamed> =
        Some(Renamed { member: Path::literal("name"), pairs: Pairs::Any, gap: None });
    /// API Gateway creates integrations with a link that is PENDING. That is an assumption.
    // API Gateway has no VPC links in some availability zones.
    const OBSTACLE: Option<Obstructs<Self>> = Some(zones::obstacle);
    const EARLY: bool = true;
    const WAITS: Waits = Waits {
        made: Some(&AVAILABLE),
        removed: Some(&GONE),
        look: ("apigateway:GetVpcLink", 1),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const CREATE: &'static str = "apigateway:CreateVpcLink";
    const GRANTS: &'static [Grant] = super::grants::VPC_LINK;
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
        Output::own(format!("(id of {id})"))
    }

    /// Requests pass a link that is AVAILABLE or INACTIVE, to the VPC of its subnets.
    fn unusable(live: &Live, vpc: &str) -> Option<(String, String)> {
        let status = live.status.as_deref().unwrap_or_default();
        if !["AVAILABLE", "INACTIVE"].contains(&status) {
            let hint = "wait until its owner has an AVAILABLE link, or name another one under `{key}`";
            return Some((format!("is {status}"), hint.to_owned()));
        }
        let zones::Vpc(found) = live.facts.get();
        let other = found.filter(|other| other != vpc)?;
        Some((
            format!("is in {other}, not in {vpc}"),
            "name a link of the stack's VPC under `{key}`".to_owned(),
        ))
    }

    /// Rules name groups. A link without groups is in the default group of its VPC, which no listing of the engine has.
    fn unreached(live: &Live) -> Option<&'static str> {
        let groups = from_value::<State>(&live.state).security_groups;
        groups.is_empty().then_some("has no security groups, so no port is opened to its requests")
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// Creates the link. Requests cannot pass it yet.
    ///
    /// If the run ends before they can, the next observation finds the link as pending, and the next apply waits for
    /// it.
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
        Ok(Output::own(once(cx, id, make, || made(cx, name, want)).await?))
    }

    /// Waits until requests can pass the link.
    async fn ready(cx: &Context, id: &Id, output: &Output) -> Result<()> {
        until_available(cx, id, &output.id, &AVAILABLE).await
    }

    /// Returns the condition of a link that an earlier run left pending. A rename alone waits for nothing.
    fn awaited(live: &State, _want: &State, _wanted: Option<&Self>) -> Option<&'static Condition> {
        live.pending.then_some(&AVAILABLE)
    }

    /// Returns the rename and the wait that a change takes.
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
            Change::Await => until_available(cx, on.id, link, &AVAILABLE).await,
            Change::Delete => delete(cx, on.id, link).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        apigateway::retag(cx, &format!("/vpclinks/{}", found.output.id), change).await
    }

    /// Reads the integrations of others that use these links, with one call for each of their APIs.
    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::integrations(aws, world, removed).await
    }
}

const RENAME: &str = "apigateway:UpdateVpcLink";
const DELETE: &str = "apigateway:DeleteVpcLink";

/// Returns the ids of the subnets of a link.
pub(super) fn subnets_of(live: &Live) -> BTreeSet<String> {
    from_value::<State>(&live.state).subnets
}

/// A write on a VPC link.
pub(crate) enum Change<'a> {
    /// Gives the link this name.
    Rename(&'a str),
    /// Waits until API Gateway has created the link.
    Await,
    /// Deletes the link, and waits until it is gone.
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

/// Deletes a link, and waits until API Gateway no longer lists it.
///
/// The security groups of the link are free only afterwards. A link that no longer exists is a success.
///
/// # Errors
///
/// Integrations of others use the link, or the deadline of [`GONE`] passed.
async fn delete(cx: &Context, id: &Id, link: &str) -> Result<()> {
    // API Gateway takes one deletion in 30 s, so the call may be refused as one too many. A repeated call
    // does no harm.
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
///
/// A link that is being deleted is gone for every plan. It still counts against the quota.
pub(super) fn is_there(link: &SdkVpcLink) -> bool {
    link.vpc_link_status != Some(VpcLinkStatus::Deleting)
}

/// Decodes a link as API Gateway lists it.
///
/// # Errors
///
/// The answer lacks the name, the status or the id, which AWS always sends.
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
    let mut output = Output::own(found.vpc_link_id.sent(OPERATION, "vpcLinkId")?);
    if ownership != Ownership::Ours {
        output.security_groups.clone_from(&state.security_groups);
    }
    let id = Id::new(VpcLink::KIND, name.clone());
    let live = Found::<VpcLink> { physical: output.id.clone(), name, state, output }.into_live(ownership);
    Ok((id, live.with_status(status.as_str()).with_tags_of_others(&of_others)))
}
