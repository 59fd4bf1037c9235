//! Authorizers.

use super::is_web_socket;
use crate::report::Report;
use crate::request::bounds::{length, number};
use crate::request::shape::{Kind, Shape, TEXTS, may, must};
use crate::request::{Node, Referred};
use crate::rules::worded;
use crate::rules::{
    APIGW_AUTH_000, APIGW_AUTH_001, APIGW_AUTH_003, APIGW_AUTH_004, APIGW_AUTH_005, APIGW_AUTH_010,
    PARAM_003, Rule, api,
};

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
const JWT: Shape = Shape(&[may("Audience", TEXTS), may("Issuer", Kind::Text)]);

pub(crate) fn authorizer(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    length(request, "Name", 1..=128, &APIGW_AUTH_004, report);
    length(request, "AuthorizerUri", 1..=2048, &APIGW_AUTH_010, report);
    length(request, "IdentityValidationExpression", 0..=1024, &APIGW_AUTH_010, report);
    number(request, "AuthorizerResultTtlInSeconds", 0..=3600, &APIGW_AUTH_010, report);
    match (request.text("AuthorizerType"), is_web_socket(referred)) {
        (Some("JWT"), true) => {
            report.add(
                &request.place("AuthorizerType"),
                worded(&APIGW_AUTH_005, "is `JWT` on a WebSocket API"),
            );
        }
        (Some("JWT"), false) => jwt(request, report),
        (Some("REQUEST"), is_web_socket) => function(request, is_web_socket, report),
        _ => {}
    }
}

fn jwt(request: &Node<'_>, report: &mut Report) {
    let sources = request.items("IdentitySource");
    if request.value().get("IdentitySource").is_some_and(serde_json::Value::is_array) && sources.len() != 1 {
        let message = format!("names {} sources, and not one", sources.len());
        report.add(&request.place("IdentitySource"), worded(&APIGW_AUTH_003, message));
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

fn function(request: &Node<'_>, is_web_socket: bool, report: &mut Report) {
    let need = |member: &str, rule: &'static Rule, report: &mut Report| {
        if request.value().get(member).is_none() {
            report.add(
                &request.place(member),
                worded(rule, "is required for a request authorizer").with_fix(format!("set `{member}`")),
            );
        }
    };
    need("AuthorizerUri", &APIGW_AUTH_010, report);
    let sources = request.items("IdentitySource");
    if request.integer("AuthorizerResultTtlInSeconds").is_some_and(|seconds| seconds > 0)
        && sources.is_empty()
    {
        let message = "is empty, and answers are kept by it";
        report.add(&request.place("IdentitySource"), worded(&APIGW_AUTH_010, message));
    }
    if is_web_socket {
        return;
    }
    for source in sources {
        if let Some(text) = source.as_text() {
            report.field(&APIGW_AUTH_003, source.at(), api::function_source(text));
        }
    }
    need("AuthorizerPayloadFormatVersion", &APIGW_AUTH_010, report);
    let version = request.text("AuthorizerPayloadFormatVersion");
    let place = request.place("AuthorizerPayloadFormatVersion");
    if let Some(other) = version.filter(|version| !["1.0", "2.0"].contains(version)) {
        report.add(&place, worded(&APIGW_AUTH_010, format!("`{other}` is neither 1.0 nor 2.0")));
    } else if request.is_set("EnableSimpleResponses") && version == Some("1.0") {
        report.add(
            &request.place("EnableSimpleResponses"),
            worded(&APIGW_AUTH_010, "needs the payload format 2.0"),
        );
    }
}
