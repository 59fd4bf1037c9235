//! The way from the API to the tasks of a service.
//!
//! A [`Backend`] finds the tasks for requests. Cloud Map keeps the address and the port of each task; a load balancer
//! keeps its tasks in a target group and checks their health. [`BackendKind`] is the choice without settings, which a
//! stack makes for all services that make none.
//!
//! The load balancers themselves belong to the stack: the module `load_balancer` has their settings.

use std::fmt;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use validator::Validate;

use crate::builder::built;
use crate::problem::Invalid;
use crate::report::Part;
use crate::rules;

/// The way from the API to the tasks of a service.
///
/// ```
/// use sss_model::{AlbBackend, Backend, BackendKind};
///
/// assert_eq!(Backend::Alb(AlbBackend::default()).kind(), BackendKind::Alb);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Backend {
    /// A Cloud Map service with SRV records, which hold the address and the port of each task.
    CloudMap(CloudMapBackend),
    /// A target group of the stack's Application Load Balancer.
    Alb(AlbBackend),
    /// A target group of the stack's Network Load Balancer.
    Nlb(NlbBackend),
}

impl Backend {
    /// Returns the kind of the backend, without its settings.
    pub const fn kind(&self) -> BackendKind {
        match self {
            Backend::CloudMap(_) => BackendKind::CloudMap,
            Backend::Alb(_) => BackendKind::Alb,
            Backend::Nlb(_) => BackendKind::Nlb,
        }
    }

    /// Returns the health check of a target group, or `None` for Cloud Map.
    pub const fn target_health_check(&self) -> Option<&TargetHealthCheck> {
        match self {
            Backend::CloudMap(_) => None,
            Backend::Alb(backend) => Some(&backend.health_check),
            Backend::Nlb(backend) => Some(&backend.health_check),
        }
    }
}

/// The kind of a backend.
///
/// ```
/// use sss_model::{Backend, BackendKind};
///
/// assert_eq!(BackendKind::default(), BackendKind::CloudMap);
/// assert_eq!(Backend::from(BackendKind::Nlb).kind(), BackendKind::Nlb);
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BackendKind {
    /// Cloud Map.
    #[default]
    CloudMap,
    /// The stack's Application Load Balancer.
    Alb,
    /// The stack's Network Load Balancer.
    Nlb,
}

impl BackendKind {
    /// All kinds, in the order of the article.
    pub const ALL: [Self; 3] = [Self::CloudMap, Self::Alb, Self::Nlb];

    /// Returns the word of a stack file, such as `cloud_map`.
    pub const fn as_str(self) -> &'static str {
        match self {
            BackendKind::CloudMap => "cloud_map",
            BackendKind::Alb => "alb",
            BackendKind::Nlb => "nlb",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_cloud_map(&self) -> bool {
        *self == BackendKind::CloudMap
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The backend of a kind with its defaults.
impl From<BackendKind> for Backend {
    fn from(kind: BackendKind) -> Self {
        match kind {
            BackendKind::CloudMap => Backend::CloudMap(CloudMapBackend::default()),
            BackendKind::Alb => Backend::Alb(AlbBackend::default()),
            BackendKind::Nlb => Backend::Nlb(NlbBackend::default()),
        }
    }
}

/// A backend in a stack file: its kind alone, or a table with its settings.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum Spelled {
    Kind(BackendKind),
    Whole(Backend),
}

/// Reads a backend of which a file may write the kind alone.
pub(crate) fn spelled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Backend>, D::Error> {
    let backend = Option::<Spelled>::deserialize(deserializer)?;
    Ok(backend.map(|backend| match backend {
        Spelled::Kind(kind) => kind.into(),
        Spelled::Whole(backend) => backend,
    }))
}

/// A Cloud Map service.
///
/// ```
/// use sss_model::{Backend, CloudMapBackend, Service};
///
/// let service = Service::builder()
///     .name("shop")
///     .image("shop:1.4")
///     .port(80)
///     .backend(Backend::CloudMap(CloudMapBackend::builder().ttl(5).build()?))
///     .build()?;
/// assert!(matches!(service.backend, Some(Backend::CloudMap(backend)) if backend.ttl == 5));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CloudMapBackend {
    /// Seconds for which resolvers may keep an answer, 0 to 2147483647. Default 10: clients soon forget a stopped task.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::CM_SVC_012.id))]
    #[validate(custom(function = "rules::cloud_map::ttl"))]
    pub ttl: u32,
}

impl Default for CloudMapBackend {
    fn default() -> Self {
        CloudMapBackend { ttl: 10 }
    }
}

impl Part for CloudMapBackend {}

/// Seconds that a stopping task gets for the requests it has, unless the stack says otherwise. AWS's own default is
/// 300, and an HTTP API answers 503 after 30.
const DEREGISTRATION_DELAY: u32 = 30;

/// A target group of the stack's Application Load Balancer.
///
/// ```
/// use sss_model::{AlbBackend, TargetHealthCheck};
///
/// let health_check = TargetHealthCheck::builder().path("/health").matcher("200-299").build()?;
/// let backend = AlbBackend::builder().health_check(health_check).slow_start(60).build()?;
/// assert_eq!(backend.deregistration_delay, 30);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AlbBackend {
    /// The health check by which the load balancer chooses tasks, and ECS replaces them.
    pub health_check: TargetHealthCheck,
    /// Seconds that a stopping task gets for the requests it has, 0 to 3600. Default 30.
    #[schemars(range(max = 3600), extend("x-rule" = rules::ELB_TG_020.id))]
    #[validate(custom(function = "rules::balancing::deregistration_delay"))]
    pub deregistration_delay: u32,
    /// Seconds in which a new task gets more and more requests: 0 for no such time, or 30 to 900. Default 0.
    #[schemars(range(max = 900), extend("x-rule" = rules::ELB_TG_021.id))]
    #[validate(custom(function = "rules::balancing::slow_start"))]
    pub slow_start: u32,
    /// Seconds for which a cookie of the load balancer keeps a client at one task, 1 to 604800. Default: no cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 604_800), extend("x-rule" = rules::ELB_TG_022.id))]
    #[validate(custom(function = "rules::balancing::stickiness"))]
    pub stickiness: Option<u32>,
}

