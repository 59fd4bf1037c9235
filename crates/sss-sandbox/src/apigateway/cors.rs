//! Cross-origin settings of an API.

use serde::{Deserialize, Serialize};

use super::{
    constraint::{bad_request, text},
    merge,
};
use crate::refusal::Refusal;

/// Kept with what AWS fills in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Cors {
    allow_credentials: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_methods: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_origins: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expose_headers: Vec<String>,
    max_age: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CorsInput {
    allow_credentials: Option<bool>,
    allow_headers: Option<Vec<String>>,
    allow_methods: Option<Vec<String>>,
    allow_origins: Option<Vec<String>>,
    expose_headers: Option<Vec<String>>,
    max_age: Option<i64>,
}

impl Cors {
    pub(super) fn merge(&mut self, input: CorsInput) -> Result<(), Refusal> {
        merge(&mut self.allow_credentials, input.allow_credentials);
        merge(&mut self.allow_headers, input.allow_headers.map(lower_case));
        merge(&mut self.allow_methods, input.allow_methods);
        merge(&mut self.allow_origins, input.allow_origins);
        merge(&mut self.expose_headers, input.expose_headers.map(lower_case));
        merge(&mut self.max_age, input.max_age);
        self.check()
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.allow_credentials && self.allow_origins.iter().any(|origin| origin == "*") {
            return Err(bad_request("allow-credentials is not supported if 'allow-origin' is *"));
        }
        if let Some(origin) = self.allow_origins.iter().find(|origin| !is_origin(origin)) {
            return Err(bad_request(format!("Invalid format for origin {origin}")));
        }
        for method in &self.allow_methods {
            text(method, "allowMethods", 64)?;
            if method != "*" && !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                return Err(bad_request(format!("Invalid method {method} in allowMethods")));
            }
        }
        if !(-1..=86_400).contains(&self.max_age) {
            return Err(bad_request("maxAge must be a number of seconds from -1 to 86400"));
        }
        Ok(())
    }
}

fn lower_case(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// `*`, or a scheme, a host and an optional port. No path: browsers send none.
fn is_origin(origin: &str) -> bool {
    if ["*", "http://*", "https://*"].contains(&origin) {
        return true;
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "0"));
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !host.is_empty()
        && !host.contains(['/', '*', ' ', ':'])
        && port.parse::<u16>().is_ok()
}
