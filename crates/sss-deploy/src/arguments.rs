//! The arguments of the two programs: over a stack file, and over a stack in code.
//!
//! Both have the same commands and flags. The program over a stack file adds `-f` and `init`. The program
//! over a stack in code has a default command, `apply`.
//!
//! The doc comments of the types with clap's derives are the help texts. Snapshots of `tests/snapshots`
//! contain them, so a change of such a comment is a change of the output. The modules of
//! [`command`](crate::command) explain the commands to developers.
//!
//! Parsing decides nothing about the stack and reads no file. Its result is [`Parsed`], or an error of clap,
//! which also covers `--help` and `--version`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, value_parser};

pub(crate) mod help;
mod verbs;

use crate::{
    command::{
        adopt, apply, compare, completions, cost, day_two, destroy, graph, init, open, permissions, plan,
        release, sandbox, schema, status, validate, verify,
    },
    global::Global,
    images::Images,
    render::WIDTH,
    source::{FILE, Source, StackInCode},
};

/// The end of the help of both programs. [`Exit`](crate::Exit) has the same numbers.
const EXIT_CODES: &str = "\
Exit codes:
  0    done, or nothing to do
  1    failed
  2    changes are pending (only `plan --detailed-exitcode`,
       `status --exit-code` and `images --check`)
  3    the stack is invalid
  4    refused: an object is not managed by this stack, another run holds the
       lock, the plan is stale, or nobody confirmed
  64   wrong arguments
  130  interrupted";

/// Deploys a stack of services to AWS from a stack file
#[derive(Debug, Parser)]
#[command(name = "sss-deploy", version, after_help = EXIT_CODES, max_term_width = WIDTH)]
struct OfFile {
    /// A stack file; of several, each lies over the ones before it
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        env = "SSS_FILE",
        hide_env_values = true,
        default_value = FILE,
        help_heading = "Global options"
    )]
    file: Vec<PathBuf>,
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Deploys the stack of this workspace to AWS. The default command is `apply`
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = WIDTH)]
struct OfStack {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<StackCommand>,
}

/// The commands of the program over a stack file.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a stack file to start from
    Init(init::Arguments),
    #[command(flatten)]
    OfStack(StackCommand),
    /// Print the completions of a shell
    Completions(completions::Completions),
    /// Print a page of the manual
    Man(completions::Manual),
}

/// The commands that any stack has.
#[derive(Debug, Subcommand)]
pub(crate) enum StackCommand {
    /// Check the stack and print every problem
    Validate(validate::Arguments),
    /// Check what would make an apply fail in the middle
    Verify(verify::Arguments),
    /// Print the changes that `apply` would make
    Plan(plan::Arguments),
    /// Make the account equal to the stack
    Apply(apply::Arguments),
    /// Delete all objects of the stack
    Destroy(destroy::Arguments),
    /// Mark existing objects with the stack's names as managed by the stack
    Adopt(adopt::Arguments),
    /// Remove the stack's marks from its objects and keep the objects
    Release(release::Arguments),
    /// Print what runs, and how the account differs from the stack
    Status(status::Arguments),
    /// Print the stack's outputs (API URL, ARNs)
    Outputs,
    /// Print what the stack costs in a month, at list prices
    Cost(cost::Arguments),
    /// Compare Cloud Map, ALB and NLB for the stack
    Compare(compare::Arguments),
    /// Draw the stack as SVG, Mermaid or DOT
    Graph(graph::Arguments),
    /// Print the URL of the API, and open it in a browser
    Open(open::Arguments),
    /// Print the policies that a caller needs for the stack
    Permissions(permissions::Arguments),
    /// Release a stuck lock
    Unlock,
    #[command(flatten)]
    DayTwo(day_two::Command),
    /// Print the JSON Schema of the stack file, or of a JSON answer
    Schema(schema::Arguments),
    /// Run the sandbox of AWS
    #[command(subcommand)]
    Sandbox(sandbox::Command),
}

impl Command {
    /// Returns the flags `--image` and `--images`. `None` for a command without them.
    pub(crate) fn images(&self) -> Option<&Images> {
        let Self::OfStack(command) = self else { return None };
        match command {
            StackCommand::Validate(arguments) => Some(&arguments.images),
            StackCommand::Plan(arguments) => Some(&arguments.images),
            StackCommand::Apply(arguments) => Some(&arguments.images),
            StackCommand::Status(arguments) => Some(&arguments.images),
            _ => None,
        }
    }
}

