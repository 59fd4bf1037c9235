//! A command at work on an account.

use sss_aws::{Aws, Graph, World, lower, observe};
use sss_model::{Severity, Stack};
use tokio::time::Instant;

use crate::{
    account::Account,
    exit::Exit,
    failure::Failure,
    finding::Findings,
    interruption::Interruption,
    invocation::Invocation,
    render::{self, Place},
};

/// A command at work on an account.
pub(crate) struct Session<'a> {
    pub(crate) invocation: &'a Invocation,
    pub(crate) stack: &'a Stack,
    pub(crate) graph: Graph,
    pub(crate) aws: Aws,
    pub(crate) interruption: Interruption,
    account: &'a Account,
}

impl Session<'_> {
    /// Looks at the account, for the objects of the whole stack.
    pub(crate) async fn observe(&self) -> Result<World, Failure> {
        let start = Instant::now();
        let observed = self.interruption.or(Box::pin(observe(&self.aws, &self.graph))).await?;
        let world = observed.map_err(|error| Failure::engine("observe the account", &error))?;
        tracing::debug!(objects = world.objects().count(), elapsed = ?start.elapsed(), "observed");
        Ok(world)
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

/// Does the work on the account that the arguments name. What happened in a sandbox is kept, whether the work failed
/// or not.
pub(crate) fn on_account<W>(invocation: &Invocation, work: W) -> Result<Exit, Failure>
where
    W: AsyncFnOnce(&Session<'_>) -> Result<Exit, Failure>,
{
    let read = invocation.source.read(&invocation.program)?;
    mention_warnings(invocation, &read.warnings);
    let stack = &read.stack;
    let graph = lower(stack).map_err(|invalid| Failure::Invalid(Findings::in_code(invalid.problems)))?;
    let account = Account::open(invocation.sandbox_file(), &stack.region)?;
    let runtime = account.runtime()?;
    let result = runtime.block_on(async {
        let interruption = Interruption::listen().map_err(|error| Failure::new(format!("start: {error}")))?;
        let config = interruption.or(Box::pin(account.config(&stack.region))).await??;
        tracing::debug!(region = stack.region, sandbox = ?account.note(), "works on an account");
        let aws = Aws::new(&config);
        let session = Session { invocation, stack, graph, aws, interruption, account: &account };
        let result = work(&session).await;
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
