//! `task`: prints everything about one task.

use clap::Args;
use sss_aws::operate::{Target, tasks::inspect};

use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::tasks as render, session::on_names,
};

/// The arguments of `task`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The id of the task, or its beginning
    #[arg(value_name = "TASK")]
    task: String,
}

/// Reads the task with its last lines and prints it.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let found = session
            .interruption
            .or(Box::pin(inspect(session.deployer.aws(), &target, &arguments.task)))
            .await?;
        let found = found.map_err(|error| {
            let failure = Failure::engine("read the task", &error);
            if error.is_declined() { failure.with_exit(Exit::Failed) } else { failure }
        })?;

        let output = &invocation.output;
        if output.json {
            output.document(&found)?;
        } else {
            output.answer(|w| render::one(w, &target, &found, session.now(), &invocation.program))?;
        }
        Ok(Exit::Done)
    })
}
