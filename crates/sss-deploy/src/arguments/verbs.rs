//! Verbs of other tools.
//!
//! People type the verb of the tool that they know. A verb with the same meaning runs the command, with a note
//! that tells its name. A verb that deletes only tells it: `destroy` runs if somebody types `destroy`.

use std::ffi::OsString;

use clap::{
    ArgMatches, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Verbs of other tools that mean a command of this one and harm nothing.
const SAME: [(&str, &str); 8] = [
    ("deploy", "apply"),
    ("up", "apply"),
    ("diff", "plan"),
    ("preview", "plan"),
    ("ps", "status"),
    ("check", "validate"),
    ("output", "outputs"),
    ("import", "adopt"),
];

/// Verbs of other tools that delete.
const DELETING: [&str; 6] = ["down", "remove", "rm", "delete", "teardown", "undeploy"];

/// The meaning of a verb that is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    /// This command, which harms nothing by itself: it reads, or it asks first.
    Same(&'static str),
    /// The command that deletes the stack. Nobody runs it by another name.
    Deletes,
}

impl Verb {
    /// Returns the meaning of a verb, or `None` if no other tool has it.
    fn of(word: &str) -> Option<Self> {
        if DELETING.contains(&word) {
            return Some(Self::Deletes);
        }
        SAME.into_iter().find(|(verb, _)| *verb == word).map(|(_, command)| Self::Same(command))
    }
}

/// Parses the arguments. A verb of another tool that harms nothing counts as our command, and comes with a note.
///
/// # Errors
///
/// The arguments are wrong, or the verb deletes. The error then names `destroy`.
pub(super) fn matches(
    program: &Command,
    arguments: &[OsString],
) -> Result<(ArgMatches, Option<String>), Error> {
    let error = match program.clone().try_get_matches_from(arguments) {
        Ok(matches) => return Ok((matches, None)),
        Err(error) => error,
    };
    let Some(typed) = wrong_command(&error) else { return Err(error) };

    let name = program.get_bin_name().unwrap_or(program.get_name()).to_owned();
    match Verb::of(&typed) {
        Some(Verb::Same(command)) => {
            let note = format!("`{typed}` is `{name} {command}`");
            replaced(program, arguments, &typed, command).map(|matches| (matches, Some(note)))
        }
        Some(Verb::Deletes) => {
            let message =
                format!("`{typed}` is not a command; `{name} destroy` deletes all objects of the stack");
            Err(program.clone().error(ErrorKind::InvalidSubcommand, message))
        }
        None => Err(without_destroy(error, &typed)),
    }
}

/// Parses the arguments with a command in the place of the typed verb.
///
/// A value of an option can be the same word, so this takes the first place where the word was the command.
fn replaced(
    program: &Command,
    arguments: &[OsString],
    typed: &str,
    command: &str,
) -> Result<ArgMatches, Error> {
    let places = (1..arguments.len()).filter(|place| arguments[*place] == typed);
    let parsed = places.map(|place| {
        let mut arguments = arguments.to_vec();
        arguments[place] = command.into();
        program.clone().try_get_matches_from(arguments)
    });
    let mut parsed: Vec<_> = parsed.collect();
    let right = parsed.iter().position(|parsed| {
        parsed.as_ref().map_or_else(|error| wrong_command(error).as_deref() != Some(typed), |_| true)
    });
    parsed.swap_remove(right.unwrap_or_default())
}

/// Returns the word in the place of the command, if it is no command.
fn wrong_command(error: &Error) -> Option<String> {
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    }
}

/// Removes suggestions that delete from an error, for somebody who typed something else.
fn without_destroy(mut error: Error, typed: &str) -> Error {
    if let Some(ContextValue::Strings(suggested)) = error.remove(ContextKind::SuggestedSubcommand) {
        let kept: Vec<_> = suggested.into_iter().filter(|word| may_suggest(typed, word)).collect();
        if !kept.is_empty() {
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(kept));
        }
    }
    error
}

/// Returns whether a wrong command may be answered with a suggestion.
///
/// `destroy` is only suggested to somebody who began to type it.
fn may_suggest(typed: &str, suggestion: &str) -> bool {
    suggestion != "destroy" || typed.starts_with("des")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_never_run_destroy() {
        assert!(SAME.iter().all(|(_, command)| *command != "destroy"));
        assert_eq!(Verb::of("deploy"), Some(Verb::Same("apply")));
        assert_eq!(Verb::of("down"), Some(Verb::Deletes));
        assert_eq!(Verb::of("frobnicate"), None);
    }

    #[test]
    fn destroy_is_suggested_to_who_types_it() {
        assert!(may_suggest("destory", "destroy") && may_suggest("plam", "plan"));
        assert!(!may_suggest("deploi", "destroy"));
    }
}
