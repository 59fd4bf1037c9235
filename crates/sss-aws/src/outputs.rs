//! The outputs of a stack: what the rest of the world needs to know of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    Graph, Id, World,
    engine::kind::{Resource, from_value},
    services::{
        apigateway::api::{self, Api},
        ec2::security_group::{self, SecurityGroup},
        ecs::cluster::{self, Cluster},
    },
};

/// The outputs that the world can tell: `apigateway_endpoint`, `ecs_cluster_arn` and `ecs_security_group_id`.
pub fn outputs(graph: &Graph, world: &World) -> BTreeMap<&'static str, String> {
    named(graph, |id| world.get(id).map(|live| &live.output))
}

/// The same of objects that AWS names like this.
pub(crate) fn named<'a>(
    graph: &Graph,
    output: impl Fn(&Id) -> Option<&'a Value>,
) -> BTreeMap<&'static str, String> {
    let of = |kind| output(graph.ids().find(|id| id.kind == kind)?);
    let endpoint = |found| from_value::<api::Output>(found).endpoint;
    let cluster = |found| from_value::<cluster::Output>(found).arn;
    let group = |found| from_value::<security_group::Output>(found).id;
    [
        ("apigateway_endpoint", of(Api::KIND).map(endpoint)),
        ("ecs_cluster_arn", of(Cluster::KIND).map(cluster)),
        ("ecs_security_group_id", of(SecurityGroup::KIND).map(group)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}
