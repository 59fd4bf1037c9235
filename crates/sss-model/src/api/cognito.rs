//! A JWT authorizer in the words of a stack file: an issuer, or a user pool of Amazon Cognito.
//!
//! The issuer of a user pool follows from the id of the pool, and the audiences are the ids of its app clients. A file
//! may name these, and [`AuthorizerWords`] becomes the same [`JwtAuthorizer`] as with the issuer. It is written back with
//! the issuer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::JwtAuthorizer;
use crate::partition::Partition;
use crate::path::Path;
use crate::problem::{Invalid, Problem};
use crate::rules::{self, APIGW_AUTH_002, APIGW_AUTH_007, Broken, broken};

/// The most characters of the id of a user pool.
const LONGEST: usize = 55;

/// A user pool of Amazon Cognito, whose tokens an authorizer accepts.
///
/// ```
/// use sss_model::{CognitoUserPool, JwtAuthorizer};
///
/// let pool = CognitoUserPool::new("eu-central-1_ABcdEFgh1", ["1example23456789"])?;
/// let authorizer = JwtAuthorizer::builder().cognito(pool).build()?;
/// assert_eq!(authorizer.issuer, "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ABcdEFgh1");
/// assert_eq!(authorizer.audience, ["1example23456789"]);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Cognito")]
#[non_exhaustive]
pub struct CognitoUserPool {
    /// The id of the user pool, such as `ap-northeast-1_ABcdEFgh1`. It begins with the region of the pool.
    #[schemars(length(max = 55), pattern(r"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}_[0-9A-Za-z]+$"), extend("x-rule" = rules::APIGW_AUTH_007.id))]
    user_pool_id: String,
    /// The ids of the app clients, 1 to 50; a token must be for one of them.
    #[schemars(length(min = 1, max = 50))]
    pub(super) client_ids: Vec<String>,
}

impl CognitoUserPool {
    /// Returns a user pool with its app clients.
    ///
    /// # Errors
    ///
    /// The id does not have the form of the id of a user pool. An empty list of clients is a problem of the authorizer.
    pub fn new<Id: Into<String>>(
        user_pool_id: impl Into<String>,
        client_ids: impl IntoIterator<Item = Id>,
    ) -> Result<Self, Invalid> {
        let client_ids = client_ids.into_iter().map(Into::into).collect();
        let pool = CognitoUserPool { user_pool_id: user_pool_id.into(), client_ids };
        let at = Path::root().key("user_pool_id");
        pool.check().map_err(|broken| Problem::new(&at, broken))?;
        Ok(pool)
    }

    /// Checks the id: a region, `_`, and letters and digits.
    fn check(&self) -> Result<(), Broken> {
        let id = self.user_pool_id.as_str();
        let is_id = id.split_once('_').is_some_and(|(region, rest)| {
            let is_plain = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric());
            rules::stack::is_region(region) && is_plain && id.len() <= LONGEST
        });
        if is_id { Ok(()) } else { Err(broken!(APIGW_AUTH_007, "not-a-user-pool", id = id)) }
    }

    /// Returns the issuer of the pool's tokens. The host is one of the pool's region, in the partition of that.
    pub(super) fn issuer(&self) -> String {
        let region = self.user_pool_id.split('_').next().unwrap_or_default();
        let host = Partition::of_region(region).endpoint("cognito-idp", region);
        format!("https://{host}/{}", self.user_pool_id)
    }
}

/// An authorizer in the words of a stack file, before they are joined.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "JwtAuthorizer")]
pub(crate) struct AuthorizerWords {
    /// The issuer: an `https://` URL, exactly as `iss` of the tokens has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048), pattern("^https://"))]
    issuer: Option<String>,
    /// The audiences, 1 to 50; a token must be for one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 50))]
    audience: Option<Vec<String>>,
    /// A user pool of Amazon Cognito in place of issuer and audience: these follow from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cognito: Option<CognitoUserPool>,
    /// The place of the token in a request. Default `$request.header.Authorization`.
    #[schemars(pattern(r"^\$request\.(header|querystring)\..+$"))]
    identity_source: String,
}

impl Default for AuthorizerWords {
    fn default() -> Self {
        let identity_source = JwtAuthorizer::default().identity_source;
        AuthorizerWords { issuer: None, audience: None, cognito: None, identity_source }
    }
}

impl TryFrom<AuthorizerWords> for JwtAuthorizer {
    type Error = Problem;

    fn try_from(words: AuthorizerWords) -> Result<Self, Problem> {
        let AuthorizerWords { issuer, audience, cognito, identity_source } = words;
        let Some(pool) = cognito else {
            let (issuer, audience) = (issuer.unwrap_or_default(), audience.unwrap_or_default());
            return Ok(JwtAuthorizer { issuer, audience, identity_source });
        };

        let at = Path::root();
        for (key, is_set) in [("issuer", issuer.is_some()), ("audience", audience.is_some())] {
            if is_set {
                return Err(Problem::new(&at.key(key), broken!(APIGW_AUTH_007, "both-set")));
            }
        }
        let at = at.key("cognito");
        pool.check().map_err(|broken| Problem::new(&at.key("user_pool_id"), broken))?;
        if pool.client_ids.is_empty() {
            return Err(Problem::new(&at.key("client_ids"), broken!(APIGW_AUTH_002, "none")));
        }
        Ok(JwtAuthorizer { issuer: pool.issuer(), audience: pool.client_ids, identity_source })
    }
}

impl From<JwtAuthorizer> for AuthorizerWords {
    fn from(authorizer: JwtAuthorizer) -> Self {
        let JwtAuthorizer { issuer, audience, identity_source } = authorizer;
        AuthorizerWords { issuer: Some(issuer), audience: Some(audience), cognito: None, identity_source }
    }
}
