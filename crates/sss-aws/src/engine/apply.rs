//! Carries a plan out. Nothing else writes to the objects of a stack.
//!
//! An apply has three layers. `order` says which task follows which, `walk` starts each task as early as that
//! allows, and `Work` does one task: it takes the desired state with the outputs that are known by now, and
//! calls the kind. The outputs of created objects go into a map that later tasks read.
//!
//! An apply keeps no record of its progress. Each object carries its mark from its creation on, so after a
//! failure, an interruption or a crash, the next observation and plan find the rest of the work.

mod undone;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use futures_util::future::join_all;
use serde_json::Value;

use self::undone::{Undone, is_left};
use crate::{
    Action, Aws, Error, Event, Events, Graph, Id, Options, Plan, Step, World,
    client::pace::Lane,
    engine::{
        dependent,
        graph::Node,
        kind::{NewName, Settling},
        order::{Part, Tasks},
        outcome::{Ended, Outcome, StepResult},
        outputs::{named, outputs},
        plan::release,
        run::Context,
        schedule::Schedule,
        walk::{Verdict, walk},
        world::Live,
    },
};

/// Carries out a plan and returns how each step ended.
///
/// A program that deploys stacks uses the `Deployer`, which keeps a plan with its graph and its world and
/// holds the stack's lock. Call this function to hold the lock in another way.
///
/// # Guarantees
///
/// - Steps that do not depend on each other run side by side. A failed step stops only the steps that depend
///   on it.
/// - Nothing is rolled back.
/// - Each step ends with one event; see [`Event`].
/// - A refused plan writes nothing. Each of its steps ends as skipped because of the refused resource.
/// - A step is done only after AWS has finished it. The deployment of a done step is the one that this apply
///   started.
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
/// [`Options::interrupt`] ends an apply in an orderly way: no further step starts, and calls that are under
/// way finish. Dropping the future stops the work between two calls or during one. The next plan finds the
/// result of a dropped call.
///
/// # Repetition
///
/// To continue after a failure, an interruption or a crash, observe, plan and apply again. A plan is applied
/// once.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use sss_aws::{Aws, Event, Mode, Options, apply, lower, observe, plan};
///
/// # async fn example(aws: &Aws, stack: &sss_model::Stack) -> Result<(), Box<dyn std::error::Error>> {
/// let graph = lower(stack)?;
/// let world = observe(aws, &graph).await?;
/// let plan = plan(&graph, &world, Mode::Converge);
/// let outcome = apply(aws, &graph, &world, &plan, Options::default(), Arc::new(|_: Event| {})).await;
/// println!("{:?}", outcome.into_result()?);
/// # Ok(())
/// # }
/// ```
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
        let steps = untouched(plan, because, &in_way, &events);
        return Outcome { steps, outputs, not_verified: Vec::new() };
    }

    let _listening = aws.listen_for_now(Events::clone(&events));
    let tasks = Tasks::of(graph, world, plan);
    let work = Work {
        cx: Context::new(aws, graph, plan, world, options, events).with_leaves(tasks.leaves(plan)),
        graph,
        world,
        plan,
        tasks: &tasks,
        outputs: Mutex::new(plan.outputs.clone()),
        ended: Mutex::default(),
    };
    let ranks = Schedule::of(graph, world, plan, &tasks, &work.cx.options).ranks();
    let run = |task| Lane::ranked(ranks[task], work.run(task));
    let walked = async {
        let walked = walk(&tasks.after, run, |task, because, error| work.skip(task, because, error)).await;
        work.cx.end_steps();
        walked
    };
    let (verdicts, ()) = tokio::join!(walked, settled(&work.cx, plan));
    work.outcome(verdicts)
}

/// Waits until the next observation sees the result of the steps. It runs beside them.
///
/// A run that creates no object and leaves its deployments to AWS does not wait: the next observation finds revisions
/// by their families as well.
async fn settled(cx: &Context, plan: &Plan) {
    let is_change = |step: &Step| matches!(step.action, Action::Update | Action::Revise);
    if cx.options.no_wait && plan.steps.iter().all(is_change) {
        return;
    }
    let kinds = plan.steps.iter().filter_map(|step| step.id.kind.spec().settling);
    let waits: BTreeMap<&str, Settling> = kinds.map(|settling| (settling.listing, settling)).collect();
    join_all(waits.values().map(|settling| (settling.run)(cx))).await;
}

