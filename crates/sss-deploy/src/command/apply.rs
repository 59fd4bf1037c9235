//! `apply`: makes the account as the stack says.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sss_aws::{OnInterrupt, Options};

use super::plan::{Reach, emptied};
use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, lease, render::Purpose,
    saved::Saved, session::alone_on_account,
};

/// The arguments of `apply`.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// The plan to carry out, as `plan --out` saved it; refused when it would be another one now
    #[arg(value_name = "PLAN", conflicts_with = "reach")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
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
    let saved = arguments.plan.as_deref().map(Saved::read).transpose()?;
    let reach = saved.as_ref().map_or(arguments.reach, |saved| saved.reach);
    alone_on_account(invocation, &arguments.lease, async |session| {
        let (world, plan) = reach.plan(session).await?;
        if let Some(saved) = &saved {
            saved.check(&Saved::of(session, &world, &plan, reach), invocation)?;
        }
        let execution = Execution {
            session,
            graph: &session.graph,
            plan: &plan,
            world: &world,
            purpose: Purpose::Converge,
            options: Options::default().on_interrupt(arguments.on_interrupt.into()),
            // Whoever passes a plan on has seen it.
            confirmed: saved.is_some(),
            emptied: if reach.allow_empty { Vec::new() } else { emptied(session, &plan) },
        };
        execution.run().await
    })
}
