//! One run of the engine, and its result.
//!
//! A run is what the program does: observe, plan, apply. It ends in one of three ways, and a failure must
//! name its cause. Checks after it also observe and plan, without faults.

use std::fmt;

use serde_json::Value;
use sss_aws::{Claim, Graph, Lease, Mode, Outcome, Plan, StepResult, World};
use sss_model::Stack;

use crate::{
    account::Account,
    torture::state::{difference, state},
};

/// The goal of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The account equals the stack.
    Stack,
    /// The same, and every revision is read: no hash tells whether one is still registered.
    Verified,
    /// The stack is removed.
    Nothing,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    /// The run did not reach its goal, and gave this reason.
    Failed(String),
    /// The process was killed.
    Crashed,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("was done"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Crashed => f.write_str("crashed"),
        }
    }
}

/// The end of work that needs the stack's lease.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leased<T> {
    /// The work had the lease to its end.
    Ended(T),
    /// Another run had the lease.
    Refused,
    /// The work lost the lease and was stopped.
    Lost,
}

/// Works with the lease of a stack in the name of `holder`, as the program does.
pub(crate) async fn leased<T>(
    account: &Account,
    stack: &Stack,
    holder: &str,
    work: impl Future<Output = T>,
) -> Result<Leased<T>, String> {
    let claim = Lease::acquire(&account.aws, &stack.name, holder, &|_| ()).await;
    let Claim::Ours(lease) = claim.map_err(|error| error.to_string())? else { return Ok(Leased::Refused) };
    tokio::select! {
        biased;
        _ = lease.lost() => Ok(Leased::Lost),
        ended = work => {
            lease.release().await.map_err(|error| error.to_string())?;
            Ok(Leased::Ended(ended))
        }
    }
}

/// Observes, plans and applies, until it is done or killed.
pub(crate) async fn run(account: &Account, stack: &Stack, goal: Goal) -> Ended {
    tokio::select! {
        // In this order, so that each run of a case is the same.
        biased;
        () = account.sandbox.crashed() => Ended::Crashed,
        ended = undisturbed(account, stack, goal) => ended,
    }
}

/// Observes, plans and applies.
async fn undisturbed(account: &Account, stack: &Stack, goal: Goal) -> Ended {
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = match observed(account, &graph, goal).await {
        Ok(world) => world,
        Err(error) => return Ended::Failed(error),
    };

    let graph = desired(stack, &world, goal);
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    if plan.is_refused() || plan.is_held() {
        let Plan { refusals, in_use, held, .. } = &plan;
        return Ended::Failed(format!("refused: {refusals:?}, in use: {in_use:?}, held: {held:?}"));
    }

    let outcome = account.carry_out(&graph, &world, &plan).await;
    match plan.unseen.first() {
        _ if !outcome.is_success() => Ended::Failed(told(&outcome)),
        // Objects that could not be listed may still exist, and the plan says so.
        Some(unseen) => Ended::Failed(format!("{} not looked for: {}", unseen.kind, unseen.because)),
        None => Ended::Done,
    }
}

async fn observed(account: &Account, graph: &Graph, goal: Goal) -> Result<World, String> {
    let world = match goal {
        Goal::Verified => Box::pin(sss_aws::reread(&account.aws, graph)).await,
        Goal::Stack | Goal::Nothing => Box::pin(sss_aws::observe(&account.aws, graph)).await,
    };
    world.map_err(|error| error.to_string())
}

/// Returns what a run with this goal wants of the account.
fn desired(stack: &Stack, world: &World, goal: Goal) -> Graph {
    let graph = sss_aws::lower_in(stack, world).expect("a valid stack");
    match goal {
        Goal::Stack | Goal::Verified => graph,
        Goal::Nothing => graph.emptied(),
    }
}

/// Returns the failures of an outcome as text.
///
/// # Panics
///
/// A step was skipped because of a step that did not fail.
fn told(outcome: &Outcome) -> String {
    let failures: Vec<_> = outcome.failures().collect();
    for step in &outcome.steps {
        if let StepResult::Skipped(because) = &step.result {
            assert!(failures.iter().any(|(id, _)| *id == because), "{} because of {because}", step.id);
        }
    }
    let told = failures.iter().map(|(id, error)| {
        let last = error.deployment().and_then(|deployment| deployment.events.first());
        let last = last.map(|event| format!(" ({event})")).unwrap_or_default();
        format!("{id}: {error}{last}")
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Returns the steps, refusals and held services of the plan for this goal.
pub(crate) async fn steps(account: &Account, stack: &Stack, goal: Goal) -> Result<Vec<String>, String> {
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = observed(account, &graph, goal).await?;
    let graph = desired(stack, &world, goal);
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let refused = plan.refusals.iter().map(|refused| format!("refused {}", refused.id));
    let held = plan.held.iter().map(|held| format!("held {}", held.id));
    let steps = plan.steps.iter().map(|step| format!("{} {}", step.action, step.id));
    Ok(steps.chain(refused).chain(held).collect())
}

/// Runs without faults. The run must succeed, leave nothing to do, and leave the account as expected.
pub(crate) async fn converge(
    account: &Account,
    stack: &Stack,
    goal: Goal,
    expected: &Value,
) -> Result<(), String> {
    account.sandbox.clear_faults();
    match run(account, stack, goal).await {
        Ended::Done => arrived(account, stack, goal, expected).await,
        ended => Err(format!("the undisturbed run {ended}")),
    }
}

/// Checks that nothing is left to do, and that the account is as expected.
pub(crate) async fn arrived(
    account: &Account,
    stack: &Stack,
    goal: Goal,
    expected: &Value,
) -> Result<(), String> {
    let left = steps(account, stack, goal).await?;
    if !left.is_empty() {
        return Err(format!("left to do: {}", left.join(", ")));
    }
    match difference(expected, &state(account)) {
        Some(difference) => Err(format!("the account is not as expected: {difference}")),
        None => Ok(()),
    }
}
