//! `destroy`: removes everything that is the stack's.

use clap::Args;
use sss_aws::{Graph, Mode, Options};

use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, lease, render::Purpose,
    session::alone_on_account,
};

/// The arguments of `destroy`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Leave the revisions of task definitions registered
    #[arg(long)]
    keep_revisions: bool,
    /// Leave the log groups with all their events
    #[arg(long)]
    keep_logs: bool,
    #[command(flatten)]
    lease: lease::Leasing,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.lease, async |session| {
        // Observed with the whole graph, so that what carries no tags is found by its name.
        let world = session.observe().await?;
        let world = if arguments.keep_logs { world.keeping_logs() } else { world };
        let nothing = Graph::empty(&session.stack.name);
        let (world, plan) = session.plan(&nothing, world, Mode::Converge).await?;
        let execution = Execution {
            session,
            graph: &nothing,
            plan: &plan,
            world: &world,
            purpose: Purpose::Destroy,
            options: Options::default().keep_revisions(arguments.keep_revisions),
            confirmed: false,
            emptied: Vec::new(),
        };
        execution.run().await
    })
}
