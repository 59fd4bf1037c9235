//! Authorizers: checks of `CreateAuthorizer`.
//!
//! An authorizer is of type `JWT`, with an issuer and audiences, or of type `REQUEST`, with a function of Lambda. Only
//! HTTP APIs have JWT authorizers (APIGW-AUTH-005). The types share few members, so each has a function here.
//!
//! API Gateway reads `<issuer>/.well-known/openid-configuration` when a JWT authorizer is created, and refuses an
//! issuer that does not answer. The check makes no call, so it judges the form of the issuer only.
//!
//! An authorizer of a WebSocket API reads `route.request.…` where one of an HTTP API reads `$request.…`. So an identity
//! source that begins with `$` shows that the API is an HTTP API.

use super::ApiKind;
use crate::report::Report;
use crate::request::bounds::{length, number};
use crate::request::shape::{Kind, Shape, TEXTS, may, must};
use crate::request::{Node, Referred};
use crate::rules::{
    APIGW_AUTH_000, APIGW_AUTH_001, APIGW_AUTH_003, APIGW_AUTH_004, APIGW_AUTH_005, APIGW_AUTH_010,
    PARAM_003, api, broken,
};

/// `CreateAuthorizer`: the API (PARAM-003), the name, the type and the identity sources are required.
///
/// AWS's model requires `IdentitySource` for both types; it may be an empty list for a function.
pub(crate) const CREATE_AUTHORIZER: Shape = Shape(&[
    must("ApiId", Kind::Text, &PARAM_003),
    must("Name", Kind::Text, &APIGW_AUTH_004),
    must("AuthorizerType", Kind::Choice(&APIGW_AUTH_005, &["REQUEST", "JWT"]), &APIGW_AUTH_005),
    must("IdentitySource", TEXTS, &APIGW_AUTH_003),
    may("AuthorizerCredentialsArn AuthorizerPayloadFormatVersion AuthorizerUri", Kind::Text),
    may("IdentityValidationExpression", Kind::Text),
    may("AuthorizerResultTtlInSeconds", Kind::Integer),
    may("EnableSimpleResponses", Kind::Flag),
    may("JwtConfiguration", Kind::Structure(&JWT)),
]);
/// The settings of a JWT authorizer. The model requires neither, and API Gateway requires both.
const JWT: Shape = Shape(&[may("Audience", TEXTS), may("Issuer", Kind::Text)]);

/// The versions of the payload format that a function of an HTTP API can get.
const FORMATS: [&str; 2] = ["1.0", "2.0"];

/// Checks the values of a request of `CreateAuthorizer`.
///
/// Members of both types:
///
/// - `Name`: 1 to 128 characters (APIGW-AUTH-004).
/// - `AuthorizerUri`: 1 to 2048 characters, `IdentityValidationExpression`: at most 1024 (both APIGW-AUTH-010).
/// - `AuthorizerResultTtlInSeconds`: 0 to 3600 seconds; 0 keeps no answer (APIGW-AUTH-010).
///
/// A type that the shape refuses has no further problem.
pub(crate) fn authorizer(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    length(request, "Name", 1..=128, &APIGW_AUTH_004, report);
    length(request, "AuthorizerUri", 1..=2048, &APIGW_AUTH_010, report);
    length(request, "IdentityValidationExpression", 0..=1024, &APIGW_AUTH_010, report);
    number(request, "AuthorizerResultTtlInSeconds", 0..=3600, &APIGW_AUTH_010, report);

    let has_source = |start: &str| request.texts("IdentitySource").iter().any(|text| text.starts_with(start));
    let api = ApiKind::of(referred, request.text("AuthorizerType") == Some("JWT") || has_source("$"));
    match (request.text("AuthorizerType"), api) {
        (Some("JWT"), ApiKind::WebSocket) => {
            report.add(&request.place("AuthorizerType"), broken!(APIGW_AUTH_005, "web-socket"));
        }
        (Some("JWT"), _) => jwt(request, report),
        (Some("REQUEST"), api) => function(request, api, report),
        _ => {}
    }
}

