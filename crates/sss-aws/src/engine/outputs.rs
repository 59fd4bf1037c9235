//! The outputs of a stack: the facts that its users and other tools need, such as the URL of the API.
//!
//! A kind names its output (`Resource::TOLD`), so a new output needs no change here.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Graph, Id, World};

/// The outputs of a stack, by name. An output whose object does not exist is missing.
pub type Outputs = BTreeMap<&'static str, String>;

/// Returns the outputs that the world shows: `apigateway_endpoint`, `ecs_cluster_arn` and
/// `ecs_security_group_id`.
pub fn outputs(graph: &Graph, world: &World) -> Outputs {
    named(graph, |id| graph.output(world, id))
}

/// Returns the outputs of objects whose ids and ARNs `output` returns. Of several objects with one output,
/// the first in the graph counts.
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
