//! The path that a service gets in place of the path of the request.

use super::{Reach, is_literal, variable};
use crate::path::Path;
use crate::report::Report;
use crate::route::{DEFAULT_ROUTE, Route};
use crate::rules::{APIGW_ROUTE_012, broken};

/// The most characters of the value of a parameter.
const LONGEST: usize = 512;

/// Checks `strip_prefix` and `rewrite` of a route.
///
/// A prefix has whole segments of the route's path. A new path has literal segments and variables of that path; API
/// Gateway finds the end of a variable's name by its characters, so these are letters, digits and `_`.
pub(super) fn inspect(route: &Route, at: &Path, report: &mut Report) {
    // A path without a slash is a problem of its own.
    if route.path != DEFAULT_ROUTE && !route.path.starts_with('/') {
        return;
    }
    if let (Some(_), Some(_)) = (&route.strip_prefix, &route.rewrite) {
        report.add(&at.key("rewrite"), broken!(APIGW_ROUTE_012, "both"));
        return;
    }

    let heard = report.problems.len();
    if let Some(prefix) = &route.strip_prefix {
        strip_prefix(route, prefix, &at.key("strip_prefix"), report);
    }
    if let Some(path) = &route.rewrite {
        rewrite(route, path, &at.key("rewrite"), report);
    }
    let key = if route.rewrite.is_some() { "rewrite" } else { "strip_prefix" };
    let length = route.forwarded_path().map_or(0, |path| path.chars().count());
    if report.problems.len() == heard && length > LONGEST {
        report.add(&at.key(key), broken!(APIGW_ROUTE_012, "too-long", count = length, most = LONGEST));
    }
}

fn strip_prefix(route: &Route, prefix: &str, at: &Path, report: &mut Report) {
    let broken = if route.path == DEFAULT_ROUTE {
        broken!(APIGW_ROUTE_012, "of-default")
    } else if !prefix.starts_with('/') {
        broken!(APIGW_ROUTE_012, "no-slash", given = prefix)
    } else if prefix.ends_with('/') {
        broken!(APIGW_ROUTE_012, "ends-with-slash", given = prefix)
    } else {
        match route.stripped(prefix) {
            Some(rest) => return variables(route, &rest, at, report),
            None => {
                broken!(APIGW_ROUTE_012, "not-a-prefix", path = route.path.as_str(), prefix = prefix)
            }
        }
    };
    report.add(at, broken);
}

fn rewrite(route: &Route, path: &str, at: &Path, report: &mut Report) {
    let Some(segments) = path.strip_prefix('/') else {
        report.add(at, broken!(APIGW_ROUTE_012, "no-slash", given = path));
        return;
    };
    let wrong = |segment: &&str| !segment.is_empty() && variable(segment).is_none() && !is_literal(segment);
    if let Some(segment) = segments.split('/').find(wrong) {
        report.add(at, broken!(APIGW_ROUTE_012, "invalid-segment", segment = segment));
        return;
    }
    variables(route, path, at, report);
}

/// Checks the variables of a new path.
fn variables(route: &Route, path: &str, at: &Path, report: &mut Report) {
    let known: Vec<(&str, Reach)> = route.path.split('/').filter_map(variable).collect();
    for (name, _) in path.split('/').filter_map(variable) {
        if !known.iter().any(|(known, _)| *known == name) {
            let path = route.path.as_str();
            report.add(at, broken!(APIGW_ROUTE_012, "unknown-variable", path = path, name = name));
        } else if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            report.add(at, broken!(APIGW_ROUTE_012, "invalid-variable", name = name));
        }
    }
}
