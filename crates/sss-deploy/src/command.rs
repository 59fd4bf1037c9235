//! The commands, one per file.
//!
//! Each file has the command's arguments (a clap type) and a function `run`, which takes the [`Invocation`] and
//! returns an [`Exit`] or a [`Failure`]. A command prints its own answer. This module prints the failures of all
//! commands, so that they look the same.
//!
//! | commands | how they reach the account |
//! |---|---|
//! | `verify`, `plan`, `status`, `outputs`, `open` | [`on_account`](crate::session::on_account): they only read |
//! | `apply`, `adopt`, `release`, `destroy` | [`alone_on_account`](crate::session::alone_on_account): under the stack's lock |
//! | `unlock` | [`beside_others`](crate::session::beside_others): it writes while another run holds the lock |
//! | `init`, `validate`, `permissions`, `explain`, `schema`, `completions`, `man`, `sandbox serve` | they use no account |
//!
//! A new command is a file here, a variant in `arguments.rs` and a line in `dispatch`.

pub(crate) mod adopt;
pub(crate) mod apply;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod day_two;
pub(crate) mod destroy;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod open;
pub(crate) mod outputs;
pub(crate) mod permissions;
pub(crate) mod plan;
pub(crate) mod pricing;
pub(crate) mod release;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod showing;
pub(crate) mod status;
pub(crate) mod unlock;
pub(crate) mod validate;
pub(crate) mod verify;
pub(crate) mod watch;

use anstream::ColorChoice;

use crate::{
    arguments::{Command, Parsed, StackCommand},
    exit::Exit,
    failure::Failure,
    invocation::{Invocation, typed},
    logging,
    output::{Output, Streams},
    render,
};

/// Runs the command that the arguments name, and returns how it ended.
///
/// It prints everything: the answer, the failure, and also the errors of the arguments. So callers only pass
/// the exit code on.
pub(crate) fn run(parsed: Result<Parsed, clap::Error>, streams: Streams) -> Exit {
    let Parsed { program, source, global, command, note } = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return explain(&error, streams),
    };
    let output =
        Output::new(streams, global.color(), global.width.map(usize::from), global.json).quiet(global.quiet);
    logging::start(global.verbose, output.styled);
    if let Some(note) = note.filter(|_| !output.json) {
        output.note(|w| writeln!(w, "note: {note}"));
    }
    let (name, program) = (program.clone(), typed(&program, &source, &global));
    let mut invocation = Invocation { name, program, source, images: Vec::new(), global, output };
    let images = command.images().map(|images| images.read(&invocation.source, &invocation.program));
    let ended = images.transpose().and_then(|images| {
        invocation.images = images.unwrap_or_default();
        dispatch(&invocation, command)
    });
    ended.unwrap_or_else(|failure| {
        render::failure::show(&invocation, &failure);
        failure.exit()
    })
}

/// Calls the function of the command. This is the only list of all commands besides their declarations.
fn dispatch(invocation: &Invocation, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Init(arguments) => init::run(invocation, &arguments),
        Command::Completions(arguments) => completions::run(invocation, &arguments),
        Command::Man(arguments) => completions::manual(invocation, &arguments),
        Command::OfStack(command) => match command {
            StackCommand::Validate(arguments) => validate::run(invocation, &arguments),
            StackCommand::Verify(arguments) => verify::run(invocation, &arguments),
            StackCommand::Plan(arguments) => plan::run(invocation, &arguments),
            StackCommand::Apply(arguments) => apply::run(invocation, &arguments),
            StackCommand::Destroy(arguments) => destroy::run(invocation, &arguments),
            StackCommand::Adopt(arguments) => adopt::run(invocation, &arguments),
            StackCommand::Release(arguments) => release::run(invocation, &arguments),
            StackCommand::Status(arguments) => status::run(invocation, &arguments),
            StackCommand::Outputs => outputs::run(invocation),
            StackCommand::Cost(arguments) => cost::run(invocation, &arguments),
            StackCommand::Compare(arguments) => compare::run(invocation, &arguments),
            StackCommand::Graph(arguments) => graph::run(invocation, &arguments),
            StackCommand::Open(arguments) => open::run(invocation, &arguments),
            StackCommand::Permissions(arguments) => permissions::run(invocation, &arguments),
            StackCommand::Unlock => unlock::run(invocation),
            StackCommand::DayTwo(command) => day_two::dispatch(invocation, command),
            StackCommand::Schema(arguments) => schema::run(invocation, &arguments),
            StackCommand::Sandbox(sandbox::Command::Serve(arguments)) => sandbox::run(invocation, &arguments),
        },
    }
}

/// Prints an error of the arguments, the help or the version.
///
/// Help and version are answers: they go to standard output, and the program exits with 0. Wrong arguments go
/// to standard error, with 64. The flags are unknown here, so colours follow the terminal and the text is
/// never JSON.
fn explain(error: &clap::Error, streams: Streams) -> Exit {
    let output = Output::new(streams, ColorChoice::Auto, None, false);
    let text = error.render();
    if error.use_stderr() {
        output.complain(|w| write!(w, "{}", text.ansi()));
        return Exit::Usage;
    }

    match output.data(|w| write!(w, "{}", text.ansi())) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            output.complain(|w| render::failure::brief(w, &failure));
            failure.exit()
        }
    }
}
