//! HTTP APIs with CORS.
//!
//! An API is the entry of the stack: AWS gives it the endpoint
//! `https://{id}.execute-api.{region}.amazonaws.com`. A stack has one. Its name is a member of the state,
//! because API Gateway can change it in place and does not require unique names. So the plan recognises the
//! API of the stack by its mark.
//!
//! CORS belongs to the API, not to its routes. API Gateway then answers preflight requests by itself.
//!
//! # Facts about AWS
//!
//! - `UpdateApi` merges, probably member by member within CORS too. So every member of CORS is always sent,
//!   and CORS as a whole is removed by `DeleteCorsConfiguration`.
//! - API Gateway answers header names of CORS in lower case and refuses credentials with the origin `*`. The
//!   model checks the latter.
//! - `DeleteApi` deletes all parts.
//!
//! # Adoption
//!
//! An adopted API may have had routes, integrations and authorizers before. The tag `sss:left-alone` holds
//! their ids. [`LeftAlone`] keeps them out of the stack, so no plan deletes them unless it prunes.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::{Api as SdkApi, Cors as SdkCors, ProtocolType};
use serde::{Deserialize, Serialize};
use sss_model::Path;

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
    grant::Grant,
    services::apigateway::{
        self, is_ours, listing, plain, sdk_tags,
        turns::{Turns, turn},
    },
    tags::{self, Tags, observed},
};

/// The HTTP API of the stack.
///
/// Its desired state refers to no other object, so the state is complete from the start.
pub(crate) struct Api {
    pub(crate) state: State,
}

/// The managed part of an API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The name in the console. It need not be unique.
    pub(crate) name: String,
    /// The description. `None` is an empty one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    /// The CORS configuration. `None` if API Gateway does not answer preflight requests.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cors: Option<Cors>,
    /// Whether the endpoint that AWS gives the API is off.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) disable_execute_api_endpoint: bool,
    pub(crate) tags: Tags,
}

/// The CORS configuration of an API.
///
/// Sets, because the order has no meaning. Header names are lower case, as API Gateway answers them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cors {
    /// Origins such as `https://example.com`, or `*`.
    pub(crate) allow_origins: BTreeSet<String>,
    /// Methods such as `GET`, or `*`.
    pub(crate) allow_methods: BTreeSet<String>,
    /// Headers that a request may have.
    pub(crate) allow_headers: BTreeSet<String>,
    /// Headers of the answer that a script may read.
    pub(crate) expose_headers: BTreeSet<String>,
    /// Whether browsers send cookies. API Gateway refuses it together with the origin `*`.
    pub(crate) allow_credentials: bool,
    /// The time in seconds for which a browser may keep the answer to a preflight request. `None` is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) max_age: Option<i32>,
}

/// The id and the endpoint that API Gateway gives an API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id. Parts of the API, and the turns to write on it, are named by it.
    pub(crate) id: String,
    /// The URL at which the API is reached, without a stage.
    pub(crate) endpoint: String,
}

impl Resource for Api {
    const NAME: &'static str = "apigatewayv2/api";
    const RENAMED: Option<Renamed> =
        Some(Renamed { member: Path::literal("name"), pairs: Pairs::Any, gap: None });
    const SHARED: Option<Share> = Some(Turns::share);
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const CREATE: &'static str = "apigateway:CreateApi";
    const GRANTS: &'static [Grant] = super::grants::API;
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

    /// Creates the API with CORS and tags in one call.
    ///
    /// If the answer is lost, the API of this name that has the stack's mark is the one.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.apigateway.create_api().name(name).protocol_type(ProtocolType::Http);
        let request = request
            .set_description(want.description.clone())
            .set_cors_configuration(want.cors.as_ref().map(sdk_cors))
            .set_disable_execute_api_endpoint(want.disable_execute_api_endpoint.then_some(true))
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

    /// Returns up to two writes for a change: the removal of CORS, and an update if anything else differs.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            // An update merges: a member that the call does not name stays. So CORS is removed by a call of
            // its own.
            Way::Change(live, want) => {
                let is_off = want.cors.is_none() && live.cors.is_some();
                let off = is_off.then_some(Change::DeleteCors);
                off.into_iter().chain(is_updated(live, want).then_some(Change::Update(want))).collect()
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    /// Carries out one write when the API's turn has come.
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
    /// Removes CORS, so that API Gateway answers preflight requests no more.
    DeleteCors,
    /// Sets name, description, CORS and the endpoint. Its CORS is that of the state, or stays as it is for
    /// `None`.
    Update(&'a State),
    /// Deletes the API. An API that no longer exists is a success.
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

/// Calls `UpdateApi` with all members that the stack manages.
///
/// An empty description removes the description.
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
///
/// The part is created anew under the same name in the other API. Dependents move there first, so no request
/// fails.
pub(super) const fn fixed_in(because: &'static str) -> Immutable {
    Immutable { path: Path::literal("api"), because, name: NewName::Same, downtime: None }
}

/// Returns whether an update is needed beside the removal of CORS.
fn is_updated(live: &State, want: &State) -> bool {
    want.name != live.name
        || want.description != live.description
        || want.disable_execute_api_endpoint != live.disable_execute_api_endpoint
        || (want.cors.is_some() && want.cors != live.cors)
}

/// Returns the API of this name that is ours.
///
/// It lists all APIs, because API Gateway has no filter by name.
async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    let apis = listing::all_apis(&cx.aws).await?;
    let found = apis.into_iter().find(|api| api.name() == Some(name) && is_ours(cx, api.tags()));
    Ok(found.and_then(|api| Some(Output { id: api.api_id?, endpoint: api.api_endpoint? })))
}

/// Returns all members of CORS, because an update merges into the live configuration.
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
///
/// The tag `sss:left-alone` of the API holds the ids. It is empty for an API that the stack created.
#[derive(Debug, Default)]
pub(super) struct LeftAlone(Vec<String>);

impl LeftAlone {
    /// Returns whether a part with this id is not the stack's.
    pub(super) fn has(&self, part: &str) -> bool {
        self.0.iter().any(|left| left == part)
    }
}

/// Decodes an API as API Gateway lists it.
///
/// # Errors
///
/// The answer lacks the name, the id or the endpoint, which AWS always sends.
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

/// Decodes CORS. A maximum age of 0 and an absent one are the same.
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
