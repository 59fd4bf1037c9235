//! Routes: checks of `CreateRoute`.
//!
//! A *route key* selects the requests of a route. On an HTTP API it is `$default`, or a method in capitals, one space
//! and a path; a WebSocket API has `$connect`, `$disconnect`, `$default` and any words of its own. So a method or a
//! path in the key shows the kind of the API.
//!
//! The check sees one route. Whether another route of the API has the same key (APIGW-ROUTE-008), or another name for
//! the same variable (APIGW-ROUTE-009), is a rule on stacks.

use super::ApiKind;
use crate::report::Report;
use crate::request::bounds::length;
use crate::request::shape::{Kind, Shape, TEXT_BY_KEY, TEXTS, may, must};
use crate::request::{Node, Operation, Referred};
use crate::rules::{
    APIGW_CORS_007, APIGW_ROUTE_000, APIGW_ROUTE_003, APIGW_ROUTE_004, APIGW_ROUTE_006, APIGW_ROUTE_007,
    PARAM_003, broken, route as rules,
};

/// `CreateRoute`: the API (PARAM-003) and the key (APIGW-ROUTE-000) are required.
///
/// `AuthorizationType` is `NONE` by default, and a word of APIGW-ROUTE-004. `ApiKeyRequired`, request models and
/// request parameters are for WebSocket APIs.
pub(crate) const CREATE_ROUTE: Shape = Shape(&[
    must("ApiId", Kind::Text, &PARAM_003),
    must("RouteKey", Kind::Text, &APIGW_ROUTE_000),
    may("AuthorizerId ModelSelectionExpression OperationName", Kind::Text),
    may("RouteResponseSelectionExpression Target", Kind::Text),
    may("ApiKeyRequired", Kind::Flag),
    may("AuthorizationScopes", TEXTS),
    may("AuthorizationType", Kind::Choice(&APIGW_ROUTE_004, &["NONE", "AWS_IAM", "CUSTOM", "JWT"])),
    may("RequestModels", TEXT_BY_KEY),
    may("RequestParameters", Kind::Map(&Kind::Structure(&Shape(&[may("Required", Kind::Flag)])))),
]);

/// Checks the values of a request of `CreateRoute`.
///
/// - `OperationName`: 1 to 64 characters (APIGW-ROUTE-007).
/// - `Target`: `integrations/` and an id, at most 128 characters together (APIGW-ROUTE-006). The shape allows a route
///   without a target.
/// - The authorization, for both kinds of APIs.
///
/// The kind of the API is HTTP if the authorization type is `JWT` or the key has a method or a path.
pub(crate) fn route(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    length(request, "OperationName", 1..=64, &APIGW_ROUTE_007, report);
    if let Some(target) = request.text("Target") {
        let id = target.strip_prefix("integrations/");
        let is_id = |id: &str| !id.is_empty() && !id.contains(|c: char| c == '/' || c.is_whitespace());
        if !id.is_some_and(is_id) || target.chars().count() > 128 {
            let broken = broken!(APIGW_ROUTE_006, "not-an-integration", given = target);
            report.add(&request.place("Target"), broken);
        }
    }

    authorization(request, report);

    let is_for_http = request.text("AuthorizationType") == Some("JWT")
        || request.text("RouteKey").is_some_and(rules::is_for_http);
    let api = ApiKind::of(referred, is_for_http);
    api.http_rules(report, |report| of_http(request, referred, report));
}

/// Checks the values that a route of an HTTP API has in its own way.
///
/// - `ApiKeyRequired`: cannot be `true` (APIGW-ROUTE-003).
/// - `RouteKey`: the grammar of keys and paths (APIGW-ROUTE-001, 002 and 010). `TRACE` and small letters are refused.
/// - A route for every method that requires a token, on a referred API with CORS, is a warning (APIGW-CORS-007): it
///   also gets the preflight requests of browsers, which have no token, and answers 401.
fn of_http(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    if request.is_set("ApiKeyRequired") {
        report.add(&request.place("ApiKeyRequired"), broken!(APIGW_ROUTE_003, "api-key"));
    }
    let Some(key) = request.text("RouteKey") else { return };
    rules::key(key, &request.place("RouteKey"), report);

    let api = referred.get(Operation::ApiGatewayCreateApi);
    let has_cors = api.is_some_and(|api| api.has("CorsConfiguration"));
    let asks = request.text("AuthorizationType").is_some_and(|kind| kind != "NONE");
    if has_cors && asks && rules::takes_preflights(key) {
        report.add(&request.place("RouteKey"), broken!(APIGW_CORS_007, "needs-token", route = key));
    }
}

/// Checks the authorization of a route.
///
/// - `AuthorizationScopes`: at most 10, each of 1 to 64 characters (APIGW-ROUTE-005), and only with the type `JWT`
///   (APIGW-ROUTE-004).
/// - `AuthorizerId`: required for `JWT` and `CUSTOM` (APIGW-ROUTE-004). With another type it has no effect, which is a
///   warning.
///
/// A type that cannot be read is not taken for the default `NONE`: the checks that depend on it do not run.
fn authorization(request: &Node<'_>, report: &mut Report) {
    let place = request.place("AuthorizationScopes");
    rules::scopes(request.texts("AuthorizationScopes").into_iter(), &place, report);

    let Some(kind) = request.text_or("AuthorizationType", "NONE") else { return };
    let asks_authorizer = ["JWT", "CUSTOM"].contains(&kind);
    let has_authorizer = request.has("AuthorizerId") && request.text("AuthorizerId") != Some("");
    if asks_authorizer && !has_authorizer {
        report.add(&request.place("AuthorizerId"), broken!(APIGW_ROUTE_004, "required", kind = kind));
    } else if !asks_authorizer && has_authorizer {
        report.warn(&request.place("AuthorizerId"), broken!(APIGW_ROUTE_004, "idle", kind = kind));
    }
    if kind != "JWT" && !request.items("AuthorizationScopes").is_empty() {
        report.add(&place, broken!(APIGW_ROUTE_004, "needs-jwt", kind = kind));
    }
}
