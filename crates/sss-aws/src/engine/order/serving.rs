//! Objects that requests reach through a registry.
//!
//! Nothing refers to an ECS service: it registers its tasks in a Cloud Map service or a target group, an
//! integration leads to that registry, and routes lead to the integration. So equal strings find no user of the
//! service. Its kind names the references to its registries (`Resource::REACHED_THROUGH`), and the users of a
//! registry are its users. Between an integration and a target group stands a listener or a rule, which only passes
//! requests on (`Resource::PASSES_ON`): the users of that one count, and it stays until the service has left.
//!
//! A service is removed, or leaves a registry, after the routes and integrations that lead there are
//! removed or lead elsewhere, and after each service that takes its place is running. A service that moves to
//! another registry is in both until its requests have moved ([`Part::Narrow`]). ECS allows a service one Cloud Map
//! service, so between two of these there is a gap that cannot be avoided.
//!
//! A service that stays may lose some of its requests to another one. Its new tasks need not answer them: the
//! part that did may have moved with the route, or the port may be another one. So a step that replaces or stops
//! all tasks follows the move of these requests. If two services take requests from one another, one of them
//! must be first, and its step states a gap.

use std::collections::HashSet;

use crate::{
    Action, Id, Step,
    engine::{
        kind::Workload,
        order::{Order, Part, Tasks, strings},
        world::Live,
    },
};

/// The downtime of a service that leaves its registry before requests do.
const LEFT: &str = "requests fail from the end of the old tasks until the integration leads to the new ones, seconds to a minute";

/// The downtime of a service that is deployed before requests leave it.
const DEPLOYED: &str = "requests that move to another service may fail from the start of the new tasks until they have moved, seconds to a minute";

/// The downtime of a service that has no tasks any more before requests leave it.
const STOPPED: &str = "requests that move to another service fail from the end of the tasks until they have moved, seconds to a minute";

impl<'a> Order<'a> {
    /// Adds the tasks after which no request reaches this object: its users are removed or lead elsewhere,
    /// and the objects that take its place are ready.
    ///
    /// `kept` are the references that the object keeps; their users do not count.
    pub(super) fn until_not_reached(&self, id: &Id, live: &Live, kept: &[&str], before: &mut Vec<usize>) {
        for (through, found) in self.reached_through(id, live) {
            let mut is_kept = false;
            strings(&found.output, &mut |text| is_kept |= kept.contains(&text));
            if is_kept {
                continue;
            }
            before.extend(
                self.through(id, through, found)
                    .into_iter()
                    .filter_map(|(user, found)| self.leaves(user, found)),
            );
            let others = self.graph.nodes().iter().map(|node| &node.id).filter(|other| other.kind == id.kind);
            let others = others.filter(|other| self.graph.reads(other).contains(through));
            before.extend(others.filter_map(|other| self.makes.get(other)));
        }
    }

    /// Adds the tasks after which no object registers any more where this one, which passes requests on, leads.
    ///
    /// The last requests are answered until then. If they were cut off with the object that sent them, only the
    /// objects that stay have to leave.
    pub(super) fn until_left(&self, id: &Id, live: &Live, before: &mut Vec<usize>) {
        if !id.kind.spec().passes_on {
            return;
        }
        let is_cut_off = self.is_cut_off(id, live);
        let mut targets = Vec::new();
        strings(&live.state, &mut |text| targets.extend(self.named.get(text).into_iter().flatten().copied()));
        for (target, target_live) in targets {
            for (end, end_live) in self.referrers(target, target_live) {
                if end.kind.spec().is_reached() {
                    let removal = self.removal(end, &end_live.physical);
                    let left = removal.or_else(|| self.settles.get(end).copied());
                    before.extend(left.filter(|_| removal.is_none() || !is_cut_off));
                }
            }
        }
    }

    /// Returns whether all objects that send requests through this one are deleted with another object, as integrations
    /// are with their API. Their requests under way end there, and nothing waits for the answers.
    fn is_cut_off(&self, id: &Id, live: &Live) -> bool {
        let users = self.referrers(id, live);
        let mut senders = users.iter().filter(|(user, _)| !user.kind.spec().passes_on).peekable();
        senders.peek().is_some() && senders.all(|(user, _)| self.wholes.has_part(user))
    }

