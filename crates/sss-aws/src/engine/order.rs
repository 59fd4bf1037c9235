//! The order of a plan's tasks.
//!
//! A *task* is a part of a step: it makes, it narrows, or it removes. The order follows from two sources. The
//! edges of the graph say which output a new state reads. The strings in the live states say which object
//! refers to which: an object refers to another one of an earlier kind if its state contains an id or ARN of
//! it. So no kind declares its references, and none can forget one.
//!
//! - A task that makes follows the tasks that make the objects it reads from.
//! - A task that removes follows each task after which an object no longer refers to this one: its removal,
//!   or its update (`removal`).
//! - An update that takes away something that users still need has two tasks: the first adds, before the
//!   users move, and the second takes away ([`Part::Narrow`]), after they have moved.
//!
//! Three modules add edges for requests: `serving` for objects that requests reach through a registry,
//! `handover` for requests that move from one object to another, and `clashes` for names that AWS refuses
//! beside one another. Where no order avoids a gap, they note it, and the step says `downtime`.
//!
//! Kinds refer to earlier kinds only, so references form no cycle. An edge for requests that would close one
//! is left out.

mod clashes;
mod handover;
mod reference;
mod removal;
mod serving;

pub(crate) use self::reference::strings;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use self::{reference::refers, removal::Wholes};
use crate::{
    Action, Graph, Id, Plan, Step, World,
    engine::{diff::Change, world::Live},
};

/// The part of a step that a task carries out. The parts of one step follow one another in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Creates, updates or adopts. If users still need what the object is to lose, it only adds.
    Make,
    /// Waits until a created object can be used, if others may refer to it before.
    Ready,
    /// Takes away what the users of the object no longer need.
    Narrow,
    /// Deletes the object, or the old one of a replacement.
    Remove,
}

/// The tasks of a plan and their order. A task is its position in `list`.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    /// The number of the step and the part of it. Tasks of one step are neighbours.
    pub(crate) list: Vec<(usize, Part)>,
    /// The tasks that each task waits for.
    pub(crate) after: Vec<Vec<usize>>,
    /// The steps during which requests fail, each with the phrase for its `downtime`.
    pub(crate) gaps: Vec<(usize, &'static str)>,
}

impl Tasks {
    /// Returns the tasks of a plan in their order.
    ///
    /// The first pass orders the plan without second parts. It shows which objects have users that move; only
    /// their updates get a second part. The second pass orders the tasks with these parts, and then the edges
    /// for requests are added.
    pub(crate) fn of(graph: &Graph, world: &World, plan: &Plan) -> Self {
        if plan.steps.is_empty() {
            return Self::default();
        }
        let order = Order::new(graph, world, plan, &BTreeSet::new());
        let narrowed = order.narrowed();
        let order = if narrowed.is_empty() { order } else { Order::new(graph, world, plan, &narrowed) };
        let mut tasks = Self { after: order.after(), list: order.list.clone(), gaps: Vec::new() };

        order.part_names(&mut tasks);
        order.hand_over(&mut tasks);
        order.withdraw_last(&mut tasks);
        order.deploy_last(&mut tasks);
        tasks
    }

    /// Returns whether another task of the step takes away what this one leaves.
    pub(crate) fn is_split(&self, step: usize) -> bool {
        self.list.contains(&(step, Part::Narrow))
    }

    /// Returns whether no other task of the same step follows.
    pub(crate) fn is_last(&self, task: usize) -> bool {
        let (step, _) = self.list[task];
        self.list.get(task + 1).is_none_or(|(next, _)| *next != step)
    }

    /// Returns the resources on whose steps no step of another resource depends.
    pub(crate) fn leaves(&self, plan: &Plan) -> BTreeSet<Id> {
        let step = |task: usize| self.list[task].0;
        let waits = self.after.iter().enumerate();
        let needed = waits.flat_map(|(task, before)| before.iter().map(move |before| (task, *before)));
        let needed = needed.filter(|(task, before)| step(*task) != step(*before));
        let needed: BTreeSet<usize> = needed.map(|(_, before)| step(before)).collect();
        let steps = plan.steps.iter().enumerate().filter(|(index, _)| !needed.contains(index));
        steps.map(|(_, step)| step.id.clone()).collect()
    }

