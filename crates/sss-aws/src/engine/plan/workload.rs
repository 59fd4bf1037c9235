//! The effect of each step on the processes that objects run.
//!
//! People read a plan for one question: what restarts. The kind answers it from the two states, by the same
//! table from which it derives its call and its wait.

use crate::{
    Graph,
    engine::{
        diff::Change,
        kind::Workload,
        plan::{Action, Plan},
        world::{Live, World},
    },
};

/// Notes for each step the effect on what its object runs, and the requests that fail meanwhile.
pub(super) fn tell(graph: &Graph, world: &World, plan: &mut Plan) {
    let outputs = std::mem::take(&mut plan.outputs);
    for step in &mut plan.steps {
        let spec = step.id.kind.spec();
        let live = world.all(&step.id).iter().find(|live| Some(&live.physical) == step.physical.as_ref());
        let node = graph.node(&step.id);
        let want = node.map(|node| {
            let desired = node.desired(&|id| outputs.get(id));
            live.map(|live| node.desired_over(&live.state, &desired).into_owned()).unwrap_or(desired)
        });

        let state = live.map(|live: &Live| &live.state);
        let only_tags = step.changes.iter().all(Change::is_of_tags);

        step.workload = match step.action {
            Action::Create => (spec.workload)([None, want.as_ref()], node),
            Action::Delete => (spec.workload)([state, None], node),
            // The processes of the new object start, and those of the old one stop.
            Action::Revise | Action::Replace => {
                (spec.workload)([state, None], node).map(|_| Workload::Replaced)
            }
            Action::Update | Action::Adopt if only_tags => (spec.workload)([state, state], None),
            Action::Release => (spec.workload)([state, state], None),
            Action::Update | Action::Adopt => (spec.workload)([state, want.as_ref()], node),
        };

        if step.action == Action::Update && step.workload == Some(Workload::Replaced) {
            let gap = state.zip(want.as_ref()).and_then(|(live, want)| (spec.replacement_gap)(live, want));
            step.downtime = step.downtime.or(gap);
        }
    }
    plan.outputs = outputs;
}
