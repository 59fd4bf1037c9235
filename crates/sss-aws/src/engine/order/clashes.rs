//! Names that AWS refuses beside one another: the old object is deleted or renamed before the new one is
//! created.
//!
//! API Gateway allows one variable name per place in a path, whatever the method. So once a route `GET
//! /a/{id}` exists, `POST /a/{user}` is refused until the first one has the new name or is gone. One of
//! several such routes is renamed in place; the others are deleted right before they are created anew,
//! because no order keeps them all.

use crate::{
    Action, Id, Step,
    engine::{
        kind::Kinship,
        order::{Order, Part, Tasks},
        world::Live,
    },
};

impl<'a> Order<'a> {
    /// Lets an object with a new name wait for the objects beside whose names AWS refuses it.
    ///
    /// An object that is deleted for it stays until all else that the new one needs exists, so that the gap
    /// is short.
    pub(super) fn part_names(&self, tasks: &mut Tasks) {
        for (task, (index, part)) in self.list.iter().enumerate() {
            let step = &self.plan.steps[*index];
            if *part != Part::Make || !self.gets_a_name(step) {
                continue;
            }

            for (id, live) in self.in_the_way(step) {
                if let Some(removal) = self.removal(id, &live.physical) {
                    tasks.add(task, removal);
                    self.before_making(step).into_iter().for_each(|needed| tasks.add(removal, needed));
                    tasks.gaps.extend(gap(step, id, None).map(|gap| (*index, gap)));
                } else if let Some(renaming) = self.makes.get(id) {
                    tasks.add(task, *renaming);
                    let renamed = &self.plan.steps[self.list[*renaming].0].id;
                    tasks.gaps.extend(gap(step, id, Some(renamed)).map(|gap| (*index, gap)));
                }
            }
        }
    }

    /// Returns whether a step gives an object a name that AWS may refuse beside another one.
    pub(super) fn gets_a_name(&self, step: &Step) -> bool {
        let Some(renamed) = &step.id.kind.spec().renamed else { return false };
        match step.action {
            Action::Create => !self.mentions.is_empty(),
            Action::Update => step.changes.iter().any(|change| change.path == renamed.member),
            Action::Revise | Action::Replace | Action::Delete | Action::Adopt | Action::Release => false,
        }
    }

    /// Returns the other objects beside which AWS refuses the name of this step.
    fn in_the_way(&self, step: &Step) -> Vec<(&'a Id, &'a Live)> {
        let clash = step.id.kind.spec().clash;
        let others = self.world.of_kind(step.id.kind);
        let others = others.filter(|(_, live)| Some(live.physical.as_str()) != step.physical.as_deref());
        others.filter(|(id, _)| clash(&step.id.name, &id.name)).collect()
    }
}

/// Returns the phrase for the requests that fail from the end of an old name until this step gives the new
/// one.
///
/// `renamed` is the new name of the object that has the old one, or `None` if it is deleted. `None` if
/// the names have no common requests, or if an object gets these requests under its old and its new name.
fn gap(step: &Step, old: &Id, renamed: Option<&Id>) -> Option<&'static str> {
    let spec = step.id.kind.spec();
    let former = step.moved_from.as_ref().filter(|_| step.action == Action::Update);
    let keeps = |before: &Id, after: &Id| (spec.kinship)(&before.name, &after.name) == Kinship::Place;
    let is_answered = former.is_some_and(|former| keeps(former, &step.id))
        || renamed.is_some_and(|renamed| keeps(old, renamed));

    let fails = (spec.overlap)(&step.id.name, &old.name) && !is_answered;
    spec.renamed.as_ref().filter(|_| fails)?.gap
}
