//! The model of a service stack on AWS: an HTTP API, a JWT authorizer, Cloud Map, ECS on Fargate, and the IAM roles, log
//! groups and security group that they need.
//!
//! A [`Stack`] says what is wanted. It comes from [builders](Stack::builder) or from a [stack file](Stack::from_toml) in
//! the same words, is held against the [`rules`] of AWS, and names every [`Problem`] at its path, all at once. This crate
//! does no I/O and calls no AWS.
//!
//! ```
//! use sss_model::{Api, Network, Route, Rule, SecurityGroup, Service, Stack, TaskSize};
//!
//! let network = Network::builder()
//!     .vpc_id("vpc-0a1b2c3d4e5f60718")
//!     .private_subnet_ids(["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"])
//!     .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"])
//!     .build()?;
//! let orders = Service::builder()
//!     .name("orders")
//!     .image("123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4")
//!     .port(8080)
//!     .task_size(TaskSize::new(512, 1024)?)
//!     .environment([("LOG", "info")])
//!     .route(Route::builder().path("/orders/{proxy+}").build()?)
//!     .build()?;
//! let stack = Stack::builder()
//!     .name("shop")
//!     .region("eu-central-1")
//!     .network(network)
//!     .security_group(SecurityGroup::builder().ingress(Rule::tcp(8080).from("10.0.0.0/16")).build()?)
//!     .api(Api::default())
//!     .service(orders)
//!     .build()?;
//!
//! let read_again = Stack::from_toml(&stack.to_toml()).expect("what is written can be read").stack;
//! assert_eq!(read_again, stack);
//! # Ok::<(), sss_model::Invalid>(())
//! ```

mod api;
mod arguments;
mod builder;
mod cluster;
mod container;
mod deployment;
mod file;
#[cfg(test)]
mod fixture;
mod ignored;
mod naming;
mod nearest;
mod network;
mod partition;
mod path;
mod policy;
mod problem;
mod report;
pub mod request;
mod retention;
mod role;
mod route;
pub mod rules;
mod schema;
mod secret;
mod security_group;
mod service;
mod stack;
mod task;
mod task_definition;
mod task_size;
mod text;
pub mod tfvars;
mod zone;

pub use api::{
    AccessLog, AccessLogBuilder, Api, ApiBuilder, Cors, CorsBuilder, JwtAuthorizer, JwtAuthorizerBuilder,
};
pub use arguments::Arguments;
pub use cluster::{CapacityProvider, Cluster, ClusterBuilder, Namespace, NamespaceBuilder};
pub use container::{Condition, Container, ContainerBuilder, HealthCheck, HealthCheckBuilder};
pub use deployment::{Deployment, DeploymentBuilder};
pub use file::{Located, Parsed};
pub use ignored::Ignored;
pub use network::{Network, NetworkBuilder};
pub use partition::{Partition, TASK_PRINCIPAL};
pub use path::{NotAPath, Path, Segment};
pub use policy::{Conditions, Effect, PolicyDocument, PolicyStatement, Statement, StatementBuilder};
pub use problem::{Invalid, Problem, Severity};
pub use retention::Retention;
pub use role::{ExecutionRole, ExecutionRoleBuilder, TASK_EXECUTION_POLICY, TaskRole, TaskRoleBuilder};
pub use route::{Method, Route, RouteBuilder};
pub use schema::schema;
pub use secret::{looks_secret, promises_secret};
pub use security_group::{Protocol, Rule, RuleBuilder, SecurityGroup, SecurityGroupBuilder, UnknownProtocol};
pub use service::{
    Backend, CapacityStrategy, CapacityStrategyBuilder, CloudMapBackend, CloudMapBackendBuilder, Service,
    ServiceBuilder, ServiceNames, ServiceNamesBuilder,
};
pub use stack::{Names, NamesBuilder, Stack, StackBuilder};
pub use task::{Task, TaskBuilder};
pub use task_size::{CpuArchitecture, TaskSize};
pub use zone::{has_zones_without_vpc_links, is_without_vpc_links};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
