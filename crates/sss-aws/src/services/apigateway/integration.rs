//! Integrations: how an HTTP API reaches a service through the VPC link.
//!
//! An integration joins three objects of the stack: it belongs to the API, connects through the VPC link, and
//! looks tasks up in the Cloud Map service of its ECS service. Each service has one integration, and all
//! routes of the service share it.
//!
//! # Facts about AWS
//!
//! - API Gateway gives integrations no name and no tags. Here an integration has the name of the registry in
//!   its URI.
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

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::{ConnectionType, Integration as SdkIntegration, IntegrationType};
use serde::{Deserialize, Serialize};

use crate::{
    Id, Kind, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Limit, Object, Resource, Share, Way},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        apigateway::{
            api::{self, Api},
            hidden, listing,
            turns::{Turns, turn},
            vpc_link::VpcLink,
        },
        cloudmap::cloudmap_service::CloudMapService,
        ecs::service::Service,
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// The longest time in milliseconds that API Gateway waits for an answer, and its default.
const LONGEST: i32 = 30_000;

/// The integration of one service.
///
/// API Gateway gives integrations no name. It has the name of the registry in which it looks tasks up.
pub(crate) struct Integration {
    /// The name of the registry.
    pub(crate) name: String,
    /// The API to which it belongs.
    pub(crate) api: Handle<Api>,
    /// The VPC link through which requests reach the tasks.
    pub(crate) vpc_link: Handle<VpcLink>,
    /// The Cloud Map service in which API Gateway looks tasks up.
    pub(crate) registry: Handle<CloudMapService>,
    /// Milliseconds that API Gateway waits for an answer. `None` for the most that AWS allows.
    pub(crate) timeout: Option<i32>,
    /// The service whose tasks get the requests: they must be in the registry before.
    pub(crate) service: Handle<Service>,
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
    /// The ARN of the registry.
    pub(crate) uri: String,
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

    /// It has the name of its registry, which is a name of DNS.
    fn is_same_name(one: &str, other: &str) -> bool {
        CloudMapService::is_same_name(one, other)
    }

    /// Returns the desired state.
    ///
    /// It reads the service as well, so that tasks run before requests come.
    fn desired(&self, refs: &Refs<'_>) -> State {
        refs.get(&self.service);
        State {
            api: refs.get(&self.api).id,
            kind: "HTTP_PROXY".to_owned(),
            method: "ANY".to_owned(),
            uri: refs.get(&self.registry).arn,
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
    // An update merges: a parameter that the stack does not want is set to an empty value.
    let requests = emptied(live.request_parameters.keys());
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
        .set_request_parameters(requests)
        .set_response_parameters(answers)
        .send()
        .await
        .of(Integration::UPDATE)
        .map(drop)
}

/// Returns the integration that goes to the same registry through the same link.
///
/// The stack has one such integration, so target and link identify it.
async fn made(cx: &Context, want: &State) -> Result<Option<Output>> {
    let all = listing::integrations(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| {
        found.integration_uri() == Some(&want.uri) && found.connection_id() == Some(&want.connection)
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

/// Decodes an integration of an API. It takes no tags, so its owner is not known here.
///
/// `registries` are the names of the stack's registries by their ARNs. An integration with another target has
/// its own id as its name, so no resource of the stack is paired with it.
pub(super) fn decode(api: &str, registries: &BTreeMap<String, String>, found: SdkIntegration) -> (Id, Live) {
    let physical = found.integration_id.unwrap_or_default();
    let uri = found.integration_uri.unwrap_or_default();
    let response_parameters = found.response_parameters.unwrap_or_default().into_iter();
    let name = registries.get(&uri).cloned().unwrap_or_else(|| physical.clone());

    let state = State {
        api: api.to_owned(),
        kind: found.integration_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        method: found.integration_method.unwrap_or_default(),
        uri,
        connection_type: found.connection_type.map_or("INTERNET".to_owned(), |kind| kind.as_str().to_owned()),
        connection: found.connection_id.unwrap_or_default(),
        payload_format_version: found.payload_format_version.unwrap_or_else(|| "1.0".to_owned()),
        timeout: found.timeout_in_millis.unwrap_or(LONGEST),
        request_parameters: hidden(found.request_parameters),
        response_parameters: response_parameters
            .map(|(status, changes)| (status, hidden(Some(changes))))
            .collect(),
    };
    let id = Id::new(Integration::KIND, name.clone());
    let output = Output { id: physical.clone() };
    (id, Found::<Integration> { physical, name, state, output }.into_live(Ownership::Unmarked))
}
