//! The order of a plan's tasks: what has to be done before what.

mod clashes;
mod handover;
mod serving;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::{
    Action, Graph, Id, Plan, Step, World,
    engine::{diff::Change, kind::Replaced, world::Live},
};

/// What a task does of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Creates, updates or adopts. Where the users of the object still need what it is to lose, adds only.
    Make,
    /// Takes away what the users of the object do not need any more.
    Narrow,
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
    /// The steps during which requests fail, and which.
    pub(crate) gaps: Vec<(usize, &'static str)>,
}

impl Tasks {
    /// What is made comes after what it reads from. What is removed comes after everything that referred to it: after
    /// its removal, or after the update that points it elsewhere. A part goes after what it goes with. What serves
    /// requests goes after these have moved, and what users need until they have moved is taken away last.
    pub(crate) fn of(graph: &Graph, world: &World, plan: &Plan) -> Self {
        let order = Order::new(graph, world, plan, &BTreeSet::new());
        let narrowed = order.narrowed();
        let order = if narrowed.is_empty() { order } else { Order::new(graph, world, plan, &narrowed) };
        let mut tasks = Self { after: order.after(), list: order.list.clone(), gaps: Vec::new() };
        order.part_names(&mut tasks);
        order.hand_over(&mut tasks);
        order.withdraw_last(&mut tasks);
        tasks
    }

    /// Whether the step takes something away in a part of its own.
    pub(crate) fn is_split(&self, step: usize) -> bool {
        self.list.contains(&(step, Part::Narrow))
    }

    /// Whether no other task of the same step follows.
    pub(crate) fn is_last(&self, task: usize) -> bool {
        let (step, _) = self.list[task];
        self.list.get(task + 1).is_none_or(|(next, _)| *next != step)
    }

    /// Whether a task waits for another one, through others or itself.
    fn waits_for(&self, task: usize, other: usize) -> bool {
        let mut open = vec![task];
        let mut seen = HashSet::new();
        while let Some(task) = open.pop() {
            if task == other {
                return true;
            }
            if seen.insert(task) {
                open.extend(&self.after[task]);
            }
        }
        false
    }

    /// Lets a task wait for another one, unless that one waits for it.
    fn add(&mut self, task: usize, before: usize) {
        if !self.after[task].contains(&before) && !self.waits_for(before, task) {
            self.after[task].push(before);
        }
    }
}

struct Order<'a> {
    graph: &'a Graph,
    world: &'a World,
    plan: &'a Plan,
    list: Vec<(usize, Part)>,
    makes: HashMap<&'a Id, usize>,
    /// The tasks after which an object is as it stays: the last part of those that are not removed.
    settles: HashMap<&'a Id, usize>,
    /// By id, and by what tells an object from others of its name.
    removes: HashMap<&'a Id, Vec<(Option<&'a str>, usize)>>,
    /// What goes with what.
    together: HashSet<(&'a Id, &'a Id)>,
    mentions: HashMap<&'a str, Vec<(&'a Id, &'a Live)>>,
    /// What AWS names objects by.
    named: HashMap<&'a str, Vec<(&'a Id, &'a Live)>>,
}

impl<'a> Order<'a> {
    fn new(graph: &'a Graph, world: &'a World, plan: &'a Plan, narrowed: &BTreeSet<usize>) -> Self {
        let list = list(plan, narrowed);
        let (mut makes, mut settles) = (HashMap::new(), HashMap::new());
        let mut removes = HashMap::<_, Vec<_>>::new();
        for (task, (index, part)) in list.iter().enumerate() {
            let step = &plan.steps[*index];
            // An object that is renamed is found under its old name.
            let moved = step.moved_from.as_ref().filter(|_| step.physical.is_some());
            let ids = std::iter::once(&step.id).chain(moved);
            match part {
                Part::Make => ids.for_each(|id| {
                    makes.insert(id, task);
                    settles.insert(id, task);
                }),
                Part::Narrow => ids.for_each(|id| {
                    settles.insert(id, task);
                }),
                Part::Remove => ids.for_each(|id| {
                    removes.entry(id).or_default().push((step.physical.as_deref(), task));
                }),
            }
        }
        let (mut mentions, mut named) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        if plan.steps.iter().any(|step| step.action != Action::Create) {
            for (id, live) in world.objects() {
                strings(&live.state, &mut |text| mentions.entry(text).or_default().push((id, live)));
                strings(&live.output, &mut |text| named.entry(text).or_default().push((id, live)));
            }
        }
        let together = plan.steps.iter().filter_map(|step| Some((&step.id, step.with.as_ref()?))).collect();
        Self { graph, world, plan, list, makes, settles, removes, together, mentions, named }
    }

    fn after(&self) -> Vec<Vec<usize>> {
        let before = |(index, part): &(usize, Part)| {
            let step = &self.plan.steps[*index];
            match part {
                Part::Make => self.before_making(step),
                Part::Narrow => self.before_narrowing(step),
                Part::Remove => self.before_removing(*index, step),
            }
        };
        self.list.iter().map(before).collect()
    }

