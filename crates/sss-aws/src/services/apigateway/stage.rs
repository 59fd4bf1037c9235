//! Stages of HTTP APIs, with access logs.
//!
//! A stage serves an API. The stage `$default` has no prefix in its URL. The stack's stage deploys
//! automatically: each change of the API is live at once, and no step creates deployments.
//!
//! # Facts about AWS
//!
//! - With automatic deployment API Gateway owns the id of the deployment and refuses it in calls
//!   (`apigatewayv2-controller#15`). So it is neither sent nor compared.
//! - `UpdateStage` merges. Access logs are removed by `DeleteAccessLogSettings`, a variable by an empty
//!   value.
//! - The destination of access logs is the ARN of a log group, with or without `:*` at its end. The state has
//!   it without.
//! - Throttling of a stage is left to others: operators set it, and the stack file has no words for it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::{AccessLogSettings, Stage as SdkStage};
use serde::{Deserialize, Serialize};

use crate::{
    Graph, Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Calls, Found, Immutable, Nothing, Object, Resource, Retag, Share, Way, Write},
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Absent, Answer},
    grant::Grant,
    services::{
        apigateway::{
            self,
            api::{self, Api},
            hidden, listing, plain, sdk_tags,
            turns::{Turns, turn},
        },
        logs::log_group::LogGroup,
    },
    tags::{Tags, observed},
};

/// The stage that serves the API.
pub(crate) struct Stage {
    /// The name, such as `$default`.
    pub(crate) name: String,
    /// The API that it serves.
    pub(crate) api: Handle<Api>,
    /// The log group of access logs, and the format of a line. `None` for a stage without access logs.
    pub(crate) access_log: Option<(Handle<LogGroup>, String)>,
    pub(crate) tags: Tags,
}

/// The managed part of a stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The id of the API.
    pub(crate) api: String,
    /// Whether changes of the API are live at once. The stack wants `true`.
    pub(crate) auto_deploy: bool,
    /// The settings of access logs. `None` without access logs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) access_log: Option<AccessLog>,
    /// Variables that others have set; the values are digests. Never desired.
    ///
    /// They can change integrations without a sign in the stack file, so a plan removes them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) tags: Tags,
}

/// The settings of access logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AccessLog {
    /// The log group's ARN, without `:*`.
    pub(crate) destination: String,
    /// The format of a line, with variables such as `$context.requestId`. API Gateway demands a request id in
    /// it.
    pub(crate) format: String,
}

impl Resource for Stage {
    const NAME: &'static str = "apigatewayv2/stage";
    const IMMUTABLE: &'static [Immutable] =
        &[api::fixed_in("API Gateway cannot move a stage to another API")];
    const SHARED: Option<Share> = Some(Turns::share);
    const TAGGING: Option<[&'static str; 2]> = Some(apigateway::TAGGING);
    const CREATE: &'static str = "apigateway:CreateStage";
    const GRANTS: &'static [Grant] = super::grants::STAGE;
    type State = State;
    type Output = Nothing;
    type Write<'a> = Change<'a>;

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

    /// Creates the stage with access logs and tags when the API's turn has come.
    ///
    /// Stage names are unique in an API, so after a lost answer the stage of this name is the one.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Nothing> {
        let _turn = turn(cx, &want.api).await;
        let request = cx.aws.apigateway.create_stage().api_id(&want.api).stage_name(name).auto_deploy(true);
        let request = request
            .set_access_log_settings(want.access_log.as_ref().map(sdk_access_log))
            .set_tags(Some(sdk_tags(&want.tags)));

        let make = || async {
            let made = send_once!(aws_sdk_apigatewayv2, request.clone()).await;
            made.of(Self::CREATE).map(|_| Nothing {})
        };
        let look = || async {
            let all = listing::stages(&cx.aws, &want.api).await?;
            Ok(all.iter().any(|found| found.stage_name() == Some(name)).then_some(Nothing {}))
        };
        once(cx, id, make, look).await
    }

