//! CloudWatch Logs: log groups and their retention.
//!
//! A log group is created without a retention, and then keeps its events for ever. A second call, `PutRetentionPolicy`,
//! sets the days. So the two requests are checked apart, and LOG-006 about events that never expire is a rule of stacks
//! only: `CreateLogGroup` says nothing about the retention.
//!
//! The stack and requests share the functions of `rules::logs`.

use super::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use super::{Node, Referred, tags};
use crate::report::Report;
use crate::rules::{LOG_001, LOG_003, LOG_004, LOG_005, broken, logs};

/// `CreateLogGroup`: the name is required (LOG-001).
///
/// `tags` is a map here, not a list. `logGroupClass` is `STANDARD` by default.
pub(crate) const CREATE_LOG_GROUP: Shape = Shape(&[
    must("logGroupName", Kind::Text, &LOG_001),
    may("kmsKeyId", Kind::Text),
    may("tags", TEXT_BY_KEY),
    may("logGroupClass", Kind::Choice(&LOG_004, &logs::CLASSES)),
    may("deletionProtectionEnabled", Kind::Flag),
]);

/// `PutRetentionPolicy`: the name (LOG-001) and the days (LOG-003) are required.
pub(crate) const PUT_RETENTION_POLICY: Shape =
    Shape(&[must("logGroupName", Kind::Text, &LOG_001), must("retentionInDays", Kind::Integer, &LOG_003)]);

/// Checks a request for a log group.
///
/// - `logGroupName`: 1 to 512 letters, digits and `.-_/#` (LOG-001), without `aws/` at the start (LOG-002).
/// - `logGroupClass`: the shape checks the word (LOG-004). `ESSENTIALS` is a warning, because AWS's API model has it
///   and CloudFormation does not.
/// - `kmsKeyId`: the ARN of a KMS key with at most 256 characters (LOG-005). The bare id of a key breaks the rule.
/// - `tags`: the usual rules.
pub(crate) fn log_group(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    name(request, report);
    if request.text("logGroupClass") == Some(logs::UNSURE_CLASS) {
        let broken = broken!(LOG_004, "undocumented", class = logs::UNSURE_CLASS);
        report.warn(&request.place("logGroupClass"), broken);
    }
    request.check_text("kmsKeyId", &LOG_005, logs::kms_key, report);
    tags::of_map(request, "tags", tags::Service::Usual, report);
}

/// Checks a request for the retention of a log group.
///
/// `retentionInDays` is one of 22 numbers of days, from 1 to 3653 (LOG-003); AWS answers other numbers with
/// `InvalidParameterException`. 0 is not one of them: a group without a retention policy keeps its events for ever.
pub(crate) fn retention(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    name(request, report);
    if let Some(days) = request.integer("retentionInDays")
        && !logs::has_retention(days)
    {
        report.add(&request.place("retentionInDays"), logs::unknown_retention(days));
    }
}

/// Checks the name of a log group, which both requests have.
fn name(request: &Node<'_>, report: &mut Report) {
    if let Some(name) = request.text("logGroupName") {
        logs::group_name(name, &request.place("logGroupName"), report);
    }
}
