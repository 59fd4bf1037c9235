//! The calls that the engine needs, with the SDK's clients on sandboxes in virtual time.
//!
//! The limits are promises to users: a plan of a large stack stays within seconds, and a small change is a
//! small number of calls. `bench` measures the same more precisely, without limits.

use std::time::Duration;

use sss_aws::{Deployer, Options, Planned};
use sss_model::{Method, Stack};
use sss_sandbox::{Call, Sandbox};
use tokio::time::Instant;

use crate::{failure::Failure, reference};

/// The time of one call. The time of a plan divided by it is the number of sequential calls.
const LATENCY: Duration = Duration::from_millis(100);

/// The limits of a plan without changes.
struct Limit {
    /// The name of the stack in the output.
    name: &'static str,
    /// Creates the stack.
    stack: fn() -> Stack,
    /// The limit of calls.
    calls: usize,
    /// The limit of sequential calls.
    trips: usize,
}

/// The stacks and their limits.
const LIMITS: [Limit; 3] = [
    Limit { name: "the reference stack", stack: reference::stack, calls: 20, trips: 3 },
    Limit { name: "10 services", stack: || reference::of_services(10), calls: 20, trips: 3 },
    Limit { name: "100 services", stack: || reference::of_services(100), calls: 40, trips: 3 },
];

/// Counts the calls of every case and prints them.
pub(super) fn run() -> Result<(), Failure> {
    for limit in &LIMITS {
        within_virtual_time(plan_without_changes(limit))?;
    }
    within_virtual_time(second_apply())?;
    within_virtual_time(methods())
}

/// Prints a number and checks its limit.
pub(super) fn show(what: &str, number: usize, at_most: usize) -> Result<(), Failure> {
    println!("  {what}: {number} (at most {at_most})");
    if number <= at_most {
        return Ok(());
    }
    Err(Failure::new(format!("keep to the limit: {what}: {number}")))
}

/// Runs the work in a runtime with a paused clock.
fn within_virtual_time(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(Failure::to("start a runtime"))?
        .block_on(Box::pin(work))
}

/// Applies a stack, plans it again, and checks the calls and the sequential calls of the plan.
async fn plan_without_changes(limit: &Limit) -> Result<(), Failure> {
    let account = Account::new();
    let (name, stack) = (limit.name, (limit.stack)());
    account.apply(&stack).await?;
    account.sandbox.reset_calls();
    let start = Instant::now();
    let planned = account.plan(&stack).await?;
    let trips = start.elapsed().as_millis().div_ceil(LATENCY.as_millis());
    if !planned.is_empty() {
        return Err(Failure::new(format!("converge with {name}")));
    }
    let calls = account.sandbox.calls().len();
    show(&format!("plan of {name} without changes: calls"), calls, limit.calls)?;
    let trips = usize::try_from(trips).unwrap_or(usize::MAX);
    show(&format!("plan of {name} without changes: sequential round trips"), trips, limit.trips)
}

/// Checks that a second apply writes nothing.
async fn second_apply() -> Result<(), Failure> {
    let account = Account::new();
    let stack = reference::stack();
    account.apply(&stack).await?;
    let writes = account.apply(&stack).await?;
    show("second apply of the reference stack: writing calls", writes.len(), 0)
}

/// Checks that adding a method creates one route, and that removing one deletes one route.
async fn methods() -> Result<(), Failure> {
    let account = Account::new();
    account.apply(&with_methods(&[Method::Get])).await?;
    for (methods, step, expected) in [
        (&[Method::Get, Method::Post][..], "{GET} -> {GET, POST}", "CreateRoute"),
        (&[Method::Post], "{GET, POST} -> {POST}", "DeleteRoute"),
    ] {
        let calls = account.apply(&with_methods(methods)).await?;
        let writes: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
        println!("  methods {step}: writing calls: {}", writes.join(", "));
        if writes != [expected] {
            return Err(Failure::new(format!("change methods {step} with one {expected}")));
        }
    }
    Ok(())
}

/// Returns the reference stack with these methods on its route.
fn with_methods(methods: &[Method]) -> Stack {
    let mut stack = reference::stack();
    for route in stack.services.values_mut().flat_map(|service| &mut service.routes) {
        route.methods = methods.iter().copied().collect();
    }
    stack
}

/// An account without quotas, and a deployer on it.
struct Account {
    sandbox: Sandbox,
    /// Without the lock, so that only the calls of the plan count.
    deployer: Deployer,
}

impl Account {
    fn new() -> Self {
        // The first apply of a hundred services would wait for quotas.
        let sandbox = Sandbox::new().latency(LATENCY).without_quotas();
        let deployer = Deployer::new(&sandbox.sdk_config()).without_lock();
        Self { sandbox, deployer }
    }

    async fn plan(&self, stack: &Stack) -> Result<Planned, Failure> {
        self.deployer.plan(stack).await.map_err(Failure::to("plan the stack"))
    }

    /// Makes the account equal to the stack, and returns the calls that wrote.
    async fn apply(&self, stack: &Stack) -> Result<Vec<Call>, Failure> {
        self.sandbox.reset_calls();
        let outcome = Box::pin(self.plan(stack).await?.apply(Options::default())).await;
        let outcome = outcome.map_err(Failure::to("apply the plan"))?;
        outcome.into_result().map_err(Failure::to("apply the plan"))?;
        let mut calls = self.sandbox.calls();
        calls.retain(|call| call.writes);
        Ok(calls)
    }
}