impl Default for AlbBackend {
    fn default() -> Self {
        AlbBackend {
            health_check: TargetHealthCheck::default(),
            deregistration_delay: DEREGISTRATION_DELAY,
            slow_start: 0,
            stickiness: None,
        }
    }
}

impl Part for AlbBackend {}

/// A target group of the stack's Network Load Balancer.
///
/// ```
/// use sss_model::NlbBackend;
///
/// let backend = NlbBackend::builder().deregistration_delay(60).build()?;
/// assert_eq!(backend.health_check.path, None, "a TCP connection is the check");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default)]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct NlbBackend {
    /// The health check by which the load balancer chooses tasks, and ECS replaces them. Without a path, a TCP
    /// connection is the check.
    pub health_check: TargetHealthCheck,
    /// Seconds that a stopping task gets for the requests it has, 0 to 3600. Default 30.
    #[schemars(range(max = 3600), extend("x-rule" = rules::ELB_TG_020.id))]
    #[validate(custom(function = "rules::balancing::deregistration_delay"))]
    pub deregistration_delay: u32,
}

impl Default for NlbBackend {
    fn default() -> Self {
        NlbBackend { health_check: TargetHealthCheck::default(), deregistration_delay: DEREGISTRATION_DELAY }
    }
}

impl Part for NlbBackend {}

/// The health check of a target group. The load balancer asks the port to which requests come.
///
/// ```
/// use sss_model::TargetHealthCheck;
///
/// let check = TargetHealthCheck::builder().path("/health").interval(5).timeout(3).build()?;
/// assert_eq!((check.healthy_threshold, check.unhealthy_threshold), (2, 3));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TargetHealthCheck {
    /// The path of the request, such as `/health`. Default: `/` behind an Application Load Balancer; behind a Network
    /// Load Balancer a TCP connection is the check.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024), pattern(r"^/"), extend("x-rule" = rules::ELB_TG_010.id))]
    #[validate(custom(function = "rules::elb::health_path"))]
    pub path: Option<String>,
    /// The status codes of a healthy task, such as `200`, `200,204` or `200-299`. Default: `200` behind an Application
    /// Load Balancer, `200-399` behind a Network Load Balancer.
    #[builder(setter(into))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(pattern(r"^[0-9]{3}([,-][0-9]{3})*$"), extend("x-rule" = rules::ELB_TG_014.id))]
    pub matcher: Option<String>,
    /// Seconds between two checks of a task, 5 to 300. Default 10.
    #[schemars(range(min = 5, max = 300), extend("x-rule" = rules::ELB_TG_011.id))]
    #[validate(custom(function = "rules::elb::interval"))]
    pub interval: u32,
    /// Seconds that a check may take, 2 to 120 and less than the interval. Default 5.
    #[schemars(range(min = 2, max = 120), extend("x-rule" = rules::ELB_TG_012.id))]
    #[validate(custom(function = "rules::elb::timeout"))]
    pub timeout: u32,
    /// The number of checks that an unhealthy task has to pass in a row, 2 to 10. Default 2.
    #[schemars(range(min = 2, max = 10), extend("x-rule" = rules::ELB_TG_013.id))]
    #[validate(custom(function = "rules::elb::threshold"))]
    pub healthy_threshold: u32,
    /// The number of checks that have to fail in a row, 2 to 10. Default 3.
    #[schemars(range(min = 2, max = 10), extend("x-rule" = rules::ELB_TG_013.id))]
    #[validate(custom(function = "rules::elb::threshold"))]
    pub unhealthy_threshold: u32,
}

impl Default for TargetHealthCheck {
    fn default() -> Self {
        TargetHealthCheck {
            path: None,
            matcher: None,
            interval: 10,
            timeout: 5,
            healthy_threshold: 2,
            unhealthy_threshold: 3,
        }
    }
}

impl Part for TargetHealthCheck {}

built!(
    CloudMapBackend by CloudMapBackendBuilder,
    AlbBackend by AlbBackendBuilder,
    NlbBackend by NlbBackendBuilder,
    TargetHealthCheck by TargetHealthCheckBuilder,
);
