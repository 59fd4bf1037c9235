//! The HTTP API in front of the services.
//!
//! An [`Api`] becomes five kinds of objects on API Gateway: the HTTP API, its `$default` stage, a VPC link into the
//! private subnets, an optional JWT authorizer, and an integration for each service with routes. The access log adds a
//! log group, and each [`Domain`] a domain name with a mapping.
//!
//! Routes are not here: each [`Service`](crate::Service) lists its own. Rules between them and the API (tokens, CORS
//! preflight requests, quotas) are checked with the whole stack.
//!
//! With CORS, API Gateway answers preflight requests by itself. A route for every method that requires a token takes
//! them too and answers 401, because browsers send no token with them; rule APIGW-CORS-007 warns about it.

mod access_log;
mod cognito;
mod domain;
mod throttling;

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;
use access_log::switch;
pub use access_log::{AccessLog, AccessLogBuilder};
pub(crate) use cognito::AuthorizerWords;
pub use cognito::CognitoUserPool;
pub use domain::{Domain, DomainBuilder, IpAddressType};
pub use throttling::{RequestRate, Throttling};

/// An HTTP API of API Gateway with its `$default` stage, which deploys by itself.
///
/// ```
/// use sss_model::{Api, Cors, JwtAuthorizer};
///
/// let api = Api::builder()
///     .cors(Cors::builder().allow_origins(["https://www.example.com"]).allow_methods(["*"]).build()?)
///     .authorizer(JwtAuthorizer::builder().issuer("https://login.example.com").audience(["shop"]).build()?)
///     .build()?;
/// assert!(api.access_log.is_some());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Api {
    /// A description, at most 1024 characters.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    #[validate(custom(function = "rules::api::description"))]
    pub description: Option<String>,
    /// The pages that may call the API from a browser. Without it, no page of another origin may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
    /// The authorizer of the routes that require a token and name no authorizer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<JwtAuthorizer>,
    /// Authorizers of the routes that name them, by name: letters, digits, `-` and `_`.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": "^[A-Za-z0-9_-]+$" }))]
    pub authorizers: BTreeMap<String, JwtAuthorizer>,
    /// The limits of the requests to each route without its own. Default: those of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling: Option<Throttling>,
    /// Whether CloudWatch has metrics of each route, for which AWS charges. Default: as the stage has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed_metrics: Option<bool>,
    /// Variables of the stage, at most 100: names of letters, digits and `_`, values of 1 to 2048 characters.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub stage_variables: BTreeMap<String, String>,
    /// Custom domain names of the API, by name, such as `api.example.com` or `*.example.com`.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$" }))]
    pub domains: BTreeMap<String, Domain>,
    /// Whether the endpoint that AWS gives the API is off. Requests then need a custom domain name. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disable_execute_api_endpoint: bool,
    /// The access log of the stage; `false` writes no log. Default: one JSON line per request.
    #[serde(with = "switch")]
    #[schemars(with = "switch::Words")]
    pub access_log: Option<AccessLog>,
    /// Tags of the API, its stage, its domain names and its VPC link.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for Api {
    fn default() -> Self {
        Api {
            description: None,
            cors: None,
            authorizer: None,
            authorizers: BTreeMap::new(),
            throttling: None,
            detailed_metrics: None,
            stage_variables: BTreeMap::new(),
            domains: BTreeMap::new(),
            disable_execute_api_endpoint: false,
            access_log: Some(AccessLog::default()),
            tags: BTreeMap::new(),
        }
    }
}

setters!(ApiBuilder { pairs: stage_variables, tags; });

impl ApiBuilder {
    /// Adds an authorizer for the routes that name it.
    ///
    /// ```
    /// use sss_model::{Api, JwtAuthorizer};
    ///
    /// let staff = JwtAuthorizer::builder().issuer("https://staff.example.com").audience(["admin"]).build()?;
    /// let api = Api::builder().named_authorizer("staff", staff).build()?;
    /// assert!(api.authorizers.contains_key("staff"));
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[must_use]
    pub fn named_authorizer(mut self, name: impl Into<String>, authorizer: JwtAuthorizer) -> Self {
        self.authorizers.get_or_insert_default().insert(name.into(), authorizer);
        self
    }

    /// Adds a custom domain name.
    ///
    /// [`Domain`] has an example.
    #[must_use]
    pub fn domain(mut self, name: impl Into<String>, domain: Domain) -> Self {
        self.domains.get_or_insert_default().insert(name.into(), domain);
        self
    }

    /// Writes no access log. By default an API writes one line for each request.
    ///
    /// ```
    /// let api = sss_model::Api::builder().without_access_log().build()?;
    /// assert_eq!(api.access_log, None);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    #[must_use]
    pub fn without_access_log(mut self) -> Self {
        self.access_log = Some(None);
        self
    }
}

