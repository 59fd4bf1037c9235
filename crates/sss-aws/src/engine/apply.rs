//! Carries a plan out. Nothing else writes to the objects of a stack.
//!
//! An apply has three layers. `order` says which task follows which, `walk` starts each task as early as that
//! allows, and `Work` does one task: it takes the desired state with the outputs that are known by now, and
//! calls the kind. The outputs of created objects go into a map that later tasks read.
//!
//! An apply keeps no record of its progress. Each object carries its mark from its creation on, so after a
//! failure, an interruption or a crash, the next observation and plan find the rest of the work.

mod ahead;
mod undone;
mod work;

use std::collections::BTreeMap;

use futures_util::future::join_all;

pub(crate) use self::ahead::Ahead;
use self::work::Work;
use crate::{
    Action, Aws, Error, Event, Events, Graph, Id, Options, Plan, Step, World,
    engine::{
        dependent,
        kind::Settling,
        order::Tasks,
        outcome::{Ended, Outcome, StepResult},
        outputs::{named, outputs},
        run::Context,
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
    let cx = Context::new(aws, graph, plan, world, options, events).with_leaves(tasks.leaves(plan));
    let work = async {
        let carried = Work::new(&cx, graph, world, plan, &tasks).carry_out().await;
        cx.end_steps();
        carried
    };
    let (carried, ()) = tokio::join!(work, settled(&cx, plan));
    Outcome {
        steps: carried.steps,
        outputs: named(graph, |id| carried.outputs.get(id)),
        not_verified: cx.not_verified(),
    }
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
