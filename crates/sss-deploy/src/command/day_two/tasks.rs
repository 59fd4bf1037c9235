//! `tasks`: lists the tasks of the stack.

use std::io;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    tasks::{Task, Which, of_stack, tasks},
};

use super::{super::watch::Watch, choice};
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::tasks as render, session::on_names,
};

/// The arguments of `tasks`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all, and the tasks that no service started]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// List the tasks that stopped within the last hour, with the cause
    #[arg(long, conflicts_with = "all")]
    stopped: bool,
    /// List running and stopped tasks
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    watch: Watch,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The tasks, the newest of each service first. Those that no service started come last.
    tasks: Vec<Task>,
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
        let read = async || {
            let work = async {
                let aws = session.deployer.aws();
                if arguments.services.is_empty() {
                    of_stack(aws, &target, which).await
                } else {
                    tasks(aws, &target, &services, which).await
                }
            };
            let found = session.interruption.or(Box::pin(work)).await?;
            let tasks = found.map_err(|error| Failure::engine("read the tasks", &error))?;
            Ok(Answer { stack: &target.stack, tasks })
        };
        let program = invocation.program.as_str();
        let show = |w: &mut dyn io::Write, answer: &Answer<'_>| {
            render::list(w, &target, &answer.tasks, session.now(), program)
        };
        let answer = Box::pin(arguments.watch.each(session, read, show)).await?;
        if answer.tasks.is_empty() && !invocation.output.json {
            invocation.output.note(|w| render::none(w, which, program));
        }
        Ok(Exit::Done)
    })
}
