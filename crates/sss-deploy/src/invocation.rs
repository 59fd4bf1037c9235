//! One run of the program: the values that every command reads.
//!
//! The arguments become an [`Invocation`] once, in [`command::run`](crate::command::run). A command takes it
//! by reference, together with its own arguments. So no command reads the arguments of the process again.

use std::{
    env,
    path::{Path, PathBuf},
};

use sss_model::ImageOverride;

use crate::{
    failure::Failure,
    global::Global,
    output::Output,
    source::{FILE, Read, Source},
};

/// The input of every command.
#[derive(Clone)]
pub(crate) struct Invocation {
    /// The name of the program, such as `sss-deploy` or `cargo xtask deploy`.
    pub(crate) name: String,
    /// The name with the options that chose the stack and the account, such as `sss-deploy -f shop.toml --sandbox`.
    ///
    /// Hints print it in front of commands, so that a user can paste them. [`typed`] makes it.
    pub(crate) program: String,
    /// The stack files, or the stack in code. They are not read yet.
    pub(crate) source: Source,
    /// The images of `--image`, or those of a saved plan.
    pub(crate) images: Vec<ImageOverride>,
    /// The flags that every command has.
    pub(crate) global: Global,
    /// The streams, which already know about colours and `--json`.
    pub(crate) output: Output,
}

impl Invocation {
    /// Reads and checks the stack, with the images.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the stack is invalid.
    pub(crate) fn read(&self) -> Result<Read, Failure> {
        self.source.read(&self.program, &self.images)
    }

    /// Returns the file of the sandbox. `None` if the command works on the real account.
    ///
    /// `--sandbox=FILE` names the file. `--sandbox` without a file means the one that belongs to the stack.
    pub(crate) fn sandbox_file(&self) -> Option<PathBuf> {
        let named = self.global.sandbox.as_ref()?;
        Some(named.clone().unwrap_or_else(|| self.source.sandbox_file()))
    }
}

/// Returns the name of a program with the options that choose the stack, the account and the pace of calls.
///
/// The options of output are left out: they do not change what a command does. So are those that variables of the
/// environment set, because they hold for the next command as well.
pub(crate) fn typed(name: &str, source: &Source, global: &Global) -> String {
    let is_usual = |files: &[PathBuf]| match files {
        [file] => file == Path::new(FILE) || is_set("SSS_FILE", file),
        _ => false,
    };
    let files = match source {
        Source::Files(files) if !is_usual(files) => files.as_slice(),
        Source::Files(_) | Source::Code(_) => &[],
    };
    let files = files.iter().map(|file| format!("-f {}", quoted(&file.display().to_string())));
    let sandbox = global.sandbox.as_ref().and_then(|file| match file {
        Some(file) if is_set("SSS_SANDBOX", file) => None,
        Some(file) => Some(format!("--sandbox={}", quoted(&file.display().to_string()))),
        None => Some("--sandbox".to_owned()),
    });
    let words = files.chain(sandbox).chain(global.rates.typed());
    words.fold(name.to_owned(), |typed, word| format!("{typed} {word}"))
}

/// Returns whether a variable of the environment has this value.
fn is_set(variable: &str, value: &Path) -> bool {
    env::var_os(variable).is_some_and(|found| Path::new(&found) == value)
}

/// Returns a word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "_-./=:@%+,".contains(one);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::of_file;

    /// Checks the beginning of commands in hints after these arguments.
    fn check(arguments: &str, expected: &str) {
        let words = ["sss-deploy", "status"].into_iter().chain(arguments.split_whitespace());
        let parsed = of_file(words).expect("arguments");
        assert_eq!(typed(&parsed.program, &parsed.source, &parsed.global), expected);
    }

    #[test]
    fn hints_repeat_the_stack_and_the_account() {
        check("", "sss-deploy");
        check("--json --yes -q", "sss-deploy");
        check("--sandbox", "sss-deploy --sandbox");
        check("--sandbox=a.json -f b.toml -f c.toml", "sss-deploy -f b.toml -f c.toml --sandbox=a.json");
        check("--rate 0.5 --rates r.toml", "sss-deploy --rate 0.5 --rates r.toml");
    }

    #[test]
    fn odd_names_are_quoted_for_a_shell() {
        assert_eq!(quoted("my stack.toml"), "'my stack.toml'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("shop/sss.toml"), "shop/sss.toml");
    }
}