/// Returns the errors of objects that the plan would delete although others use them.
///
/// It looks for their users if the world does not have them.
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

/// Returns the ends of the steps of a plan that is not carried out.
fn untouched(plan: &Plan, because: &Id, in_way: &BTreeMap<Id, Error>, events: &Events) -> Vec<Ended> {
    let ended = |step: &Step| {
        let result = match in_way.get(&step.id) {
            Some(error) => {
                events(failure(step, error));
                StepResult::Failed(error.clone())
            }
            None => StepResult::Skipped(because.clone()),
        };
        Ended { id: step.id.clone(), action: step.action, result }
    };
    plan.steps.iter().map(ended).collect()
}

/// The inputs of an apply and the progress of its tasks.
struct Work<'a> {
    cx: Context,
    graph: &'a Graph,
    world: &'a World,
    plan: &'a Plan,
    tasks: &'a Tasks,
    /// The outputs of the resources that exist by now.
    outputs: Mutex<BTreeMap<Id, Value>>,
    /// The steps whose end was emitted.
    ended: Mutex<BTreeSet<usize>>,
}

impl Work<'_> {
    /// Does a task and emits the events of its step.
    async fn run(&self, task: usize) -> Result<(), Undone> {
        let (index, part) = self.tasks.list[task];
        let step = &self.plan.steps[index];
        let (id, action) = (step.id.clone(), step.action);
        // A step that waits for its object has started.
        if part != Part::Ready && self.cx.options.interrupt.is_requested() {
            self.end(index, Event::NotStarted { id, action });
            return Err(Undone::NotStarted);
        }

        if part == Part::Make || action == Action::Delete {
            self.cx.tell(Event::Started { id: id.clone(), action });
        }
        let result = match part {
            Part::Make => self.make(index, step).await,
            Part::Ready => self.ready(step).await,
            Part::Narrow => self.narrow(step).await,
            Part::Remove => self.remove(step).await,
        };

        match &result {
            Ok(()) if self.tasks.is_last(task) => self.end(index, Event::Done { id, action }),
            Ok(()) => {}
            Err(error) => self.end(index, failure(step, error)),
        }
        result.map_err(Undone::Failed)
    }

    /// Emits that a task does not run because of a failed one.
    fn skip(&self, task: usize, because: usize, undone: &Undone) {
        let (index, _) = self.tasks.list[task];
        let step = &self.plan.steps[index];
        let (id, action) = (step.id.clone(), step.action);
        let event = if undone.is_left() {
            Event::NotStarted { id, action }
        } else {
            Event::Skipped { id, action, because: self.id_of(because).clone() }
        };
        self.end(index, event);
    }

    /// Emits the end of a step. Several tasks of a step may end; the first end counts.
    fn end(&self, step: usize, event: Event) {
        let is_first = self.ended.lock().unwrap_or_else(PoisonError::into_inner).insert(step);
        if is_first {
            self.cx.tell(event);
        }
    }

    /// Returns the resource that a task is about.
    fn id_of(&self, task: usize) -> &Id {
        &self.plan.steps[self.tasks.list[task].0].id
    }

    /// Creates, updates or adopts the object of a step, or creates the new one of a replacement.
    async fn make(&self, index: usize, step: &Step) -> Result<(), Error> {
        if step.action == Action::Release {
            return self.release(step).await;
        }
        let (node, live) = (self.node(step), step.live(self.world));
        let want = self.want(node, live);
        match (step.action, live) {
            (Action::Create, _) | (_, None) => {
                let want = match step.predecessor(self.world) {
                    Some(former) => node.inheriting(former, want),
                    None => want,
                };
                self.create(node, &step.id.name, want).await
            }
            (Action::Revise | Action::Replace, Some(live)) => {
                self.replace(node, step, &live.inherited_by(want)).await
            }
            (Action::Update | Action::Adopt, Some(live)) => {
                let target = step.target(live, want, self.tasks.is_split(index));
                (node.spec.update)(&self.cx, &node.id, live, target).await
            }
            (Action::Delete | Action::Release, Some(_)) => Ok(()),
        }
    }

    /// Removes the marks of the stack from an object. The object need not be in the graph.
    async fn release(&self, step: &Step) -> Result<(), Error> {
        let live = step.live(self.world).expect("an object that is released was found");
        let (marked, released) = release::states(self.world, &step.id, live);
        let marked = Live { state: marked, ..live.clone() };
        (step.id.kind.spec().release)(&self.cx, &step.id, &marked, released).await
    }

    /// Takes away what the users of the object no longer need. The first part of the step has done the rest.
    async fn narrow(&self, step: &Step) -> Result<(), Error> {
        let (node, live) = (self.node(step), step.live(self.world).expect("what is narrowed was found"));
        let want = self.want(node, Some(live));
        let Some(widened) = (node.spec.widened)(&live.state, &want) else { return Ok(()) };
        let widened = Live { state: widened, ..live.clone() };
        (node.spec.update)(&self.cx, &node.id, &widened, want).await
    }

    /// Returns the resource of a step that makes something.
    fn node(&self, step: &Step) -> &Node {
        self.graph.node(&step.id).expect("what is made stands in the graph")
    }

    /// Returns the desired state, with the outputs that are known by now.
    fn want(&self, node: &Node, live: Option<&Live>) -> Value {
        let outputs = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        let want = node.desired(&|id| outputs.get(id));
        live.map(|live| node.desired_over(&live.state, &want).into_owned()).unwrap_or(want)
    }

    /// Creates the object that replaces another, under the first name that is free.
    async fn replace(&self, node: &Node, step: &Step, want: &Value) -> Result<(), Error> {
        if step.new_name == NewName::Same {
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
                // The world has all objects of the stack, so another owner has this name.
                Err(error)
                    if names.peek().is_some() && successors.taken.iter().any(|code| error.has_code(code)) => {
                }
                made => return made,
            }
        }
        self.create(node, &step.id.name, want.clone()).await
    }

    /// Creates an object and keeps its output for later tasks.
    async fn create(&self, node: &Node, name: &str, want: Value) -> Result<(), Error> {
        let output = (node.spec.create)(&self.cx, &node.id, name, want).await?;
        if let Some(condition) = node.spec.waits.made.filter(|_| node.spec.early) {
            self.cx.readiness.begin(&output, condition);
        }
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner).insert(node.id.clone(), output);
        Ok(())
    }

    /// Waits until the object that a step has created can be used.
    async fn ready(&self, step: &Step) -> Result<(), Error> {
        let output = self.outputs.lock().unwrap_or_else(PoisonError::into_inner).get(&step.id).cloned();
        let output = output.expect("the object was created");
        let ready = (step.id.kind.spec().ready)(&self.cx, &step.id, output.clone()).await;
        self.cx.readiness.end(&output, ready.is_ok());
        ready
    }

    /// Deletes the object of a step, unless it is deleted with another one or the options keep it.
    async fn remove(&self, step: &Step) -> Result<(), Error> {
        let spec = step.id.kind.spec();
        if step.with.is_some() || self.cx.options.keeps(spec.replaced) {
            return Ok(());
        }
        let live = step.live(self.world).or_else(|| self.world.get(&step.id));
        let live = live.expect("what is removed was found");
        (spec.delete)(&self.cx, &step.id, live).await
    }

    /// Returns the end of each step from the ends of its tasks.
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
                Verdict::Skipped { because } => StepResult::Skipped(self.id_of(because).clone()),
            };
            // A failed creation of a replacement explains more than the old object that was not deleted then.
            if matches!(ended[index], StepResult::Done) {
                ended[index] = result;
            }
        }

        let steps = self.plan.steps.iter().zip(ended);
        let made = self.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        Outcome {
            outputs: named(self.graph, |id| made.get(id)),
            not_verified: self.cx.not_verified(),
            steps: steps
                .map(|(step, result)| Ended { id: step.id.clone(), action: step.action, result })
                .collect(),
        }
    }
}

/// Returns the event of a step that failed or was interrupted.
fn failure(step: &Step, error: &Error) -> Event {
    let (id, action) = (step.id.clone(), step.action);
    if error.is_interrupted() {
        return Event::Interrupted { id, action, text: error.to_string() };
    }
    Event::Failed {
        id,
        action,
        cause: error.cause().map(Box::new),
        error: error.to_string(),
        hint: error.hint().map(str::to_owned),
        deployment: error.deployment().cloned().map(Box::new),
    }
}