    fn before_making(&self, step: &Step) -> Vec<usize> {
        let mut before = Vec::new();
        let is_pointed_elsewhere = step.changes.iter().any(|change| self.is_reference(change));
        let mut open: Vec<&Id> = self.graph.reads(&step.id).iter().collect();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(task) = self.makes.get(id) {
                before.push(*task);
            } else if is_pointed_elsewhere {
                // What stays as it is may lead to something that is not ready yet.
                open.extend(self.graph.reads(id));
            }
        }
        before
    }

    /// Whether a change takes a reference to another object away.
    fn is_reference(&self, change: &Change) -> bool {
        let mut found = false;
        if let Some(before) = &change.before {
            strings(before, &mut |text| found |= self.named.contains_key(text));
        }
        found
    }

    fn before_narrowing(&self, step: &Step) -> Vec<usize> {
        let mut before: Vec<usize> = self.makes.get(&step.id).copied().into_iter().collect();
        before.extend(self.users(step));
        before
    }

    fn before_removing(&self, index: usize, step: &Step) -> Vec<usize> {
        let mut before = Vec::new();
        if let Some(parent) = &step.with {
            return self.removes.get(parent).into_iter().flatten().map(|(_, task)| *task).collect();
        }
        before.extend(self.makes.get(&step.id));
        // Of what stays when it is replaced, all of one name goes in one step.
        let all_go = step.id.kind.spec().replaced == Replaced::Kept;
        let found = step.moved_from.as_ref().unwrap_or(&step.id);
        for live in self.world.all(found) {
            if all_go || Some(live.physical.as_str()) == step.physical.as_deref() {
                self.until_unused(Some(index), &step.id, live, &mut before);
                self.until_not_reached(&step.id, live, &mut before);
            }
        }
        before.sort_unstable();
        before.dedup();
        before
    }

    /// The steps that take something away from an object whose users move in this plan.
    fn narrowed(&self) -> BTreeSet<usize> {
        let steps = self.plan.steps.iter().enumerate();
        let updates = steps.filter(|(_, step)| step.action == Action::Update && !step.only_adds);
        let narrows = |step: &Step| {
            let live = step.live(self.world)?;
            let want = step.want(self.graph, self.plan, Some(live))?;
            (step.id.kind.spec().widened)(&live.state, &want)
        };
        let narrowed = updates.filter(|(_, step)| narrows(step).is_some() && !self.users(step).is_empty());
        narrowed.map(|(index, _)| index).collect()
    }

    /// The tasks after which nothing uses the object as it is now.
    fn users(&self, step: &Step) -> Vec<usize> {
        let mut users = Vec::new();
        if let Some(live) = step.live(self.world) {
            self.until_unused(None, &step.id, live, &mut users);
        }
        users.sort_unstable();
        users.dedup();
        users
    }

    /// The tasks after which nothing refers to this object any more.
    fn until_unused(&self, index: Option<usize>, id: &Id, live: &Live, before: &mut Vec<usize>) {
        let is_with = |referrer| {
            index.is_some_and(|index| self.together.contains(&(referrer, &self.plan.steps[index].id)))
        };
        for (referrer, found) in self.referrers(id, live) {
            if let Some(task) = self.removal(referrer, &found.physical) {
                if !is_with(referrer) {
                    before.push(task);
                }
            } else if let Some(task) = self.settles.get(referrer) {
                before.push(*task);
                // A revision that stays: whatever ran on it has to move to the new one first.
                if referrer.kind.spec().replaced == Replaced::Kept {
                    self.until_unused(index, referrer, found, before);
                }
            }
        }
    }

    fn removal(&self, id: &Id, physical: &str) -> Option<usize> {
        let removes = self.removes.get(id)?;
        let all_go = id.kind.spec().replaced == Replaced::Kept;
        removes.iter().find(|(found, _)| all_go || *found == Some(physical)).map(|(_, task)| *task)
    }

    /// What refers to an object: whatever later kind's state holds one of the strings that AWS names it by.
    fn referrers(&self, id: &Id, live: &Live) -> Vec<(&'a Id, &'a Live)> {
        let mut found = Vec::new();
        strings(&live.output, &mut |text| {
            let mentions = self.mentions.get(text).into_iter().flatten();
            found.extend(mentions.filter(|(other, _)| other.kind.spec().rank > id.kind.spec().rank).copied());
        });
        found
    }
}

/// The parts of the steps.
fn list(plan: &Plan, narrowed: &BTreeSet<usize>) -> Vec<(usize, Part)> {
    let mut list = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        if step.action != Action::Delete {
            list.push((index, Part::Make));
        }
        if narrowed.contains(&index) {
            list.push((index, Part::Narrow));
        }
        let replaced = step.action == Action::Replace && step.id.kind.spec().replaced == Replaced::Deleted;
        if step.action == Action::Delete || replaced {
            list.push((index, Part::Remove));
        }
    }
    list
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
