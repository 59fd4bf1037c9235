//! The load balancers of the stack, which its services share.
//!
//! A stack has an Application Load Balancer as soon as a service has the backend `alb`, and a Network Load Balancer as
//! soon as one has `nlb`. Both are internal, in the private subnets, and in a security group of their own that lets the
//! VPC link in. One Application Load Balancer carries 100 services and one Network Load Balancer 50; a stack with more
//! services has several.
//!
//! A stack may also use a load balancer or a listener that exists already. It then adds its own listeners and rules
//! there, and changes nothing else.

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::backend::BackendKind;
use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;
use crate::stack::Stack;

/// The settings of the stack's load balancers.
///
/// ```
/// use sss_model::{LoadBalancer, LoadBalancers};
///
/// let alb = LoadBalancer::builder()
///     .certificate("arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f")
///     .server_name("shop.example.com")
///     .build()?;
/// let both = LoadBalancers::builder().alb(alb).build()?;
/// assert!(!both.nlb.deletion_protection);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LoadBalancers {
    /// The Application Load Balancer.
    #[serde(skip_serializing_if = "LoadBalancer::is_plain")]
    pub alb: LoadBalancer,
    /// The Network Load Balancer.
    #[serde(skip_serializing_if = "LoadBalancer::is_plain")]
    pub nlb: LoadBalancer,
}

impl LoadBalancers {
    pub(crate) fn are_plain(&self) -> bool {
        *self == LoadBalancers::default()
    }

    /// Returns the settings of the load balancer behind a kind of backend, or `None` for Cloud Map.
    pub const fn of(&self, kind: BackendKind) -> Option<&LoadBalancer> {
        match kind {
            BackendKind::CloudMap => None,
            BackendKind::Alb => Some(&self.alb),
            BackendKind::Nlb => Some(&self.nlb),
        }
    }
}

impl Part for LoadBalancers {}

/// A load balancer of the stack, or one that exists already.
///
/// Without a certificate, requests of the API reach it by plain HTTP within the VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(into, strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LoadBalancer {
    /// The certificate of its listeners, by the ARN of ACM or IAM. Requests then reach it by TLS. API Gateway trusts
    /// public certificates only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The name in the certificate, which API Gateway verifies. Required beside a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512), extend("x-rule" = rules::APIGW_INT_040.id))]
    #[validate(custom(function = "rules::balancing::server_name"))]
    pub server_name: Option<String>,
    /// The security policy of listeners with a certificate. Default: AWS's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl_policy: Option<String>,
    /// Whether AWS refuses to delete the load balancer. A plan that removes it turns the protection off first. Default
    /// false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deletion_protection: bool,
    /// The ARN of a load balancer that exists already. The stack adds its own listeners, and changes nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The ARN of a listener of an Application Load Balancer that exists already. The stack adds a rule for each
    /// service, and changes nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener: Option<String>,
    /// The security groups of a load balancer that exists already. The tasks let them in, unless the stack writes
    /// `security_group.ingress`.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(pattern(r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")))]
    pub security_group_ids: Vec<String>,
    /// Tags of the load balancer, its listeners and its security group.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

setters!(LoadBalancerBuilder { lists: security_group_ids; pairs: tags; });

impl LoadBalancer {
    fn is_plain(&self) -> bool {
        *self == LoadBalancer::default()
    }

    /// Returns whether the load balancer exists already, and the stack creates none.
    pub const fn is_given(&self) -> bool {
        self.arn.is_some() || self.listener.is_some()
    }
}

impl Part for LoadBalancer {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::balancing::inspect(self, at, report);
    }
}

built!(LoadBalancers by LoadBalancersBuilder, LoadBalancer by LoadBalancerBuilder);

/// The number of services that one load balancer of a kind carries: 100 target groups of an Application Load Balancer,
/// 50 listeners of a Network Load Balancer. AWS raises neither.
pub(crate) const fn capacity(kind: BackendKind) -> u16 {
    match kind {
        BackendKind::Nlb => 50,
        BackendKind::Alb | BackendKind::CloudMap => 100,
    }
}

impl Stack {
    /// Returns the keys of the services with a kind of backend, in the order of their names.
    ///
    /// ```
    /// use sss_model::{BackendKind, Stack, tfvars};
    ///
    /// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// assert_eq!(stack.services_behind(BackendKind::CloudMap).count(), 1);
    /// assert_eq!(stack.services_behind(BackendKind::Alb).count(), 0);
    /// ```
    pub fn services_behind(&self, kind: BackendKind) -> impl Iterator<Item = &str> {
        let has = move |service: &&crate::Service| {
            service.backend.as_ref().is_some_and(|backend| backend.kind() == kind)
        };
        self.services.values().filter(has).map(|service| service.name.as_str())
    }

    /// Returns the number of services that one load balancer of a kind carries.
    ///
    /// An Application Load Balancer has at most 100 target groups and a Network Load Balancer 50 listeners.
    pub fn services_of_one(kind: BackendKind) -> usize {
        usize::from(capacity(kind))
    }
}
