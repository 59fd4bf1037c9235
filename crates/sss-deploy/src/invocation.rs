//! One call of the program.

use std::path::PathBuf;

use crate::{arguments::Global, output::Output, source::Source};

/// What every command gets.
pub(crate) struct Invocation {
    /// How the program is called in messages.
    pub(crate) program: String,
    pub(crate) source: Source,
    pub(crate) global: Global,
    pub(crate) output: Output,
}

impl Invocation {
    /// The file of the sandbox, when the command is to work on one.
    pub(crate) fn sandbox_file(&self) -> Option<PathBuf> {
        let named = self.global.sandbox.as_ref()?;
        Some(named.clone().unwrap_or_else(|| self.source.sandbox_file()))
    }
}
