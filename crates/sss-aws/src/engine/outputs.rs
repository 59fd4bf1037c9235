//! The outputs of a stack: the facts that the rest of the world needs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Graph, Id, World};

/// The outputs of a stack, by name.
pub type Outputs = BTreeMap<&'static str, String>;

/// The outputs that the world can tell: `apigateway_endpoint`, `ecs_cluster_arn` and `ecs_security_group_id`.
pub fn outputs(graph: &Graph, world: &World) -> Outputs {
    named(graph, |id| world.get(id).map(|live| &live.output))
}

/// The same of objects whose outputs are known like this.
pub(crate) fn named<'a>(graph: &Graph, output: impl Fn(&Id) -> Option<&'a Value>) -> Outputs {
    let told = |id: &Id| {
        let (name, member) = id.kind.spec().told?;
        Some((name, output(id)?.get(member)?.as_str()?.to_owned()))
    };
    let mut outputs = BTreeMap::new();
    for (name, value) in graph.ids().filter_map(told) {
        outputs.entry(name).or_insert(value);
    }
    outputs
}
