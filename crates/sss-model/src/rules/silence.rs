//! Rules that a stack silences.
//!
//! `silence` of a stack has the ids of rules, each with a reason. Their warnings and advice are removed after all
//! checks have run. Errors stay, because AWS would refuse them anyway. An entry without effect is itself a warning
//! (STACK-012), so that the list does not outlive its reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::{STACK_011, STACK_012, broken, find};
use crate::path::Path;
use crate::problem::Severity;
use crate::report::Report;

/// Removes the warnings and advice of the silenced rules, which have their reasons by id. Errors stay.
///
/// It also reports unknown ids and empty reasons (STACK-011), and entries that removed nothing. STACK-012 itself can be
/// silenced, which hides all other idle entries.
pub(crate) fn hush(silenced: &BTreeMap<String, String>, report: &mut Report) {
    let at = Path::root().key("silence");
    let mut hushed = BTreeSet::new();
    report.problems.retain(|problem| {
        let is_hushed = problem.severity != Severity::Error && silenced.contains_key(problem.rule);
        if is_hushed {
            hushed.insert(problem.rule);
        }
        !is_hushed
    });

    let mut idle = Vec::new();
    for (id, reason) in silenced {
        let place = at.key(id);
        if find(id).is_none() {
            report.add(&place, broken!(STACK_011, "unknown-rule", id = id.as_str()));
        } else if reason.trim().is_empty() {
            report.add(&place, broken!(STACK_011, "no-reason"));
        } else if !hushed.contains(id.as_str()) {
            idle.push((id.as_str(), place));
        }
    }

    // An error may be why the warning of another rule is not there.
    let errors: BTreeSet<&str> = report
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| problem.rule)
        .collect();
    idle.retain(|(id, _)| errors.iter().all(|error| error == id));
    let is_hushed = silenced.contains_key(STACK_012.id) && idle.len() > 1;
    for (_, place) in idle.into_iter().filter(|_| !is_hushed) {
        report.add(&place, broken!(STACK_012, "idle"));
    }
}
