//! A command at work on an account.
//!
//! The library's [`Deployer`] plans and applies. A [`Session`] adds the surroundings of a terminal: the stack
//! and the account that the arguments name, a runtime with the account's clock, Ctrl-C, and failures in the
//! user's words.
//!
//! A command enters by one of three functions, by what it does to the account and to the lock of the stack:
//!
//! | function | the account | the stack's lock | the sandbox's file |
//! |---|---|---|---|
//! | [`on_account`] | is read | not taken | not locked, not saved |
//! | [`alone_on_account`] | is written | held from before the plan to the end | locked and saved |
//! | [`beside_others`] | is written | not taken | locked and saved |
//!
//! Each has a sibling for commands that need only the names and the region of the stack (`on_names`,
//! `alone_on_names`, `beside_others_on_names`). They work while the stack has other problems.
//!
//! A lost lock ends the work like Ctrl-C: the future is dropped, and the command fails.

mod confirmed;

use std::collections::BTreeSet;

use sss_aws::{
    Deployer, Forecast, Lock, Observed, Planned, Reach, SavedPlan, World,
    verify::{self, Verification},
};
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
    render::{
        self, Place, Purpose,
        plan::{Monthly, Shown},
        report::Report,
    },
    stack_lock::{self, Locking},
};

/// A command at work on an account: the library's `Deployer`, with Ctrl-C and the words of a terminal around
/// it.
pub(crate) struct Session<'a> {
    /// The input of the command.
    pub(crate) invocation: &'a Invocation,
    /// The valid stack.
    pub(crate) stack: &'a Stack,
    /// The library's front door, with the rates of `--rates` and the name of this run.
    pub(crate) deployer: Deployer,
    /// The signals. While the session lives, they do not end the process.
    pub(crate) interruption: Interruption,
    /// The stack's lock. `None` for a command that takes none. With `--no-lock` it is a lock without a lease
    /// behind it.
    lock: Option<Lock>,
    /// The account, for the note in output and for saving a sandbox.
    account: &'a Account,
    /// Whether the account is behind an endpoint of the user's own.
    is_foreign: bool,
    /// The start of the work, after the credentials were found.
    start: Instant,
}

