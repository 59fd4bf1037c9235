//! Stages of HTTP APIs, with access logs.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::AccessLogSettings;
use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, Nothing, Resource, Way, times},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer},
    services::{
        apigateway::api::{self, Api},
        logs::log_group::LogGroup,
    },
    tags::{TagChange, Tags},
};

/// The stage that serves the API.
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) api: Handle<Api>,
    pub(crate) access_log: Option<(Handle<LogGroup>, String)>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) api: String,
    pub(crate) auto_deploy: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) access_log: Option<AccessLog>,
    /// Never wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AccessLog {
    /// The log group's ARN, without `:*`.
    pub(crate) destination: String,
    pub(crate) format: String,
}

impl Resource for Stage {
    const NAME: &'static str = "apigatewayv2/stage";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move a stage to another API")];
    const TAGGING: Option<[&'static str; 2]> = Some(["apigateway:TagResource", "apigateway:UntagResource"]);
    type State = State;
    type Output = Nothing;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(_id: &Id) -> Nothing {
        Nothing {}
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            api: refs.get(&self.api).id,
            auto_deploy: true,
            access_log: self.access_log.as_ref().map(|(group, format)| AccessLog {
                destination: refs.get(group).arn,
                format: format.clone(),
            }),
            variables: BTreeMap::new(),
            tags: self.tags.clone(),
        }
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Nothing> {
        let _turn = cx.turn(&want.api).await;
        let tags: HashMap<_, _> = want.tags.into_iter().collect();
        let request = cx.aws.apigateway.create_stage().api_id(&want.api).stage_name(name).auto_deploy(true);
        let request =
            request.set_access_log_settings(want.access_log.map(sdk_access_log)).set_tags(Some(tags));
        let make = || async {
            let made = send_once!(aws_sdk_apigatewayv2, request.clone()).await;
            made.of("apigateway:CreateStage").map(|_| Nothing {})
        };
        let look = || async {
            let all = crate::services::apigateway::read::stages(&cx.aws, &want.api).await?;
            Ok(all.iter().any(|found| found.stage_name() == Some(name)).then_some(Nothing {}))
        };
        once(cx, id, make, look).await
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let _turn = cx.turn(&want.api).await;
        // An update merges, so access logs are taken off by a call of their own.
        if want.access_log.is_none() && found.state.access_log.is_some() {
            let request =
                cx.aws.apigateway.delete_access_log_settings().api_id(&want.api).stage_name(&found.name);
            request.send().await.of("apigateway:DeleteAccessLogSettings")?;
        }
        if !is_updated(&found.state, &want) {
            return Ok(());
        }
        // What is to go is set to nothing.
        let variables: HashMap<_, _> =
            found.state.variables.into_keys().map(|name| (name, String::new())).collect();
        let request =
            cx.aws.apigateway.update_stage().api_id(&want.api).stage_name(&found.name).auto_deploy(true);
        let request = request
            .set_access_log_settings(want.access_log.map(sdk_access_log))
            .set_stage_variables((!variables.is_empty()).then_some(variables));
        request.send().await.of("apigateway:UpdateStage").map(drop)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        let _turn = cx.turn(&found.state.api).await;
        api::retag(cx, &format!("/apis/{}/stages/{}", found.state.api, found.name), change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["apigateway:CreateStage"],
            Way::Change(live, want) => {
                let off = want.access_log.is_none() && live.access_log.is_some();
                times("apigateway:DeleteAccessLogSettings", usize::from(off))
                    .chain(times("apigateway:UpdateStage", usize::from(is_updated(live, want))))
                    .collect()
            }
            Way::Remove(_) => vec!["apigateway:DeleteStage"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let api = &found.state.api;
        let _turn = cx.turn(api).await;
        let request = cx.aws.apigateway.delete_stage().api_id(api).stage_name(&found.name);
        request.send().await.of("apigateway:DeleteStage").none_if(&["NotFoundException"]).map(drop)
    }
}

/// Whether more is to do than to take access logs off.
fn is_updated(live: &State, want: &State) -> bool {
    want.access_log.is_some() || !live.auto_deploy || !live.variables.is_empty()
}

fn sdk_access_log(log: AccessLog) -> AccessLogSettings {
    AccessLogSettings::builder().destination_arn(log.destination).format(log.format).build()
}
