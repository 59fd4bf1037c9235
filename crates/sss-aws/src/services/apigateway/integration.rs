//! Integrations: how an HTTP API reaches a service through the VPC link.
//!
//! An integration joins three objects of the stack: it belongs to the API, connects through the VPC link, and
//! looks tasks up in the Cloud Map service of its ECS service, or leads to a listener of a load balancer. The routes of
//! a service share one integration, but for those that send another path than that of the request: each such path has
//! an integration. A service that moves to another backend keeps them: the target changes in place, with the header and
//! the TLS settings in one call.
//!
//! # Facts about AWS
//!
//! - API Gateway gives integrations no name and no tags. Here an integration has the name of the registry, the
//!   listener or the rule to which it leads, followed by the path that it sends.
//! - The URI must be the ARN of a Cloud Map service or of a listener, not a DNS name (`sst#5510`). API
//!   Gateway calls `DiscoverInstances` and takes address and port from the instance, so the registry needs
//!   SRV records.
//! - `UpdateIntegration` merges. A parameter is removed by an empty value.
//! - An integration with routes cannot be deleted (`ConflictException`).
//! - An API has at most 300 integrations, and AWS does not raise this quota.
//!
//! # Order
//!
//! A desired integration reads the output of its ECS service and uses nothing of it. This draws the edge that
//! creates the integration after tasks run: a route that goes live before answers 503.

mod decoding;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

pub(super) use self::decoding::{Targets, decode};

use aws_sdk_apigatewayv2::types::{ConnectionType, IntegrationType, TlsConfigInput};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Id, Kind, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Immutable, Kinship, Limit, Object, Pairs, Renamed, Resource, Share, Way},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    services::{
        apigateway::{
            api::{self, Api},
            listing,
            turns::{Turns, turn},
            vpc_link::VpcLink,
        },
        cloudmap::cloudmap_service::CloudMapService,
        ecs::service::Service,
        elb::{Place, listener::Listener, rule::ListenerRule},
        whole::{Change, Whole},
    },
};

/// The longest time in milliseconds that API Gateway waits for an answer, and its default.
const LONGEST: i32 = 30_000;

/// The integration of one service.
///
/// API Gateway gives integrations no name. See [`name`].
pub(crate) struct Integration {
    /// The name of the target, and the path.
    pub(crate) name: String,
    /// The API to which it belongs.
    pub(crate) api: Handle<Api>,
    /// The VPC link through which requests reach the tasks.
    pub(crate) vpc_link: Handle<VpcLink>,
    /// The object through which API Gateway finds the tasks.
    pub(crate) found_by: Arc<FoundBy>,
    /// The path that it sends, with variables such as `$request.path.proxy`. `None` for that of the request.
    pub(crate) path: Option<String>,
    /// Milliseconds that API Gateway waits for an answer. `None` for the most that AWS allows.
    pub(crate) timeout: Option<i32>,
    /// The service whose tasks get the requests: they must be in the registry before.
    pub(crate) service: Handle<Service>,
}

/// Returns the name of an integration: that of its target, and the path that it sends.
pub(crate) fn name(target: &str, path: Option<&str>) -> String {
    path.map_or_else(|| target.to_owned(), |path| format!("{target} {path}"))
}

/// Returns the name of the target and the path of an integration. Names of targets have no spaces.
fn parts_of(name: &str) -> (&str, Option<&str>) {
    name.split_once(' ').map_or((name, None), |(target, path)| (target, Some(path)))
}

/// The object through which API Gateway finds the tasks of a service.
pub(crate) enum FoundBy {
    /// The Cloud Map service in which API Gateway looks tasks up.
    Registry(Handle<CloudMapService>),
    /// A listener of a load balancer.
    Listener {
        listener: Place<Listener>,
        /// The rule of the service at an Application Load Balancer.
        rule: Option<Handle<ListenerRule>>,
        /// The value of the header that the rule matches.
        header: Option<String>,
        /// The name that API Gateway verifies in the certificate. `None` without TLS.
        server_name: Option<String>,
    },
}

impl FoundBy {
    /// Returns the ARN to which the integration leads. It reads the rule as well, so that the rule exists before.
    fn arn(&self, refs: &Refs<'_>) -> String {
        match self {
            Self::Registry(registry) => refs.get(registry).arn,
            Self::Listener { listener, rule, .. } => {
                if let Some(rule) = rule {
                    refs.get(rule);
                }
                listener.arn(refs, |output| output.arn)
            }
        }
    }

    /// Returns the header and the name in the certificate.
    fn sent(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Registry(_) => (None, None),
            Self::Listener { header, server_name, .. } => (header.clone(), server_name.clone()),
        }
    }
}

