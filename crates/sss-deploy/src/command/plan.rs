//! `plan`: what would change in the account.

use clap::Args;
use sss_aws::{Mode, World, plan};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::{self, Purpose},
    session::on_account,
};

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Exit with 2 when there is something to do
    #[arg(long)]
    detailed_exitcode: bool,
    /// Plan also to remove what an adopted API had before and the stack does not have
    #[arg(long)]
    prune: bool,
    /// Plan also to try again what the last deployment of a service did not bring
    #[arg(long)]
    retry: bool,
}

impl Arguments {
    fn exit(&self, plan: &sss_aws::Plan) -> Exit {
        if plan.is_refused() {
            Exit::Refused
        } else if self.detailed_exitcode && (!plan.is_empty() || plan.is_held()) {
            Exit::Pending
        } else {
            Exit::Done
        }
    }
}

/// How far planning goes.
pub(crate) fn mode(prune: bool) -> Mode {
    if prune { Mode::Prune } else { Mode::Converge }
}

/// What is planned with: with `retry` as if nothing had been tried before.
pub(crate) fn before(world: World, retry: bool) -> World {
    if retry { world.without_attempts() } else { world }
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let world = before(session.observe().await?, arguments.retry);
        let plan = plan(&session.graph, &world, mode(arguments.prune));
        let output = &invocation.output;
        if output.json {
            output.document(&render::plan::Document::of(&plan))?;
        } else {
            let place = session.place(&world);
            output.data(|w| render::plan::show(w, &place, &plan, Purpose::Converge))?;
            if plan.is_refused() {
                output.note(|w| render::plan::refused_hint(w, &plan, Purpose::Converge, &invocation.program));
            }
        }
        Ok(arguments.exit(&plan))
    })
}
