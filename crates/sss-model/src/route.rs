//! Routes: the requests of the API that go to a service.
//!
//! A [`Route`] is one path and some methods. API Gateway has one route for each method, named by its *route key*, such
//! as `GET /orders/{id}`. Of several routes that fit a request, API Gateway takes a full match, then `{name+}`, then
//! `$default`.
//!
//! A service has many routes, and two services never have the same route key. API Gateway refuses paths that differ
//! only in the name of a variable; rule APIGW-ROUTE-009 reports them.
//!
//! In a file, the default of `methods` depends on the path, so `RouteWords` reads a route first.

mod access;
mod rewrite;

use std::collections::BTreeSet;

use derive_builder::Builder;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::api::Throttling;
use crate::builder::setters;
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report, checked};
use crate::rules;
use crate::spelling::{OneOrMany, SPELLING};

pub use access::{Access, Authorization, RouteAuthorizer};

/// The path of the route for requests that no other route takes.
///
/// It is a route key of its own: it takes all methods and has no path.
pub(crate) const DEFAULT_ROUTE: &str = "$default";

/// Requests of some methods to one path, for the service of the route.
///
/// ```
/// use sss_model::{Method, Route};
///
/// let route = Route::builder().methods([Method::Post, Method::Get]).path("/orders/{id}").build()?;
/// assert_eq!(route.keys(), ["GET /orders/{id}", "POST /orders/{id}"]);
/// assert_eq!(Route::builder().path("$default").build()?.keys(), ["$default"]);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(from = "RouteWords")]
#[non_exhaustive]
pub struct Route {
    /// The methods. Default `GET`; none for the path `$default`, which takes all.
    #[builder(setter(custom))]
    pub methods: BTreeSet<Method>,
    /// The path: segments that are literal, `{name}`, or last of all `{name+}` for the rest; or `$default` for requests
    /// that no other route takes. Default `/{proxy+}`.
    #[builder(setter(into))]
    pub path: String,
    /// Whether requests need a token of the API's `authorizer`, or the name of one of its `authorizers`. Default: true if
    /// the API has an `authorizer`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<RouteAuthorizer>,
    /// `iam` for requests that need a signature of a principal that IAM allows `execute-api:Invoke`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    /// Scopes, at most 10, of which the token must have one.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The limits of the requests to each of its methods. Default: those of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling: Option<Throttling>,
    /// The beginning of the path that the service does not get: whole segments, such as `/orders`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// The path that the service gets in place of that of the request, with variables of the path: `/v2/{proxy}`.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewrite: Option<String>,
}

impl Default for Route {
    fn default() -> Self {
        RouteWords::default().into()
    }
}

setters!(RouteBuilder { lists: scopes; });

impl Route {
    /// Returns a builder of [`Route`] with its defaults: `GET /{proxy+}`.
    #[must_use]
    pub fn builder() -> RouteBuilder {
        RouteBuilder::default()
    }

    /// Returns the route keys on API Gateway, one per method, such as `GET /{proxy+}`.
    ///
    /// The order is that of [`Method`]. The route for `$default` has that one key.
    pub fn keys(&self) -> Vec<String> {
        if self.path == DEFAULT_ROUTE {
            return vec![DEFAULT_ROUTE.to_owned()];
        }
        self.methods.iter().map(|method| format!("{} {}", method.as_str(), self.path)).collect()
    }
}

impl RouteBuilder {
    /// Sets the methods. Two times the same method is one.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods = Some(methods.into_iter().collect());
        self
    }

    /// Returns the [`Route`], or every problem that its own rules find.
    ///
    /// # Errors
    ///
    /// Returns all problems of severity error, not only the first.
    pub fn build(self) -> Result<Route, Invalid> {
        let all_methods = self.methods.is_none() && self.path.as_deref() == Some(DEFAULT_ROUTE);
        let mut route = self.assemble()?;
        if all_methods {
            route.methods.clear();
        }
        checked(route)
    }
}

