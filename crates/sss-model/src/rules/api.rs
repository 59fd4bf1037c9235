//! The HTTP API: CORS, authorizer, access log.

use validator::ValidationError;

use super::{
    APIGW_API_002, APIGW_AUTH_001, APIGW_AUTH_002, APIGW_AUTH_003, APIGW_CORS_001, APIGW_CORS_002,
    APIGW_CORS_003, APIGW_CORS_004, APIGW_CORS_005, APIGW_STAGE_010, APIGW_STAGE_011, judge, required, tags,
};
use crate::api::{AccessLog, Api, Cors, JwtAuthorizer};
use crate::problem::{Place, Report};

pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let length = text.chars().count();
    judge(length <= 1024, &APIGW_API_002, || format!("has {length} characters"))
}

pub(crate) fn max_age(seconds: i32) -> Result<(), ValidationError> {
    judge((-1..=86400).contains(&seconds), &APIGW_CORS_004, || format!("is {seconds}"))
}

pub(crate) fn issuer(issuer: &str) -> Result<(), ValidationError> {
    required(issuer)?;
    let length = issuer.chars().count();
    judge(length <= 2048, &APIGW_AUTH_001, || format!("has {length} characters"))?;
    let authority = issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let printable = issuer.chars().all(|c| c.is_ascii_graphic() && !"?#@".contains(c));
    let is_url = printable && authority.is_some_and(is_authority);
    judge(is_url, &APIGW_AUTH_001, || format!("`{issuer}` is not an `https://` URL"))
}

pub(crate) fn identity_source(source: &str) -> Result<(), ValidationError> {
    let name =
        source.strip_prefix("$request.header.").or_else(|| source.strip_prefix("$request.querystring."));
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !",$".contains(c));
    judge(name.is_some_and(is_name), &APIGW_AUTH_003, || {
        format!("`{source}` is not a header or a query parameter")
    })
}

pub(crate) fn access_log_format(format: &str) -> Result<(), ValidationError> {
    required(format)?;
    judge(!format.contains(['\n', '\r']), &APIGW_STAGE_010, || "has more than one line".to_owned())?;
    let has_id = ["$context.requestId", "$context.extendedRequestId"].iter().any(|id| format.contains(id));
    judge(has_id, &APIGW_STAGE_010, || "names no request id".to_owned())?;
    let length = format.chars().count();
    judge(length <= 3072, &APIGW_STAGE_011, || format!("has {length} characters"))
}

pub(crate) fn inspect(api: &Api, at: &Place, report: &mut Report) {
    if let Some(cors) = &api.cors {
        report.inspect(cors, &at.key("cors"));
    }
    if let Some(authorizer) = &api.authorizer {
        report.inspect(authorizer, &at.key("authorizer"));
    }
    if let Some(log) = &api.access_log {
        report.inspect(log, &at.key("access_log"));
    }
    tags::inspect(&api.tags, at, report);
}

pub(crate) fn cors(cors: &Cors, at: &Place, report: &mut Report) {
    let origins = at.key("allow_origins");
    if cors.allow_origins.is_empty() {
        report.add(&APIGW_CORS_005, &origins, "names no origin");
    }
    for (index, origin) in cors.allow_origins.iter().enumerate() {
        if origin == "*" && cors.allow_credentials {
            report.add(&APIGW_CORS_001, &origins.index(index), "is every origin, with credentials");
        } else if !is_origin(origin) {
            report.add(&APIGW_CORS_002, &origins.index(index), format!("`{origin}` is not an origin"));
        } else if has_path(origin) {
            let message = format!("`{origin}` has a path, which no browser sends");
            report.warn(&APIGW_CORS_002, &origins.index(index), message);
        }
    }
    let names = [
        ("allow_methods", &cors.allow_methods),
        ("allow_headers", &cors.allow_headers),
        ("expose_headers", &cors.expose_headers),
    ];
    for (field, values) in names {
        for (index, value) in values.iter().enumerate() {
            if !is_name(value) {
                let place = at.key(field).index(index);
                report.add(&APIGW_CORS_003, &place, format!("`{value}` is not a name"));
            }
        }
    }
}

/// A name of HTTP (a token), or `*`.
fn is_name(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(token)
}

fn is_origin(origin: &str) -> bool {
    if origin == "*" {
        return true;
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return false;
    };
    let scheme_is_name = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let authority = rest.split('/').next().unwrap_or(rest);
    scheme_is_name && (authority == "*" || is_authority(authority))
}

/// `host` or `host:port`.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_is_name =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    let port_is_number = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    host_is_name && port_is_number
}

fn has_path(origin: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, rest)| rest.contains('/'))
}

pub(crate) fn authorizer(authorizer: &JwtAuthorizer, at: &Place, report: &mut Report) {
    let at = at.key("audience");
    let count = authorizer.audience.len();
    if !(1..=50).contains(&count) {
        report.add(&APIGW_AUTH_002, &at, format!("names {count} audiences"));
    }
    for (index, audience) in authorizer.audience.iter().enumerate() {
        if audience.is_empty() {
            report.add(&APIGW_AUTH_002, &at.index(index), "is empty");
        }
    }
}

pub(crate) fn access_log(log: &AccessLog, at: &Place, report: &mut Report) {
    let length = log.format.chars().count();
    if (1025..=3072).contains(&length) {
        let message = format!("has {length} characters; API Gateway may take 1024 only");
        report.warn(&APIGW_STAGE_011, &at.key("format"), message);
    }
}