/// Parsed arguments, in one form for both programs.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The name of the program in messages.
    ///
    /// A program over a stack in code has the name of its binary. As an xtask it is called `cargo xtask`,
    /// because users run it by that name.
    pub(crate) program: String,
    /// The stack files of `-f`, or the stack in code.
    pub(crate) source: Source,
    /// The flags that every command has.
    pub(crate) global: Global,
    /// The command, with its own flags.
    pub(crate) command: Command,
    /// A note about the verb, if it is another tool's.
    pub(crate) note: Option<String>,
}

/// Returns the declarations of the program over a stack file, with their examples.
pub(crate) fn program_of_file() -> clap::Command {
    help::complete(OfFile::command(), "sss-deploy")
}

/// Parses the arguments of the program over a stack file.
///
/// # Errors
///
/// The arguments are wrong, or they ask for the help or the version. clap's error has the text for each.
pub(crate) fn of_file(arguments: impl IntoIterator<Item: Into<OsString>>) -> Result<Parsed, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let before = files_before_command(&arguments);
    let program = program_of_file();
    let (matches, note) = verbs::matches(&program, &arguments)?;
    let OfFile { file, global, command } = OfFile::from_arg_matches(&matches)?;
    let files = if file.starts_with(&before) { file } else { [before, file].concat() };

    let program = program.get_name().to_owned();
    Ok(Parsed { program, source: Source::Files(files), global, command, note })
}

/// Returns the files of `-f` that stand before the command.
///
/// Of a flag that stands on both sides of the command, clap keeps the values behind it only, and a stack file
/// would be ignored without a word.
fn files_before_command(arguments: &[OsString]) -> Vec<PathBuf> {
    let file = Arg::new("file").short('f').long("file").action(ArgAction::Append);
    let file = file.value_parser(value_parser!(PathBuf));
    let command = Arg::new("command").num_args(1..).trailing_var_arg(true);
    let flags = Global::augment_args(clap::Command::new("sss-deploy")).args([file, command]);

    let matches = flags.try_get_matches_from(arguments).ok();
    let given = matches.filter(|matches| matches.contains_id("command"));
    given.and_then(|mut given| given.remove_many("file")).into_iter().flatten().collect()
}

/// Parses the arguments of a program over a stack in code.
///
/// A first argument `deploy` is removed and becomes a part of the program's name. Without a command the
/// program applies the stack.
///
/// # Errors
///
/// The same as of [`of_file`].
pub(crate) fn of_stack(
    stack: StackInCode,
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

    let declared = OfStack::command().bin_name(program.clone()).display_name(program.clone());
    let (matches, note) = verbs::matches(&help::complete(declared, &program), &arguments)?;
    let OfStack { global, command } = OfStack::from_arg_matches(&matches)?;

    let command = command.unwrap_or(StackCommand::Apply(apply::Arguments::default()));
    Ok(Parsed {
        program,
        source: Source::Code(Box::new(stack)),
        global,
        command: Command::OfStack(command),
        note,
    })
}

#[cfg(test)]
mod tests {
    use sss_model::Stack;

    use super::*;

    #[test]
    fn declarations_are_sound() {
        program_of_file().debug_assert();
        OfStack::command().debug_assert();
    }

    fn check(arguments: &[&str], program: &str, is_apply: bool, sandbox: bool) {
        let parsed = of_stack(Stack::default().into(), arguments.iter().copied()).expect("sound arguments");
        assert_eq!(parsed.program, program);
        assert_eq!(matches!(parsed.command, Command::OfStack(StackCommand::Apply(_))), is_apply);
        assert_eq!(parsed.global.sandbox.is_some(), sandbox);
    }

    #[test]
    fn xtask_without_a_command_applies() {
        check(&["target/debug/xtask", "deploy"], "cargo xtask deploy", true, false);
        check(&["target/debug/xtask", "deploy", "--sandbox"], "cargo xtask deploy", true, true);
        check(&["target/debug/xtask", "deploy", "--sandbox", "plan"], "cargo xtask deploy", false, true);
        check(&["shop", "plan"], "shop", false, false);
    }

