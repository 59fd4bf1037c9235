//! Differences between a stack and its account, and where they come from.
//!
//! A difference is either a change of the stack that nobody has applied yet, or drift: somebody changed the account.
//! AWS keeps no record of the last apply, so only facts decide:
//!
//! - A revision never changes. If the one that runs has the stack's mark, another content is a change of the stack.
//! - An object with the stack's mark was made by the stack. If the stack no longer has it, the stack changed.
//! - An account without an object of the stack, or of a service, has not seen it applied. The last revision of a service
//!   outlives all its other objects.
//! - A part that leads nowhere was made by hand.
//! - A change that only follows another object has the origin of that object.
//!
//! Where no such fact decides, the origin is unknown. That holds for parts of an API without a mark of their own, too: a
//! person can make the same by hand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Area, Areas};
use crate::{
    Action, Id, Plan, Removal, Step, World, engine::kind::Resource, services::ecs::service::Service,
    tags::Ownership,
};

/// The origin of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The stack changed and was not applied since.
    Stack,
    /// Somebody changed the account: drift.
    Account,
    /// Either of the two.
    Unknown,
}

/// An object that differs from the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Difference {
    /// The object.
    pub id: Id,
    /// Its area.
    pub area: Area,
    /// The effect of the next apply on it.
    pub action: Action,
    /// Where the difference comes from.
    pub origin: Origin,
}

/// Returns the objects that a plan would change, in its order.
pub(crate) fn differences(plan: &Plan, world: &World, areas: &Areas) -> Vec<Difference> {
    let facts = Facts::of(plan, world, areas);
    let pending = plan.pending();
    let mut origins: BTreeMap<&Id, Origin> = BTreeMap::new();
    let mut found = Vec::new();
    for step in &plan.steps {
        let area = areas.get(&step.id);
        let followed = followed(step, &pending).and_then(|id| origins.get(id).copied());
        let origin = followed.unwrap_or_else(|| facts.origin(step, &area));
        origins.insert(&step.id, origin);
        found.push(Difference { id: step.id.clone(), area, action: step.action, origin });
    }
    found
}

/// Returns an object that is about to be made, if a step does nothing but follow such objects.
fn followed<'a>(step: &Step, pending: &HashMap<String, &'a Id>) -> Option<&'a Id> {
    let is_change = matches!(step.action, Action::Update | Action::Revise | Action::Replace);
    let own = step.changes.iter().filter(|change| is_change && !change.is_of_tags());
    let followed: Option<Vec<&Id>> =
        own.map(|change| pending.get(change.after.as_ref()?.as_str()?).copied()).collect();
    followed?.first().copied()
}

/// The facts of a plan and a world that decide about origins.
struct Facts<'a> {
    world: &'a World,
    /// The areas with an object of the stack.
    there: BTreeSet<Area>,
    /// The services that the stack no longer has.
    gone: BTreeSet<Area>,
}

impl<'a> Facts<'a> {
    fn of(plan: &Plan, world: &'a World, areas: &Areas) -> Self {
        let ours = world.objects().filter(|(_, live)| live.ownership == Ownership::Ours);
        let is_gone = |step: &&Step| {
            step.id.kind == Service::KIND
                && step.action == Action::Delete
                && step.because == Some(Removal::NotInStack)
        };
        Self {
            world,
            there: ours.map(|(id, _)| areas.get(id)).collect(),
            gone: plan.steps.iter().filter(is_gone).map(|step| areas.get(&step.id)).collect(),
        }
    }

    /// Returns the origin of a step that does not follow another one.
    fn origin(&self, step: &Step, area: &Area) -> Origin {
        match step.action {
            Action::Revise => match step.live(self.world) {
                Some(live) if live.ownership == Ownership::Ours => Origin::Stack,
                _ => Origin::Account,
            },
            Action::Delete => self.of_deletion(step, area),
            Action::Create if self.is_new(area) => Origin::Stack,
            _ => Origin::Unknown,
        }
    }

    /// Returns the origin of a deletion. A part has no mark, so it is from the stack only if its service is.
    fn of_deletion(&self, step: &Step, area: &Area) -> Origin {
        let is_part = step.live(self.world).is_some_and(|live| live.parent.is_some());
        match step.because {
            Some(Removal::NotInStack) if !is_part || self.gone.contains(area) => Origin::Stack,
            Some(Removal::MadeByOthers) => Origin::Account,
            _ => Origin::Unknown,
        }
    }

    /// Returns whether an area was never applied. Shared areas leave nothing behind when somebody removes them, so they
    /// are new only in an account without objects of the stack.
    fn is_new(&self, area: &Area) -> bool {
        match area {
            Area::Service(_) => !self.there.contains(area),
            _ => self.there.is_empty(),
        }
    }
}