    /// Returns whether a task waits for another one, directly or through others.
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

/// The inputs of the order, with indexes: a plan may have thousands of tasks.
struct Order<'a> {
    graph: &'a Graph,
    world: &'a World,
    plan: &'a Plan,
    list: Vec<(usize, Part)>,
    /// The tasks after which a resource can be used. A renamed object is found under both names.
    makes: HashMap<&'a Id, usize>,
    /// The tasks after which others may refer to a resource that cannot be used yet.
    starts: HashMap<&'a Id, usize>,
    /// The tasks after which an object has its final state: the last part of an object that stays.
    settles: HashMap<&'a Id, usize>,
    /// The tasks that remove an object, by id and by the name or id on AWS that tells it from others of its
    /// name.
    removes: HashMap<&'a Id, Vec<(Option<&'a str>, usize)>>,
    /// The objects that are deleted together with their parts.
    wholes: Wholes<'a>,
    /// The live objects whose states contain a string.
    mentions: HashMap<&'a str, Vec<(&'a Id, &'a Live)>>,
    /// The live objects that AWS names by a string.
    named: HashMap<&'a str, Vec<(&'a Id, &'a Live)>>,
}

impl<'a> Order<'a> {
    /// Returns the indexes. `narrowed` has the steps whose updates have a second part.
    fn new(graph: &'a Graph, world: &'a World, plan: &'a Plan, narrowed: &BTreeSet<usize>) -> Self {
        let list = list(plan, narrowed);
        let (mut makes, mut settles, mut starts) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut removes = HashMap::<_, Vec<_>>::new();

        for (task, (index, part)) in list.iter().enumerate() {
            let step = &plan.steps[*index];
            // An object that is renamed is found under its old name.
            let moved = step.moved_from.as_ref().filter(|_| step.physical.is_some());
            let ids = std::iter::once(&step.id).chain(moved);
            match part {
                Part::Make | Part::Ready => ids.for_each(|id| {
                    if let Some(started) = makes.insert(id, task) {
                        starts.insert(id, started);
                    }
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

        let wholes = Wholes::of(plan);
        Self { graph, world, plan, list, makes, starts, settles, removes, wholes, mentions, named }
    }

    /// Returns the tasks that each task waits for, without the edges for requests.
    fn after(&self) -> Vec<Vec<usize>> {
        let before = |(index, part): &(usize, Part)| {
            let step = &self.plan.steps[*index];
            match part {
                Part::Make => self.before_making(step),
                Part::Ready => self.starts.get(&step.id).copied().into_iter().collect(),
                Part::Narrow => self.before_narrowing(step),
                Part::Remove => self.before_removing(step),
            }
        };
        self.list.iter().map(before).collect()
    }

    /// Returns the tasks that make the objects which a step reads from.
    ///
    /// If the update points the object elsewhere, objects that stay do not end the search: the new target may
    /// lead to an object that is not ready yet.
    fn before_making(&self, step: &Step) -> Vec<usize> {
        let mut before = Vec::new();
        let is_pointed_elsewhere = step.changes.iter().any(|change| self.is_reference(change));

        let mut open: Vec<&Id> = self.graph.reads(&step.id).iter().collect();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(task) = self.made(id, step) {
                before.push(task);
            } else if is_pointed_elsewhere {
                // An object that stays may lead to one that is not ready yet.
                open.extend(self.graph.reads(id));
            }
        }
        before
    }

    /// Returns the task after which a step may refer to an object.
    ///
    /// A part of a new object need not wait until the other one can be used, because nothing depends on it yet.
    fn made(&self, id: &Id, step: &Step) -> Option<usize> {
        let early = self.starts.get(id).filter(|_| self.is_part_of_new(step));
        early.or_else(|| self.makes.get(id)).copied()
    }

    /// Returns whether a step creates a part of an object that is created as well.
    fn is_part_of_new(&self, step: &Step) -> bool {
        let action = |id: &Id| Some(self.plan.steps[self.list[*self.makes.get(id)?].0].action);
        let whole = step.id.kind.spec().part_of.filter(|_| step.action == Action::Create);
        whole.is_some_and(|whole| {
            let mut read = self.graph.reads(&step.id).iter();
            read.any(|id| id.kind == whole && action(id) == Some(Action::Create))
        })
    }

    /// Returns whether a change takes a reference to another object away.
    fn is_reference(&self, change: &Change) -> bool {
        let mut found = false;
        if let Some(before) = &change.before {
            strings(before, &mut |text| found |= self.named.contains_key(text));
        }
        found
    }

    /// Returns the first part of the step and the tasks by which its users move.
    fn before_narrowing(&self, step: &Step) -> Vec<usize> {
        let mut before: Vec<usize> = self.makes.get(&step.id).copied().into_iter().collect();
        before.extend(self.users(step));
        before
    }

    /// Returns the steps that take something away from an object whose users move in this plan.
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

    /// Returns the tasks after which nothing uses the object in its present state.
    fn users(&self, step: &Step) -> Vec<usize> {
        let mut users = Vec::new();
        if let Some(live) = step.live(self.world) {
            self.until_unused(None, &step.id, live, &mut users);
            let want = step.want(self.graph, self.plan, Some(live)).unwrap_or_default();
            self.until_not_reached(&step.id, live, &step.id.kind.spec().ways(&want), &mut users);
            self.until_not_served(&step.id, live, &want, &mut users);
        }
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Adds the tasks after which nothing needs what the object serves now and no longer will
    /// ([`Resource::served`](crate::engine::kind::Resource::served)).
    ///
    /// The served objects move or are removed, and so are the objects that lead to them.
    fn until_not_served(&self, id: &Id, live: &Live, want: &Value, before: &mut Vec<usize>) {
        let (spec, live) = (id.kind.spec(), &live.state);
        let kept = if want.is_null() { Vec::new() } else { (spec.served)(want) };
        for gone in (spec.served)(live).iter().filter(|served| !kept.contains(served)) {
            let served = self.mentions.get(gone.as_str()).into_iter().flatten();
            for (other, found) in served.filter(|(other, _)| other.kind.spec().rank > spec.rank) {
                before.extend(
                    self.removal(other, &found.physical).or_else(|| self.settles.get(other).copied()),
                );
                self.until_unused(None, other, found, before);
            }
        }
    }

    /// Returns the objects that refer to this one: objects of later kinds whose state contains one of the
    /// strings that AWS names it by, and objects of its own kind that it does not refer to itself.
    fn referrers(&self, id: &Id, live: &Live) -> Vec<(&'a Id, &'a Live)> {
        let (rank, has_peers) = (id.kind.spec().rank, id.kind.spec().has_peers);
        let mut found = Vec::new();
        strings(&live.output, &mut |text| {
            let mentions = self.mentions.get(text).into_iter().flatten().copied();
            found.extend(mentions.filter(|(other, other_live)| {
                let is_peer =
                    || has_peers && other.kind == id.kind && *other != id && !refers(live, other_live);
                other.kind.spec().rank > rank || is_peer()
            }));
        });
        found
    }
}

/// Returns the tasks of the steps, without their order.
fn list(plan: &Plan, narrowed: &BTreeSet<usize>) -> Vec<(usize, Part)> {
    let mut list = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        if step.action != Action::Delete {
            list.push((index, Part::Make));
        }
        if matches!(step.action, Action::Create | Action::Replace) && step.id.kind.spec().early {
            list.push((index, Part::Ready));
        }
        if narrowed.contains(&index) {
            list.push((index, Part::Narrow));
        }
        if matches!(step.action, Action::Delete | Action::Replace) {
            list.push((index, Part::Remove));
        }
    }
    list
}
