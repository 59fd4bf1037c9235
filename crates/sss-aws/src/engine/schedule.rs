//! What the tasks of a plan take at least: calls, AWS's own time, and what comes before and after each.

use std::{cmp::Reverse, time::Duration};

use crate::{
    Action, Graph, Options, Plan, Step, World,
    engine::{
        diff::Change,
        kind::Replaced,
        order::{Part, Tasks},
        wait::Condition,
        world::Live,
    },
    tags,
};

/// What one task takes.
#[derive(Default)]
pub(crate) struct Effort {
    pub(crate) calls: Vec<&'static str>,
    pub(crate) wait: Option<&'static Condition>,
    /// The call that looks, and how many objects one look shows.
    pub(crate) look: (&'static str, usize),
}

impl Effort {
    fn takes(&self) -> Duration {
        self.wait.map_or(Duration::ZERO, |condition| condition.usual)
    }
}

/// The tasks of a plan with what they take.
pub(crate) struct Schedule {
    pub(crate) efforts: Vec<Effort>,
    /// When each can start at the earliest.
    pub(crate) heads: Vec<Duration>,
    /// How long it takes from its start to the end of the last that stands on it.
    pub(crate) tails: Vec<Duration>,
}

impl Schedule {
    pub(crate) fn of(graph: &Graph, world: &World, plan: &Plan, tasks: &Tasks, options: &Options) -> Self {
        let efforts: Vec<Effort> =
            (0..tasks.list.len()).map(|task| effort(graph, world, plan, tasks, task, options)).collect();
        let order = in_order(&tasks.after);
        let (mut heads, mut tails) =
            (vec![Duration::ZERO; efforts.len()], vec![Duration::ZERO; efforts.len()]);
        for task in &order {
            let ends = tasks.after[*task].iter().map(|before| heads[*before] + efforts[*before].takes());
            heads[*task] = ends.max().unwrap_or_default();
        }
        for task in order.iter().rev() {
            tails[*task] += efforts[*task].takes();
            for before in &tasks.after[*task] {
                tails[*before] = tails[*before].max(tails[*task]);
            }
        }
        Self { efforts, heads, tails }
    }

    /// The place of each task among those that wait for one quota: who has the longest way to go goes first.
    pub(crate) fn ranks(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.tails.len()).collect();
        order.sort_by_key(|task| Reverse(self.tails[*task]));
        let mut ranks = vec![0; order.len()];
        for (rank, task) in order.into_iter().enumerate() {
            ranks[task] = rank;
        }
        ranks
    }

    /// The longest chain of waits, and the longest wait in it.
    pub(crate) fn longest_chain(&self, tasks: &Tasks) -> (Duration, Option<usize>) {
        let all = || 0..self.efforts.len();
        let end = |task: &usize| self.heads[*task] + self.efforts[*task].takes();
        let Some(last) = all().max_by_key(end) else { return (Duration::ZERO, None) };
        let mut longest = last;
        let mut task = last;
        while let Some(before) = tasks.after[task].iter().copied().max_by_key(end) {
            if self.efforts[before].takes() > self.efforts[longest].takes() {
                longest = before;
            }
            task = before;
        }
        (end(&last), self.efforts[longest].wait.map(|_| longest))
    }
}

/// The tasks, each behind all that it comes after.
fn in_order(after: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut dependents = vec![Vec::new(); after.len()];
    for (task, needs) in after.iter().enumerate() {
        for need in needs {
            dependents[*need].push(task);
        }
    }
    let mut order: Vec<usize> = (0..after.len()).filter(|task| open[*task] == 0).collect();
    let mut next = 0;
    while let Some(task) = order.get(next).copied() {
        next += 1;
        for dependent in &dependents[task] {
            open[*dependent] -= 1;
            if open[*dependent] == 0 {
                order.push(*dependent);
            }
        }
    }
    order
}

fn effort(
    graph: &Graph,
    world: &World,
    plan: &Plan,
    tasks: &Tasks,
    task: usize,
    options: &Options,
) -> Effort {
    let (index, part) = tasks.list[task];
    let (step, is_split) = (&plan.steps[index], tasks.is_split(index));
    let spec = step.id.kind.spec();
    let live = step.live(world);
    match part {
        Part::Make => making(graph, plan, step, is_split, live),
        Part::Narrow => narrowing(graph, plan, step, live).unwrap_or_default(),
        Part::Remove => {
            let stays = spec.replaced == Replaced::Kept && options.keep_revisions;
            let live = live.or_else(|| world.get(&step.id));
            match live.filter(|_| step.with.is_none() && !stays) {
                Some(live) => Effort {
                    calls: (spec.calls)(Some(&live.state), None),
                    wait: spec.waits.removed,
                    look: spec.waits.look,
                },
                None => Effort::default(),
            }
        }
    }
}

/// What it takes to take away what nothing uses any more.
fn narrowing(graph: &Graph, plan: &Plan, step: &Step, live: Option<&Live>) -> Option<Effort> {
    let (spec, live) = (step.id.kind.spec(), live?);
    let want = step.want(graph, plan, Some(live))?;
    let widened = (spec.widened)(&live.state, &want)?;
    Some(Effort { calls: (spec.calls)(Some(&widened), Some(&want)), ..Effort::default() })
}

fn making(graph: &Graph, plan: &Plan, step: &Step, is_split: bool, live: Option<&Live>) -> Effort {
    let spec = step.id.kind.spec();
    let Some(want) = step.want(graph, plan, live) else { return Effort::default() };
    let look = spec.waits.look;
    match (step.action, live) {
        (Action::Update, Some(live)) => {
            let widened = (is_split || step.only_adds).then(|| (spec.widened)(&live.state, &want)).flatten();
            let want = widened.unwrap_or(want);
            let only_tags = step.changes.iter().all(Change::is_of_tags);
            let calls = (spec.calls)(Some(&live.state), Some(&want));
            let forced = graph.node(&step.id).is_some_and(|node| node.forced);
            let awaited = (spec.awaited)(&live.state, &want, forced);
            Effort { calls, wait: awaited.filter(|_| !only_tags), look }
        }
        (Action::Adopt, Some(live)) => {
            let mut marked = live.state.clone();
            let mut all = tags::of_state(&marked);
            all.extend(tags::of_state(&want));
            marked["tags"] = serde_json::json!(all);
            Effort { calls: (spec.calls)(Some(&live.state), Some(&marked)), wait: None, look }
        }
        _ => Effort { calls: (spec.calls)(None, Some(&want)), wait: spec.waits.made, look },
    }
}
