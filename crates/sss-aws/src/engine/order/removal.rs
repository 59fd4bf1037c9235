//! Objects that are deleted: each after the objects that use it.
//!
//! A part that is deleted with the object that contains it (`Step::with`) makes no call. It may itself be contained in
//! such a part, as a rule is in a listener. So the deletion of the outermost object waits for the users of all its
//! parts, and the parts wait for that deletion only.

use std::collections::HashMap;

use crate::{
    Id, Plan, Step,
    engine::{kind::Replaced, order::Order, world::Live},
};

/// The objects that are deleted together with their parts.
pub(super) struct Wholes<'a> {
    /// The outermost object with which each part is deleted.
    of_part: HashMap<&'a Id, &'a Id>,
    /// The steps of the parts that are deleted with each outermost object.
    parts: HashMap<&'a Id, Vec<&'a Step>>,
}

impl<'a> Wholes<'a> {
    /// Returns the parts of a plan.
    pub(super) fn of(plan: &'a Plan) -> Self {
        let contained = plan.steps.iter().filter_map(|step| Some((&step.id, step.with.as_ref()?)));
        let containers: HashMap<&Id, &Id> = contained.collect();
        let mut wholes = Self { of_part: HashMap::new(), parts: HashMap::new() };
        for step in &plan.steps {
            let Some(mut whole) = step.with.as_ref() else { continue };
            // An object is contained in one of an earlier kind, so this ends.
            while let Some(outer) = containers.get(whole) {
                whole = outer;
            }
            wholes.of_part.insert(&step.id, whole);
            wholes.parts.entry(whole).or_default().push(step);
        }
        wholes
    }

    /// Returns whether an object is deleted with another one.
    pub(super) fn has_part(&self, id: &Id) -> bool {
        self.of_part.contains_key(id)
    }

    /// Returns whether a part is deleted with this object.
    fn contains(&self, whole: &Id, part: &Id) -> bool {
        self.of_part.get(part).is_some_and(|found| *found == whole)
    }
}

impl Order<'_> {
    /// Returns the tasks after which an object may be deleted. A part that is deleted with another object
    /// waits for that deletion only.
    pub(super) fn before_removing(&self, step: &Step) -> Vec<usize> {
        if let Some(whole) = self.wholes.of_part.get(&step.id) {
            return self.removes.get(whole).into_iter().flatten().map(|(_, task)| *task).collect();
        }

        let mut before: Vec<usize> = self.makes.get(&step.id).copied().into_iter().collect();
        let parts = self.wholes.parts.get(&step.id).into_iter().flatten().copied();
        for deleted in std::iter::once(step).chain(parts) {
            self.until_free(&step.id, deleted, &mut before);
        }
        before.sort_unstable();
        before.dedup();
        before
    }

    /// Adds the tasks after which no other object needs the one that a step deletes. `whole` is the object of the call
    /// that deletes it.
    fn until_free(&self, whole: &Id, step: &Step, before: &mut Vec<usize>) {
        // One step removes all objects of one name of a kind whose replaced objects stay.
        let all_go = step.id.kind.spec().replaced == Replaced::Kept;
        let found = step.moved_from.as_ref().unwrap_or(&step.id);
        for live in self.world.all(found) {
            if all_go || Some(live.physical.as_str()) == step.physical.as_deref() {
                self.until_unused(Some(whole), &step.id, live, before);
                self.until_not_reached(&step.id, live, &[], before);
                self.until_left(&step.id, live, before);
            }
        }
    }

    /// Adds the tasks after which nothing refers to this object any more.
    ///
    /// `whole` is the object of the call that deletes it; parts that are deleted by the same call are no users.
    pub(super) fn until_unused(&self, whole: Option<&Id>, id: &Id, live: &Live, before: &mut Vec<usize>) {
        for (referrer, found) in self.referrers(id, live) {
            if let Some(task) = self.removal(referrer, &found.physical) {
                if !whole.is_some_and(|whole| self.wholes.contains(whole, referrer)) {
                    before.push(task);
                }
            } else if let Some(task) = self.settles.get(referrer) {
                before.push(*task);
                // The service on a revision that stays has to move to the new one first.
                if referrer.kind.spec().replaced == Replaced::Kept {
                    self.until_unused(whole, referrer, found, before);
                }
            }
        }
    }

    /// Returns the task that removes this object.
    pub(super) fn removal(&self, id: &Id, physical: &str) -> Option<usize> {
        let removes = self.removes.get(id)?;
        let all_go = id.kind.spec().replaced == Replaced::Kept;
        removes.iter().find(|(found, _)| all_go || *found == Some(physical)).map(|(_, task)| *task)
    }
}