impl Part for Route {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::route::inspect(self, at, report);
    }
}

/// A route as a file has it. The default of its methods depends on the path.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Route")]
struct RouteWords {
    /// The methods, or one method. Default `["GET"]`; none for the path `$default`, which takes all.
    methods: Option<OneOrMany<Method>>,
    /// The path: segments that are literal, `{name}`, or last of all `{name+}` for the rest; or `$default` for requests
    /// that no other route takes. Default `/{proxy+}`.
    #[schemars(pattern(r"^(/.*|\$default)$"))]
    path: Option<String>,
    /// Whether requests need a token of the API's `authorizer`, or the name of one of its `authorizers`. Default: true if
    /// the API has an `authorizer`.
    authorizer: Option<RouteAuthorizer>,
    /// `iam` for requests that need a signature of a principal that IAM allows `execute-api:Invoke`.
    authorization: Option<Authorization>,
    /// Scopes, at most 10, of which the token must have one.
    #[schemars(length(max = 10))]
    scopes: Vec<String>,
    /// The limits of the requests to each of its methods. Default: those of the API.
    throttling: Option<Throttling>,
    /// The beginning of the path that the service does not get: whole segments, such as `/orders`.
    #[schemars(length(max = 512), pattern("^/"))]
    strip_prefix: Option<String>,
    /// The path that the service gets in place of that of the request, with variables of the path: `/v2/{proxy}`.
    #[schemars(length(max = 512), pattern("^/"))]
    rewrite: Option<String>,
}

impl From<RouteWords> for Route {
    fn from(words: RouteWords) -> Self {
        let path = words.path.unwrap_or_else(|| "/{proxy+}".to_owned());
        let methods = words.methods.map(|methods| methods.into_vec().into_iter().collect());
        let methods = methods.unwrap_or_else(|| {
            if path == DEFAULT_ROUTE { BTreeSet::new() } else { BTreeSet::from([Method::Get]) }
        });
        let RouteWords { authorizer, authorization, scopes, throttling, strip_prefix, rewrite, .. } = words;
        Route { methods, path, authorizer, authorization, scopes, throttling, strip_prefix, rewrite }
    }
}

/// A method of a route. Route keys have it in capitals; a stack file may write it in small letters.
///
/// ```
/// use sss_model::{Method, Route};
///
/// let route: Route = serde_json::from_str(r#"{ "methods": ["ANY"], "path": "/" }"#)?;
/// assert_eq!(route.keys(), [format!("{} /", Method::Any.as_str())]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(transform = in_small_letters_too)]
#[non_exhaustive]
pub enum Method {
    /// Every method. It is one route, which more specific ones win over.
    #[serde(alias = "any")]
    Any,
    /// DELETE.
    #[serde(alias = "delete")]
    Delete,
    /// GET.
    #[serde(alias = "get")]
    Get,
    /// HEAD.
    #[serde(alias = "head")]
    Head,
    /// OPTIONS.
    #[serde(alias = "options")]
    Options,
    /// PATCH.
    #[serde(alias = "patch")]
    Patch,
    /// POST.
    #[serde(alias = "post")]
    Post,
    /// PUT.
    #[serde(alias = "put")]
    Put,
}

/// Adds the methods in small letters to the choices of the schema.
fn in_small_letters_too(schema: &mut Schema) {
    let choices = schema.get_mut("oneOf").and_then(serde_json::Value::as_array_mut);
    if let Some(choices) = choices {
        let words = choices.iter().filter_map(|choice| choice["const"].as_str());
        let small: Vec<String> = words.map(str::to_ascii_lowercase).collect();
        choices.push(json_schema!({ "type": "string", "enum": small, SPELLING: true }).to_value());
    }
}

impl Method {
    /// Returns the method as a route key has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Any => "ANY",
            Method::Delete => "DELETE",
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Patch => "PATCH",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}
