//! Rules of CloudWatch Logs: log groups.
//!
//! The stack and requests share all of them. A log group keeps its events for one of [`Retention::DAYS`] days.
//! `PutRetentionPolicy` takes only these numbers, and other numbers get the two neighbours as a fix. A group without a
//! retention keeps its events for ever, which is paid for every month: LOG-006 warns about it.

use validator::ValidationError;

use super::{Broken, LOG_001, LOG_002, LOG_003, LOG_005, LOG_006, broken, judge};
use crate::path::Path;
use crate::report::Report;
use crate::retention::Retention;

/// Every class of log groups.
pub(crate) const CLASSES: [&str; 4] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", UNSURE_CLASS];

/// A class that only some models of AWS have.
pub(crate) const UNSURE_CLASS: &str = "ESSENTIALS";

/// Checks the name of a log group.
pub(crate) fn group_name(name: &str, at: &Path, report: &mut Report) {
    if !is_group_name(name) {
        report.add(at, broken!(LOG_001, "invalid-name", name = name));
    } else if name.starts_with("aws/") {
        report.add(at, broken!(LOG_002, "reserved-prefix", name = name));
    }
}

/// Checks that events expire.
///
/// `None` is a value that follows from another one, which is checked there.
pub(crate) fn expires(retention: Option<Retention>, at: &Path, report: &mut Report) {
    if retention == Some(Retention::NEVER) {
        report.add(at, broken!(LOG_006, "never-expires"));
    }
}

/// Returns whether CloudWatch Logs takes the name of a log group: 1 to 512 of its characters.
///
/// Names are unique per account and region; `rules::names` checks that within a stack.
pub(crate) fn is_group_name(name: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b".-_/#".contains(&b);
    (1..=512).contains(&name.len()) && name.bytes().all(taken)
}

/// Checks the ARN of the key with which CloudWatch Logs encrypts a log group.
pub(crate) fn kms_key(arn: &str) -> Result<(), ValidationError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_key = matches!(parts.as_slice(), ["arn", _, "kms", _, _, key] if !key.is_empty());
    judge(is_key && arn.chars().count() <= 256, || broken!(LOG_005, "not-a-key"))
}

/// Returns whether CloudWatch Logs has a retention of so many days.
pub(crate) fn has_retention(days: i64) -> bool {
    u32::try_from(days).is_ok_and(|days| Retention::DAYS.contains(&days))
}

/// Returns the case of a retention that CloudWatch Logs does not have.
pub(crate) fn unknown_retention(days: i64) -> Broken {
    broken!(LOG_003, "unknown-retention", days = days, near = near(days))
}

/// Returns the next shorter and the next longer retention.
fn near(days: i64) -> Vec<String> {
    let shorter = Retention::DAYS.iter().rev().find(|known| i64::from(**known) < days);
    let longer = Retention::DAYS.iter().find(|known| i64::from(**known) > days);
    shorter.into_iter().chain(longer).map(u32::to_string).collect()
}
