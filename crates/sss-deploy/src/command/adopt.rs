//! `adopt`: takes over objects that have the stack's names and no owner.

use clap::Args;
use sss_aws::{Mode, Options, plan};

use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, lease, render::Purpose,
    session::alone_on_account,
};

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    lease: lease::Leasing,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.lease, async |session| {
        let world = session.observe().await?;
        let graph = &session.graph;
        let execution = Execution {
            session,
            graph,
            plan: &plan(graph, &world, Mode::Adopt),
            world: &world,
            purpose: Purpose::Adopt,
            options: Options::default(),
            confirmed: false,
            emptied: Vec::new(),
        };
        execution.run().await
    })
}
