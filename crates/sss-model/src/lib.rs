#![doc = include_str!("../README.md")]

mod api;
mod arguments;
mod backend;
mod beyond;
mod builder;
mod cluster;
pub mod compare;
mod container;
pub mod cost;
mod deployment;
mod file;
#[cfg(test)]
mod fixture;
mod ignored;
mod image_override;
mod load_balancer;
mod log_group;
mod names;
mod naming;
mod nearest;
mod network;
mod partition;
mod path;
mod platform;
mod policy;
mod problem;
mod reach;
mod registration;
mod report;
pub mod request;
mod retention;
mod role;
mod route;
pub mod rules;
mod scaling;
mod schema;
mod secret;
mod security_group;
mod service;
mod spelling;
mod stack;
mod task;
mod task_definition;
mod task_size;
mod text;
pub mod tfvars;
mod volume;
mod zone;

pub use api::{
    AccessLog, AccessLogBuilder, Api, ApiBuilder, CognitoUserPool, Cors, CorsBuilder, Domain, DomainBuilder,
    IpAddressType, JwtAuthorizer, JwtAuthorizerBuilder, RequestRate, Throttling,
};
pub use arguments::Arguments;
pub use backend::{
    AlbBackend, AlbBackendBuilder, Backend, BackendKind, CloudMapBackend, CloudMapBackendBuilder, NlbBackend,
    NlbBackendBuilder, TargetHealthCheck, TargetHealthCheckBuilder,
};
pub use cluster::{
    CapacityProvider, Cluster, ClusterBuilder, ContainerInsights, ExecuteCommand, ExecuteCommandBuilder,
    ExecuteCommandLogging, ManagedStorage, ManagedStorageBuilder, Namespace, NamespaceBuilder,
};
pub use container::{
    AppProtocol, Capabilities, Condition, Container, ContainerBuilder, Firelens, FirelensBuilder,
    FirelensType, HealthCheck, HealthCheckBuilder, Linux, LinuxBuilder, LogDriver, Mount, Port, PortBuilder,
    RestartPolicy, RestartPolicyBuilder, Tmpfs, TmpfsBuilder, TransportProtocol, Ulimit, VersionConsistency,
    VolumeFrom,
};
pub use deployment::{
    Deployment, DeploymentAlarms, DeploymentAlarmsBuilder, DeploymentBuilder, DeploymentStrategy,
    FailureThreshold, FailureThresholdBuilder, ThresholdKind,
};
pub use file::{Located, Parsed, StackFiles};
pub use ignored::Ignored;
pub use image_override::{ImageOverride, NotAnImageOverride};
pub use load_balancer::{LoadBalancer, LoadBalancerBuilder, LoadBalancers, LoadBalancersBuilder};
pub use log_group::{LogClass, LogGroup, LogGroupBuilder};
pub use names::{Names, NamesBuilder};
pub use nearest::nearest;
pub use network::{Network, NetworkBuilder};
pub use partition::{Partition, TASK_PRINCIPAL};
pub use path::{NotAPath, Path, Segment};
pub use platform::{OperatingSystemFamily, PidMode, ProxyConfiguration, ProxyConfigurationBuilder};
pub use policy::{Conditions, Effect, PolicyDocument, PolicyStatement, Statement, StatementBuilder};
pub use problem::{Invalid, Problem, Severity};
pub use reach::DERIVED_RULE;
pub use retention::Retention;
pub use role::{ExecutionRole, ExecutionRoleBuilder, TASK_EXECUTION_POLICY, TaskRole, TaskRoleBuilder};
pub use route::{Access, Authorization, Method, Route, RouteAuthorizer, RouteBuilder};
pub use scaling::{
    Adjustment, Aggregation, Scaling, ScalingBuilder, ScalingProcess, ScheduledScaling,
    ScheduledScalingBuilder, StepAdjustment, StepAdjustmentBuilder, StepPolicy, StepPolicyBuilder,
};
pub use schema::schema;
pub use secret::{looks_secret, promises_secret};
pub use security_group::{Protocol, Rule, RuleBuilder, SecurityGroup, SecurityGroupBuilder, UnknownProtocol};
pub use service::{
    CapacityStrategy, CapacityStrategyBuilder, Service, ServiceBuilder, ServiceNames, ServiceNamesBuilder,
    TagSource, ZoneRebalancing,
};
pub use stack::{Stack, StackBuilder};
pub use task::{Task, TaskBuilder};
pub use task_size::{CpuArchitecture, TaskSize};
pub use text::printable;
pub use volume::{EbsVolume, EbsVolumeBuilder, EfsVolume, EfsVolumeBuilder, FilesystemType, Volume};
pub use zone::{has_vpc_links, has_zones_without_vpc_links, is_without_fargate, is_without_vpc_links};
