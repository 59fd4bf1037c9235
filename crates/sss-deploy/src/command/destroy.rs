//! `destroy`: deletes all objects of the stack.
//!
//! The stack's mark decides which objects those are, so objects that the stack no longer names are deleted as
//! well. The confirmation is the name of the stack, not `y`: the events in log groups do not come back.
//! `--keep-logs` and `--keep-revisions` keep the two kinds of objects that are a record of the past.

use clap::Args;
use sss_aws::{Goal, Options, Reach, verify::Verification};

use crate::{
    command::showing::Showing, execution::Execution, exit::Exit, failure::Failure, invocation::Invocation,
    render::Purpose, session::alone_on_account, stack_lock::Locking,
};

/// The arguments of `destroy`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Keep the revisions of task definitions registered
    #[arg(long)]
    keep_revisions: bool,
    /// Keep the log groups with all their events
    #[arg(long)]
    keep_logs: bool,
    #[command(flatten)]
    showing: Showing,
    #[command(flatten)]
    locking: Locking,
}

/// Plans the deletion, shows it, asks for the name of the stack, and deletes.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.locking, async |session| {
        let execution = Execution {
            session,
            planned: session.plan(Reach::of(Goal::Destroy).keep_logs(arguments.keep_logs)).await?,
            verification: Verification::default(),
            purpose: Purpose::Destroy,
            options: Options::default().keep_revisions(arguments.keep_revisions),
            amount: arguments.showing.into(),
            confirmed: false,
        };
        execution.run().await
    })
}