impl Api {
    /// Returns the URLs of the custom domain names, in the order of the names. A name with `*` stands for many hosts
    /// and has no URL.
    ///
    /// ```
    /// use sss_model::{Api, Domain};
    ///
    /// let domain = Domain::builder()
    ///     .certificate("arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f")
    ///     .path("shop");
    /// let api = Api::builder().domain("api.example.com", domain.build()?).build()?;
    /// assert_eq!(api.domain_urls().collect::<Vec<_>>(), ["https://api.example.com/shop"]);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn domain_urls(&self) -> impl Iterator<Item = String> {
        let hosts = self.domains.iter().filter(|(name, _)| !name.starts_with('*'));
        hosts.map(|(name, domain)| match &domain.path {
            Some(path) => format!("https://{name}/{path}"),
            None => format!("https://{name}"),
        })
    }

    /// Returns all authorizers with their places, below the place of the API.
    pub(crate) fn all_authorizers<'a>(
        &'a self,
        at: &Path,
    ) -> impl Iterator<Item = (&'a JwtAuthorizer, Path)> + use<'a> {
        let (default, named) = (at.key("authorizer"), at.key("authorizers"));
        let others = self.authorizers.iter().map(move |(name, one)| (one, named.key(name)));
        self.authorizer.iter().map(move |one| (one, default.clone())).chain(others)
    }
}

impl Part for Api {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::api::inspect(self, at, report);
    }
}

/// Cross-origin resource sharing: API Gateway answers preflight requests by itself.
///
/// ```
/// use sss_model::Cors;
///
/// let cors = Cors::builder().allow_origins(["https://www.example.com"]).allow_credentials(true).build()?;
/// assert_eq!(cors.max_age, None);
/// assert!(Cors::builder().allow_origins(["*"]).allow_credentials(true).build().is_err());
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Cors {
    /// The origins whose pages may call the API: `scheme://host[:port]`, or `*`.
    #[builder(setter(custom))]
    pub allow_origins: Vec<String>,
    /// The methods that these pages may use, or `*`.
    #[builder(setter(custom))]
    pub allow_methods: Vec<String>,
    /// The headers that these pages may send, or `*`.
    #[builder(setter(custom))]
    pub allow_headers: Vec<String>,
    /// The headers of an answer that these pages may read.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    /// Whether these pages may send cookies and authorization; not with the origin `*`. Default false.
    pub allow_credentials: bool,
    /// Seconds for which a browser may keep the answer to a preflight request, 0 to 86400; -1 keeps no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1, max = 86400), extend("x-rule" = rules::APIGW_CORS_004.id))]
    #[validate(custom(function = "rules::api::max_age"))]
    pub max_age: Option<i32>,
}

setters!(CorsBuilder { lists: allow_origins, allow_methods, allow_headers, expose_headers; });

impl Part for Cors {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::api::cors::inspect(self, at, report);
    }
}

/// A JWT authorizer: API Gateway checks the token's signature, issuer, audience and scopes.
///
/// ```
/// use sss_model::JwtAuthorizer;
///
/// let authorizer = JwtAuthorizer::builder()
///     .issuer("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ABcdEFgh1")
///     .audience(["1example23456789"])
///     .build()?;
/// assert_eq!(authorizer.identity_source, "$request.header.Authorization");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(try_from = "AuthorizerWords", into = "AuthorizerWords")]
#[non_exhaustive]
pub struct JwtAuthorizer {
    /// The issuer: an `https://` URL, exactly as `iss` of the tokens has it.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::api::issuer"))]
    pub issuer: String,
    /// The audiences, 1 to 50; a token must be for one of them. With Cognito: the ids of the app clients.
    #[builder(setter(custom))]
    pub audience: Vec<String>,
    /// The place of the token in a request. Default `$request.header.Authorization`.
    #[builder(setter(into))]
    #[validate(custom(function = "rules::api::identity_source"))]
    pub identity_source: String,
}

impl Default for JwtAuthorizer {
    fn default() -> Self {
        JwtAuthorizer {
            issuer: String::new(),
            audience: Vec::new(),
            identity_source: "$request.header.Authorization".to_owned(),
        }
    }
}

setters!(JwtAuthorizerBuilder { lists: audience; });

impl JwtAuthorizerBuilder {
    /// Sets issuer and audiences to those of a user pool of Amazon Cognito.
    #[must_use]
    pub fn cognito(mut self, pool: CognitoUserPool) -> Self {
        self.issuer = Some(pool.issuer());
        self.audience = Some(pool.client_ids);
        self
    }
}

impl Part for JwtAuthorizer {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::api::authorizer(self, at, report);
    }
}

built!(
    Api by ApiBuilder,
    Cors by CorsBuilder,
    JwtAuthorizer by JwtAuthorizerBuilder,
);
