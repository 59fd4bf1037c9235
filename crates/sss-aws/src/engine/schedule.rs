//! The least effort of the tasks of a plan: calls, AWS's own time, and the time before and after each task.
//!
//! Each kind states its effort once: the calls in `writes`, the usual times in `WAITS`. From these and the
//! order follow a *head* for each task, the time that must pass before it can start, and a *tail*, the time
//! from its start to the end of the last task that depends on it. An apply uses the tails: the longest tail
//! gets the lowest rank among the calls that wait for one quota. A forecast uses both.
//!
//! Calls themselves count as taking no time: AWS's quotas and its own work take far longer.

use std::{cmp::Reverse, time::Duration};

use crate::{
    Action, Graph, Options, Plan, Step, World,
    engine::{
        diff::Change,
        order::{Part, Tasks},
        plan::release,
        wait::Condition,
        world::Live,
    },
};

/// The effort of one task when nothing goes wrong.
#[derive(Default)]
pub(crate) struct Effort {
    /// The calls that write, by their names in IAM policies.
    pub(crate) calls: Vec<&'static str>,
    /// The condition that the task waits for. `None` if it waits for nothing.
    pub(crate) wait: Option<&'static Condition>,
    /// The call that polls, and the number of objects that one call shows.
    pub(crate) look: (&'static str, usize),
}

impl Effort {
    /// Returns AWS's usual time for the task.
    fn takes(&self) -> Duration {
        self.wait.map_or(Duration::ZERO, |condition| condition.usual)
    }
}

/// The tasks of a plan with their efforts.
pub(crate) struct Schedule {
    pub(crate) efforts: Vec<Effort>,
    /// The earliest start of each task, from the start of the apply.
    pub(crate) heads: Vec<Duration>,
    /// The time from the start of each task to the end of the last task that depends on it.
    pub(crate) tails: Vec<Duration>,
}

impl Schedule {
    /// Returns the efforts of the tasks of a plan, with their heads and tails.
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

    /// Returns the rank of each task among those that wait for one quota. The task with the longest tail has
    /// rank 0.
    pub(crate) fn ranks(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.tails.len()).collect();
        order.sort_by_key(|task| Reverse(self.tails[*task]));
        let mut ranks = vec![0; order.len()];
        for (rank, task) in order.into_iter().enumerate() {
            ranks[task] = rank;
        }
        ranks
    }

    /// Returns the length of the longest chain of waits, and the task with the longest wait in it.
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

/// Returns the tasks in an order in which each follows those that it waits for. A task in a cycle is missing.
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

/// Returns the effort of a task, by its part of the step.
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
        Part::Make => making((graph, world), plan, step, is_split, live),
        Part::Ready => Effort { wait: spec.waits.made, look: spec.waits.look, ..Effort::default() },
        Part::Narrow => narrowing(graph, plan, step, live).unwrap_or_default(),
        Part::Remove => {
            let stays = options.keeps(spec.replaced);
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

/// Returns the effort to take away what users no longer need. `None` if nothing is left to take away.
fn narrowing(graph: &Graph, plan: &Plan, step: &Step, live: Option<&Live>) -> Option<Effort> {
    let (spec, live) = (step.id.kind.spec(), live?);
    let want = step.want(graph, plan, Some(live))?;
    let widened = (spec.widened)(&live.state, &want)?;
    Some(Effort {
        calls: (spec.calls)(Some(&widened), Some(&want)),
        wait: (spec.awaited)(&widened, &want, graph.node(&step.id)),
        look: spec.waits.look,
    })
}

/// Returns the effort to create, update, adopt or release an object.
fn making(
    (graph, world): (&Graph, &World),
    plan: &Plan,
    step: &Step,
    is_split: bool,
    live: Option<&Live>,
) -> Effort {
    let spec = step.id.kind.spec();
    if let Some(live) = live.filter(|_| step.action == Action::Release) {
        let (marked, released) = release::states(world, &step.id, live);
        return Effort { calls: (spec.calls)(Some(&marked), Some(&released)), ..Effort::default() };
    }
    let Some(want) = step.want(graph, plan, live) else { return Effort::default() };
    let look = spec.waits.look;
    let Some(live) = live.filter(|_| matches!(step.action, Action::Update | Action::Adopt)) else {
        let made = spec.waits.made.filter(|_| !spec.early);
        return Effort { calls: (spec.calls)(None, Some(&want)), wait: made, look };
    };

    let target = step.target(live, want, is_split);
    let calls = (spec.calls)(Some(&live.state), Some(&target));

    let is_only_tags = step.changes.iter().all(Change::is_of_tags);
    let node = graph.node(&step.id);
    let awaited = (!is_only_tags).then(|| (spec.awaited)(&live.state, &target, node)).flatten();
    Effort { calls, wait: awaited, look }
}
