//! CloudWatch Logs: log groups and their retention.

use super::shape::{Kind, Shape, TEXT_BY_KEY, may, must};
use super::{Node, Referred, tags};
use crate::report::Report;
use crate::rules::{LOG_001, LOG_003, LOG_004, LOG_005, broken, logs};

pub(crate) const CREATE_LOG_GROUP: Shape = Shape(&[
    must("logGroupName", Kind::Text, &LOG_001),
    may("kmsKeyId", Kind::Text),
    may("tags", TEXT_BY_KEY),
    may("logGroupClass", Kind::Choice(&LOG_004, &logs::CLASSES)),
    may("deletionProtectionEnabled", Kind::Flag),
]);

pub(crate) const PUT_RETENTION_POLICY: Shape =
    Shape(&[must("logGroupName", Kind::Text, &LOG_001), must("retentionInDays", Kind::Integer, &LOG_003)]);

/// Checks a request for a log group.
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
pub(crate) fn retention(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    name(request, report);
    if let Some(days) = request.integer("retentionInDays")
        && !logs::has_retention(days)
    {
        report.add(&request.place("retentionInDays"), logs::unknown_retention(days));
    }
}

fn name(request: &Node<'_>, report: &mut Report) {
    if let Some(name) = request.text("logGroupName") {
        logs::group_name(name, &request.place("logGroupName"), report);
    }
}
