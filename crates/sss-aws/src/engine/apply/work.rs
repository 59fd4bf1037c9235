//! The work of an apply: one task after the other, in the order of the plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use super::{
    failure,
    undone::{Undone, is_left},
};
use crate::{
    Action, Error, Event, Graph, Id, Plan, Step, World,
    client::pace::Lane,
    engine::{
        graph::Node,
        kind::NewName,
        order::{Part, Tasks},
        outcome::{Ended, StepResult},
        plan::release,
        run::Context,
        schedule::Schedule,
        walk::{Verdict, walk},
        world::Live,
    },
};

/// The inputs of an apply and the progress of its tasks.
pub(super) struct Work<'a> {
    cx: &'a Context,
    graph: &'a Graph,
    world: &'a World,
    plan: &'a Plan,
    tasks: &'a Tasks,
    /// The outputs of the resources that exist by now.
    outputs: Mutex<BTreeMap<Id, Value>>,
    /// The steps whose end was emitted.
    ended: Mutex<BTreeSet<usize>>,
}

/// The end of the tasks of a plan.
pub(super) struct Carried {
    /// The ends of the steps, in the order of the plan.
    pub(super) steps: Vec<Ended>,
    /// The outputs of the resources that exist now.
    pub(super) outputs: BTreeMap<Id, Value>,
}

impl<'a> Work<'a> {
    /// Returns the work of a plan, of which nothing is done yet.
    pub(super) fn new(
        cx: &'a Context,
        graph: &'a Graph,
        world: &'a World,
        plan: &'a Plan,
        tasks: &'a Tasks,
    ) -> Self {
        let outputs = Mutex::new(plan.outputs.clone());
        Self { cx, graph, world, plan, tasks, outputs, ended: Mutex::default() }
    }

    /// Does all tasks, each as early as the order allows, and returns the ends of the steps.
    pub(super) async fn carry_out(self) -> Carried {
        let Self { cx, graph, world, plan, tasks, .. } = self;
        let ranks = Schedule::of(graph, world, plan, tasks, &cx.options).ranks();
        let run = |task| Lane::ranked(ranks[task], self.run(task));
        let verdicts = walk(&tasks.after, run, |task, because, error| self.skip(task, because, error)).await;
        self.end_of_steps(verdicts)
    }

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
                (node.spec.update)(self.cx, &node.id, live, target).await
            }
            (Action::Delete | Action::Release, Some(_)) => Ok(()),
        }
    }

    /// Removes the marks of the stack from an object. The object need not be in the graph.
    async fn release(&self, step: &Step) -> Result<(), Error> {
        let live = step.live(self.world).expect("an object that is released was found");
        let (marked, released) = release::states(self.world, &step.id, live);
        let marked = Live { state: marked, ..live.clone() };
        (step.id.kind.spec().release)(self.cx, &step.id, &marked, released).await
    }

    /// Takes away what the users of the object no longer need. The first part of the step has done the rest.
    async fn narrow(&self, step: &Step) -> Result<(), Error> {
        let (node, live) = (self.node(step), step.live(self.world).expect("what is narrowed was found"));
        let want = self.want(node, Some(live));
        let Some(widened) = (node.spec.widened)(&live.state, &want) else { return Ok(()) };
        let widened = Live { state: widened, ..live.clone() };
        (node.spec.update)(self.cx, &node.id, &widened, want).await
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
        let output = (node.spec.create)(self.cx, &node.id, name, want).await?;
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
        let ready = (step.id.kind.spec().ready)(self.cx, &step.id, output.clone()).await;
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
        (spec.delete)(self.cx, &step.id, live).await
    }

    /// Returns the end of each step from the ends of its tasks.
    fn end_of_steps(self, verdicts: Vec<Verdict<Undone>>) -> Carried {
        let mut ended_steps: Vec<StepResult> = self.plan.steps.iter().map(|_| StepResult::Done).collect();

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
            if matches!(ended_steps[index], StepResult::Done) {
                ended_steps[index] = result;
            }
        }

        let ended =
            |(step, result): (&Step, StepResult)| Ended { id: step.id.clone(), action: step.action, result };
        Carried {
            steps: self.plan.steps.iter().zip(ended_steps).map(ended).collect(),
            outputs: self.outputs.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}