    /// Returns up to two writes for a change: the removal of access logs, and an update if anything else
    /// differs.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            // An update merges, so access logs are removed by a call of their own.
            Way::Change(live, want) => {
                let is_off = want.access_log.is_none() && live.access_log.is_some();
                let off = is_off.then_some(Change::DeleteAccessLog { api: &want.api });
                let update = is_updated(live, want).then_some(Change::Update { live, want });
                off.into_iter().chain(update).collect()
            }
            Way::Remove(live) => vec![Change::Delete { api: &live.api }],
        }
    }

    /// Carries out one write when the API's turn has come. A stage that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::DeleteAccessLog { api } => {
                let _turn = turn(cx, api).await;
                let request = cx.aws.apigateway.delete_access_log_settings().api_id(api).stage_name(on.name);
                request.send().await.of(DELETE_ACCESS_LOG).map(drop)
            }
            Change::Update { live, want } => update(cx, on.name, live, want).await,
            Change::Delete { api } => {
                let _turn = turn(cx, api).await;
                let request = cx.aws.apigateway.delete_stage().api_id(api).stage_name(on.name);
                request.send().await.of(DELETE).none_if(&["NotFoundException"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        let _turn = turn(cx, &found.state.api).await;
        let path = format!("/apis/{}/stages/{}", found.state.api, found.name);
        apigateway::retag(cx, &path, change).await
    }
}

const UPDATE: &str = "apigateway:UpdateStage";
const DELETE: &str = "apigateway:DeleteStage";
const DELETE_ACCESS_LOG: &str = "apigateway:DeleteAccessLogSettings";

/// A write on a stage.
pub(crate) enum Change<'a> {
    /// Removes access logs.
    DeleteAccessLog { api: &'a str },
    /// Sets access logs and automatic deployment, and removes variables that others have set.
    Update { live: &'a State, want: &'a State },
    /// Deletes the stage from this API.
    Delete { api: &'a str },
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::DeleteAccessLog { .. } => &[DELETE_ACCESS_LOG],
            Self::Update { .. } => &[UPDATE],
            Self::Delete { .. } => &[DELETE],
        }
    }
}

/// Calls `UpdateStage` with all members that the stack manages.
async fn update(cx: &Context, name: &str, live: &State, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    // An update merges: a variable that the stack does not want is set to an empty value.
    let variables: HashMap<_, _> = live.variables.keys().map(|name| (name.clone(), String::new())).collect();
    let request = cx.aws.apigateway.update_stage().api_id(&want.api).stage_name(name).auto_deploy(true);
    let request = request
        .set_access_log_settings(want.access_log.as_ref().map(sdk_access_log))
        .set_stage_variables((!variables.is_empty()).then_some(variables));
    request.send().await.of(UPDATE).map(drop)
}

/// Decodes a stage of an API.
///
/// A stage takes tags, so it has an owner of its own.
pub(super) fn decode(graph: &Graph, api: &str, found: SdkStage) -> (Id, Live) {
    let name = found.stage_name.unwrap_or_default();
    let (ownership, tags) = observed(graph.stack(), plain(found.tags));
    let access_log = found.access_log_settings.map(|log| AccessLog {
        destination: log.destination_arn.unwrap_or_default().trim_end_matches(":*").to_owned(),
        format: log.format.unwrap_or_default(),
    });
    let state = State {
        api: api.to_owned(),
        auto_deploy: found.auto_deploy.unwrap_or(false),
        access_log,
        variables: hidden(found.stage_variables),
        tags,
    };
    let id = Id::new(Stage::KIND, name.clone());
    (id, Found::<Stage> { physical: name.clone(), name, state, output: Nothing {} }.into_live(ownership))
}

/// Returns whether an update is needed beside the removal of access logs.
fn is_updated(live: &State, want: &State) -> bool {
    want.access_log.is_some() || !live.auto_deploy || !live.variables.is_empty()
}

/// Returns the settings of access logs in the form of the client.
fn sdk_access_log(log: &AccessLog) -> AccessLogSettings {
    AccessLogSettings::builder().destination_arn(&log.destination).format(&log.format).build()
}
