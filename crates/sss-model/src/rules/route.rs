//! Rules of routes: each by itself, and all routes of an API together.
//!
//! A path has segments. A segment is a literal text, a variable `{name}`, or, as the last one, `{name+}` for the rest
//! of the path. The rules between routes see the routes of all services, because they share one API:
//!
//! - No route key is used twice (APIGW-ROUTE-008).
//! - Paths that are equal up to a variable give it the same name (APIGW-ROUTE-009).
//! - Tokens and scopes need an authorizer (APIGW-ROUTE-004).
//! - A route for every method with a token also takes CORS preflight requests, and answers 401 (APIGW-CORS-007).
//! - `GET /{proxy+}` does not match `/` (APIGW-ROUTE-011).
//!
//! A *route key* is what API Gateway calls a route: `$default`, or a method in capitals, a space and a path.
//!
//! Each of them is checked by one function over all routes; [`inspect_all`] calls them. A request of `CreateRoute` has
//! one route and cannot be compared with others, so requests use functions on one route, such as [`key`] and
//! [`scopes`].

mod rewrite;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    APIGW_CORS_007, APIGW_QUOTA_001, APIGW_QUOTA_002, APIGW_QUOTA_003, APIGW_ROUTE_001, APIGW_ROUTE_002,
    APIGW_ROUTE_004, APIGW_ROUTE_005, APIGW_ROUTE_008, APIGW_ROUTE_009, APIGW_ROUTE_010, APIGW_ROUTE_011,
    STACK_008, broken,
};
use crate::api::Api;
use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::report::Report;
use crate::route::{Access, Authorization, DEFAULT_ROUTE, Method, Route, RouteAuthorizer};
use crate::service::Service;
use crate::stack::Stack;

/// Checks a route by itself. The path `$default` takes every method, so its route may not list any.
///
/// A route that requires no token (`authorizer = false`) cannot require scopes of one.
pub(crate) fn inspect(route: &Route, at: &Path, report: &mut Report) {
    if route.path == DEFAULT_ROUTE {
        if !route.methods.is_empty() {
            report.add(&at.key("methods"), broken!(APIGW_ROUTE_001, "methods-of-default"));
        }
    } else {
        if route.methods.is_empty() {
            report.add(&at.key("methods"), broken!(APIGW_ROUTE_001, "no-method"));
        }
        path(&route.path, &at.key("path"), report);
    }

    let place = at.key("scopes");
    scopes(route.scopes.iter().map(String::as_str), &place, report);
    if route.authorization == Some(Authorization::Iam) {
        let is_named =
            route.authorizer.as_ref().is_some_and(|authorizer| *authorizer != RouteAuthorizer::Open);
        let idle = [(&place, !route.scopes.is_empty()), (&at.key("authorizer"), is_named)];
        for (place, _) in idle.into_iter().filter(|(_, is_set)| *is_set) {
            report.add(place, broken!(APIGW_ROUTE_004, "signed"));
        }
    } else if route.authorizer == Some(RouteAuthorizer::Open) && !route.scopes.is_empty() {
        report.add(&place, broken!(APIGW_ROUTE_004, "open-route"));
    }
    if let Some(limits) = &route.throttling {
        report.inspect(limits, &at.key("throttling"));
    }
    rewrite::inspect(route, at, report);
}

/// Checks the scopes of a route.
///
/// Each scope has 1 to 64 characters, and a route has at most 10.
pub(crate) fn scopes<'a>(scopes: impl ExactSizeIterator<Item = &'a str>, at: &Path, report: &mut Report) {
    let count = scopes.len();
    if count > 10 {
        report.add(at, broken!(APIGW_ROUTE_005, "too-many", count = count, most = 10));
    }
    for (index, scope) in scopes.enumerate() {
        let place = at.index(index);
        match scope.chars().count() {
            0 => report.add(&place, broken!(APIGW_ROUTE_005, "empty")),
            1..=64 => {}
            length => report.add(&place, broken!(APIGW_ROUTE_005, "too-long", count = length, most = 64)),
        }
    }
}

/// The methods that a route key can have. `ANY` stands for all of them.
const METHODS: [Method; 8] = [
    Method::Any,
    Method::Delete,
    Method::Get,
    Method::Head,
    Method::Options,
    Method::Patch,
    Method::Post,
    Method::Put,
];

/// Checks a route key: `$default`, or a method and a path.
///
/// `TRACE` and methods in small letters are refused, as are the `$connect` routes of WebSocket APIs.
pub(crate) fn key(key: &str, at: &Path, report: &mut Report) {
    if key == DEFAULT_ROUTE {
        return;
    }
    match key.split_once(' ') {
        Some((method, rest)) if METHODS.iter().any(|known| known.as_str() == method) => {
            path(rest, at, report);
        }
        _ => report.add(at, broken!(APIGW_ROUTE_001, "not-a-key", given = key)),
    }
}

