//! The proof that a route asks of a request: none, a token, or a signature of IAM.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Route;
use crate::api::{Api, JwtAuthorizer};

/// The authorizer of a route, in the words of a stack file.
///
/// ```
/// use sss_model::{Route, RouteAuthorizer};
///
/// let route = Route::builder().path("/admin").authorizer("staff").build()?;
/// assert_eq!(route.authorizer, Some(RouteAuthorizer::Named("staff".to_owned())));
/// assert_eq!(Route::builder().authorizer(false).build()?.authorizer, Some(RouteAuthorizer::Open));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Words", into = "Words")]
#[schemars(inline)]
#[non_exhaustive]
pub enum RouteAuthorizer {
    /// No authorizer: `false`.
    Open,
    /// The authorizer of the API: `true`.
    Default,
    /// One of the API's `authorizers`, by its name.
    Named(String),
}

/// The same as a file has it.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Words {
    /// Whether requests need a token of the API's authorizer.
    Switch(bool),
    /// The name of one of the API's authorizers.
    Name(String),
}

impl From<Words> for RouteAuthorizer {
    fn from(words: Words) -> Self {
        match words {
            Words::Switch(switch) => switch.into(),
            Words::Name(name) => RouteAuthorizer::Named(name),
        }
    }
}

impl From<RouteAuthorizer> for Words {
    fn from(authorizer: RouteAuthorizer) -> Self {
        match authorizer {
            RouteAuthorizer::Open => Words::Switch(false),
            RouteAuthorizer::Default => Words::Switch(true),
            RouteAuthorizer::Named(name) => Words::Name(name),
        }
    }
}

impl From<bool> for RouteAuthorizer {
    fn from(needs_token: bool) -> Self {
        if needs_token { RouteAuthorizer::Default } else { RouteAuthorizer::Open }
    }
}

impl From<&str> for RouteAuthorizer {
    fn from(name: &str) -> Self {
        RouteAuthorizer::Named(name.to_owned())
    }
}

impl From<String> for RouteAuthorizer {
    fn from(name: String) -> Self {
        RouteAuthorizer::Named(name)
    }
}

/// The authorization of a route by another way than a token.
///
/// ```
/// use sss_model::{Authorization, Route};
///
/// let route = Route::builder().path("/jobs").authorization(Authorization::Iam).build()?;
/// assert_eq!(serde_json::to_value(route.authorization)?, "iam");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Authorization {
    /// A signature of a principal that IAM allows `execute-api:Invoke` on the route.
    Iam,
}

/// The proof that a route of an API asks of a request.
///
/// ```
/// use sss_model::{Access, Api, JwtAuthorizer, Route};
///
/// let jwt = JwtAuthorizer::builder().issuer("https://login.example.com").audience(["shop"]).build()?;
/// let api = Api::builder().authorizer(jwt).build()?;
/// assert!(matches!(Route::default().access(&api), Access::Token { name: None, .. }));
/// assert_eq!(Route::builder().authorizer(false).build()?.access(&api), Access::Open);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access<'a> {
    /// Anybody may call the route.
    Open,
    /// IAM decides about the signature of a request.
    Iam,
    /// An authorizer of the API decides about a token.
    Token {
        /// The name among the API's `authorizers`. `None` for the API's `authorizer`.
        name: Option<&'a str>,
        /// The authorizer.
        authorizer: &'a JwtAuthorizer,
    },
    /// The route names an authorizer that the API does not have. No valid stack has such a route.
    Unknown,
}

impl Route {
    /// Returns the proof that the route asks of a request to an API.
    pub fn access<'a>(&'a self, api: &'a Api) -> Access<'a> {
        let default = api.authorizer.as_ref().map(|authorizer| Access::Token { name: None, authorizer });
        match (&self.authorization, &self.authorizer) {
            (Some(Authorization::Iam), _) => Access::Iam,
            (None, Some(RouteAuthorizer::Open)) => Access::Open,
            (None, Some(RouteAuthorizer::Named(name))) => match api.authorizers.get(name) {
                Some(authorizer) => Access::Token { name: Some(name), authorizer },
                None => Access::Unknown,
            },
            (None, Some(RouteAuthorizer::Default)) => default.unwrap_or(Access::Unknown),
            (None, None) => default.unwrap_or(Access::Open),
        }
    }
}
