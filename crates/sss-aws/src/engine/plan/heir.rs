//! New objects in the place of removed ones of another name, with the settings and tags that others made there.
//!
//! AWS cannot rename a cluster, so a stack whose cluster gets another name has a creation and a deletion. For the
//! people who operate it, it is the same cluster.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    Graph, Id, World,
    engine::{
        graph::Node,
        kind::Inheritance,
        plan::{Action, Step},
        world::Live,
    },
    tags::Ownership,
};

/// Returns the state of a new object, and the id of the object in whose place it is.
pub(super) fn creation<'a>(
    graph: &Graph,
    world: &World,
    node: &Node,
    desired: &'a Value,
) -> (Cow<'a, Value>, Option<Id>) {
    let former = predecessor(graph, world, node);
    let state = former.map(|(_, live)| Cow::Owned(node.inheriting(live, desired.clone())));
    (state.unwrap_or(Cow::Borrowed(desired)), former.map(|(id, _)| id.clone()))
}

/// Returns the object of ours that a new one takes the place of: the only one of its kind that the stack lost.
fn predecessor<'w>(graph: &Graph, world: &'w World, node: &Node) -> Option<(&'w Id, &'w Live)> {
    let is_lost = |(id, live): &(&Id, &Live)| live.ownership == Ownership::Ours && graph.node(id).is_none();
    let mut lost = world.of_kind(node.id.kind).filter(is_lost);
    let first = lost.next().filter(|_| node.spec.inheritance == Inheritance::OfOthers)?;
    lost.next().is_none().then_some(first)
}

impl Step {
    /// Returns the object whose settings and tags of others the new object takes along. `None` if it is nobody's heir.
    pub(crate) fn predecessor<'w>(&self, world: &'w World) -> Option<&'w Live> {
        let inherits = self.id.kind.spec().inheritance == Inheritance::OfOthers;
        let is_heir = inherits && self.action == Action::Create;
        self.moved_from.as_ref().filter(|_| is_heir).and_then(|former| world.get(former))
    }
}
