//! Rules that a stack does not want to hear of.

use std::collections::BTreeMap;

use super::{STACK_011, STACK_012, find};
use crate::problem::{Place, Report, Severity};

/// Takes out the warnings and advice of the rules that are silenced, by id with the reason. An error stays.
pub(crate) fn hush(silenced: &BTreeMap<String, String>, report: &mut Report) {
    let at = Place::root().key("silence");
    for (id, reason) in silenced {
        let place = at.key(id);
        let heard = report.problems.len();
        report.problems.retain(|problem| problem.severity == Severity::Error || problem.rule != id);
        if find(id).is_none() {
            report.add(&STACK_011, &place, format!("`{id}` is not the id of a rule"));
        } else if reason.trim().is_empty() {
            report.add(&STACK_011, &place, "gives no reason");
        } else if report.problems.len() == heard {
            report.add(&STACK_012, &place, format!("nothing here is a warning or advice of {id}"));
        }
    }
}
