//! `adopt`: marks existing objects with the stack's names as managed by the stack.
//!
//! Objects of the stack may exist before the first apply, for example if Terraform created them. A plan
//! refuses to touch them, because they have no mark of the stack. `adopt` sets the marks (tags) and changes
//! nothing else. Before it asks, it shows how the objects differ from the stack, so that a person can correct
//! the stack file first. `--dry-run` ends there.
//!
//! The stack's outputs are not printed, because adopted objects need not be as the stack says.

use clap::Args;
use sss_aws::{Goal, Options, Reach, verify::Verification};

use crate::{
    command::showing::Showing,
    execution::Execution,
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::Purpose,
    session::{Session, alone_on_account, on_account},
    stack_lock::Locking,
};

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the adoption and the changes that follow it, write nothing, and take no lock
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    showing: Showing,
    #[command(flatten)]
    locking: Locking,
}

/// Plans the marks, shows them, asks for confirmation, and sets them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.dry_run {
        return on_account(invocation, async |session| execution(session, arguments).await?.preview());
    }
    alone_on_account(invocation, &arguments.locking, async |session| {
        execution(session, arguments).await?.run().await
    })
}

/// Plans the marks.
async fn execution<'a>(session: &'a Session<'a>, arguments: &Arguments) -> Result<Execution<'a>, Failure> {
    let planned = session.plan(Reach::of(Goal::Adopt)).await?;
    Ok(Execution {
        session,
        planned,
        verification: Verification::default(),
        purpose: Purpose::Adopt,
        options: Options::default(),
        amount: arguments.showing.into(),
        confirmed: false,
    })
}
