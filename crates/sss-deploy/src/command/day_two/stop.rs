//! `stop`: stops tasks. Their services start others in their place; nothing replaces a task that no service started.
//!
//! It takes no lock: no plan has tasks, so it crosses nothing.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    change::Change,
    tasks::{Task, find},
};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, session::beside_others_on_names};

/// The arguments of `stop`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The ids of the tasks, or their beginnings
    #[arg(value_name = "TASK", required = true)]
    tasks: Vec<String>,
    /// The reason, which the description of the task has then
    #[arg(long, value_name = "TEXT", default_value = "stopped by sss-deploy")]
    reason: String,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The ids of the tasks that are being stopped.
    stopped: &'a [String],
    /// The effect of the next plan on it.
    next: &'static str,
}

/// The effect of a stop on the tasks of services.
const OF_SERVICES: &str = "the services start other tasks in their place; the next plan has nothing to do";
/// The effect of a stop on tasks that no service started.
const ALONE: &str = "no service starts other tasks in their place; the next plan has nothing to do";
/// The effect of a stop on both.
const BOTH: &str = "the services start other tasks in their place, and nothing replaces the tasks that no service \
    started; the next plan has nothing to do";

/// Returns what follows from the stop of tasks.
fn next(tasks: &[Task]) -> &'static str {
    let alone = tasks.iter().filter(|task| task.service.is_none()).count();
    match alone {
        0 => OF_SERVICES,
        _ if alone == tasks.len() => ALONE,
        _ => BOTH,
    }
}

/// Finds all tasks before it stops the first one.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    beside_others_on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let aws = session.deployer.aws();
        let work = async {
            let mut tasks = Vec::new();
            for id in &arguments.tasks {
                tasks.push(find(aws, &target, id).await?);
            }
            let change = Change::new(aws, &target, |_| {});
            for task in &tasks {
                change.stop(&task.id, &arguments.reason).await?;
            }
            Ok(tasks)
        };
        let stopped = session.interruption.or(Box::pin(work)).await?;
        let stopped = stopped.map_err(|error| Failure::engine("stop the task", &error))?;
        let next = next(&stopped);
        let stopped: Vec<String> = stopped.into_iter().map(|task| task.id).collect();

        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, stopped: &stopped, next })?;
        } else {
            output.answer(|w| stopped.iter().try_for_each(|id| writeln!(w, "stopping {id}")))?;
            output.note(|w| writeln!(w, "note: {next}"));
        }
        Ok(Exit::Done)
    })
}
