//! Load balancers: the Application and the Network Load Balancers of the stack.
//!
//! # Facts about AWS
//!
//! - A repeated creation with the same settings returns the same load balancer. The name of a deleted one stays taken
//!   for about half a minute (`DuplicateLoadBalancerName`), so the creation is repeated until the name is free.
//! - Scheme, type and VPC cannot change. `SetSubnets` and `SetSecurityGroups` replace whole sets. A Network Load
//!   Balancer takes security groups only if it was created with one, so it always is. It takes another subnet in a zone
//!   only after it has left that zone, which takes up to three minutes.
//! - Tasks in a zone without a subnet of the load balancer get no requests (`unused`). So subnets are taken away after
//!   the services have left them.
//! - A new load balancer is `provisioning` for one to three minutes. Requests pass it once it is `active`.
//! - A deletion is refused while the deletion protection is on. A plan turns it off as a step of its own.
//! - The network interfaces of a deleted load balancer stay for some minutes and hold its security group, which waits
//!   for them.
//! - With cross-zone load balancing off, a Network Load Balancer answers only from tasks in the zone that a request
//!   comes to. Services share it, so a zone without a task of one service stays in use. So the stack wants it on.

mod change;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, LoadBalancer as SdkLoadBalancer, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
    LoadBalancerTypeEnum,
};
use serde::{Deserialize, Serialize};
use sss_model::{BackendKind, Path};

use self::change::{CROSS_ZONE, Change, PROTECTION, attributes, changes, resettle};
use super::{TAGGING, reading::Attributes, tags_for_sdk};
use crate::{
    Error, Graph, Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Object, Resource, Retag, Settling, Waits, Way, name_tag},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Answer, Sent},
    grant::Grant,
    services::{ec2::security_group::SecurityGroup, lag},
    tags::{NAME, Tags, observed, of_others},
};

/// A load balancer of the stack.
pub(crate) struct LoadBalancer {
    /// The name, unique in the region.
    pub(crate) name: String,
    /// The key of the stack file that sets the name.
    pub(crate) named_by: &'static str,
    /// Whether it is an Application or a Network Load Balancer.
    pub(crate) kind: BackendKind,
    /// The security group of its own.
    pub(crate) security_group: Handle<SecurityGroup>,
    pub(crate) vpc: String,
    pub(crate) subnets: BTreeSet<String>,
    pub(crate) deletion_protection: bool,
    pub(crate) tags: Tags,
}

/// The managed part of a load balancer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// `application` or `network`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// `internal` or `internet-facing`. The stack wants the first.
    pub(crate) scheme: String,
    /// The id of the VPC.
    pub(crate) vpc: String,
    /// The ids of its subnets.
    pub(crate) subnets: BTreeSet<String>,
    /// The ids of its security groups.
    pub(crate) security_groups: BTreeSet<String>,
    /// The addresses: the stack wants `ipv4`.
    pub(crate) ip_address_type: String,
    /// Whether AWS refuses to delete it.
    pub(crate) deletion_protection: bool,
    /// Whether a Network Load Balancer answers from tasks of all zones. `None` for an Application Load Balancer, which
    /// always does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cross_zone: Option<bool>,
    /// Whether AWS failed to create it. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) failed: bool,
    /// Whether AWS still creates it. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) pending: bool,
    pub(crate) tags: Tags,
}

/// The ARN of a load balancer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. Listeners refer to it.
    pub(crate) arn: String,
}

/// The moment from which requests pass a load balancer.
const ACTIVE: Condition =
    Condition::new("the load balancer to be active", Duration::from_mins(2), Duration::from_mins(10));

/// The moment from which AWS accepts the creation.
const NAMEABLE: Condition =
    Condition::new("the load balancer's name to be free", Duration::from_secs(30), Duration::from_mins(3))
        .looked_at_once();

/// Returns the fact that a member cannot change. Services move to the new load balancer before the old one goes.
const fn fixed(path: &'static str, because: &'static str) -> Immutable {
    Immutable { path: Path::literal(path), because, name: NewName::Other, downtime: None }
}

