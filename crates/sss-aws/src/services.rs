//! The AWS services that a stack uses, each in a folder of its own with its kinds of resources.
//!
//! Two lists hold all of them. A new service is one name in the first, and a new kind one name in the second. A kind of a
//! service that is missing in the first list does not compile.

pub(crate) mod apigateway;
pub(crate) mod aws_service;
pub(crate) mod cloudmap;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod iam;
pub(crate) mod logs;
mod retag;
pub(crate) mod tagging;

use std::{error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use self::{
    apigateway::{
        ApiGateway, api::Api, authorizer::Authorizer, integration::Integration, route::Route, stage::Stage,
        vpc_link::VpcLink,
    },
    aws_service::{AwsService, ServiceSpec, TagType},
    cloudmap::{CloudMap, cloudmap_service::CloudMapService, namespace::Namespace},
    ec2::{Ec2, security_group::SecurityGroup},
    ecs::{Ecs, cluster::Cluster, service::Service, task_definition::TaskDefinition},
    iam::{Iam, role::Role},
    logs::{Logs, log_group::LogGroup},
};
use crate::{
    Kind, Rates,
    engine::kind::{Listed, Resource},
};

/// A service that the list of services holds.
trait Observed: AwsService {}

macro_rules! services {
    ($($service:ident),+ $(,)?) => {
        /// All services, in the order of their third rounds.
        pub(crate) const SERVICES: &[ServiceSpec] = &[$(ServiceSpec::of::<$service>()),+];

        $(impl Observed for $service {})+
    };
}

macro_rules! kinds {
    ($($kind:ident of $service:ident),+ $(,)?) => {
        /// All kinds. A kind refers only to kinds above it.
        const KINDS: &[Kind] = &[$($kind::KIND),+];

        enum Place { $($kind),+ }

        $(impl Listed for $kind {
            const RANK: usize = Place::$kind as usize;
        }

        const _: &str = observed::<$service>();)+
    };
}

const fn observed<S: Observed>() -> &'static str {
    S::NAME
}

services! {
    Iam, Logs, Ec2, CloudMap, ApiGateway, Ecs,
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
    TaskDefinition of Ecs,
    Service of Ecs,
    Integration of ApiGateway,
    Route of ApiGateway,
}

/// Returns the types of resources that the tagging API lists for all services.
pub(crate) fn tag_types() -> impl Iterator<Item = &'static TagType> {
    SERVICES.iter().flat_map(|service| service.tag_types)
}

// Here, because the pace that defines `Rates` does not know the services.
impl Default for Rates {
    fn default() -> Self {
        let bounds = SERVICES.iter().map(|service| &service.bounds);
        Self::of(bounds.chain([&tagging::BOUNDS]))
    }
}

// Here, because the engine that defines `Kind` does not know the kinds.
impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let kind = KINDS.iter().copied().find(|kind| *kind == *name);
        kind.ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A name that no kind of resource has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKind(String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no kind `{}`", self.0)
    }
}

impl error::Error for UnknownKind {}
