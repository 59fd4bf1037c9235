//! How often an account may call: token buckets, which a call takes one token out of and time fills again.

mod table;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::table::ROWS;
use crate::service::Service;

/// One bucket and the calls that draw on it.
#[derive(Debug)]
struct Row {
    service: Service,
    operations: Operations,
    size: u64,
    /// From an empty bucket to its first token, in microseconds.
    refill: u64,
}

/// Which calls of its service a row is about.
#[derive(Debug)]
enum Operations {
    All,
    /// Any of these, out of the one bucket.
    Any(&'static [&'static str]),
    /// This one when the request narrows the answer by filters or pages.
    Narrowed(&'static str),
    /// This one when the request asks for everything.
    Whole(&'static str),
}

impl Row {
    fn is_about(&self, service: Service, operation: &str, input: &Value) -> bool {
        let is_narrowed =
            || ["Filter", "MaxResults", "NextToken"].iter().any(|member| !input[member].is_null());
        self.service == service
            && match self.operations {
                Operations::All => true,
                Operations::Any(names) => names.contains(&operation),
                Operations::Narrowed(name) => name == operation && is_narrowed(),
                Operations::Whole(name) => name == operation && !is_narrowed(),
            }
    }
}

/// The buckets of an account, all full at first.
#[derive(Debug)]
pub(crate) struct Quotas {
    /// When the bucket of the row in the same place will be full again, in microseconds since the Unix epoch.
    full_at: Vec<u64>,
}

impl Quotas {
    /// Buckets that nobody has drawn on.
    pub(crate) fn full() -> Self {
        Self { full_at: vec![0; ROWS.len()] }
    }

    /// Takes a token out of every bucket that a call draws on; false, and none is taken, when one of them is empty.
    pub(crate) fn admit(&mut self, now: u64, service: Service, operation: &str, input: &Value) -> bool {
        let now = now * 1_000;
        let mut buckets: Vec<(&Row, &mut u64)> = ROWS
            .iter()
            .zip(&mut self.full_at)
            .filter(|(row, _)| row.is_about(service, operation, input))
            .collect();
        let is_empty = |row: &Row, full_at: u64| full_at.saturating_sub(now) > (row.size - 1) * row.refill;
        if buckets.iter().any(|(row, full_at)| is_empty(row, **full_at)) {
            return false;
        }
        for (row, full_at) in &mut buckets {
            **full_at = now.max(**full_at) + row.refill;
        }
        true
    }
}
