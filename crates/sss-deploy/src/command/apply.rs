//! `apply`: makes the account as the stack says.

use clap::Args;
use sss_aws::{Options, outputs, plan};

use super::plan::{before, mode};
use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, lease, render::Purpose,
    session::alone_on_account,
};

/// The arguments of `apply`.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Also remove what an adopted API had before and the stack does not have
    #[arg(long)]
    prune: bool,
    /// Also try again what the last deployment of a service did not bring
    #[arg(long)]
    retry: bool,
    #[command(flatten)]
    lease: lease::Arguments,
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    alone_on_account(invocation, &arguments.lease, async |session| {
        let world = before(session.observe().await?, arguments.retry);
        let graph = &session.graph;
        let execution = Execution {
            session,
            graph,
            plan: &plan(graph, &world, mode(arguments.prune)),
            world: &world,
            purpose: Purpose::Converge,
            options: Options::default(),
        };
        execution.run(async || Ok(outputs(graph, &session.observe().await?))).await
    })
}
