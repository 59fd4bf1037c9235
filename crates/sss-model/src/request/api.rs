//! API Gateway: HTTP APIs and what belongs to them.
//!
//! The operations of `apigatewayv2` serve two kinds of APIs, HTTP and WebSocket, and their members mean different
//! things for each. A stack has HTTP APIs only. A request may belong to either, so three cases are distinguished by
//! `ApiKind`:
//!
//! - The request of the API is referred to: its `ProtocolType` is the kind, and the rules of HTTP APIs are errors or do
//!   not apply.
//! - It is not referred to, but the request has values that only HTTP APIs have, such as the key `GET /orders`: the
//!   rules of HTTP APIs apply.
//! - Neither holds: a broken rule of HTTP APIs is advice (APIGW-API-007), because AWS may accept the request.
//!
//! `CreateApi` names its kind itself. `CreateVpcLink` needs no kind: a VPC link belongs to no API.
//!
//! API Gateway has no unique names and no client tokens. A second request with the same name creates a second API,
//! link, authorizer or integration, so no rule compares names. The children are in modules of their own: `authorizer`,
//! `integration` with `aws_service`, `route` and `stage`. Custom domain names are in `domain`.

mod authorizer;
mod aws_service;
mod domain;
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
pub(crate) use domain::{CREATE_API_MAPPING, CREATE_DOMAIN_NAME, api_mapping, domain_name};
pub(crate) use integration::{CREATE_INTEGRATION, integration};
pub(crate) use route::{CREATE_ROUTE, route};
pub(crate) use stage::{CREATE_STAGE, stage};

/// `CreateApi`: the name (APIGW-API-000) and the protocol (APIGW-API-003) are required.
///
/// `Target`, `RouteKey` and `CredentialsArn` belong to the quick creation, in which API Gateway creates an integration,
/// a route and the stage `$default` as well. `IpAddressType` is `ipv4` or `dualstack` (APIGW-API-006).
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
/// CORS of an HTTP API. Every member may be absent, and `AllowCredentials` is then `false`.
const CORS: Shape = Shape(&[
    may("AllowCredentials", Kind::Flag),
    may("AllowHeaders AllowMethods AllowOrigins ExposeHeaders", TEXTS),
    may("MaxAge", Kind::Integer),
]);

/// `CreateVpcLink`: the name (APIGW-VL-003) and the subnets (APIGW-VL-000) are required.
///
/// Subnets and security groups of a VPC link cannot be changed afterwards: `UpdateVpcLink` changes the name only.
pub(crate) const CREATE_VPC_LINK: Shape = Shape(&[
    must("Name", Kind::Text, &APIGW_VL_003),
    must("SubnetIds", TEXTS, &APIGW_VL_000),
    may("SecurityGroupIds", TEXTS),
    may("Tags", TEXT_BY_KEY),
]);

/// The expressions that can select routes of an HTTP API (APIGW-API-004). The first one is the default.
const ROUTE_SELECTIONS: [&str; 2] = ["$request.method $request.path", "${request.method} ${request.path}"];

/// The kind of the API that a request belongs to.
#[derive(Clone, Copy, PartialEq)]
enum ApiKind {
    /// Known from the API's request, or from a value that only HTTP APIs have.
    Http,
    /// Known from the API's request only: no value of a request proves it.
    WebSocket,
    /// Neither the request nor a referred one tells the kind.
    Unknown,
}

impl ApiKind {
    /// Returns the kind of the referred API, else `Http` if the caller found a value that fits no other kind.
    ///
    /// An API of an unknown `ProtocolType` counts as one that is not referred to.
    fn of(referred: &Referred, is_for_http: bool) -> Self {
        let api = referred.get(Operation::ApiGatewayCreateApi);
        match api.and_then(|api| api.text("ProtocolType")) {
            Some("WEBSOCKET") => ApiKind::WebSocket,
            Some("HTTP") => ApiKind::Http,
            _ if is_for_http => ApiKind::Http,
            _ => ApiKind::Unknown,
        }
    }

    /// Checks the rules that HTTP APIs alone have.
    ///
    /// For a WebSocket API they do not apply. For an API of unknown kind, each error becomes advice at the same path
    /// that names the rule. Warnings are left out: they would be doubts about a doubt.
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

/// Checks the values of a request of `CreateApi`.
///
/// Members of both kinds of APIs, in characters:
///
/// - `Name` 1 to 128 (APIGW-API-001), `Description` 0 to 1024 and `Version` 1 to 64 (both APIGW-API-002).
/// - `Target` 1 to 2048 (APIGW-INT-041), because it becomes the URI of an integration.
/// - `Tags` by the rules of API Gateway.
///
/// A WebSocket API has no CORS (APIGW-CORS-006) and needs a `RouteSelectionExpression`. An HTTP API needs none, and has
/// only those of `ROUTE_SELECTIONS` (APIGW-API-004). Its `RouteKey` is checked like that of a route, and its CORS by
/// APIGW-CORS-001 to 005.
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

/// Checks CORS of an HTTP API.
///
/// - `AllowOrigins`: each is `scheme://host[:port]`, `*`, `http://*` or `https://*` (APIGW-CORS-002). API Gateway
///   refuses `*` beside `AllowCredentials` (APIGW-CORS-001; aws-cdk#9076). CORS without origins is accepted and has no
///   effect, so APIGW-CORS-005 is a warning.
/// - `AllowMethods`, `AllowHeaders`, `ExposeHeaders`: names of HTTP, methods with at most 64 characters
///   (APIGW-CORS-003). API Gateway accepts `*` beside credentials here, but browsers take it for a name, so that is a
///   warning.
/// - `MaxAge`: -1 to 86400 seconds (APIGW-CORS-004).
///
/// Origins that are not a list are left to the shape; they would seem to be absent here.
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
///
/// - `Name`: 1 to 128 characters (APIGW-VL-003).
/// - `SubnetIds`: 1 to 10 ids. API Gateway refuses an empty list (`SubnetIds for a vpc link cannot be empty`); that is
///   APIGW-VL-000, and more than 10 break APIGW-VL-001.
/// - `SecurityGroupIds`: may be absent. More than 16 break APIGW-VL-002. From 6 to 16 it is a warning, because the
///   quota of groups per network interface is 5 until AWS raises it.
/// - Each id has the form of EC2 (EC2-ID-001). Whether the account has it is not checked.
///
/// The zone of a subnet is a fact of the account: API Gateway has no VPC links in some zones, and refuses the request
/// there.
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

/// Checks the form of each id in a list; `what` names the object in the message.
fn ids(request: &Node<'_>, member: &str, kind: &str, what: &str, report: &mut Report) {
    for id in request.items(member) {
        if let Some(text) = id.as_text() {
            report.field(&EC2_ID_001, id.at(), network::id(text, kind, what));
        }
    }
}
