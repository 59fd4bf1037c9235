//! Routes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    APIGW_CORS_007, APIGW_QUOTA_001, APIGW_QUOTA_002, APIGW_ROUTE_001, APIGW_ROUTE_002, APIGW_ROUTE_004,
    APIGW_ROUTE_005, APIGW_ROUTE_008, APIGW_ROUTE_009, APIGW_ROUTE_010, APIGW_ROUTE_011, STACK_008,
};
use crate::path::Path;
use crate::problem::Severity;
use crate::report::Report;
use crate::route::{DEFAULT_ROUTE, Method, Route};
use crate::rules::worded;
use crate::service::Service;
use crate::stack::Stack;

/// The rules of a route by itself.
pub(crate) fn inspect(route: &Route, at: &Path, report: &mut Report) {
    if route.path == DEFAULT_ROUTE {
        if !route.methods.is_empty() {
            report.add(
                &at.key("methods"),
                worded(&APIGW_ROUTE_001, "stands beside the path `$default`, which takes all"),
            );
        }
    } else {
        if route.methods.is_empty() {
            report.add(&at.key("methods"), worded(&APIGW_ROUTE_001, "names no method"));
        }
        path(&route.path, &at.key("path"), report);
    }
    let place = at.key("scopes");
    scopes(route.scopes.iter().map(String::as_str), &place, report);
    if route.authorizer == Some(false) && !route.scopes.is_empty() {
        report.add(&place, worded(&APIGW_ROUTE_004, "the route has `authorizer = false`"));
    }
}

/// The rule on the scopes of a route.
pub(crate) fn scopes<'a>(scopes: impl ExactSizeIterator<Item = &'a str>, at: &Path, report: &mut Report) {
    let count = scopes.len();
    if count > 10 {
        report.add(at, worded(&APIGW_ROUTE_005, format!("names {count} scopes")));
    }
    for (index, scope) in scopes.enumerate() {
        let length = scope.chars().count();
        if !(1..=64).contains(&length) {
            report.add(&at.index(index), worded(&APIGW_ROUTE_005, format!("has {length} characters")));
        }
    }
}

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

/// The rules of a route key: `$default`, or a method and a path.
pub(crate) fn key(key: &str, at: &Path, report: &mut Report) {
    if key == DEFAULT_ROUTE {
        return;
    }
    match key.split_once(' ') {
        Some((method, rest)) if METHODS.iter().any(|known| known.as_str() == method) => {
            path(rest, at, report);
        }
        _ => {
            report.add(
                at,
                worded(&APIGW_ROUTE_001, format!("`{key}` is neither `$default` nor a method and a path")),
            );
        }
    }
}

/// Whether a text is a route key that AWS takes.
pub(crate) fn is_key(text: &str) -> bool {
    let mut report = Report::default();
    key(text, &Path::root(), &mut report);
    report.problems.iter().all(|problem| problem.severity != Severity::Error)
}

/// Whether a route takes every method, preflights among them.
pub(crate) fn takes_preflights(key: &str) -> bool {
    key == DEFAULT_ROUTE || key.starts_with("ANY ")
}

fn path(path: &str, at: &Path, report: &mut Report) {
    let Some(rest) = path.strip_prefix('/') else {
        report.add(at, worded(&APIGW_ROUTE_001, format!("`{path}` does not begin with `/`")));
        return;
    };
    if rest.is_empty() {
        return;
    }
    let segments = rest.strip_suffix('/').unwrap_or(rest);
    if segments.len() != rest.len() {
        report.add(at, worded(&APIGW_ROUTE_010, format!("`{path}` ends with `/`")));
    }
    let last = segments.split('/').count() - 1;
    for (position, segment) in segments.split('/').enumerate() {
        match variable(segment) {
            Some((_, Reach::Rest)) if position != last => {
                report.add(at, worded(&APIGW_ROUTE_002, format!("`{segment}` is not the last segment")));
            }
            Some(_) => {}
            None if is_literal(segment) => {}
            None => {
                report.add(
                    at,
                    worded(&APIGW_ROUTE_002, format!("`{segment}` is neither literal nor a variable")),
                );
            }
        }
    }
}

#[derive(PartialEq)]
enum Reach {
    Segment,
    Rest,
}

/// `{name}` or `{name+}`.
fn variable(segment: &str) -> Option<(&str, Reach)> {
    let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
    let (name, reach) = match inner.strip_suffix('+') {
        Some(name) => (name, Reach::Rest),
        None => (inner, Reach::Segment),
    };
    is_literal(name).then_some((name, reach))
}

fn is_literal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".:_-".contains(&b))
}

/// A route of a service of the stack, and where it stands.
type Placed<'a> = (&'a Route, Path);

