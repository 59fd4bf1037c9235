//! The arguments.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use anstream::ColorChoice;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use sss_model::Stack;

use crate::{
    command::{adopt, apply, destroy, init, plan, sandbox, validate},
    rates,
    source::Source,
};

const EXIT_CODES: &str = "Exit codes: 0 done or nothing to do, 1 failed, 2 changes pending (only of plan \
    --detailed-exitcode), 3 the stack is invalid, 4 refused (foreign object, lease held, stale plan, not confirmed), 64 usage, 130 interrupted";

/// Puts a service stack online on AWS, and keeps it as the stack file says.
#[derive(Debug, Parser)]
#[command(name = "sss-deploy", version, after_help = EXIT_CODES)]
struct OfFile {
    /// The stack file
    #[arg(short, long, global = true, value_name = "FILE", default_value = "sss.toml")]
    file: PathBuf,
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Puts the stack of this workspace online on AWS, and keeps it as the code says. Without a command: apply.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct OfStack {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<StackCommand>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Answer with JSON: one document, or JSON lines where steps are carried out
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Work on the embedded sandbox of AWS, kept in FILE between commands [default: beside the stack file]
    #[arg(long, global = true, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "not given, given without a file, given with one")]
    pub(crate) sandbox: Option<Option<PathBuf>>,
    /// Tell each operation that was called, and each quota that was waited for
    #[arg(long, global = true)]
    pub(crate) stats: bool,
    #[command(flatten)]
    pub(crate) rates: rates::Arguments,
    /// Do not ask
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Tell what happens inside; twice for the AWS SDK as well
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colour; `auto` heeds `NO_COLOR`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Global {
    pub(crate) fn color(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// What can be done with a stack file.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a stack file to start from
    Init(init::Arguments),
    #[command(flatten)]
    OfStack(StackCommand),
}

/// What can be done with any stack.
#[derive(Debug, Subcommand)]
pub(crate) enum StackCommand {
    /// Show every problem of the stack
    Validate(validate::Arguments),
    /// Show what would change in the account
    Plan(plan::Arguments),
    /// Make the account as the stack says
    Apply(apply::Arguments),
    /// Remove everything that is the stack's from the account
    Destroy(destroy::Arguments),
    /// Take over objects that have the stack's names and no owner
    Adopt(adopt::Arguments),
    /// Show the stack's objects in the account and how they are
    Status,
    /// Show what the rest of the world needs to know of the stack
    Outputs,
    /// Take the stack's lease away from a run that hangs
    Unlock,
    /// Print the JSON Schema of the stack file
    Schema,
    /// Work with the sandbox of AWS
    #[command(subcommand)]
    Sandbox(sandbox::Command),
}

/// Arguments that have been understood.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// How the program is called in messages.
    pub(crate) program: String,
    pub(crate) source: Source,
    pub(crate) global: Global,
    pub(crate) command: Command,
}

/// The arguments of the program over a stack file.
pub(crate) fn of_file(arguments: impl IntoIterator<Item: Into<OsString>>) -> Result<Parsed, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let OfFile { file, global, command } = OfFile::try_parse_from(arguments)?;
    let program = OfFile::command().get_name().to_owned();
    Ok(Parsed { program, source: Source::File(file), global, command })
}

/// The arguments of a program over a stack in code.
pub(crate) fn of_stack(
    stack: Stack,
    arguments: impl IntoIterator<Item: Into<OsString>>,
) -> Result<Parsed, clap::Error> {
    let mut arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let path = arguments.first().cloned().unwrap_or_default();
    let mut program = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if program == "xtask" {
        program.insert_str(0, "cargo ");
    }
    if arguments.get(1).is_some_and(|argument| argument == "deploy") {
        arguments.remove(1);
        program.push_str(" deploy");
    }
    let matches = OfStack::command().bin_name(program.clone()).display_name(program.clone());
    let OfStack { global, command } = OfStack::from_arg_matches(&matches.try_get_matches_from(arguments)?)?;
    let command = command.unwrap_or(StackCommand::Apply(apply::Arguments::default()));
    Ok(Parsed { program, source: Source::Code(Box::new(stack)), global, command: Command::OfStack(command) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declarations_are_sound() {
        OfFile::command().debug_assert();
        OfStack::command().debug_assert();
    }

    fn check(arguments: &[&str], program: &str, is_apply: bool, sandbox: bool) {
        let parsed = of_stack(Stack::default(), arguments.iter().copied()).expect("sound arguments");
        assert_eq!(parsed.program, program);
        assert_eq!(matches!(parsed.command, Command::OfStack(StackCommand::Apply(_))), is_apply);
        assert_eq!(parsed.global.sandbox.is_some(), sandbox);
    }

    #[test]
    fn an_xtask_applies_when_nothing_is_said() {
        check(&["target/debug/xtask", "deploy"], "cargo xtask deploy", true, false);
        check(&["target/debug/xtask", "deploy", "--sandbox"], "cargo xtask deploy", true, true);
        check(&["target/debug/xtask", "deploy", "--sandbox", "plan"], "cargo xtask deploy", false, true);
        check(&["shop", "plan"], "shop", false, false);
    }

    #[test]
    fn a_stack_in_code_has_no_file() {
        assert!(of_stack(Stack::default(), ["shop", "init"]).is_err());
        assert!(of_stack(Stack::default(), ["shop", "-f", "sss.toml", "plan"]).is_err());
    }

    #[test]
    fn every_command_takes_the_global_flags() {
        let parsed =
            of_file(["sss-deploy", "plan", "--json", "--sandbox=a.json", "-f", "b.toml", "-vv", "--yes"]);
        let parsed = parsed.expect("sound arguments");
        assert_eq!(parsed.global.sandbox, Some(Some(PathBuf::from("a.json"))));
        assert!(matches!(parsed.source, Source::File(file) if file == Path::new("b.toml")));
        assert_eq!((parsed.global.json, parsed.global.yes, parsed.global.verbose), (true, true, 2));
    }
}
