//! Kinds whose replaced objects stay, such as revisions of a task definition.
//!
//! Many objects have one name, and each has an owner of its own. Two sorts of them count: ours, and those of
//! others that an object of ours uses, because another pipeline deployed them. An object that only others use
//! refuses the plan, because its name is theirs. All remaining ones are left alone.
//!
//! The object that needs no change wins, so going back to an earlier revision costs no registration.

use serde_json::Value;

use crate::{
    Id,
    engine::{
        graph::Node,
        kind::{NewName, Replaced},
        plan::{Action, Change, LeftAlone, Mode, Planning, Reason, Removal, diff, reasons},
        world::{Live, World},
    },
    tags::{self, Ownership},
};

/// The reason for a replacement of an object that belongs to others.
const OF_OTHERS: &str = "others have registered the revision that runs, and it stays registered";

impl Planning<'_> {
    /// Plans a resource of such a kind.
    pub(super) fn revision(&mut self, node: &Node, desired: &Value) {
        let world = self.world;
        let mut candidates = Vec::new();
        for live in world.all(&node.id) {
            match &live.ownership {
                Ownership::Ours => candidates.push(live),
                _ if is_used(world, live, true) => candidates.push(live),
                _ if is_used(world, live, false) => return self.refuse(node, live),
                _ => self.leave(&node.id, live),
            }
        }

        let compared = candidates.into_iter().map(|live| {
            let changes = compare(node, live, desired);
            let mut reasons = reasons(node.spec.immutable, &changes);
            if live.ownership != Ownership::Ours && !node.is_shared() {
                reasons.push(of_others());
            }
            (live, changes, reasons)
        });
        let best = compared.min_by_key(|(_, changes, reasons)| (reasons.len(), changes.len()));
        let Some((live, changes, reasons)) = best else {
            let nothing = Value::Object(serde_json::Map::new());
            self.step(node.id.clone(), Action::Create, None, diff(&nothing, desired));
            return;
        };

        if !reasons.is_empty() {
            let step = self.step(node.id.clone(), Action::Revise, Some(live), changes);
            // Revisions of one name stand beside one another.
            (step.reasons, step.new_name) = (reasons, NewName::Same);
            return;
        }
        self.plan.outputs.insert(node.id.clone(), live.output.clone());
        if !changes.is_empty() {
            self.step(node.id.clone(), Action::Update, Some(live), changes);
        }
    }

    /// Deletes our objects of a name that the stack no longer has, if an object of ours uses one of others.
    pub(super) fn stands_for_ours(&mut self, id: &Id, live: &Live) {
        let is_revision = id.kind.spec().replaced == Replaced::Kept;
        let goes = is_revision && self.mode != Mode::Adopt && is_used(self.world, live, true);
        if goes && self.plan.steps.last().is_none_or(|step| step.id != *id) {
            self.step(id.clone(), Action::Delete, None, Vec::new()).because = Some(Removal::NotInStack);
        }
    }

    /// Returns whether a step deletes all objects of this name already.
    pub(super) fn goes_along(&mut self, id: &Id, live: &Live) -> bool {
        let Some(step) = self.plan.steps.last_mut().filter(|step| step.id == *id) else { return false };
        if step.physical.is_none() {
            step.physical = Some(live.physical.clone());
            step.changes = diff(&live.state, &Value::Object(serde_json::Map::new()));
        }
        true
    }

    /// Notes an object that is left alone.
    fn leave(&mut self, id: &Id, live: &Live) {
        self.plan.left_alone.push(LeftAlone { id: id.clone(), physical: live.physical.clone() });
    }
}

/// Returns the differences. The tags of an object that is left to others do not count.
fn compare(node: &Node, live: &Live, desired: &Value) -> Vec<Change> {
    let mut changes = diff(&live.state, &node.desired_over(&live.state, desired));
    if live.ownership != Ownership::Ours && node.is_shared() {
        changes.retain(|change| !change.is_of_tags());
    }
    changes
}

/// Returns the reason for the replacement of an object of others.
fn of_others() -> Reason {
    Reason { path: tags::PATH, because: OF_OTHERS, downtime: None }
}

/// Returns whether an object of ours, or one of others, refers to an object by its ids and ARNs.
fn is_used(world: &World, live: &Live, by_ours: bool) -> bool {
    let mut users = world.objects().filter(|(_, user)| (user.ownership == Ownership::Ours) == by_ours);
    users.any(|(_, user)| {
        !std::ptr::eq(user, live)
            && live.output.as_object().is_some_and(|output| {
                output.values().any(|name| name.is_string() && mentions(&user.state, name))
            })
    })
}

/// Returns whether a state contains a string at any depth.
fn mentions(state: &Value, name: &Value) -> bool {
    match state {
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        Value::Object(members) => members.values().any(|member| mentions(member, name)),
        other => other == name,
    }
}
