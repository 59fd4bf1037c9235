//! The record of the calls to a sandbox.
//!
//! Tests read it to count calls, to find the error of a call, and to see which fault it met.

use std::time::Duration;

use crate::fault::Fault;

/// A recorded call to a [`Sandbox`](crate::Sandbox) over HTTP. [`Sandbox::calls`](crate::Sandbox::calls) returns them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The signing name of the service, such as `ecs` or `servicediscovery`.
    pub service: String,
    /// The operation, such as `CreateCluster`. It is empty if the request names none.
    pub operation: String,
    /// The time when the call took effect or failed, since the sandbox was created or loaded.
    pub at: Duration,
    /// Whether the operation changes the account if AWS accepts it.
    pub writes: bool,
    /// The HTTP status of the answer, also of one that was lost. `None` if a fault stopped the call before it had an
    /// answer.
    pub status: Option<u16>,
    /// AWS's error code, if the call was refused.
    pub error: Option<String>,
    /// The fault that the call met.
    pub fault: Option<Fault>,
}

/// The beginnings of the names of operations that only read.
const READING: [&str; 10] =
    ["Describe", "List", "Get", "BatchGet", "Discover", "Search", "Filter", "Simulate", "Tail", "Lookup"];

/// Returns whether an operation changes the account, by the beginning of its name. An empty name reads.
pub(crate) fn writes(operation: &str) -> bool {
    !operation.is_empty() && !READING.iter().any(|prefix| operation.starts_with(prefix))
}
