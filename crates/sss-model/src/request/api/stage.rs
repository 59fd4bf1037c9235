//! Stages.

use super::{ApiKind, is_known_http};
use crate::report::Report;
use crate::request::bounds::length;
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use crate::request::tags::{self, Service};
use crate::request::{Node, Operation, Referred};
use crate::rules::api::access_log;
use crate::rules::{
    APIGW_STAGE_000, APIGW_STAGE_001, APIGW_STAGE_002, APIGW_STAGE_003, APIGW_STAGE_010, APIGW_STAGE_013,
    APIGW_STAGE_020, APIGW_STAGE_021, APIGW_STAGE_022, APIGW_STAGE_030, PARAM_003, api, broken, route,
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

/// Checks the values of a request of `CreateStage`.
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

fn route_settings(settings: &Node<'_>, referred: &Referred, report: &mut Report) {
    for member in ["ThrottlingBurstLimit", "ThrottlingRateLimit"] {
        let Some(limit) = settings.get(member) else { continue };
        match limit.value().as_f64() {
            Some(number) if number < 0.0 => {
                let broken = broken!(APIGW_STAGE_020, "negative", given = limit.value().clone());
                report.add(limit.at(), broken);
            }
            Some(0.0) => report.warn(limit.at(), broken!(APIGW_STAGE_020, "zero")),
            _ => {}
        }
    }
    if ApiKind::of(referred, false) == ApiKind::WebSocket {
        return;
    }

    let logs = settings.text("LoggingLevel").is_some_and(|level| level != "OFF");
    for (member, is_set) in
        [("LoggingLevel", logs), ("DataTraceEnabled", settings.is_set("DataTraceEnabled"))]
    {
        let broken = || broken!(APIGW_STAGE_021, "web-socket-only");
        if is_set && is_known_http(referred) {
            report.add(&settings.place(member), broken());
        } else if is_set {
            report.warn(&settings.place(member), broken());
        }
    }
}

fn variables(request: &Node<'_>, report: &mut Report) {
    let variables = request.entries("StageVariables");
    if variables.len() > 100 {
        let broken = broken!(APIGW_STAGE_030, "too-many", count = variables.len(), most = 100);
        report.add(&request.place("StageVariables"), broken);
    }
    for (name, value) in variables {
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            report.add(value.at(), broken!(APIGW_STAGE_030, "invalid-name"));
        }
        // The value may be a secret, so no message has it.
        let Some(text) = value.as_text() else { continue };
        let taken = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b);
        if !(1..=2048).contains(&text.chars().count()) || !text.bytes().all(taken) {
            report.add(value.at(), broken!(APIGW_STAGE_030, "invalid-value"));
        }
    }
}
