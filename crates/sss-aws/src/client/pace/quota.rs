//! The bounds of AWS services on calls.

use crate::client::pace::Rate;

/// The bounds of one AWS service on calls.
#[derive(Debug, PartialEq)]
pub(crate) struct Bounds {
    /// The service's name in IAM policies.
    pub(crate) service: &'static str,
    pub(crate) quotas: &'static [Quota],
    /// The error codes by which the service refuses a call as one too many.
    pub(crate) throttled: &'static [&'static str],
}

/// A bucket and the calls that draw on it. A call draws on all buckets that list it.
#[derive(Debug, PartialEq)]
pub(crate) struct Quota {
    pub(crate) name: &'static str,
    /// Empty for all operations of the service.
    operations: &'static [&'static str],
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

    /// Returns whether an operation of the quota's service draws on this bucket.
    pub(crate) fn is_about(&self, operation: &str) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation)
    }
}
