//! A quota of AWS on calls.

use crate::client::pace::Rate;

/// A bucket and the calls that draw on it. A call draws on every bucket that it is in.
#[derive(Debug, PartialEq)]
pub(crate) struct Quota {
    pub(crate) name: &'static str,
    /// The service as IAM policies name it.
    service: &'static str,
    /// Empty for all operations of the service.
    operations: &'static [&'static str],
    pub(crate) rate: Rate,
}

impl Quota {
    pub(crate) const fn new(
        name: &'static str,
        service: &'static str,
        operations: &'static [&'static str],
        rate: Rate,
    ) -> Self {
        Self { name, service, operations, rate }
    }

    pub(crate) fn is_about(&self, service: &str, operation: &str) -> bool {
        let is_any = self.operations.is_empty() || self.operations.contains(&operation);
        self.service == service && is_any
    }
}
