//! `adopt`: marks existing objects with the stack's names as managed by the stack.

use clap::Args;
use sss_aws::{Goal, Options, Reach};

use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, render::Purpose,
    session::alone_on_account, stack_lock::Locking,
};

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    locking: Locking,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.locking, async |session| {
        let execution = Execution {
            session,
            planned: session.plan(Reach::of(Goal::Adopt)).await?,
            purpose: Purpose::Adopt,
            options: Options::default(),
            confirmed: false,
        };
        execution.run().await
    })
}
