//! Rules of step policies: the ranges, and the changes in them.

use super::super::{AAS_POL_005, AAS_POL_006, TOO_FEW, TOO_MANY, broken, limits};
use crate::path::Path;
use crate::report::Report;
use crate::scaling::{Adjustment, StepPolicy};

/// A range and its change, with the paths of its values. A stack and a request are both brought into this form.
pub(crate) struct Range {
    pub(crate) from: Option<f64>,
    pub(crate) to: Option<f64>,
    pub(crate) change: Option<i64>,
    pub(crate) from_at: Path,
    pub(crate) to_at: Path,
    pub(crate) change_at: Path,
}

/// Checks a step policy of a stack.
pub(crate) fn inspect(policy: &StepPolicy, at: &Path, report: &mut Report) {
    let ranges: Vec<Range> = policy
        .ranges
        .iter()
        .enumerate()
        .map(|(index, range)| {
            let at = at.key("ranges").index(index);
            Range {
                from: range.from.map(f64::from),
                to: range.to.map(f64::from),
                change: Some(range.change.into()),
                from_at: at.key("from"),
                to_at: at.key("to"),
                change_at: at.key("change"),
            }
        })
        .collect();
    check(policy.adjustment.as_str(), &ranges, &at.key("ranges"), report);
    if policy.at_least.is_some() {
        magnitude(policy.adjustment.as_str(), &at.key("at_least"), report);
    }
}

/// Checks that only a change by per cent has a fewest number of tasks.
pub(crate) fn magnitude(adjustment: &str, at: &Path, report: &mut Report) {
    if adjustment != Adjustment::Percent.as_str() {
        report.add(at, broken!(AAS_POL_006, "not-percent"));
    }
}

/// Checks the ranges of a policy: 1 to 20, without overlap and gap, open at both ends, and with counts that exist.
pub(crate) fn check(adjustment: &str, ranges: &[Range], at: &Path, report: &mut Report) {
    if ranges.is_empty() {
        report.add(at, broken!(&AAS_POL_005, TOO_FEW, count = ranges.len(), least = 1_usize));
    }
    if ranges.len() > limits::SCALING_STEPS {
        report.add(at, broken!(&AAS_POL_005, TOO_MANY, count = ranges.len(), most = limits::SCALING_STEPS));
    }
    for range in ranges {
        let is_negative = range.change.is_some_and(|change| change < 0);
        if adjustment == Adjustment::Exact.as_str() && is_negative {
            report.add(&range.change_at, broken!(AAS_POL_005, "negative-count"));
        }
    }
    let before = report.problems.len();
    for range in ranges {
        if range.from.is_none() && range.to.is_none() {
            report.add(&range.from_at, broken!(AAS_POL_005, "unbounded"));
        } else if low(range) >= high(range) {
            report.add(&range.to_at, broken!(AAS_POL_005, "empty-range"));
        }
    }
    if report.problems.len() == before {
        sequence(ranges, report);
    }
}

/// Checks that one range begins where the one before ends, and that the ends of all of them are open.
fn sequence(ranges: &[Range], report: &mut Report) {
    let mut sorted: Vec<&Range> = ranges.iter().collect();
    sorted.sort_by(|left, right| low(left).total_cmp(&low(right)));
    for pair in sorted.windows(2) {
        let (end, start) = (high(pair[0]), low(pair[1]));
        if end > start {
            report.add(&pair[1].from_at, broken!(AAS_POL_005, "overlap"));
        } else if end < start {
            report.add(&pair[1].from_at, broken!(AAS_POL_005, "gap"));
        }
    }
    if let Some(first) = sorted.first().filter(|first| first.from.is_some_and(|from| from < 0.0)) {
        report.add(&first.from_at, broken!(AAS_POL_005, "closed-below"));
    }
    if let Some(last) = sorted.last().filter(|last| last.to.is_some_and(|to| to > 0.0)) {
        report.add(&last.to_at, broken!(AAS_POL_005, "closed-above"));
    }
}

fn low(range: &Range) -> f64 {
    range.from.unwrap_or(f64::NEG_INFINITY)
}

fn high(range: &Range) -> f64 {
    range.to.unwrap_or(f64::INFINITY)
}
