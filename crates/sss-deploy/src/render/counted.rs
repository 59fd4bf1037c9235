//! The counts of a served sandbox, for `sandbox serve --stats`.
//!
//! Times are in milliseconds in JSON, and in seconds with one decimal in text. Rates are those of the account's time,
//! because AWS's quotas count in it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    time::Duration,
};

use schemars::JsonSchema;
use serde::Serialize;
use sss_sandbox::{Counts, OperationCounts, QuotaCounts};

use super::palette::STRONG;

/// The calls to a sandbox so far.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document {
    /// The real time for which the sandbox served.
    elapsed_ms: u128,
    /// The time that passed in the account. Its rates are those of this time.
    account_ms: u128,
    /// All calls.
    calls: u64,
    /// The calls that were refused as one too many.
    throttled: u64,
    /// The calls that a fault stopped before they had an answer.
    broken: u64,
    /// The other refused calls.
    refused: u64,
    /// The calls of each operation.
    operations: Vec<OfOperation>,
    /// The quotas on which at least one call has drawn.
    quotas: Vec<Quota>,
}

/// The calls of an operation.
#[derive(Debug, Serialize, JsonSchema)]
struct OfOperation {
    /// The signing name of the service.
    service: String,
    /// The operation. It is empty for requests that name none.
    operation: String,
    /// All calls.
    calls: u64,
    /// The calls that were refused as one too many.
    throttled: u64,
    /// The calls that a fault stopped before they had an answer.
    broken: u64,
    /// The other refused calls, by AWS's error code.
    refused: BTreeMap<String, u64>,
}

/// The use of a quota.
#[derive(Debug, Serialize, JsonSchema)]
struct Quota {
    /// The signing name of the service.
    service: &'static str,
    /// The operations that draw on the quota, in words.
    of: String,
    /// The calls that drew on the quota, also those that were refused.
    calls: u64,
    /// The most of these calls within one second of the account's time.
    highest_per_second: u64,
    /// The calls that the quota allows at once. `None` if the sandbox throttles no calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    burst: Option<u64>,
    /// The calls per second that the quota allows in the long run. `None` if the sandbox throttles no calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_second: Option<f64>,
}

impl Document {
    /// Returns the numbers of a sandbox that served for this real time.
    pub(crate) fn of(counts: &Counts, elapsed: Duration) -> Self {
        let operations: Vec<_> = counts.operations.iter().map(OfOperation::of).collect();
        let total = |number: fn(&OfOperation) -> u64| operations.iter().map(number).sum();
        Self {
            elapsed_ms: elapsed.as_millis(),
            account_ms: counts.elapsed.as_millis(),
            calls: total(|one| one.calls),
            throttled: total(|one| one.throttled),
            broken: total(|one| one.broken),
            refused: total(|one| one.refused.values().sum()),
            quotas: counts.quotas.iter().map(Quota::of).collect(),
            operations,
        }
    }
}

impl OfOperation {
    /// Returns the numbers of an operation.
    fn of(counts: &OperationCounts) -> Self {
        Self {
            service: counts.service.clone(),
            operation: counts.operation.clone(),
            calls: counts.calls,
            throttled: counts.throttled,
            broken: counts.broken,
            refused: counts.refused.clone(),
        }
    }

    /// Returns the operation with its service, such as `ecs:CreateCluster`.
    fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// Returns what became of the calls that did not succeed, in words. Empty if all did.
    fn failures(&self) -> String {
        let counted = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
        let refused = self.refused.iter().map(|(code, count)| format!("{count} {code}"));
        let parts = [counted(self.throttled, "throttled"), counted(self.broken, "without an answer")];
        parts.into_iter().flatten().chain(refused).collect::<Vec<_>>().join(", ")
    }
}

impl Quota {
    /// Returns the numbers of a quota.
    fn of(counts: &QuotaCounts) -> Self {
        let per_second = |quota: sss_sandbox::Quota| (100.0 / quota.refill().as_secs_f64()).round() / 100.0;
        Self {
            service: counts.service,
            of: counts.of.clone(),
            calls: counts.calls,
            highest_per_second: counts.highest,
            burst: counts.quota.map(|quota| quota.burst()),
            per_second: counts.quota.map(per_second),
        }
    }

