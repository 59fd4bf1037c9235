//! The adoption of objects without an owner, and the plan that follows it, before anything is written.
//!
//! An adoption changes tags and nothing else, so the world after it is known: the adopted objects and their
//! parts belong to the stack and have its tags. A plan of that world shows how the objects differ from the
//! stack.

use crate::{
    Action, Graph, Id, Mode, Plan, Step, World,
    engine::{
        diff::Change,
        graph::Node,
        plan::{Planning, plan, step::with_tags},
        world::Live,
    },
    tags::{self, Ownership},
};

impl Planning<'_> {
    /// Plans the adoption of an object: its new tags, and a record of the parts that stay foreign.
    pub(super) fn adopt(&mut self, node: &Node, live: &Live, changes: Vec<Change>) {
        let parts: Vec<_> = self
            .world
            .objects()
            .filter(|(_, part)| {
                part.parent.as_ref() == Some(&node.id) && part.ownership == Ownership::Unmarked
            })
            .collect();
        let (wanted, foreign): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|(id, _)| self.graph.node(id).is_some());
        if live.ownership == Ownership::Ours && wanted.is_empty() {
            return;
        }

        let foreign: Vec<_> = foreign.into_iter().map(|(_, part)| part.physical.clone()).collect();
        let added = changes.into_iter().filter(|change| change.is_of_tags() && change.after.is_some());
        let step = self.step(node.id.clone(), Action::Adopt, Some(live), added.collect());
        step.left_alone = foreign;
    }
}

/// Returns the plan that follows a plan of [`Mode::Adopt`], made from the same graph and world.
///
/// It makes no call. It is the plan that the next observation leads to, if nobody changes the account. Failed
/// deployments of adopted services are an exception: nobody has asked for them yet.
pub fn plan_after_adoption(graph: &Graph, world: &World, adoption: &Plan) -> Plan {
    plan(graph, &adopted(graph, world, adoption), Mode::Converge)
}

/// Returns the world as the adoption leaves it.
fn adopted(graph: &Graph, world: &World, adoption: &Plan) -> World {
    let steps = || adoption.steps.iter().filter(|step| step.action == Action::Adopt);
    let step_of = |id: &Id, live: &Live| {
        steps().find(|step| step.id == *id && step.physical.as_ref() == Some(&live.physical))
    };
    let is_adopted = |parent: &Id| steps().any(|step| step.id == *parent);

    let mut world = world.clone();
    for (id, live) in world.objects_mut() {
        if let Some(step) = step_of(id, live) {
            mark(live, step, graph, adoption);
        } else if live.ownership == Ownership::Unmarked
            && graph.node(id).is_some()
            && live.parent.as_ref().is_some_and(is_adopted)
        {
            live.ownership = Ownership::Ours;
        }
    }
    world
}

/// Marks an object as the adoption does. The tags that the stack does not set are others' from then on.
fn mark(live: &mut Live, step: &Step, graph: &Graph, adoption: &Plan) {
    live.ownership = Ownership::Ours;
    if let Some(want) = step.want(graph, adoption, Some(live)) {
        live.state = with_tags(&live.state, &tags::of_state(&want));
    }
}
