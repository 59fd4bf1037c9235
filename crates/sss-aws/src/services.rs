//! The AWS services that a stack uses, each in a folder of its own with its kinds of resources.

pub(crate) mod apigateway;
pub(crate) mod cloudmap;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod iam;
pub(crate) mod logs;
pub(crate) mod tagging;

use self::{
    apigateway::{
        api::Api, authorizer::Authorizer, integration::Integration, route::Route, stage::Stage,
        vpc_link::VpcLink,
    },
    cloudmap::{cloudmap_service::CloudMapService, namespace::Namespace},
    ec2::security_group::SecurityGroup,
    ecs::{cluster::Cluster, service::Service, task_definition::TaskDefinition},
    iam::role::Role,
    logs::log_group::LogGroup,
};
use std::{error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use crate::{
    Kind, Rates,
    client::pace::Bounds,
    engine::kind::{Listed, Resource},
};

macro_rules! kinds {
    ($($kind:ident),+ $(,)?) => {
        /// Every kind. A kind refers only to kinds above it.
        const KINDS: &[Kind] = &[$($kind::KIND),+];

        enum Place { $($kind),+ }

        $(impl Listed for $kind {
            const RANK: usize = Place::$kind as usize;
        })+
    };
}

kinds! {
    Role, LogGroup, SecurityGroup, Namespace, Cluster, VpcLink, Api, Stage, Authorizer, CloudMapService, TaskDefinition,
    Service, Integration, Route,
}

/// The bounds of the services on calls.
const BOUNDS: &[Bounds] = &[
    Bounds { service: "ecs", quotas: ecs::QUOTAS, throttled: ecs::THROTTLED },
    Bounds { service: "apigateway", quotas: apigateway::QUOTAS, throttled: apigateway::THROTTLED },
    Bounds { service: "servicediscovery", quotas: cloudmap::QUOTAS, throttled: cloudmap::THROTTLED },
    Bounds { service: "logs", quotas: logs::QUOTAS, throttled: logs::THROTTLED },
    Bounds { service: "ec2", quotas: ec2::QUOTAS, throttled: ec2::THROTTLED },
    Bounds { service: "iam", quotas: iam::QUOTAS, throttled: iam::THROTTLED },
    Bounds { service: "tag", quotas: tagging::QUOTAS, throttled: tagging::THROTTLED },
];

// Here, because the pace that defines `Rates` does not know which services there are.
impl Default for Rates {
    fn default() -> Self {
        Self::of(BOUNDS)
    }
}

// Here, because the engine that defines `Kind` does not know which kinds there are.
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
