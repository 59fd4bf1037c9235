//! One run of the program.

use std::path::PathBuf;

use crate::{global::Global, output::Output, source::Source};

/// The input of every command.
pub(crate) struct Invocation {
    /// The name of the program in messages.
    pub(crate) program: String,
    pub(crate) source: Source,
    pub(crate) global: Global,
    pub(crate) output: Output,
}

impl Invocation {
    /// Returns the file of the sandbox, if the command uses one.
    pub(crate) fn sandbox_file(&self) -> Option<PathBuf> {
        let named = self.global.sandbox.as_ref()?;
        Some(named.clone().unwrap_or_else(|| self.source.sandbox_file()))
    }
}
