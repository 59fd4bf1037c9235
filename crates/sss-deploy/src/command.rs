//! The commands, one per file.

pub(crate) mod adopt;
pub(crate) mod apply;
pub(crate) mod destroy;
pub(crate) mod init;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod unlock;
pub(crate) mod validate;

use anstream::ColorChoice;

use crate::{
    arguments::{Command, Parsed, StackCommand},
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    logging,
    output::{Output, Streams},
    render,
};

/// Runs the command that the arguments name.
pub(crate) fn run(parsed: Result<Parsed, clap::Error>, streams: Streams) -> Exit {
    let Parsed { program, source, global, command } = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return explain(&error, streams),
    };
    let output = Output::new(streams, global.color(), global.json);
    logging::start(global.verbose, output.styled);
    let invocation = Invocation { program, source, global, output };
    dispatch(&invocation, command).unwrap_or_else(|failure| {
        render::failure::show(&invocation, &failure);
        failure.exit()
    })
}

fn dispatch(invocation: &Invocation, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Init(arguments) => init::run(invocation, &arguments),
        Command::OfStack(command) => match command {
            StackCommand::Validate(arguments) => validate::run(invocation, &arguments),
            StackCommand::Plan(arguments) => plan::run(invocation, &arguments),
            StackCommand::Apply(arguments) => apply::run(invocation, &arguments),
            StackCommand::Destroy(arguments) => destroy::run(invocation, &arguments),
            StackCommand::Adopt(arguments) => adopt::run(invocation, &arguments),
            StackCommand::Status => status::run(invocation),
            StackCommand::Outputs => outputs::run(invocation),
            StackCommand::Unlock => unlock::run(invocation),
            StackCommand::Schema => schema::run(invocation),
            StackCommand::Sandbox(sandbox::Command::Serve(arguments)) => sandbox::run(invocation, &arguments),
        },
    }
}

/// Prints an error of the arguments, the help or the version.
fn explain(error: &clap::Error, streams: Streams) -> Exit {
    let output = Output::new(streams, ColorChoice::Auto, false);
    let text = error.render();
    if error.use_stderr() {
        output.note(|w| write!(w, "{}", text.ansi()));
        return Exit::Usage;
    }
    match output.data(|w| write!(w, "{}", text.ansi())) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            output.note(|w| render::failure::brief(w, &failure));
            failure.exit()
        }
    }
}
