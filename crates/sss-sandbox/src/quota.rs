//! The quotas on calls: token buckets. A call takes one token out of each bucket that it draws on, and time
//! refills them.
//!
//! AWS documents the buckets of most services by a burst and a rate ("Request throttling" of each API). The
//! services state theirs as `QUOTAS`, with the source. Quotas apply to calls over HTTP only, and each sandbox
//! has its own buckets. A refused call takes no token.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::Value;

use crate::{service::AwsService, services};

/// A quota of AWS on calls: a bucket of tokens, and the calls that draw on it.
///
/// [`quotas`] returns those of a call.
#[derive(Debug, PartialEq, Eq)]
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
#[derive(Debug, PartialEq, Eq)]
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
        Self { calls, burst, refill: Duration::from_micros(1_000_000 / per_second) }
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

    /// Returns whether a call draws on the bucket.
    fn is_about(&self, operation: &str, input: &Value) -> bool {
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

/// A bucket of an account.
///
/// One number is its whole state: each call moves the time of the full bucket by one refill.
#[derive(Debug)]
struct Bucket {
    service: &'static AwsService,
    quota: &'static Quota,
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
        let of = |service: &&'static AwsService| {
            let service = *service;
            service.quotas.iter().map(move |quota| Bucket { service, quota, full_at: 0 })
        };
        Self(services::ALL.iter().flat_map(of).collect())
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
