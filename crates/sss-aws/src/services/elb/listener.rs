//! Listeners: the ports at which load balancers take requests.
//!
//! An Application Load Balancer of the stack has one listener for all services. It answers 404 to a request that no
//! rule matches. At a Network Load Balancer each service has a listener, which forwards to its target group. A listener
//! has no name on AWS, so the tag `sss:name` has its logical name.
//!
//! # Facts about AWS
//!
//! - A port of a load balancer has one listener (`DuplicateListener`). A repeated creation with the same settings
//!   returns the same listener.
//! - `ModifyListener` replaces the members that it names. It could change the protocol as well, but an integration would
//!   speak the other one for a moment. So a listener with another protocol is a new one, at another port.

use aws_sdk_elasticloadbalancingv2::types::{
    Action as SdkAction, Certificate, Listener as SdkListener, ProtocolEnum,
};
use serde::{Deserialize, Serialize};
use sss_model::{BackendKind, Path};

use super::{
    Place, TAGGING,
    action::{self, Action},
    load_balancer::LoadBalancer,
    places::{Free, PORTS},
    tags_for_sdk,
    target_group::TargetGroup,
};
use crate::{
    Graph, Id, Kind, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Object, Resource, Retag, Settling, Share, Way, name_tag},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        lag,
        whole::{Change, Whole},
    },
    tags::{NAME, Tags, observed, of_others},
};

/// A listener of the stack.
pub(crate) struct Listener {
    /// The logical name.
    pub(crate) name: String,
    /// Whether it is at an Application or a Network Load Balancer.
    pub(crate) kind: BackendKind,
    pub(crate) load_balancer: Place<LoadBalancer>,
    pub(crate) certificate: Option<String>,
    /// The security policy. `None` leaves it to others.
    pub(crate) ssl_policy: Option<String>,
    /// The target group to which it forwards. `None` for a listener with rules.
    pub(crate) target_group: Option<Handle<TargetGroup>>,
    pub(crate) tags: Tags,
}

/// The managed part of a listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The ARN of the load balancer.
    pub(crate) load_balancer: String,
    /// `HTTP`, `HTTPS`, `TCP` or `TLS`.
    pub(crate) protocol: String,
    /// The port. `None` for any port that the security group of a Network Load Balancer opens.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) port: Option<i32>,
    /// The ARN of the certificate. `None` without TLS.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) certificate: Option<String>,
    /// The security policy. `None` without TLS, and for AWS's default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ssl_policy: Option<String>,
    /// The target group of a listener that forwards all requests to one. `None` for a listener with rules.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) target_group: Option<String>,
    /// The actions on requests that no rule matches, unless they only forward to the target group.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) actions: Vec<Action>,
    pub(crate) tags: Tags,
}

/// The ARN of a listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. Rules and integrations refer to it.
    pub(crate) arn: String,
}

/// Returns the fact that a member needs another listener. Integrations move to it before the old one goes.
const fn fixed(path: &'static str, because: &'static str) -> Immutable {
    Immutable { path: Path::literal(path), because, name: NewName::Same, downtime: None }
}

