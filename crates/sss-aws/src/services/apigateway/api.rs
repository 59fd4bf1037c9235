//! HTTP APIs with CORS.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_apigatewayv2::types::{Cors as SdkCors, ProtocolType};
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Immutable, NewName, Pairs, Renamed, Resource, Way, times},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    tags::{self, TagChange, Tags},
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
    /// Whether the endpoint is off that the API has from AWS; never wanted.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) disable_execute_api_endpoint: bool,
    pub(crate) tags: Tags,
}

/// Sets; the order in them means nothing. Header names are lower case, as API Gateway answers them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cors {
    pub(crate) allow_origins: BTreeSet<String>,
    pub(crate) allow_methods: BTreeSet<String>,
    pub(crate) allow_headers: BTreeSet<String>,
    pub(crate) expose_headers: BTreeSet<String>,
    pub(crate) allow_credentials: bool,
    /// Seconds; none is 0.
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
    const RENAMED: Option<Renamed> = Some(Renamed { member: "name", pairs: Pairs::Any });
    const TAGGING: Option<[&'static str; 2]> = Some(["apigateway:TagResource", "apigateway:UntagResource"]);
    const TOLD: Option<(&'static str, &'static str)> = Some(("apigateway_endpoint", "endpoint"));
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.state.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), endpoint: format!("(endpoint of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "apigateway:CreateApi";
        let tags: HashMap<_, _> = want.tags.into_iter().collect();
        let request = cx.aws.apigateway.create_api().name(name).protocol_type(ProtocolType::Http);
        let request = request
            .set_description(want.description)
            .set_cors_configuration(want.cors.map(sdk_cors))
            .set_tags(Some(tags));
        let make = || async {
            let answer = send_once!(aws_sdk_apigatewayv2, request.clone()).await.of(OPERATION)?;
            Ok(Output {
                id: answer.api_id.sent(OPERATION, "apiId")?,
                endpoint: answer.api_endpoint.sent(OPERATION, "apiEndpoint")?,
            })
        };
        once(cx, id, make, || made(cx, name)).await
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let api = &found.output.id;
        let _turn = cx.turn(api).await;
        let live = &found.state;
        // An update merges: what is absent from it stays. So CORS that is no longer wanted takes a call of its own.
        if want.cors.is_none() && live.cors.is_some() {
            let request = cx.aws.apigateway.delete_cors_configuration().api_id(api);
            request.send().await.of("apigateway:DeleteCorsConfiguration")?;
        }
        if !is_updated(live, &want) {
            return Ok(());
        }
        let request = cx.aws.apigateway.update_api().api_id(api);
        request
            .name(want.name)
            .description(want.description.unwrap_or_default())
            .set_cors_configuration(want.cors.map(sdk_cors))
            .disable_execute_api_endpoint(want.disable_execute_api_endpoint)
            .send()
            .await
            .of("apigateway:UpdateApi")
            .map(drop)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        let _turn = cx.turn(&found.output.id).await;
        retag(cx, &format!("/apis/{}", found.output.id), change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateApi"],
            Way::Change(live, want) => {
                let off = want.cors.is_none() && live.cors.is_some();
                times("apigateway:DeleteCorsConfiguration", usize::from(off))
                    .chain(times("apigateway:UpdateApi", usize::from(is_updated(live, want))))
                    .collect()
            }
            Way::Remove(_) => vec!["apigateway:DeleteApi"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let _turn = cx.turn(&found.output.id).await;
        let gone =
            cx.aws.apigateway.delete_api().api_id(&found.output.id).send().await.of("apigateway:DeleteApi");
        gone.none_if(&["NotFoundException"]).map(drop)
    }
}

/// What a part of an API has to say of its API: it is in one from its creation to its end.
pub(super) const fn fixed_in(because: &'static str) -> Immutable {
    Immutable { path: "api", because, name: NewName::Same, downtime: None }
}

/// Whether more is to do than to take CORS off.
fn is_updated(live: &State, want: &State) -> bool {
    want.name != live.name
        || want.description != live.description
        || want.disable_execute_api_endpoint != live.disable_execute_api_endpoint
        || (want.cors.is_some() && want.cors != live.cors)
}

/// The API of this name that is ours.
async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    let apis = crate::services::apigateway::read::listed_apis(&cx.aws).await?;
    let found = apis.into_iter().find(|api| api.name() == Some(name) && is_ours(cx, api.tags()));
    Ok(found.and_then(|api| Some(Output { id: api.api_id?, endpoint: api.api_endpoint? })))
}

/// Whether something that API Gateway lists with these tags is the stack's.
pub(crate) fn is_ours(cx: &Context, tags: Option<&HashMap<String, String>>) -> bool {
    let tags = tags.into_iter().flatten();
    tags::marks(&cx.stack, tags.map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Changes the tags of anything that API Gateway names by a path.
pub(crate) async fn retag(cx: &Context, path: &str, change: TagChange) -> Result<()> {
    let arn = format!("{}::{path}", cx.arn_prefix("apigateway"));
    if !change.remove.is_empty() {
        let request = cx.aws.apigateway.untag_resource().resource_arn(&arn).set_tag_keys(Some(change.remove));
        request.send().await.of("apigateway:UntagResource")?;
    }
    if !change.set.is_empty() {
        let tags: HashMap<_, _> = change.set.into_iter().collect();
        let request = cx.aws.apigateway.tag_resource().resource_arn(&arn).set_tags(Some(tags));
        request.send().await.of("apigateway:TagResource")?;
    }
    Ok(())
}

/// All of it, since an update merges into what is there.
fn sdk_cors(cors: Cors) -> SdkCors {
    let list = |set: BTreeSet<String>| Some(set.into_iter().collect::<Vec<_>>());
    SdkCors::builder()
        .set_allow_origins(list(cors.allow_origins))
        .set_allow_methods(list(cors.allow_methods))
        .set_allow_headers(list(cors.allow_headers))
        .set_expose_headers(list(cors.expose_headers))
        .allow_credentials(cors.allow_credentials)
        .max_age(cors.max_age.unwrap_or(0))
        .build()
}