    /// Lets an update that takes an object out of its registry follow the move of the requests, or notes a
    /// gap.
    ///
    /// There is a gap if the requests move to the object that this update changes.
    pub(super) fn withdraw_last(&self, tasks: &mut Tasks) {
        for (task, (index, part)) in self.list.iter().enumerate() {
            let step = &self.plan.steps[*index];
            // The first of two parts keeps all registries.
            if *part != Part::Make || step.action != Action::Update || tasks.is_split(*index) {
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

    /// Lets a step that replaces or stops all tasks follow the requests that leave the object, or notes a gap.
    pub(super) fn deploy_last(&self, tasks: &mut Tasks) {
        for (task, (index, part)) in self.list.iter().enumerate() {
            let step = &self.plan.steps[*index];
            if *part != Part::Make || !matches!(step.action, Action::Update | Action::Replace) {
                continue;
            }
            let Some(live) = step.live(self.world) else { continue };
            let Some(gap) = self.gap_of_tasks(step, live) else { continue };

            for leaving in self.departures(&step.id, live) {
                if !tasks.waits_for(leaving, task) {
                    tasks.add(task, leaving);
                } else if step.downtime.is_none() {
                    tasks.gaps.push((*index, gap));
                }
            }
        }
    }

    /// Returns the gap of requests that leave only after the step, if it replaces or stops all running tasks and keeps
    /// the reference by which requests reach them.
    fn gap_of_tasks(&self, step: &Step, live: &Live) -> Option<&'static str> {
        if !step.id.kind.spec().is_reached() || self.is_idle(step) || self.is_withdrawn(step, live) {
            return None;
        }
        let want = step.want(self.graph, self.plan, Some(live));
        match step.effect(self.graph.node(&step.id), Some(&live.state), want.as_ref())? {
            Workload::Replaced => Some(DEPLOYED),
            Workload::Stopped => Some(STOPPED),
            Workload::Started | Workload::Awaited | Workload::Kept => None,
        }
    }

    /// Returns the tasks after which requests that reach this object now no longer do.
    fn departures(&self, id: &Id, live: &Live) -> Vec<usize> {
        let mut departures = Vec::new();
        for (through, found) in self.reached_through(id, live) {
            for (user, user_live) in self.through(id, through, found) {
                departures.extend(self.departure(id, (user, user_live), found));
                let sources = self.referrers(user, user_live).into_iter();
                departures.extend(sources.filter_map(|source| self.departure(id, source, user_live)));
            }
        }
        departures.sort_unstable();
        departures.dedup();
        departures
    }

    /// Returns the task after which a user no longer leads to its target, and through it to the object `end`.
    ///
    /// `None` if the user still leads to `end` on another way, or if it is deleted with its parent.
    fn departure(&self, end: &Id, (user, found): (&Id, &Live), target: &Live) -> Option<usize> {
        let task = self.leaves(user, found)?;
        let (index, part) = self.list[task];
        let step = &self.plan.steps[index];
        if self.leads_to(&step.id, end) {
            return None;
        }
        if part == Part::Remove {
            return Some(task).filter(|_| step.with.is_none());
        }

        let want = step.want(self.graph, self.plan, Some(found))?;
        let mut wanted = HashSet::new();
        strings(&want, &mut |text| {
            wanted.insert(text);
        });
        let mut is_target = false;
        strings(&target.output, &mut |text| is_target |= wanted.contains(text));
        Some(task).filter(|_| !is_target)
    }

    /// Returns whether an object of the stack reads from another one, directly or through others.
    fn leads_to(&self, from: &Id, end: &Id) -> bool {
        let (mut open, mut seen) = (vec![from], HashSet::new());
        while let Some(id) = open.pop() {
            if id == end {
                return true;
            }
            if seen.insert(id) {
                open.extend(self.graph.reads(id));
            }
        }
        false
    }

    /// Returns whether an update takes a reference away by which requests reach the object.
    fn is_withdrawn(&self, step: &Step, live: &Live) -> bool {
        let spec = step.id.kind.spec();
        if !spec.is_reached() {
            return false;
        }
        let Some(want) = step.want(self.graph, self.plan, Some(live)) else { return false };
        let kept = spec.ways(&want);
        spec.ways(&live.state).iter().any(|way| self.named.contains_key(way) && !kept.contains(way))
    }

    /// Returns the objects through which requests reach this one.
    fn reached_through(&self, id: &Id, live: &Live) -> Vec<(&'a Id, &'a Live)> {
        let ways = id.kind.spec().ways(&live.state);
        ways.iter().filter_map(|way| self.named.get(way)).flatten().copied().collect()
    }

    /// Returns the objects that lead to a registry, except for those that register in it. The users of an object that
    /// only passes requests on count in its place.
    fn through(&self, id: &Id, through: &Id, found: &Live) -> Vec<(&'a Id, &'a Live)> {
        let mut users = Vec::new();
        for (user, live) in self.referrers(through, found) {
            if user.kind.spec().passes_on {
                users.extend(self.through(id, user, live));
            } else if user.kind != id.kind {
                users.push((user, live));
            }
        }
        users
    }

    /// Returns the task after which a user leads elsewhere.
    fn leaves(&self, user: &Id, found: &Live) -> Option<usize> {
        self.removal(user, &found.physical).or_else(|| self.makes.get(user).copied())
    }

    /// Returns whether requests come through this object that the stack goes on answering: those of an object that
    /// stays, or of one whose requests another one gets.
    fn is_in_use(&self, id: &Id, live: &Live) -> bool {
        self.referrers(id, live).iter().any(|(user, found)| {
            self.removal(user, &found.physical).is_none() || self.heirs(user).next().is_some()
        })
    }

    /// Returns whether the step of this object states a gap already.
    fn is_told(&self, id: &Id) -> bool {
        let step = self.plan.steps.iter().find(|step| step.id == *id);
        step.is_some_and(|step| step.reasons.iter().any(|reason| reason.downtime.is_some()))
    }
}
