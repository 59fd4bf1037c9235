//! `adopt`: marks existing objects with the stack's names as managed by the stack.
//!
//! Objects of the stack may exist before the first apply, for example if Terraform created them. A plan
//! refuses to touch them, because they have no mark of the stack. `adopt` sets the marks (tags) and changes
//! nothing else. The plan after it shows how the objects differ from the stack.
//!
//! The stack's outputs are not printed, because adopted objects need not be as the stack says.

use clap::Args;
use sss_aws::{Goal, Options, Reach};

use crate::{
    command::showing::Showing, execution::Execution, exit::Exit, failure::Failure, invocation::Invocation,
    render::Purpose, session::alone_on_account, stack_lock::Locking,
};

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    showing: Showing,
    #[command(flatten)]
    locking: Locking,
}

/// Plans the marks, shows them, asks for confirmation, and sets them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.locking, async |session| {
        let execution = Execution {
            session,
            planned: session.plan(Reach::of(Goal::Adopt)).await?,
            purpose: Purpose::Adopt,
            options: Options::default(),
            amount: arguments.showing.into(),
            confirmed: false,
        };
        execution.run().await
    })
}
