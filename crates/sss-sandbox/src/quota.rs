//! The quotas on calls: token buckets. A call takes one token out of each bucket that it draws on, and time
//! refills them.
//!
//! AWS documents the buckets of most services by a burst and a rate ("Request throttling" of each API). The
//! services state theirs as `QUOTAS`, with the source. Quotas apply to calls over HTTP only, and each sandbox
//! has its own buckets. A refused call takes no token.

#[cfg(test)]
mod tests;

use std::{error, fmt, time::Duration};

use serde_json::Value;

use crate::{service::AwsService, services};

/// A quota of AWS on calls: a bucket of tokens, and the calls that draw on it.
///
/// [`quotas`] returns those of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    calls: Calls,
    /// The number of tokens in a full bucket.
    burst: u64,
    /// The time for one new token.
    refill: Duration,
}

/// The calls of a service that draw on a bucket.
///
/// EC2 counts a listing that is narrowed by filters or pages apart from one that asks for everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Calls of all operations.
    All,
    /// Calls of any of these operations.
    Any(&'static [&'static str]),
    /// Calls of this operation whose requests have filters or ask for a page.
    Narrowed(&'static str),
    /// Calls of this operation whose requests ask for everything.
    Whole(&'static str),
}

impl Quota {
    /// Creates the quota of a bucket with `burst` tokens that gets `per_second` new ones in each second.
    pub(crate) const fn new(calls: Calls, burst: u64, per_second: u64) -> Self {
        Self { calls, burst, refill: Duration::from_micros((1_000_000 + per_second / 2) / per_second) }
    }

    /// Creates the quota of a bucket with `burst` tokens that gets a new one after each `seconds`.
    pub(crate) const fn slow(calls: Calls, burst: u64, seconds: u64) -> Self {
        Self { calls, burst, refill: Duration::from_secs(seconds) }
    }

    /// Returns the number of tokens in a full bucket, and so of calls at once.
    pub fn burst(&self) -> u64 {
        self.burst
    }

    /// Returns the time after which the bucket gets its next token, and so the time between calls in the long
    /// run.
    pub fn refill(&self) -> Duration {
        self.refill
    }

    /// Returns whether calls of an operation draw on the bucket, whatever their input.
    fn is_of(&self, operation: &str) -> bool {
        match self.calls {
            Calls::All => true,
            Calls::Any(names) => names.contains(&operation),
            Calls::Narrowed(name) | Calls::Whole(name) => name == operation,
        }
    }

    /// Returns the calls that draw on the bucket, in words.
    pub(crate) fn calls_in_words(&self) -> String {
        match self.calls {
            Calls::All => "all operations".to_owned(),
            Calls::Any(names) => names.join(", "),
            Calls::Narrowed(name) => format!("{name} with filters or pages"),
            Calls::Whole(name) => format!("{name} without filters and pages"),
        }
    }

    /// Returns whether a call draws on the bucket.
    pub(crate) fn is_about(&self, operation: &str, input: &Value) -> bool {
        let is_narrowed =
            || ["Filter", "MaxResults", "NextToken"].iter().any(|member| !input[member].is_null());
        match self.calls {
            Calls::All => true,
            Calls::Any(names) => names.contains(&operation),
            Calls::Narrowed(name) => name == operation && is_narrowed(),
            Calls::Whole(name) => name == operation && !is_narrowed(),
        }
    }
}

/// Returns the quotas that a sandbox keeps for a call, by the signing name of its service, its operation and its input.
///
/// A call draws on all of them. Two calls share a bucket if they have an equal quota and the same service. The result
/// is empty for an unknown service, and for calls whose quotas AWS does not document.
///
/// ```
/// use serde_json::json;
///
/// let quotas = sss_sandbox::quotas("ecs", "RegisterTaskDefinition", &json!({}));
/// assert_eq!(quotas.iter().map(|quota| quota.burst()).collect::<Vec<_>>(), [20]);
/// assert_eq!(quotas, sss_sandbox::quotas("ecs", "DeregisterTaskDefinition", &json!({})));
/// ```
pub fn quotas(service: &str, operation: &str, input: &Value) -> Vec<&'static Quota> {
    let known = services::signed_as(service).map_or(&[][..], |service| service.quotas);
    known.iter().filter(|quota| quota.is_about(operation, input)).collect()
}

