//! The effect of each step on the tasks of services.
//!
//! People read a plan for one question: which tasks restart. The kind answers it from the two states, by the
//! same table from which it derives its call and its wait.

use crate::{
    Graph,
    engine::{
        diff::Change,
        kind::ServiceTasks,
        plan::{Action, Plan},
        world::{Live, World},
    },
};

/// Notes for each step of a service the effect on its tasks, and the requests that fail meanwhile.
pub(super) fn tell(graph: &Graph, world: &World, plan: &mut Plan) {
    let outputs = std::mem::take(&mut plan.outputs);
    for step in &mut plan.steps {
        let spec = step.id.kind.spec();
        let live = world.all(&step.id).iter().find(|live| Some(&live.physical) == step.physical.as_ref());
        let node = graph.node(&step.id);
        let forced = node.is_some_and(|node| node.forced);
        let want = node.map(|node| {
            let desired = node.desired(&|id| outputs.get(id).cloned());
            live.map(|live| node.desired_over(&live.state, &desired).into_owned()).unwrap_or(desired)
        });

        let state = live.map(|live: &Live| &live.state);
        let only_tags = step.changes.iter().all(Change::is_of_tags);

        step.tasks = match step.action {
            Action::Create => (spec.tasks)(None, want.as_ref(), forced),
            Action::Delete => (spec.tasks)(state, None, forced),
            // The new one starts its tasks, and those of the old one stop.
            Action::Replace => (spec.tasks)(state, None, forced).map(|_| ServiceTasks::Replaced),
            Action::Update | Action::Adopt if only_tags => (spec.tasks)(state, state, false),
            Action::Update | Action::Adopt => (spec.tasks)(state, want.as_ref(), forced),
        };

        if step.action == Action::Update && step.tasks == Some(ServiceTasks::Replaced) {
            let gap = state.zip(want.as_ref()).and_then(|(live, want)| (spec.replacement_gap)(live, want));
            step.downtime = step.downtime.or(gap);
        }
    }
    plan.outputs = outputs;
}
