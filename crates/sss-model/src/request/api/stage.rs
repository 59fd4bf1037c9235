//! Stages: checks of `CreateStage`.
//!
//! A stage serves a deployment of the API at an address. The stage `$default` is at the root of the address; others
//! have their name as the first segment of the path. With `AutoDeploy` API Gateway deploys each change of the API by
//! itself and owns the id of the deployment.
//!
//! Both kinds of APIs have stages. Two groups of members are for WebSocket APIs only: the logs of execution, and the
//! keys of routes that are no method and path.

use super::ApiKind;
use crate::report::Report;
use crate::request::bounds::length;
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use crate::request::tags::{self, Service};
use crate::request::{Node, Operation, Referred};
use crate::rules::api::access_log;
use crate::rules::{
    APIGW_STAGE_000, APIGW_STAGE_001, APIGW_STAGE_002, APIGW_STAGE_003, APIGW_STAGE_010, APIGW_STAGE_013,
    APIGW_STAGE_021, APIGW_STAGE_022, PARAM_003, api, broken, route,
};

/// `CreateStage`: the API (PARAM-003) and the name (APIGW-STAGE-000) are required.
///
/// `AutoDeploy` is `false` by default.
pub(crate) const CREATE_STAGE: Shape = Shape(&[
    must("ApiId", Kind::Text, &PARAM_003),
    must("StageName", Kind::Text, &APIGW_STAGE_000),
    may("AccessLogSettings", Kind::Structure(&ACCESS_LOG)),
    may("AutoDeploy", Kind::Flag),
    may("ClientCertificateId DeploymentId Description", Kind::Text),
    may("DefaultRouteSettings", Kind::Structure(&ROUTE_SETTINGS)),
    may("RouteSettings", Kind::Map(&Kind::Structure(&ROUTE_SETTINGS))),
    may("StageVariables Tags", TEXT_BY_KEY),
]);
/// The access log. The model requires neither member.
const ACCESS_LOG: Shape = Shape(&[may("DestinationArn Format", Kind::Text)]);
/// Settings of one route or of all. The burst limit is a number of requests, the rate limit requests per second.
const ROUTE_SETTINGS: Shape = Shape(&[
    may("DataTraceEnabled DetailedMetricsEnabled", Kind::Flag),
    may("LoggingLevel", Kind::Choice(&APIGW_STAGE_021, &["ERROR", "INFO", "OFF"])),
    may("ThrottlingBurstLimit", Kind::Integer),
    may("ThrottlingRateLimit", Kind::Number),
]);

/// Checks the values of a request of `CreateStage`.
///
/// - `StageName`: `$default`, or 1 to 128 letters, digits, `-` and `_` (APIGW-STAGE-001). One error text of AWS has no
///   hyphen, but the API reference allows it and stages with hyphens are deployed.
/// - `Description`: at most 1024 characters (APIGW-STAGE-002).
/// - `AutoDeploy` and `DeploymentId`: exactly one of the two (APIGW-STAGE-003, a warning). Without both the stage
///   serves nothing until it gets a deployment. Both together are reported as refused; AWS's documentation does not say
///   so.
/// - Access log, route settings, variables and tags have functions of their own.
pub(crate) fn stage(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if let Some(name) = request.text("StageName").filter(|name| !api::is_stage_name(name)) {
        report.add(&request.place("StageName"), broken!(APIGW_STAGE_001, "invalid-name", name = name));
    }
    length(request, "Description", 0..=1024, &APIGW_STAGE_002, report);

    match (request.is_set("AutoDeploy"), request.has("DeploymentId")) {
        (true, true) => report.add(&request.place("DeploymentId"), broken!(APIGW_STAGE_003, "both")),
        (false, false) => report.add(&request.place("AutoDeploy"), broken!(APIGW_STAGE_003, "neither")),
        _ => {}
    }

    if let Some(log) = request.get("AccessLogSettings") {
        inspect_log(&log, report);
    }

    settings_of_routes(request, referred, report);
    variables(request, report);
    tags::of_map(request, "Tags", Service::ApiGateway, report);
}