/// The rules between the routes of all services, and between them and the API.
pub(crate) fn inspect_all(stack: &Stack, at: &Path, report: &mut Report) {
    let services = stack.services.values();
    let routes: Vec<Placed<'_>> = services.flat_map(|service| placed(service, at)).collect();
    let has_authorizer = stack.api.as_ref().is_some_and(|api| api.authorizer.is_some());
    if stack.api.is_none() {
        for (name, service) in &stack.services {
            if !service.routes.is_empty() {
                let place = at.key("services").key(name).key("routes");
                report.add(&place, worded(&STACK_008, "the stack has no API"));
            }
        }
    } else if !has_authorizer {
        for (route, place) in &routes {
            if route.authorizer == Some(true) {
                report.add(&place.key("authorizer"), worded(&APIGW_ROUTE_004, "the API has no authorizer"));
            } else if route.authorizer.is_none() && !route.scopes.is_empty() {
                report.add(&place.key("scopes"), worded(&APIGW_ROUTE_004, "the API has no authorizer"));
            }
        }
    }
    unique(&routes, report);
    roots(&routes, report);
    variables(&routes, report);
    preflights(stack, &routes, report);
    let integrations = stack.services.values().filter(|service| !service.routes.is_empty()).count();
    if integrations > 300 {
        report.add(
            &at.key("services"),
            worded(&APIGW_QUOTA_002, format!("{integrations} services have routes")),
        );
    }
    let count: usize = routes.iter().map(|(route, _)| route.keys().len()).sum();
    if count > 300 {
        report
            .add(&at.key("services"), worded(&APIGW_QUOTA_001, format!("the services make {count} routes")));
    }
}

/// Routes that take preflights and ask them for a token, which no browser sends with them.
fn preflights(stack: &Stack, routes: &[Placed<'_>], report: &mut Report) {
    if !stack.api.as_ref().is_some_and(|api| api.cors.is_some() && api.authorizer.is_some()) {
        return;
    }
    let answered = |key: &str| key.starts_with("OPTIONS ") && key.ends_with("+}");
    let open = routes.iter().filter(|(route, _)| route.authorizer == Some(false));
    if open.flat_map(|(route, _)| route.keys()).any(|key| answered(&key)) {
        return;
    }
    for (route, place) in routes.iter().filter(|(route, _)| route.authorizer != Some(false)) {
        if let Some(key) = route.keys().iter().find(|key| takes_preflights(key)) {
            report.add(
                &place.key("path"),
                worded(&APIGW_CORS_007, format!("`{key}` asks preflights for a token")),
            );
        }
    }
}

fn placed<'a>(service: &'a Service, at: &Path) -> Vec<Placed<'a>> {
    let at = at.key("services").key(&service.name).key("routes");
    service.routes.iter().enumerate().map(|(index, route)| (route, at.index(index))).collect()
}

fn unique(routes: &[Placed<'_>], report: &mut Report) {
    let mut seen = BTreeMap::new();
    for (route, place) in routes {
        for key in route.keys() {
            if let Some(first) = seen.insert(key.clone(), place) {
                let message = format!("`{key}` stands at {first} already");
                report.add(&place.key("path"), worded(&APIGW_ROUTE_008, message));
            }
        }
    }
}

/// `GET /{proxy+}` that leaves `GET /` unanswered.
fn roots(routes: &[Placed<'_>], report: &mut Report) {
    let keys: BTreeSet<String> = routes.iter().flat_map(|(route, _)| route.keys()).collect();
    for (route, place) in routes.iter().filter(|(route, _)| is_rest_of_root(&route.path)) {
        let gets = |method: &&Method| matches!(method, Method::Get | Method::Any);
        let Some(method) = route.methods.iter().find(gets).map(|method| method.as_str()) else {
            continue;
        };
        let answers = [&format!("{method} /"), "ANY /", DEFAULT_ROUTE];
        if !answers.into_iter().any(|answer| keys.contains(answer)) {
            let message =
                format!("`{method} {}` is every path but `/`, and nothing answers that", route.path);
            report.add(&place.key("path"), worded(&APIGW_ROUTE_011, message));
        }
    }
}

/// Whether a path is `/{name+}`.
fn is_rest_of_root(path: &str) -> bool {
    path.strip_prefix('/').and_then(variable).is_some_and(|(_, reach)| reach == Reach::Rest)
}

/// Two paths that are equal up to a variable, which has another name in each. Variables of a segment and of the rest of a
/// path are told apart.
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
                let message = format!("`{{{name}{plus}}}` is called `{{{first}{plus}}}` at {at}");
                report.add(&place.key("path"), worded(&APIGW_ROUTE_009, message));
            }
        }
    }
}