/// Returns whether a route key is meant for HTTP APIs: it begins with a method or with the slash of a path.
///
/// The keys of a WebSocket API are `$connect`, `$disconnect`, `$default` and any words that messages hold.
pub(crate) fn is_for_http(key: &str) -> bool {
    let key = key.trim_start();
    let first = key.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let methods = METHODS.iter().map(|method| method.as_str()).chain(["CONNECT", "TRACE"]);
    key.is_empty()
        || key.starts_with('/')
        || methods.into_iter().any(|method| first.eq_ignore_ascii_case(method))
}

/// Returns whether AWS takes a text as a route key.
///
/// Warnings do not count: AWS accepts such a key.
pub(crate) fn is_key(text: &str) -> bool {
    let mut report = Report::default();
    key(text, &Path::root(), &mut report);
    report.problems.iter().all(|problem| problem.severity != Severity::Error)
}

/// Returns whether a route takes every method, and so preflight requests too.
pub(crate) fn takes_preflights(key: &str) -> bool {
    key == DEFAULT_ROUTE || key.starts_with("ANY ")
}

/// Checks a path: it begins with `/`, and its segments are literal or variables.
///
/// A slash at the end and a wrong segment are two problems. The path `/` has no segment.
fn path(path: &str, at: &Path, report: &mut Report) {
    let Some(rest) = path.strip_prefix('/') else {
        report.add(at, broken!(APIGW_ROUTE_001, "no-slash", given = path));
        return;
    };
    if rest.is_empty() {
        return;
    }

    let segments = rest.strip_suffix('/').unwrap_or(rest);
    if segments.len() != rest.len() {
        report.add(at, broken!(APIGW_ROUTE_010, "ends-with-slash", path = path));
    }

    let last = segments.split('/').count() - 1;
    for (position, segment) in segments.split('/').enumerate() {
        match variable(segment) {
            Some((_, Reach::Rest)) if position != last => {
                report.add(at, broken!(APIGW_ROUTE_002, "not-last", segment = segment));
            }
            Some(_) => {}
            None if is_literal(segment) => {}
            None => report.add(at, broken!(APIGW_ROUTE_002, "invalid-segment", segment = segment)),
        }
    }
}

/// The part of a path that a variable matches: one segment, or the rest.
#[derive(PartialEq)]
enum Reach {
    Segment,
    Rest,
}

/// Returns the name of a variable, `{name}` or `{name+}`, and its reach.
///
/// `None` is a literal segment, or one with a wrong name.
fn variable(segment: &str) -> Option<(&str, Reach)> {
    let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
    let (name, reach) = match inner.strip_suffix('+') {
        Some(name) => (name, Reach::Rest),
        None => (inner, Reach::Segment),
    };
    is_literal(name).then_some((name, reach))
}

/// Returns whether a text can be a segment or the name of a variable: letters, digits and `.:_-`, at least one.
fn is_literal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".:_-".contains(&b))
}

/// A route of a service of the stack, and its path.
type Placed<'a> = (&'a Route, Path);

/// Checks the routes of all services against each other and against the API.
///
/// Problems of equal routes are at the later one: the first may stay.
pub(crate) fn inspect_all(stack: &Stack, at: &Path, report: &mut Report) {
    let services = stack.services.values();
    let routes: Vec<Placed<'_>> = services.flat_map(|service| placed(service, at)).collect();
    match &stack.api {
        None => without_api(stack, at, report),
        Some(api) => authorizers(api, &routes, report),
    }

    unique(&routes, report);
    roots(&routes, report);
    variables(&routes, report);
    preflights(stack, &routes, report);
    quotas(stack, &routes, at, report);
}

/// Reports routes of services in a stack without an API. One table mends them all, so they are one problem.
fn without_api(stack: &Stack, at: &Path, report: &mut Report) {
    let routed = stack.services.iter().filter(|(_, service)| !service.routes.is_empty());
    let mut places = routed.map(|(name, _)| at.key("services").key(name).key("routes"));
    if let Some(first) = places.next() {
        let problem = Problem::new(&first, broken!(STACK_008, "no-api"));
        report.problems.push(problem.also_at(places.collect()));
    }
}

