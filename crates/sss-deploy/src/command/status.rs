//! `status`: prints the state of the stack's objects.

use sss_aws::Goal;

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::status::{self, Status},
    session::on_account,
};

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
