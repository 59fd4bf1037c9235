//! Names that the stack file gives to the stack's own objects.
//!
//! The scheme of all other names is in the `naming` module.

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::problem::Invalid;
use crate::report::Part;

/// Names that differ from the naming scheme. An object without a name here has the name of the scheme.
///
/// ```
/// use sss_model::{Names, Network, Stack};
///
/// let stack = Stack::builder()
///     .name("market")
///     .region("eu-central-1")
///     .network(Network::builder().vpc_id("vpc-0a1b2c3d4e5f60718").build()?)
///     .names(Names::builder().cluster("shared").build()?)
///     .build()?;
/// assert_eq!((stack.cluster_name(), stack.api_name()), ("shared".into(), "market-api-gateway".into()));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema)]
#[builder(pattern = "owned", default, setter(into, strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[derive(Validate)]
#[non_exhaustive]
pub struct Names {
    /// The ECS cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The task execution role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role: Option<String>,
    /// The inline policy of the task execution role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_policy: Option<String>,
    /// The inline policy of the task execution role that lets it read the services' secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets_policy: Option<String>,
    /// The security group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group: Option<String>,
    /// The tag `Name` of the security group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group_tag: Option<String>,
    /// The private DNS namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The VPC link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_link: Option<String>,
    /// The HTTP API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The log group of the API's access log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_log_group: Option<String>,
    /// The JWT authorizer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// The Application Load Balancer. Further ones have a number behind this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alb: Option<String>,
    /// The Network Load Balancer. Further ones have a number behind this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nlb: Option<String>,
}

impl Names {
    pub(crate) fn are_derived(&self) -> bool {
        *self == Names::default()
    }
}

impl Part for Names {}

crate::builder::built!(Names by NamesBuilder);
