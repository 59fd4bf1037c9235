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
//!   value, and the limits of a route by `DeleteRouteSettings`. No call removes the limits for all routes.
//! - Limits of a route need the route (`Unable to find Route by key`). So a stage with such limits follows its routes.
//! - The destination of access logs is the ARN of a log group, with or without `:*` at its end. The state has
//!   it without.
//!
//! # Settings of others
//!
//! Operators set limits and metrics by hand. A stack that names neither leaves them alone. Variables can change
//! integrations without a sign in the stack file, so a plan removes those of others.

mod limits;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigatewayv2::types::{AccessLogSettings, Stage as SdkStage};
use serde::{Deserialize, Serialize};
use sss_model::RequestRate;

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
    secret,
    services::{
        apigateway::{
            self,
            api::{self, Api},
            listing, plain,
            route::Route,
            sdk_tags,
            turns::{Turns, turn},
        },
        logs::log_group::LogGroup,
    },
    tags::{Tags, observed},
};

/// The limits of routes with their own, by route key, and the routes.
pub(crate) type RoutesWithLimits = BTreeMap<String, (Handle<Route>, Limits)>;

/// The stage that serves the API.
pub(crate) struct Stage {
    /// The name, such as `$default`.
    pub(crate) name: String,
    /// The API that it serves.
    pub(crate) api: Handle<Api>,
    /// The log group of access logs, and the format of a line. `None` for a stage without access logs.
    pub(crate) access_log: Option<(Handle<LogGroup>, String)>,
    /// The limits of each route without its own. `None` for those of the account.
    pub(crate) throttling: Option<Limits>,
    /// Whether CloudWatch has metrics of each route.
    pub(crate) detailed_metrics: bool,
    /// The limits of single routes, which exist before.
    pub(crate) routes: RoutesWithLimits,
    /// The variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// The settings that are left to others.
    pub(crate) unset: Vec<&'static str>,
    pub(crate) tags: Tags,
}

/// Limits of requests. A stack has both; others may have set one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Requests per second.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) rate: Option<RequestRate>,
    /// Requests at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) burst: Option<i32>,
}

