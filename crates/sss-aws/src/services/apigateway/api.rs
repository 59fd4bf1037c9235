//! HTTP APIs with CORS.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::{Api as SdkApi, Cors as SdkCors, ProtocolType};
use serde::{Deserialize, Serialize};

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{
            Calls, Found, Immutable, NewName, Object, Pairs, Renamed, Resource, Retag, Share, Way, Write,
        },
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::apigateway::{
        self, is_ours, listing, plain, sdk_tags,
        turns::{Turns, turn},
    },
    tags::{self, Tags, observed},
};

/// The HTTP API of the stack.
pub(crate) struct Api {
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cors: Option<Cors>,
    /// Whether the endpoint that AWS gives the API is off. Never desired.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) disable_execute_api_endpoint: bool,
    pub(crate) tags: Tags,
}

/// Sets, because the order has no meaning. Header names are lower case, as API Gateway answers them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cors {
    pub(crate) allow_origins: BTreeSet<String>,
    pub(crate) allow_methods: BTreeSet<String>,
    pub(crate) allow_headers: BTreeSet<String>,
    pub(crate) expose_headers: BTreeSet<String>,
    pub(crate) allow_credentials: bool,
    /// Seconds. `None` is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) max_age: Option<i32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
    pub(crate) endpoint: String,
}

impl Resource for Api {
    const NAME: &'static str = "apigatewayv2/api";
    const RENAMED: Option<Renamed> = Some(Renamed { member: "name", pairs: Pairs::Any, gap: None });
    const SHARED: Option<Share> = Some(Turns::share);
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const CREATE: &'static str = "apigateway:CreateApi";
    const TOLD: Option<(&'static str, &'static str)> = Some(("apigateway_endpoint", "endpoint"));
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.state.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), endpoint: format!("(endpoint of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.apigateway.create_api().name(name).protocol_type(ProtocolType::Http);
        let request = request
            .set_description(want.description.clone())
            .set_cors_configuration(want.cors.as_ref().map(sdk_cors))
            .set_tags(Some(sdk_tags(&want.tags)));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            Ok(Output {
                id: answer.api_id.sent(Self::CREATE, "apiId")?,
                endpoint: answer.api_endpoint.sent(Self::CREATE, "apiEndpoint")?,
            })
        };
        once(cx, id, make, || made(cx, name)).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            // An update merges: a member that is absent from it stays. So CORS is removed by a call of its own.
            Way::Change(live, want) => {
                let is_off = want.cors.is_none() && live.cors.is_some();
                let off = is_off.then_some(Change::DeleteCors);
                off.into_iter().chain(is_updated(live, want).then_some(Change::Update(want))).collect()
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        let api = &on.output.id;
        let _turn = turn(cx, api).await;
        match write {
            Change::DeleteCors => {
                let request = cx.aws.apigateway.delete_cors_configuration().api_id(api);
                request.send().await.of(DELETE_CORS).map(drop)
            }
            Change::Update(want) => update(cx, api, want).await,
            Change::Delete => {
                let gone = cx.aws.apigateway.delete_api().api_id(api).send().await.of(DELETE);
                gone.none_if(&["NotFoundException"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        let _turn = turn(cx, &found.output.id).await;
        apigateway::retag(cx, &format!("/apis/{}", found.output.id), change).await
    }
}

const UPDATE: &str = "apigateway:UpdateApi";
const DELETE: &str = "apigateway:DeleteApi";
const DELETE_CORS: &str = "apigateway:DeleteCorsConfiguration";

/// A write on an API.
pub(crate) enum Change<'a> {
    DeleteCors,
    Update(&'a State),
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::DeleteCors => &[DELETE_CORS],
            Self::Update(_) => &[UPDATE],
            Self::Delete => &[DELETE],
        }
    }
}

async fn update(cx: &Context, api: &str, want: &State) -> Result<()> {
    let request = cx.aws.apigateway.update_api().api_id(api);
    request
        .name(&want.name)
        .description(want.description.clone().unwrap_or_default())
        .set_cors_configuration(want.cors.as_ref().map(sdk_cors))
        .disable_execute_api_endpoint(want.disable_execute_api_endpoint)
        .send()
        .await
        .of(UPDATE)
        .map(drop)
}

/// Returns the fact that a part of an API stays in one API.
pub(super) const fn fixed_in(because: &'static str) -> Immutable {
    Immutable { path: "api", because, name: NewName::Same, downtime: None }
}

/// Returns whether an update is needed beside the removal of CORS.
fn is_updated(live: &State, want: &State) -> bool {
    want.name != live.name
        || want.description != live.description
        || want.disable_execute_api_endpoint != live.disable_execute_api_endpoint
        || (want.cors.is_some() && want.cors != live.cors)
}

/// Returns the API of this name that is ours.
async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    let apis = listing::all_apis(&cx.aws).await?;
    let found = apis.into_iter().find(|api| api.name() == Some(name) && is_ours(cx, api.tags()));
    Ok(found.and_then(|api| Some(Output { id: api.api_id?, endpoint: api.api_endpoint? })))
}

