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
use crate::engine::kind::{Listed, Spec};

macro_rules! kinds {
    ($($kind:ident),+ $(,)?) => {
        /// Every kind. One refers only to kinds above it.
        static KINDS: &[Spec] = &[$(Spec::of::<$kind>()),+];
        $(impl Listed for $kind {
            const SPEC: &'static Spec = &Spec::of::<$kind>();
        })+
    };
}

kinds! {
    Role, LogGroup, SecurityGroup, Namespace, Cluster, VpcLink, Api, Stage, Authorizer, CloudMapService, TaskDefinition,
    Service, Integration, Route,
}

/// The kind of this name, if there is one.
pub(crate) fn find(kind: &str) -> Option<&'static Spec> {
    KINDS.iter().find(|spec| spec.kind == kind)
}

/// The kind of this name, which comes from the list.
pub(crate) fn spec(kind: &'static str) -> &'static Spec {
    &KINDS[rank(kind)]
}

/// The place of a kind in the list.
pub(crate) fn rank(kind: &'static str) -> usize {
    KINDS.iter().position(|spec| spec.kind == kind).expect("every kind stands in the list")
}
