//! Rules that a stack does not want to hear of.

use std::collections::{BTreeMap, BTreeSet};

use super::{STACK_011, STACK_012, find};
use crate::path::Path;
use crate::problem::Severity;
use crate::report::Report;
use crate::rules::worded;

/// Takes out the warnings and advice of the rules that are silenced, by id with the reason. An error stays.
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
            report.add(&place, worded(&STACK_011, format!("`{id}` is not the id of a rule")));
        } else if reason.trim().is_empty() {
            report.add(&place, worded(&STACK_011, "gives no reason"));
        } else if !hushed.contains(id.as_str()) {
            idle.push((id, place));
        }
    }
    let is_hushed = silenced.contains_key(STACK_012.id) && idle.len() > 1;
    for (id, place) in idle.into_iter().filter(|_| !is_hushed) {
        report.add(&place, worded(&STACK_012, format!("nothing here is a warning or advice of {id}")));
    }
}
