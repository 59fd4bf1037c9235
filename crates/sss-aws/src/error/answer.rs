//! The answers of the SDK in terms of this crate's error.
//!
//! Each call in the services reads the same way: `request.send().await.of("ecs:CreateService")?`. Absence is
//! an `Option` and never an error that a caller has to match: `.none_if(&["ClusterNotFoundException"])?`. A
//! member that AWS always sends is not unwrapped: `.sent("ecs:CreateService", "service")?`.

use std::error;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Error, Result};

/// A result of the SDK that turns into a result of this crate.
pub(crate) trait Answer<T> {
    /// Returns the answer, or an error with the operation's name.
    ///
    /// `operation` is the name in IAM policies, such as `ecs:CreateService`, because a denied caller has to
    /// write it there.
    fn of(self, operation: &'static str) -> Result<T>;
}

impl<T, E> Answer<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + error::Error + 'static,
{
    fn of(self, operation: &'static str) -> Result<T> {
        self.map_err(|error| Error::refused(operation, &error))
    }
}

/// A result whose error may only say that an object does not exist.
pub(crate) trait Absent<T> {
    /// Returns `None` if AWS refused the call with one of these codes. Any other error stays an error, so a
    /// failed read never counts as an absence.
    fn none_if(self, codes: &[&str]) -> Result<Option<T>>;
}

impl<T> Absent<T> for Result<T> {
    fn none_if(self, codes: &[&str]) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if codes.iter().any(|code| error.has_code(code)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A member that AWS always sends, although its model calls it optional.
pub(crate) trait Sent<T> {
    /// Returns the member, or an error that names the operation and the missing member.
    ///
    /// # Errors
    ///
    /// The member is `None`. The call itself has succeeded, so its effect stays.
    fn sent(self, operation: &'static str, member: &str) -> Result<T>;
}

impl<T> Sent<T> for Option<T> {
    fn sent(self, operation: &'static str, member: &str) -> Result<T> {
        self.ok_or_else(|| Error::unexpected(operation, format!("the answer has no {member}")))
    }
}
