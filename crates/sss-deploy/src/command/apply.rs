//! `apply`: makes the account as the stack says.

use clap::{Args, ValueEnum};
use sss_aws::{OnInterrupt, Options, outputs, plan};

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
    /// What becomes of a deployment that is running when the apply is interrupted
    #[arg(long, value_name = "WHAT", default_value = "leave")]
    on_interrupt: Interrupted,
    #[command(flatten)]
    lease: lease::Leasing,
}

/// What becomes of a running deployment.
#[derive(Debug, Default, Clone, Copy, ValueEnum)]
enum Interrupted {
    /// ECS goes on with it
    #[default]
    Leave,
    /// It is stopped and rolled back
    Stop,
}

impl From<Interrupted> for OnInterrupt {
    fn from(interrupted: Interrupted) -> Self {
        match interrupted {
            Interrupted::Leave => Self::Leave,
            Interrupted::Stop => Self::Stop,
        }
    }
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
            options: Options::default().on_interrupt(arguments.on_interrupt.into()),
        };
        execution.run(async || Ok(outputs(graph, &session.observe().await?))).await
    })
}
