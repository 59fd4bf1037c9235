//! The order of a plan's tasks: what has to be done before what.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{Action, Graph, Id, Plan, Step, World, kinds, resource::Replaced, world::Live};

/// What a task does of a step. A replacement has both parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Creates, updates or adopts.
    Make,
    /// Removes.
    Remove,
}

/// The tasks of a plan and what each comes after.
#[derive(Debug)]
pub(crate) struct Tasks {
    /// The step's number and the part of it.
    pub(crate) list: Vec<(usize, Part)>,
    /// The tasks that each task waits for.
    pub(crate) after: Vec<Vec<usize>>,
}

impl Tasks {
    /// What is made comes after what it reads from. What is removed comes after everything that referred to it: after
    /// its removal, or after the update that points it elsewhere. A part goes after what it goes with.
    pub(crate) fn of(graph: &Graph, world: &World, plan: &Plan) -> Self {
        let mut list = Vec::new();
        for (index, step) in plan.steps.iter().enumerate() {
            if step.action != Action::Delete {
                list.push((index, Part::Make));
            }
            let replaced =
                step.action == Action::Replace && kinds::spec(step.id.kind).replaced == Replaced::Deleted;
            if step.action == Action::Delete || replaced {
                list.push((index, Part::Remove));
            }
        }
        let order = Order::new(world, plan, &list);
        let after = list
            .iter()
            .map(|(index, part)| match part {
                Part::Make => order.before_making(graph, &plan.steps[*index]),
                Part::Remove => order.before_removing(*index, &plan.steps[*index]),
            })
            .collect();
        Self { list, after }
    }

    /// Whether no other task of the same step follows.
    pub(crate) fn is_last(&self, task: usize) -> bool {
        let (step, _) = self.list[task];
        self.list.get(task + 1).is_none_or(|(next, _)| *next != step)
    }
}

struct Order<'a> {
    plan: &'a Plan,
    world: &'a World,
    makes: HashMap<&'a Id, usize>,
    /// By id, and by what tells an object from others of its name.
    removes: HashMap<&'a Id, Vec<(Option<&'a str>, usize)>>,
    /// What goes with what.
    together: HashSet<(&'a Id, &'a Id)>,
    mentions: HashMap<&'a str, Vec<(&'a Id, &'a Live)>>,
}

impl<'a> Order<'a> {
    fn new(world: &'a World, plan: &'a Plan, list: &[(usize, Part)]) -> Self {
        let (mut makes, mut removes) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (task, (index, part)) in list.iter().enumerate() {
            let step = &plan.steps[*index];
            match part {
                Part::Make => drop(makes.insert(&step.id, task)),
                Part::Remove => removes.entry(&step.id).or_default().push((step.physical.as_deref(), task)),
            }
        }
        let mut mentions: HashMap<&str, Vec<_>> = HashMap::new();
        if !removes.is_empty() {
            for (id, live) in world.objects() {
                strings(&live.state, &mut |text| {
                    mentions.entry(text).or_default().push((id, live));
                });
            }
        }
        let together = plan.steps.iter().filter_map(|step| Some((&step.id, step.with.as_ref()?))).collect();
        Self { plan, world, makes, removes, together, mentions }
    }

    fn before_making(&self, graph: &Graph, step: &Step) -> Vec<usize> {
        graph.reads(&step.id).iter().filter_map(|id| self.makes.get(id).copied()).collect()
    }

    fn before_removing(&self, index: usize, step: &Step) -> Vec<usize> {
        let mut before = Vec::new();
        if let Some(parent) = &step.with {
            return self.removes.get(parent).into_iter().flatten().map(|(_, task)| *task).collect();
        }
        before.extend(self.makes.get(&step.id));
        // Of what stays when it is replaced, all of one name goes in one step.
        let all_go = kinds::spec(step.id.kind).replaced == Replaced::Kept;
        for live in self.world.all(&step.id) {
            if all_go || Some(live.physical.as_str()) == step.physical.as_deref() {
                self.until_unused(index, &step.id, live, &mut before);
            }
        }
        before.sort_unstable();
        before.dedup();
        before
    }

    /// The tasks after which nothing refers to this object any more.
    fn until_unused(&self, index: usize, id: &Id, live: &Live, before: &mut Vec<usize>) {
        for (referrer, found) in self.referrers(id, live) {
            if let Some(task) = self.removal(referrer, &found.physical) {
                if !self.together.contains(&(referrer, &self.plan.steps[index].id)) {
                    before.push(task);
                }
            } else if let Some(task) = self.makes.get(referrer) {
                before.push(*task);
                // A revision that stays: whatever ran on it has to move to the new one first.
                if kinds::spec(referrer.kind).replaced == Replaced::Kept {
                    self.until_unused(index, referrer, found, before);
                }
            }
        }
    }

    fn removal(&self, id: &Id, physical: &str) -> Option<usize> {
        let removes = self.removes.get(id)?;
        let all_go = kinds::spec(id.kind).replaced == Replaced::Kept;
        removes.iter().find(|(found, _)| all_go || *found == Some(physical)).map(|(_, task)| *task)
    }

    /// What refers to an object: whatever later kind's state holds one of the strings that AWS names it by.
    fn referrers(&self, id: &'a Id, live: &'a Live) -> Vec<(&'a Id, &'a Live)> {
        let mut found = Vec::new();
        strings(&live.output, &mut |text| {
            let mentions = self.mentions.get(text).into_iter().flatten();
            found.extend(
                mentions.filter(|(other, _)| kinds::rank(other.kind) > kinds::rank(id.kind)).copied(),
            );
        });
        found
    }
}

/// Every string within a value.
pub(crate) fn strings<'a>(value: &'a Value, take: &mut dyn FnMut(&'a str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, take)),
        Value::Object(members) => members.values().for_each(|member| strings(member, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
