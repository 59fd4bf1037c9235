//! A command at work on an account.

use sss_aws::{Deployer, Lock, Observed, Planned, Reach, SavedPlan, World};
use sss_model::{Severity, Stack};
use tokio::time::Instant;

use crate::{
    account::{Access, Account},
    exit::Exit,
    failure::Failure,
    finding::Findings,
    interruption::Interruption,
    invocation::Invocation,
    progress,
    render::{self, Place, report::Report},
    stack_lock::{self, Locking},
};

/// A command at work on an account: the library's `Deployer`, with Ctrl-C and the words of a terminal around it.
pub(crate) struct Session<'a> {
    pub(crate) invocation: &'a Invocation,
    pub(crate) stack: &'a Stack,
    pub(crate) deployer: Deployer,
    pub(crate) interruption: Interruption,
    lock: Option<Lock>,
    account: &'a Account,
    start: Instant,
}

impl Session<'_> {
    /// Plans under the lock, if the command took one.
    pub(crate) async fn plan(&self, reach: Reach) -> Result<Planned, Failure> {
        let planned = match &self.lock {
            Some(lock) => self.read(Box::pin(lock.plan(self.stack, reach))).await?,
            None => self.read(Box::pin(self.deployer.plan_for(self.stack, reach))).await?,
        };
        planned.map_err(|error| Failure::engine("read the account", &error))
    }

    /// Plans under the lock like a saved plan, which must still be the same.
    pub(crate) async fn restore(&self, saved: &SavedPlan) -> Result<Planned, Failure> {
        let planned = match &self.lock {
            Some(lock) => self.read(Box::pin(lock.restore(self.stack, saved))).await?,
            None => self.read(Box::pin(self.deployer.restore(self.stack, saved))).await?,
        };
        planned.map_err(|error| {
            if error.is_stale() {
                let program = &self.invocation.program;
                return Failure::engine("apply the saved plan", &error)
                    .hint(format!("`{program} plan --out FILE` saves a current plan"));
            }
            Failure::engine("read the account", &error)
        })
    }

    /// Reads the account without a plan.
    pub(crate) async fn observe(&self) -> Result<Observed, Failure> {
        let observed = self.read(Box::pin(self.deployer.observe(self.stack))).await?;
        observed.map_err(|error| Failure::engine("read the account", &error))
    }

    async fn read<T>(
        &self,
        work: impl Future<Output = sss_aws::Result<T>>,
    ) -> Result<sss_aws::Result<T>, Failure> {
        let start = Instant::now();
        let read = self.interruption.or(work).await?;
        tracing::debug!(elapsed = ?start.elapsed(), "read the account");
        Ok(read)
    }

    /// Returns the calls so far, for a command that has only read.
    pub(crate) fn report(&self, observed: &Observed) -> Report {
        let is_locked = self.lock.as_ref().is_some_and(Lock::is_held);
        let least = observed.least_calls() + u64::from(is_locked);
        Report::of_reading(&self.deployer.aws().statistics(), least, self.start.elapsed())
    }

    /// Runs the work and keeps the stack locked meanwhile, if the command took the lock.
    pub(crate) async fn while_locked<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(lock) = &self.lock else { return work.await };
        lock.during(work).await.map_err(|error| Failure::engine("continue", &error))?
    }

    /// Runs work under the stack's lock.
    async fn locked<W>(&mut self, arguments: &Locking, work: W) -> Result<Exit, Failure>
    where
        W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
    {
        if arguments.no_lock {
            self.deployer = self.deployer.clone().without_lock();
        }
        let lock = stack_lock::acquire(self.invocation, &self.deployer, self.stack);
        self.lock = Some(self.interruption.or(Box::pin(lock)).await??);

        let result = work(self).await;
        if let Some(lock) = &self.lock {
            stack_lock::release(&self.invocation.output, &self.interruption, lock).await;
        }
        result
    }

    /// Returns the stack and the account that an output is about.
    pub(crate) fn place(&self, world: &World) -> Place {
        Place {
            stack: self.stack.name.clone(),
            region: self.stack.region.clone(),
            account: world.account().map(str::to_owned),
            note: self.account.note(),
        }
    }
}

/// Runs work that writes to the account, under the stack's lock.
pub(crate) fn alone_on_account<W>(
    invocation: &Invocation,
    arguments: &Locking,
    work: W,
) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Write, async |mut session| session.locked(arguments, work).await)
}

/// Runs work that only reads the account.
pub(crate) fn on_account<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Read, async |session| work(&session).await)
}

/// Runs work that writes to the account and can run beside another run that holds the lock.
pub(crate) fn beside_others<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Write, async |session| work(&session).await)
}

/// Runs the work in a runtime of its own. Changes to a sandbox are saved even if the work failed.
fn in_session<W>(invocation: &Invocation, access: Access, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read(&invocation.program)?;
    mention_warnings(invocation, &read.warnings);
    let stack = &read.stack;
    let rates = invocation.global.rates.read()?;
    let account = Account::open(invocation, &stack.region, access)?;
    let runtime = account.runtime()?;

    let result = runtime.block_on(async {
        let interruption = Interruption::listen().map_err(|error| Failure::new(format!("start: {error}")))?;
        let config = interruption.or(Box::pin(account.config(&stack.region, &invocation.output))).await??;
        tracing::debug!(region = stack.region, sandbox = ?account.note(), "works on an account");
        let silence = progress::of_silence(&invocation.output);
        let deployer = Deployer::with_rates(&config, &rates)
            .holder(stack_lock::own_name())
            .events(move |event| silence(event));
        let (account, start) = (&account, Instant::now());
        let session = Session { invocation, stack, deployer, interruption, lock: None, account, start };

        let result = work(session).await;
        // Inside the runtime, because the sandbox's time is the runtime's.
        let kept = account.close();
        result.and_then(|exit| kept.map(|()| exit))
    });

    // An unanswered question still reads from the terminal.
    runtime.shutdown_background();
    result
}

fn mention_warnings(invocation: &Invocation, warnings: &Findings) {
    let count = warnings.count(Severity::Warning);
    if count > 0 && !invocation.output.json {
        invocation
            .output
            .note(|w| render::problems::mention(w, &warnings.origin, count, &invocation.program));
    }
}
