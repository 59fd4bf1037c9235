//! Integrations: how an HTTP API reaches a service through the VPC link.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::{ConnectionType, IntegrationType};
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Limit, Resource, Way},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    services::{
        apigateway::{
            api::{self, Api},
            vpc_link::VpcLink,
        },
        cloudmap::cloudmap_service::CloudMapService,
        ecs::service::Service,
    },
};

/// The integration of one service. API Gateway gives integrations no name; it is named after the registry that it looks
/// tasks up in.
pub(crate) struct Integration {
    pub(crate) name: String,
    pub(crate) api: Handle<Api>,
    pub(crate) vpc_link: Handle<VpcLink>,
    pub(crate) registry: Handle<CloudMapService>,
    /// Requests go to the registry once tasks of the service are in it.
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
    /// What becomes of requests on their way; never wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) request_parameters: BTreeMap<String, String>,
    /// What becomes of answers, by their status; never wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) response_parameters: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

/// The integration that goes the same way.
async fn made(cx: &Context, want: &State) -> Result<Option<Output>> {
    let all = crate::services::apigateway::read::integrations(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| {
        found.integration_uri() == Some(&want.uri) && found.connection_id() == Some(&want.connection)
    });
    Ok(found.and_then(|found| Some(Output { id: found.integration_id? })))
}

/// Nothing for each of these; none where there are none.
fn emptied<V: Default>(keys: impl Iterator<Item = String>) -> Option<HashMap<String, V>> {
    let emptied: HashMap<_, _> = keys.map(|key| (key, V::default())).collect();
    (!emptied.is_empty()).then_some(emptied)
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
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// It has the name of its registry, which is one of DNS.
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

    async fn create(cx: &Context, id: &Id, _name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "apigateway:CreateIntegration";
        let _turn = cx.turn(&want.api).await;
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
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(OPERATION)?;
            Ok(Output { id: answer.integration_id.sent(OPERATION, "integrationId")? })
        };
        once(cx, id, make, || made(cx, &want)).await
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let _turn = cx.turn(&want.api).await;
        let request =
            cx.aws.apigateway.update_integration().api_id(&want.api).integration_id(&found.output.id);
        // An update merges: what is to go is set to nothing.
        let live = found.state;
        let requests = emptied(live.request_parameters.into_keys());
        let answers = emptied(live.response_parameters.into_keys());
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
            .of("apigateway:UpdateIntegration")
            .map(drop)
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateIntegration"],
            Way::Change(..) => vec!["apigateway:UpdateIntegration"],
            Way::Remove(_) => vec!["apigateway:DeleteIntegration"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let api = &found.state.api;
        let _turn = cx.turn(api).await;
        let request = cx.aws.apigateway.delete_integration().api_id(api).integration_id(&found.output.id);
        request.send().await.of("apigateway:DeleteIntegration").none_if(&["NotFoundException"]).map(drop)
    }
}
