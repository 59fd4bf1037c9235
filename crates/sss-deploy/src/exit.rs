//! Exit codes.

use std::process::ExitCode;

/// How a command ended. The numbers are the exit codes of the process, and stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// It was done, or there was nothing to do.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// There is something to do; only of `plan --detailed-exitcode`.
    Pending = 2,
    /// The stack is invalid.
    Invalid = 3,
    /// It was not done: an object belongs to somebody else, somebody else is at work, the plan is
    /// stale, or nobody confirmed.
    Refused = 4,
    /// The arguments were wrong.
    Usage = 64,
    /// It was interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
