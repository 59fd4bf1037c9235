//! Target groups: the tasks of one service, and the health checks that choose among them.
//!
//! ECS registers each task by its address and its port, so the port of a target group itself has no meaning. It is not
//! compared.
//!
//! # Facts about AWS
//!
//! - Name, protocol, VPC and the type of targets cannot change. The stack wants the type `ip`; AWS's default is
//!   `instance`, so the call names it.
//! - A target group belongs to one load balancer, so one that moves to another load balancer is replaced. The new one
//!   has another name, the service registers in both, and the old one goes last.
//! - `ModifyTargetGroup` and `ModifyTargetGroupAttributes` merge, and refuse empty values. A default is sent as a value.
//! - A repeated creation with the same settings returns the same target group.

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetGroup as SdkTargetGroup, TargetGroupAttribute, TargetGroupIpAddressTypeEnum,
    TargetTypeEnum,
};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use super::{
    TAGGING,
    health_check::{self, HealthCheck},
    reading::Attributes,
    tags_for_sdk,
};
use crate::{
    Graph, Id, Result, World,
    engine::{
        graph::Refs,
        kind::{
            Calls, Found, Immutable, NewName, Object, Resource, Retag, Settling, Way, Write, from_value,
            name_tag,
        },
        run::Context,
        successor::Successors,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{elb::load_balancer::LoadBalancer, lag},
    tags::{NAME, Tags, observed, of_others},
};

/// The target group of a service.
pub(crate) struct TargetGroup {
    /// The name, unique in the region.
    pub(crate) name: String,
    /// The key of the stack file that sets the name.
    pub(crate) named_by: String,
    pub(crate) state: State,
}

/// The managed part of a target group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// `HTTP` or `TCP`.
    pub(crate) protocol: String,
    /// The id of the VPC.
    pub(crate) vpc: String,
    /// The type of targets: `ip`.
    pub(crate) target_type: String,
    /// The addresses of targets: `ipv4`.
    pub(crate) ip_address_type: String,
    /// The version of HTTP. `None` for other protocols.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) protocol_version: Option<String>,
    /// The load balancer: the name of one of the stack, or the ARN of one that exists already.
    pub(crate) load_balancer: String,
    pub(crate) health_check: HealthCheck,
    /// Seconds that a stopping task gets for its requests.
    pub(crate) deregistration_delay: i32,
    /// Seconds in which a new task gets more and more requests. `None` is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) slow_start: Option<i32>,
    /// Seconds for which a cookie keeps a client at one task. `None` without a cookie.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) stickiness: Option<i32>,
    /// Whether tasks see the address of the client in place of the load balancer's. Never desired: security groups let
    /// the load balancer in.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) preserve_client_ip: bool,
    pub(crate) tags: Tags,
}

/// The ARN of a target group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. ECS services, listeners and rules refer to it.
    pub(crate) arn: String,
}

/// Returns the fact that a member cannot change. The new target group has another name.
const fn fixed(path: &'static str, because: &'static str) -> Immutable {
    Immutable { path: Path::literal(path), because, name: NewName::Other, downtime: None }
}

/// The port of a target group. Each task registers with its own.
const NOMINAL_PORT: i32 = 80;

const DELAY: &str = "deregistration_delay.timeout_seconds";
const SLOW_START: &str = "slow_start.duration_seconds";
const STICKINESS: &str = "stickiness.enabled";
const STICKINESS_TYPE: &str = "stickiness.type";
const COOKIE: &str = "lb_cookie";
const COOKIE_SECONDS: &str = "stickiness.lb_cookie.duration_seconds";
const CLIENT_IP: &str = "preserve_client_ip.enabled";

/// AWS's default of the deregistration delay.
const DEFAULT_DELAY: i32 = 300;

