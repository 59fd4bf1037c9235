//! API Gateway: HTTP APIs and what belongs to them.

mod authorizer;
mod aws_service;
mod integration;
mod route;
mod stage;

use serde_json::Value;

use super::bounds::{count, length, number};
use super::shape::{Kind, Shape, TEXT_BY_KEY, TEXTS, may, must};
use super::tags::{self, Service};
use super::{Node, Operation, Referred};
use crate::problem::Severity;
use crate::report::Report;
use crate::rules::api::cors;
use crate::rules::{
    APIGW_API_000, APIGW_API_001, APIGW_API_002, APIGW_API_003, APIGW_API_004, APIGW_API_006, APIGW_API_007,
    APIGW_CORS_004, APIGW_CORS_006, APIGW_INT_041, APIGW_VL_000, APIGW_VL_001, APIGW_VL_003, EC2_ID_001, api,
    broken, network, route as route_rules,
};

pub(crate) use authorizer::{CREATE_AUTHORIZER, authorizer};
pub(crate) use integration::{CREATE_INTEGRATION, integration};
pub(crate) use route::{CREATE_ROUTE, route};
pub(crate) use stage::{CREATE_STAGE, stage};

pub(crate) const CREATE_API: Shape = Shape(&[
    must("Name", Kind::Text, &APIGW_API_000),
    must("ProtocolType", Kind::Choice(&APIGW_API_003, &["HTTP", "WEBSOCKET"]), &APIGW_API_003),
    may("ApiKeySelectionExpression CredentialsArn Description RouteKey", Kind::Text),
    may("RouteSelectionExpression Target Version", Kind::Text),
    may("CorsConfiguration", Kind::Structure(&CORS)),
    may("DisableSchemaValidation DisableExecuteApiEndpoint", Kind::Flag),
    may("IpAddressType", Kind::Choice(&APIGW_API_006, &["ipv4", "dualstack"])),
    may("Tags", TEXT_BY_KEY),
]);
const CORS: Shape = Shape(&[
    may("AllowCredentials", Kind::Flag),
    may("AllowHeaders AllowMethods AllowOrigins ExposeHeaders", TEXTS),
    may("MaxAge", Kind::Integer),
]);

pub(crate) const CREATE_VPC_LINK: Shape = Shape(&[
    must("Name", Kind::Text, &APIGW_VL_003),
    must("SubnetIds", TEXTS, &APIGW_VL_000),
    may("SecurityGroupIds", TEXTS),
    may("Tags", TEXT_BY_KEY),
]);

/// The expressions that can select routes of an HTTP API.
const ROUTE_SELECTIONS: [&str; 2] = ["$request.method $request.path", "${request.method} ${request.path}"];

/// The kind of the API that a request belongs to.
#[derive(Clone, Copy, PartialEq)]
enum ApiKind {
    Http,
    WebSocket,
    /// Neither the request nor a referred one tells the kind.
    Unknown,
}

impl ApiKind {
    /// Returns the kind that the referred API has, else `Http` if the request fits no other kind.
    fn of(referred: &Referred, is_for_http: bool) -> Self {
        let api = referred.get(Operation::ApiGatewayCreateApi);
        match api.and_then(|api| api.text("ProtocolType")) {
            Some("WEBSOCKET") => ApiKind::WebSocket,
            Some("HTTP") => ApiKind::Http,
            _ if is_for_http => ApiKind::Http,
            _ => ApiKind::Unknown,
        }
    }

    /// Checks the rules that HTTP APIs alone have. For an API of unknown kind, a broken one is only advice.
    fn http_rules(self, report: &mut Report, check: impl FnOnce(&mut Report)) {
        match self {
            ApiKind::WebSocket => {}
            ApiKind::Http => check(report),
            ApiKind::Unknown => {
                let mut found = Report::default();
                check(&mut found);
                for problem in found.problems.iter().filter(|problem| problem.severity == Severity::Error) {
                    report.advise(&problem.path, broken!(APIGW_API_007, "unknown-kind", rule = problem.rule));
                }
            }
        }
    }
}

/// Whether an API is known to be an HTTP API.
fn is_known_http(referred: &Referred) -> bool {
    ApiKind::of(referred, false) == ApiKind::Http
}

/// Checks the values of a request of `CreateApi`.
pub(crate) fn http_api(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    length(request, "Name", 1..=128, &APIGW_API_001, report);
    request.check_text("Description", &APIGW_API_002, api::description, report);
    length(request, "Version", 1..=64, &APIGW_API_002, report);
    length(request, "Target", 1..=2048, &APIGW_INT_041, report);
    tags::of_map(request, "Tags", Service::ApiGateway, report);

    let cors = request.get("CorsConfiguration");
    let selection = request.text("RouteSelectionExpression");
    let at = request.place("RouteSelectionExpression");
    if request.text("ProtocolType") == Some("WEBSOCKET") {
        if let Some(cors) = cors {
            report.add(cors.at(), broken!(APIGW_CORS_006, "web-socket"));
        }
        if !request.has("RouteSelectionExpression") {
            report.add(&at, broken!(APIGW_API_004, "required"));
        }
        return;
    }

    if let Some(other) = selection.filter(|selection| !ROUTE_SELECTIONS.contains(selection)) {
        report.add(&at, broken!(APIGW_API_004, "other-expression", given = other));
    }
    if let Some(key) = request.text("RouteKey") {
        route_rules::key(key, &request.place("RouteKey"), report);
    }
    if let Some(cors) = cors {
        inspect_cors(&cors, report);
    }
}

fn inspect_cors(node: &Node<'_>, report: &mut Report) {
    let credentials = node.is_set("AllowCredentials");
    if node.value().get("AllowOrigins").is_none_or(Value::is_array) {
        cors::origins(
            node.texts("AllowOrigins").into_iter(),
            credentials,
            &node.place("AllowOrigins"),
            report,
        );
    }
    for method in node.items("AllowMethods") {
        if let Some(text) = method.as_text() {
            cors::method(text, credentials, method.at(), report);
        }
    }
    for member in ["AllowHeaders", "ExposeHeaders"] {
        for header in node.items(member) {
            if let Some(text) = header.as_text() {
                cors::header(text, credentials, header.at(), report);
            }
        }
    }
    number(node, "MaxAge", -1..=86400, &APIGW_CORS_004, report);
}

/// Checks the values of a request of `CreateVpcLink`.
pub(crate) fn vpc_link(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    length(request, "Name", 1..=128, &APIGW_VL_003, report);
    let rule = if request.items("SubnetIds").is_empty() { &APIGW_VL_000 } else { &APIGW_VL_001 };
    count(request, "SubnetIds", 1..=10, rule, report);
    ids(request, "SubnetIds", "subnet", "a subnet", report);
    let groups = request.items("SecurityGroupIds").len();
    network::link_groups(groups, &request.place("SecurityGroupIds"), report);
    ids(request, "SecurityGroupIds", "sg", "a security group", report);
    tags::of_map(request, "Tags", Service::ApiGateway, report);
}

fn ids(request: &Node<'_>, member: &str, kind: &str, what: &str, report: &mut Report) {
    for id in request.items(member) {
        if let Some(text) = id.as_text() {
            report.field(&EC2_ID_001, id.at(), network::id(text, kind, what));
        }
    }
}
