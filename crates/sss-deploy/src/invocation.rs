//! One run of the program: the values that every command reads.
//!
//! The arguments become an [`Invocation`] once, in [`command::run`](crate::command::run). A command takes it
//! by reference, together with its own arguments. So no command reads the arguments of the process again.

use std::path::PathBuf;

use sss_model::ImageOverride;

use crate::{
    failure::Failure,
    global::Global,
    output::Output,
    source::{Read, Source},
};

/// The input of every command.
#[derive(Clone)]
pub(crate) struct Invocation {
    /// The name of the program in messages, such as `sss-deploy` or `cargo xtask deploy`.
    ///
    /// Hints print it in front of commands, so that a user can paste them.
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