/// The managed part of an integration.
///
/// The stack file names none of the first members, but each of them can reject or change requests. So the
/// plan compares all of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The id of the API.
    pub(crate) api: String,
    /// The type. The stack wants `HTTP_PROXY`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The method of the request to the task. The stack wants `ANY`, which keeps the method of the caller.
    pub(crate) method: String,
    /// The ARN of the registry or of the listener.
    pub(crate) uri: String,
    /// The value of the header by which an Application Load Balancer knows the service. `None` for any other target.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) service_header: Option<String>,
    /// The name that API Gateway verifies in the certificate of a listener. `None` for plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) server_name: Option<String>,
    /// The path that it sends, as a parameter mapping. `None` for that of the request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) path: Option<String>,
    /// `VPC_LINK`, or `INTERNET` for an integration that needs no link. The stack wants the first.
    pub(crate) connection_type: String,
    /// The id of the VPC link. Empty without a link.
    pub(crate) connection: String,
    /// The version of the payload format. The stack wants `1.0`, the only one of `HTTP_PROXY`.
    pub(crate) payload_format_version: String,
    /// The time in milliseconds after which API Gateway answers 504.
    pub(crate) timeout: i32,
    /// Changes of requests on their way, by name; the values are digests. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) request_parameters: BTreeMap<String, String>,
    /// Changes of answers, by their status; the values are digests. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) response_parameters: BTreeMap<String, BTreeMap<String, String>>,
}

/// The id that API Gateway gives an integration. Routes have it in their target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id, unique in the API.
    pub(crate) id: String,
}

impl Resource for Integration {
    const NAME: &'static str = "apigatewayv2/integration";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move an integration to another API")];
    const RENAMED: Option<Renamed> =
        Some(Renamed { member: Path::literal("path"), pairs: Pairs::Alike, gap: None });
    const LIMITS: &'static [Limit] = &[Limit {
        name: "integrations of an HTTP API",
        at_most: 300.0,
        used: |graph, world, plan| count(graph, world, plan, Integration::KIND),
    }];
    const PART_OF: Option<Kind> = Some(Api::KIND);
    const SHARED: Option<Share> = Some(Turns::share);
    const CREATE: &'static str = "apigateway:CreateIntegration";
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// It has the name of its registry, which is a name of DNS, and a path.
    fn is_same_name(one: &str, other: &str) -> bool {
        let ((one, path), (other, other_path)) = (parts_of(one), parts_of(other));
        CloudMapService::is_same_name(one, other) && path == other_path
    }

    /// Integrations with one target are close: the path can change in place.
    fn kinship(one: &str, other: &str) -> Kinship {
        let (one, other) = (parts_of(one).0, parts_of(other).0);
        if CloudMapService::is_same_name(one, other) { Kinship::Place } else { Kinship::None }
    }

    /// Returns the desired state.
    ///
    /// It reads the service as well, so that tasks run before requests come.
    fn desired(&self, refs: &Refs<'_>) -> State {
        refs.get(&self.service);
        let (service_header, server_name) = self.found_by.sent();
        State {
            api: refs.get(&self.api).id,
            kind: "HTTP_PROXY".to_owned(),
            method: "ANY".to_owned(),
            uri: self.found_by.arn(refs),
            service_header,
            server_name,
            path: self.path.clone(),
            connection_type: "VPC_LINK".to_owned(),
            connection: refs.get(&self.vpc_link).id,
            payload_format_version: "1.0".to_owned(),
            timeout: self.timeout.unwrap_or(LONGEST),
            request_parameters: BTreeMap::new(),
            response_parameters: BTreeMap::new(),
        }
    }

    /// Creates the integration when the API's turn has come.
    ///
    /// If the answer is lost, the integration with this target and this link is the one. If API Gateway refuses a link
    /// that is not available, this waits for the link; so do all later integrations of the run.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        loop {
            let pending = cx.readiness.pending(&want.connection);
            let is_pending = pending.is_some();
            let turn = turn(cx, &want.api).await;
            if let (Some(pending), Some(why)) = (pending, pending_links_wait(cx)) {
                drop(turn);
                pending.ready(cx, id, why).await?;
                continue;
            }
            match integrate(cx, id, want).await {
                Err(error) if is_pending && REFUSED.iter().any(|code| error.has_code(code)) => {
                    cx.shared::<Turns>().note_refusal();
                }
                answered => return answered,
            }
        }
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write when the API's turn has come. An integration that no longer exists counts as
    /// deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { live, want } => update(cx, &on.output.id, live, want).await,
            Change::Delete(State { api, .. }) => {
                let _turn = turn(cx, api).await;
                let request =
                    cx.aws.apigateway.delete_integration().api_id(api).integration_id(&on.output.id);
                request.send().await.of(Self::DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }
}

/// The codes by which API Gateway refuses a link that is not available. None is documented, so both are an assumption.
const REFUSED: [&str; 2] = ["BadRequestException", "ConflictException"];

