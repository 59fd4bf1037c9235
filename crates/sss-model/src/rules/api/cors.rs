//! Rules of the CORS configuration of an HTTP API.
//!
//! API Gateway compares origins as texts, so an origin with a slash at its end never matches the `Origin` header of a
//! browser. `*` beside credentials is refused for origins (aws-cdk#9076), and for methods and headers browsers take it
//! literally: that is a warning.

use crate::api::Cors;
use crate::path::Path;
use crate::report::Report;
use crate::rules::{APIGW_CORS_001, APIGW_CORS_002, APIGW_CORS_003, APIGW_CORS_005, broken};

use super::is_authority;

/// Checks the CORS configuration of an API.
///
/// Problems are at the index of the value, so that each wrong origin, method or header is found.
pub(crate) fn inspect(cors: &Cors, at: &Path, report: &mut Report) {
    origins(
        cors.allow_origins.iter().map(String::as_str),
        cors.allow_credentials,
        &at.key("allow_origins"),
        report,
    );
    for (index, value) in cors.allow_methods.iter().enumerate() {
        method(value, cors.allow_credentials, &at.key("allow_methods").index(index), report);
    }
    for (field, values) in [("allow_headers", &cors.allow_headers), ("expose_headers", &cors.expose_headers)]
    {
        for (index, value) in values.iter().enumerate() {
            header(value, cors.allow_credentials, &at.key(field).index(index), report);
        }
    }
}

/// Checks the allowed origins.
///
/// CORS without an origin is a warning: API Gateway accepts it, and it has no effect.
pub(crate) fn origins<'a>(
    origins: impl ExactSizeIterator<Item = &'a str>,
    credentials: bool,
    at: &Path,
    report: &mut Report,
) {
    if origins.len() == 0 {
        report.add(at, broken!(APIGW_CORS_005, "no-origin"));
    }

    for (index, origin) in origins.enumerate() {
        let at = at.index(index);
        if origin == "*" && credentials {
            report.add(&at, broken!(APIGW_CORS_001, "every-origin"));
        } else if is_origin(origin) {
        } else if origin.strip_suffix('/').is_some_and(is_origin) {
            report.warn(&at, broken!(APIGW_CORS_002, "ends-with-slash", origin = origin));
        } else {
            report.add(&at, broken!(APIGW_CORS_002, "not-an-origin", origin = origin));
        }
    }
}

/// Checks an allowed method.
///
/// Methods of HTTP are tokens, also ones that HTTP does not define; `*` allows all.
pub(crate) fn method(method: &str, credentials: bool, at: &Path, report: &mut Report) {
    if method.len() > 64 || !is_token(method) {
        report.add(at, broken!(APIGW_CORS_003, "invalid-method", given = method));
    } else {
        literally(method, credentials, at, report);
    }
}

/// Checks an allowed or exposed header.
///
/// `*` allows all headers. Names of headers are tokens of HTTP.
pub(crate) fn header(header: &str, credentials: bool, at: &Path, report: &mut Report) {
    if is_token(header) {
        literally(header, credentials, at, report);
    } else {
        report.add(at, broken!(APIGW_CORS_003, "invalid-header", given = header));
    }
}

/// Warns of `*` beside credentials: browsers then read it as a name.
fn literally(name: &str, credentials: bool, at: &Path, report: &mut Report) {
    if name == "*" && credentials {
        report.warn(at, broken!(APIGW_CORS_003, "literal-star"));
    }
}

/// Returns whether a text is a name of HTTP, or `*`.
///
/// Letters, digits and some signs form a token; `*` is one of the signs.
pub(crate) fn is_token(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(token)
}

/// Returns whether API Gateway takes a text as an origin: `scheme://host[:port]` or a wildcard.
///
/// `*`, `http://*` and `https://*` are the wildcards; `https://*.example.com` is refused.
fn is_origin(origin: &str) -> bool {
    if origin == "*" {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let scheme_is_name = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));

    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    scheme_is_name && (is_authority(authority) || (authority == "*" && is_web))
}
