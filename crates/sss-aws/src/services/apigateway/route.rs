//! Routes of HTTP APIs.

mod key;

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::AuthorizationType;
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        forecast::count,
        graph::{Handle, Refs},
        kind::{Found, Immutable, Kinship, Limit, Pairs, Renamed, Resource, Way},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    services::apigateway::{
        api::{self, Api},
        authorizer::Authorizer,
        integration::Integration,
    },
};

/// One method and path of the API, or its `$default`.
pub(crate) struct Route {
    pub(crate) key: String,
    pub(crate) api: Handle<Api>,
    pub(crate) integration: Handle<Integration>,
    pub(crate) authorizer: Option<Handle<Authorizer>>,
    pub(crate) scopes: BTreeSet<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) key: String,
    pub(crate) api: String,
    /// `integrations/<id>` without the prefix.
    pub(crate) integration: String,
    pub(crate) authorization: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) authorizer: Option<String>,
    pub(crate) scopes: BTreeSet<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

/// The route of this key.
async fn made(cx: &Context, api: &str, key: &str) -> Result<Option<Output>> {
    let all = crate::services::apigateway::read::routes(&cx.aws, api).await?;
    let found = all.into_iter().find(|found| found.route_key() == Some(key));
    Ok(found.and_then(|found| Some(Output { id: found.route_id? })))
}

impl Resource for Route {
    const NAME: &'static str = "apigatewayv2/route";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move a route to another API")];
    const RENAMED: Option<Renamed> = Some(Renamed { member: "key", pairs: Pairs::Alike });
    const LIMITS: &'static [Limit] = &[Limit {
        name: "routes of an HTTP API",
        at_most: 300.0,
        used: |graph, world, plan| count(graph, world, plan, Route::KIND),
    }];
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.key.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})") }
    }

    fn kinship(one: &str, other: &str) -> Kinship {
        key::kinship(one, other)
    }

    fn overlap(one: &str, other: &str) -> bool {
        key::overlap(one, other)
    }

    fn clash(one: &str, other: &str) -> bool {
        key::clash(one, other)
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let authorizer = self.authorizer.as_ref().map(|authorizer| refs.get(authorizer).id);
        State {
            key: self.key.clone(),
            api: refs.get(&self.api).id,
            integration: refs.get(&self.integration).id,
            authorization: if authorizer.is_some() { "JWT" } else { "NONE" }.to_owned(),
            authorizer,
            scopes: self.scopes.clone(),
        }
    }

    async fn create(cx: &Context, id: &Id, _name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "apigateway:CreateRoute";
        let _turn = cx.turn(&want.api).await;
        let api = want.api;
        let request = cx.aws.apigateway.create_route().api_id(&api).route_key(&id.name);
        let request = request
            .target(format!("integrations/{}", want.integration))
            .authorization_type(AuthorizationType::from(want.authorization.as_str()))
            .set_authorizer_id(want.authorizer)
            .set_authorization_scopes((!want.scopes.is_empty()).then(|| want.scopes.into_iter().collect()));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(OPERATION)?;
            Ok(Output { id: answer.route_id.sent(OPERATION, "routeId")? })
        };
        once(cx, id, make, || made(cx, &api, &id.name)).await
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let _turn = cx.turn(&want.api).await;
        // An update merges: what is no longer wanted is emptied.
        let request = cx.aws.apigateway.update_route().api_id(&want.api).route_id(&found.output.id);
        request
            .route_key(want.key)
            .target(format!("integrations/{}", want.integration))
            .authorization_type(AuthorizationType::from(want.authorization.as_str()))
            .authorizer_id(want.authorizer.unwrap_or_default())
            .set_authorization_scopes(Some(want.scopes.into_iter().collect()))
            .send()
            .await
            .of("apigateway:UpdateRoute")
            .map(drop)
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateRoute"],
            Way::Change(..) => vec!["apigateway:UpdateRoute"],
            Way::Remove(_) => vec!["apigateway:DeleteRoute"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let api = &found.state.api;
        let _turn = cx.turn(api).await;
        let request = cx.aws.apigateway.delete_route().api_id(api).route_id(&found.output.id);
        request.send().await.of("apigateway:DeleteRoute").none_if(&["NotFoundException"]).map(drop)
    }
}