impl Resource for Listener {
    const NAME: &'static str = "elasticloadbalancing/listener";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("load_balancer", "Elastic Load Balancing cannot move a listener to another load balancer"),
        // AWS could change it in place.
        fixed("protocol", "integrations speak the old protocol until they lead to a new listener"),
        fixed("target_group", "tasks are in the new target group before requests come to it"),
    ];
    const PART_OF: Option<Kind> = Some(LoadBalancer::KIND);
    const PASSES_ON: bool = true;
    const TAGGING: Option<[&'static str; 2]> = Some(TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const SHARED: Option<Share> = Some(Free::share);
    const CREATE: &'static str = "elasticloadbalancing:CreateListener";
    const GRANTS: &'static [Grant] = super::grants::LISTENER;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let has_tls = self.certificate.is_some();
        let (protocol, port) = match (self.kind, has_tls) {
            (BackendKind::Nlb, true) => ("TLS", None),
            (BackendKind::Nlb, false) => ("TCP", None),
            (_, true) => ("HTTPS", Some(443)),
            (_, false) => ("HTTP", Some(80)),
        };
        let target_group = self.target_group.as_ref().map(|group| refs.get(group).arn);
        State {
            load_balancer: self.load_balancer.arn(refs, |output| output.arn),
            protocol: protocol.to_owned(),
            port,
            certificate: self.certificate.clone(),
            ssl_policy: self.ssl_policy.clone(),
            actions: if target_group.is_none() { vec![Action::not_found()] } else { Vec::new() },
            target_group,
            tags: self.tags.clone(),
        }
    }

    /// The security policy is left to others until the stack sets it. Without TLS there is none.
    fn unset(&self) -> Vec<&'static str> {
        let is_left = self.certificate.is_some() && self.ssl_policy.is_none();
        is_left.then_some("ssl_policy").into_iter().collect()
    }

    /// Creates the listener, at the lowest free port if any port will do.
    ///
    /// A repeated call returns the same listener, so a lost answer needs no look.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let request = cx
            .aws
            .elb
            .create_listener()
            .load_balancer_arn(&want.load_balancer)
            .protocol(ProtocolEnum::from(want.protocol.as_str()))
            .port(port(cx, want))
            .set_certificates(certificates(want))
            .set_ssl_policy(want.ssl_policy.clone())
            .set_default_actions(Some(actions(want)))
            .set_tags(Some(tags_for_sdk(&name_tag(id, "", &want.tags))));
        let answer = match request.clone().send().await.of(Self::CREATE) {
            Err(error) if error.has_code("InvalidConfigurationRequest") => {
                let pending = cx.readiness.pending(&want.load_balancer).ok_or(error)?;
                pending.ready(cx, id, "the load balancer takes no listener yet").await?;
                request.send().await.of(Self::CREATE)
            }
            answer => answer,
        };
        let made = answer?.listeners.and_then(|mut all| all.pop());
        let arn = made.and_then(|made| made.listener_arn).sent(Self::CREATE, "ListenerArn")?;
        Ok(Output { arn })
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. A listener that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        let arn = &on.output.arn;
        match write {
            Change::Update { live, want } => update(cx, arn, live, want).await,
            Change::Delete(_) => {
                let answer = cx.aws.elb.delete_listener().listener_arn(arn).send().await.of(Self::DELETE);
                answer.none_if(&["ListenerNotFound"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        super::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

impl Whole for Listener {
    const UPDATE: &'static str = "elasticloadbalancing:ModifyListener";
    const DELETE: &'static str = "elasticloadbalancing:DeleteListener";
}

/// Returns the desired port, or the lowest free one of the load balancer.
fn port(cx: &Context, want: &State) -> i32 {
    want.port.unwrap_or_else(|| cx.shared::<Free>().take(&want.load_balancer, PORTS))
}

/// Returns the default actions in the form of the client.
fn actions(want: &State) -> Vec<SdkAction> {
    let forward = want.target_group.as_ref().map(|group| Action::forward(group.clone()));
    forward.iter().chain(&want.actions).map(Action::encode).collect()
}

/// Returns the certificate in the form of the client.
fn certificates(want: &State) -> Option<Vec<Certificate>> {
    let certificate = want.certificate.as_ref()?;
    Some(vec![Certificate::builder().certificate_arn(certificate).build()])
}

/// Calls `ModifyListener` with the members that differ.
async fn update(cx: &Context, arn: &str, live: &State, want: &State) -> Result<()> {
    let moved = (live.port != want.port).then(|| port(cx, want));
    let policy = want.ssl_policy.clone().filter(|_| live.ssl_policy != want.ssl_policy);
    cx.aws
        .elb
        .modify_listener()
        .listener_arn(arn)
        .set_port(moved)
        .set_certificates(certificates(want).filter(|_| live.certificate != want.certificate))
        .set_ssl_policy(policy)
        .set_default_actions((live.actions != want.actions).then(|| actions(want)))
        .send()
        .await
        .of(Listener::UPDATE)
        .map(drop)
}

/// Decodes a listener with its tags. One without a logical name has its ARN as its name.
///
/// # Errors
///
/// The answer lacks the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, found: &SdkListener, all: Tags) -> Result<(Id, Live)> {
    const OPERATION: &str = "elasticloadbalancing:DescribeListeners";
    let arn = found.listener_arn().sent(OPERATION, "ListenerArn")?.to_owned();
    let id = Id::new(Listener::KIND, all.get(NAME).unwrap_or(&arn).clone());
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    let protocol = found.protocol().map_or("", ProtocolEnum::as_str).to_owned();
    let is_network = ["TCP", "TLS"].contains(&protocol.as_str());
    let mut actions = action::decode(found.default_actions());
    let target_group = match actions.as_slice() {
        [only] => only.only_target().map(str::to_owned),
        _ => None,
    };
    if target_group.is_some() {
        actions.clear();
    }
    let state = State {
        load_balancer: found.load_balancer_arn().unwrap_or_default().to_owned(),
        port: found.port().filter(|port| !(is_network && PORTS.contains(port))),
        certificate: found.certificates().first().and_then(Certificate::certificate_arn).map(str::to_owned),
        ssl_policy: found.ssl_policy().map(str::to_owned),
        target_group,
        actions,
        protocol,
        tags,
    };
    let name = id.name.clone();
    let output = Output { arn: arn.clone() };
    let live = Found::<Listener> { physical: arn, name, state, output }.into_live(ownership);
    Ok((id, live.with_tags_of_others(&of_others)))
}
