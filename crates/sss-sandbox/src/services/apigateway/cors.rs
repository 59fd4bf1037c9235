//! Cross-origin settings of an API.

use serde::{Deserialize, Serialize};

use super::merge;

/// The settings, with AWS's defaults.
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
    pub(super) fn merge(&mut self, input: CorsInput) {
        merge(&mut self.allow_credentials, input.allow_credentials);
        merge(&mut self.allow_headers, input.allow_headers.map(lower_case));
        merge(&mut self.allow_methods, input.allow_methods);
        merge(&mut self.allow_origins, input.allow_origins);
        merge(&mut self.expose_headers, input.expose_headers.map(lower_case));
        merge(&mut self.max_age, input.max_age);
    }
}

fn lower_case(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_ascii_lowercase()).collect()
}
