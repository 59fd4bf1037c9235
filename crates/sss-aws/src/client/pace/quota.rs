//! The bounds of AWS services on calls.
//!
//! Each service states its own as constants beside its listings, with their source. A test compares them with
//! the sandbox's.

use crate::client::pace::Rate;

/// The bounds of one AWS service on calls.
#[derive(Debug, PartialEq)]
pub(crate) struct Bounds {
    /// The service's name in IAM policies.
    pub(crate) service: &'static str,
    /// The quotas on its operations.
    pub(crate) quotas: &'static [Quota],
    /// The error codes by which the service refuses a call as one too many.
    pub(crate) throttled: &'static [&'static str],
}

/// A bucket and the calls that draw on it. A call draws on all buckets that list it, such as a bucket of its
/// own and one of the whole service.
#[derive(Debug, PartialEq)]
pub(crate) struct Quota {
    /// The name by which statistics, forecasts and `Rates::quota` call it.
    pub(crate) name: &'static str,
    /// Empty for all operations of the service.
    operations: &'static [&'static str],
    /// The documented burst and rate.
    pub(crate) rate: Rate,
}

/// A quota and the service that it belongs to, by the service's name in IAM policies.
pub(crate) type Documented = (&'static str, &'static Quota);

impl Quota {
    /// Returns the quota on these operations of a service.
    pub(crate) const fn new(name: &'static str, operations: &'static [&'static str], rate: Rate) -> Self {
        Self { name, operations, rate }
    }

    /// Returns the quota on all operations of a service.
    pub(crate) const fn on_all(name: &'static str, rate: Rate) -> Self {
        Self::new(name, &[], rate)
    }

    /// Returns an operation that draws on this bucket.
    #[cfg(test)]
    pub(crate) fn operation(&self) -> &'static str {
        self.operations.first().copied().unwrap_or("GetAnything")
    }

    /// Returns whether an operation of the quota's service draws on this bucket.
    pub(crate) fn is_about(&self, operation: &str) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation)
    }
}