/// The settings of a single route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RouteLimits {
    #[serde(flatten)]
    pub(crate) limits: Limits,
    /// Whether CloudWatch has metrics of the route. `None` if the stack has no say in metrics.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) detailed_metrics: Option<bool>,
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
    /// The limits of each route without its own. `None` for those of the account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) throttling: Option<Limits>,
    /// Whether CloudWatch has metrics of each route.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) detailed_metrics: bool,
    /// The settings of single routes, by route key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) routes: BTreeMap<String, RouteLimits>,
    /// The variables. Digests stand for the values that others have set.
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

    fn unset(&self) -> Vec<&'static str> {
        self.unset.clone()
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            api: refs.get(&self.api).id,
            auto_deploy: true,
            access_log: self.access_log.as_ref().map(|(group, format)| AccessLog {
                destination: refs.get(group).arn,
                format: format.clone(),
            }),
            throttling: self.throttling,
            detailed_metrics: self.detailed_metrics,
            routes: self
                .routes
                .iter()
                .map(|(key, (route, limits))| self.settings(refs, key, route, *limits))
                .collect(),
            variables: self.variables.clone(),
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
            .set_default_route_settings(limits::of_all(None, want))
            .set_route_settings(limits::of_routes(want))
            .set_stage_variables(variables(None, want))
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

    /// Returns the writes for a change: the removal of access logs, the removal of each route's limits, and an update if
    /// anything else differs.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            // An update merges, so access logs are removed by a call of their own.
            Way::Change(live, want) => {
                let is_off = want.access_log.is_none() && live.access_log.is_some();
                let off = is_off.then_some(Change::DeleteAccessLog { api: &want.api });
                let former = live.routes.keys().filter(|key| !want.routes.contains_key(*key));
                let unlimited = former.map(|route| Change::DeleteRouteSettings { api: &want.api, route });
                let update = is_updated(live, want).then_some(Change::Update { live, want });
                off.into_iter().chain(unlimited).chain(update).collect()
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
            Change::DeleteRouteSettings { api, route } => {
                let _turn = turn(cx, api).await;
                let request = cx.aws.apigateway.delete_route_settings().api_id(api).stage_name(on.name);
                let gone = request.route_key(route).send().await.of(DELETE_ROUTE_SETTINGS);
                gone.none_if(&["NotFoundException"]).map(drop)
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
const DELETE_ROUTE_SETTINGS: &str = "apigateway:DeleteRouteSettings";

impl Stage {
    /// Returns the settings of a route. It reads the route, so that this exists before.
    fn settings(
        &self,
        refs: &Refs<'_>,
        key: &str,
        route: &Handle<Route>,
        limits: Limits,
    ) -> (String, RouteLimits) {
        refs.get(route);
        let sets_metrics = !self.unset.contains(&"detailed_metrics");
        (
            key.to_owned(),
            RouteLimits { limits, detailed_metrics: sets_metrics.then_some(self.detailed_metrics) },
        )
    }
}

/// A write on a stage.
pub(crate) enum Change<'a> {
    /// Removes access logs.
    DeleteAccessLog { api: &'a str },
    /// Removes the limits of a route.
    DeleteRouteSettings { api: &'a str, route: &'a str },
    /// Sets access logs, automatic deployment, limits, metrics and variables, and removes variables of others.
    Update { live: &'a State, want: &'a State },
    /// Deletes the stage from this API.
    Delete { api: &'a str },
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::DeleteAccessLog { .. } => &[DELETE_ACCESS_LOG],
            Self::DeleteRouteSettings { .. } => &[DELETE_ROUTE_SETTINGS],
            Self::Update { .. } => &[UPDATE],
            Self::Delete { .. } => &[DELETE],
        }
    }
}

/// Calls `UpdateStage` with all members that the stack manages.
async fn update(cx: &Context, name: &str, live: &State, want: &State) -> Result<()> {
    let _turn = turn(cx, &want.api).await;
    let request = cx.aws.apigateway.update_stage().api_id(&want.api).stage_name(name).auto_deploy(true);
    let request = request
        .set_access_log_settings(want.access_log.as_ref().map(sdk_access_log))
        .set_default_route_settings(limits::of_all(Some(live), want))
        .set_route_settings(limits::of_routes(want))
        .set_stage_variables(variables(Some(live), want));
    request.send().await.of(UPDATE).map(drop)
}

/// Returns the variables that a call names. An update merges, so a variable that the stack does not want is set to an
/// empty value.
fn variables(live: Option<&State>, want: &State) -> Option<HashMap<String, String>> {
    let others = live.into_iter().flat_map(|live| live.variables.keys());
    let mut all: HashMap<_, _> = others.map(|name| (name.clone(), String::new())).collect();
    all.extend(want.variables.clone());
    (!all.is_empty()).then_some(all)
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
    let id = Id::new(Stage::KIND, name.clone());
    let wanted = graph.resource::<Stage>(&id);
    let has_variable = |name: &str| wanted.is_some_and(|wanted| wanted.variables.contains_key(name));
    let variables = plain(found.stage_variables).into_iter().map(|(name, value)| {
        let shown =
            if has_variable(&name) { secret::concealed(&name, &value) } else { secret::hidden(&value) };
        (name, shown)
    });
    let sets_metrics = wanted.is_some_and(|wanted| !wanted.unset.contains(&"detailed_metrics"));
    let settings = found.default_route_settings;
    let state = State {
        api: api.to_owned(),
        auto_deploy: found.auto_deploy.unwrap_or(false),
        access_log,
        throttling: settings.as_ref().and_then(limits::decode),
        detailed_metrics: settings.and_then(|all| all.detailed_metrics_enabled).unwrap_or(false),
        routes: limits::decode_routes(found.route_settings, sets_metrics),
        variables: variables.collect(),
        tags,
    };
    (id, Found::<Stage> { physical: name.clone(), name, state, output: Nothing {} }.into_live(ownership))
}

/// Returns whether an update is needed beside the removal of access logs and of limits of routes.
fn is_updated(live: &State, want: &State) -> bool {
    let is_limited = |(key, limits)| live.routes.get(key) != Some(limits);
    (want.access_log.is_some() && want.access_log != live.access_log)
        || want.auto_deploy != live.auto_deploy
        || want.throttling != live.throttling
        || want.detailed_metrics != live.detailed_metrics
        || want.routes.iter().any(is_limited)
        || want.variables != live.variables
}

/// Returns the settings of access logs in the form of the client.
fn sdk_access_log(log: &AccessLog) -> AccessLogSettings {
    AccessLogSettings::builder().destination_arn(&log.destination).format(&log.format).build()
}