/// Returns why an integration waits for a link that is not available. `None` if it need not wait.
fn pending_links_wait(cx: &Context) -> Option<&'static str> {
    let is_refused = cx.shared::<Turns>().refuses_pending_links();
    let refused = is_refused.then_some("API Gateway refuses a VPC link that is not available");
    refused.or_else(|| cx.options.wait_for_links.then_some("the VPC link is not available yet"))
}

/// Calls `CreateIntegration`. The caller has the API's turn.
async fn integrate(cx: &Context, id: &Id, want: &State) -> Result<Output> {
    let request = cx.aws.apigateway.create_integration().api_id(&want.api);
    let request = request
        .integration_type(IntegrationType::from(want.kind.as_str()))
        .integration_method(&want.method)
        .integration_uri(&want.uri)
        .connection_type(ConnectionType::from(want.connection_type.as_str()))
        .connection_id(&want.connection)
        .payload_format_version(&want.payload_format_version)
        .set_request_parameters(parameters(None, want))
        .set_tls_config(tls(None, want))
        .timeout_in_millis(want.timeout);
    let make = || async {
        let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Integration::CREATE)?;
        Ok(Output { id: answer.integration_id.sent(Integration::CREATE, "integrationId")? })
    };
    once(cx, id, make, || made(cx, want)).await
}

impl Whole for Integration {
    const UPDATE: &'static str = "apigateway:UpdateIntegration";
    const DELETE: &'static str = "apigateway:DeleteIntegration";
}

/// Calls `UpdateIntegration` with all members that the stack manages.
async fn update(cx: &Context, integration: &str, live: &State, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    let answers = emptied(live.response_parameters.keys());

    let request = cx.aws.apigateway.update_integration().api_id(&want.api).integration_id(integration);
    request
        .integration_type(IntegrationType::from(want.kind.as_str()))
        .integration_method(&want.method)
        .integration_uri(&want.uri)
        .connection_type(ConnectionType::from(want.connection_type.as_str()))
        .connection_id(&want.connection)
        .payload_format_version(&want.payload_format_version)
        .timeout_in_millis(want.timeout)
        .set_request_parameters(parameters(Some(live), want))
        .set_tls_config(tls(Some(live), want))
        .set_response_parameters(answers)
        .send()
        .await
        .of(Integration::UPDATE)
        .map(drop)
}

/// The parameter that sets the header by which an Application Load Balancer knows the service.
const SERVICE_HEADER: &str = "overwrite:header.x-sss-service";

/// The parameter that sets the path.
const PATH: &str = "overwrite:path";

/// Returns the parameters of requests that a call names. An update merges, so a parameter that the stack does not want
/// is set to an empty value.
fn parameters(live: Option<&State>, want: &State) -> Option<HashMap<String, String>> {
    let others = live.and_then(|live| emptied(live.request_parameters.keys())).unwrap_or_default();
    let mut all: HashMap<String, String> = others;
    let former = live.map_or((None, None), |live| (live.service_header.as_ref(), live.path.as_ref()));
    let own = [(SERVICE_HEADER, former.0, &want.service_header), (PATH, former.1, &want.path)];
    for (key, former, wanted) in own {
        if former != wanted.as_ref() {
            all.insert(key.to_owned(), wanted.clone().unwrap_or_default());
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Returns the TLS settings that a call names. Empty ones take the settings of the integration away.
fn tls(live: Option<&State>, want: &State) -> Option<TlsConfigInput> {
    let former = live.and_then(|live| live.server_name.as_ref());
    let config = TlsConfigInput::builder().set_server_name_to_verify(want.server_name.clone()).build();
    (former != want.server_name.as_ref()).then_some(config)
}

/// Returns the integration that goes to the same target through the same link.
///
/// The stack has one such integration, so target, header, path and link identify it.
async fn made(cx: &Context, want: &State) -> Result<Option<Output>> {
    let all = listing::integrations(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| {
        let parameters = found.request_parameters();
        let parameter = |key: &str| parameters.and_then(|parameters| parameters.get(key));
        found.integration_uri() == Some(&want.uri)
            && found.connection_id() == Some(&want.connection)
            && parameter(SERVICE_HEADER) == want.service_header.as_ref()
            && parameter(PATH) == want.path.as_ref()
    });
    Ok(found.and_then(|found| Some(Output { id: found.integration_id? })))
}

/// Returns an empty value for each key, or `None` without keys.
///
/// An empty value is the form in which `UpdateIntegration` takes the removal of a parameter.
fn emptied<'a, V: Default>(keys: impl Iterator<Item = &'a String>) -> Option<HashMap<String, V>> {
    let emptied: HashMap<_, _> = keys.map(|key| (key.clone(), V::default())).collect();
    (!emptied.is_empty()).then_some(emptied)
}
