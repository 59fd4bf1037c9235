//! The record of the calls that came to a sandbox.

use std::time::Duration;

use crate::fault::Fault;

/// One call that came to a [`Sandbox`](crate::Sandbox).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The service by the name that requests to it are signed with, such as `ecs` or `servicediscovery`.
    pub service: String,
    /// The operation, such as `CreateCluster`; empty when the request named none.
    pub operation: String,
    /// When it took effect or failed, in the sandbox's time since the sandbox was made or loaded.
    pub at: Duration,
    /// Whether it is an operation that changes the account, if only AWS takes it.
    pub writes: bool,
    /// The HTTP status of the answer, whether it came through or was lost; none when the call took no effect and
    /// nothing was to be answered.
    pub status: Option<u16>,
    /// AWS's error code, when the call was refused.
    pub error: Option<String>,
    /// What was made to go wrong with it.
    pub fault: Option<Fault>,
}

/// Operations that start with one of these only read.
const READING: [&str; 9] =
    ["Describe", "List", "Get", "BatchGet", "Discover", "Search", "Filter", "Tail", "Lookup"];

/// Whether an operation is one that changes the account.
pub(crate) fn writes(operation: &str) -> bool {
    !operation.is_empty() && !READING.iter().any(|prefix| operation.starts_with(prefix))
}