/// Reports routes that require a token or scopes of an authorizer that the API does not have.
///
/// A route with scopes and `authorizer = false` is left to [`inspect`].
fn authorizers(api: &Api, routes: &[Placed<'_>], report: &mut Report) {
    for (route, place) in routes {
        match (route.access(api), &route.authorizer) {
            (Access::Unknown, Some(RouteAuthorizer::Named(name))) => {
                let broken = broken!(APIGW_ROUTE_004, "unknown-authorizer", name = name.as_str());
                report.add(&place.key("authorizer"), broken);
            }
            (Access::Unknown, _) => {
                report.add(&place.key("authorizer"), broken!(APIGW_ROUTE_004, "no-authorizer"));
            }
            (Access::Open, None) if !route.scopes.is_empty() => {
                report.add(&place.key("scopes"), broken!(APIGW_ROUTE_004, "no-authorizer"));
            }
            _ => {}
        }
    }
}

/// Reports more integrations than an API takes, and more routes than its quota.
///
/// The routes of a service share an integration, but for those that send another path. A route counts once for each
/// method.
fn quotas(stack: &Stack, routes: &[Placed<'_>], at: &Path, report: &mut Report) {
    let paths =
        |service: &Service| -> BTreeSet<_> { service.routes.iter().map(Route::forwarded_path).collect() };
    let integrations: usize = stack.services.values().map(|service| paths(service).len()).sum();
    if integrations > 300 {
        report.add(&at.key("services"), broken!(APIGW_QUOTA_002, "too-many", count = integrations));
    }
    let count: usize = routes.iter().map(|(route, _)| route.keys().len()).sum();
    if count > 300 {
        report.add(&at.key("services"), broken!(APIGW_QUOTA_001, "too-many", count = count));
    }
    let authorizers = stack.api.iter().flat_map(|api| api.all_authorizers(at)).count();
    if authorizers > 10 {
        let place = at.key("api").key("authorizers");
        report.add(&place, broken!(APIGW_QUOTA_003, "too-many", count = authorizers));
    }
}

/// Warns of routes that require a token of preflight requests: no browser sends one with them.
///
/// An open `OPTIONS` route for the rest of a path answers preflight requests; with one, there is no warning.
fn preflights(stack: &Stack, routes: &[Placed<'_>], report: &mut Report) {
    let Some(api) = stack.api.as_ref().filter(|api| api.cors.is_some()) else { return };
    let answered = |key: &str| key.starts_with("OPTIONS ") && key.ends_with("+}");
    let open = routes.iter().filter(|(route, _)| route.access(api) == Access::Open);
    if open.flat_map(|(route, _)| route.keys()).any(|key| answered(&key)) {
        return;
    }

    for (route, place) in routes {
        let keys = route.keys();
        let Some(key) = keys.iter().find(|key| takes_preflights(key)) else { continue };
        let route_key = key.as_str();
        match route.access(api) {
            Access::Open => {}
            Access::Iam => {
                report.add(&place.key("path"), broken!(APIGW_CORS_007, "needs-signature", route = route_key));
            }
            Access::Token { .. } | Access::Unknown => {
                report.add(&place.key("path"), broken!(APIGW_CORS_007, "needs-token", route = route_key));
            }
        }
    }
}

/// Returns the routes of a service with their paths.
fn placed<'a>(service: &'a Service, at: &Path) -> Vec<Placed<'a>> {
    let at = at.key("services").key(&service.name).key("routes");
    service.routes.iter().enumerate().map(|(index, route)| (route, at.index(index))).collect()
}

/// Reports route keys that two routes have.
///
/// A route with several methods has several keys, and each of them is compared.
fn unique(routes: &[Placed<'_>], report: &mut Report) {
    let mut seen = BTreeMap::new();
    for (route, place) in routes {
        for key in route.keys() {
            if let Some(first) = seen.insert(key.clone(), place) {
                let broken = broken!(APIGW_ROUTE_008, "same-route", route = key, first = first.as_str());
                report.add(&place.key("path"), broken);
            }
        }
    }
}

/// Warns of a route such as `GET /{proxy+}` if no route answers `GET /`.
///
/// `{proxy+}` needs at least one character. The routes `ANY /` and `$default` answer the root as well.
fn roots(routes: &[Placed<'_>], report: &mut Report) {
    let keys: BTreeSet<String> = routes.iter().flat_map(|(route, _)| route.keys()).collect();
    for (route, place) in routes.iter().filter(|(route, _)| is_rest_of_root(&route.path)) {
        let gets = |method: &&Method| matches!(method, Method::Get | Method::Any);
        let Some(method) = route.methods.iter().find(gets).map(|method| method.as_str()) else {
            continue;
        };
        let answers = [&format!("{method} /"), "ANY /", DEFAULT_ROUTE];
        if !answers.into_iter().any(|answer| keys.contains(answer)) {
            let path = route.path.as_str();
            report.add(&place.key("path"), broken!(APIGW_ROUTE_011, "no-root", method = method, path = path));
        }
    }
}

/// Returns whether a path is `/{name+}`.
fn is_rest_of_root(path: &str) -> bool {
    path.strip_prefix('/').and_then(variable).is_some_and(|(_, reach)| reach == Reach::Rest)
}

/// Checks that paths that are equal up to a variable give it the same name.
///
/// A variable of one segment and a variable of the rest of a path are different ones.
///
/// API Gateway refuses them across methods too.
fn variables(routes: &[Placed<'_>], report: &mut Report) {
    let mut seen: BTreeMap<String, (&str, &Path)> = BTreeMap::new();
    for (route, place) in routes {
        let mut level = String::new();
        for segment in route.path.split('/').skip(1) {
            level.push('/');
            let Some((name, reach)) = variable(segment) else {
                level.push_str(segment);
                continue;
            };

            let (sign, plus) = if reach == Reach::Rest { ("{+}", "+") } else { ("{}", "") };
            level.push_str(sign);

            let (first, at) = *seen.entry(level.clone()).or_insert((name, place));
            if first != name {
                let (other, first) = (format!("{{{name}{plus}}}"), format!("{{{first}{plus}}}"));
                let broken =
                    broken!(APIGW_ROUTE_009, "other-name", name = other, first = first, at = at.as_str());
                report.add(&place.key("path"), broken);
            }
        }
    }
}
