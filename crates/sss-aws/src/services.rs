//! The AWS services that a stack uses, each in a folder of its own with its kinds of resources.
//!
//! The engine below this floor knows no service and no kind. Services plug into it through two traits: an AWS
//! service implements [`AwsService`](crate::services::aws_service::AwsService), and a kind of resource
//! implements [`Resource`](crate::engine::kind::Resource). The engine and `observe` reach both through tables
//! without types and name none of them.
//!
//! # Two lists
//!
//! The macros `services!` and `kinds!` hold all of them. A new service is one name in the first list, and a
//! new kind one name in the second. A kind of a service that is missing in the first list does not compile.
//!
//! The order of both lists has a meaning:
//!
//! - The third rounds of an observation run in the order of the services. ECS comes after those whose
//!   objects its services use, because it has to know them to decide which revisions it reads. Autoscaling comes after
//!   ECS, because it is about services.
//! - A kind refers only to kinds above it. So references form no cycle, and the engine can find them by equal
//!   strings.
//!
//! # Invariant
//!
//! A service states each fact about AWS once, beside the calls that the fact is about: quotas, error codes,
//! page sizes, immutable members, usual times and deadlines.

pub(crate) mod apigateway;
pub(crate) mod autoscaling;
pub(crate) mod aws_service;
pub(crate) mod cloudmap;
pub(crate) mod ec2;
pub(crate) mod ecr;
pub(crate) mod ecs;
pub(crate) mod elb;
mod grants;
pub(crate) mod iam;
pub(crate) mod lag;
pub(crate) mod logs;
mod retag;
pub(crate) mod route53;
pub(crate) mod secretsmanager;
pub(crate) mod servicequotas;
pub(crate) mod ssm;
pub(crate) mod sts;
pub(crate) mod tagging;
mod whole;

use std::{error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use self::{
    apigateway::{
        ApiGateway, api::Api, api_mapping::ApiMapping, authorizer::Authorizer, domain_name::DomainName,
        integration::Integration, route::Route, stage::Stage, vpc_link::VpcLink,
    },
    autoscaling::{
        Autoscaling, policy::ScalingPolicy, scalable_target::ScalableTarget,
        scheduled_action::ScheduledAction,
    },
    aws_service::{AwsService, ServiceSpec, TagType},
    cloudmap::{CloudMap, cloudmap_service::CloudMapService, namespace::Namespace},
    ec2::{Ec2, security_group::SecurityGroup},
    ecs::{Ecs, cluster::Cluster, service::Service, task_definition::TaskDefinition},
    elb::{
        Elb, listener::Listener, load_balancer::LoadBalancer, rule::ListenerRule, target_group::TargetGroup,
    },
    iam::{Iam, role::Role},
    logs::{Logs, log_group::LogGroup},
    route53::{Route53, record_set::RecordSet},
};
use crate::{
    Graph, Kind, Rates,
    engine::kind::{Listed, Resource},
    grant::Grant,
};

/// A service that the list of services holds.
///
/// The macro `services!` is the only place that implements it, so a bound on this trait checks at compile
/// time that the list is complete.
trait Observed: AwsService {}

/// Lists the services, and implements [`Observed`] for each of them.
macro_rules! services {
    ($($service:ident),+ $(,)?) => {
        /// All services, in the order of their third rounds.
        pub(crate) const SERVICES: &[ServiceSpec] = &[$(ServiceSpec::of::<$service>()),+];

        $(impl Observed for $service {})+
    };
}

/// Lists the kinds with their services, and gives each kind its rank.
///
/// The constant without a name compiles only if the service of the kind is in the list of services.
macro_rules! kinds {
    ($($kind:ident of $service:ident),+ $(,)?) => {
        /// All kinds. A kind refers only to kinds above it.
        const KINDS: &[Kind] = &[$($kind::KIND),+];

        /// The places of the kinds in the list. A variant as a number is the rank of its kind.
        enum Place { $($kind),+ }

        $(impl Listed for $kind {
            const RANK: usize = Place::$kind as usize;
        }

        const _: &str = observed::<$service>();)+
    };
}

/// Returns the name of a service. Its bound is the purpose: a call does not compile for a service that no
/// observation reads.
const fn observed<S: Observed>() -> &'static str {
    S::NAME
}

services! {
    Iam, Logs, Ec2, CloudMap, Elb, ApiGateway, Route53, Ecs, Autoscaling,
}

kinds! {
    Role of Iam,
    LogGroup of Logs,
    SecurityGroup of Ec2,
    Namespace of CloudMap,
    Cluster of Ecs,
    VpcLink of ApiGateway,
    Api of ApiGateway,
    Stage of ApiGateway,
    Authorizer of ApiGateway,
    CloudMapService of CloudMap,
    LoadBalancer of Elb,
    TargetGroup of Elb,
    Listener of Elb,
    ListenerRule of Elb,
    TaskDefinition of Ecs,
    Service of Ecs,
    ScalableTarget of Autoscaling,
    ScalingPolicy of Autoscaling,
    ScheduledAction of Autoscaling,
    Integration of ApiGateway,
    Route of ApiGateway,
    DomainName of ApiGateway,
    ApiMapping of ApiGateway,
    RecordSet of Route53,
}

/// Returns the types of resources that the tagging API lists for all services.
///
/// One listing of the tagging API covers all of them, so no service calls that API in its first round.
pub(crate) fn tag_types() -> impl Iterator<Item = &'static TagType> {
    SERVICES.iter().flat_map(|service| service.tag_types)
}

/// Returns the rights that the calls of a stack need, by the kinds of its resources.
pub(crate) fn grants(graph: &Graph) -> impl Iterator<Item = &'static Grant> {
    let of_services = SERVICES.iter().flat_map(|service| service.grants).chain(tagging::GRANTS);
    let of_services = of_services.chain(grants::CHECKS);
    let is_used = |kind: &&Kind| graph.names(**kind).next().is_some();
    let of_kinds: Vec<_> = KINDS.iter().filter(is_used).flat_map(|kind| kind.spec().grants).collect();
    of_services.chain(of_kinds)
}

/// Returns the rights of all kinds and services.
#[cfg(test)]
pub(crate) fn all_grants() -> impl Iterator<Item = &'static Grant> {
    let of_services = SERVICES.iter().flat_map(|service| service.grants).chain(tagging::GRANTS);
    let of_services = of_services.chain(grants::CHECKS);
    of_services.chain(KINDS.iter().flat_map(|kind| kind.spec().grants))
}

// Here, because the pace that defines `Rates` does not know the services.
/// The rates of AWS's documented quotas, for all services and the tagging API.
impl Default for Rates {
    fn default() -> Self {
        let bounds = SERVICES.iter().map(|service| &service.bounds);
        Self::of(bounds.chain([&tagging::BOUNDS]))
    }
}

// Here, because the engine that defines `Kind` does not know the kinds.
/// Finds a kind by its name, such as `ecs/service`.
///
/// # Errors
///
/// [`UnknownKind`] if no kind of the list has this name.
impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let kind = KINDS.iter().copied().find(|kind| *kind == *name);
        kind.ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

/// Reads a kind by its name, as saved worlds and plans contain it.
impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The error of a name that no kind of resource has.
///
/// Parsing a [`Kind`] returns it, for example for a name that a later version of this library wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKind(String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no kind `{}`", self.0)
    }
}

impl error::Error for UnknownKind {}
