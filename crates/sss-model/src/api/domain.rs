//! Custom domain names of the HTTP API.
//!
//! A domain name has a certificate of its own and gets a regional name of AWS, to which a record of DNS leads. A
//! mapping sends the requests below a path of the domain name to the `$default` stage of the API. So clients keep their
//! URL when the API is replaced or moves to another account.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// A custom domain name of the API, with its certificate.
///
/// ```
/// use sss_model::{Api, Domain};
///
/// let domain = Domain::builder()
///     .certificate("arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f")
///     .path("shop")
///     .build()?;
/// let api = Api::builder().domain("api.example.com", domain).build()?;
/// assert!(api.domains.contains_key("api.example.com"));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["certificate"]))]
#[non_exhaustive]
pub struct Domain {
    /// The certificate of the domain name, by the ARN of ACM. It is in the region of the stack.
    #[builder(setter(into))]
    #[schemars(pattern("^arn:[^:]+:acm:[^:]+:[^:]*:certificate/.+$"), extend("x-rule" = rules::APIGW_DOM_002.id))]
    #[validate(custom(function = "rules::domain::certificate"))]
    pub certificate: String,
    /// The path of the domain name below which the API is, without `/` at its ends, such as `shop` or `shop/v1`.
    /// Default: the API has the whole domain name.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 300), extend("x-rule" = rules::APIGW_DOM_003.id))]
    #[validate(custom(function = "rules::domain::path"))]
    pub path: Option<String>,
    /// The hosted zone of Route 53 that gets alias records of the domain name, by its id. Default: no record.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(pattern("^Z[A-Z0-9]{1,31}$"), extend("x-rule" = rules::APIGW_DOM_005.id))]
    #[validate(custom(function = "rules::domain::zone"))]
    pub zone: Option<String>,
    /// The addresses of the domain name. Default `ipv4`.
    #[serde(skip_serializing_if = "IpAddressType::is_ipv4")]
    pub ip_address_type: IpAddressType,
}

impl Part for Domain {}

built!(Domain by DomainBuilder);

/// The addresses at which a domain name is reached.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum IpAddressType {
    /// IPv4 only.
    #[default]
    Ipv4,
    /// IPv4 and IPv6.
    Dualstack,
}

impl IpAddressType {
    /// Returns the word of AWS.
    pub const fn as_str(self) -> &'static str {
        match self {
            IpAddressType::Ipv4 => "ipv4",
            IpAddressType::Dualstack => "dualstack",
        }
    }

    /// Returns whether there is IPv4 only, the default.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    const fn is_ipv4(&self) -> bool {
        matches!(self, IpAddressType::Ipv4)
    }
}
