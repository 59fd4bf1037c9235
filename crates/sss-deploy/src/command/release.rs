//! `release`: removes the marks of the stack from all its objects, and keeps the objects.
//!
//! It is the reverse of `adopt`: Terraform, CloudFormation or another stack can take the objects over. Tasks
//! keep running and requests are answered meanwhile. The command shows the consequences and asks first.

use clap::Args;
use sss_aws::{Goal, Options, Reach, verify::Verification};

use crate::{
    command::showing::Showing, execution::Execution, exit::Exit, failure::Failure, invocation::Invocation,
    render::Purpose, session::alone_on_account, stack_lock::Locking,
};

/// The arguments of `release`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    showing: Showing,
    #[command(flatten)]
    locking: Locking,
}

/// Plans the removal of the marks, shows it, asks for confirmation, and removes them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.locking, async |session| {
        let execution = Execution {
            session,
            planned: session.plan(Reach::of(Goal::Release)).await?,
            verification: Verification::default(),
            purpose: Purpose::Release,
            options: Options::default(),
            amount: arguments.showing.into(),
            confirmed: false,
        };
        execution.run().await
    })
}