impl Resource for TargetGroup {
    const NAME: &'static str = "elasticloadbalancing/target-group";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("protocol", "Elastic Load Balancing cannot change the protocol of a target group"),
        fixed(
            "protocol_version",
            "Elastic Load Balancing cannot change the version of HTTP of a target group",
        ),
        fixed("vpc", "Elastic Load Balancing cannot move a target group to another VPC"),
        fixed("target_type", "Elastic Load Balancing cannot change the type of targets"),
        fixed(
            "ip_address_type",
            "Elastic Load Balancing cannot change the type of addresses of a target group",
        ),
        fixed(
            "health_check.by_connection",
            "a target group keeps the path and the status codes of its health check",
        ),
        fixed("load_balancer", "a target group cannot belong to two load balancers"),
    ];
    const SUCCESSORS: Successors = Successors { longest: 32, taken: &["DuplicateTargetGroupName"] };
    const TAGGING: Option<[&'static str; 2]> = Some(TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "elasticloadbalancing:CreateTargetGroup";
    const GRANTS: &'static [Grant] = super::grants::TARGET_GROUP;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn named_by(&self) -> Option<String> {
        Some(self.named_by.clone())
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// Creates the target group with its health check. A repeated call returns the same one.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let check = &want.health_check;
        let request = cx
            .aws
            .elb
            .create_target_group()
            .name(name)
            .protocol(ProtocolEnum::from(want.protocol.as_str()))
            .set_protocol_version(want.protocol_version.clone())
            .port(NOMINAL_PORT)
            .vpc_id(&want.vpc)
            .target_type(TargetTypeEnum::from(want.target_type.as_str()))
            .ip_address_type(TargetGroupIpAddressTypeEnum::from(want.ip_address_type.as_str()))
            .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
            .health_check_port(&check.port)
            .set_health_check_path(check.path.clone())
            .set_matcher(check.matcher())
            .health_check_interval_seconds(check.interval)
            .health_check_timeout_seconds(check.timeout)
            .healthy_threshold_count(check.healthy_threshold)
            .unhealthy_threshold_count(check.unhealthy_threshold)
            .set_tags(Some(tags_for_sdk(&name_tag(id, name, &want.tags))));
        let made = request.send().await.of(Self::CREATE)?.target_groups.and_then(|mut all| all.pop());
        let arn = made.and_then(|made| made.target_group_arn).sent(Self::CREATE, "TargetGroupArn")?;
        Ok(Output { arn })
    }

    /// Returns the writes of the health check and of the attributes that differ. A new target group has AWS's
    /// defaults.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        let attributes = |live: &State, want: &State| {
            let changed = attributes_between(live, want);
            (!changed.is_empty()).then_some(Change::Attributes(changed))
        };
        match way {
            Way::Make(want) => attributes(&by_default(want), want).into_iter().collect(),
            Way::Change(live, want) => {
                let check = (live.health_check != want.health_check)
                    .then_some(Change::HealthCheck(&want.health_check));
                check.into_iter().chain(attributes(live, want)).collect()
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        write.send(cx, &on.output.arn).await
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        super::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags, and target groups under names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

const MODIFY: &str = "elasticloadbalancing:ModifyTargetGroup";
const SET_ATTRIBUTES: &str = "elasticloadbalancing:ModifyTargetGroupAttributes";
const DELETE: &str = "elasticloadbalancing:DeleteTargetGroup";

/// A write on a target group.
pub(crate) enum Change<'a> {
    /// Sets all members of the health check.
    HealthCheck(&'a HealthCheck),
    /// Sets these attributes. All others stay.
    Attributes(Vec<(&'static str, String)>),
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::HealthCheck(_) => &[MODIFY],
            Self::Attributes(_) => &[SET_ATTRIBUTES],
            Self::Delete => &[DELETE],
        }
    }
}

impl Change<'_> {
    /// Sends the write. A deletion of a target group that no longer exists is a success.
    async fn send(self, cx: &Context, arn: &str) -> Result<()> {
        match self {
            Self::HealthCheck(check) => {
                let request = cx.aws.elb.modify_target_group().target_group_arn(arn);
                let request = request
                    .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
                    .health_check_port(&check.port)
                    .set_health_check_path(check.path.clone())
                    .set_matcher(check.matcher())
                    .health_check_interval_seconds(check.interval)
                    .health_check_timeout_seconds(check.timeout)
                    .healthy_threshold_count(check.healthy_threshold)
                    .unhealthy_threshold_count(check.unhealthy_threshold);
                request.send().await.of(MODIFY).map(drop)
            }
            Self::Attributes(all) => {
                let attribute = |(key, value): (&'static str, String)| {
                    TargetGroupAttribute::builder().key(key).value(value).build()
                };
                let request = cx.aws.elb.modify_target_group_attributes().target_group_arn(arn);
                let request = request.set_attributes(Some(all.into_iter().map(attribute).collect()));
                request.send().await.of(SET_ATTRIBUTES).map(drop)
            }
            Self::Delete => {
                let answer = cx.aws.elb.delete_target_group().target_group_arn(arn).send().await.of(DELETE);
                answer.none_if(&["TargetGroupNotFound"]).map(drop)
            }
        }
    }
}

/// Returns the state with AWS's defaults in place of the attributes.
fn by_default(want: &State) -> State {
    State {
        deregistration_delay: DEFAULT_DELAY,
        slow_start: None,
        stickiness: None,
        preserve_client_ip: false,
        ..want.clone()
    }
}

/// Returns the attributes that differ, with the values that AWS takes. AWS refuses empty ones.
fn attributes_between(live: &State, want: &State) -> Vec<(&'static str, String)> {
    let mut changed = Vec::new();
    if live.deregistration_delay != want.deregistration_delay {
        changed.push((DELAY, want.deregistration_delay.to_string()));
    }
    if live.slow_start != want.slow_start {
        changed.push((SLOW_START, want.slow_start.unwrap_or(0).to_string()));
    }
    if live.stickiness != want.stickiness {
        changed.push((STICKINESS, want.stickiness.is_some().to_string()));
        if let Some(seconds) = want.stickiness {
            changed.push((STICKINESS_TYPE, COOKIE.to_owned()));
            changed.push((COOKIE_SECONDS, seconds.to_string()));
        }
    }
    if live.preserve_client_ip != want.preserve_client_ip {
        changed.push((CLIENT_IP, want.preserve_client_ip.to_string()));
    }
    changed
}

/// Decodes a target group with its attributes and its tags.
///
/// One that no listener and no rule names yet belongs to the load balancer that the stack wants.
///
/// # Errors
///
/// The answer lacks the name or the ARN, which AWS always sends.
pub(super) fn decode(
    graph: &Graph,
    world: &World,
    found: &SdkTargetGroup,
    attributes: &Attributes,
    all: Tags,
) -> Result<(Id, Live)> {
    const OPERATION: &str = "elasticloadbalancing:DescribeTargetGroups";
    let name = found.target_group_name().sent(OPERATION, "TargetGroupName")?.to_owned();
    let arn = found.target_group_arn().sent(OPERATION, "TargetGroupArn")?.to_owned();
    let id = Id::new(TargetGroup::KIND, all.get(NAME).unwrap_or(&name).clone());
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    let attribute = |key: &str| attributes.get(key).map(String::as_str);
    let number = |key: &str| attribute(key).and_then(|value| value.parse().ok());
    let is_on = |key: &str| attribute(key) == Some("true");
    let protocol = found.protocol().map_or("", ProtocolEnum::as_str).to_owned();
    let state = State {
        vpc: found.vpc_id().unwrap_or_default().to_owned(),
        target_type: found.target_type().map_or("instance", TargetTypeEnum::as_str).to_owned(),
        ip_address_type: found
            .ip_address_type()
            .map_or("ipv4", TargetGroupIpAddressTypeEnum::as_str)
            .to_owned(),
        protocol_version: found
            .protocol_version()
            .filter(|_| protocol.starts_with("HTTP"))
            .map(str::to_owned),
        load_balancer: load_balancer(graph, world, &id, found.load_balancer_arns().first()),
        health_check: health_check::decode(found),
        deregistration_delay: number(DELAY).unwrap_or(DEFAULT_DELAY),
        slow_start: number(SLOW_START).filter(|seconds| *seconds != 0),
        // A cookie of the application has no time of the load balancer's cookie, so it shows as 0 seconds.
        stickiness: is_on(STICKINESS).then(|| {
            number(COOKIE_SECONDS).filter(|_| attribute(STICKINESS_TYPE) == Some(COOKIE)).unwrap_or(0)
        }),
        preserve_client_ip: is_on(CLIENT_IP),
        protocol,
        tags,
    };
    let output = Output { arn: arn.clone() };
    let live = Found::<TargetGroup> { physical: arn, name, state, output }.into_live(ownership);
    Ok((id, live.with_tags_of_others(&of_others)))
}

/// Returns the load balancer of a target group: its logical name, or its ARN if the stack does not have it.
fn load_balancer(graph: &Graph, world: &World, id: &Id, arn: Option<&String>) -> String {
    let Some(arn) = arn else {
        let desired = graph.resource::<TargetGroup>(id).map(|wanted| wanted.state.load_balancer.clone());
        return desired.unwrap_or_default();
    };
    let found = world
        .of_kind(LoadBalancer::KIND)
        .find(|(_, live)| from_value::<super::load_balancer::Output>(&live.output).arn == *arn);
    found.map_or_else(|| arn.clone(), |(id, _)| id.name.clone())
}
