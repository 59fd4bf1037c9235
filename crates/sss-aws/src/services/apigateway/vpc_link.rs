//! VPC links of HTTP APIs.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use aws_sdk_apigatewayv2::types::VpcLinkStatus;
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Error, Id, Result, World,
    engine::{
        dependent::Dependent,
        forecast::created,
        graph::Refs,
        kind::{Found, Immutable, Limit, NewName, Obstacle, Pairs, Renamed, Resource, Waits, Way},
        once::{once, send_once},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::apigateway::{api, dependents},
    tags::{TagChange, Tags},
};

/// The VPC link of the stack.
pub(crate) struct VpcLink {
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) subnets: BTreeSet<String>,
    pub(crate) security_groups: BTreeSet<String>,
    /// Whether creation has failed, which cannot be repaired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) failed: bool,
    /// Whether API Gateway still creates it, which an earlier run did not see to its end. Requests cannot pass it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) pending: bool,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

impl State {
    /// Whether a link that works is where the other is to be.
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

/// The link of this name and these places that is ours. One that it replaces is in other places, or failed.
async fn made(cx: &Context, name: &str, want: &State) -> Result<Option<String>> {
    let links = crate::services::apigateway::read::listed_vpc_links(&cx.aws).await?;
    let set = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    let found = links.into_iter().find(|link| {
        link.name() == Some(name)
            && api::is_ours(cx, link.tags())
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
    const RENAMED: Option<Renamed> = Some(Renamed { member: "name", pairs: Pairs::Any });
    const WAITS: Waits = Waits {
        made: Some(&AVAILABLE),
        removed: Some(&GONE),
        look: ("apigateway:GetVpcLink", 1),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> = Some(["apigateway:TagResource", "apigateway:UntagResource"]);
    const LIMITS: &'static [Limit] = &[Limit {
        name: "VPC links of a region",
        at_most: 10.0,
        used: |_, world, plan| f64::from(world.counted(VpcLink::KIND)) + created(plan, VpcLink::KIND),
    }];
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.state.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// API Gateway has no VPC links in some availability zones.
    fn obstacle(desired: &State, world: &World) -> Option<Obstacle> {
        let is_bad = |subnet: &&String| world.unusable().contains_key(*subnet);
        let (bad, good): (Vec<&String>, Vec<&String>) = desired.subnets.iter().partition(is_bad);
        let physical = (*bad.first()?).clone();
        let zones: Vec<&String> = bad.iter().map(|subnet| &world.unusable()[*subnet]).collect();
        let named: Vec<_> =
            bad.iter().zip(&zones).map(|(subnet, zone)| format!("{subnet} is in {zone}")).collect();
        let remedy = if good.is_empty() {
            "name subnets in other availability zones".to_owned()
        } else {
            format!("write `private_subnet_ids = [{}]`", listed(&good))
        };
        let because = format!("cannot be created: {}, where API Gateway has no VPC links", named.join(", "));
        let hint = format!(
            "{remedy}; if AWS has VPC links there by now, write `vpc_link_zone_ids = [{}]` under `[network]`",
            listed(&zones)
        );
        Some(Obstacle { physical, because, hint })
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "apigateway:CreateVpcLink";
        let tags: HashMap<_, _> = want.tags.clone().into_iter().collect();
        let request = cx.aws.apigateway.create_vpc_link().name(name);
        let request = request
            .set_subnet_ids(Some(want.subnets.iter().cloned().collect()))
            .set_security_group_ids(Some(want.security_groups.iter().cloned().collect()))
            .set_tags(Some(tags));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(OPERATION)?;
            answer.vpc_link_id.sent(OPERATION, "vpcLinkId")
        };
        let link = once(cx, id, make, || made(cx, name, &want)).await?;
        until_available(cx, id, &link).await?;
        Ok(Output { id: link })
    }

    async fn update(cx: &Context, id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let link = &found.output.id;
        // The name is all that API Gateway can change.
        if found.state.name != want.name {
            let request = cx.aws.apigateway.update_vpc_link().vpc_link_id(link).name(want.name);
            request.send().await.of("apigateway:UpdateVpcLink")?;
        }
        if found.state.pending { until_available(cx, id, link).await } else { Ok(()) }
    }

    fn awaited(live: &State, _want: &State, _forced: bool) -> Option<&'static Condition> {
        live.pending.then_some(&AVAILABLE)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        api::retag(cx, &format!("/vpclinks/{}", found.output.id), change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateVpcLink"],
            Way::Change(live, want) if live.name == want.name => Vec::new(),
            Way::Change(..) => vec!["apigateway:UpdateVpcLink"],
            Way::Remove(_) => vec!["apigateway:DeleteVpcLink"],
        }
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::integrations(aws, world, removed).await
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        let link = &found.output.id;
        // API Gateway removes a link every 30 s and not more; to ask for the same again does no harm.
        let remove = || async {
            let answer = cx.aws.apigateway.delete_vpc_link().vpc_link_id(link).send().await;
            answer.of("apigateway:DeleteVpcLink").none_if(&["NotFoundException"]).map(drop)
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
}

/// Values as a list of TOML.
fn listed(values: &[&String]) -> String {
    values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}
