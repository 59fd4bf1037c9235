//! Tasks that did not succeed.

use crate::{Error, engine::walk::Verdict};

/// The reason why a task did not succeed.
pub(super) enum Undone {
    /// It ran and failed, or was interrupted in a wait.
    Failed(Error),
    /// The apply was asked to end before the task started.
    NotStarted,
}

impl Undone {
    /// Returns whether the task was left because the apply was asked to end.
    pub(super) fn is_left(&self) -> bool {
        match self {
            Self::NotStarted => true,
            Self::Failed(error) => error.is_interrupted(),
        }
    }
}

/// Returns whether a task did not end because the apply was asked to end.
pub(super) fn is_left(verdict: &Verdict<Undone>) -> bool {
    match verdict {
        Verdict::Failed(undone) => undone.is_left(),
        Verdict::Done | Verdict::Skipped { .. } => false,
    }
}
