//! JWT authorizers of HTTP APIs.
//!
//! An authorizer checks the token of a request before API Gateway forwards it: signature, issuer, audience,
//! and the scopes that the route asks for. Routes name it by its id.
//!
//! # Facts about AWS
//!
//! - Names are not unique, and `CreateAuthorizer` takes no token. After a lost answer the authorizer is
//!   looked for by its name in the API.
//! - An authorizer that a route uses cannot be deleted (`ConflictException`). The order of a plan removes it
//!   after its routes.
//! - Lambda authorizers exist beside JWT authorizers. The stack has none, so the type of a live one is part
//!   of the state.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::{Authorizer as SdkAuthorizer, AuthorizerType, JwtConfiguration};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Id, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Limit, Object, Pairs, Renamed, Resource, Share, Way},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        apigateway::{
            api::{self, Api},
            listing,
            turns::{Turns, turn},
        },
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// A JWT authorizer of the stack.
pub(crate) struct Authorizer {
    /// The name. API Gateway can change it in place.
    pub(crate) name: String,
    /// The key of the authorizer in the stack file.
    pub(crate) key: String,
    /// The API to which the authorizer belongs.
    pub(crate) api: Handle<Api>,
    /// The URL of the issuer. It must be equal to the claim `iss` of each token.
    pub(crate) issuer: String,
    /// The accepted values of the claim `aud`, or of `client_id` in a token without `aud`.
    pub(crate) audience: BTreeSet<String>,
    /// The place of the token in a request, such as `$request.header.Authorization`.
    pub(crate) identity_source: String,
}

/// The managed part of an authorizer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The name, as API Gateway has it.
    pub(crate) name: String,
    /// The id of the API.
    pub(crate) api: String,
    /// The type. The stack wants `JWT`; a live authorizer of another type shows as a difference.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The URL of the issuer.
    pub(crate) issuer: String,
    /// The accepted audiences, as a set.
    pub(crate) audience: BTreeSet<String>,
    /// The places of the token, joined by commas where there are several.
    pub(crate) identity_source: String,
}

/// The id that API Gateway gives an authorizer. Routes read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id, unique in the API.
    pub(crate) id: String,
}

impl Resource for Authorizer {
    const NAME: &'static str = "apigatewayv2/authorizer";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move an authorizer to another API")];
    const RENAMED: Option<Renamed> =
        Some(Renamed { member: Path::literal("name"), pairs: Pairs::Any, gap: None });
    const LIMITS: &'static [Limit] = &[Limit {
        name: "authorizers of an HTTP API",
        at_most: 10.0,
        used: |graph, world, plan| count(graph, world, plan, Authorizer::KIND),
    }];
    const SHARED: Option<Share> = Some(Turns::share);
    const CREATE: &'static str = "apigateway:CreateAuthorizer";
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            name: self.name.clone(),
            api: refs.get(&self.api).id,
            kind: "JWT".to_owned(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            identity_source: self.identity_source.clone(),
        }
    }

    /// Creates the authorizer when the API's turn has come.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let _turn = turn(cx, &want.api).await;
        let request = cx.aws.apigateway.create_authorizer().api_id(&want.api).name(name);
        let request = request
            .authorizer_type(AuthorizerType::Jwt)
            .identity_source(&want.identity_source)
            .jwt_configuration(jwt(want));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            Ok(Output { id: answer.authorizer_id.sent(Self::CREATE, "authorizerId")? })
        };
        once(cx, id, make, || made(cx, name, want)).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write when the API's turn has come. An authorizer that no longer exists counts as
    /// deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => update(cx, &on.output.id, want).await,
            Change::Delete(State { api, .. }) => {
                let _turn = turn(cx, api).await;
                let request = cx.aws.apigateway.delete_authorizer().api_id(api).authorizer_id(&on.output.id);
                request.send().await.of(Self::DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }
}

impl Whole for Authorizer {
    const UPDATE: &'static str = "apigateway:UpdateAuthorizer";
    const DELETE: &'static str = "apigateway:DeleteAuthorizer";
}

/// Calls `UpdateAuthorizer` with all members that the stack manages.
async fn update(cx: &Context, authorizer: &str, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    let request = cx.aws.apigateway.update_authorizer().api_id(&want.api).authorizer_id(authorizer);
    request
        .name(&want.name)
        .authorizer_type(AuthorizerType::Jwt)
        .identity_source(&want.identity_source)
        .jwt_configuration(jwt(want))
        .send()
        .await
        .of(Authorizer::UPDATE)
        .map(drop)
}

/// Returns the authorizer of this name.
///
/// Authorizers have no mark, but the API is the stack's, so the name is enough.
async fn made(cx: &Context, name: &str, want: &State) -> Result<Option<Output>> {
    let all = listing::authorizers(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| found.name() == Some(name));
    Ok(found.and_then(|found| Some(Output { id: found.authorizer_id? })))
}

/// Returns issuer and audience in the form of the client.
fn jwt(want: &State) -> JwtConfiguration {
    let audience = want.audience.iter().cloned().collect();
    JwtConfiguration::builder().issuer(&want.issuer).set_audience(Some(audience)).build()
}

/// Decodes an authorizer of an API. It takes no tags, so its owner is not known here.
///
/// The listing gives it the owner of the API.
pub(super) fn decode(api: &str, found: SdkAuthorizer) -> (Id, Live) {
    let jwt = found.jwt_configuration;
    let name = found.name.unwrap_or_default();
    let state = State {
        name: name.clone(),
        api: api.to_owned(),
        kind: found.authorizer_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        issuer: jwt.as_ref().and_then(|jwt| jwt.issuer.clone()).unwrap_or_default(),
        audience: jwt.and_then(|jwt| jwt.audience).unwrap_or_default().into_iter().collect(),
        identity_source: found.identity_source.unwrap_or_default().join(","),
    };
    let physical = found.authorizer_id.unwrap_or_default();
    let id = Id::new(Authorizer::KIND, name.clone());
    let output = Output { id: physical.clone() };
    (id, Found::<Authorizer> { physical, name, state, output }.into_live(Ownership::Unmarked))
}