impl Session<'_> {
    /// Plans under the lock, if the command took one.
    ///
    /// # Errors
    ///
    /// A read failed, a signal came, or the lock was lost. A failed read never counts as an absent object.
    pub(crate) async fn plan(&self, reach: Reach) -> Result<Planned, Failure> {
        let planned = match &self.lock {
            Some(lock) => self.read(Box::pin(lock.plan(self.stack, reach))).await?,
            None => self.read(Box::pin(self.deployer.plan_for(self.stack, reach))).await?,
        };
        let planned = planned.map_err(|error| Failure::engine("read the account", &error))?;
        Ok(self.beside_neighbours(planned))
    }

    /// Allows a plan to create a second stack, if a file beside the stack's is of the other one.
    fn beside_neighbours(&self, planned: Planned) -> Planned {
        let is_in_use = planned.former_name().is_some_and(|former| self.invocation.source.has_stack(&former));
        if is_in_use { planned.as_second_stack() } else { planned }
    }

    /// Plans under the lock like a saved plan, which must still be the same.
    ///
    /// # Errors
    ///
    /// As [`Session::plan`]; and the plan would be a different one now, which is a refusal.
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
    ///
    /// # Errors
    ///
    /// A read failed, or a signal came.
    pub(crate) async fn observe(&self) -> Result<Observed, Failure> {
        let observed = self.read(Box::pin(self.deployer.observe(self.stack))).await?;
        observed.map_err(|error| Failure::engine("read the account", &error))
    }

    /// Returns how much of the web a verification asks.
    ///
    /// An endpoint of the user's own stands for an account that is not AWS's, such as a test environment. Nobody
    /// else is asked then.
    pub(crate) fn reach(&self) -> verify::Reach {
        if self.is_foreign { verify::Reach::AwsOnly } else { verify::Reach::Everywhere }
    }

    /// Checks what the stack needs from its surroundings.
    ///
    /// # Errors
    ///
    /// The stack is invalid, or a signal came.
    pub(crate) async fn verify(&self, reach: verify::Reach) -> Result<Verification, Failure> {
        let verified = self.read(Box::pin(self.deployer.verify(self.stack, reach))).await?;
        verified.map_err(|error| Failure::engine("verify the stack", &error))
    }

    /// Checks what the stack needs, or the images of these services if an apply is about them alone.
    ///
    /// # Errors
    ///
    /// As [`Session::verify`].
    pub(crate) async fn verify_before(&self, only: &BTreeSet<String>) -> Result<Verification, Failure> {
        if only.is_empty() {
            return self.verify(self.reach()).await;
        }
        let verified = self.read(Box::pin(self.deployer.verify_only(self.stack, only, self.reach()))).await?;
        verified.map_err(|error| Failure::engine("verify the stack", &error))
    }

    /// Returns the stack, its region and the note about the account, for the heading of an answer.
    pub(crate) fn stack_place(&self) -> String {
        let note = self.account.note().map(|note| format!(" ({note})")).unwrap_or_default();
        format!("{} in {}{note}", self.stack.name, self.stack.region)
    }

    /// Runs work that reads the account, until a signal comes. Such work can be dropped at any time.
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
    ///
    /// The least calls include the call that took the lock.
    pub(crate) fn report(&self, observed: &Observed) -> Report {
        let is_locked = self.lock.as_ref().is_some_and(Lock::is_held);
        let least = observed.least_calls() + u64::from(is_locked);
        let report = Report::of_reading(&self.deployer.aws().statistics(), least, self.start.elapsed());
        if self.invocation.global.stats { report } else { report.brief() }
    }

    /// Runs the work and keeps the stack locked meanwhile, if the command took the lock.
    ///
    /// # Errors
    ///
    /// The lock was lost. The work was dropped then.
    pub(crate) async fn while_locked<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(lock) = &self.lock else { return work.await };
        lock.during(work).await.map_err(|error| Failure::engine("continue", &error))?
    }

    /// Runs work under the stack's lock.
    ///
    /// The lock is released even if the work failed, so the next run need not wait until it expires.
    ///
    /// # Errors
    ///
    /// Another run holds the lock, the caller may not take it, or the work failed.
    async fn locked<W>(&mut self, arguments: &Locking, work: W) -> Result<Exit, Failure>
    where
        W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
    {
        if arguments.no_lock {
            self.deployer = self.deployer.clone().without_lock();
        }
        let lock = stack_lock::acquire(self.invocation, &self.deployer, self.stack);
        self.lock = Some(self.interruption.or(Box::pin(lock)).await??);

        let result = Box::pin(work(self)).await;
        if let Some(lock) = &self.lock {
            stack_lock::release(&self.invocation.output, &self.interruption, lock).await;
        }
        result
    }

    /// Returns the account's time, in seconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.account.now()
    }

    /// Returns whether the account's time only passes while a command waits, as in the embedded sandbox.
    pub(crate) fn is_paused(&self) -> bool {
        self.account.is_paused()
    }

    /// Returns a plan with everything that its text needs.
    pub(crate) fn shown<'p>(
        &'p self,
        planned: &'p Planned,
        purpose: Purpose,
        forecast: Option<&'p Forecast>,
    ) -> Shown<'p> {
        Shown {
            place: self.place(planned.world()),
            plan: planned.plan(),
            stack: self.stack,
            areas: planned.observed().areas(),
            purpose,
            forecast,
            monthly: Monthly::of(planned),
            source: self.invocation.source.name(),
        }
    }

    /// Returns the stack and the account that an output is about.
    pub(crate) fn place(&self, world: &World) -> Place {
        Place {
            stack: self.stack.name.clone(),
            region: self.stack.region.clone(),
            account: world.account().map(str::to_owned),
            note: self.account.note(),
            images: self.invocation.images.iter().map(ToString::to_string).collect(),
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

/// Runs work that reads the account and needs only the names and the region of the stack.
pub(crate) fn on_names<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read_names(&invocation.program)?;
    in_session_of(invocation, &read, Access::Read, async |session| work(&session).await)
}

/// Runs work that writes to the account under the stack's lock, and needs only the names and the region of the stack.
pub(crate) fn alone_on_names<W>(
    invocation: &Invocation,
    arguments: &Locking,
    work: W,
) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read_names(&invocation.program)?;
    let work = async |mut session: Session<'_>| session.locked(arguments, work).await;
    in_session_of(invocation, &read, Access::Write, work)
}

/// Runs work that writes to the account beside another run, and needs only the names and the region of the stack.
pub(crate) fn beside_others_on_names<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read_names(&invocation.program)?;
    in_session_of(invocation, &read, Access::Write, async |session| work(&session).await)
}

/// Runs the work on the stack of the arguments.
///
/// Problems that need no call come first: the stack, the rates, and the file of the sandbox. Warnings of the
/// stack are only counted; `validate` prints them.
fn in_session<W>(invocation: &Invocation, access: Access, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.read()?;
    mention_warnings(invocation, &read.warnings);
    in_session_of(invocation, &read.stack, access, work)
}

/// Runs the work on a stack in a runtime of its own. Changes to a sandbox are saved even if the work failed.
fn in_session_of<W>(invocation: &Invocation, stack: &Stack, access: Access, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(Session<'_>) -> Result<Exit, Failure>,
{
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
        let is_foreign = account.note().is_none() && config.endpoint_url().is_some();
        account.furnish(stack);
        let (account, start) = (&account, Instant::now());
        let session =
            Session { invocation, stack, deployer, interruption, lock: None, account, is_foreign, start };

        // On the heap, because the future of a whole command is large.
        let result = Box::pin(work(session)).await;
        // Inside the runtime, because the sandbox's time is the runtime's.
        let kept = account.close();
        result.and_then(|exit| kept.map(|()| exit))
    });

    // An unanswered question still reads from the terminal.
    runtime.shutdown_background();
    result
}

/// Notes the number of warnings. With `--json` it prints nothing.
fn mention_warnings(invocation: &Invocation, warnings: &Findings) {
    let count = warnings.count(Severity::Warning);
    if count > 0 && !invocation.output.json {
        invocation
            .output
            .note(|w| render::problems::mention(w, &warnings.origin(), count, &invocation.program));
    }
}
