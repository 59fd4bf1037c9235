//! The only writing: carries a plan out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use crate::{
    Action, Aws, Error, Event, Events, Graph, Id, Kind, Options, Plan, Step, World,
    client::pace::Lane,
    engine::{
        dependent,
        diff::{Change, diff},
        graph::Node,
        kind::NewName,
        order::{Part, Tasks},
        outcome::{Ended, Outcome, StepResult},
        outputs::{named, outputs},
        run::Context,
        schedule::Schedule,
        walk::{Verdict, walk},
        world::Live,
    },
    tags::{self, TagChange},
};

/// Why a task was not done.
enum Undone {
    Failed(Error),
    NotStarted,
}

/// Carries out a plan and returns how each step ended.
///
/// A program that deploys stacks uses the `Deployer`, which keeps a plan with its graph and its world and holds the stack's
/// lock. Call this function to hold the lock in another way.
///
/// # Guarantees
///
/// - Steps that do not depend on each other run side by side. A failed step stops only the steps that depend on it.
/// - Nothing is rolled back.
/// - A refused plan writes nothing. Each of its steps ends as skipped because of the refused resource.
/// - A step is done only after AWS has finished it. The deployment of a done step is the one that this apply started.
///
/// # Assumptions
///
/// - The plan was made from this graph and this world, and the account has not changed since.
/// - No other program writes to the stack: the caller holds its lease.
///
/// # Errors
///
/// This returns no error. [`Outcome::into_result`] turns failed, skipped and interrupted steps into one.
///
/// # Cancellation
///
/// [`Options::interrupt`] ends an apply in an orderly way: no further step starts, and calls that are under way finish.
/// Dropping the future stops the work between two calls or during one. The next plan finds the result of a dropped call.
///
/// # Repetition
///
/// To continue after a failure, an interruption or a crash, observe, plan and apply again. A plan is applied once.
pub async fn apply(
    aws: &Aws,
    graph: &Graph,
    world: &World,
    plan: &Plan,
    options: Options,
    events: Events,
) -> Outcome {
    let in_way = Box::pin(in_way(aws, world, plan)).await;
    if let Some(because) = plan.refusals.first().map(|refused| &refused.id).or(in_way.keys().next()) {
        let outputs = outputs(graph, world);
        return Outcome { steps: untouched(plan, because, &in_way, &events), outputs };
    }
    let _listening = aws.listen_for_now(Events::clone(&events));
    let tasks = Tasks::of(graph, world, plan);
    let work = Work {
        cx: Context::new(aws, graph, plan, world, options, events),
        graph,
        world,
        plan,
        tasks: &tasks,
        outputs: Mutex::new(plan.outputs.clone()),
    };
    let ranks = Schedule::of(graph, world, plan, &tasks, &work.cx.options).ranks();
    let verdicts = walk(&tasks.after, |task| Lane::ranked(ranks[task], work.run(task))).await;
    let kinds: BTreeSet<Kind> = plan.steps.iter().map(|step| step.id.kind).collect();
    for kind in kinds {
        (kind.spec().settle)(&work.cx).await;
    }
    work.outcome(verdicts)
}

/// What a plan would remove although others use it, and why that cannot be. Where the world does not tell, it is looked for.
async fn in_way(aws: &Aws, world: &World, plan: &Plan) -> BTreeMap<Id, Error> {
    if !plan.in_use.is_empty() || !plan.refusals.is_empty() || world.others().is_complete {
        return dependent::errors(&plan.in_use);
    }
    match dependent::looked_for(aws, world, plan).await {
        Ok(world) => dependent::errors(&dependent::in_use(&world, plan)),
        Err(error) => dependent::removed(world, plan)
            .map(|(step, _)| (step.id.clone(), error.clone()))
            .take(1)
            .collect(),
    }
}

/// The steps of a plan of which nothing is done.
fn untouched(plan: &Plan, because: &Id, in_way: &BTreeMap<Id, Error>, events: &Events) -> Vec<Ended> {
    let ended = |step: &Step| {
        let (id, action) = (step.id.clone(), step.action);
        let result = match in_way.get(&id) {
            Some(error) => {
                events(Event::Failed {
                    id: id.clone(),
                    action,
                    error: error.to_string(),
                    hint: error.hint().map(str::to_owned),
                    deployment: None,
                });
                StepResult::Failed(error.clone())
            }
            None => StepResult::Skipped(because.clone()),
        };
        Ended { id, action, result }
    };
    plan.steps.iter().map(ended).collect()
}

