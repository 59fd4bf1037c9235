//! Names that AWS refuses beside one another: the old one goes, or is changed, before the new one comes.

use crate::{
    Action, Id, Step,
    engine::{
        kind::Kinship,
        order::{Order, Part, Tasks},
        world::Live,
    },
};

/// What a plan says of requests to a route that cannot be changed in place.
const REMOVED_FIRST: &str =
    "requests to this route fail for a second or two: API Gateway refuses the new key beside the old one";

impl<'a> Order<'a> {
    /// Lets what is made under a new name wait for objects whose names are in its way. One that is removed goes only
    /// when all else that the new one needs is there, so that the gap is short.
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
                    let kinship = (id.kind.spec().kinship)(&step.id.name, &id.name);
                    if step.action == Action::Create && kinship == Kinship::Place {
                        tasks.gaps.push((*index, REMOVED_FIRST));
                    }
                } else if let Some(renaming) = self.makes.get(id) {
                    tasks.add(task, *renaming);
                }
            }
        }
    }

    /// Whether a step leads to an object of another name, of a kind that can be in the way of another name.
    pub(super) fn gets_a_name(&self, step: &Step) -> bool {
        let Some(renamed) = step.id.kind.spec().renamed else { return false };
        match step.action {
            Action::Create => !self.mentions.is_empty(),
            Action::Update => step.changes.iter().any(|change| change.path == renamed.member),
            Action::Replace | Action::Delete | Action::Adopt => false,
        }
    }

    /// Other objects beside which AWS refuses the name of this step.
    fn in_the_way(&self, step: &Step) -> Vec<(&'a Id, &'a Live)> {
        let clash = step.id.kind.spec().clash;
        let others = self.world.of_kind(step.id.kind);
        let others = others.filter(|(_, live)| Some(live.physical.as_str()) != step.physical.as_deref());
        others.filter(|(id, _)| clash(&step.id.name, &id.name)).collect()
    }
}