/// Returns all members, because an update merges into what is there.
fn sdk_cors(cors: &Cors) -> SdkCors {
    let list = |set: &BTreeSet<String>| Some(set.iter().cloned().collect::<Vec<_>>());
    SdkCors::builder()
        .set_allow_origins(list(&cors.allow_origins))
        .set_allow_methods(list(&cors.allow_methods))
        .set_allow_headers(list(&cors.allow_headers))
        .set_expose_headers(list(&cors.expose_headers))
        .allow_credentials(cors.allow_credentials)
        .max_age(cors.max_age.unwrap_or(0))
        .build()
}

/// The parts of an adopted API that are not the stack's, by id.
#[derive(Debug, Default)]
pub(super) struct LeftAlone(Vec<String>);

impl LeftAlone {
    pub(super) fn has(&self, part: &str) -> bool {
        self.0.iter().any(|left| left == part)
    }
}

/// Decodes an API as API Gateway lists it.
pub(super) fn decode(graph: &Graph, found: SdkApi) -> Result<(Id, Live, LeftAlone)> {
    const OPERATION: &str = "apigateway:GetApis";
    let name = found.name.sent(OPERATION, "name")?;
    let all = plain(found.tags);
    let left_alone = LeftAlone(tags::left_alone(&all));
    let (ownership, tags) = observed(graph.stack(), all);

    let state = State {
        name: name.clone(),
        description: found.description.filter(|text| !text.is_empty()),
        cors: found.cors_configuration.map(decode_cors),
        disable_execute_api_endpoint: found.disable_execute_api_endpoint.unwrap_or(false),
        tags,
    };
    let output = Output {
        id: found.api_id.sent(OPERATION, "apiId")?,
        endpoint: found.api_endpoint.sent(OPERATION, "apiEndpoint")?,
    };
    let id = Id::new(Api::KIND, name.clone());
    let live = Found::<Api> { physical: output.id.clone(), name, state, output }.into_live(ownership);
    Ok((id, live, left_alone))
}

fn decode_cors(found: SdkCors) -> Cors {
    let set = |list: Option<Vec<String>>| list.unwrap_or_default().into_iter().collect::<BTreeSet<_>>();
    // API Gateway compares headers without case.
    let headers =
        |list: Option<Vec<String>>| set(list).iter().map(|name| name.to_ascii_lowercase()).collect();
    Cors {
        allow_origins: set(found.allow_origins),
        allow_methods: set(found.allow_methods),
        allow_headers: headers(found.allow_headers),
        expose_headers: headers(found.expose_headers),
        allow_credentials: found.allow_credentials.unwrap_or(false),
        max_age: found.max_age.filter(|seconds| *seconds != 0),
    }
}