struct Work<'a> {
    cx: Context,
    graph: &'a Graph,
    world: &'a World,
    plan: &'a Plan,
    tasks: &'a Tasks,
    outputs: Mutex<BTreeMap<Id, Value>>,
}

impl Work<'_> {
    async fn run(&self, task: usize) -> Result<(), Undone> {
        if self.cx.options.interrupt.is_requested() {
            return Err(Undone::NotStarted);
        }
        let (index, part) = self.tasks.list[task];
        let step = &self.plan.steps[index];
        let (id, action) = (step.id.clone(), step.action);
        if part == Part::Make || action == Action::Delete {
            self.cx.tell(Event::Started { id: id.clone(), action });
        }
        let result = match part {
            Part::Make => self.make(index, step).await,
            Part::Narrow => self.narrow(step).await,
            Part::Remove => self.remove(step).await,
        };
        match &result {
            Ok(()) if self.tasks.is_last(task) => self.cx.tell(Event::Done { id, action }),
            Ok(()) => {}
            Err(error) if error.is_interrupted() => {
                self.cx.tell(Event::Interrupted { id, action, text: error.to_string() });
            }
            Err(error) => self.cx.tell(Event::Failed {
                id,
                action,
                error: error.to_string(),
                hint: error.hint().map(str::to_owned),
                deployment: error.deployment().cloned().map(Box::new),
            }),
        }
        result.map_err(Undone::Failed)
    }

    async fn make(&self, index: usize, step: &Step) -> Result<(), Error> {
        let (node, live) = (self.node(step), step.live(self.world));
        let want = self.want(node, live);
        match (step.action, live) {
            (Action::Create, _) | (_, None) => self.create(node, &step.id.name, want).await,
            (Action::Replace, Some(live)) => self.replace(node, step, &live.inherited_by(want)).await,
            (Action::Update, Some(live)) => {
                let adds_only = step.only_adds || self.tasks.is_split(index);
                let widened = adds_only.then(|| (node.spec.widened)(&live.state, &want)).flatten();
                self.update(node, step, live, widened.unwrap_or(want)).await
            }
            (Action::Adopt, Some(live)) => self.adopt(node, step, live, &want).await,
            (Action::Delete, Some(_)) => Ok(()),
        }
    }

    /// Takes away what nothing uses any more. All else was done before.
    async fn narrow(&self, step: &Step) -> Result<(), Error> {
        let (node, live) = (self.node(step), step.live(self.world).expect("what is narrowed was found"));
        let want = self.want(node, Some(live));
        let Some(widened) = (node.spec.widened)(&live.state, &want) else { return Ok(()) };
        let widened = Live { state: widened, ..live.clone() };
        (node.spec.update)(&self.cx, &node.id, &widened, want).await
    }

    fn node(&self, step: &Step) -> &Node {
        self.graph.node(&step.id).expect("what is made stands in the graph")
    }

    /// The state that is wanted, with the outputs that are known by now.
    fn want(&self, node: &Node, live: Option<&Live>) -> Value {
        let outputs = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        let want = node.desired(&|id| outputs.get(id).cloned());
        live.map(|live| node.desired_over(&live.state, &want).into_owned()).unwrap_or(want)
    }

    /// Makes the object that replaces another, under the first name that is free.
    async fn replace(&self, node: &Node, step: &Step, want: &Value) -> Result<(), Error> {
        if step.reasons.iter().any(|reason| reason.name == NewName::Same) {
            return self.create(node, &step.id.name, want.clone()).await;
        }
        let successors = node.spec.successors;
        let known = |name: &str| {
            let mut names = self.world.of_kind(node.id.kind).map(|(_, live)| &live.name);
            names.any(|taken| (node.spec.is_same_name)(taken, name))
        };
        let mut names = successors.names(&step.id.name, known).into_iter().peekable();
        while let Some(name) = names.next() {
            match self.create(node, &name, want.clone()).await {
                // The world knows ours; this one is somebody else's.
                Err(error)
                    if names.peek().is_some() && successors.taken.iter().any(|code| error.has_code(code)) => {
                }
                made => return made,
            }
        }
        self.create(node, &step.id.name, want.clone()).await
    }

    async fn create(&self, node: &Node, name: &str, want: Value) -> Result<(), Error> {
        let output = (node.spec.create)(&self.cx, &node.id, name, want).await?;
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner).insert(node.id.clone(), output);
        Ok(())
    }

    async fn update(&self, node: &Node, step: &Step, live: &Live, want: Value) -> Result<(), Error> {
        let change = TagChange::between(&tags::of_state(&live.state), &tags::of_state(&want));
        if !change.is_empty() {
            (node.spec.tag)(&self.cx, live, change).await?;
        }
        let tags_only = |changes: &[Change]| changes.iter().all(Change::is_of_tags);
        if tags_only(&step.changes) || tags_only(&diff(&live.state, &want)) {
            return Ok(());
        }
        (node.spec.update)(&self.cx, &node.id, live, want).await
    }

    async fn adopt(&self, node: &Node, step: &Step, live: &Live, want: &Value) -> Result<(), Error> {
        let mut change = TagChange::between(&tags::of_state(&live.state), &tags::of_state(want));
        change.remove.clear();
        if let Some(ids) = step.left_alone.as_ref().filter(|ids| !ids.is_empty()) {
            change.set.extend(tags::leave_alone(ids));
        }
        if change.is_empty() { Ok(()) } else { (node.spec.tag)(&self.cx, live, change).await }
    }

    async fn remove(&self, step: &Step) -> Result<(), Error> {
        if step.with.is_some() {
            return Ok(());
        }
        let live = step.live(self.world).or_else(|| self.world.get(&step.id));
        let live = live.expect("what is removed was found");
        let spec = step.id.kind.spec();
        (spec.delete)(&self.cx, &step.id, live).await
    }

    fn outcome(&self, verdicts: Vec<Verdict<Undone>>) -> Outcome {
        let mut ended: Vec<StepResult> = self.plan.steps.iter().map(|_| StepResult::Done).collect();
        let left: Vec<bool> = verdicts.iter().map(is_left).collect();
        for (task, verdict) in verdicts.into_iter().enumerate() {
            let (index, _) = self.tasks.list[task];
            let result = match verdict {
                Verdict::Done => continue,
                Verdict::Failed(Undone::NotStarted) => StepResult::NotStarted,
                Verdict::Failed(Undone::Failed(error)) if error.is_interrupted() => {
                    StepResult::Interrupted(error)
                }
                Verdict::Failed(Undone::Failed(error)) => StepResult::Failed(error),
                Verdict::Skipped { because } if left[because] => StepResult::NotStarted,
                Verdict::Skipped { because } => self.skipped(index, because),
            };
            // What the making of a replacement came to says more than that the old object was not removed then.
            if matches!(ended[index], StepResult::Done) {
                ended[index] = result;
            }
        }
        let steps = self.plan.steps.iter().zip(ended);
        let made = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        Outcome {
            outputs: named(self.graph, |id| made.get(id)),
            steps: steps
                .map(|(step, result)| Ended { id: step.id.clone(), action: step.action, result })
                .collect(),
        }
    }

    fn skipped(&self, index: usize, because: usize) -> StepResult {
        let step = &self.plan.steps[index];
        let because = self.plan.steps[self.tasks.list[because].0].id.clone();
        if because != step.id {
            let (id, action) = (step.id.clone(), step.action);
            self.cx.tell(Event::Skipped { id, action, because: because.clone() });
        }
        StepResult::Skipped(because)
    }
}

/// Whether a task did not come to its end because the apply was asked to end.
fn is_left(verdict: &Verdict<Undone>) -> bool {
    match verdict {
        Verdict::Failed(Undone::NotStarted) => true,
        Verdict::Failed(Undone::Failed(error)) => error.is_interrupted(),
        Verdict::Done | Verdict::Skipped { .. } => false,
    }
}
