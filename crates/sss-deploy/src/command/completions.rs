//! `completions` and `man`: files that a shell and a manual reader take.
//!
//! Both follow from the declarations of the arguments, so they are always current.

use clap::Args;
use clap_complete::Shell;

use crate::{arguments, exit::Exit, failure::Failure, invocation::Invocation};

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct Manual {
    /// The command of the page; without it, the page is about the program
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Prints the completions of a shell.
pub(crate) fn run(invocation: &Invocation, arguments: &Completions) -> Result<Exit, Failure> {
    let mut command = arguments::program_of_file();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "sss-deploy", &mut script);
    invocation.output.data(|w| w.write_all(&script))?;
    Ok(Exit::Done)
}

/// Prints a page of the manual, in the format of `man`.
///
/// # Errors
///
/// There is no such command.
pub(crate) fn manual(invocation: &Invocation, arguments: &Manual) -> Result<Exit, Failure> {
    let mut program = arguments::program_of_file();
    // The commands get the global options.
    program.build();
    let command = match &arguments.command {
        None => program,
        Some(name) => find(&program, name)?,
    };

    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    invocation.output.data(|w| w.write_all(&page))?;
    Ok(Exit::Done)
}

/// Returns a command by its name. Its page has the title that `build` gives it: `sss-deploy-apply`.
fn find(program: &clap::Command, name: &str) -> Result<clap::Command, Failure> {
    let Some(command) = program.find_subcommand(name) else {
        let known: Vec<_> = program.get_subcommands().map(clap::Command::get_name).collect();
        return Err(Failure::new(format!("print the page of {name}: there is no such command"))
            .hint(format!("the commands are {}", known.join(", "))));
    };
    Ok(command.clone())
}
