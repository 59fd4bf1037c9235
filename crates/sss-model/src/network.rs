//! The network of the stack, which exists already.
//!
//! The stack creates no VPC, subnet or route. It names the VPC and the subnets, and adds a security group for its tasks
//! and a VPC link for its API. Tasks reach the image registry, the logs and the secrets through a NAT gateway or VPC
//! endpoints of these subnets. This crate cannot check that.
//!
//! API Gateway has no VPC links in some availability zones. A subnet's zone is a fact of the account, so the engine
//! compares it with the table of the `zone` module; [`Network::vpc_link_zone_ids`] corrects the table.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// An existing VPC and the parts of it that the stack uses.
///
/// ```
/// use sss_model::Network;
///
/// let network = Network::builder()
///     .vpc_id("vpc-0a1b2c3d4e5f60718")
///     .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
///     .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
///     .build()?;
/// assert!(!network.assign_public_ip);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["vpc_id", "private_subnet_ids"]))]
#[non_exhaustive]
pub struct Network {
    /// The VPC, such as `vpc-0a1b2c3d4e5f60718`.
    #[builder(setter(into))]
    #[schemars(pattern(r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"))]
    #[validate(custom(function = "rules::network::vpc_id"))]
    pub vpc_id: String,
    /// The subnets of the tasks, 1 to 16, and of the VPC link, which takes at most 10.
    #[builder(setter(custom))]
    #[schemars(length(min = 1, max = 16), inner(pattern(r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")))]
    pub private_subnet_ids: Vec<String>,
    /// The security groups of the VPC link, at most 5.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(pattern(r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")))]
    pub vpc_link_security_group_ids: Vec<String>,
    /// The id or the name of a VPC link of others, through which the API reaches the services. The stack then has no link
    /// of its own. Without `security_group.ingress`, the ports behind routes are open to the security groups of the link.
    #[builder(setter(into, strip_option))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128))]
    #[validate(custom(function = "rules::existing::vpc_link"))]
    pub existing_vpc_link: Option<String>,
    /// Ids of availability zones that have VPC links, such as `apne1-az3`, although the table of this version says that
    /// they do not.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(pattern(r"^[a-z0-9]+-az[0-9]+$")))]
    pub vpc_link_zone_ids: Vec<String>,
    /// Whether tasks get a public address. Default false: private subnets reach the image registry and the logs through
    /// a NAT gateway or VPC endpoints.
    pub assign_public_ip: bool,
}

setters!(NetworkBuilder { lists: private_subnet_ids, vpc_link_security_group_ids, vpc_link_zone_ids; });
built!(Network by NetworkBuilder);

impl Part for Network {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::network::inspect(self, at, report);
    }
}
