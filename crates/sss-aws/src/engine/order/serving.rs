//! Objects that requests reach through a registry.
//!
//! Nothing refers to an ECS service: it registers its tasks in a Cloud Map service, an integration leads to
//! that registry, and routes lead to the integration. So equal strings find no user of the service. Its kind
//! names the reference to the registry (`Resource::REACHED_THROUGH`), and the users of the registry are its
//! users.
//!
//! A service is removed, or leaves its registry, after the routes and integrations that lead there are
//! removed or lead elsewhere, and after each service that takes its place is running. If they can only move
//! once the service has left, there is a gap. ECS allows a service one registry, so the gap cannot be
//! avoided.

use crate::{
    Action, Id, Step,
    engine::{
        order::{Order, Part, Tasks},
        world::Live,
    },
};

/// The downtime of a service that leaves its registry before requests do.
const LEFT: &str = "requests fail from the end of the old tasks until the integration leads to the new ones, seconds to a minute";

impl<'a> Order<'a> {
    /// Adds the tasks after which no request reaches this object: its users are removed or lead elsewhere,
    /// and the objects that take its place are ready.
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

    /// Lets an update that takes an object out of its registry follow the move of the requests, or notes a
    /// gap.
    ///
    /// There is a gap if the requests move to the object that this update changes.
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

    /// Returns whether an update changes the reference by which requests reach the object.
    fn is_withdrawn(&self, step: &Step, live: &Live) -> bool {
        let Some(path) = &step.id.kind.spec().reached_through else { return false };
        let want = step.want(self.graph, self.plan, Some(live));
        want.is_some_and(|want| path.value_in(&live.state) != path.value_in(&want))
    }

    /// Returns the objects through which requests reach this one.
    fn reached_through(&self, id: &Id, live: &Live) -> Vec<(&'a Id, &'a Live)> {
        let path = id.kind.spec().reached_through.as_ref();
        let reference = path.and_then(|path| path.value_in(&live.state)?.as_str());
        reference.and_then(|reference| self.named.get(reference)).cloned().unwrap_or_default()
    }

    /// Returns the objects that lead to a registry, except for those that register in it.
    fn through(
        &self,
        id: &Id,
        through: &Id,
        found: &Live,
    ) -> impl Iterator<Item = (&'a Id, &'a Live)> + use<'a> {
        let kind = id.kind;
        self.referrers(through, found).into_iter().filter(move |(user, _)| user.kind != kind)
    }

    /// Returns the task after which a user leads elsewhere.
    fn leaves(&self, user: &Id, found: &Live) -> Option<usize> {
        self.removal(user, &found.physical).or_else(|| self.makes.get(user).copied())
    }

    /// Returns whether an object that stays leads to this one.
    fn is_in_use(&self, id: &Id, live: &Live) -> bool {
        self.referrers(id, live).iter().any(|(user, found)| self.removal(user, &found.physical).is_none())
    }

    /// Returns whether the step of this object states a gap already.
    fn is_told(&self, id: &Id) -> bool {
        let step = self.plan.steps.iter().find(|step| step.id == *id);
        step.is_some_and(|step| step.reasons.iter().any(|reason| reason.downtime.is_some()))
    }
}
