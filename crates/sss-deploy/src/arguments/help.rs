//! The parts of the help that the declarations of the arguments cannot say.
//!
//! - Each command has an example, in the words of the program at hand.
//! - Global options are hidden in the help of commands for which they do nothing. Such a command still accepts
//!   them, so that a script can set them for all commands.

use clap::Command;

/// The options about an account.
const ACCOUNT: [&str; 4] = ["sandbox", "stats", "rate", "rates"];

/// A command in the help: its example and the global options that do nothing for it.
struct Entry {
    command: &'static str,
    /// The arguments of the program in the example.
    example: &'static str,
    /// Whether the command works on an account.
    account: bool,
    /// Further options that do nothing.
    idle: &'static [&'static str],
    /// Options about an account that do something for a command without one, each with its help.
    even_so: &'static [(&'static str, &'static str)],
}

impl Entry {
    /// Returns the entry of a command on an account that asks for confirmation.
    const fn asking(command: &'static str, example: &'static str) -> Self {
        Self { command, example, account: true, idle: &[], even_so: &[] }
    }

    /// Returns the entry of a command that reads an account.
    const fn reading(command: &'static str, example: &'static str) -> Self {
        Self { command, example, account: true, idle: &["yes"], even_so: &[] }
    }

    /// Returns the entry of a command without an account.
    const fn local(command: &'static str, example: &'static str, idle: &'static [&'static str]) -> Self {
        Self { command, example, account: false, idle, even_so: &[] }
    }

    /// Adds options about an account that do something for the command, each with its help.
    const fn with(self, even_so: &'static [(&'static str, &'static str)]) -> Self {
        Self { even_so, ..self }
    }

    /// Returns the command's own help of a global option. `None` if it has the same help everywhere.
    fn help_of(&self, option: &str) -> Option<&'static str> {
        self.even_so.iter().find(|(name, _)| *name == option).map(|(_, help)| *help)
    }

    /// Returns whether a global option does something for the command.
    fn uses(&self, option: &str) -> bool {
        let is_used = self.account || !ACCOUNT.contains(&option) || self.help_of(option).is_some();
        is_used && !self.idle.contains(&option)
    }
}

/// The commands of both programs.
const ENTRIES: [Entry; 36] = [
    Entry::reading("init", "init --from-tfvars terraform.tfvars"),
    Entry::local("completions", "completions zsh > ~/.zfunc/_sss-deploy", &["yes", "json", "file"]),
    Entry::local("man", "man apply | man -l -", &["yes", "json", "file"]),
    Entry::local("validate", "validate --explain ECS-TD-010", &["yes"]),
    Entry::reading("verify", "verify --only image,issuer"),
    Entry::reading("plan", "plan --out plan.json"),
    Entry::asking("apply", "apply plan.json"),
    Entry::asking("destroy", "destroy --keep-logs"),
    Entry::asking("adopt", "adopt --dry-run"),
    Entry::asking("release", "release"),
    Entry::reading("status", "status --json"),
    Entry::reading("outputs", "outputs --json"),
    Entry::local("cost", "cost --requests 20000000", &["yes"]),
    Entry::local("compare", "compare --requests 20000000 --traffic-gb 200", &["yes"]),
    Entry::reading("graph", "graph --plan > stack.svg"),
    Entry::reading("open", "open /orders"),
    Entry::local("permissions", "permissions --for read > policy.json", &["yes"]),
    Entry::asking("unlock", "unlock"),
    Entry::reading("tasks", "tasks orders --stopped"),
    Entry::reading("task", "task 0d17a1b2"),
    Entry::reading("events", "events --follow"),
    Entry::reading("history", "history orders"),
    Entry::reading("images", "images --check"),
    Entry::reading("pin", "pin orders"),
    Entry::reading("logs", "logs orders --follow"),
    Entry::reading("exec", "exec orders -- ls -l /tmp"),
    Entry::reading("restart", "restart orders"),
    Entry::reading("scale", "scale orders=3"),
    Entry::reading("rollback", "rollback orders"),
    Entry::reading("abort", "abort orders"),
    Entry::reading("continue", "continue orders"),
    Entry::reading("wait", "wait orders --until stable"),
    Entry::reading("stop", "stop 0d17a1b2"),
    Entry::local("explain", "explain CannotPullContainerError", &["yes", "file"]),
    Entry::local("schema", "schema plan > plan.schema.json", &["yes", "json", "file"]),
    Entry::local("sandbox", "sandbox serve --world shop.sandbox.json", &["yes", "file"]).with(&[(
        "stats",
        "At the end, print the calls of each operation, and the highest rate for each quota",
    )]),
];

/// Returns whether a word is a command of either program.
pub(crate) fn is_command(word: &str) -> bool {
    ENTRIES.iter().any(|entry| entry.command == word)
}

/// Adds an example to each command, and hides the global options that do nothing for it.
///
/// `name` is the program in the examples.
pub(super) fn complete(program: Command, name: &str) -> Command {
    let globals: Vec<_> = program.get_arguments().filter(|option| option.is_global_set()).cloned().collect();

    ENTRIES.iter().fold(program, |program, entry| {
        if program.find_subcommand(entry.command).is_none() {
            return program;
        }
        let idle = globals.iter().filter(|option| !entry.uses(option.get_id().as_str()));
        // clap keeps an option of the command itself in the place of the global one.
        let hidden: Vec<_> = idle.map(|option| option.clone().hide(true)).collect();
        let own = globals.iter().filter_map(|option| {
            let help = entry.help_of(option.get_id().as_str())?;
            Some(option.clone().help(help))
        });
        let own: Vec<_> = own.collect();
        let example = format!("Example:\n  {name} {}", entry.example);
        program.mut_subcommand(entry.command, |command| command.args(hidden).args(own).after_help(example))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{of_file, program_of_file};

    #[test]
    fn every_command_has_an_example_that_parses() {
        for command in program_of_file().get_subcommands() {
            let entry = ENTRIES.iter().find(|entry| entry.command == command.get_name());
            let example = entry.expect("the command has an example").example;
            let words = example.split(' ').take_while(|word| !["|", ">"].contains(word));
            assert!(of_file(["sss-deploy"].into_iter().chain(words)).is_ok(), "{example}");
        }
    }

    #[test]
    fn options_without_effect_are_hidden_and_accepted() {
        let mut program = program_of_file();
        program.build();
        let schema = program.find_subcommand("schema").expect("a command").clone().render_help().to_string();
        let plan = program.find_subcommand("plan").expect("a command").clone().render_help().to_string();
        for option in ["--sandbox", "--rate", "--stats", "--json", "--file"] {
            assert!(plan.contains(option) && !schema.contains(option), "{option}: {schema}");
        }
        assert!(!plan.contains("--yes") && plan.contains("--quiet"), "{plan}");
        assert!(of_file(["sss-deploy", "--sandbox", "schema", "--yes"]).is_ok());
    }
}
