//! Rules of the HTTP API: CORS, authorizer, access log.
//!
//! The functions over plain values serve both the [`Api`] of a stack and the requests of `request/api`. An authorizer
//! has two kinds of rules. API Gateway refuses an issuer that is not an `https://` URL, so [`issuer`] is an error. It
//! accepts an issuer that no token has in `iss`, and then answers every request with 401, so [`issuer_doubts`] warns
//! (APIGW-AUTH-006).
//!
//! API Gateway reads `<issuer>/.well-known/openid-configuration` when the authorizer is created. This crate makes no
//! call, so a wrong issuer of the right form is found only then.

pub(crate) mod access_log;
pub(crate) mod cors;
pub(crate) mod mapping;

use serde_json::{Value, json};
use validator::ValidationError;

use super::{
    APIGW_API_002, APIGW_API_008, APIGW_AUTH_001, APIGW_AUTH_002, APIGW_AUTH_003, APIGW_AUTH_004,
    APIGW_AUTH_006, APIGW_CORS_004, APIGW_DOM_001, APIGW_STAGE_020, APIGW_STAGE_030, broken, domain, judge,
    required, tags, within,
};
use crate::api::{Api, JwtAuthorizer, Throttling};
use crate::path::Path;
use crate::report::Report;

/// Checks the description of an API: at most 1024 characters.
pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let length = text.chars().count();
    judge(length <= 1024, || broken!(APIGW_API_002, "too-long", count = length, most = 1024))
}

/// Checks the seconds for which a browser keeps the answer to a preflight request.
///
/// -1 tells browsers to keep no answer.
pub(crate) fn max_age(seconds: i32) -> Result<(), ValidationError> {
    within(seconds, -1..=86400, &APIGW_CORS_004)
}

/// Checks the issuer of tokens: an `https://` URL.
///
/// An empty issuer breaks the rule on required values; the check adds no second problem for its form.
pub(crate) fn issuer(issuer: &str) -> Result<(), ValidationError> {
    required(issuer)?;
    let length = issuer.chars().count();
    judge(length <= 2048, || broken!(APIGW_AUTH_001, "too-long", count = length, most = 2048))?;

    let authority = issuer.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let printable = issuer.chars().all(|c| c.is_ascii_graphic() && c != '@');
    let is_url = printable && authority.is_some_and(is_authority);
    judge(is_url, || broken!(APIGW_AUTH_001, "not-a-url", given = issuer))
}

/// Checks a place of the token in a request: a header or a query parameter.
pub(crate) fn identity_source(source: &str) -> Result<(), ValidationError> {
    let name =
        source.strip_prefix("$request.header.").or_else(|| source.strip_prefix("$request.querystring."));
    judge(name.is_some_and(is_source_name), || broken!(APIGW_AUTH_003, "not-a-source", given = source))
}

/// Checks an identity source of an authorizer that is a function: it may be a context or stage variable too.
pub(crate) fn function_source(source: &str) -> Result<(), ValidationError> {
    let name = source.strip_prefix("$context.").or_else(|| source.strip_prefix("$stageVariables."));
    if name.is_some_and(is_source_name) { Ok(()) } else { identity_source(source) }
}

fn is_source_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !",$".contains(c))
}

/// Warns of an issuer that API Gateway takes, but that tokens rarely have in `iss`.
///
/// The issuer of a Cognito user pool is `https://cognito-idp.<region>.amazonaws.com/<id of the pool>`. People write the
/// domain of the sign-in page instead, the address of the configuration, or a slash at the end.
pub(crate) fn issuer_doubts(issuer: &str, at: &Path, report: &mut Report) {
    if self::issuer(issuer).is_err() {
        return;
    }

    let host =
        issuer.strip_prefix("https://").and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
    let is_pool = !host.starts_with("cognito-idp.") || issuer.trim_end_matches('/').matches('/').count() == 3;
    if host.ends_with(".amazoncognito.com") || !is_pool {
        report.add(at, broken!(APIGW_AUTH_006, "not-a-user-pool", issuer = issuer));
    } else if issuer.ends_with("/.well-known/openid-configuration") {
        report.add(at, broken!(APIGW_AUTH_006, "configuration", issuer = issuer));
    } else if issuer.ends_with('/') {
        report.add(at, broken!(APIGW_AUTH_006, "ends-with-slash", issuer = issuer));
    }
}

/// Checks the format of an access log.
pub(crate) fn access_log_format(format: &str) -> Result<(), ValidationError> {
    required(format)?;
    access_log::format(format)
}

