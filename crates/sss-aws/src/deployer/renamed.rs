//! The recognition of a stack whose name has changed.
//!
//! The name of a stack is part of the names and of the marks of its objects. A stack under another name is
//! another stack: its plan creates everything anew, and the objects under the former name stay, cost money and
//! belong to no stack file. Nothing in the account tells a new name from a second stack, so the first plan of
//! a stack is refused if the account has the same objects under another name in the same subnets.

use std::collections::BTreeSet;

use sss_model::Stack;

use super::Observed;
use crate::{Id, Kind, engine::world::Neighbour, lower, tags::Ownership};

/// Returns the name of the stack that has all objects of this one, where this one has none.
///
/// The comparison covers the kinds that are listed for the whole region, without a call of its own.
pub(super) fn former_name(observed: &Observed) -> Option<String> {
    let world = &observed.world;
    if world.objects().any(|(_, live)| live.ownership == Ownership::Ours) {
        return None;
    }

    let neighbours = world.neighbours();
    let kinds: BTreeSet<Kind> = neighbours.iter().map(|neighbour| neighbour.id.kind).collect();
    let stacks: BTreeSet<&str> = neighbours.iter().map(|neighbour| neighbour.stack.as_str()).collect();
    let former = stacks.into_iter().find(|name| {
        let own: Vec<_> = neighbours.iter().filter(|neighbour| neighbour.stack == *name).collect();
        has_all(&observed.stack, name, &kinds, &own)
    });
    former.map(str::to_owned)
}

/// Returns whether a stack of this name has each object that the given stack would have under the name.
fn has_all(stack: &Stack, name: &str, kinds: &BTreeSet<Kind>, own: &[&Neighbour]) -> bool {
    let mut renamed = stack.clone();
    name.clone_into(&mut renamed.name);
    let Ok(graph) = lower(&renamed) else { return false };

    let subnets = &stack.network.private_subnet_ids;
    let is_there = |id: &Id| {
        own.iter().any(|neighbour| {
            neighbour.id == *id
                && (neighbour.within.is_empty()
                    || subnets.iter().all(|subnet| neighbour.within.contains(subnet)))
        })
    };
    let mut expected = graph.ids().filter(|id| kinds.contains(&id.kind)).peekable();
    expected.peek().is_some() && expected.all(is_there)
}
