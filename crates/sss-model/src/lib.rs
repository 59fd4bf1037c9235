//! The model of a service stack on AWS: what is wanted, validated, and nothing else.

mod api;
mod builder;
mod cluster;
mod container;
mod file;
#[cfg(test)]
mod fixture;
mod naming;
mod network;
mod policy;
mod problem;
mod retention;
mod role;
mod route;
pub mod rules;
mod schema;
mod secret;
mod security_group;
mod service;
mod stack;
mod task_size;
pub mod tfvars;

pub use api::{
    AccessLog, AccessLogBuilder, Api, ApiBuilder, Cors, CorsBuilder, JwtAuthorizer, JwtAuthorizerBuilder,
};
pub use cluster::{CapacityProvider, Cluster, ClusterBuilder, Namespace, NamespaceBuilder};
pub use container::{Condition, Container, ContainerBuilder, HealthCheck, HealthCheckBuilder};
pub use file::{Located, Parsed};
pub use network::{Network, NetworkBuilder};
pub use policy::{Conditions, Effect, PolicyDocument, PolicyStatement, Statement, StatementBuilder};
pub use problem::{Invalid, Problem, Severity};
pub use retention::Retention;
pub use role::{ExecutionRole, ExecutionRoleBuilder, TASK_EXECUTION_POLICY, TaskRole, TaskRoleBuilder};
pub use route::{Method, Route, RouteBuilder};
pub use schema::schema;
pub use secret::looks_secret;
pub use security_group::{Protocol, Rule, RuleBuilder, SecurityGroup, SecurityGroupBuilder};
pub use service::{
    Backend, CapacityStrategy, CapacityStrategyBuilder, CloudMapBackend, CloudMapBackendBuilder, Deployment,
    DeploymentBuilder, Service, ServiceBuilder, ServiceNames, ServiceNamesBuilder,
};
pub use stack::{Names, NamesBuilder, Stack, StackBuilder};
pub use task_size::{CpuArchitecture, TaskSize};
