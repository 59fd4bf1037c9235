//! The issuer of an authorizer: its discovery document and its keys.
//!
//! API Gateway fetches the discovery document while it creates the authorizer, from AWS's network, and refuses
//! an issuer without one (`aws-cdk#28061`). This asks for the same URL from here. A machine that does not reach
//! the issuer proves nothing: the issuer may be open to AWS only, or the machine behind a proxy.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

use super::{Check, Reach, subject::Subject};
use crate::{
    Aws, Id,
    client::web::{Page, Unreachable},
};

/// The path of the discovery document behind an issuer's URL.
const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The time after which an answer is slow.
const SLOW: Duration = Duration::from_millis(750);
/// The time that API Gateway gives an issuer.
const LIMIT: Duration = Duration::from_millis(1500);
/// The largest document of keys, in bytes.
const LARGEST_KEYS: usize = 150_000;
/// The number of attempts at an answer that is slow. The first one wakes some issuers up.
const ATTEMPTS: usize = 3;

/// An issuer, and the key of the authorizer that names it.
#[derive(Clone, Copy)]
struct Named<'a> {
    issuer: &'a str,
    key: &'a str,
}

/// Checks the issuers of the authorizers, each at the same time.
pub(super) async fn check(aws: &Aws, subject: &Subject<'_>, reach: Reach) -> Vec<Check> {
    let checks = subject.authorizers.iter().map(async |(id, authorizer)| {
        let named = Named { issuer: &authorizer.issuer, key: &authorizer.key };
        let check = if reach == Reach::AwsOnly {
            Check::not_checked("issuer", named.issuer, "only AWS is asked")
        } else {
            examine(aws, named).await.unwrap_or_else(|check| check)
        };
        check.about([*id] as [&Id; 1])
    });
    join_all(checks).await
}

/// Returns the check of an issuer. The error is a check, too, which ended early.
async fn examine(aws: &Aws, named: Named<'_>) -> Result<Check, Check> {
    let Named { issuer, key } = named;
    let url = format!("{}{DISCOVERY}", issuer.strip_suffix('/').unwrap_or(issuer));
    let problem =
        |reason: String, fix: &str| Check::problem("issuer", issuer, reason, fix).seen(format!("GET {url}"));
    let page = fetch(aws, named, &url, "the discovery document").await?;
    let document = json(&page).ok_or_else(|| {
        problem(format!("{url} has no JSON document"), &format!("correct `issuer` under `[{key}]`"))
    })?;

    let stated = document["issuer"].as_str().unwrap_or_default();
    if stated != issuer {
        if stated.contains('{') {
            let reason =
                format!("the discovery document is one for many tenants: it names the issuer \"{stated}\"");
            let fix = "write the issuer of one tenant, exactly as `iss` of its tokens has it";
            return Err(Check::warning("issuer", issuer, reason, fix).seen(format!("GET {url}")));
        }
        let fix =
            format!("write `issuer = \"{stated}\"` under `[{key}]`, if `iss` of the tokens is the same");
        let slash = if stated.trim_end_matches('/') == issuer.trim_end_matches('/') {
            "; they differ in the slash at the end"
        } else {
            ""
        };
        let reason = format!("the discovery document names the issuer \"{stated}\", not \"{issuer}\"{slash}");
        return Err(problem(reason, &fix));
    }

    let keys = document["jwks_uri"].as_str().unwrap_or_default();
    if !keys.starts_with("https://") {
        let reason = format!("the discovery document has no `jwks_uri` with `https`, but \"{keys}\"");
        return Err(problem(
            reason,
            "ask the operator of the issuer for a discovery document with `jwks_uri`",
        ));
    }
    let keys_page = fetch(aws, named, keys, "the document of keys").await?;
    if let Some(unusable) = unusable(issuer, keys, &keys_page) {
        return Err(unusable);
    }
    Ok(judge(issuer, &document, page.took.max(keys_page.took)).seen(format!("GET {url}")))
}

