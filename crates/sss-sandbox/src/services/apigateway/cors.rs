//! Cross-origin settings of an API.
//!
//! An update changes the members that it names, and keeps the others. That this holds for each member of CORS
//! is an assumption. The rules of the model check the values.

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
    /// The time in seconds for which browsers keep the answer to a preflight. The default is 0.
    max_age: i64,
}

/// The settings in a request. `None` keeps a member.
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
    /// Changes the members of the request and keeps the others. AWS keeps the names of headers in lower case.
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
