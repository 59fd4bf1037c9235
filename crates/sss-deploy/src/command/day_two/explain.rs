//! `explain`: prints the meaning of a text of AWS, of a cause, or of a rule.
//!
//! A text may be a reason of a task, an event of a service, a stop code, an exit code, or a line of a log. An id is
//! that of a cause (`P5`) or of a rule (`ECS-TASK-002`). Without an argument, the text is read from standard
//! input, so `aws ecs describe-tasks … | sss-deploy explain` works.
//!
//! The command needs neither a stack nor an account. It exits with 1 if the text is unknown, so that scripts
//! notice new texts of AWS.

use clap::Args;
use sss_aws::causes::{self, Cause, Meaning};
use sss_model::rules;

use crate::{
    exit::Exit,
    failure::Failure,
    file,
    invocation::Invocation,
    render::cause::{self, Explained},
};

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A text of AWS, or an id such as P5 or ECS-TD-010 [default: standard input]
    #[arg(value_name = "TEXT|ID")]
    words: Vec<String>,
}

/// Prints the meaning.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let text = if arguments.words.is_empty() { from_input()? } else { arguments.words.join(" ") };
    let explained = explained(&text);

    let output = &invocation.output;
    if output.json {
        output.document(&explained)?;
    } else {
        output.answer(|w| cause::explain(w, &explained, &invocation.program))?;
    }
    Ok(if matches!(explained, Explained::Unknown { .. }) { Exit::Failed } else { Exit::Done })
}

/// Reads the text from standard input.
fn from_input() -> Result<String, Failure> {
    let bytes = file::read_input().map_err(|error| Failure::new(format!("read standard input: {error}")))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text.trim().is_empty() {
        return Err(Failure::new("explain an empty text")
            .hint("write the text behind the command, in quotes, or an id such as P5"));
    }
    Ok(text)
}

/// Returns the meaning of a text or an id.
fn explained(text: &str) -> Explained {
    if let Some(cause) = causes::find(text) {
        return Explained::Cause(Cause::diagnosis(cause));
    }
    if let Some(rule) = rules::find(&text.trim().to_ascii_uppercase()) {
        return Explained::Rule(rule);
    }
    let (meaning, text) = (causes::meaning(text), text.trim().to_owned());
    match meaning {
        Meaning::Cause(diagnosis) => Explained::Cause(*diagnosis),
        Meaning::Note(meaning) => Explained::Note { text, meaning },
        Meaning::Group(group) => Explained::Unknown { text, group: Some(group) },
        _ => Explained::Unknown { text, group: None },
    }
}
