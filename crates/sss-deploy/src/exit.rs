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
    Done,
    /// The command failed. Steps of an apply that succeeded stay.
    Failed,
    /// Changes are pending. Only `plan --detailed-exitcode`, `status --exit-code` and `images --check` return this.
    Pending,
    /// The stack is invalid, or a request that `validate` checked. No call was made.
    Invalid,
    /// The command did nothing on purpose.
    ///
    /// An object is not managed by the stack, another run holds the lock, the plan is stale, or nobody
    /// confirmed.
    Refused,
    /// The arguments were wrong. The number is `EX_USAGE` of BSD's `sysexits.h`.
    Usage,
    /// The command was interrupted. The number is that of a process that SIGINT ended, as shells report it.
    Interrupted,
    /// The command that `exec` ran ended with this code, which is not 0.
    Command(u8),
}

impl Exit {
    /// Returns the exit code of the process.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Pending => 2,
            Self::Invalid => 3,
            Self::Refused => 4,
            Self::Usage => 64,
            Self::Interrupted => 130,
            Self::Command(code) => code,
        }
    }

    /// Returns the end of a command that `exec` ran.
    pub(crate) const fn of_command(code: u8) -> Self {
        if code == 0 { Self::Done } else { Self::Command(code) }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
