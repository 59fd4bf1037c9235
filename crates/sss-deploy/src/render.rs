//! The output for people and programs. Every function here writes styled text to a writer.
//!
//! A renderer takes a value of the library and a writer, and decides nothing: which stream the text goes to,
//! whether its styles stay and when it is printed is up to the caller (see [`output`](crate::output)). So
//! tests compare whole texts.
//!
//! The two forms of an answer are side by side in each module. Text is a `show`; JSON is a type with
//! `Serialize`, such as `Document`. The field names of those types are a published format.
//!
//! | module | renders |
//! |---|---|
//! | [`cause`] | causes of failures, and the answer of `explain` |
//! | [`plan`] | a plan and everything that it refuses, keeps or deletes |
//! | [`permission`] | plans that need a permission of the caller |
//! | [`handover`] | the plan that follows an adoption, and the consequences of a release |
//! | [`day_two`] | the answers of the commands for running stacks |
//! | [`event`], [`deployment`] | the events of an apply, and failed deployments in them |
//! | [`outcome`] | the end of an apply, and how to continue |
//! | [`report`] | calls and times, as forecast and as counted |
//! | [`counted`] | the calls to a served sandbox |
//! | [`status`] | the objects of a stack |
//! | `screen`, `difference`, `noun` | the layout of lines, differences of values, names of kinds |
//! | [`problems`] | the problems of a stack, at their places in its text |
//! | [`failure`] | the reason for which a command ended early |

pub(crate) mod cause;
pub(crate) mod compare;
pub(crate) mod cost;
pub(crate) mod counted;
pub(crate) mod day_two;
pub(crate) mod deployment;
mod difference;
pub(crate) mod event;
pub(crate) mod failure;
pub(crate) mod handover;
pub(crate) mod noun;
pub(crate) mod outcome;
pub(crate) mod palette;
pub(crate) mod permission;
pub(crate) mod permissions;
pub(crate) mod plan;
pub(crate) mod problems;
pub(crate) mod report;
pub(crate) mod screen;
pub(crate) mod status;
pub(crate) mod verification;

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
};

use schemars::JsonSchema;
use serde::Serialize;

use self::screen::{Line, Screen, whole};

/// The width of the help and of problems, in columns, where it does not follow the terminal.
///
/// AWS's own words are not wrapped, so some lines are longer.
pub(crate) const WIDTH: usize = 80;

/// The command that a plan is for. It is displayed as the command's name, which also fits "failed to …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `apply`.
    Converge,
    /// `adopt`.
    Adopt,
    /// `destroy`.
    Destroy,
    /// `release`.
    Release,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converge => "apply",
            Self::Adopt => "adopt",
            Self::Destroy => "destroy",
            Self::Release => "release",
        })
    }
}

/// The stack and the account that an output is about. It is displayed as the first line of a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Place {
    /// The name of the stack.
    pub(crate) stack: String,
    /// The region of the stack.
    pub(crate) region: String,
    /// The number of the account. `None` if the observation did not learn it.
    pub(crate) account: Option<String>,
    /// The file of the account, if it is a sandbox.
    #[serde(skip)]
    pub(crate) note: Option<String>,
    /// The images of `--image`, which the stack has in place of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) images: Vec<String>,
}

impl Place {
    /// Prints the place as a heading, and a line for each image that is not the stack file's.
    pub(crate) fn show(&self, w: &mut dyn Write, screen: Screen) -> io::Result<()> {
        let note = self.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        let text = self.to_string();
        let place = text.strip_suffix(&note).unwrap_or(&text);
        let line = Line::hanging(4).with(palette::STRONG, whole(place));
        line.with(palette::FAINT, format!(" {}", whole(note.trim_start()))).write(w, screen)?;
        self.images.iter().try_for_each(|image| writeln!(w, "  --image {image}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → ", self.stack)?;
        self.account.iter().try_for_each(|account| write!(f, "account {account}, "))?;
        write!(f, "{}", self.region)?;
        self.note.iter().try_for_each(|note| write!(f, " ({note})"))
    }
}

/// The answer of `outputs` and `open` as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OutputsDocument<'a> {
    /// The name of the stack.
    pub(crate) stack: &'a str,
    /// The outputs by name; those of a service begin with its key, as in `app.url`. An output whose object does not
    /// exist is missing.
    pub(crate) outputs: &'a BTreeMap<String, String>,
}

/// Prints a line for each output.
pub(crate) fn outputs<N: fmt::Display>(w: &mut dyn Write, outputs: &BTreeMap<N, String>) -> io::Result<()> {
    outputs.iter().try_for_each(|(name, value)| writeln!(w, "{name} = {value}"))
}

/// Formats a number of things: `1 step`, `2 steps`. The plural of `thing` must end with `s`.
fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Returns the text that a renderer writes, without its styles.
#[cfg(test)]
pub(crate) fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut text = anstream::StripStream::new(Vec::new());
    write(&mut text).expect("writing to memory");
    String::from_utf8(text.into_inner()).expect("text")
}
