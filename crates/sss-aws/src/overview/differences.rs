//! Differences between a stack and its account, and where they come from.
//!
//! A difference is either a change of the stack that nobody has applied yet, or drift: somebody changed the account.
//! AWS keeps no record of the last apply. But a revision never changes, an object with the stack's mark was once made
//! by it, and a part that leads nowhere was made by hand. Where no such fact decides, the origin is unknown.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Area, Areas};
use crate::{Action, Id, Plan, Removal, Step, World, tags::Ownership};

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
    let pending = plan.pending();
    let there: BTreeSet<Area> = world
        .objects()
        .filter(|(_, live)| live.ownership == Ownership::Ours)
        .map(|(id, _)| areas.get(id))
        .collect();

    let origin = |step: &Step, area: &Area| match step.action {
        Action::Revise => match step.live(world) {
            Some(live) if live.ownership == Ownership::Ours => Origin::Stack,
            _ => Origin::Account,
        },
        Action::Delete => match step.because {
            Some(Removal::NotInStack) => Origin::Stack,
            _ => Origin::Account,
        },
        Action::Create if !there.contains(area) => Origin::Stack,
        _ => Origin::Unknown,
    };
    let mut origins: BTreeMap<&Id, Origin> = BTreeMap::new();
    let mut found = Vec::new();
    for step in &plan.steps {
        let area = areas.get(&step.id);
        let mut from = origin(step, &area);
        // A reference to an object that is about to be made has the origin of that object.
        let own = step.changes.iter().filter(|change| !change.is_of_tags());
        let followed: Option<Vec<_>> =
            own.map(|change| pending.get(change.after.as_ref()?.as_str()?)).collect();
        if let (Action::Update, Some([first, ..])) = (step.action, followed.as_deref()) {
            from = origins.get(*first).copied().unwrap_or(from);
        }
        origins.insert(&step.id, from);
        found.push(Difference { id: step.id.clone(), area, action: step.action, origin: from });
    }
    found
}
