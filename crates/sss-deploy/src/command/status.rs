//! `status`: prints the state of the stack's objects.
//!
//! It reads the account once and combines two views of it: the objects that were found, and the plan that
//! `apply` would show. So an object is `drifted` exactly if the next plan changes, replaces or deletes it.
//! The command exits with 0 in every state that it can read; `plan --detailed-exitcode` is the check for
//! pipelines.

use clap::Args;
use sss_aws::Goal;

use crate::{
    exit::Exit,
    failure::Failure,
    images::Images,
    invocation::Invocation,
    render::status::{self, Status},
    session::on_account,
};

/// The arguments of `status`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) images: Images,
}

/// Reads the account and prints a line for each object, or one JSON document.
pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let observed = session.observe().await?;
        let world = observed.world();
        let status = Status::of(session.place(world), world, &observed.plan(Goal::Converge));

        let output = &invocation.output;
        if output.json {
            output.document(&status)?;
        } else {
            output.data(|w| status::show(w, &status, &invocation.program))?;
        }
        Ok(Exit::Done)
    })
}