/// Checks an API and its parts.
pub(crate) fn inspect(api: &Api, at: &Path, report: &mut Report) {
    if let Some(cors) = &api.cors {
        report.inspect(cors, &at.key("cors"));
    }
    for (authorizer, place) in api.all_authorizers(at) {
        report.inspect(authorizer, &place);
    }
    for name in api.authorizers.keys().filter(|name| !is_authorizer_key(name)) {
        let broken = broken!(APIGW_AUTH_004, "invalid-name", name = name.as_str());
        report.add(&at.key("authorizers").key(name), broken);
    }
    if let Some(log) = &api.access_log {
        report.inspect(log, &at.key("access_log"));
        report.inspect(&log.log_group, &at.key("access_log").key("log_group"));
    }
    if let Some(limits) = &api.throttling {
        report.inspect(limits, &at.key("throttling"));
    }
    let variables = at.key("stage_variables");
    stage_variables(api.stage_variables.len(), &variables, report);
    for (name, value) in &api.stage_variables {
        stage_variable(name, Some(value), &variables.key(name), report);
    }
    for (name, domain) in &api.domains {
        let place = at.key("domains").key(name);
        report.field(&APIGW_DOM_001, &place, domain::name(name));
        report.inspect(domain, &place);
    }
    if api.disable_execute_api_endpoint && api.domains.is_empty() {
        report.add(&at.key("disable_execute_api_endpoint"), broken!(APIGW_API_008, "no-endpoint"));
    }
    tags::inspect(&api.tags, at, report);
}

/// Checks the limits of the requests to a route.
pub(crate) fn throttling(limits: Throttling, at: &Path, report: &mut Report) {
    limit(limits.rate.per_second(), json!(limits.rate), &at.key("rate"), report);
    limit(limits.burst.into(), limits.burst.into(), &at.key("burst"), report);
}

/// Checks a limit of requests, which the message has as it was written.
///
/// 0 is a warning: API Gateway accepts it and lets no request through.
pub(crate) fn limit(limit: f64, given: Value, at: &Path, report: &mut Report) {
    if limit == 0.0 {
        report.warn(at, broken!(APIGW_STAGE_020, "zero"));
    } else if !limit.is_finite() || limit < 0.0 {
        report.add(at, broken!(APIGW_STAGE_020, "negative", given = given));
    }
}

/// Checks the number of requests at once. Amazon's type of the limit ends there.
pub(crate) fn burst(burst: u32) -> Result<(), ValidationError> {
    within(burst, 0..=i32::MAX.into(), &APIGW_STAGE_020)
}

/// Checks the number of variables of a stage.
pub(crate) fn stage_variables(count: usize, at: &Path, report: &mut Report) {
    if count > 100 {
        report.add(at, broken!(APIGW_STAGE_030, "too-many", count = count, most = 100));
    }
}

/// Checks a variable of a stage. Its value may be a secret, so no message has it.
///
/// A name has letters, digits and `_`. A value has 1 to 2048 letters, digits and `-._~:/?#&=,`.
pub(crate) fn stage_variable(name: &str, value: Option<&str>, at: &Path, report: &mut Report) {
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_name {
        report.add(at, broken!(APIGW_STAGE_030, "invalid-name"));
    }

    let taken = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b);
    let is_value = |text: &str| (1..=2048).contains(&text.len()) && text.bytes().all(taken);
    if value.is_some_and(|text| !is_value(text)) {
        report.add(at, broken!(APIGW_STAGE_030, "invalid-value"));
    }
}

/// Returns whether a text can be the name of an authorizer in a stack: letters, digits, `-` and `_`.
fn is_authorizer_key(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// Returns whether API Gateway takes the name of a stage: `$default`, or 1 to 128 letters, digits, `-` and `_`.
pub(crate) fn is_stage_name(name: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    name == "$default" || ((1..=128).contains(&name.len()) && name.bytes().all(taken))
}

/// Returns whether a text is `host` or `host:port`.
///
/// An IPv6 address is in brackets, so a colon inside them divides no port.
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

/// Checks a JWT authorizer.
pub(crate) fn authorizer(authorizer: &JwtAuthorizer, at: &Path, report: &mut Report) {
    issuer_doubts(&authorizer.issuer, &at.key("issuer"), report);
    audience(authorizer.audience.iter().map(String::as_str), &at.key("audience"), report);
}

/// Checks the audiences of an authorizer.
///
/// Each audience has at least one character.
pub(crate) fn audience<'a>(audience: impl ExactSizeIterator<Item = &'a str>, at: &Path, report: &mut Report) {
    match audience.len() {
        0 => report.add(at, broken!(APIGW_AUTH_002, "none")),
        1..=50 => {}
        count => report.add(at, broken!(APIGW_AUTH_002, "too-many", count = count, most = 50)),
    }
    for (index, _) in audience.enumerate().filter(|(_, one)| one.is_empty()) {
        report.add(&at.index(index), broken!(APIGW_AUTH_002, "empty"));
    }
}
