//! One run of the engine, and what it came to.

use std::fmt;

use serde_json::Value;
use sss_aws::{Claim, Graph, Lease, Mode, Outcome, Plan, StepResult, World};
use sss_model::Stack;

use crate::{
    account::Account,
    torture::state::{difference, state},
};

/// What a run is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The stack.
    Stack,
    /// The stack, and every revision is read: no hash says whether one is still registered.
    Verified,
    /// Nothing of the stack.
    Nothing,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    /// It said that it did not come to its goal, and why.
    Failed(String),
    /// Its process was killed.
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

/// What came of work that needs the stack's lease.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leased<T> {
    /// It had the lease to its end.
    Ended(T),
    /// Another one had the lease.
    Refused,
    /// It lost the lease and stopped.
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

/// Observes, plans and applies, until done or killed.
pub(crate) async fn run(account: &Account, stack: &Stack, goal: Goal) -> Ended {
    tokio::select! {
        // In this order, so that it is the same in every run.
        biased;
        () = account.sandbox.crashed() => Ended::Crashed,
        ended = undisturbed(account, stack, goal) => ended,
    }
}

async fn undisturbed(account: &Account, stack: &Stack, goal: Goal) -> Ended {
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = match observed(account, &graph, goal).await {
        Ok(world) => world,
        Err(error) => return Ended::Failed(error),
    };
    let graph = match goal {
        Goal::Stack | Goal::Verified => graph,
        Goal::Nothing => Graph::empty(&stack.name),
    };
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    if plan.is_refused() || plan.is_held() {
        let Plan { refusals, in_use, held, .. } = &plan;
        return Ended::Failed(format!("refused: {refusals:?}, in use: {in_use:?}, held: {held:?}"));
    }
    let outcome = account.carry_out(&graph, &world, &plan).await;
    match plan.unseen.first() {
        _ if !outcome.is_success() => Ended::Failed(told(&outcome)),
        // What could not be looked for may be there still, and the plan says so.
        Some(unseen) => Ended::Failed(format!("{} not looked for: {}", unseen.kind, unseen.because)),
        None => Ended::Done,
    }
}

async fn observed(account: &Account, graph: &Graph, goal: Goal) -> Result<World, String> {
    let world = match goal {
        Goal::Verified => Box::pin(sss_aws::verify(&account.aws, graph)).await,
        Goal::Stack | Goal::Nothing => Box::pin(sss_aws::observe(&account.aws, graph)).await,
    };
    world.map_err(|error| error.to_string())
}

/// What an outcome tells of its failures.
///
/// # Panics
///
/// When something was skipped because of something that did not fail.
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

/// What there is to do.
pub(crate) async fn steps(account: &Account, stack: &Stack, goal: Goal) -> Result<Vec<String>, String> {
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = observed(account, &graph, goal).await?;
    let graph = match goal {
        Goal::Stack | Goal::Verified => graph,
        Goal::Nothing => Graph::empty(&stack.name),
    };
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let refused = plan.refusals.iter().map(|refused| format!("refused {}", refused.id));
    let held = plan.held.iter().map(|held| format!("held {}", held.id));
    let steps = plan.steps.iter().map(|step| format!("{} {}", step.action, step.id));
    Ok(steps.chain(refused).chain(held).collect())
}

/// Runs undisturbed: it must be done, leave nothing to do, and leave the account as expected.
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

/// Whether nothing is left to do, and the account is as expected.
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
