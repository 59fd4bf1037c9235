//! Integrations: how an HTTP API reaches a service through the VPC link.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::{ConnectionType, Integration as SdkIntegration, IntegrationType};
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Calls, Found, Immutable, Limit, Object, Resource, Share, Way, Write},
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
    },
    tags::Ownership,
};

/// The integration of one service.
///
/// API Gateway gives integrations no name. It has the name of the registry in which it looks tasks up.
pub(crate) struct Integration {
    pub(crate) name: String,
    pub(crate) api: Handle<Api>,
    pub(crate) vpc_link: Handle<VpcLink>,
    pub(crate) registry: Handle<CloudMapService>,
    /// The service whose tasks get the requests: they must be in the registry before.
    pub(crate) service: Handle<Service>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) api: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) connection_type: String,
    pub(crate) connection: String,
    pub(crate) payload_format_version: String,
    /// Milliseconds.
    pub(crate) timeout: i32,
    /// Changes of requests on their way. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) request_parameters: BTreeMap<String, String>,
    /// Changes of answers, by their status. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) response_parameters: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
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
    const SHARED: Option<Share> = Some(Turns::share);
    const CREATE: &'static str = "apigateway:CreateIntegration";
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

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
            timeout: 30_000,
            request_parameters: BTreeMap::new(),
            response_parameters: BTreeMap::new(),
        }
    }

    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let _turn = turn(cx, &want.api).await;
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
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            Ok(Output { id: answer.integration_id.sent(Self::CREATE, "integrationId")? })
        };
        once(cx, id, make, || made(cx, want)).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            Way::Change(live, want) => vec![Change::Update { live, want }],
            Way::Remove(live) => vec![Change::Delete { api: &live.api }],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::Update { live, want } => update(cx, &on.output.id, live, want).await,
            Change::Delete { api } => {
                let _turn = turn(cx, api).await;
                let request =
                    cx.aws.apigateway.delete_integration().api_id(api).integration_id(&on.output.id);
                request.send().await.of(DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }
}

const UPDATE: &str = "apigateway:UpdateIntegration";
const DELETE: &str = "apigateway:DeleteIntegration";

/// A write on an integration.
pub(crate) enum Change<'a> {
    Update { live: &'a State, want: &'a State },
    Delete { api: &'a str },
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Update { .. } => &[UPDATE],
            Self::Delete { .. } => &[DELETE],
        }
    }
}

async fn update(cx: &Context, integration: &str, live: &State, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    // An update merges: a member that is to go is set to an empty value.
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
        .of(UPDATE)
        .map(drop)
}

/// Returns the integration that goes to the same registry through the same link.
async fn made(cx: &Context, want: &State) -> Result<Option<Output>> {
    let all = listing::integrations(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| {
        found.integration_uri() == Some(&want.uri) && found.connection_id() == Some(&want.connection)
    });
    Ok(found.and_then(|found| Some(Output { id: found.integration_id? })))
}

/// Returns an empty value for each key, or `None` without keys.
fn emptied<'a, V: Default>(keys: impl Iterator<Item = &'a String>) -> Option<HashMap<String, V>> {
    let emptied: HashMap<_, _> = keys.map(|key| (key.clone(), V::default())).collect();
    (!emptied.is_empty()).then_some(emptied)
}

/// Decodes an integration of an API. It takes no tags, so its owner is not known here.
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
        timeout: found.timeout_in_millis.unwrap_or(30_000),
        request_parameters: hidden(found.request_parameters),
        response_parameters: response_parameters
            .map(|(status, changes)| (status, hidden(Some(changes))))
            .collect(),
    };
    let id = Id::new(Integration::KIND, name.clone());
    let output = Output { id: physical.clone() };
    (id, Found::<Integration> { physical, name, state, output }.into_live(Ownership::Unmarked))
}
