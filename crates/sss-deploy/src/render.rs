//! The output for people and programs. Every function here writes styled text to a writer.

mod deployment;
pub(crate) mod event;
pub(crate) mod failure;
pub(crate) mod outcome;
pub(crate) mod palette;
pub(crate) mod plan;
pub(crate) mod problems;
pub(crate) mod report;
pub(crate) mod status;

use std::{
    fmt,
    io::{self, Write},
};

use serde::Serialize;
use sss_aws::Outputs;

/// The width of lines, in columns.
pub(crate) const WIDTH: usize = 80;

/// The command that a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `apply`.
    Converge,
    /// `adopt`.
    Adopt,
    /// `destroy`.
    Destroy,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converge => "apply",
            Self::Adopt => "adopt",
            Self::Destroy => "destroy",
        })
    }
}

/// The stack and the account that an output is about.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Place {
    pub(crate) stack: String,
    pub(crate) region: String,
    pub(crate) account: Option<String>,
    /// The file of the account, if it is a sandbox.
    #[serde(skip)]
    pub(crate) note: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stack {} in {}", self.stack, self.region)?;
        self.account.iter().try_for_each(|account| write!(f, ", account {account}"))?;
        self.note.iter().try_for_each(|note| write!(f, " ({note})"))
    }
}

/// Prints a line for each output.
pub(crate) fn outputs(w: &mut dyn Write, outputs: &Outputs) -> io::Result<()> {
    outputs.iter().try_for_each(|(name, value)| writeln!(w, "{name} = {value}"))
}

/// Formats a number of things.
fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Returns the text that a renderer writes, without its styles.
#[cfg(test)]
fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut text = anstream::StripStream::new(Vec::new());
    write(&mut text).expect("writing to memory");
    String::from_utf8(text.into_inner()).expect("text")
}
