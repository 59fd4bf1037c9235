//! The reasons for deletions.
//!
//! People fear a deletion that they did not ask for, so each one says why it is in the plan. Parts of an object,
//! which carry no mark of their own, are the hard case: they belong to the stack because the object that contains
//! them does, and somebody may have made them by hand. Parts that the engine makes refer to other objects of the
//! stack, so one that refers to none of them was made by somebody else. Of kinds that stand alone, nobody can tell.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Graph, Id, Kind, World,
    engine::{
        kind::Part,
        order::strings,
        plan::{Action, Plan},
        world::Live,
    },
    tags::Ownership,
};

/// The reason for which a plan deletes an object.
///
/// It explains; nothing is decided by it. In JSON it is `not_in_stack`, `made_by_others` or `surplus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Removal {
    /// The stack does not have it, or has it no longer.
    NotInStack,
    /// Somebody else made it within an object of the stack, such as a route in the stack's API.
    MadeByOthers,
    /// It is the second object of one name, which an interrupted replacement left.
    Surplus,
}

/// Notes which parts were made by others.
pub(super) fn tell(graph: &Graph, world: &World, plan: &mut Plan) {
    let is_part =
        |step: &&mut crate::Step| step.action == Action::Delete && step.because == Some(Removal::NotInStack);
    let referring = referring(graph);
    if referring.is_empty() || !plan.steps.iter_mut().any(|step| is_part(&step)) {
        return;
    }

    let links = Links::of(world);
    for step in plan.steps.iter_mut().filter(is_part) {
        let Some(live) = step.live(world).filter(|_| referring.contains(&step.id.kind)) else { continue };
        if live.parent.is_some() && !links.lead_to_ours(live) {
            step.because = Some(Removal::MadeByOthers);
        }
    }
}

/// Notes which objects are deleted with the object that contains them, and so without a call.
///
/// The listing of a part names that object ([`Live::parent`]). A part with marks of its own refers to it
/// ([`PART_OF`](crate::engine::kind::Resource::PART_OF)).
pub(super) fn join(world: &World, plan: &mut Plan) {
    let deleted = || plan.steps.iter().filter(|step| step.action == Action::Delete);
    let removed: BTreeSet<Id> = deleted().map(|step| step.id.clone()).collect();
    let wholes: BTreeSet<Kind> = deleted().filter_map(|step| step.id.kind.spec().part_of).collect();

    let mut named: HashMap<&str, Id> = HashMap::new();
    for step in deleted().filter(|step| wholes.contains(&step.id.kind)) {
        if let Some(live) = step.live(world) {
            strings(&live.output, &mut |text| drop(named.insert(text, step.id.clone())));
        }
    }

    for step in plan.steps.iter_mut().filter(|step| step.action == Action::Delete) {
        step.with.take_if(|parent| !removed.contains(parent));
        let whole = step.id.kind.spec().part_of.filter(|_| step.with.is_none());
        let Some((whole, live)) = whole.zip(step.live(world)) else { continue };
        let mut with = None;
        strings(&live.state, &mut |text| {
            with = with.take().or_else(|| named.get(text).filter(|id| id.kind == whole).cloned());
        });
        step.with = with;
    }
}

/// Returns the kinds of parts whose resources all refer to an object beside the one that contains them.
fn referring(graph: &Graph) -> BTreeSet<Kind> {
    let kinds: BTreeSet<Kind> = graph.ids().map(|id| id.kind).collect();
    let refers = |kind: &Kind| {
        if kind.spec().part == Part::Alone {
            return false;
        }
        let mut ids = graph.ids().filter(|id| id.kind == *kind);
        ids.all(|id| graph.reads(id).len() > 1)
    };
    kinds.into_iter().filter(refers).collect()
}

/// The objects that AWS names by a string.
struct Links<'a>(HashMap<&'a str, Vec<(&'a Id, &'a Live)>>);

impl<'a> Links<'a> {
    fn of(world: &'a World) -> Self {
        let mut named: HashMap<&str, Vec<_>> = HashMap::new();
        for (id, live) in world.objects() {
            strings(&live.output, &mut |text| named.entry(text).or_default().push((id, live)));
        }
        Self(named)
    }

    /// Returns whether a part refers to an object of the stack outside of the object that contains it, directly
    /// or through other parts.
    fn lead_to_ours(&self, part: &Live) -> bool {
        let (mut open, mut seen) = (vec![part], BTreeSet::new());
        while let Some(live) = open.pop() {
            let mut found = Vec::new();
            strings(&live.state, &mut |text| found.extend(self.0.get(text).into_iter().flatten().copied()));
            for (id, target) in found {
                if target.parent.is_none() && Some(id) != part.parent.as_ref() {
                    if target.ownership == Ownership::Ours {
                        return true;
                    }
                } else if target.parent == part.parent && seen.insert(&target.physical) {
                    open.push(target);
                }
            }
        }
        false
    }
}
