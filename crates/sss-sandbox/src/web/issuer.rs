//! Issuers of tokens: the discovery document and the keys.
//!
//! API Gateway fetches the discovery document of a JWT authorizer's issuer while it creates the authorizer,
//! and refuses an issuer without one (aws-cdk#28061, SAM#1727). The caller of the sandbox may be in another
//! place of the web than API Gateway: [`Issuer::hidden`] is an issuer that only AWS reaches.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Reply, exists};
use crate::{refusal::Refusal, world::World};

/// The path of the discovery document behind an issuer's URL.
const DISCOVERY: &str = "/.well-known/openid-configuration";
/// The path of the keys behind an issuer's URL.
const KEYS: &str = "/.well-known/jwks.json";

/// The time that API Gateway gives an issuer.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The answers of an issuer of tokens, for [`Sandbox::set_issuer`](crate::Sandbox::set_issuer).
///
/// The default is an issuer in order: its document names itself, and it has one RSA key.
///
/// # Examples
///
/// ```
/// use sss_sandbox::{Issuer, Sandbox};
///
/// let sandbox = Sandbox::new();
/// sandbox.set_issuer("https://login.example.com", Issuer::default().naming("https://login.example.com/"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Issuer {
    /// The status of the discovery document.
    status: u16,
    /// The member `issuer` of the document. `None` for the URL itself.
    names: Option<String>,
    /// The URL of the keys. `None` for one behind the issuer's URL.
    keys_at: Option<String>,
    keys: Vec<Value>,
    algorithms: Vec<String>,
    late: Duration,
    /// Whether nobody gets an answer.
    is_gone: bool,
    /// Whether only AWS gets an answer.
    is_hidden: bool,
}

impl Default for Issuer {
    fn default() -> Self {
        let key =
            json!({ "kty": "RSA", "kid": "key-1", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB" });
        Self {
            status: 200,
            names: None,
            keys_at: None,
            keys: vec![key],
            algorithms: vec!["RS256".to_owned()],
            late: Duration::ZERO,
            is_gone: false,
            is_hidden: false,
        }
    }
}

impl Issuer {
    /// Returns the issuer with another status of its discovery document.
    #[must_use]
    pub fn answering(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Returns the issuer with another `issuer` in its discovery document.
    #[must_use]
    pub fn naming(self, issuer: &str) -> Self {
        Self { names: Some(issuer.to_owned()), ..self }
    }

    /// Returns the issuer with its keys at another URL.
    #[must_use]
    pub fn keys_at(self, url: &str) -> Self {
        Self { keys_at: Some(url.to_owned()), ..self }
    }

    /// Returns the issuer with other keys, as JSON Web Keys.
    #[must_use]
    pub fn keys(self, keys: impl IntoIterator<Item = Value>) -> Self {
        Self { keys: keys.into_iter().collect(), ..self }
    }

    /// Returns the issuer with other algorithms in its discovery document.
    #[must_use]
    pub fn algorithms(self, algorithms: &[&str]) -> Self {
        Self { algorithms: algorithms.iter().map(|name| (*name).to_owned()).collect(), ..self }
    }

    /// Returns the issuer with answers after an additional time.
    #[must_use]
    pub fn late(self, late: Duration) -> Self {
        Self { late, ..self }
    }

    /// Returns an issuer that answers nobody.
    #[must_use]
    pub fn gone(self) -> Self {
        Self { is_gone: true, ..self }
    }

    /// Returns an issuer that answers AWS and not the caller of the sandbox.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    /// Returns the discovery document of the issuer with this URL.
    fn document(&self, url: &str) -> Value {
        let keys = self.keys_at.clone().unwrap_or_else(|| format!("{}{KEYS}", behind(url)));
        json!({
            "issuer": self.names.as_deref().unwrap_or(url),
            "jwks_uri": keys,
            "id_token_signing_alg_values_supported": self.algorithms,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        })
    }
}

/// Returns a URL without the slash at its end, for a path behind it.
fn behind(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}

/// Answers a request of a caller for the document or the keys of an issuer.
pub(super) fn answer(world: &World, host: &str, path: &str) -> Reply {
    if let Some(before) = path.strip_suffix(DISCOVERY) {
        let (url, issuer) = find(world, &format!("https://{host}{before}"));
        return issuer.reply(&issuer.document(&url));
    }

    let asked = format!("https://{host}{path}");
    let elsewhere = world.web.issuers.values().find(|issuer| issuer.keys_at.as_ref() == Some(&asked));
    if let Some(issuer) = elsewhere {
        return issuer.reply(&json!({ "keys": issuer.keys }));
    }
    match path.strip_suffix(KEYS) {
        Some(before) => {
            let (_, issuer) = find(world, &format!("https://{host}{before}"));
            issuer.reply(&json!({ "keys": issuer.keys }))
        }
        None => Reply::status(StatusCode::NOT_FOUND),
    }
}

impl Issuer {
    /// Returns a document, or the failure of the issuer.
    fn reply(&self, document: &Value) -> Reply {
        if self.is_gone || self.is_hidden {
            return Reply::Unreachable;
        }
        match StatusCode::from_u16(self.status) {
            Ok(status) if !status.is_success() => Reply::status(status),
            _ => match Reply::json("application/json", document) {
                Reply::Answer { response, .. } => Reply::Answer { response, after: self.late },
                unreachable @ Reply::Unreachable => unreachable,
            },
        }
    }
}

/// Returns an issuer and the URL by which it is known, with or without the slash at its end. One that nobody
/// scripted is in order.
fn find(world: &World, url: &str) -> (String, Issuer) {
    let known = world.web.issuers.iter().find(|(known, _)| behind(known) == behind(url));
    // Auth0's issuers end with a slash, and most others do not.
    let slash = if url.ends_with(".auth0.com") { "/" } else { "" };
    known.map_or_else(
        || (format!("{url}{slash}"), Issuer::default()),
        |(url, issuer)| (url.clone(), issuer.clone()),
    )
}

/// Fetches the discovery document of an issuer, as API Gateway does for an authorizer.
///
/// # Errors
///
/// No host answers, or the answer is no document.
pub(crate) fn discover(world: &World, url: &str) -> Result<(), Refusal> {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let (_, issuer) = find(world, url);
    let is_in_time = issuer.late <= PATIENCE;
    if exists(host) && !issuer.is_gone && (200..300).contains(&issuer.status) && is_in_time {
        return Ok(());
    }
    let message = format!(
        "Caught exception when connecting to {}{DISCOVERY} for issuer {url}. Please try again later. Error: Invalid \
         issuer: {url}. Issuer must have a valid discovery endpoint ended with '{DISCOVERY}'",
        behind(url)
    );
    Err(Refusal::new("BadRequestException", message))
}
