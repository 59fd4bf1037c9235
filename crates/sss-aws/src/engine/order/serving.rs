//! Objects that requests reach through something that they registered themselves in. Nothing refers to such an object
//! itself, so its users are those of what it registered in: a service is reached through a registry, an integration
//! leads to the registry, and routes lead to the integration.

use crate::{
    Action, Id, Step,
    engine::{
        order::{Order, Part, Tasks},
        world::Live,
    },
};

/// What a plan says of a service that leaves its registry before requests do.
const LEFT: &str = "requests fail from the end of the old tasks until the integration leads to the new ones, seconds to a minute";

impl<'a> Order<'a> {
    /// The tasks after which no request reaches this object any more: its users are gone or lead elsewhere, and whatever
    /// takes its place is there.
    pub(super) fn until_not_reached(&self, id: &Id, live: &Live, before: &mut Vec<usize>) {
        for (through, found) in self.reached_through(id, live) {
            before.extend(
                self.through(id, through, found).filter_map(|(user, found)| self.leaves(user, found)),
            );
            let others = self.graph.nodes().iter().map(|node| &node.id).filter(|other| other.kind == id.kind);
            let others = others.filter(|other| self.graph.reads(other).contains(through));
            before.extend(others.filter_map(|other| self.makes.get(other)));
        }
    }

    /// An update that takes an object away from where requests reach it comes after they have moved. Where they move to
    /// what the update brings, there is a gap.
    pub(super) fn withdraw_last(&self, tasks: &mut Tasks) {
        for (task, (index, part)) in self.list.iter().enumerate() {
            let step = &self.plan.steps[*index];
            if *part != Part::Make || step.action != Action::Update {
                continue;
            }
            let Some(live) = step.live(self.world).filter(|live| self.is_withdrawn(step, live)) else {
                continue;
            };
            for (through, found) in self.reached_through(&step.id, live) {
                for (user, found) in self.through(&step.id, through, found) {
                    match self.leaves(user, found) {
                        Some(leaving) if !tasks.waits_for(leaving, task) => tasks.add(task, leaving),
                        _ if self.is_told(through) || !self.is_in_use(user, found) => {}
                        _ => tasks.gaps.push((*index, LEFT)),
                    }
                }
            }
        }
    }

    /// Whether an update changes the reference by which requests reach the object.
    fn is_withdrawn(&self, step: &Step, live: &Live) -> bool {
        let Some(pointer) = step.id.kind.spec().reached_through else { return false };
        let want = step.want(self.graph, self.plan, Some(live));
        want.is_some_and(|want| live.state.pointer(pointer) != want.pointer(pointer))
    }

    /// The objects through which requests reach this one.
    fn reached_through(&self, id: &Id, live: &Live) -> Vec<(&'a Id, &'a Live)> {
        let pointer = id.kind.spec().reached_through;
        let reference = pointer.and_then(|pointer| live.state.pointer(pointer)?.as_str());
        reference.and_then(|reference| self.named.get(reference)).cloned().unwrap_or_default()
    }

    /// What leads to an object, but for what registers in it.
    fn through(
        &self,
        id: &Id,
        through: &Id,
        found: &Live,
    ) -> impl Iterator<Item = (&'a Id, &'a Live)> + use<'a> {
        let kind = id.kind;
        self.referrers(through, found).into_iter().filter(move |(user, _)| user.kind != kind)
    }

    /// The task after which a user leads elsewhere.
    fn leaves(&self, user: &Id, found: &Live) -> Option<usize> {
        self.removal(user, &found.physical).or_else(|| self.makes.get(user).copied())
    }

    /// Whether anything that stays leads to this object.
    fn is_in_use(&self, id: &Id, live: &Live) -> bool {
        self.referrers(id, live).iter().any(|(user, found)| self.removal(user, &found.physical).is_none())
    }

    /// Whether the step of this object tells of the gap.
    fn is_told(&self, id: &Id) -> bool {
        let step = self.plan.steps.iter().find(|step| step.id == *id);
        step.is_some_and(|step| step.reasons.iter().any(|reason| reason.downtime.is_some()))
    }
}
