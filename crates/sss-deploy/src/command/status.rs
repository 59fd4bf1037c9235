//! `status`: the stack's objects in the account and how they are.

use sss_aws::{Mode, plan};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::status::{self, Status},
    session::on_account,
};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let world = session.observe().await?;
        let plan = plan(&session.graph, &world, Mode::Converge);
        let status = Status::of(session.place(&world), &world, &plan);
        let output = &invocation.output;
        if output.json {
            output.document(&status)?;
        } else {
            output.data(|w| status::show(w, &status, &invocation.program))?;
        }
        Ok(Exit::Done)
    })
}
