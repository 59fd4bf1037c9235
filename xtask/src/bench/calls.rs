//! Every job on sandboxes in virtual time, with AWS's quotas: its calls and its time.
//!
//! The clients are those of the SDK, the clock is paused, and each call takes the same latency. So a result
//! depends on the engine alone and can be compared exactly. Each number of services has its own account and
//! thread.
//!
//! Buckets are full when a job begins, because the job before would otherwise decide about the time of the
//! next one.

use std::{future::ready, thread, time::Duration};

use sss_aws::{Deployer, Goal, Options, Rates, Reach};
use sss_model::{BackendKind, Stack};
use sss_sandbox::{Call, Sandbox};
use tokio::time::{Instant, sleep};

use super::{
    floor::Delays,
    job::{Job, LATENCY, Row, Shape},
};
use crate::{failure::Failure, reference};

/// The pause before each job, so that all buckets are full.
const REST: Duration = Duration::from_mins(10);

/// The listing of the users of a security group.
///
/// A plan reads it once, and a step polls it until the users are gone. Both count as polls.
const USERS_OF_A_GROUP: &str = "DescribeNetworkInterfaces";

/// Returns whether a call was throttled, by the error codes that the engine knows.
pub(super) fn is_throttled(call: &Call) -> bool {
    call.error.as_deref().is_some_and(|code| Rates::default().is_throttling(code))
}

/// Runs every job with each number of services behind a backend, each number on its own account.
///
/// # Errors
///
/// A job failed, or a plan without changes wrote.
pub(super) fn rows(backend: BackendKind, services: &[u16]) -> Result<Vec<Row>, Failure> {
    let shapes: Vec<_> = services.iter().map(|services| Shape { backend, services: *services }).collect();
    let delays = in_virtual_time(async {
        let account = Account::new(Sandbox::new(), Shape { backend, services: 1 });
        account.converge(&account.stack).await?;
        Delays::of(&account.sandbox, backend)
    })?;

    let rows = thread::scope(|scope| {
        let delays = &delays;
        let start = |shape| scope.spawn(move || in_virtual_time(all_jobs(shape, delays)));
        let running: Vec<_> = shapes.iter().map(|shape| start(*shape)).collect();
        let joined = running.into_iter().map(|thread| thread.join().expect("failures are told"));
        joined.collect::<Result<Vec<_>, Failure>>()
    })?;
    Ok(rows.into_iter().flatten().collect())
}

/// Returns a saved account of the sandbox with the reference stack of this number of services.
pub(super) fn deployed(services: u16) -> Result<Vec<u8>, Failure> {
    in_virtual_time(async {
        let shape = Shape { backend: BackendKind::CloudMap, services };
        let account = Account::new(Sandbox::new().without_quotas(), shape);
        account.converge(&account.stack).await?;
        Ok(account.sandbox.save())
    })
}

/// Runs the work in a runtime with a paused clock, which advances as soon as all tasks wait.
fn in_virtual_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(Failure::to("start a runtime"))?
        .block_on(Box::pin(work))
}

/// Runs the jobs of one shape, in an order in which each finds the account that it needs.
///
/// The two removals begin with the same saved account, so that neither depends on the other.
async fn all_jobs(shape: Shape, delays: &Delays) -> Result<Vec<Row>, Failure> {
    let account = Account::new(Sandbox::new(), shape);
    let mut newer = account.stack.clone();
    for service in newer.services.values_mut() {
        "public.ecr.aws/docker/library/httpd:2.4".clone_into(&mut service.task.image);
    }

    let row = |job| Row::new(job, shape, delays);
    let mut rows = vec![account.measure(row(Job::FirstApply), &account.stack).await?];
    let first = account.sandbox.save();
    rows.push(account.measure(row(Job::Plan), &account.stack).await?);
    rows.push(account.measure(row(Job::NewImage), &newer).await?);
    rows.push(account.measure(row(Job::Rollback), &account.stack).await?);

    for job in [Job::DestroyKeepingRevisions, Job::Destroy] {
        let sandbox = Sandbox::load(&first).map_err(Failure::to("load the account again"))?;
        let account = Account::new(sandbox, shape);
        rows.push(account.measure(row(job), &account.stack).await?);
    }
    Ok(rows)
}

/// An account, and the stack that is applied to it.
struct Account {
    sandbox: Sandbox,
    stack: Stack,
}

/// The effort of one run.
struct Ran {
    /// All calls, in their order.
    calls: Vec<Call>,
    /// The calls that only polled.
    polls: usize,
    /// The time by the sandbox's clock.
    time: Duration,
}

impl Account {
    /// Returns an account with this latency of calls, and a reference stack of this shape.
    fn new(sandbox: Sandbox, shape: Shape) -> Self {
        let stack = reference::behind(shape.backend, shape.services);
        Self { sandbox: sandbox.latency(LATENCY), stack }
    }

    async fn converge(&self, stack: &Stack) -> Result<Ran, Failure> {
        self.run(stack, Goal::Converge, Options::default()).await
    }

    async fn destroy(&self, stack: &Stack, options: Options) -> Result<Ran, Failure> {
        self.run(stack, Goal::Destroy, options).await
    }

    /// Runs the job of a row, and returns the row with the effort.
    ///
    /// # Errors
    ///
    /// The run failed, or a plan without changes wrote.
    async fn measure(&self, row: Row, stack: &Stack) -> Result<Row, Failure> {
        sleep(REST).await;
        let ran = match row.job {
            Job::FirstApply | Job::Plan | Job::NewImage | Job::Rollback => self.converge(stack).await?,
            Job::DestroyKeepingRevisions => {
                self.destroy(stack, Options::default().keep_revisions(true)).await?
            }
            Job::Destroy => self.destroy(stack, Options::default()).await?,
        };

        if row.job == Job::Plan && ran.calls.iter().any(|call| call.writes) {
            return Err(Failure::new("find nothing to do after an apply"));
        }
        let Shape { backend, services } = row.shape;
        eprintln!("{}, {services} services behind {backend}: {} calls", row.job.name(), ran.calls.len());
        Ok(Row {
            calls: ran.calls.len(),
            polls: ran.polls,
            throttled: ran.calls.iter().filter(|call| is_throttled(call)).count(),
            time: ran.time,
            ..row
        })
    }

    /// Plans and applies without the lock, with new clients like a new process.
    async fn run(&self, stack: &Stack, goal: Goal, options: Options) -> Result<Ran, Failure> {
        self.sandbox.reset_calls();
        let start = Instant::now();
        let deployer = Deployer::new(&self.sandbox.sdk_config()).without_lock();

        // Under a lock, so that the account is not read again for the apply.
        let lock = deployer.lock(stack, &|_| ()).await.map_err(Failure::to("start a run"))?;
        // As `--yes` does.
        let planned = lock.plan_confirmed(stack, Reach::of(goal), options.clone(), ready(true));
        let planned = planned.await.map_err(Failure::to("plan the stack"))?;
        let outcome = Box::pin(planned.apply(options)).await.map_err(Failure::to("apply the plan"))?;
        outcome.into_result().map_err(Failure::to("apply the plan"))?;

        let (calls, time) = (self.sandbox.calls(), start.elapsed());
        let before = calls.iter().take_while(|call| !call.writes);
        let checks = before.filter(|call| call.operation == USERS_OF_A_GROUP).count();
        let polls = usize::try_from(deployer.aws().statistics().polls).unwrap_or(usize::MAX);
        Ok(Ran { calls, polls: polls + checks, time })
    }
}
