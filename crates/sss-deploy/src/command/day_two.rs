//! The commands for running stacks: what runs, why something failed, and small interventions.
//!
//! They need less than an apply: the names and the region of the stack, and neither a plan nor a stack without
//! problems. The library's [`operate`] does the work; the files here have the arguments and
//! choose the words.
//!
//! | commands | how they reach the account |
//! |---|---|
//! | `tasks`, `task`, `events`, `history`, `images`, `pin`, `logs`, `exec` | they change nothing of the account |
//! | `restart`, `scale`, `rollback`, `abort`, `continue` | under the stack's lock |
//! | `stop`, `wait` | beside other runs: a task belongs to no plan, and a wait only reads |
//! | `explain` | it uses no account |

pub(crate) mod choice;
mod events;
mod exec;
mod explain;
pub(crate) mod history;
pub(crate) mod images;
pub(crate) mod intervention;
mod logs;
mod long_file;
pub(crate) mod pin;
pub(crate) mod stop;
mod task;
pub(crate) mod tasks;
mod time;
pub(crate) mod wait;

use clap::Subcommand;

use self::intervention::Verb;
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// The commands for running stacks.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the tasks that run, or those that stopped and why
    Tasks(tasks::Arguments),
    /// Print everything about one task
    Task(task::Arguments),
    /// Print the events of services, deployments, tasks and autoscalers in one timeline
    Events(events::Arguments),
    /// List the last deployments of the services
    History(history::Arguments),
    /// Compare the images of the stack with those that run and those of their registries
    Images(images::Arguments),
    /// Write the digests of images into the stack file
    Pin(pin::Arguments),
    /// Print the logs of services, tasks or the API
    Logs(logs::Arguments),
    /// Run a command in a container, or open a shell
    Exec(exec::Arguments),
    /// Start new tasks of the same revision, which read secrets and image tags anew
    Restart(intervention::Restart),
    /// Set the number of tasks of services
    Scale(intervention::Scale),
    /// Return a service to its last successful deployment
    Rollback(intervention::Rollback),
    /// End the deployment that is under way
    Abort(intervention::Abort),
    /// Continue a deployment that is paused at a lifecycle hook
    Continue(intervention::Continue),
    /// Wait until services are deployed, stable, paused or at a stage, or the VPC link is available
    Wait(wait::Arguments),
    /// Stop tasks; their services start others in their place
    Stop(stop::Arguments),
    /// Explain a text of AWS, or the id of a cause or a rule
    Explain(explain::Arguments),
}

/// Calls the function of the command.
pub(crate) fn dispatch(invocation: &Invocation, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Tasks(arguments) => tasks::run(invocation, &arguments),
        Command::Task(arguments) => task::run(invocation, &arguments),
        Command::Events(arguments) => events::run(invocation, &arguments),
        Command::History(arguments) => history::run(invocation, &arguments),
        Command::Images(arguments) => images::run(invocation, &arguments),
        Command::Pin(arguments) => pin::run(invocation, &arguments),
        Command::Logs(arguments) => logs::run(invocation, &arguments),
        Command::Exec(arguments) => exec::run(invocation, &arguments),
        Command::Restart(arguments) => arguments.run(invocation),
        Command::Scale(arguments) => arguments.run(invocation),
        Command::Rollback(arguments) => arguments.run(invocation),
        Command::Abort(arguments) => arguments.run(invocation),
        Command::Continue(arguments) => arguments.run(invocation),
        Command::Wait(arguments) => wait::run(invocation, &arguments),
        Command::Stop(arguments) => stop::run(invocation, &arguments),
        Command::Explain(arguments) => explain::run(invocation, &arguments),
    }
}
