//! The consequences of handing objects over: the plan that follows an adoption, and what follows a release.
//!
//! Values are printed whole, because a person decides by them whether the stack file is right.

use std::io::{self, Write};

use serde_json::Value;
use sss_aws::{Action, Change, Plan, Step};

use super::{
    count,
    palette::{self, BAD, HINT, STRONG},
};

/// Prints what the next `apply` would change in the adopted objects, and a verdict.
pub(crate) fn following(w: &mut dyn Write, next: &Plan, program: &str) -> io::Result<()> {
    if !next.is_empty() {
        writeln!(w, "\nafter the adoption, `{program} apply` would do this:")?;
        next.steps.iter().try_for_each(|step| show(w, step))?;
        writeln!(w)?;
    }
    writeln!(w, "{STRONG}after the adoption: {}{STRONG:#}", verdict(next))
}

/// Prints what a release means for the stack, and how to undo it.
pub(crate) fn consequences(w: &mut dyn Write, program: &str) -> io::Result<()> {
    writeln!(w, "note: the objects stay as they are, and nobody manages them after the release")?;
    writeln!(
        w,
        "{HINT}hint:{HINT:#} `{program} plan` refuses them then, and `{program} adopt` takes them back"
    )
}

/// Returns the number of differences in words.
fn verdict(next: &Plan) -> String {
    let of = |action| next.steps.iter().filter(move |step| step.action == action);
    let changes: usize = of(Action::Update).map(|step| step.changes.len()).sum();
    let updated = of(Action::Update).count();

    let mut parts = Vec::new();
    if updated > 0 {
        parts.push(format!("{} in {}", count(changes, "change"), count(updated, "object")));
    }
    for (action, words) in
        [(Action::Replace, "to replace"), (Action::Create, "to create"), (Action::Delete, "to delete")]
    {
        let number = of(action).count();
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    if !next.refusals.is_empty() {
        parts.push(format!("{} refused", next.refusals.len()));
    }
    if parts.is_empty() { "no changes".to_owned() } else { parts.join(", ") }
}

/// Prints a step with the differences that lead to it.
fn show(w: &mut dyn Write, step: &Step) -> io::Result<()> {
    let style = palette::action(step.action);
    writeln!(w, "  {style}{}{style:#} {}", step.action.sign(), step.id)?;
    for downtime in step.reasons.iter().filter_map(|reason| reason.downtime).chain(step.downtime) {
        writeln!(w, "      {BAD}downtime: {downtime}{BAD:#}")?;
    }
    match step.action {
        Action::Update | Action::Replace => step.changes.iter().try_for_each(|change| difference(w, change)),
        _ => Ok(()),
    }
}

/// Prints a value that differs.
fn difference(w: &mut dyn Write, change: &Change) -> io::Result<()> {
    let text = |value: &Option<Value>| value.as_ref().map_or("(none)".to_owned(), ToString::to_string);
    writeln!(w, "      {}: {} -> {}", change.path, text(&change.before), text(&change.after))
}
