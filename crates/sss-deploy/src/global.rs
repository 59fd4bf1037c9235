//! The flags that every command takes.
//!
//! They are global for clap, so a user can write them before or after the command. Their doc comments are
//! help texts.
//!
//! - `--json` prints answers as JSON.
//! - `--sandbox` exchanges the account, and with it the clock. See [`account`](crate::account).
//! - `--yes` answers all questions. Without a terminal it is the only way to confirm.
//! - `--quiet` leaves answers and errors. See [`output`](crate::output).
//! - `--verbose` writes a log to standard error. See [`logging`](crate::logging).

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{ArgAction, Args, ValueEnum, builder::BoolishValueParser};

use crate::rates;

/// The flags that every command takes. Those with a variable of the environment are for pipelines, which
/// set it once.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line and independent of the others"
)]
pub(crate) struct Global {
    /// Print JSON: one document, or JSON lines for commands that carry out steps
    #[arg(long, global = true, env = "SSS_JSON", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub(crate) json: bool,
    /// Use the embedded sandbox of AWS. Its account is kept in FILE between commands [default: next to the stack file]
    #[arg(long, global = true, env = "SSS_SANDBOX", hide_env_values = true)]
    #[arg(value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "not given, given without a file, given with one")]
    pub(crate) sandbox: Option<Option<PathBuf>>,
    /// Print the number of calls of each operation, and the longest wait for each quota
    #[arg(long, global = true)]
    pub(crate) stats: bool,
    #[command(flatten)]
    pub(crate) rates: rates::Arguments,
    /// Confirm without asking
    #[arg(long, global = true, env = "SSS_YES", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub(crate) yes: bool,
    /// Print answers and errors only: no notes, no progress
    #[arg(short, long, global = true, env = "SSS_QUIET", hide_env_values = true)]
    #[arg(value_parser = BoolishValueParser::new(), conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print a debug log of this program; `-vv` adds the log of the AWS SDK
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Wrap lines after this number of columns [default: the width of the terminal; a pipe has none]
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..))]
    pub(crate) width: Option<u16>,
    /// Use colours; `auto` respects `NO_COLOR`
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
    /// Returns the choice of colours. `Auto` leaves the decision to each stream and to `NO_COLOR`.
    pub(crate) fn color(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}
