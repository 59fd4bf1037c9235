//! `apply`: makes the account equal to the stack.
//!
//! It plans under the stack's lock, shows the plan, asks for confirmation, and applies it with progress. With
//! a file of `plan --out` it applies exactly the saved plan, or refuses: the account is read and planned
//! again, and the new plan must be the same.
//!
//! With `--yes` it may begin with the first services before it has read what all others change. The plan is still shown
//! whole, before the progress.
//!
//! Before its first write it checks what no plan reads, as `verify` does. A problem of something that the plan
//! writes ends the command.
//!
//! `--on-interrupt` decides about a running deployment of ECS after Ctrl-C. By default ECS continues it,
//! because stopping it changes the tasks that run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sss_aws::{OnInterrupt, Options, verify::Verification};
use tokio::sync::oneshot;

use crate::{
    command::showing::Showing, execution::Execution, exit::Exit, failure::Failure, images::Images,
    invocation::Invocation, reach::Reach, render::Purpose, saved, session::alone_on_account,
    stack_lock::Locking,
};

/// The arguments of `apply`.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Apply this saved plan (from `plan --out`), or refuse if the plan would be different now
    #[arg(value_name = "PLAN", conflicts_with_all = ["reach", "image", "images"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    pub(crate) images: Images,
    /// After Ctrl-C, let ECS continue a running deployment (`leave`), or roll it back (`stop`)
    #[arg(long, value_name = "ACTION", default_value = "leave")]
    on_interrupt: Interrupted,
    /// Do not check images, the issuer, secrets and the network before the first write
    #[arg(long)]
    no_verify: bool,
    /// End when deployments have started; those that no other step needs are not verified
    #[arg(long)]
    no_wait: bool,
    /// Create no integration before the VPC link is available
    #[arg(long)]
    wait_for_links: bool,
    #[command(flatten)]
    showing: Showing,
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

/// Plans, or restores the saved plan, and applies it.
///
/// The saved plan is read before anything else: a missing file is no reason to lock the stack. The images with
/// which it was made are those of the stack now.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let saved = arguments.plan.as_deref().map(saved::read).transpose()?;
    let (saved, images) = saved.unzip();
    let mut invocation = invocation.clone();
    invocation.images = images.unwrap_or(invocation.images);
    alone_on_account(&invocation, &arguments.locking, async |session| {
        arguments.reach.check(session.stack)?;
        let only = saved.as_ref().map_or_else(|| arguments.reach.only(), |saved| saved.reach().only.clone());
        let options = Options::default()
            .on_interrupt(arguments.on_interrupt.into())
            .no_wait(arguments.no_wait)
            .wait_for_links(arguments.wait_for_links);
        let (verified, is_sound) = oneshot::channel();
        let plan = async {
            let reach = arguments.reach.clone().into();
            match &saved {
                Some(saved) => session.restore(saved).await,
                None if session.invocation.global.yes => {
                    let permit = async { is_sound.await.unwrap_or(false) };
                    session.plan_confirmed(reach, &options, permit).await
                }
                None => session.plan(reach).await,
            }
        };
        // Beside the plan, so that the checks take no time of their own.
        let verify = async {
            let verification = if arguments.no_verify {
                Verification::default()
            } else {
                session.verify_before(&only).await?
            };
            if verified.send(verification.is_sound()).is_err() {
                tracing::debug!("the plan does not begin before it is complete");
            }
            Ok(verification)
        };
        let (planned, verification) = tokio::try_join!(plan, verify)?;
        let verification = verification.for_plan(planned.plan());
        let execution = Execution {
            session,
            planned,
            verification,
            purpose: Purpose::Converge,
            options,
            amount: arguments.showing.into(),
            // The person who passed the plan on has reviewed it.
            confirmed: saved.is_some(),
        };
        execution.run().await
    })
}
