//! Steps that move to an object that exists already, as a service does that goes back to an earlier revision.
//!
//! Such a plan creates nothing, so no other step shows the content of the earlier object. The step that moves
//! shows it, below the path that moves: `task_definition.containers.web.image`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::{
    diff::diff,
    kind::Replaced,
    plan::{Action, Plan},
    world::{Live, World},
};

/// Adds to each step that moves to another object the differences between the two objects, except for their
/// tags.
pub(super) fn tell(world: &World, plan: &mut Plan) {
    let kept = world.objects().filter(|(id, _)| id.kind.spec().replaced == Replaced::Kept);
    let kept: BTreeMap<&str, &Live> = kept.map(|(_, live)| (live.physical.as_str(), live)).collect();
    let find = |value: &Option<Value>| kept.get(value.as_ref()?.as_str()?).copied();
    for step in plan.steps.iter_mut().filter(|step| step.action == Action::Update) {
        let moves = std::mem::take(&mut step.changes).into_iter().flat_map(|change| {
            let within = match (find(&change.before), find(&change.after)) {
                (Some(before), Some(after)) => diff(&before.state, &after.state),
                _ => Vec::new(),
            };
            let within = within.into_iter().filter(|inner| !inner.is_of_tags());
            let within: Vec<_> = within.map(|inner| inner.below(&change.path)).collect();
            std::iter::once(change).chain(within)
        });
        step.changes = moves.collect();
    }
}
