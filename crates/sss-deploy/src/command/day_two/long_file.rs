//! `--file` without its short form, for commands in which `-f` means `--follow`.

use std::path::PathBuf;

use clap::Args;

/// The stack file. It has the id of the global flag, so clap gives its value to the whole program.
#[derive(Debug, Args)]
pub(super) struct LongFile {
    /// A stack file; of several, each lies over the ones before it [default: sss.toml]
    #[arg(id = "file", long = "file", value_name = "FILE", help_heading = "Global options")]
    file: Vec<PathBuf>,
}