/// Checks a JWT authorizer.
///
/// - `IdentitySource`: exactly one, and a header or a query parameter of the request (APIGW-AUTH-003).
/// - `JwtConfiguration` with `Issuer`: required (APIGW-AUTH-000). The issuer is an `https://` URL of at most 2048
///   characters (APIGW-AUTH-001).
/// - An issuer that tokens rarely have in `iss` is a warning (APIGW-AUTH-006): API Gateway accepts it, and then every
///   request gets 401.
/// - `Audience`: 1 to 50, none of them empty (APIGW-AUTH-002).
///
/// Members that are there but of a wrong type are not reported as absent.
fn jwt(request: &Node<'_>, report: &mut Report) {
    let sources = request.items("IdentitySource");
    if request.value().get("IdentitySource").is_some_and(serde_json::Value::is_array) && sources.len() != 1 {
        let broken = broken!(APIGW_AUTH_003, "not-one", count = sources.len());
        report.add(&request.place("IdentitySource"), broken);
    }
    for source in sources {
        if let Some(text) = source.as_text() {
            report.field(&APIGW_AUTH_003, source.at(), api::identity_source(text));
        }
    }

    let Some(jwt) = request.get("JwtConfiguration") else {
        if request.value().get("JwtConfiguration").is_none() {
            request.lacks("JwtConfiguration", &APIGW_AUTH_000, report);
        }
        return;
    };

    match jwt.text("Issuer") {
        Some(issuer) => {
            let place = jwt.place("Issuer");
            report.field(&APIGW_AUTH_001, &place, api::issuer(issuer));
            api::issuer_doubts(issuer, &place, report);
        }
        None if jwt.value().get("Issuer").is_some() => {}
        None => jwt.lacks("Issuer", &APIGW_AUTH_000, report),
    }

    if jwt.value().get("Audience").is_none_or(serde_json::Value::is_array) {
        api::audience(jwt.texts("Audience").into_iter(), &jwt.place("Audience"), report);
    }
}

/// Checks an authorizer that is a function, for an API of any kind.
///
/// `AuthorizerUri` is required. An authorizer that keeps answers for more than 0 seconds keeps them by identity source,
/// so it needs one (both APIGW-AUTH-010).
fn function(request: &Node<'_>, api: ApiKind, report: &mut Report) {
    if request.value().get("AuthorizerUri").is_none() {
        request.lacks("AuthorizerUri", &APIGW_AUTH_010, report);
    }
    let sources = request.items("IdentitySource");
    if request.integer("AuthorizerResultTtlInSeconds").is_some_and(|seconds| seconds > 0)
        && sources.is_empty()
    {
        report.add(&request.place("IdentitySource"), broken!(APIGW_AUTH_010, "no-source"));
    }
    api.http_rules(report, |report| of_http(request, report));
}

/// Checks the values that a function of an HTTP API has in its own way.
///
/// - `IdentitySource`: a header, a query parameter, a `$context` or a `$stageVariables` variable (APIGW-AUTH-003).
///   Several are allowed.
/// - `AuthorizerPayloadFormatVersion`: required, `1.0` or `2.0` (APIGW-AUTH-010).
/// - `EnableSimpleResponses`: needs the format 2.0, because 1.0 answers with a policy of IAM.
fn of_http(request: &Node<'_>, report: &mut Report) {
    for source in request.items("IdentitySource") {
        if let Some(text) = source.as_text() {
            report.field(&APIGW_AUTH_003, source.at(), api::function_source(text));
        }
    }

    if request.value().get("AuthorizerPayloadFormatVersion").is_none() {
        request.lacks("AuthorizerPayloadFormatVersion", &APIGW_AUTH_010, report);
    }
    let version = request.text("AuthorizerPayloadFormatVersion");
    let place = request.place("AuthorizerPayloadFormatVersion");
    if let Some(other) = version.filter(|version| !FORMATS.contains(version)) {
        let broken = broken!(APIGW_AUTH_010, "unknown-choice", given = other, choices = FORMATS.to_vec());
        report.add(&place, broken);
    } else if request.is_set("EnableSimpleResponses") && version == Some("1.0") {
        report.add(&request.place("EnableSimpleResponses"), broken!(APIGW_AUTH_010, "simple-answers"));
    }
}
