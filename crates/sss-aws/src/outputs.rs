//! The outputs of a stack: what the rest of the world needs to know of it.

use std::collections::BTreeMap;

use crate::{
    Graph, World,
    kinds::{Api, Cluster, SecurityGroup, api, cluster, security_group},
    resource::{Resource, from_value},
    world::Live,
};

/// The outputs that the world can tell: `apigateway_endpoint`, `ecs_cluster_arn` and `ecs_security_group_id`.
pub fn outputs(graph: &Graph, world: &World) -> BTreeMap<&'static str, String> {
    let live = |kind| {
        let id = graph.ids().find(|id| id.kind == kind)?;
        world.get(id)
    };
    let endpoint = |live: &Live| from_value::<api::Output>(&live.output).endpoint;
    let cluster = |live: &Live| from_value::<cluster::Output>(&live.output).arn;
    let group = |live: &Live| from_value::<security_group::Output>(&live.output).id;
    [
        ("apigateway_endpoint", live(Api::KIND).map(endpoint)),
        ("ecs_cluster_arn", live(Cluster::KIND).map(cluster)),
        ("ecs_security_group_id", live(SecurityGroup::KIND).map(group)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}
