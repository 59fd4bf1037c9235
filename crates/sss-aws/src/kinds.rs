//! The kinds of resources, each in a file of its own.

pub(crate) mod api;
pub(crate) mod authorizer;
pub(crate) mod cloudmap_service;
pub(crate) mod cluster;
pub(crate) mod integration;
pub(crate) mod log_group;
pub(crate) mod namespace;
pub(crate) mod role;
pub(crate) mod route;
pub(crate) mod security_group;
pub(crate) mod service;
pub(crate) mod stage;
pub(crate) mod task_definition;
pub(crate) mod vpc_link;

pub(crate) use self::{
    api::Api, authorizer::Authorizer, cloudmap_service::CloudMapService, cluster::Cluster,
    integration::Integration, log_group::LogGroup, namespace::Namespace, role::Role, route::Route,
    security_group::SecurityGroup, service::Service, stage::Stage, task_definition::TaskDefinition,
    vpc_link::VpcLink,
};
use crate::resource::{Listed, Spec};

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
