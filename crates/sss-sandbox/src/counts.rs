//! The counts of a sandbox: calls and refusals by operation, and the use of the quotas.
//!
//! The record of [`calls`](crate::Sandbox::calls) has each call, and forgets old ones where strangers call. These
//! numbers cover all calls over HTTP, in a space that does not grow with their number.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use crate::{
    quota::{self, Quota, Quotas},
    refusal::Refusal,
    wire::Incoming,
};

/// The time in which the highest rate is looked for, in milliseconds of the account's time.
const SECOND: u64 = 1_000;
/// The largest number of operations that are told apart. Strangers can name as many as they like.
const OPERATIONS: usize = 1_000;

/// The calls that a sandbox has counted over HTTP. [`Sandbox::counts`](crate::Sandbox::counts) returns them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The time that has passed in the account.
    pub elapsed: Duration,
    /// The calls of each operation, in the order of services and operations.
    pub operations: Vec<OperationCounts>,
    /// The quotas on which at least one call has drawn, in the order of services.
    pub quotas: Vec<QuotaCounts>,
}

/// The calls of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationCounts {
    /// The signing name of the service, such as `ecs`.
    pub service: String,
    /// The operation, such as `CreateCluster`. It is empty for requests that name none, and `…` for the rest if
    /// callers have named more than 1 000.
    pub operation: String,
    /// All calls.
    pub calls: u64,
    /// The calls that were refused as one too many.
    pub throttled: u64,
    /// The calls that a fault stopped before they had an answer.
    pub broken: u64,
    /// The other refused calls, by AWS's error code.
    pub refused: BTreeMap<String, u64>,
}

/// The use of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaCounts {
    /// The signing name of the service.
    pub service: &'static str,
    /// The quota as the account keeps it. `None` for an account without quotas.
    pub quota: Option<Quota>,
    /// The calls that draw on the quota, in words, such as `CreateService, UpdateService`.
    pub of: String,
    /// The calls that drew on the quota, also those that were refused.
    pub calls: u64,
    /// The most of these calls within one second of the account's time.
    pub highest: u64,
}

/// The numbers of an account.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    operations: BTreeMap<(String, String), OperationCounts>,
    /// The use of every quota, in the order of [`quota::every`]. Empty before the first call.
    uses: Vec<Use>,
}

/// The use of a quota so far.
#[derive(Debug, Clone, Default)]
struct Use {
    calls: u64,
    /// The times of the calls within the last second.
    recent: VecDeque<u64>,
    highest: usize,
}

impl Use {
    /// Counts a call at a time in milliseconds.
    fn count(&mut self, now: u64) {
        self.calls += 1;
        self.recent.push_back(now);
        while self.recent.front().is_some_and(|first| first + SECOND <= now) {
            self.recent.pop_front();
        }
        self.highest = self.highest.max(self.recent.len());
    }
}

impl Counter {
    /// Counts a call, which has this refusal or none. `is_broken` says that a fault left it without an answer.
    pub(crate) fn count(&mut self, now: u64, request: &Incoming, refusal: Option<&Refusal>, is_broken: bool) {
        let counts = self.of(request);
        counts.calls += 1;
        counts.broken += u64::from(is_broken);
        match refusal {
            Some(refusal) if *refusal == request.service.throttled() => counts.throttled += 1,
            Some(refusal) => *counts.refused.entry(refusal.code.to_owned()).or_default() += 1,
            None => {}
        }

        let Ok(input) = &request.input else { return };
        if self.uses.is_empty() {
            self.uses.resize_with(quota::every().count(), Use::default);
        }
        for ((service, quota), used) in quota::every().zip(&mut self.uses) {
            if *service == *request.service && quota.is_about(&request.operation, input) {
                used.count(now);
            }
        }
    }

    /// Returns the counts of the operation of a request.
    fn of(&mut self, request: &Incoming) -> &mut OperationCounts {
        let key = (request.addressee().to_owned(), request.operation.clone());
        let is_known = self.operations.contains_key(&key) || self.operations.len() < OPERATIONS;
        let key = if is_known { key } else { ("…".to_owned(), "…".to_owned()) };
        let (service, operation) = key.clone();
        self.operations.entry(key).or_insert_with(|| OperationCounts {
            service,
            operation,
            ..OperationCounts::default()
        })
    }

    /// Returns the numbers so far, with the quotas that the account keeps.
    pub(crate) fn counts(&self, elapsed: Duration, kept: Option<&Quotas>) -> Counts {
        let kept = kept.map(Quotas::kept);
        let used = quota::every().zip(&self.uses).enumerate().filter(|(_, (_, used))| used.calls > 0);
        let quotas = used.map(|(place, ((service, quota), used))| QuotaCounts {
            service: service.name,
            quota: kept.as_ref().map(|kept| kept[place]),
            of: quota.calls_in_words(),
            calls: used.calls,
            highest: u64::try_from(used.highest).unwrap_or(u64::MAX),
        });
        Counts { elapsed, operations: self.operations.values().cloned().collect(), quotas: quotas.collect() }
    }
}

#[cfg(test)]
mod tests;
