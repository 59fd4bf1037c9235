//! Routes of HTTP APIs.
//!
//! A route sends the requests of one method and path to an integration. Its key, such as `GET /orders/{id}`,
//! is its name. The key is a member of the state too, because API Gateway can change it in place.
//!
//! # Facts about AWS
//!
//! - Keys are unique in an API, and API Gateway refuses keys whose variables clash: at one place of a path
//!   all variables have one name, whatever the method (`plutomi#271`). [`key`] has these rules.
//! - `UpdateRoute` merges. A route loses its authorizer by an empty id, and its scopes by an empty list.
//! - A request goes to the most specific route that takes it. So a removed route hands its requests to a less
//!   specific one.
//! - An API has at most 300 routes by default. AWS raises this quota on request.
//!
//! # Renames
//!
//! Two keys that differ in the names of variables are the same route, so the plan changes the key in place. It
//! does the same for two keys that clash and get common requests, such as `ANY /a/{x}` and `GET /a/{y}`.
//! Where several routes share the place, one is renamed and the others are deleted and created again. Their
//! steps show the downtime.

mod key;

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::{AuthorizationType, Route as SdkRoute};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Id, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Kinship, Limit, Object, Pairs, Renamed, Resource, Share, Way},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        apigateway::{
            api::{self, Api},
            authorizer::Authorizer,
            integration::Integration,
            listing,
            turns::{Turns, turn},
        },
        whole::{Change, Whole},
    },
    tags::Ownership,
};

/// One method and path of the API, or its `$default`.
pub(crate) struct Route {
    /// The key, such as `GET /orders/{id}`, `ANY /{proxy+}` or `$default`.
    pub(crate) key: String,
    /// The API to which the route belongs.
    pub(crate) api: Handle<Api>,
    /// The integration that gets the requests.
    pub(crate) integration: Handle<Integration>,
    /// The proof that it asks of a request.
    pub(crate) proof: Proof,
    /// The scopes of which a token must have at least one. Empty if any token of the authorizer is enough.
    pub(crate) scopes: BTreeSet<String>,
}

/// The proof that a route asks of a request.
pub(crate) enum Proof {
    /// None: anybody may call the route.
    None,
    /// A signature. IAM decides about it.
    Signature,
    /// A token, which this authorizer checks.
    Token(Handle<Authorizer>),
}

impl Proof {
    /// Returns the type of authorization, and the id of the authorizer.
    fn sent(&self, refs: &Refs<'_>) -> (&'static str, Option<String>) {
        match self {
            Self::None => ("NONE", None),
            Self::Signature => ("AWS_IAM", None),
            Self::Token(authorizer) => ("JWT", Some(refs.get(authorizer).id)),
        }
    }
}

/// The managed part of a route.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The key.
    pub(crate) key: String,
    /// The id of the API.
    pub(crate) api: String,
    /// The id in the target `integrations/<id>`.
    pub(crate) integration: String,
    /// `JWT` with an authorizer, `AWS_IAM` for signatures, or `NONE`. Others may have set `CUSTOM`.
    pub(crate) authorization: String,
    /// The id of the authorizer. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) authorizer: Option<String>,
    /// The scopes, as a set.
    pub(crate) scopes: BTreeSet<String>,
}

/// The id that API Gateway gives a route. No other object refers to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id, unique in the API.
    pub(crate) id: String,
}

