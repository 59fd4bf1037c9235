//! Failures.
//!
//! As text, a failure is an error and a hint on standard error. With `--json` it is a JSON line on standard
//! output, in the place of the answer, so a program finds the reason there. An interruption is a word on
//! standard error in both forms.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::causes::Diagnosis;
use sss_model::printable;

use super::{
    cause,
    palette::{BAD, HINT},
    problems,
};
use crate::{arguments::help::is_command, exit::Exit, failure::Failure, invocation::Invocation};

/// A failure as JSON: the event `error`, also of commands without other events.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "error")]
pub(crate) struct Document<'a> {
    /// The whole message, beginning with "failed to".
    error: String,
    /// The cause, where a text of AWS shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Diagnosis>,
    /// The exit code of the command.
    exit_code: u8,
    /// An action that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The problems of an invalid stack, as `validate` prints them.
    #[serde(flatten)]
    problems: Option<problems::Document<'a>>,
}

/// Prints why a command ended early. With `--json` this takes the place of the answer.
pub(crate) fn show(invocation: &Invocation, failure: &Failure) {
    let output = &invocation.output;
    if failure.exit() == Exit::Interrupted {
        output.complain(|w| writeln!(w, "interrupted"));
        return;
    }

    let (error, hint) = texts(invocation, failure);
    if !output.json {
        let screen = output.screen_of_notes();
        output.complain(|w| {
            if let Failure::Invalid(findings) = failure {
                problems::list(w, screen, findings)?;
            }
            failure.cause().iter().try_for_each(|found| cause::headline(w, found))?;
            lines(w, &error, hint.as_deref())
        });
        return;
    }

    let problems = match failure {
        Failure::Invalid(findings) => Some(problems::Document::of(findings)),
        _ => None,
    };
    let exit_code = failure.exit().code();
    // Compact, because some commands print JSON lines.
    let cause = failure.cause();
    let document = Document { error: error.clone(), cause, exit_code, hint: hint.clone(), problems };
    let written = output.line(&document);
    if written.is_err() {
        output.complain(|w| lines(w, &error, hint.as_deref()));
    }
}

/// Prints a failure outside of any command, where only the output itself can fail.
pub(crate) fn brief(w: &mut dyn Write, failure: &Failure) -> io::Result<()> {
    match failure {
        Failure::Failed { message, hint, .. } => lines(w, &format!("failed to {message}"), hint.as_deref()),
        Failure::Invalid(_) | Failure::Interrupted => Ok(()),
    }
}

/// Returns the message and the hint.
fn texts(invocation: &Invocation, failure: &Failure) -> (String, Option<String>) {
    match failure {
        Failure::Failed { message, hint, .. } => {
            let hint = hint.as_ref().map(|hint| whole(hint, &invocation.program));
            (format!("failed to {message}"), hint)
        }
        Failure::Invalid(findings) => (problems::conclusion(findings), None),
        Failure::Interrupted => (format!("`{}` was interrupted", invocation.name), None),
    }
}

/// Prints the message and the hint as text. Names of files and words of AWS may be in them, so nothing in them is left
/// for the terminal to obey.
fn lines(w: &mut dyn Write, error: &str, hint: Option<&str>) -> io::Result<()> {
    let legible = |text: &str| text.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    writeln!(w, "{BAD}error:{BAD:#} {}", legible(error))?;
    hint.iter().try_for_each(|hint| writeln!(w, "{HINT}hint:{HINT:#} {}", legible(hint)))
}

/// Returns a hint whose commands can be pasted. The library names a command without the program.
pub(crate) fn whole(hint: &str, program: &str) -> String {
    let spans = hint.split('`').enumerate().map(|(index, span)| {
        let first = span.split(' ').next().unwrap_or_default();
        if index % 2 == 1 && is_command(first) { format!("{program} {span}") } else { span.to_owned() }
    });
    spans.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_hints_get_the_program() {
        let check = |hint: &str, expected: &str| assert_eq!(whole(hint, "sss-deploy --sandbox"), expected);
        check(
            "run `apply` to create it, or `logs -f` to wait",
            "run `sss-deploy --sandbox apply` to create it, or `sss-deploy --sandbox logs -f` to wait",
        );
        check("`sss-deploy --sandbox plan` shows it", "`sss-deploy --sandbox plan` shows it");
        check("`-c CONTAINER` chooses, apply it", "`-c CONTAINER` chooses, apply it");
    }
}
