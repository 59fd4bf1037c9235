//! A command at work on an account.

use sss_aws::{
    Aws, Forecast, Graph, Lease, Mode, Options, Plan, Rates, World, dependents, forecast, least_reads, lower,
    observe, plan, verify,
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
    lease, progress,
    render::{self, Place, report::Report},
};

/// A command at work on an account.
pub(crate) struct Session<'a> {
    pub(crate) invocation: &'a Invocation,
    pub(crate) stack: &'a Stack,
    pub(crate) graph: Graph,
    pub(crate) aws: Aws,
    pub(crate) interruption: Interruption,
    lease: Option<Lease>,
    account: &'a Account,
    rates: Rates,
    start: Instant,
}

impl Session<'_> {
    /// Looks at the account, for the objects of the whole stack.
    pub(crate) async fn observe(&self) -> Result<World, Failure> {
        self.look(Box::pin(observe(&self.aws, &self.graph))).await
    }

    /// The same, and reads what is otherwise known by a hash.
    pub(crate) async fn verify(&self) -> Result<World, Failure> {
        self.look(Box::pin(verify(&self.aws, &self.graph))).await
    }

    /// The plan of a world. Where it removes something, what others have of that is looked for first.
    pub(crate) async fn plan(
        &self,
        graph: &Graph,
        world: World,
        mode: Mode,
    ) -> Result<(World, Plan), Failure> {
        let first = plan(graph, &world, mode);
        if !first.removes() {
            return Ok((world, first));
        }
        let world = self.look(Box::pin(dependents(&self.aws, world, &first))).await?;
        let plan = plan(graph, &world, mode);
        Ok((world, plan))
    }

    async fn look(&self, work: impl Future<Output = sss_aws::Result<World>>) -> Result<World, Failure> {
        let start = Instant::now();
        let work = self.interruption.or(work);
        let observed = self.while_leased(work).await?;
        let world = observed.map_err(|error| Failure::engine("observe the account", &error))?;
        tracing::debug!(objects = world.objects().count(), elapsed = ?start.elapsed(), "observed");
        Ok(world)
    }

    /// What carrying out a plan takes at least.
    pub(crate) fn forecast(&self, graph: &Graph, world: &World, plan: &Plan, options: &Options) -> Forecast {
        forecast(graph, world, plan, options, &self.rates)
    }

    /// What has been taken of AWS so far, when all that was done was to look.
    pub(crate) fn report(&self, world: &World) -> Report {
        let least = least_reads(&self.graph, world) + u64::from(self.lease.is_some());
        Report::of_reading(&self.aws.statistics(), least, self.start.elapsed())
    }

    /// What `work` gives, unless the lease that it stands on is lost before.
    pub(crate) async fn while_leased<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(lease) = &self.lease else { return work.await };
        tokio::select! {
            done = work => done,
            error = lease.lost() => Err(Failure::engine("go on", &error)),
        }
    }

    /// Does work that needs the stack's lease.
    async fn leased<W>(&mut self, arguments: &lease::Leasing, work: W) -> Result<Exit, Failure>
    where
        W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
    {
        let claim = lease::acquire(self.invocation, arguments, &self.aws, &self.stack.name);
        self.lease = self.interruption.or(Box::pin(claim)).await??;
        let result = work(self).await;
        if let Some(lease) = &self.lease {
            lease::release(&self.invocation.output, &self.interruption, lease).await;
        }
        result
    }

    /// Which stack and which account a rendering is about.
    pub(crate) fn place(&self, world: &World) -> Place {
        Place {
            stack: self.stack.name.clone(),
            region: self.stack.region.clone(),
            account: world.account().map(str::to_owned),
            note: self.account.note(),
        }
    }
}

/// Does work that writes to the account that the arguments name, and that nobody else does at the same time.
pub(crate) fn alone_on_account<W>(
    invocation: &Invocation,
    arguments: &lease::Leasing,
    work: W,
) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Write, async |mut session| session.leased(arguments, work).await)
}

/// Does work that only reads the account that the arguments name.
pub(crate) fn on_account<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Read, async |session| work(&session).await)
}

/// Does work that writes to the account, and that is not in the way of a run that does so at the same time.
pub(crate) fn beside_others<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    in_session(invocation, Access::Write, async |session| work(&session).await)
}

/// Does the work. What it may have changed in a sandbox is kept, whether the work failed or not.
fn in_session<W>(invocation: &Invocation, access: Access, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read(&invocation.program)?;
    mention_warnings(invocation, &read.warnings);
    let stack = &read.stack;
    let graph = lower(stack).map_err(|invalid| Failure::Invalid(Findings::in_code(invalid.problems)))?;
    let rates = invocation.global.rates.read()?;
    let account = Account::open(invocation, &stack.region, access)?;
    let runtime = account.runtime()?;
    let result = runtime.block_on(async {
        let interruption = Interruption::listen().map_err(|error| Failure::new(format!("start: {error}")))?;
        let config = interruption.or(Box::pin(account.config(&stack.region, &invocation.output))).await??;
        tracing::debug!(region = stack.region, sandbox = ?account.note(), "works on an account");
        let aws = Aws::with_rates(&config, &rates);
        aws.listen(progress::of_silence(&invocation.output));
        let (account, start) = (&account, Instant::now());
        let session =
            Session { invocation, stack, graph, aws, interruption, lease: None, account, rates, start };
        let result = work(session).await;
        // Inside of the runtime, because the sandbox's time is the runtime's.
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
