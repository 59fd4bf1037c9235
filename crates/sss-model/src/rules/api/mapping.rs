//! Parameters of requests and responses that an integration changes.
//!
//! A key of a mapping is an action and a target, such as `append:header.x-user` or `overwrite:path`. Requests have
//! headers, the query string and the path; responses have headers and the status. The rules are APIGW-INT-030 to 032. A
//! stack has no mappings: only requests of `CreateIntegration` use this module.

use super::cors::is_token;

/// The part of a request or response that a key of a mapping changes.
///
/// Only `overwrite` changes the path or the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A header, by its name.
    Header(&'a str),
    /// A parameter of the query, by its name.
    QueryString(&'a str),
    /// The path of the request.
    Path,
    /// The status of the response.
    StatusCode,
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    pub(crate) target: Target<'a>,
    /// Whether the key removes its target, and needs no value.
    pub(crate) removes: bool,
}

/// Headers that API Gateway keeps for itself, in lower case.
const RESERVED: [&str; 18] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "forwarded",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Beginnings of headers that API Gateway keeps for itself, in lower case.
const RESERVED_PREFIXES: [&str; 4] = ["access-control-", "apigw-", "x-amz-", "x-amzn-"];

/// Returns a key of a request's parameters, or `None` if requests have no such key.
pub(crate) fn request(key: &str) -> Option<Key<'_>> {
    parse(key).filter(|key| key.target != Target::StatusCode)
}

/// Returns a key of a response's parameters, or `None` if responses have no such key.
pub(crate) fn response(key: &str) -> Option<Key<'_>> {
    parse(key).filter(|key| matches!(key.target, Target::Header(_) | Target::StatusCode))
}

/// Returns whether a text is a URL of HTTP; it may begin with a variable of the stage.
pub(crate) fn is_url(uri: &str) -> bool {
    let schemes = ["http://", "https://", "${stageVariables."];
    schemes.iter().any(|scheme| uri.len() > scheme.len() && uri.starts_with(scheme))
}

/// Returns the key of a mapping, or `None` for an unknown action or target.
fn parse(key: &str) -> Option<Key<'_>> {
    let (action, target) = key.split_once(':')?;
    if !["append", "overwrite", "remove"].contains(&action) {
        return None;
    }

    let target = match target {
        "path" if action == "overwrite" => Target::Path,
        "statuscode" if action == "overwrite" => Target::StatusCode,
        _ => match target.split_once('.')? {
            ("header", name) if is_token(name) => Target::Header(name),
            ("querystring", name) if !name.is_empty() && !name.contains(char::is_whitespace) => {
                Target::QueryString(name)
            }
            _ => return None,
        },
    };

    Some(Key { target, removes: action == "remove" })
}

/// Returns whether API Gateway keeps a header for itself.
///
/// Names of headers are compared without regard to case.
pub(crate) fn is_reserved(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    RESERVED.contains(&header.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| header.starts_with(prefix))
}

/// Returns whether a response's parameters can have the status as their key.
///
/// API Gateway takes 200 to 599.
pub(crate) fn is_status(status: &str) -> bool {
    status.len() == 3
        && status.bytes().all(|b| b.is_ascii_digit())
        && status.parse().is_ok_and(|status: u16| (200..=599).contains(&status))
}

/// Returns whether a private integration can lead to a target: a listener, a Cloud Map service, or the target of a
/// stage variable.
pub(crate) fn is_private_target(uri: &str) -> bool {
    if uri.contains("${stageVariables.") {
        return true;
    }
    let parts: Vec<&str> = uri.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts.as_slice() else {
        return false;
    };

    let is_there = partition.starts_with("aws") && !region.is_empty() && !account.is_empty();
    let leads = match *service {
        "elasticloadbalancing" => resource.strip_prefix("listener/").is_some_and(|rest| !rest.is_empty()),
        "servicediscovery" => resource
            .strip_prefix("service/")
            .and_then(|rest| rest.split('?').next())
            .is_some_and(|id| !id.is_empty() && !id.contains('/')),
        _ => false,
    };
    is_there && leads
}