    #[test]
    fn stack_in_code_takes_no_file() {
        assert!(of_stack(Stack::default().into(), ["shop", "init"]).is_err());
        assert!(of_stack(Stack::default().into(), ["shop", "-f", "sss.toml", "plan"]).is_err());
    }

    #[test]
    fn files_on_both_sides_of_the_command_count() {
        let check = |arguments: &[&str], want: &[&str]| {
            let parsed = of_file(arguments).expect("sound arguments");
            let Source::Files(files) = parsed.source else { panic!("a source of files") };
            assert_eq!(files, want.iter().map(PathBuf::from).collect::<Vec<_>>(), "{arguments:?}");
        };
        check(&["sss-deploy", "plan"], &["sss.toml"]);
        check(&["sss-deploy", "-f", "a", "-fb", "plan"], &["a", "b"]);
        check(&["sss-deploy", "plan", "-f", "a", "--file=b"], &["a", "b"]);
        check(&["sss-deploy", "-f", "a", "--json", "plan", "-f", "b", "--yes"], &["a", "b"]);
        check(&["sss-deploy", "--sandbox", "-f", "a", "sandbox", "serve", "-f", "b"], &["a", "b"]);
    }

    #[test]
    fn image_is_a_flag_of_commands_that_deploy() {
        let images = |arguments: &[&str]| {
            of_file(arguments).map(|parsed| {
                let images = parsed.command.images().expect("a command with the flag");
                images.image.iter().map(ToString::to_string).collect()
            })
        };
        for command in ["plan", "apply", "validate", "status"] {
            let images: Vec<String> = images(&["sss-deploy", command, "--image", "a=b:1", "--image=a/c=d:2"])
                .expect("sound arguments");
            assert_eq!(images, ["a=b:1", "a/c=d:2"]);
            assert!(of_file(["sss-deploy", command, "--image", "b:1"]).is_err());
        }
        assert!(of_file(["sss-deploy", "destroy", "--image", "a=b:1"]).is_err());
        assert!(of_file(["sss-deploy", "apply", "plan.json", "--image", "a=b:1"]).is_err());
        assert!(of_file(["sss-deploy", "apply", "plan.json", "--images", "images.lock"]).is_err());
        assert!(of_stack(Stack::default().into(), ["shop", "plan", "--image", "a=b:1"]).is_ok());
    }

    #[test]
    fn verb_of_another_tool_runs_ours_with_a_note() {
        for (line, is_plan) in [("-f deploy --json diff", true), ("deploy --yes", false)] {
            let parsed = of_file(["sss-deploy"].into_iter().chain(line.split(' '))).expect("a known verb");
            let Command::OfStack(command) = parsed.command else { panic!("a command of a stack") };
            assert_eq!(matches!(command, StackCommand::Plan(_)), is_plan, "{line}");
            assert_eq!(matches!(command, StackCommand::Apply(_)), !is_plan, "{line}");
            assert!(parsed.note.expect("a note").contains(if is_plan { "plan" } else { "apply" }));
        }
    }

    #[test]
    fn verb_that_deletes_only_names_destroy() {
        for line in ["down --yes", "remove", "deploi", "destory"] {
            let error = of_file(["sss-deploy"].into_iter().chain(line.split(' '))).expect_err("no command");
            let told = error.render().to_string();
            assert_eq!(told.contains("destroy"), line != "deploi", "{told}");
        }
    }

    #[test]
    fn variables_of_the_environment_are_named_in_the_help() {
        let help = program_of_file().render_help().to_string();
        for name in ["SSS_FILE", "SSS_SANDBOX", "SSS_JSON", "SSS_YES", "SSS_QUIET"] {
            assert!(help.contains(&format!("[env: {name}]")), "{help}");
        }
    }

    #[test]
    fn every_command_takes_the_global_flags() {
        let parsed =
            of_file(["sss-deploy", "plan", "--json", "--sandbox=a.json", "-f", "b.toml", "-vv", "--yes"]);
        let parsed = parsed.expect("sound arguments");
        assert_eq!(parsed.global.sandbox, Some(Some(PathBuf::from("a.json"))));
        assert!(matches!(parsed.source, Source::Files(files) if files == [Path::new("b.toml")]));
        assert_eq!((parsed.global.json, parsed.global.yes, parsed.global.verbose), (true, true, 2));
    }
}
