//! The reasons for which a command ends early.
//!
//! A failure is data: an exit code, a message and a hint. [`render::failure`](crate::render::failure) prints
//! it, as text or as JSON. Three conventions keep messages readable:
//!
//! - The message is a fragment that follows "failed to", such as `read sss.toml: …`. It names the object and
//!   then the cause.
//! - The hint is an action that the user can type or do. A failure without such an action has no hint.
//! - A message holds no value that may be secret, see [`Failure::json`].
//!
//! A refused plan and a failed apply are no failures in this sense: the command did its work and printed the
//! outcome. It returns an [`Exit`] instead.

use std::{io, path::Path};

use sss_aws::{Error, causes::Diagnosis};

use crate::{exit::Exit, finding::Findings, profile};

/// The reason for which a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something failed or was refused.
    Failed {
        /// The exit code: [`Exit::Failed`] or [`Exit::Refused`].
        exit: Exit,
        /// A fragment that follows "failed to".
        message: String,
        /// An action that helps.
        hint: Option<String>,
        /// The cause, where a text of AWS shows it.
        cause: Option<Box<Diagnosis>>,
    },
    /// The stack is invalid. The problems are printed at their places.
    Invalid(Findings),
    /// The user interrupted the command.
    Interrupted,
}

impl Failure {
    /// The command failed to `message`.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Failed { exit: Exit::Failed, message: message.into(), hint: None, cause: None }
    }

    /// The command refused to `message`. It did nothing, so the user can decide first.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::Failed { exit: Exit::Refused, message: message.into(), hint: None, cause: None }
    }

    /// The command could not read or write a file. `what` is the verb, such as `read the plan`.
    pub(crate) fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{what} {}: {error}", path.display()))
    }

    /// A file holds other JSON than expected.
    ///
    /// The parser's own message may quote a secret, so it is only shown for errors of syntax.
    pub(crate) fn json(what: &str, path: &Path, error: &serde_json::Error) -> Self {
        let (path, line, column) = (path.display(), error.line(), error.column());
        if error.is_data() {
            return Self::new(format!("{what} {path}: unexpected value at line {line} column {column}"));
        }
        Self::new(format!("{what} {path}: {error}"))
    }

    /// The engine failed to do `what`.
    ///
    /// The error's own predicates decide the exit code: a lock of another run, a stale plan, an emptied
    /// stack and a renamed one are refusals. Expired credentials get the hint to log in again; all other hints are the
    /// engine's.
    pub(crate) fn engine(what: &str, error: &Error) -> Self {
        if let Some(invalid) = error.invalid_stack() {
            return Self::Invalid(Findings::in_code(invalid.problems.clone()));
        }

        let message = format!("{what}: {error}");
        let is_refused = error.is_locked()
            || error.is_stale()
            || error.is_emptied()
            || error.is_renamed()
            || error.is_declined();
        let failure = if is_refused { Self::refused(message) } else { Self::new(message) };
        let failure = failure.caused_by(error.cause());

        if error.is_expired() { failure.hint(profile::renewal()) } else { failure.with_hint(error.hint()) }
    }

    /// Sets the cause of a failure with a message.
    pub(crate) fn caused_by(mut self, found: Option<Diagnosis>) -> Self {
        if let Self::Failed { cause, .. } = &mut self {
            *cause = found.map(Box::new);
        }
        self
    }

    /// Returns the cause, where a text of AWS shows it.
    pub(crate) fn cause(&self) -> Option<&Diagnosis> {
        match self {
            Self::Failed { cause, .. } => cause.as_deref(),
            Self::Invalid(_) | Self::Interrupted => None,
        }
    }

    /// Sets the exit code of a failure with a message.
    pub(crate) fn with_exit(mut self, code: Exit) -> Self {
        if let Self::Failed { exit, .. } = &mut self {
            *exit = code;
        }
        self
    }

    /// Sets the hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        self.with_hint(Some(hint))
    }

    /// Sets the hint, or removes it. Only a failure with a message has one.
    fn with_hint(mut self, text: Option<impl Into<String>>) -> Self {
        if let Self::Failed { hint, .. } = &mut self {
            *hint = text.map(Into::into);
        }
        self
    }

    /// Returns the exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Failed { exit, .. } => *exit,
            Self::Invalid(_) => Exit::Invalid,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<Error> for Failure {
    /// A read of the account failed.
    fn from(error: Error) -> Self {
        Self::engine("read the account", &error)
    }
}

impl From<io::Error> for Failure {
    /// The command could not write its answer.
    fn from(error: io::Error) -> Self {
        Self::new(format!("write the output: {error}"))
    }
}