/// Returns the quotas that AWS documents for every service.
pub(crate) fn every() -> impl Iterator<Item = (&'static AwsService, Quota)> {
    services::ALL.iter().flat_map(|service| service.quotas.iter().map(|quota| (*service, *quota)))
}

/// A quota that no sandbox can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoQuota {
    service: String,
    operation: String,
}

impl fmt::Display for NoQuota {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, operation } = self;
        write!(
            formatter,
            "`{service}:{operation}` draws on no bucket of the sandbox, or the new one would be empty for ever"
        )
    }
}

impl error::Error for NoQuota {}

/// A bucket of an account.
///
/// One number is its whole state: each call moves the time of the full bucket by one refill.
#[derive(Debug)]
struct Bucket {
    service: &'static AwsService,
    quota: Quota,
    /// The time when the bucket is full again, in microseconds since the Unix epoch.
    full_at: u64,
}

impl Bucket {
    /// Returns the time for one new token, in microseconds.
    fn refill(&self) -> u64 {
        u64::try_from(self.quota.refill.as_micros()).unwrap_or(u64::MAX)
    }

    /// Returns whether the bucket has no token at this time, in microseconds since the Unix epoch.
    fn is_empty(&self, now: u64) -> bool {
        self.full_at.saturating_sub(now) > (self.quota.burst - 1) * self.refill()
    }
}

/// The buckets of an account.
#[derive(Debug)]
pub(crate) struct Quotas(Vec<Bucket>);

impl Quotas {
    /// Returns full buckets for every quota of every service.
    pub(crate) fn full() -> Self {
        Self(every().map(|(service, quota)| Bucket { service, quota, full_at: 0 }).collect())
    }

    /// Returns the quotas that the account keeps, in the order of [`every`].
    pub(crate) fn kept(&self) -> Vec<Quota> {
        self.0.iter().map(|bucket| bucket.quota).collect()
    }

    /// Sets the burst and the rate of every bucket that an operation draws on.
    ///
    /// # Errors
    ///
    /// The operation draws on no bucket, or a number is 0.
    pub(crate) fn set(
        &mut self,
        service: &str,
        operation: &str,
        burst: u32,
        per_second: u32,
    ) -> Result<(), NoQuota> {
        let none = || NoQuota { service: service.to_owned(), operation: operation.to_owned() };
        if burst == 0 || per_second == 0 {
            return Err(none());
        }

        let named = services::signed_as(service).ok_or_else(none)?;
        let is_drawn_on = |bucket: &&mut Bucket| bucket.service == named && bucket.quota.is_of(operation);
        let drawn_on: Vec<&mut Bucket> = self.0.iter_mut().filter(is_drawn_on).collect();
        if drawn_on.is_empty() {
            return Err(none());
        }

        for bucket in drawn_on {
            bucket.quota.burst = burst.into();
            bucket.quota.refill = Duration::from_secs(1) / per_second;
        }
        Ok(())
    }

    /// Takes a token out of every bucket that a call draws on. Returns `false` and takes none if one of them
    /// is empty.
    ///
    /// `now` is the world's time in milliseconds.
    pub(crate) fn admit(&mut self, now: u64, service: &AwsService, operation: &str, input: &Value) -> bool {
        let now = now * 1_000;
        let is_drawn_on =
            |bucket: &&mut Bucket| bucket.service == service && bucket.quota.is_about(operation, input);
        let mut buckets: Vec<&mut Bucket> = self.0.iter_mut().filter(is_drawn_on).collect();
        if buckets.iter().any(|bucket| bucket.is_empty(now)) {
            return false;
        }

        for bucket in &mut buckets {
            bucket.full_at = now.max(bucket.full_at) + bucket.refill();
        }
        true
    }
}
