//! The SDK's clients, the pace of their calls, and the lease. Nothing here knows a kind of resource.

pub(crate) mod aws;
pub(crate) mod batch;
pub(crate) mod lease;
pub(crate) mod pace;
