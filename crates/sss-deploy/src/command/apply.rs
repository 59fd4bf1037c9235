//! `apply`: makes the account equal to the stack.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sss_aws::{OnInterrupt, Options};

use crate::{
    execution::Execution, exit::Exit, failure::Failure, invocation::Invocation, reach::Reach,
    render::Purpose, saved, session::alone_on_account, stack_lock::Locking,
};

/// The arguments of `apply`.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Apply this saved plan (from `plan --out`), or refuse if the plan would be different now
    #[arg(value_name = "PLAN", conflicts_with = "reach")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
    /// After Ctrl-C, let ECS continue a running deployment (`leave`), or roll it back (`stop`)
    #[arg(long, value_name = "ACTION", default_value = "leave")]
    on_interrupt: Interrupted,
    #[command(flatten)]
    locking: Locking,
}

/// The treatment of a running deployment. The help of the flag explains the values.
#[derive(Debug, Default, Clone, Copy, ValueEnum)]
enum Interrupted {
    #[default]
    Leave,
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
    let saved = arguments.plan.as_deref().map(saved::read).transpose()?;
    alone_on_account(invocation, &arguments.locking, async |session| {
        let planned = match &saved {
            Some(saved) => session.restore(saved).await?,
            None => session.plan(arguments.reach.into()).await?,
        };
        let execution = Execution {
            session,
            planned,
            purpose: Purpose::Converge,
            options: Options::default().on_interrupt(arguments.on_interrupt.into()),
            // The person who passed the plan on has reviewed it.
            confirmed: saved.is_some(),
        };
        execution.run().await
    })
}
