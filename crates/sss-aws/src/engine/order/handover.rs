//! Requests that move from one object to another: the old object goes when the new one answers them.
//!
//! A request that a removed route got falls to a less specific route. A request that a new route takes was
//! answered by a live one until then. In both cases the requests must find an answer, so the task waits for
//! each object on the way behind the new route, down to a service without tasks.
//!
//! An *heir* is an object that can get the requests of another one. The *way* of a request are the objects
//! that it passes: a route, its integration, and the service.

use std::collections::HashSet;

use crate::{
    Action, Id, Step,
    engine::order::{Order, Part, Tasks},
};

impl<'a> Order<'a> {
    /// Orders the tasks so that requests which move to another object find it ready.
    ///
    /// An object that gives its name up waits for the objects that get its requests, unless AWS refuses the
    /// new name beside the old one. An object that takes requests from a live one waits until they are
    /// answered.
    pub(super) fn hand_over(&self, tasks: &mut Tasks) {
        for (task, (index, part)) in self.list.iter().enumerate() {
            let step = &self.plan.steps[*index];
            if let Some(given_up) = given_up(step, *part) {
                for heir in self.heirs(given_up).filter(|heir| **heir != step.id) {
                    self.until_answered(heir).into_iter().for_each(|needed| tasks.add(task, needed));
                }
            }
            if *part == Part::Make && step.action == Action::Create && self.takes_requests(&step.id) {
                self.until_answered(&step.id).into_iter().for_each(|needed| tasks.add(task, needed));
            }
        }
    }

    /// Returns the objects of the stack that can get the requests to this object.
    pub(super) fn heirs(&self, id: &Id) -> impl Iterator<Item = &'a Id> {
        let overlap = id.kind.spec().overlap;
        let all = self.graph.nodes().iter().map(|node| &node.id);
        all.filter(move |other| other.kind == id.kind && overlap(&id.name, &other.name))
    }

    /// Returns whether this new object gets requests that a live object gets now.
    fn takes_requests(&self, id: &Id) -> bool {
        let overlap = id.kind.spec().overlap;
        self.world.of_kind(id.kind).any(|(other, _)| overlap(&id.name, &other.name))
    }

    /// Returns the tasks after which the requests to an object of the stack are answered at the end of their
    /// way.
    fn until_answered(&self, id: &'a Id) -> Vec<usize> {
        let mut needed = Vec::new();
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            needed.extend(self.makes.get(id).filter(|task| self.changes_the_way(**task)));
            // The way of a request ends at the object that answers it.
            if !id.kind.spec().is_reached() {
                open.extend(self.graph.reads(id));
            }
        }
        needed
    }

    /// Returns whether a task decides where, or from when on, requests through its object are answered.
    fn changes_the_way(&self, task: usize) -> bool {
        let step = &self.plan.steps[self.list[task].0];
        let is_end = step.id.kind.spec().is_reached();
        match step.action {
            Action::Create | Action::Revise | Action::Replace => true,
            Action::Update if is_end => self.is_idle(step),
            Action::Update => {
                self.gets_a_name(step) || step.changes.iter().any(|change| self.is_reference(change))
            }
            Action::Delete | Action::Adopt | Action::Release => false,
        }
    }

    /// Returns whether no task goes on running behind an object that answers requests.
    pub(super) fn is_idle(&self, step: &Step) -> bool {
        step.live(self.world).is_none_or(|live| self.world.others().idle.contains(&live.physical))
    }
}

/// Returns the object whose name is free when a task is done.
fn given_up(step: &Step, part: Part) -> Option<&Id> {
    match part {
        Part::Remove => Some(&step.id).filter(|_| step.with.is_none()),
        Part::Make => step.moved_from.as_ref().filter(|_| step.physical.is_some()),
        Part::Ready | Part::Narrow => None,
    }
}
