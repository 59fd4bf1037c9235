//! The answers of the SDK in terms of this crate's error.

use std::error;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Error, Result};

/// An answer of the SDK that turns into a result of this crate with the operation's name.
pub(crate) trait Answer<T> {
    /// Returns the answer, or an error with the operation's name (`ecs:CreateService`).
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

/// A refusal that may say that an object does not exist.
pub(crate) trait Absent<T> {
    /// Returns `None` if AWS answered with one of these codes.
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

/// A member that AWS always sends, though its model calls it optional.
pub(crate) trait Sent<T> {
    /// Returns the member, or an error that names the operation and the member.
    fn sent(self, operation: &'static str, member: &str) -> Result<T>;
}

impl<T> Sent<T> for Option<T> {
    fn sent(self, operation: &'static str, member: &str) -> Result<T> {
        self.ok_or_else(|| Error::unexpected(operation, format!("the answer has no {member}")))
    }
}