    /// Returns a name that fits a line: the first operation, and the number of the others.
    fn name(&self) -> String {
        let (first, others) = self.of.split_once(", ").unwrap_or((&self.of, ""));
        let more = if others.is_empty() {
            String::new()
        } else {
            format!(" and {} more", others.split(", ").count())
        };
        format!("{}:{first}{more}", self.service)
    }
}

/// Prints the numbers as tables: the calls of each operation, then the use of each quota.
pub(crate) fn show(w: &mut dyn Write, document: &Document) -> io::Result<()> {
    let Document { calls, throttled, broken, refused, .. } = document;
    write!(w, "{STRONG}calls:{STRONG:#} {calls} in {}", seconds(document.elapsed_ms))?;
    writeln!(w, " ({} of the account)", seconds(document.account_ms))?;
    writeln!(w, "{throttled} throttled, {refused} refused, {broken} without an answer")?;

    let rows = document.operations.iter().map(|one| (one.name(), one.calls, one.failures()));
    table(w, "operation", &rows.collect::<Vec<_>>())?;
    let rows = document.quotas.iter().map(|one| {
        let allowed = one.burst.zip(one.per_second);
        let allowed = allowed.map(|(burst, rate)| format!(" of {burst} at once and {rate} later"));
        let allowed = allowed.unwrap_or_default();
        (one.name(), one.calls, format!("at most {}/s{allowed}", one.highest_per_second))
    });
    table(w, "quota", &rows.collect::<Vec<_>>())
}

/// Prints rows of a name, the number of calls and some words, below a heading.
fn table(w: &mut dyn Write, heading: &str, rows: &[(String, u64, String)]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = rows.iter().map(|(name, ..)| name.len()).chain([heading.len()]).max().unwrap_or(0);
    writeln!(w, "\n{STRONG}{heading:<width$}  {:>7}{STRONG:#}", "calls")?;
    rows.iter().try_for_each(|(name, calls, words)| {
        let line = format!("{name:<width$}  {calls:>7}  {words}");
        writeln!(w, "{}", line.trim_end())
    })
}

/// Formats milliseconds as seconds with one decimal.
fn seconds(millis: u128) -> String {
    format!("{}.{}s", millis / 1000, millis % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Subject, format::Formatted, render::written};

    fn document() -> Document {
        let operation = |operation: &str, calls, throttled, refused: &[(&str, u64)]| OfOperation {
            service: "ecs".to_owned(),
            operation: operation.to_owned(),
            calls,
            throttled,
            broken: 0,
            refused: refused.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect(),
        };
        Document {
            elapsed_ms: 12_340,
            account_ms: 740_400,
            calls: 1_204,
            throttled: 3,
            broken: 0,
            refused: 2,
            operations: vec![
                operation("CreateCluster", 4, 0, &[("ClientException", 2)]),
                operation("DescribeServices", 1_200, 3, &[]),
            ],
            quotas: vec![
                Quota {
                    service: "ecs",
                    of: "CreateCluster, DeleteCluster, UpdateCluster".to_owned(),
                    calls: 4,
                    highest_per_second: 4,
                    burst: Some(20),
                    per_second: Some(1.0),
                },
                Quota {
                    service: "ec2",
                    of: "DescribeSubnets without filters and pages".to_owned(),
                    calls: 1,
                    highest_per_second: 1,
                    burst: None,
                    per_second: None,
                },
            ],
        }
    }

    #[test]
    fn numbers_are_tables() {
        let text = written(|w| show(w, &document()));
        assert_eq!(
            text,
            "calls: 1204 in 12.3s (740.4s of the account)\n\
             3 throttled, 2 refused, 0 without an answer\n\
             \n\
             operation               calls\n\
             ecs:CreateCluster           4  2 ClientException\n\
             ecs:DescribeServices     1200  3 throttled\n\
             \n\
             quota                                            calls\n\
             ecs:CreateCluster and 2 more                         4  at most 4/s of 20 at once and 1 later\n\
             ec2:DescribeSubnets without filters and pages        1  at most 1/s\n"
        );
    }

    #[test]
    fn document_fits_its_schema() {
        let document = serde_json::to_value(Formatted::of(&document())).expect("text for keys");
        let validator = jsonschema::validator_for(&Subject::Sandbox.schema()).expect("the schema is sound");
        assert!(validator.is_valid(&document), "{document:#}");
        assert_eq!(document["format"], json!("sss/1"));
        assert_eq!(document["operations"][1]["throttled"], json!(3));
        assert_eq!(document["quotas"][1].get("burst"), None);
    }
}
