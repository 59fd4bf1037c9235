//! Exit codes.
//!
//! Scripts depend on them, so a number never changes its meaning. The help of the program lists them.

use std::process::ExitCode;

/// How a command ended. The numbers are the exit codes of the process, and they are stable.
///
/// A failed or interrupted apply can be repeated: it continues where the last one ended. After a refusal, an
/// invalid stack or wrong arguments, the same command ends in the same way until somebody changes something.
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
    /// The command failed. Steps of an apply that succeeded stay.
    Failed = 1,
    /// Changes are pending. Only `plan --detailed-exitcode` returns this.
    Pending = 2,
    /// The stack is invalid, or a request that `validate` checked. No call was made.
    Invalid = 3,
    /// The command did nothing on purpose.
    ///
    /// An object is not managed by the stack, another run holds the lock, the plan is stale, or nobody
    /// confirmed.
    Refused = 4,
    /// The arguments were wrong. The number is `EX_USAGE` of BSD's `sysexits.h`.
    Usage = 64,
    /// The command was interrupted. The number is that of a process that SIGINT ended, as shells report it.
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