impl Resource for Route {
    const NAME: &'static str = "apigatewayv2/route";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move a route to another API")];
    const RENAMED: Option<Renamed> = Some(Renamed {
        member: Path::literal("key"),
        pairs: Pairs::Alike,
        gap: Some(
            "requests to this route fail for a second or two: API Gateway refuses the new key beside the old one",
        ),
    });
    const LIMITS: &'static [Limit] = &[Limit {
        name: "routes of an HTTP API",
        at_most: 300.0,
        used: |graph, world, plan| count(graph, world, plan, Route::KIND),
    }];
    const SHARED: Option<Share> = Some(Turns::share);
    const CREATE: &'static str = "apigateway:CreateRoute";
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.key.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    /// Returns how close two keys are. See [`key::kinship`].
    fn kinship(one: &str, other: &str) -> Kinship {
        key::kinship(one, other)
    }

    /// Returns whether two routes can get the same request. The order of removals and creations follows from
    /// it.
    fn overlap(one: &str, other: &str) -> bool {
        key::overlap(one, other)
    }

    /// Returns whether API Gateway refuses one key beside the other. Such routes cannot exist at the same
    /// time.
    fn clash(one: &str, other: &str) -> bool {
        key::clash(one, other)
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let (authorization, authorizer) = self.proof.sent(refs);
        State {
            key: self.key.clone(),
            api: refs.get(&self.api).id,
            integration: refs.get(&self.integration).id,
            authorization: authorization.to_owned(),
            authorizer,
            scopes: self.scopes.clone(),
        }
    }

    /// Creates the route when the API's turn has come.
    ///
    /// If the answer is lost, the route of this key is the one, because keys are unique.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let _turn = turn(cx, &want.api).await;
        let request = cx.aws.apigateway.create_route().api_id(&want.api).route_key(&id.name);
        let request = request
            .target(format!("integrations/{}", want.integration))
            .authorization_type(AuthorizationType::from(want.authorization.as_str()))
            .set_authorizer_id(want.authorizer.clone())
            .set_authorization_scopes(Some(scopes(want)).filter(|scopes| !scopes.is_empty()));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(Self::CREATE)?;
            Ok(Output { id: answer.route_id.sent(Self::CREATE, "routeId")? })
        };
        once(cx, id, make, || made(cx, &want.api, &id.name)).await
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write when the API's turn has come. A route that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => update(cx, &on.output.id, want).await,
            Change::Delete(State { api, .. }) => {
                let _turn = turn(cx, api).await;
                let request = cx.aws.apigateway.delete_route().api_id(api).route_id(&on.output.id);
                request.send().await.of(Self::DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }
}

impl Whole for Route {
    const UPDATE: &'static str = "apigateway:UpdateRoute";
    const DELETE: &'static str = "apigateway:DeleteRoute";
}

/// Calls `UpdateRoute` with all members that the stack manages. The route keeps its id.
async fn update(cx: &Context, route: &str, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    // An update merges: members that are no longer desired are emptied.
    let request = cx.aws.apigateway.update_route().api_id(&want.api).route_id(route);
    request
        .route_key(&want.key)
        .target(format!("integrations/{}", want.integration))
        .authorization_type(AuthorizationType::from(want.authorization.as_str()))
        .authorizer_id(want.authorizer.clone().unwrap_or_default())
        .set_authorization_scopes(Some(scopes(want)))
        .send()
        .await
        .of(Route::UPDATE)
        .map(drop)
}

fn scopes(want: &State) -> Vec<String> {
    want.scopes.iter().cloned().collect()
}

/// Returns the route of this key.
async fn made(cx: &Context, api: &str, key: &str) -> Result<Option<Output>> {
    let all = listing::routes(&cx.aws, api).await?;
    let found = all.into_iter().find(|found| found.route_key() == Some(key));
    Ok(found.and_then(|found| Some(Output { id: found.route_id? })))
}

/// Decodes a route of an API. It takes no tags, so its owner is not known here.
///
/// A route without a target of the form `integrations/<id>` keeps its whole target as text.
pub(super) fn decode(api: &str, found: SdkRoute) -> (Id, Live) {
    let key = found.route_key.unwrap_or_default();
    let physical = found.route_id.unwrap_or_default();
    let target = found.target.unwrap_or_default();
    let state = State {
        key: key.clone(),
        api: api.to_owned(),
        integration: target.strip_prefix("integrations/").unwrap_or(&target).to_owned(),
        authorization: found.authorization_type.map_or("NONE".to_owned(), |kind| kind.as_str().to_owned()),
        authorizer: found.authorizer_id.filter(|id| !id.is_empty()),
        scopes: found.authorization_scopes.unwrap_or_default().into_iter().collect(),
    };
    let id = Id::new(Route::KIND, key.clone());
    let output = Output { id: physical.clone() };
    (id, Found::<Route> { physical, name: key, state, output }.into_live(Ownership::Unmarked))
}
