//! The SDK's clients, the pace of their calls, batches of reads, and the lease. Nothing here knows a kind of
//! resource.
//!
//! - `aws`: one value with a client for each AWS service, and the account and region behind it.
//! - `pace`: between the SDK and its HTTP client. Each attempt of each call waits there for AWS's quotas and
//!   is counted, and its answer is read to the end.
//! - `batch`: reads of the same moment become one call.
//! - `lease`: the right to write to a stack, held by one run at a time.
//! - `web`: requests to others than AWS.

pub(crate) mod aws;
pub(crate) mod batch;
pub(crate) mod lease;
pub(crate) mod pace;
pub(crate) mod web;
