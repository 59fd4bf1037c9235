//! `tasks`: lists the tasks of the stack's services.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    tasks::{Task, Which, tasks},
};

use super::choice;
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::tasks as render, session::on_names,
};

/// The arguments of `tasks`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// List the tasks that stopped within the last hour, with the cause
    #[arg(long, conflicts_with = "all")]
    stopped: bool,
    /// List running and stopped tasks
    #[arg(long)]
    all: bool,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The tasks, the newest of each service first.
    tasks: &'a [Task],
}

/// Reads the tasks and prints a line for each.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let which = match (arguments.all, arguments.stopped) {
        (true, _) => Which::All,
        (false, true) => Which::Stopped,
        (false, false) => Which::Wanted,
    };
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let found = session
            .interruption
            .or(Box::pin(tasks(session.deployer.aws(), &target, &services, which)))
            .await?;
        let found = found.map_err(|error| Failure::engine("read the tasks", &error))?;

        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, tasks: &found })?;
        } else {
            output.data(|w| render::list(w, &target, &found, &invocation.program))?;
            if found.is_empty() {
                output.note(|w| render::none(w, which, &invocation.program));
            }
        }
        Ok(Exit::Done)
    })
}
