//! Why a command ended before it was done.

use std::{io, path::Path};

use crate::{credentials, exit::Exit, finding::Findings};

/// Why a command ended before it was done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something failed or was refused.
    Failed {
        /// The exit code.
        exit: Exit,
        /// A fragment that fits "failed to …".
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The stack is invalid.
    Invalid(Findings),
    /// Somebody pressed Ctrl-C, or asked the process to end.
    Interrupted,
}

impl Failure {
    /// It failed to `message`.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Failed { exit: Exit::Failed, message: message.into(), hint: None }
    }

    /// It was not done, on purpose.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::Failed { exit: Exit::Refused, message: message.into(), hint: None }
    }

    /// A file could not be read or written.
    pub(crate) fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{what} {}: {error}", path.display()))
    }

    /// A file is not the JSON that it should be. The error's own words may hold what stands in the file.
    pub(crate) fn json(what: &str, path: &Path, error: &serde_json::Error) -> Self {
        let (path, line, column) = (path.display(), error.line(), error.column());
        if error.is_data() {
            return Self::new(format!("{what} {path}: it is something else, at line {line} column {column}"));
        }
        Self::new(format!("{what} {path}: {error}"))
    }

    /// The engine failed at `what`.
    pub(crate) fn engine(what: &str, error: &sss_aws::Error) -> Self {
        let failure = Self::new(format!("{what}: {error}"));
        if error.is_expired() {
            failure.hint(credentials::renewal())
        } else {
            failure.with_hint(error.hint())
        }
    }

    /// Says what to do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.with_hint(Some(hint))
    }

    fn with_hint(mut self, text: Option<impl Into<String>>) -> Self {
        if let Self::Failed { hint, .. } = &mut self {
            *hint = text.map(Into::into);
        }
        self
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Failed { exit, .. } => *exit,
            Self::Invalid(_) => Exit::Invalid,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(format!("write the output: {error}"))
    }
}
