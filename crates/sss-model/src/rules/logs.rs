//! CloudWatch Logs: log groups.

use validator::ValidationError;

use super::{LOG_001, LOG_002, LOG_005, LOG_006, judge};
use crate::path::Path;
use crate::report::Report;
use crate::retention::Retention;
use crate::rules::worded;

/// Every class of log groups.
pub(crate) const CLASSES: [&str; 4] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", UNSURE_CLASS];

/// A class that not all of AWS's models have.
pub(crate) const UNSURE_CLASS: &str = "ESSENTIALS";

pub(crate) fn group_name(name: &str, at: &Path, report: &mut Report) {
    if !is_group_name(name) {
        report.add(at, worded(&LOG_001, format!("a log group cannot be called `{name}`")));
    } else if name.starts_with("aws/") {
        report.add(at, worded(&LOG_002, format!("the log group is called `{name}`")));
    }
}

/// The rule on events that are kept for ever.
pub(crate) fn expires(retention: Option<Retention>, at: &Path, report: &mut Report) {
    if retention == Some(Retention::NEVER) {
        report.add(at, worded(&LOG_006, "keeps events for ever"));
    }
}

/// 1 to 512 of the characters that names of log groups hold.
pub(crate) fn is_group_name(name: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b".-_/#".contains(&b);
    (1..=512).contains(&name.len()) && name.bytes().all(taken)
}

pub(crate) fn kms_key(arn: &str) -> Result<(), ValidationError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_key = matches!(parts.as_slice(), ["arn", _, "kms", _, _, key] if !key.is_empty());
    judge(is_key && arn.chars().count() <= 256, || worded(&LOG_005, "is not the ARN of a key".to_owned()))
}

/// Whether events can be kept so many days.
pub(crate) fn has_retention(days: i64) -> bool {
    u32::try_from(days).is_ok_and(|days| Retention::DAYS.contains(&days))
}
