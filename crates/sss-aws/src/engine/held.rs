//! Attempts that AWS gave up, and how a plan avoids a retry of the same.
//!
//! A deployment that ECS rolled back leaves the service behind the stack. Without further knowledge, each run
//! would try it again, fail for the same reason, and take minutes. The observation therefore reads the last
//! deployment of a service that does not run the desired state. If AWS gave it up, and the stack still wants
//! the same, the plan *holds* the service: it removes the step, the steps of its revision, and all steps that
//! depend on them.
//!
//! The comparison decides, not a flag: any change but of tags makes the stack want another state, and the
//! plan tries again. [`World::without_attempts`] retries on request.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Action, Graph, Id, Plan, World,
    engine::{
        diff::{Change, diff},
        order::{Part, Tasks},
    },
    tags::Ownership,
};

/// The last deployment of a service, if AWS gave it up. Its revision does not run.
///
/// [`World::attempt`] has it, so a program can show it without a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The status at its end, such as `ROLLBACK_SUCCESSFUL`.
    pub status: String,
    /// The status in words, as it fits "the last deployment …".
    pub(crate) ending: String,
    /// The reason in AWS's words. `None` if AWS gives none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The revision of the task definition that the deployment tried, such as `mz-dev-site:2`.
    pub wanted: String,
    /// The revision that the service names now.
    pub running: String,
    /// The service and its revision, as the deployment would have left them.
    pub(crate) tried: Vec<Tried>,
}

/// An object as a deployment would have left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tried {
    pub(crate) id: Id,
    pub(crate) state: Value,
    pub(crate) output: Value,
}

impl Attempt {
    /// Returns the ending in words, as it fits "the last deployment …".
    pub fn ending(&self) -> &str {
        &self.ending
    }

    /// Returns whether the stack wants the same as the attempt. Tags do not count: they change without a
    /// deployment. A deployment of the first of two parts of a step tried the widened state.
    fn is_wanted(&self, graph: &Graph, world: &World, plan: &Plan) -> bool {
        let known = |id: &Id| {
            let tried = self.tried.iter().find(|tried| tried.id == *id).map(|tried| &tried.output);
            tried.or_else(|| plan.outputs.get(id))
        };
        self.tried.iter().all(|tried| {
            graph.node(&tried.id).is_some_and(|node| {
                let desired = node.desired(&known);
                let desired = node.desired_over(&tried.state, &desired);
                let live = world.get(&tried.id);
                let widened = live.and_then(|live| (node.spec.widened)(&live.state, &desired));
                let is_same = |want: &Value| diff(&tried.state, want).iter().all(Change::is_of_tags);
                is_same(&desired) || widened.is_some_and(|widened| is_same(&widened))
            })
        })
    }
}

/// A service that stays at its revision, because AWS gave up the same change before.
///
/// The step of the service and those in `with` are not in the plan. An apply of such a plan still leaves the
/// account behind the stack, so the command line exits with 1.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Held {
    /// The service.
    pub id: Id,
    /// The status of its last deployment.
    pub status: String,
    /// The ending in words, as it fits "the last deployment …".
    #[serde(skip)]
    pub ending: String,
    /// The reason in AWS's words. `None` if AWS gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The revision that the deployment tried and that does not run.
    pub wanted: String,
    /// The revision that the service names now.
    pub running: String,
    /// The resources whose steps depend on the service and are left out as well.
    pub with: Vec<Id>,
}

/// Removes the steps that would only retry a failed deployment, and all steps that depend on them.
pub(crate) fn hold(graph: &Graph, world: &World, plan: &mut Plan) {
    let attempts: Vec<_> =
        world.attempts().filter(|(_, attempt)| attempt.is_wanted(graph, world, plan)).collect();
    if attempts.is_empty() {
        return;
    }

    let tasks = Tasks::of(graph, world, plan);
    let mut held = BTreeSet::new();
    for (id, attempt) in attempts {
        let own: BTreeSet<&Id> = attempt.tried.iter().map(|tried| &tried.id).collect();
        let waiting = standing_on(&tasks, plan, &own);
        if waiting.is_empty() {
            continue;
        }
        let steps: BTreeSet<usize> = waiting.iter().map(|task| tasks.list[*task].0).collect();
        let with = steps.iter().map(|step| plan.steps[*step].id.clone());
        plan.held.push(Held {
            id: id.clone(),
            status: attempt.status.clone(),
            ending: attempt.ending.clone(),
            reason: attempt.reason.clone(),
            wanted: attempt.wanted.clone(),
            running: attempt.running.clone(),
            with: with.filter(|id| !own.contains(id)).collect(),
        });
        held.extend(waiting.into_iter().map(|task| tasks.list[task]));
    }

    keep_in_use(graph, world, plan, &held);
    take_out(world, plan, &held);
}

/// Returns the tasks of these objects that change more than tags, and all tasks that depend on them.
fn standing_on(tasks: &Tasks, plan: &Plan, own: &BTreeSet<&Id>) -> BTreeSet<usize> {
    let is_own = |index: usize| {
        let step = &plan.steps[index];
        own.contains(&step.id)
            && step.action != Action::Delete
            && !step.changes.iter().all(Change::is_of_tags)
    };

    let mut reached: Vec<bool> = tasks.list.iter().map(|(index, _)| is_own(*index)).collect();
    loop {
        let more: Vec<usize> = (0..reached.len())
            .filter(|task| !reached[*task] && tasks.after[*task].iter().any(|before| reached[*before]))
            .collect();
        if more.is_empty() {
            return (0..reached.len()).filter(|task| reached[*task]).collect();
        }
        for task in more {
            reached[task] = true;
        }
    }
}

/// Lets steps add only, if they would remove a part that a service needs at its present revision.
fn keep_in_use(graph: &Graph, world: &World, plan: &mut Plan, held: &BTreeSet<(usize, Part)>) {
    for (index, _) in held.iter().filter(|(_, part)| *part == Part::Narrow) {
        let step = &plan.steps[*index];
        let Some(live) = step.live(world) else { continue };
        let want = step.want(graph, plan, Some(live));
        let widened = want.and_then(|want| (step.id.kind.spec().widened)(&live.state, &want));
        let step = &mut plan.steps[*index];
        step.only_adds = true;
        step.changes = widened.map(|widened| diff(&live.state, &widened)).unwrap_or_default();
    }
}

/// Removes the held steps. The changes of tags of existing objects stay: they start no deployment.
fn take_out(world: &World, plan: &mut Plan, held: &BTreeSet<(usize, Part)>) {
    let mut index = 0;
    let outputs = &mut plan.outputs;
    plan.steps.retain_mut(|step| {
        let is_held = [Part::Make, Part::Remove].iter().any(|part| held.contains(&(index, *part)));
        index += 1;
        if !is_held {
            return !(step.only_adds && step.changes.is_empty());
        }

        let Some(live) = step
            .live(world)
            .filter(|_| matches!(step.action, Action::Update | Action::Revise | Action::Replace))
        else {
            return false;
        };
        outputs.insert(step.id.clone(), live.output.clone());
        if live.ownership != Ownership::Ours {
            return false;
        }

        step.action = Action::Update;
        step.reasons.clear();
        step.changes.retain(Change::is_of_tags);
        !step.changes.is_empty()
    });
}
