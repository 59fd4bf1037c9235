//! `exec`: runs a command in a container, over ECS Exec and the Session Manager plugin.
//!
//! Two forms exist. A command behind `--` runs without a terminal: its output is that of the command alone, and its
//! exit code is that of this program. With `-t`, or without a command, the session has the terminal, and the plugin
//! talks to it directly.
//!
//! Everything that prevents a session is found before one is opened, first of all a missing plugin.

mod filter;
mod plugin;

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, IsTerminal},
};

use clap::Args;
use sss_aws::{
    Error,
    operate::{
        Target,
        exec::{Choice, Place, Session as Opened, Wrapped, close, line, open, ready},
    },
};

use self::{
    filter::Filter,
    plugin::{Ended, Input, Plugin},
};
use super::choice;
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    session::{Session, on_names},
};

/// The arguments of `exec`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A service, or the id of a task or its beginning [default: the only service]
    #[arg(value_name = "SERVICE|TASK")]
    name: Option<String>,
    /// The container [default: the main one]
    #[arg(short, long, value_name = "CONTAINER")]
    container: Option<String>,
    /// Pass standard input on to the command
    #[arg(short = 'i', long)]
    stdin: bool,
    /// Give the session this terminal; the exit code of the command is lost then
    #[arg(short, long)]
    tty: bool,
    /// The shell that runs the command
    #[arg(long, value_name = "PATH", default_value = "/bin/sh")]
    shell: String,
    /// The command [default: the shell, with a terminal]
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

impl Arguments {
    /// Returns whether the session has the terminal.
    ///
    /// # Errors
    ///
    /// It needs one, and there is none.
    fn has_terminal(&self) -> Result<bool, Failure> {
        let wants = self.tty || self.command.is_empty();
        if !wants || io::stdin().is_terminal() {
            return Ok(wants);
        }
        let failure = choice::usage("open a session: standard input is no terminal".to_owned());
        Err(failure.hint("write a command behind `--`, and leave `-t` out"))
    }
}

/// Runs the command, and returns its exit code.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let has_terminal = arguments.has_terminal()?;
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let choice = choice_of(&target, arguments.name.as_deref())?;
        let plugin = Plugin::find()?;
        let container = arguments.container.as_deref();
        let work = ready(session.deployer.aws(), &target, choice, container);
        let place = session.interruption.or(Box::pin(work)).await?;
        let place = place.map_err(|error| impossible(&error))?;

        if has_terminal {
            return at_terminal(session, arguments, &plugin, &place).await;
        }
        alone(session, arguments, &plugin, &place).await
    })
}

/// Returns the service or the task that the argument names.
fn choice_of<'a>(target: &'a Target, name: Option<&'a str>) -> Result<Choice<'a>, Failure> {
    let is_id = |name: &str| name.chars().all(|one| one.is_ascii_hexdigit());
    match name.filter(|name| target.service(name).is_err() && is_id(name)) {
        Some(id) => Ok(Choice::Task(id)),
        None => choice::service(target, name).map(Choice::Service),
    }
}

/// Runs the command without a terminal. Its output and its exit code are those of this program.
async fn alone(
    session: &Session<'_>,
    arguments: &Arguments,
    plugin: &Plugin,
    place: &Place,
) -> Result<Exit, Failure> {
    let wrap = if arguments.stdin { Wrapped::with_input } else { Wrapped::new };
    let wrapped = wrap(&arguments.command, &arguments.shell, &marker());
    let opened = opened(session, place, &wrapped.line).await?;
    let filter = Filter::new(wrapped, session.invocation.output.clone());
    let input = if arguments.stdin { Input::Passed } else { Input::Open };
    let running = plugin.start(&opened, input, Some(filter))?;
    let Ended { filter, was_interrupted, .. } = running.wait(&session.interruption).await;

    if let Some(code) = filter.as_ref().and_then(Filter::exit_code) {
        return Ok(Exit::of_command(code));
    }
    // The session may be open without its plugin.
    drop(close(session.deployer.aws(), &opened).await);
    if was_interrupted {
        return Err(Failure::Interrupted);
    }
    let cause = filter.as_ref().and_then(Filter::cause);
    Err(Failure::new("run the command: the session ended before it").caused_by(cause))
}

/// Runs the command or the shell at the terminal.
async fn at_terminal(
    session: &Session<'_>,
    arguments: &Arguments,
    plugin: &Plugin,
    place: &Place,
) -> Result<Exit, Failure> {
    let shell = std::slice::from_ref(&arguments.shell);
    let words = if arguments.command.is_empty() { shell } else { arguments.command.as_slice() };
    let opened = opened(session, place, &line(words)).await?;
    let running = plugin.start(&opened, Input::Terminal, None)?;
    let Ended { succeeded, was_interrupted, .. } = running.wait(&session.interruption).await;
    if was_interrupted {
        drop(close(session.deployer.aws(), &opened).await);
        return Err(Failure::Interrupted);
    }
    Ok(if succeeded { Exit::Done } else { Exit::Failed })
}

/// Opens the session.
async fn opened(session: &Session<'_>, place: &Place, command: &str) -> Result<Opened, Failure> {
    let work = open(session.deployer.aws(), place, command);
    let opened = session.interruption.or(Box::pin(work)).await?;
    opened.map_err(|error| impossible(&error))
}

/// Returns the failure of a session that cannot be opened.
fn impossible(error: &Error) -> Failure {
    Failure::engine("open a session", error).with_exit(Exit::Failed)
}

/// Returns a marker that no output has.
fn marker() -> String {
    let number = || RandomState::new().build_hasher().finish();
    format!("sss-exit-{:016x}{:016x}:", number(), number())
}