/// Checks the settings of all routes, and those of each route.
///
/// A key of `RouteSettings` has the grammar of a route key on an HTTP API, and with a referred route it is that route's
/// key (both APIGW-STAGE-022). API Gateway refuses settings of a route that does not exist ("Unable to find Route by
/// key"), so routes are created before the settings. It accepts the key `$default` without such a route.
///
/// A key that already has a problem of its grammar is not reported as unknown as well.
fn settings_of_routes(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if let Some(settings) = request.get("DefaultRouteSettings") {
        route_settings(&settings, referred, report);
    }

    let route = referred.get(Operation::ApiGatewayCreateRoute);
    let known = route.as_ref().and_then(|route| route.text("RouteKey"));
    for (key, settings) in request.entries("RouteSettings") {
        let heard = report.problems.len();
        let api = ApiKind::of(referred, known.unwrap_or_default().contains('/') || route::is_for_http(key));
        api.http_rules(report, |report| {
            if !route::is_key(key) {
                report.add(settings.at(), broken!(APIGW_STAGE_022, "not-a-key", route = key));
            }
        });

        let is_other = known.is_some_and(|known| known != key) && key != "$default";
        if is_other && report.problems.len() == heard {
            report.add(settings.at(), broken!(APIGW_STAGE_022, "unknown-route", route = key));
        }
        route_settings(&settings, referred, report);
    }
}

/// Checks an access log.
///
/// - `DestinationArn`: the ARN of a log group (APIGW-STAGE-013). An ARN with `:*` at its end is a warning.
/// - `Format`: holds `$context.requestId` or `$context.extendedRequestId` (APIGW-STAGE-010), and at most 3072
///   characters (APIGW-STAGE-011).
///
/// Doubts are warnings: more than one line, which nobody has measured; more than 1024 characters, where AWS's texts
/// have two bounds; and variables that HTTP APIs do not have, which print `-` (APIGW-STAGE-012).
fn inspect_log(log: &Node<'_>, report: &mut Report) {
    if let Some(arn) = log.text("DestinationArn").filter(|arn| !access_log::is_log_group_arn(arn)) {
        let place = log.place("DestinationArn");
        // CloudFormation returns the ARNs of log groups in this form, so templates have it.
        if arn.strip_suffix(":*").is_some_and(access_log::is_log_group_arn) {
            report.warn(&place, broken!(APIGW_STAGE_013, "ends-with-star", arn = arn));
        } else {
            report.add(&place, broken!(APIGW_STAGE_013, "not-a-log-group", given = arn));
        }
    }

    if let Some(format) = log.text("Format") {
        let place = log.place("Format");
        report.field(&APIGW_STAGE_010, &place, access_log::format(format));
        access_log::doubts(format, &place, report);
    }
}

/// Checks the settings of a route.
///
/// - Limits are 0 or more (APIGW-STAGE-020); 0 is a warning.
/// - `LoggingLevel` other than `OFF` and `DataTraceEnabled` are for WebSocket APIs (APIGW-STAGE-021).
fn route_settings(settings: &Node<'_>, referred: &Referred, report: &mut Report) {
    for member in ["ThrottlingBurstLimit", "ThrottlingRateLimit"] {
        let Some(limit) = settings.get(member) else { continue };
        if let Some(number) = limit.value().as_f64() {
            api::limit(number, limit.value().clone(), limit.at(), report);
        }
    }

    ApiKind::of(referred, false).http_rules(report, |report| {
        let logs = settings.text("LoggingLevel").is_some_and(|level| level != "OFF");
        let execution_logs =
            [("LoggingLevel", logs), ("DataTraceEnabled", settings.is_set("DataTraceEnabled"))];
        for (member, _) in execution_logs.into_iter().filter(|(_, is_set)| *is_set) {
            report.add(&settings.place(member), broken!(APIGW_STAGE_021, "web-socket-only"));
        }
    });
}

/// Checks the variables of a stage (APIGW-STAGE-030).
fn variables(request: &Node<'_>, report: &mut Report) {
    let variables = request.entries("StageVariables");
    api::stage_variables(variables.len(), &request.place("StageVariables"), report);
    for (name, value) in variables {
        api::stage_variable(name, value.as_text(), value.at(), report);
    }
}
