//! JWT authorizers of HTTP APIs.

use std::collections::BTreeSet;

use aws_sdk_apigatewayv2::types::{AuthorizerType, JwtConfiguration};
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, Pairs, Renamed, Resource, Way},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    services::apigateway::api::{self, Api},
};

/// The JWT authorizer of the stack.
pub(crate) struct Authorizer {
    pub(crate) name: String,
    pub(crate) api: Handle<Api>,
    pub(crate) issuer: String,
    pub(crate) audience: BTreeSet<String>,
    pub(crate) identity_source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) api: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) issuer: String,
    pub(crate) audience: BTreeSet<String>,
    pub(crate) identity_source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
}

impl Resource for Authorizer {
    const NAME: &'static str = "apigatewayv2/authorizer";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move an authorizer to another API")];
    const RENAMED: Option<Renamed> = Some(Renamed { member: "name", pairs: Pairs::Any });
    type State = State;
    type Output = Output;

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

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "apigateway:CreateAuthorizer";
        let _turn = cx.turn(&want.api).await;
        let request = cx.aws.apigateway.create_authorizer().api_id(&want.api).name(name);
        let request = request
            .authorizer_type(AuthorizerType::Jwt)
            .identity_source(&want.identity_source)
            .jwt_configuration(jwt(&want));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(OPERATION)?;
            Ok(Output { id: answer.authorizer_id.sent(OPERATION, "authorizerId")? })
        };
        once(cx, id, make, || made(cx, name, &want)).await
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let _turn = cx.turn(&want.api).await;
        let request = cx.aws.apigateway.update_authorizer().api_id(&want.api).authorizer_id(&found.output.id);
        request
            .name(&want.name)
            .authorizer_type(AuthorizerType::Jwt)
            .identity_source(&want.identity_source)
            .jwt_configuration(jwt(&want))
            .send()
            .await
            .of("apigateway:UpdateAuthorizer")
            .map(drop)
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateAuthorizer"],
            Way::Change(..) => vec!["apigateway:UpdateAuthorizer"],
            Way::Remove(_) => vec!["apigateway:DeleteAuthorizer"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let api = &found.state.api;
        let _turn = cx.turn(api).await;
        let request = cx.aws.apigateway.delete_authorizer().api_id(api).authorizer_id(&found.output.id);
        request.send().await.of("apigateway:DeleteAuthorizer").none_if(&["NotFoundException"]).map(drop)
    }
}

/// The authorizer of this name.
async fn made(cx: &Context, name: &str, want: &State) -> Result<Option<Output>> {
    let all = crate::services::apigateway::read::authorizers(&cx.aws, &want.api).await?;
    let found = all.into_iter().find(|found| found.name() == Some(name));
    Ok(found.and_then(|found| Some(Output { id: found.authorizer_id? })))
}

fn jwt(want: &State) -> JwtConfiguration {
    let audience = want.audience.iter().cloned().collect();
    JwtConfiguration::builder().issuer(&want.issuer).set_audience(Some(audience)).build()
}
