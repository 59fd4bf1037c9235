//! The effect of each step on the processes that objects run, and what AWS does by itself because of it.
//!
//! People read a plan for one question: what restarts. The kind answers it from the two states, by the same
//! table from which it derives its call and its wait.

use serde_json::Value;

use crate::{
    Graph,
    engine::{
        diff::Change,
        graph::Node,
        kind::Workload,
        plan::{Action, Plan, Step},
        world::{Live, World},
    },
};

/// Notes for each step the effect on what its object runs, the requests that fail meanwhile, and what AWS does by itself.
pub(super) fn tell(graph: &Graph, world: &World, plan: &mut Plan) {
    let outputs = std::mem::take(&mut plan.outputs);
    for step in &mut plan.steps {
        let spec = step.id.kind.spec();
        if spec.workload.is_none() && spec.consequences.is_none() {
            continue;
        }
        let live = world.all(&step.id).iter().find(|live| Some(&live.physical) == step.physical.as_ref());
        let node = graph.node(&step.id);
        let want = node.map(|node| {
            let desired = node.desired(&|id| outputs.get(id));
            live.map(|live| node.desired_over(&live.state, &desired).into_owned()).unwrap_or(desired)
        });

        let state = live.map(|live: &Live| &live.state);
        step.workload = step.effect(node, state, want.as_ref());

        if step.action == Action::Update && step.workload == Some(Workload::Replaced) {
            let gap = state.zip(want.as_ref()).and_then(|(live, want)| (spec.replacement_gap)(live, want));
            step.downtime = step.downtime.or(gap);
        }
        let is_own = step.with.is_none() && !step.changes.iter().all(Change::is_of_tags);
        let consequences = spec.consequences.filter(|_| is_own);
        if let Some(consequences) = consequences
            && !matches!(step.action, Action::Adopt | Action::Release)
        {
            let after = want.as_ref().filter(|_| step.action != Action::Delete);
            step.consequences = consequences([state, after], node, world);
        }
    }
    plan.outputs = outputs;
}

impl Step {
    /// Returns the effect of the step on what its object runs, between a live and a desired state.
    pub(crate) fn effect(
        &self,
        node: Option<&Node>,
        live: Option<&Value>,
        want: Option<&Value>,
    ) -> Option<Workload> {
        let workload = self.id.kind.spec().workload?;
        let only_tags = self.changes.iter().all(Change::is_of_tags);
        match self.action {
            Action::Create => workload([None, want], node),
            Action::Delete => workload([live, None], node),
            // The processes of the new object start, and those of the old one stop.
            Action::Revise | Action::Replace => workload([live, None], node).map(|_| Workload::Replaced),
            Action::Update | Action::Adopt if only_tags => workload([live, live], None),
            Action::Release => workload([live, live], None),
            Action::Update | Action::Adopt => workload([live, want], node),
        }
    }
}
