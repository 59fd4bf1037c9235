//! Stages.

use super::is_web_socket;
use crate::report::Report;
use crate::request::bounds::length;
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use crate::request::tags::{self, Service};
use crate::request::{Node, Operation, Referred};
use crate::rules::api::access_log;
use crate::rules::worded;
use crate::rules::{
    APIGW_STAGE_000, APIGW_STAGE_001, APIGW_STAGE_002, APIGW_STAGE_003, APIGW_STAGE_010, APIGW_STAGE_013,
    APIGW_STAGE_020, APIGW_STAGE_021, APIGW_STAGE_022, APIGW_STAGE_030, PARAM_003, api, route,
};

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
const ACCESS_LOG: Shape = Shape(&[may("DestinationArn Format", Kind::Text)]);
const ROUTE_SETTINGS: Shape = Shape(&[
    may("DataTraceEnabled DetailedMetricsEnabled", Kind::Flag),
    may("LoggingLevel", Kind::Choice(&APIGW_STAGE_021, &["ERROR", "INFO", "OFF"])),
    may("ThrottlingBurstLimit", Kind::Integer),
    may("ThrottlingRateLimit", Kind::Number),
]);

pub(crate) fn stage(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if let Some(name) = request.text("StageName").filter(|name| !api::is_stage_name(name)) {
        report.add(
            &request.place("StageName"),
            worded(&APIGW_STAGE_001, format!("a stage cannot be called `{name}`")),
        );
    }
    length(request, "Description", 0..=1024, &APIGW_STAGE_002, report);
    match (request.is_set("AutoDeploy"), request.has("DeploymentId")) {
        (true, true) => {
            let fix = "take `AutoDeploy` or `DeploymentId` out";
            let at = request.place("DeploymentId");
            report.add(&at, worded(&APIGW_STAGE_003, "stands beside `AutoDeploy`").with_fix(fix));
        }
        (false, false) => {
            report.add(
                &request.place("AutoDeploy"),
                worded(&APIGW_STAGE_003, "is not set, so the stage serves nothing"),
            );
        }
        _ => {}
    }
    if let Some(log) = request.get("AccessLogSettings") {
        inspect_log(&log, report);
    }
    let is_web_socket = is_web_socket(referred);
    if let Some(settings) = request.get("DefaultRouteSettings") {
        route_settings(&settings, is_web_socket, report);
    }
    let route = referred.get(Operation::ApiGatewayCreateRoute);
    let known = route.as_ref().and_then(|route| route.text("RouteKey"));
    for (key, settings) in request.entries("RouteSettings") {
        if !is_web_socket && !route::is_key(key) {
            report.add(settings.at(), worded(&APIGW_STAGE_022, format!("`{key}` is not the key of a route")));
        } else if known.is_some_and(|known| known != key) && key != "$default" {
            report.add(settings.at(), worded(&APIGW_STAGE_022, format!("the API has no route `{key}`")));
        }
        route_settings(&settings, is_web_socket, report);
    }
    variables(request, report);
    tags::of_map(request, "Tags", Service::ApiGateway, report);
}

fn inspect_log(log: &Node<'_>, report: &mut Report) {
    if let Some(arn) = log.text("DestinationArn").filter(|arn| !access_log::is_log_group_arn(arn)) {
        let place = log.place("DestinationArn");
        // Templates of CloudFormation write it so, for that is how it calls log groups.
        if arn.strip_suffix(":*").is_some_and(access_log::is_log_group_arn) {
            report.warn(&place, worded(&APIGW_STAGE_013, format!("`{arn}` ends with `:*`")));
        } else {
            report.add(&place, worded(&APIGW_STAGE_013, format!("`{arn}` is not the ARN of a log group")));
        }
    }
    if let Some(format) = log.text("Format") {
        let place = log.place("Format");
        report.field(&APIGW_STAGE_010, &place, access_log::format(format));
        access_log::doubts(format, &place, report);
    }
}

fn route_settings(settings: &Node<'_>, is_web_socket: bool, report: &mut Report) {
    for member in ["ThrottlingBurstLimit", "ThrottlingRateLimit"] {
        let Some(limit) = settings.number(member) else { continue };
        if limit < 0.0 {
            report.add(&settings.place(member), worded(&APIGW_STAGE_020, format!("is {limit}")));
        } else if limit == 0.0 {
            report.warn(
                &settings.place(member),
                worded(&APIGW_STAGE_020, "is 0, which lets no request through"),
            );
        }
    }
    if is_web_socket {
        return;
    }
    let logs = settings.text("LoggingLevel").is_some_and(|level| level != "OFF");
    for (member, is_set) in
        [("LoggingLevel", logs), ("DataTraceEnabled", settings.is_set("DataTraceEnabled"))]
    {
        if is_set {
            report.warn(&settings.place(member), worded(&APIGW_STAGE_021, "is for WebSocket APIs"));
        }
    }
}

fn variables(request: &Node<'_>, report: &mut Report) {
    let variables = request.entries("StageVariables");
    if variables.len() > 100 {
        let message = format!("names {} variables", variables.len());
        report.add(&request.place("StageVariables"), worded(&APIGW_STAGE_030, message));
    }
    for (name, value) in variables {
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            report.add(value.at(), worded(&APIGW_STAGE_030, "has a name that API Gateway does not take"));
        }
        // The value may be a secret.
        let Some(text) = value.as_text() else { continue };
        let taken = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b);
        if !(1..=2048).contains(&text.chars().count()) || !text.bytes().all(taken) {
            report.add(value.at(), worded(&APIGW_STAGE_030, "has a value that API Gateway does not take"));
        }
    }
}