impl Resource for LoadBalancer {
    const NAME: &'static str = "elasticloadbalancing/load-balancer";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("type", "Elastic Load Balancing cannot change the type of a load balancer"),
        fixed("scheme", "Elastic Load Balancing cannot change the scheme of a load balancer"),
        fixed("vpc", "Elastic Load Balancing cannot move a load balancer to another VPC"),
        fixed("failed", "Elastic Load Balancing cannot repair a load balancer that failed"),
    ];
    /// A load balancer takes listeners while it is provisioning: the AWS Load Balancer Controller never waits for it.
    const EARLY: bool = true;
    const SUCCESSORS: Successors = Successors { longest: 32, taken: &["DuplicateLoadBalancerName"] };
    const WAITS: Waits = Waits {
        made: Some(&ACTIVE),
        look: ("elasticloadbalancing:DescribeLoadBalancers", 20),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> = Some(TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "elasticloadbalancing:CreateLoadBalancer";
    const GRANTS: &'static [Grant] = super::grants::LOAD_BALANCER;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn named_by(&self) -> Option<String> {
        Some(self.named_by.to_owned())
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let is_network = self.kind == BackendKind::Nlb;
        State {
            kind: if is_network { "network" } else { "application" }.to_owned(),
            scheme: "internal".to_owned(),
            vpc: self.vpc.clone(),
            subnets: self.subnets.clone(),
            security_groups: BTreeSet::from([refs.get(&self.security_group).id]),
            ip_address_type: "ipv4".to_owned(),
            deletion_protection: self.deletion_protection,
            cross_zone: is_network.then_some(true),
            failed: false,
            pending: false,
            tags: self.tags.clone(),
        }
    }

    /// Returns the wait for a load balancer that an earlier run left behind.
    fn awaited(live: &State, _want: &State, _wanted: Option<&Self>) -> Option<&'static Condition> {
        live.pending.then_some(&ACTIVE)
    }

    /// Returns a state with the live subnets, if the stack only takes some away: targets in a zone without one get no
    /// requests. Other subnets may be in the same zones, and cannot stand beside the live ones.
    fn widened(live: &State, want: &State) -> Option<State> {
        let narrows = want.subnets.len() < live.subnets.len() && want.subnets.is_subset(&live.subnets);
        narrows.then(|| State { subnets: live.subnets.clone(), ..want.clone() })
    }

    /// Returns the subnets, in whose zones tasks get requests.
    fn served(state: &State) -> Vec<&str> {
        state.subnets.iter().map(String::as_str).collect()
    }

    /// Creates the load balancer. Requests cannot pass it yet.
    ///
    /// A repeated call returns the same load balancer, so a lost answer needs no look. The name of one that was
    /// deleted a moment ago is still taken.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx
            .aws
            .elb
            .create_load_balancer()
            .name(name)
            .r#type(LoadBalancerTypeEnum::from(want.kind.as_str()))
            .scheme(LoadBalancerSchemeEnum::from(want.scheme.as_str()))
            .set_subnets(Some(want.subnets.iter().cloned().collect()))
            .set_security_groups(Some(want.security_groups.iter().cloned().collect()))
            .ip_address_type(IpAddressType::from(want.ip_address_type.as_str()))
            .set_tags(Some(tags_for_sdk(&name_tag(id, name, &want.tags))));
        let answer = wait(cx, id, &NAMEABLE, || async {
            match request.clone().send().await.of(Self::CREATE) {
                Err(error) if error.has_code("DuplicateLoadBalancerName") => {
                    Ok(Look::Unmet("a deleted load balancer still has the name".to_owned()))
                }
                answer => Ok(Look::Met(answer?)),
            }
        });
        let made = answer.await?.load_balancers.and_then(|mut all| all.pop());
        let arn = made.and_then(|made| made.load_balancer_arn).sent(Self::CREATE, "LoadBalancerArn")?;
        Ok(Output { arn })
    }

    /// Waits until requests can pass the load balancer.
    async fn ready(cx: &Context, id: &Id, output: &Output) -> Result<()> {
        until_active(cx, id, &output.arn).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(want) => attributes(None, want).into_iter().collect(),
            Way::Change(live, want) => changes(live, want),
            Way::Remove(live) => {
                let unprotect =
                    live.deletion_protection.then(|| Change::Attributes(vec![(PROTECTION, false)]));
                unprotect.into_iter().chain([Change::Delete]).collect()
            }
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        let arn = &on.output.arn;
        match write {
            Change::Await => until_active(cx, on.id, arn).await,
            Change::Resettle(ids) => resettle(cx, on.id, arn, ids).await,
            write => write.send(cx, arn).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        super::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags, and load balancers under names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

/// Waits until requests can pass a load balancer.
///
/// # Errors
///
/// AWS failed to create it, with AWS's reason; or the deadline of [`ACTIVE`] passed.
async fn until_active(cx: &Context, id: &Id, arn: &str) -> Result<()> {
    const OPERATION: &str = "elasticloadbalancing:DescribeLoadBalancers";
    wait(cx, id, &ACTIVE, || async {
        let answer = cx.aws.elb.describe_load_balancers().load_balancer_arns(arn).send().await;
        let found = answer.of(OPERATION)?.load_balancers.and_then(|mut all| all.pop());
        let state = found.and_then(|found| found.state).sent(OPERATION, "State")?;
        match state.code() {
            Some(LoadBalancerStateEnum::Failed) => {
                let said = state.reason().unwrap_or("AWS gives no reason");
                Err(Error::failed(ACTIVE.name, format!("{arn} failed: {said}"))
                    .with_hint("check the free addresses of its subnets; the next apply replaces it"))
            }
            Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => Ok(Look::Met(())),
            code => Ok(Look::Unmet(code.map_or("no state", LoadBalancerStateEnum::as_str).to_owned())),
        }
    })
    .await
}

/// Decodes a load balancer with its attributes and its tags.
///
/// The tag `sss:name` is the logical name of one that replaced another.
///
/// # Errors
///
/// The answer lacks the name or the ARN, which AWS always sends.
pub(super) fn decode(
    graph: &Graph,
    found: &SdkLoadBalancer,
    attributes: &Attributes,
    all: Tags,
) -> Result<(Id, Live)> {
    const OPERATION: &str = "elasticloadbalancing:DescribeLoadBalancers";
    let name = found.load_balancer_name().sent(OPERATION, "LoadBalancerName")?.to_owned();
    let arn = found.load_balancer_arn().sent(OPERATION, "LoadBalancerArn")?.to_owned();
    let logical = all.get(NAME).unwrap_or(&name).clone();
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    let kind = found.r#type().map_or("application", LoadBalancerTypeEnum::as_str);
    let code = found.state().and_then(|state| state.code());
    let zones = found.availability_zones().iter();
    let is_on = |key: &str| attributes.get(key).is_some_and(|value| value == "true");
    let state = State {
        kind: kind.to_owned(),
        scheme: found.scheme().map_or("internet-facing", LoadBalancerSchemeEnum::as_str).to_owned(),
        vpc: found.vpc_id().unwrap_or_default().to_owned(),
        subnets: zones.filter_map(|zone| zone.subnet_id().map(str::to_owned)).collect(),
        security_groups: found.security_groups().iter().cloned().collect(),
        ip_address_type: found.ip_address_type().map_or("ipv4", IpAddressType::as_str).to_owned(),
        deletion_protection: is_on(PROTECTION),
        cross_zone: (kind == "network").then(|| is_on(CROSS_ZONE)),
        failed: code == Some(&LoadBalancerStateEnum::Failed),
        pending: code == Some(&LoadBalancerStateEnum::Provisioning),
        tags,
    };
    let id = Id::new(LoadBalancer::KIND, logical);
    let output = Output { arn: arn.clone() };
    let live = Found::<LoadBalancer> { physical: arn, name, state, output }.into_live(ownership);
    let status = code.map_or("unknown", LoadBalancerStateEnum::as_str);
    Ok((id, live.with_status(status).with_tags_of_others(&of_others)))
}