/// Returns the outcome for an issuer whose documents are in order.
fn judge(issuer: &str, document: &Value, took: Duration) -> Check {
    let algorithms = document["id_token_signing_alg_values_supported"].as_array();
    let is_rsa = |name: &Value| name.as_str().is_some_and(|name| name.starts_with("RS"));
    if algorithms.is_some_and(|names| !names.iter().any(is_rsa)) {
        let reason = "the issuer names no algorithm with RSA, and API Gateway accepts no other";
        return Check::warning("issuer", issuer, reason, "sign the tokens with RS256");
    }
    if took > LIMIT {
        let reason =
            format!("the issuer needed {} ms from here, and API Gateway waits 1500 ms", took.as_millis());
        return Check::warning(
            "issuer",
            issuer,
            reason,
            "make the issuer faster before the authorizer is created",
        );
    }
    Check::ok("issuer", issuer)
}

/// Returns the problem of a document of keys that API Gateway cannot use.
fn unusable(issuer: &str, url: &str, page: &Page) -> Option<Check> {
    let problem = |reason: String, fix: &str| {
        Some(Check::problem("issuer", issuer, reason, fix).seen(format!("GET {url}")))
    };
    if page.body.len() > LARGEST_KEYS {
        let size = page.body.len();
        let reason = format!("the document of keys has {size} bytes, and API Gateway reads {LARGEST_KEYS}");
        return problem(reason, "remove old keys from the issuer");
    }

    let document = json(page).unwrap_or_default();
    let keys = document["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_usable = |key: &Value| {
        key["kty"] == "RSA" && key["kid"].is_string() && (key["use"].is_null() || key["use"] == "sig")
    };
    if keys.iter().any(is_usable) {
        return None;
    }
    problem(format!("{url} has no RSA key for signatures with a `kid`"), "add an RSA key to the issuer")
}

/// Reads a document of the issuer. One that is slow is read again, because the first answer may be a cold one.
///
/// # Errors
///
/// Returns the check that ends here.
async fn fetch(aws: &Aws, named: Named<'_>, url: &str, what: &str) -> Result<Page, Check> {
    let Named { issuer, key } = named;
    let mut best = get(aws, issuer, url).await?;
    for _ in 1..ATTEMPTS {
        if best.took <= SLOW {
            break;
        }
        let next = get(aws, issuer, url).await?;
        if next.took < best.took {
            best = next;
        }
    }

    let status = best.status;
    let unchecked =
        |why: &str| Check::not_checked("issuer", issuer, format!("{url} answers {status} from here, {why}"));
    let check = match status {
        200..=299 => return Ok(best),
        300..=399 => {
            let to = best.header("location").unwrap_or("another URL");
            let reason = format!("{url} redirects to {to}, and nobody knows whether API Gateway follows");
            Check::warning("issuer", issuer, reason, "write the issuer that the tokens name in `iss`")
        }
        404 | 410 => {
            let reason = format!("{what} does not exist: {url} answers {status}");
            let fix = format!(
                "correct `issuer` under `[{key}]`: API Gateway refuses an issuer without this document"
            );
            Check::problem("issuer", issuer, reason, fix)
        }
        500..=599 => {
            let reason = format!("{url} answers {status}");
            Check::warning("issuer", issuer, reason, "apply when the issuer works again")
        }
        401 | 403 | 407 | 451 => unchecked("which may be a rule for this machine"),
        429 => unchecked("which is a limit on requests"),
        _ => unchecked("which says nothing about AWS"),
    };
    Err(check.seen(format!("GET {url}: {status}")))
}

/// Sends a request to the issuer.
async fn get(aws: &Aws, issuer: &str, url: &str) -> Result<Page, Check> {
    aws.web.get(url, &[("accept", "application/json")]).await.map_err(|Unreachable(why)| {
        Check::not_checked("issuer", issuer, format!("{url} is not reachable from here: {why}"))
    })
}

/// Returns the JSON object of a page.
fn json(page: &Page) -> Option<Value> {
    serde_json::from_slice(&page.body).ok().filter(Value::is_object)
}
