//! Exit codes.

use std::process::ExitCode;

/// How a command ended. The numbers are the exit codes of the process, and they are stable.
///
/// ```
/// use sss_deploy::Exit;
///
/// assert_eq!(Exit::Invalid.code(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// The command succeeded, or there was nothing to do.
    Done = 0,
    /// The command failed.
    Failed = 1,
    /// Changes are pending. Only `plan --detailed-exitcode` returns this.
    Pending = 2,
    /// The stack is invalid.
    Invalid = 3,
    /// The command did nothing on purpose: an object is not managed by the stack, another run holds the lock, the plan is
    /// stale, or nobody confirmed.
    Refused = 4,
    /// The arguments were wrong.
    Usage = 64,
    /// The command was interrupted.
    Interrupted = 130,
}

impl Exit {
    /// Returns the exit code of the process.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
