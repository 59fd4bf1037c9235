//! Values of a plan that are not known before the apply.

use std::collections::HashMap;

use crate::{
    Id,
    engine::{
        order::strings,
        plan::{Action, Plan, Step},
    },
};

impl Plan {
    /// Returns the texts that stand for ids and ARNs in the changes, because the objects do not exist yet, each with
    /// its object.
    ///
    /// Use it to tell a change that somebody asked for from one that only follows another step.
    pub fn pending(&self) -> HashMap<String, &Id> {
        let makes = |step: &&Step| matches!(step.action, Action::Create | Action::Revise | Action::Replace);
        let mut pending = HashMap::new();
        for step in self.steps.iter().filter(makes) {
            let spec = step.id.kind.spec();
            let output = if step.action == Action::Replace { spec.replaced_output } else { spec.pending };
            strings(&output(&step.id), &mut |text| {
                pending.insert(text.to_owned(), &step.id);
            });
        }
        pending
    }
}
